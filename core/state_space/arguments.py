"""What the functions of state spaces accept: finite numbers in float64, of shapes that fit, within named ranges."""

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from core.numbers import require

Array = Float[np.ndarray, "..."]

MOST_STATES = 256
"""States of the largest HiPPO matrix; above it its entries and its powers lose digits that a figure would show."""


def numbers(name: str, value: ArrayLike) -> Array:
    """An argument as a float64 array of finite real numbers; raises ValueError for anything else."""
    try:
        found = np.asarray(value)
        require(found.dtype.kind in "iufb", name, str(found.dtype), "real numbers")
    except ValueError as error:
        raise ValueError(f"{name} must be a table of real numbers: {error}") from error
    double = found.astype(np.float64)
    if not np.isfinite(double).all():
        place = tuple(int(axis) for axis in np.argwhere(~np.isfinite(double))[0])
        raise ValueError(f"{name}{list(place)} = {double[place]} must be a finite number.")
    return double


def square(name: str, value: ArrayLike) -> Array:
    """A square matrix of at least one row; raises ValueError for another shape."""
    found = numbers(name, value)
    fits = found.ndim == 2 and found.shape[0] == found.shape[1] >= 1
    require(fits, f"shape of {name}", found.shape, "(N, N) with N of at least 1")
    return found


def vector(name: str, value: ArrayLike, length: int) -> Array:
    """A vector of `length` numbers, also where it comes as one row or one column; raises ValueError for another one."""
    found = numbers(name, value)
    fits = found.size == length and sum(side != 1 for side in found.shape) <= 1
    require(fits, f"shape of {name}", found.shape, f"({length},), ({length}, 1) or (1, {length})")
    return found.reshape(length)


def signal(name: str, value: ArrayLike) -> Array:
    """A signal of one sample or more; raises ValueError for another shape."""
    found = numbers(name, value)
    require(found.ndim == 1 and len(found) >= 1, f"shape of {name}", found.shape, "(L,) with L of at least 1")
    return found


def positive(name: str, value: ArrayLike) -> float:
    """One number above 0, also as an array of one; raises ValueError for another one and for what is none."""
    found = np.asarray(value)
    fits = found.size == 1 and found.dtype.kind in "iuf" and bool((found > 0).all() and np.isfinite(found).all())
    require(fits, name, value, "above 0 and finite")
    return float(found.reshape(()))


def finite(name: str, result: Array, why: str) -> Array:
    """A result that stayed within float64; raises ValueError, with the reason, for one that did not."""
    if not np.isfinite(result).all():
        raise ValueError(f"{name} leaves the range of float64: {why}.")
    return result
