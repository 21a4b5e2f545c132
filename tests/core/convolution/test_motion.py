"""What becomes of a map when the picture moves: along at stride 1, not at a coarser stride."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.convolution import channels_of, moved, named_kernel, picture, pooled, relative, shifted, turned, unmoved


@given(st.integers(0, 6), st.integers(1, 4), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_a_map_follows_where_the_stride_divides_the_distance(by: int, stride: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    run = shifted(rng.random((2, 17, 19)), rng.standard_normal((1, 2, 3, 3)), by, stride=stride)
    if by % stride == 0:
        assert run.error <= 1e-12
    else:
        assert run.error > 0.05
    assert run.differences.shape[2] > 0


def test_a_move_brings_zeros_in() -> None:
    image = np.arange(1.0, 10).reshape(1, 3, 3)
    np.testing.assert_array_equal(moved(image, 1, -1)[0], [[0, 0, 0], [2, 3, 0], [5, 6, 0]])
    np.testing.assert_array_equal(moved(image, 0, 5)[0], np.zeros((3, 3)))


def test_pools_are_the_largest_of_their_windows() -> None:
    maps = np.arange(35.0).reshape(1, 5, 7)
    np.testing.assert_array_equal(pooled(maps, 2)[0], [[8, 10, 12], [22, 24, 26]])
    with pytest.raises(ValueError, match="side is 6"):
        pooled(maps, 6)


def test_a_turn_is_followed_by_a_kernel_that_looks_the_same_when_turned() -> None:
    house = channels_of(picture("house"), "gray")
    for name in ("blur", "outline", "identity", "sharpen"):
        assert turned(house, named_kernel(name)[None, None])[2] < 1e-12, name
    assert turned(house, named_kernel("vertical edges")[None, None])[2] > 0.5


@pytest.mark.parametrize("shape", [(1, 3), (3, 1), (2, 5), (1, 2)])
def test_a_turn_is_judged_for_every_shape_of_kernel(shape: tuple[int, int]) -> None:
    house = channels_of(picture("house"), "gray")
    kernel = np.ones((1, 1, *shape))
    back, plain, error = turned(house, kernel)
    assert back.shape == plain.shape
    assert error > 0


def test_nothing_changes_where_nothing_moves_and_pools_change_less_on_the_house() -> None:
    house, kernel = channels_of(picture("house"), "gray"), named_kernel("vertical edges")[None, None]
    still, one = unmoved(house, kernel, 0), unmoved(house, kernel, 1)
    assert (still.plain, still.pooled, still.whole) == (0, 0, 0)
    assert one.pooled < one.plain


def test_errors_are_not_a_number_where_there_is_nothing() -> None:
    assert np.isnan(relative(np.zeros(3), np.zeros(3)))
    assert relative(np.array([1.0, 3.0]), np.array([2.0, 2.0])) == 0.5
    plain = channels_of(picture("one color"), "gray")
    assert np.isnan(shifted(plain, named_kernel("outline")[None, None] * 0, 2).error)


@pytest.mark.parametrize("by", [-1, 32])
def test_a_distance_out_of_range_is_refused(by: int) -> None:
    with pytest.raises(ValueError, match="by is"):
        shifted(picture("square"), np.ones((1, 1, 3, 3)), by)


@pytest.mark.parametrize("name", ["vertical edges", "horizontal edges", "outline", "corner"])
@pytest.mark.parametrize("side", [3, 5, 7])
def test_a_map_of_nothing_but_rounding_has_no_error(name: str, side: int) -> None:
    image, kernel = picture("one color"), named_kernel(name, side)[None, None]
    still = unmoved(image, kernel, 1)
    found = [shifted(image, kernel, 1).error, shifted(image, kernel, 1, stride=2).error, turned(image, kernel)[2]]
    assert np.isnan([*found, still.plain, still.pooled, still.whole]).all()
    seen = picture("square") * 1e-6 + image
    assert shifted(seen, kernel, 1).error < 1e-6
