"""What the functions of tuning accept: real numbers within named ranges, words of a list, and finite matrices."""

import math
from collections.abc import Sequence
from numbers import Real

import numpy as np
from jaxtyping import Float

from core.numbers import require

Matrix = Float[np.ndarray, "row column"]
MatrixLike = object
"""Whatever numpy makes a matrix of: an array, rows of numbers, a tensor; anything else is refused in words."""


def real(name: str, value: object, low: float, high: float) -> float:
    """A real number within [low, high]; raises ValueError for another number or for what is none."""
    number = math.nan if isinstance(value, bool) or not isinstance(value, Real) else float(value)
    require(low <= number <= high, name, value, f"a number from {low:g} to {high:g}")
    return number


def one_of(name: str, value: object, allowed: Sequence[str]) -> str:
    """One of some words; raises ValueError for another one."""
    require(value in allowed, name, value, f"one of {', '.join(allowed)}")
    return str(value)


def some_of(name: str, value: object, allowed: Sequence[str]) -> list[str]:
    """One of some words, or several in a tuple, a list or an array, each once; raises ValueError for anything else."""
    row = [value] if isinstance(value, str) else value
    given = list(row) if isinstance(row, tuple | list | np.ndarray) else []
    require(
        bool(given) and all(isinstance(word, str) for word in given),
        name,
        value,
        f"a row of at least one of {', '.join(allowed)}",
    )
    return list(dict.fromkeys(one_of(name, word, allowed) for word in given))


def made_of(kind: type, value: object) -> None:
    """Raises ValueError for a value that is no instance of a class."""
    require(isinstance(value, kind), "params", value, f"of {kind.__name__}")


def matrix(value: MatrixLike) -> Matrix:
    """A matrix of finite real numbers in float64, with at least one row and one column.

    Raises:
        ValueError: for another shape, for text or complex numbers, and for an entry that is not finite.
    """
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise ValueError(f"matrix of shape {value.shape} has hidden entries; it must be a table of real numbers.")
    try:
        found = np.asarray(value)
    # A tensor with a gradient, or of a type that numpy does not have.
    except (ValueError, TypeError, RuntimeError) as error:
        raise ValueError(f"matrix must be a table of real numbers: {error}") from error
    if found.dtype.kind not in "iuf" or found.ndim != 2 or found.size == 0:
        raise ValueError(
            f"matrix of shape {found.shape} and type {found.dtype} must be a table of real numbers with at least "
            "1 row and 1 column."
        )
    double = found.astype(np.float64)
    if not np.isfinite(double).all():
        row, column = (int(place) for place in np.argwhere(~np.isfinite(double))[0])
        raise ValueError(f"matrix[{row}, {column}] = {double[row, column]} must be a finite number.")
    return double
