"""Pictures to convolve: drawn ones, handwritten digits, and a visitor's own, all in [0, 1]."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from core.convolution.halves import digit_labels, digit_pictures
from core.convolution.operation import Picture

MOST_SIDE = 64
"""The longest side to which a visitor's picture is brought."""

DRAWN_SIDE = 32


def _axes() -> tuple[Float[np.ndarray, "row column"], Float[np.ndarray, "row column"]]:
    rows, columns = np.mgrid[:DRAWN_SIDE, :DRAWN_SIDE].astype(np.float64)
    return rows, columns


def _colored(parts: list[tuple[np.ndarray, tuple[float, float, float]]], ground: tuple[float, float, float]) -> Picture:
    """Areas of one color over a ground, the later ones on top."""
    picture = np.empty((3, DRAWN_SIDE, DRAWN_SIDE))
    picture[:] = np.array(ground)[:, None, None]
    for area, color in parts:
        picture[:, area] = np.array(color)[:, None]
    return picture


def _house() -> Picture:
    row, column = _axes()
    return _colored(
        [
            (row >= 26, (0.35, 0.6, 0.25)),
            ((row - 6) ** 2 + (column - 26) ** 2 <= 12, (1.0, 0.85, 0.2)),
            ((row >= 14) & (row < 27) & (column >= 6) & (column < 22), (0.9, 0.8, 0.65)),
            ((row >= 5) & (row < 14) & (abs(column - 13.5) <= row - 4), (0.7, 0.25, 0.2)),
            ((row >= 19) & (row < 27) & (column >= 12) & (column < 16), (0.35, 0.2, 0.1)),
            ((row >= 16) & (row < 20) & (column >= 17) & (column < 20), (0.3, 0.5, 0.8)),
        ],
        (0.6, 0.8, 0.95),
    )


def _square() -> Picture:
    row, column = _axes()
    inside = (row >= 8) & (row < 24) & (column >= 8) & (column < 24)
    return inside[None].astype(np.float64)


def _rings() -> Picture:
    row, column = _axes()
    distance = np.hypot(row - 15.5, column - 15.5)
    return 0.5 + 0.5 * np.cos(2 * np.pi * distance / 6)[None]


def _stripes() -> Picture:
    row, column = _axes()
    return np.asarray((((row + column) // 4) % 2)[None])


def _dot() -> Picture:
    picture = np.zeros((1, DRAWN_SIDE, DRAWN_SIDE))
    picture[0, 15, 15] = 1.0
    return picture


DRAWN: dict[str, Callable[[], Picture]] = {
    "house": _house,
    "square": _square,
    "rings": _rings,
    "stripes": _stripes,
    "dot": _dot,
    "one color": lambda: np.full((1, DRAWN_SIDE, DRAWN_SIDE), 0.6),
}
"""Name -> picture of 32 x 32 pixels; the house has three channels, the others one."""

DIGITS = tuple(f"digit {label}" for label in range(10))
"""The first handwritten digit of each class."""

PICTURES: tuple[str, ...] = (*DRAWN, *DIGITS)


def picture(name: str) -> Picture:
    """A picture by its name, [channel row column] with 3 channels or 1, in [0, 1].

    Raises:
        ValueError: for a name that is none of PICTURES.
    """
    if name in DRAWN:
        return DRAWN[name]()
    if name not in DIGITS:
        raise ValueError(f"picture is {name!r}; it must be one of {', '.join(PICTURES)}")
    return np.asarray(digit_pictures()[int(np.argmax(digit_labels() == DIGITS.index(name)))][None])


CHANNELS: tuple[str, ...] = ("gray", "red", "green", "blue", "all three")
GRAY = np.array([0.299, 0.587, 0.114])
"""The shares of red, green and blue in gray: ITU-R BT.601."""


def channels_of(image: Picture, chosen: str) -> Picture:
    """The channels of a picture that are convolved; one without colors counts as one of equal parts of each.

    Args:
        image: [3 row column] or [1 row column]. chosen: one of CHANNELS.

    Raises:
        ValueError: for another choice, or another number of channels.
    """
    if len(image) not in (1, 3):
        raise ValueError(f"picture has {len(image)} channels; it must have 1 or 3")
    if chosen not in CHANNELS:
        raise ValueError(f"channels is {chosen!r}; it must be one of {', '.join(CHANNELS)}")
    colors = np.broadcast_to(image, (3, *image.shape[1:]))
    if chosen == "all three":
        return colors.copy()
    if chosen != "gray":
        return np.asarray(colors[CHANNELS.index(chosen) - 1][None].copy())
    return image.copy() if len(image) == 1 else np.tensordot(GRAY, image, 1)[None]


def uploaded_picture(content: bytes) -> Picture:
    """A visitor's PNG or JPEG as [3 row column] in [0, 1], brought to at most 64 pixels a side.

    Raises:
        ValueError: if it is too large, no PNG or JPEG, animated, or damaged; the message says which.

    Invariant: no side is longer than 64 or shorter than 1.
    """
    from core.pictures import read_picture

    small = read_picture(content)
    small.thumbnail((MOST_SIDE, MOST_SIDE))
    return np.asarray(small, dtype=np.float64).transpose(2, 0, 1) / 255
