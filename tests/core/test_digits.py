"""The digits that several topics share."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from core.digits import SIDE, digit_images


def test_they_are_those_of_scikit_learn_and_nobody_writes_into_them() -> None:
    pixels, labels = digit_images()
    peer = load_digits()
    assert pixels.shape == (1797, SIDE * SIDE)
    np.testing.assert_array_equal(pixels * 16, peer.data)
    np.testing.assert_array_equal(labels, peer.target)
    for part in (pixels, labels):
        with pytest.raises(ValueError, match="read-only"):
            part[0] = 0
