"""Fields of customers: where people live, drawn or taken from the brightness of a picture."""

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from core.numbers import whole

if TYPE_CHECKING:
    from PIL.Image import Image

FIELDS = ("uniform", "city")

QUARTERS = ((0.32, 0.30, 0.11, 1.0), (0.66, 0.68, 0.15, 0.8), (0.22, 0.78, 0.07, 0.9), (0.84, 0.24, 0.09, 0.5))
"""Down, across, spread and height of each quarter of the city."""

COUNTRY = 0.06
"""Customers outside the quarters."""

RIVER = 0.035
"""Half the width of the river, where nobody lives."""

MOST = 1000


def field(name: str, size: int = 200) -> Float[np.ndarray, "row column"]:
    """A field of customers by name.

    Args:
        name: uniform: alike everywhere; city: four quarters, some country, and a river without customers.
        size: rows and columns, 1 to 1,000.

    Raises:
        ValueError: for another name or size.

    Invariant: finite, 0 or more, not 0 everywhere.
    """
    if name not in FIELDS:
        raise ValueError(f"name is {name!r}; it must be one of {', '.join(FIELDS)}")
    size = whole("size", size, 1, MOST)
    if name == "uniform":
        return np.ones((size, size))
    middles = (np.arange(size) + 0.5) / size
    down, across = middles[:, None], middles
    people = np.full((size, size), COUNTRY)
    for row, column, spread, height in QUARTERS:
        people += height * np.exp(-((down - row) ** 2 + (across - column) ** 2) / (2 * spread**2))
    people[np.abs(down - 0.52 - 0.09 * np.sin(2.2 * np.pi * across)) < RIVER] = 0.0
    return people


def brightness(picture: "Image", size: int = 200) -> Float[np.ndarray, "row column"]:
    """The brightness of a picture as a field: its middle square, white 1 and black 0.

    Args:
        picture: of any mode; what is transparent counts as white. size: rows and columns of the field.

    Raises:
        ValueError: for a picture that is black everywhere, or a size out of 1 to 1,000.

    Source: luma of ITU-R BT.601, as Pillow's mode L has it.
    """
    from PIL import Image, ImageOps

    from core.pictures import on_white

    size = whole("size", size, 1, MOST)
    square = ImageOps.fit(on_white(picture).convert("L"), (size, size), Image.Resampling.BOX)
    bright: Float[np.ndarray, "row column"] = np.asarray(square, dtype=np.float64) / 255
    if not bright.any():
        raise ValueError("the picture is black everywhere; customers live where it is bright, so there are none")
    return bright
