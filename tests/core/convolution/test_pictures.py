"""Pictures and kernels: what they promise, and a visitor's own."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from core.convolution import (
    CHANNELS,
    KERNELS,
    PICTURES,
    SIDES,
    channels_of,
    digit_labels,
    digit_pictures,
    named_kernel,
    picture,
    read_kernel,
    uploaded_picture,
    written_kernel,
)


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_lie_in_0_to_1_and_have_the_channels_asked_for(name: str) -> None:
    found = picture(name)
    assert 0 <= found.min() <= found.max() <= 1
    for chosen in CHANNELS:
        assert channels_of(found, chosen).shape == (3 if chosen == "all three" else 1, *found.shape[1:])


def test_digits_are_of_their_class() -> None:
    images, labels = digit_pictures(), digit_labels()
    for label in range(10):
        same = [place for place, image in enumerate(images) if np.array_equal(image, picture(f"digit {label}")[0])]
        assert label in labels[same]


@pytest.mark.parametrize("side", SIDES)
def test_kernels_sum_to_what_they_promise(side: int) -> None:
    for name in KERNELS:
        total = named_kernel(name, side).sum()
        wanted = 0 if name in ("vertical edges", "horizontal edges", "outline", "corner") else 1
        assert total == pytest.approx(wanted, abs=1e-12), name
    np.testing.assert_array_equal(named_kernel("vertical edges"), [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    np.testing.assert_array_equal(named_kernel("emboss"), [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]])


@given(arrays(np.float64, st.tuples(st.integers(1, 7), st.integers(1, 7)), elements=st.integers(-999, 999)))
def test_a_kernel_is_read_as_it_is_written(kernel: np.ndarray) -> None:
    np.testing.assert_array_equal(read_kernel(written_kernel(kernel)), kernel)


@pytest.mark.parametrize(
    "text",
    ["", "/", "1 2 / 3", "a", "nan", "inf", "1e9", "1_0", "1 " * 8, "/".join(["1"] * 8), "<script>alert(1)</script>"],
)
def test_text_that_is_no_kernel_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"empty|rows have|is no number|must lie|at most"):
        read_kernel(text)


def test_names_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="picture is 'cat'"):
        picture("cat")
    with pytest.raises(ValueError, match="kernel is 'cat'"):
        named_kernel("cat")
    with pytest.raises(ValueError, match="side is 4"):
        named_kernel("blur", 4)
    with pytest.raises(ValueError, match="channels is 'cyan'"):
        channels_of(picture("house"), "cyan")


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


@pytest.mark.parametrize("size", [(200, 100), (20_000, 1), (1, 1), (64, 64), (3, 500)])
def test_an_upload_is_at_most_64_pixels_a_side(size: tuple[int, int]) -> None:
    found = uploaded_picture(encoded(Image.new("RGB", size, (255, 0, 0))))
    assert found.shape[0] == 3
    assert 1 <= min(found.shape[1:]) <= max(found.shape[1:]) <= 64
    np.testing.assert_array_equal(found[0], 1)


@pytest.mark.parametrize("content", [b"", b"GIF89a", encoded(Image.new("1", (20_000, 20_000)))[:300]])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"picture|pixels|PNG"):
        uploaded_picture(content)


def test_an_animation_is_refused() -> None:
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    with pytest.raises(ValueError, match="animated"):
        uploaded_picture(encoded(frames[0], save_all=True, append_images=frames[1:]))
