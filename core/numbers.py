"""Numbers as people write them, what functions accept of them, and how sure a share of a count is."""

import operator
from math import sqrt

import numpy as np

NORMAL_95 = 1.959964
"""The 97.5 % point of the normal distribution."""


def read_number(text: str) -> float:
    """A number as people write it: `float` alone would read 1_0, Python's own notation, as 10.

    Raises:
        ValueError: for a text that is no number.
    """
    if "_" in text:
        raise ValueError(f"{text[:20]!r} is no number")
    return float(text)


def require(condition: bool, name: str, value: object, allowed: str) -> None:
    """Refuses a value outside its range.

    Args:
        condition: whether the value is allowed; NaN makes comparisons false and is refused by that.
        name: of the argument.
        value: what was given.
        allowed: the range in words, as it follows "must be".

    Raises:
        ValueError: if the condition is false; the message gives name, value and range.
    """
    if not condition:
        raise ValueError(f"{name} = {value!r} must be {allowed}.")


def whole(name: str, value: object, low: int, high: int | None = None) -> int:
    """A whole number from `low` to `high`; raises ValueError for another one and for what is none, as a boolean."""
    allowed = f"a whole number of {low} or more" if high is None else f"a whole number from {low} to {high}"
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError as error:
        raise ValueError(f"{name} is {value!r}; it must be {allowed}.") from error
    if isinstance(value, bool | np.bool_) or number < low or (high is not None and number > high):
        raise ValueError(f"{name} is {value!r}; it must be {allowed}.")
    return number


def wilson(right: int, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share that was seen `right` times among `count`.

    With p = k / n and z = 1.96: (p + z²/2n ∓ z √(p (1 - p) / n + z²/4n²)) / (1 + z²/n).

    Raises:
        ValueError: for a count below 1, or a number of right ones outside 0 to the count.

    Invariant: it lies within 0 to 1, holds the share, and reaches 0 or 1 where none or all were right.
    Source: Wilson 1927; Brown, Cai and DasGupta 2001, "Interval estimation for a binomial proportion".
    """
    if count < 1 or not 0 <= right <= count:
        raise ValueError(f"right must be from 0 to count, and count at least 1; got {right} of {count}")
    share, square = right / count, NORMAL_95 * NORMAL_95
    half = NORMAL_95 * sqrt(share * (1 - share) / count + square / (4 * count * count))
    low, high = ((share + square / (2 * count) + side) / (1 + square / count) for side in (-half, half))
    # Rounding would leave a trace of a share of 0 or 1.
    return (low if right else 0.0), (high if right < count else 1.0)
