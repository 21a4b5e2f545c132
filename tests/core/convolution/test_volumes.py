"""Many volumes at once, against the layer of one."""

import numpy as np
import pytest

from core.convolution import convolve
from core.convolution.motion import pooled
from core.convolution.volumes import activated, halved


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_many_volumes_are_each_as_one_alone(kind: type) -> None:
    rng = np.random.default_rng(0)
    volumes, kernel, bias = (rng.standard_normal(shape) for shape in ((4, 3, 6, 4), (5, 3, 3, 3), (5,)))
    kernel, bias = kernel.astype(kind), bias.astype(kind)
    found = activated(volumes, kernel, bias)
    assert found.dtype == np.float64
    for one, maps in zip(volumes, found, strict=True):
        np.testing.assert_allclose(maps, np.maximum(convolve(one, kernel, bias=bias, padding=1), 0), atol=1e-12)
    for one, maps in zip(found, halved(found), strict=True):
        np.testing.assert_array_equal(maps, pooled(one, 2))
