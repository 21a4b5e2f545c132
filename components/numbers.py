"""Numbers that a visitor types: read into arrays, or refused in plain words."""

from typing import Any

import numpy as np

from core.numbers import read_number

LARGEST = 1e9
"""Larger numbers would not be read in a table, and their squares and products run over."""


def numbers(text: str, what: str) -> np.ndarray:
    """Numbers from a text, separated by spaces or commas. Raises ValueError with the word that is none."""
    values = []
    for word in text.replace(",", " ").split():
        try:
            values.append(read_number(word))
        except ValueError as error:
            raise ValueError(f"{what}: {word[:20]!r} is no number") from error
    if not 1 <= len(values) <= 60:
        raise ValueError(f"{what}: {len(values)} numbers; there must be 1 to 60")
    beyond = [value for value in values if abs(value) > LARGEST]
    if beyond:
        raise ValueError(f"{what}: {beyond[0]:g} is too large; each must lie within -{LARGEST:g} and {LARGEST:g}")
    return np.array(values)


def table(text: str, what: str) -> np.ndarray:
    """A matrix from a text, one row a line or between slashes. Raises ValueError for rows of unequal length."""
    rows = [numbers(line, what) for line in text.replace("/", "\n").splitlines() if line.strip()]
    if not rows or len({len(row) for row in rows}) != 1:
        raise ValueError(f"{what}: every line needs the same number of values")
    return np.stack(rows)


def as_text(values: Any) -> str:
    """Numbers as a text that `numbers` reads back, to twelve digits."""
    return " ".join(f"{value:.12g}" for value in values)


def table_as_text(values: Any) -> str:
    """A matrix as a text that `table` reads back."""
    return " / ".join(as_text(row) for row in values)
