"""Numbers that come from outside: read into float64 at the door, or refused with the value and what is allowed."""

from collections.abc import Sequence
from operator import index
from typing import SupportsIndex

import numpy as np
from jaxtyping import Float, Shaped

Vector = Float[np.ndarray, "_"]
ArrayLike = Shaped[np.ndarray, "..."] | Sequence[object]


def vector(name: str, values: ArrayLike, *, least: int = 1) -> Vector:
    """Numbers as one row of float64.

    Args:
        name: what they are called in a message.
        values: [value], finite.
        least: how many there must be at least.

    Raises:
        ValueError: for text, another number of axes, too few values, or one that is not finite.

    Invariant: the result has one axis and holds finite numbers only.
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be a list of numbers: {error}") from error
    if array.ndim != 1 or len(array) < least:
        raise ValueError(f"{name} has the shape {array.shape}; it must be one row of {least} or more numbers")
    if not np.isfinite(array).all():
        place = int(np.argmax(~np.isfinite(array)))
        raise ValueError(f"{name} holds {array[place]} at place {place}; every value must be finite")
    return array


def pair(x: ArrayLike, y: ArrayLike, *, least: int = 1) -> tuple[Vector, Vector]:
    """Places and values of the same number of points; raises ValueError as `vector`, and where the numbers differ."""
    places, values = vector("x", x, least=least), vector("y", y, least=least)
    if len(places) != len(values):
        raise ValueError(f"x has {len(places)} values and y has {len(values)}; each point needs both")
    return places, values


def whole(name: str, value: SupportsIndex, low: int, high: int) -> int:
    """A whole number within [low, high]; raises ValueError for another number or for what is none."""
    try:
        number = index(value)
    except TypeError as error:
        raise ValueError(f"{name} = {value!r} must be a whole number from {low} to {high:,}") from error
    if isinstance(value, bool) or not low <= number <= high:
        raise ValueError(f"{name} = {value} must be a whole number from {low} to {high:,}")
    return number


def real(name: str, value: float, low: float, high: float = np.inf) -> float:
    """A finite number within [low, high]; raises ValueError for another one or for what is none."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name} = {value!r} must be a number of at least {low:g}") from error
    if not (np.isfinite(number) and low <= number <= high):
        allowed = f"finite and at least {low:g}" if high == np.inf else f"from {low:g} to {high:g}"
        raise ValueError(f"{name} = {value} must be {allowed}")
    return number
