"""The handwritten digits that come with scikit-learn."""

import functools

import numpy as np
from jaxtyping import Float, Int

SIDE = 8
"""The digits are pictures of 8 x 8 pixels."""


@functools.cache
def digit_images() -> tuple[Float[np.ndarray, "image 64"], Int[np.ndarray, "image"]]:
    """The 1,797 handwritten digits that come with scikit-learn, as pixels in [0, 1], and their labels.

    Invariant: read-only, since all visitors of the process share them.
    Source: `sklearn.datasets.load_digits`, the test set of the UCI Optical Recognition of Handwritten Digits.
    """
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    pixels = pixels / 16.0
    pixels.flags.writeable = labels.flags.writeable = False
    return pixels, labels
