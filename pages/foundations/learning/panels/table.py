"""A visitor's own points on the learning page: added by a click or as text, and tables of x and y."""

import numpy as np

from core.learning import MOST_POINTS
from core.numbers import read_number
from pages.foundations.learning.words import counted

Points = tuple[tuple[float, float], ...]

MOST_ADDED = 60
LARGEST = 1e6
LEAST_ROWS = 4
SHARES = (0.6, 0.8)
"""Of a table, so much is for training, and so much for training and validation together."""


def rows_of(content: bytes) -> np.ndarray:
    """The rows of a table as [row 2].

    Raises:
        ValueError: for a table without two columns of numbers, with fewer than 4 rows or more than 500, with a number
            beyond a million, and for what `read_table` refuses; the message names the line.
    """
    from core.transport import read_table  # brings scipy, which the first look at the page does without

    table = read_table(content, masses="")
    if table.points.shape[1] != 2:
        raise ValueError(f"the table has {table.points.shape[1]} columns of numbers; it must have two, x and y")
    if not LEAST_ROWS <= len(table.points) <= MOST_POINTS:
        raise ValueError(
            f"the table has {counted(len(table.points), 'point')}; there must be {LEAST_ROWS} to {MOST_POINTS}: two to "
            "fit, and one each to validate and to test"
        )
    if np.abs(table.points).max() > LARGEST:
        raise ValueError(f"the table holds {np.abs(table.points).max():g}; values must lie within ±{LARGEST:,.0f}")
    return table.points


def parted(rows: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A table, shuffled by a seed and split into training, validation and test points, none of them empty."""
    shuffled = rows[np.random.default_rng([seed, 3]).permutation(len(rows))]
    first, second = (round(share * len(rows)) for share in SHARES)
    return shuffled[:first], shuffled[first:second], shuffled[second:]


def added_of(text: str) -> Points:
    """Points from a text, "x y; x y".

    Raises:
        ValueError: for a word that is no number, a point that is no pair, more than 60 points, and a number beyond a
            million.
    """
    points = tuple(_point(part) for part in text.replace(",", " ").split(";") if part.strip())
    if len(points) > MOST_ADDED:
        raise ValueError(f"there are {len(points)} added points; at most {MOST_ADDED} are taken")
    return points


def _point(text: str) -> tuple[float, float]:
    words = text.split()
    if len(words) != 2:
        raise ValueError(f"the point {text.strip()[:30]!r} must be two numbers “x y”; it has {len(words)}")
    try:
        x, y = map(read_number, words)
    except ValueError as error:
        raise ValueError(f"the point {text.strip()[:30]!r} holds a word that is no number") from error
    if not (abs(x) <= LARGEST and abs(y) <= LARGEST):
        raise ValueError(f"the point {text.strip()[:30]!r} lies beyond ±{LARGEST:,.0f}")
    return x, y


def text_of(points: Points) -> str:
    """Points as the text that `added_of` reads back."""
    return "; ".join(f"{x:.6g} {y:.6g}" for x, y in points)
