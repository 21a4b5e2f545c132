"""Pictures of visitors: hostile, broken and merely unusual ones."""

import numpy as np
import pytest
from PIL import Image

from core.pictures import MAX_BYTES, read_picture
from tests.core.clip.odd_pictures import animated, encoded, png_header


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "no PNG or JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG or JPEG"),
        (b"\x89PNG\r\n\x1a\n", "PNG or JPEG|damaged"),
        (png_header(20_000, 20_000), "20000 x 20000|too many pixels"),
        (png_header(100, 100), "damaged"),
        (b"0" * (MAX_BYTES + 1), "at most 5 MB"),
        (encoded(Image.new("RGB", (8, 8)), "GIF"), "no PNG or JPEG"),
        (encoded(Image.new("RGB", (8, 8)), "BMP"), "no PNG or JPEG"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(content: bytes, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        read_picture(content)


def test_an_animated_png_is_refused() -> None:
    with pytest.raises(ValueError, match="animated"):
        read_picture(animated())


def test_a_truncated_jpeg_is_refused() -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (200, 200, 3), dtype=np.uint8))
    with pytest.raises(ValueError, match="damaged"):
        read_picture(encoded(noise, "JPEG")[:4000])


def test_cmyk_becomes_rgb() -> None:
    found = read_picture(encoded(Image.new("CMYK", (20, 10), (0, 255, 255, 0)), "JPEG"))
    red, green, blue = np.asarray(found)[5, 10].astype(int)
    assert found.mode == "RGB"
    assert red > 180 > 80 > max(green, blue)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_lies_over_white(mode: str) -> None:
    picture = Image.new("RGBA", (10, 10), (255, 0, 0, 0)).convert(mode)
    options = {"transparency": 0} if mode == "P" else {}
    found = np.asarray(read_picture(encoded(picture, "PNG", **options)))
    assert (found > 250).all()


def test_a_rotated_photograph_is_turned_upright() -> None:
    picture = Image.new("RGB", (40, 20), "white")
    exif = Image.Exif()
    exif[0x0112] = 6
    assert read_picture(encoded(picture, "JPEG", exif=exif)).size == (20, 40)


def test_a_large_picture_is_kept_small_and_a_gray_one_is_rgb() -> None:
    found = read_picture(encoded(Image.new("L", (2000, 1000), 128), "PNG"))
    assert found.size == (768, 384)
    assert found.mode == "RGB"
