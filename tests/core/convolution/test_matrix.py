"""The columns of windows and the banded matrix against torch and the map itself."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.convolution import Costs, banded, convolve, im2col


@given(st.integers(1, 3), st.integers(1, 3), st.integers(0, 2), st.integers(1, 2), st.integers(0, 99))
@settings(max_examples=50, deadline=None)
def test_the_columns_are_torchs(side: int, stride: int, padding: int, dilation: int, seed: int) -> None:
    picture = np.random.default_rng(seed).random((2, 9, 7))
    found = im2col(picture, (side, side), stride=stride, padding=padding, dilation=dilation)
    wanted = torch.nn.functional.unfold(
        torch.from_numpy(picture[None]), side, stride=stride, padding=padding, dilation=dilation
    )
    np.testing.assert_array_equal(found, wanted[0].numpy())


@given(st.integers(1, 3), st.integers(1, 3), st.integers(0, 2), st.integers(1, 2), st.integers(0, 99))
@settings(max_examples=50, deadline=None)
def test_both_multiplications_give_the_map(side: int, stride: int, padding: int, dilation: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    picture, kernel = rng.random((2, 8, 7)), rng.standard_normal((1, 2, side, side))
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    wanted = convolve(picture, kernel, **options)[0].ravel()
    matrix = banded(kernel, picture.shape, **options)
    np.testing.assert_allclose(matrix @ picture.ravel(), wanted, atol=1e-12)
    np.testing.assert_allclose(kernel.ravel() @ im2col(picture, (side, side), **options), wanted, atol=1e-12)
    assert np.count_nonzero(matrix, axis=1).max() <= kernel.size


def test_a_large_matrix_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 20,000,000"):
        banded(np.ones((1, 3, 3, 3)), (3, 64, 64))


def test_costs_are_counted() -> None:
    picture, kernel = np.zeros((1, 32, 32)), np.ones((1, 1, 3, 3))
    costs = Costs(picture.size, convolve(picture, kernel).size, kernel.size)
    dense = torch.nn.Linear(costs.pixels, costs.cells)
    assert costs.dense_parameters == sum(part.numel() for part in dense.parameters()) == 922_500
    assert costs.parameters == sum(part.numel() for part in torch.nn.Conv2d(1, 1, 3).parameters())
    assert costs.dense_multiply_adds == np.count_nonzero(np.ones((900, 1024)))
    assert costs.multiply_adds == np.count_nonzero(banded(kernel, picture.shape)) == 8100
