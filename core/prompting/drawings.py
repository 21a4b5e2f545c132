"""A visitor's own pictures: twelve rows of twelve digits, changed cell by cell. Needs no torch."""

import numpy as np
from jaxtyping import Int

from core.prompting.pictures import COLORS, SIDE


def read_picture_text(text: str) -> Int[np.ndarray, "12 12"]:
    """The colors of a picture written as 12 rows of 12 digits from 0 to 3, rows between slashes.

    Raises:
        ValueError: for anything else; the message says what is wrong.

    Invariant: `read_picture_text(write_picture(picture))` gives back the picture.
    """
    rows = [row.strip() for row in text.strip().split("/")]
    if len(rows) != SIDE or any(len(row) != SIDE for row in rows):
        raise ValueError(f"a picture has {SIDE} rows of {SIDE} digits each, with slashes between the rows")
    strange = sorted(set("".join(rows)) - set("0123"))
    if strange:
        raise ValueError(f"a picture holds the digits 0 to {COLORS - 1} only, not {strange[0]!r}")
    return np.array([[int(digit) for digit in row] for row in rows], dtype=np.int64)


def write_picture(picture: Int[np.ndarray, "12 12"]) -> str:
    """A picture as `read_picture_text` reads it."""
    return "/".join("".join(map(str, row)) for row in picture.tolist())


def with_cell(picture: Int[np.ndarray, "12 12"], row: int, column: int) -> Int[np.ndarray, "12 12"]:
    """The picture with the next color in one cell: 0, 1, 2, 3 and 0 again.

    Raises:
        ValueError: for a cell outside.
    """
    if not (0 <= row < SIDE and 0 <= column < SIDE):
        raise ValueError(f"the cell is ({row}, {column}); both must be 0 to {SIDE - 1}")
    found = picture.copy()
    found[row, column] = (found[row, column] + 1) % COLORS
    return found
