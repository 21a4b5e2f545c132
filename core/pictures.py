"""A visitor's picture: looked at before it is decoded, and turned into plain RGB."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 5_000_000
MAX_PIXELS = 12_000_000
_KEPT_SIDE = 768


def read_picture(content: bytes) -> Image.Image:
    """A PNG or JPEG as an RGB picture of at most 768 pixels a side, the right way up.

    The format and the size are read from the header, before a single pixel is decoded. Rotation from EXIF is applied,
    CMYK is converted, transparency is laid over white; metadata are dropped.

    Raises:
        ValueError: if it is too large in bytes or pixels, no PNG or JPEG, animated, or damaged; the message says which.

    Invariant: the result is RGB.
    """
    if len(content) > MAX_BYTES:
        raise ValueError(f"The file has {len(content) / 1e6:.1f} MB; at most {MAX_BYTES / 1e6:.0f} MB are taken.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit below is lower
            picture = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
        _check(picture)
        picture.load()
    except UnidentifiedImageError as error:
        raise ValueError("This is no PNG or JPEG picture.") from error
    except Image.DecompressionBombError as error:
        raise ValueError(f"The picture has too many pixels; at most {MAX_PIXELS:,} are taken.") from error
    except (OSError, SyntaxError, EOFError) as error:
        raise ValueError(f"The picture is damaged: {str(error)[:120]}") from error
    upright = ImageOps.exif_transpose(picture)
    return _opaque(upright if upright is not None else picture)


def _check(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise ValueError(f"The picture has {width} x {height} pixels; at most {MAX_PIXELS:,} in all are taken.")
    if getattr(picture, "n_frames", 1) > 1:
        raise ValueError("The picture is animated; only a still picture can be shown.")


def on_white(picture: Image.Image) -> Image.Image:
    """A picture in RGB, what is transparent laid over white: its hidden pixels are black as a rule.

    Args:
        picture: of any mode, with an alpha band or a color that stands for transparent, or without.

    Invariant: the size stays, and a picture that is opaque keeps its colors.
    """
    if "A" in picture.getbands() or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", layer.size, (255, 255, 255, 255)), layer)
    return picture.convert("RGB")


def _opaque(picture: Image.Image) -> Image.Image:
    plain = Image.new("RGB", picture.size)
    plain.paste(on_white(picture))
    plain.thumbnail((_KEPT_SIDE, _KEPT_SIDE))
    return plain
