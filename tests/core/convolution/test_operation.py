"""Convolution against torch and scipy, and what it refuses."""

from inspect import unwrap
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import convolve2d, correlate2d

from core.convolution import cell, convolve, output_size, same_padding


@st.composite
def layers(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
    """A picture, kernels and biases that fit, with every option."""
    groups, each, share = draw(st.integers(1, 3)), draw(st.integers(1, 2)), draw(st.integers(1, 3))
    taps = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    dilation, padding, stride = draw(st.integers(1, 3)), draw(st.integers(0, 3)), draw(st.integers(1, 4))
    sides = [dilation * (side - 1) + 1 + draw(st.integers(0, 6)) for side in taps]
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    picture = rng.standard_normal((groups * each, *sides))
    kernel = rng.standard_normal((groups * share, each, *taps))
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    return picture, kernel, rng.standard_normal(len(kernel)), options


@given(layers())
@settings(max_examples=80, deadline=None)
def test_it_is_torchs(layer: tuple[np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]) -> None:
    picture, kernel, bias, options = layer
    wanted = torch.nn.functional.conv2d(*(torch.from_numpy(part) for part in (picture[None], kernel, bias)), **options)
    found = convolve(picture, kernel, bias=bias, **options)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, wanted[0].numpy(), atol=1e-12)
    turned = convolve(picture, kernel[:, :, ::-1, ::-1], bias=bias, flip=True, **options)
    np.testing.assert_allclose(turned, found, atol=1e-12)


def test_it_is_scipys_correlation_and_with_flip_its_convolution() -> None:
    rng = np.random.default_rng(0)
    picture, kernel = rng.random((9, 7)), rng.random((3, 4))
    np.testing.assert_allclose(
        convolve(picture[None], kernel[None, None])[0], correlate2d(picture, kernel, mode="valid"), atol=1e-13
    )
    flipped = convolve(picture[None], kernel[None, None], flip=True)[0]
    np.testing.assert_allclose(flipped, convolve2d(picture, kernel, mode="valid"), atol=1e-13)


@pytest.mark.parametrize(("side", "dilation"), [(1, 1), (3, 1), (5, 2), (2, 2)])
def test_same_keeps_the_size(side: int, dilation: int) -> None:
    picture = np.random.default_rng(1).random((1, 12, 9))
    kernel = np.ones((1, 1, side, side))
    found = convolve(picture, kernel, padding="same", dilation=dilation)
    assert found.shape == picture.shape
    number = same_padding(side, dilation)
    np.testing.assert_array_equal(found, convolve(picture, kernel, padding=number, dilation=dilation))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"stride": 0}, "stride is 0"),
        ({"stride": True}, "stride is True"),
        ({"padding": -1}, "padding is -1"),
        ({"dilation": 0}, "dilation is 0"),
        ({"dilation": 3}, "spans 10 pixels"),
        ({"groups": 2}, "groups is 2"),
        ({"bias": np.ones(3)}, "bias has the shape"),
        ({"padding": "same"}, "odd side"),
        ({"padding": "same", "stride": 2}, "stride is 2"),
    ],
)
def test_what_cannot_be_is_refused_with_the_value(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        convolve(np.ones((1, 6, 6)), np.ones((2, 1, 4, 4)), **options)


@pytest.mark.parametrize(
    ("picture", "kernel", "words"),
    [
        (np.ones((6, 6)), np.ones((1, 1, 3, 3)), "picture has the shape"),
        (np.ones((1, 0, 6)), np.ones((1, 1, 3, 3)), "picture has the shape"),
        (np.ones((1, 6, 6)), np.ones((3, 3)), "kernel has the shape"),
        (np.ones((3, 6, 6)), np.ones((1, 1, 3, 3)), "kernel takes 1 channels"),
        (np.ones((1, 6, 6)), np.ones((1, 1, 7, 7)), "does not fit into 6"),
        (np.ones((1, 6, 6)) + 1j, np.ones((1, 1, 3, 3)), "picture holds complex128"),
        (np.ones((1, 6, 6)), [[[["a"]]]], "kernel holds str"),
    ],
)
def test_shapes_that_do_not_go_together_are_refused(picture: Any, kernel: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        convolve(picture, kernel)


def test_kinds_that_types_do_not_foresee_are_refused_in_words() -> None:
    picture, kernel = np.ones((1, 6, 6)), np.ones((2, 1, 3, 3))
    for options, words in (({"bias": None}, "bias holds object"), ({"padding": np.array([1, 2])}, "padding is array")):
        with pytest.raises(ValueError, match=words):
            unwrap(convolve)(picture, kernel, **options)
    for options, words in (
        ({"flip": "no"}, "flip is 'no'; it must be True or False"),
        ({"flip": None}, "flip is None"),
    ):
        with pytest.raises(ValueError, match=words):
            unwrap(convolve)(picture, kernel, **options)
    with pytest.raises(ValueError, match="exact is 'yes'; it must be True or False"):
        unwrap(output_size)(5, 3, exact="yes")
    with pytest.raises(ValueError, match=r"column is 0\.5; it must be a whole number from 0 to 3"):
        unwrap(cell)(picture, kernel, 0, 0.5)


def test_what_is_no_array_and_what_no_memory_holds_is_refused_in_words() -> None:
    kernel = np.ones((1, 1, 2, 2))
    with pytest.raises(ValueError, match="picture is no array of numbers"):
        unwrap(convolve)([[[1.0, 2.0], [3.0]]], kernel)
    with pytest.raises(ValueError, match="picture is no array of numbers"):
        unwrap(convolve)(torch.ones(1, 3, 3, requires_grad=True), kernel)
    for padding in (10_000, 10**9, 10**30):
        with pytest.raises(ValueError, match=rf"padding is {padding:,}; with it the picture would have"):
            convolve(np.ones((1, 3, 3)), kernel, padding=padding)


def test_any_real_numbers_are_taken_and_added_in_float64() -> None:
    picture = np.full((1, 4, 4), 255, dtype=np.uint8)
    found = convolve(picture, np.ones((1, 1, 3, 3), dtype=np.int8))
    assert found.dtype == np.float64
    assert (found == 9 * 255).all()
    np.testing.assert_array_equal(convolve(picture.tolist(), np.ones((1, 1, 3, 3)).tolist(), bias=[1]), found + 1)
    tiny = convolve(picture * 1e-305, np.ones((1, 1, 3, 3)))
    np.testing.assert_allclose(tiny, found * 1e-305, rtol=1e-12)


def test_steps_beyond_what_memory_counts_leave_one_window() -> None:
    picture = np.arange(25.0).reshape(1, 5, 5)
    assert convolve(picture, np.ones((1, 1, 3, 3)), stride=10**20).tolist() == [[[54.0]]]
    np.testing.assert_array_equal(convolve(picture, np.ones((1, 1, 1, 1)), dilation=10**20), picture)


@given(st.integers(1, 60), st.integers(1, 12), st.integers(1, 6), st.integers(0, 4), st.integers(1, 4))
@settings(max_examples=200, deadline=None)
def test_the_size_is_the_number_of_windows(size: int, kernel: int, stride: int, padding: int, dilation: int) -> None:
    room, extent = size + 2 * padding, dilation * (kernel - 1) + 1
    windows = [start for start in range(0, room, stride) if start + extent <= room]
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    if not windows:
        with pytest.raises(ValueError, match="does not fit"):
            output_size(size, kernel, **options)
        return
    assert output_size(size, kernel, **options) == len(windows)
    if windows[-1] + extent == room:
        assert output_size(size, kernel, **options, exact=True) == len(windows)
    elif (room - extent) % stride:
        with pytest.raises(ValueError, match="no whole number"):
            output_size(size, kernel, **options, exact=True)


def test_the_fraction_of_alexnet_is_named() -> None:
    assert output_size(224, 11, stride=4) == 54
    assert output_size(227, 11, stride=4, exact=True) == 55
    assert output_size(224, 11, stride=4, padding=2) == 55
    with pytest.raises(ValueError, match=r"54\.25 \(217/4\)"):
        output_size(224, 11, stride=4, exact=True)
    with pytest.raises(ValueError, match=r"3\.333333333 \(10/3\)"):
        output_size(10, 3, stride=3, exact=True)
    with pytest.raises(ValueError, match="no whole number"):
        output_size(10**400, 3, stride=2, exact=True)


@given(layers(), st.integers(0, 99), st.booleans())
@settings(max_examples=40, deadline=None)
def test_a_cell_is_the_sum_of_its_products(
    layer: tuple[np.ndarray, np.ndarray, np.ndarray, dict[str, Any]], draw: int, flip: bool
) -> None:
    picture, kernel, bias, options = layer
    kernel = np.repeat(kernel[:1, :1], len(picture), axis=1)
    options.pop("groups")
    found = convolve(picture, kernel, bias=float(bias[0]), flip=flip, **options)[0]
    row, column = divmod(draw % found.size, found.shape[1])
    one = cell(picture, kernel, row, column, bias=float(bias[0]), flip=flip, **options)
    assert one.value == pytest.approx(found[row, column], abs=1e-12)
    with pytest.raises(ValueError, match="row is"):
        cell(picture, kernel, len(found), 0, **options)
