"""A visitor's own digit: drawn by clicks on 8 x 8 cells, or a picture brought to that size."""

import numpy as np
from jaxtyping import Float
from PIL import Image

from core.digits import SIDE
from core.pictures import read_picture

LEVELS = 3
"""What a cell may be: empty, half full, full."""


def read_drawing(text: str) -> Float[np.ndarray, "8 8"]:
    """The pixels of a drawing written as 8 rows of 8 signs, "0" empty, "1" half full, "2" full, rows between slashes.

    Raises:
        ValueError: for anything else; the message says what is wrong.

    Invariant: `read_drawing(write_drawing(pixels))` gives back pixels of 0, 0.5 and 1.
    """
    rows = [row.strip() for row in text.strip().split("/")]
    if len(rows) != SIDE or any(len(row) != SIDE for row in rows):
        raise ValueError(f"A drawing has {SIDE} rows of {SIDE} signs each, with slashes between the rows.")
    strange = sorted(set("".join(rows)) - set("012"))
    if strange:
        raise ValueError(f"A drawing holds the signs 0, 1 and 2 only, not {strange[0]!r}.")
    return np.array([[int(sign) for sign in row] for row in rows]) / (LEVELS - 1)


def write_drawing(pixels: Float[np.ndarray, "8 8"]) -> str:
    """Pixels in [0, 1] as a drawing, each at its nearest level."""
    levels = np.rint(np.clip(pixels, 0, 1) * (LEVELS - 1)).astype(int)
    return "/".join("".join(map(str, row)) for row in levels)


def clicked(text: str, row: int, column: int) -> str:
    """The drawing after a click on a cell: empty becomes full, full half full, half full empty.

    Raises:
        ValueError: for a text that is no drawing, or a cell outside it.
    """
    if not (0 <= row < SIDE and 0 <= column < SIDE):
        raise ValueError(f"the cell is ({row}, {column}); both must be 0 to {SIDE - 1}")
    pixels = read_drawing(text)
    pixels[row, column] = {0.0: 1.0, 1.0: 0.5, 0.5: 0.0}[float(pixels[row, column])]
    return write_drawing(pixels)


def digit_of(content: bytes) -> Float[np.ndarray, "8 8"]:
    """A picture of one digit as 8 x 8 pixels in [0, 1], 1 for ink.

    The ink is what differs from the border: light on dark or dark on light. The box around it is scaled to fill the
    height or the width, and centered, since the digits of scikit-learn fill theirs.

    Args:
        content: of a PNG or JPEG file; see `core.pictures.read_picture` for what is refused.

    Raises:
        ValueError: for a file that is refused, and for a picture of one color.
    """
    gray = np.asarray(read_picture(content).convert("L"), dtype=np.float64) / 255
    border = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])
    ink = np.abs(gray - np.median(border))
    if ink.max() < 0.1:
        raise ValueError("The picture has one color; a digit needs ink that differs from its paper.")
    ink = ink / ink.max()
    rows, columns = (np.flatnonzero((ink > 0.4).any(axis=axis)) for axis in (1, 0))
    box = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    side = max(box.shape)
    square = np.zeros((side, side))
    top, left = ((side - length) // 2 for length in box.shape)
    square[top : top + box.shape[0], left : left + box.shape[1]] = box
    small = Image.fromarray((square * 255).astype(np.uint8)).resize((SIDE, SIDE), Image.Resampling.BOX)
    pixels = np.asarray(small, dtype=np.float64) / 255
    # A thin pen leaves gray cells; the darkest cell of a digit of scikit-learn is full.
    return np.asarray(pixels / pixels.max())
