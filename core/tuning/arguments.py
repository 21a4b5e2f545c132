"""What the functions of tuning accept: whole and real numbers within named ranges, and matrices of finite numbers."""

import math
from collections.abc import Sequence
from numbers import Real
from operator import index
from typing import SupportsIndex

import numpy as np
from jaxtyping import Float, Shaped

Matrix = Float[np.ndarray, "row column"]
MatrixLike = Shaped[np.ndarray, "..."] | Sequence[object]


def whole(name: str, value: object, low: int, high: int) -> int:
    """A whole number within [low, high]; raises ValueError for another number or for what is none."""
    if isinstance(value, bool) or not isinstance(value, SupportsIndex) or not low <= index(value) <= high:
        raise ValueError(f"{name} = {value!r} must be a whole number from {low} to {high:,}.")
    return index(value)


def real(name: str, value: object, low: float, high: float) -> float:
    """A real number within [low, high]; raises ValueError for another number or for what is none."""
    number = isinstance(value, Real) and not isinstance(value, bool)
    if not number or not math.isfinite(float(value)) or not low <= float(value) <= high:  # type: ignore[arg-type]
        raise ValueError(f"{name} = {value!r} must be a number from {low:g} to {high:g}.")
    return float(value)  # type: ignore[arg-type]


def one_of(name: str, value: object, allowed: Sequence[str]) -> str:
    """One of some words; raises ValueError for another one."""
    if value not in allowed:
        raise ValueError(f"{name} = {value!r} must be one of {', '.join(allowed)}.")
    return str(value)


def matrix(value: MatrixLike) -> Matrix:
    """A matrix of finite real numbers in float64, with at least one row and one column.

    Raises:
        ValueError: for another shape, for text or complex numbers, and for an entry that is not finite.
    """
    try:
        found = np.asarray(value)
    except ValueError as error:
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
