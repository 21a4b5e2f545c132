"""Signals: named ones, a text as numbers, knots that a visitor draws, and a column of a CSV file."""

import csv
import io

import numpy as np
from jaxtyping import Float

from core.numbers import require, whole
from core.state_space.arguments import numbers

SIGNALS = ("impulse", "step", "square", "waves", "text")
"""The named signals."""

MOST_SAMPLES = 4096
"""Samples of the longest signal, of a file too."""

LOUDEST = 1e9
"""The largest size of a sample from a file."""

KNOTS = 17
"""Places at which a signal is drawn; between them it is a straight line."""


def signal(name: str, length: int, *, text: str = "") -> Float[np.ndarray, "time"]:
    """A named signal.

    impulse: 1, then 0. step: 0 for the first eighth, then 1. square: 1 and -1 in turn, an eighth of the length each.
    waves: a slow and a fast wave and a drift. text: the places of a text's letters in the alphabet, from -1 to 1.

    Args:
        name: one of SIGNALS.
        length: L, 1 to 4096; a text that is shorter is followed by 0.
        text: for the signal "text".

    Raises:
        ValueError: for an unknown name, a length out of range, or a text without a character.

    Invariant: nowhere above 1 or below -1.
    """
    length = whole("length", length, 1, MOST_SAMPLES)
    require(name in SIGNALS, "name", name, "one of " + ", ".join(SIGNALS))
    k = np.arange(length)
    if name == "impulse":
        return np.where(k == 0, 1.0, 0.0)
    if name == "step":
        return np.where(k >= length // 8, 1.0, 0.0)
    if name == "square":
        return np.where(k // max(1, length // 8) % 2 == 0, 1.0, -1.0)
    if name == "waves":
        x = k / max(1, length - 1)
        return np.asarray(0.45 * np.sin(2 * np.pi * 2 * x) + 0.3 * np.sin(2 * np.pi * 7 * x + 1) + 0.25 * (2 * x - 1))
    return _letters(text, length)


def _letters(text: str, length: int) -> Float[np.ndarray, "time"]:
    """Letters from a to z as -1 to 1, whatever their case; every other character as 0."""
    require(bool(text.strip()), "text", text, "at least one character")
    places = [ord(letter) - ord("a") for letter in text.lower()[:length]]
    coded = [2 * place / 25 - 1 if 0 <= place < 26 else 0.0 for place in places]
    return np.array(coded + [0.0] * (length - len(coded)))


def drawn_signal(knots: str, length: int) -> Float[np.ndarray, "time"]:
    """Straight lines between knots that are evenly spaced over the length.

    Args:
        knots: two or more numbers, apart by spaces, within -1 and 1.
        length: L, 1 to 4096.

    Raises:
        ValueError: for what is no number, a number out of range, or fewer than two.
    """
    try:
        heights = numbers("knots", [float(word) for word in knots.replace(",", " ").split()])
    except ValueError as error:
        raise ValueError(f"knots = {knots.strip()!r} must be numbers from -1 to 1, apart by spaces.") from error
    require(len(heights) >= 2, "number of knots", len(heights), "at least 2")
    require(bool((np.abs(heights) <= 1).all()), "knots", knots.strip(), "from -1 to 1")
    length = whole("length", length, 1, MOST_SAMPLES)
    places = np.linspace(0, len(heights) - 1, length)
    return np.asarray(np.interp(places, np.arange(len(heights)), heights))


def with_knot(knots: str, place: int, height: float) -> str:
    """The knots with one of them moved; `place` from 0."""
    heights = knots.replace(",", " ").split()
    heights[place] = f"{height:g}"
    return " ".join(heights)


def csv_signal(content: bytes) -> Float[np.ndarray, "time"]:
    """The last column of a CSV file, one sample a row; a first row that is no number is its head.

    Args:
        content: of the file, UTF-8, at most 1 MB and 4,096 rows.

    Raises:
        ValueError: for a file that is no text, too long or empty, or a cell that is no finite number; it names the row.
    """
    require(len(content) <= 1_000_000, "size of the file", len(content), "at most 1,000,000 bytes")
    try:
        rows = [row for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) if any(map(str.strip, row))]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"the file must be a CSV in UTF-8: {error}") from error
    if rows and _number(rows[0][-1]) is None:
        rows = rows[1:]
    require(1 <= len(rows) <= MOST_SAMPLES, "number of samples", len(rows), f"1 to {MOST_SAMPLES}, one a row")
    found = []
    for place, row in enumerate(rows, start=1):
        value = _number(row[-1])
        fits = value is not None and abs(value) <= LOUDEST
        require(fits, f"sample {place}", row[-1], f"a finite number of at most {LOUDEST:.0e} in size")
        found.append(value)
    return np.array(found, dtype=np.float64)


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None
