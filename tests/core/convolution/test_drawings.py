"""A visitor's own digit: read, written, clicked, and made of pictures."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.convolution import clicked, digit_labels, digit_of, digit_pictures, nearest, read_drawing, write_drawing

SEVEN = "22222222/00000022/00000220/00002200/00022000/00220000/02200000/02000000"


def png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


@given(st.lists(st.integers(0, 2), min_size=64, max_size=64))
def test_a_drawing_comes_back(levels: list[int]) -> None:
    pixels = np.array(levels).reshape(8, 8) / 2
    assert np.array_equal(read_drawing(write_drawing(pixels)), pixels)


@given(st.integers(0, 7), st.integers(0, 7))
def test_three_clicks_bring_a_cell_back(row: int, column: int) -> None:
    once = clicked(SEVEN, row, column)
    assert read_drawing(once)[row, column] != read_drawing(SEVEN)[row, column]
    assert clicked(clicked(once, row, column), row, column) == SEVEN


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "8 rows of 8 signs"),
        ("22", "8 rows of 8 signs"),
        ("/".join(["0" * 9] * 8), "8 rows of 8 signs"),
        ("/".join(["0000000x"] * 8), "0, 1 and 2 only, not 'x'"),
        ("<script>alert(1)</script>", "8 rows of 8 signs"),
    ],
)
def test_what_is_no_drawing_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_drawing(text)


def test_a_cell_outside_is_refused() -> None:
    with pytest.raises(ValueError, match="both must be 0 to 7"):
        clicked(SEVEN, 8, 0)


@pytest.mark.parametrize("place", [0, 10, 21, 37])
@pytest.mark.parametrize("dark_ink", [True, False])
def test_a_digit_in_a_large_picture_is_found_again(place: int, dark_ink: bool) -> None:
    large = np.zeros((300, 500))
    large[50:210, 180:340] = np.kron(digit_pictures()[place], np.ones((20, 20)))
    gray = 255 * (1 - large if dark_ink else large)
    found = nearest(digit_pictures().reshape(-1, 64), digit_of(png(gray)).ravel(), count=5)
    assert digit_labels()[place] in digit_labels()[found]


def test_a_picture_of_one_color_and_broken_ones_are_refused() -> None:
    for shade in (0, 128, 255):
        with pytest.raises(ValueError, match="one color"):
            digit_of(png(np.full((40, 40), shade)))
    with pytest.raises(ValueError, match="no PNG or JPEG"):
        digit_of(b"no picture")
    with pytest.raises(ValueError, match=r"at most 12,000,000|too many pixels"):
        digit_of(png(np.zeros((20_000, 1000))))
    frames = [Image.fromarray(np.full((8, 8), k, dtype=np.uint8)) for k in (0, 255)]
    file = io.BytesIO()
    frames[0].save(file, "PNG", save_all=True, append_images=frames[1:])
    with pytest.raises(ValueError, match="animated"):
        digit_of(file.getvalue())


@pytest.mark.parametrize("shape", [(1, 20_000), (20_000, 1), (3, 3)])
def test_thin_and_tiny_pictures_become_eight_by_eight(shape: tuple[int, int]) -> None:
    gray = np.full(shape, 255)
    # A long picture is brought to 768 pixels first, where a single pixel would be lost.
    gray[tuple(slice(side // 3, 2 * side // 3 + 1) for side in shape)] = 0
    pixels = digit_of(png(gray))
    assert pixels.shape == (8, 8)
    assert pixels.max() == 1
    assert np.isfinite(pixels).all()
