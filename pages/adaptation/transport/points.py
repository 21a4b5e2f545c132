"""Points that a visitor sets in the plane, as the text that stands in the link: "0.4 -1 / 2 0.6"."""

import numpy as np

from components.numbers import table, table_as_text

MOST = 200
"""Points of one side: more would be too much for an address, and a file takes a thousand."""


def read(text: str) -> np.ndarray:
    """Points [point 2] of a text; none of an empty one.

    Raises:
        ValueError: for what is no number or lies beyond ±1e9, a point that has not two of them, more than 200 points.
    """
    if not text.strip():
        return np.empty((0, 2))
    found = table(text, "own points")
    if found.shape[1] != 2:
        raise ValueError(f"own points: {found.shape[1]} numbers in each; there must be 2, as in “0.4 -1 / 2 0.6”")
    if len(found) > MOST:
        raise ValueError(f"own points: {len(found)} on one side; there may be 0 to {MOST}, and a file takes 1,000")
    return found


def added(text: str, point: tuple[float, float]) -> str:
    """The text with one more point, or as it is where it holds the most. Raises ValueError as `read` does."""
    own = read(text)
    return text if len(own) == MOST else table_as_text([*own, point])


def without(text: str, place: int) -> str:
    """The text without the point of this place, or as it is where there is none. Raises ValueError as `read` does."""
    own = read(text)
    return table_as_text(np.delete(own, place, axis=0)) if 0 <= place < len(own) else text
