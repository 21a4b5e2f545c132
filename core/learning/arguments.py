"""Numbers that come from outside: read into float64 at the door, or refused with the value and what is allowed."""

from collections.abc import Sequence
from typing import SupportsFloat

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
    array = numbers(name, values)
    if array.ndim != 1 or len(array) < least:
        raise ValueError(f"{name} has the shape {array.shape}; it must be one row of {least} or more numbers")
    if not np.isfinite(array).all():
        place = int(np.argmax(~np.isfinite(array)))
        raise ValueError(f"{name} holds {array[place]} at place {place}; every value must be finite")
    return array


def numbers(name: str, values: ArrayLike) -> Float[np.ndarray, "..."]:
    """Values as float64, of any shape; raises ValueError for text, complex numbers and rows of unequal length."""
    try:
        array = np.asarray(values)
        # What has an imaginary part is refused, not cut.
        return array.astype(np.float64, casting="unsafe" if array.dtype.kind in "OUS" else "same_kind")
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name} must hold numbers: {error}") from error


def pair(x: ArrayLike, y: ArrayLike, *, least: int = 1) -> tuple[Vector, Vector]:
    """Places and values of the same number of points; raises ValueError as `vector`, and where the numbers differ."""
    places, values = vector("x", x, least=least), vector("y", y, least=least)
    if len(places) != len(values):
        raise ValueError(f"x has {len(places)} values and y has {len(values)}; each point needs both")
    return places, values


def real(name: str, value: object, low: float, high: float = np.inf) -> float:
    """A finite number within [low, high]; raises ValueError for another one or for what is none."""
    allowed = f"finite and at least {low:g}" if high == np.inf else f"from {low:g} to {high:g}"
    try:
        number = float(value) if isinstance(value, SupportsFloat) else np.nan
    except (TypeError, ValueError, OverflowError):
        number = np.nan
    if not (np.isfinite(number) and low <= number <= high):
        raise ValueError(f"{name} = {value!r} must be {allowed}")
    return number
