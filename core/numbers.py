"""Numbers as people write them, what functions accept of them, and how sure a share or a mean is."""

import operator
from collections.abc import Sequence
from math import sqrt

import numpy as np
from jaxtyping import Float

NORMAL_95 = 1.959963984540054
"""The normal distribution's quantile at 97.5 %."""


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
    """Wilson's 95 % score interval of a share of which `right` among `count` were seen.

    With p = right / count, n = count and z = 1.96 it is
    `(p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)`.

    Raises:
        ValueError: for a count below 1, or a number right outside 0 to `count`.

    Invariant: it lies within 0 to 1 and holds p; its lower end is exactly 0 where none was right, its upper exactly 1
    where all were.
    Source: Wilson 1927; recommended by Brown, Cai and DasGupta, "Interval estimation for a binomial proportion",
    Statistical Science 2001.
    """
    if count < 1:
        raise ValueError(f"count must be at least 1; got {count}")
    if not 0 <= right <= count:
        raise ValueError(f"right must be from 0 to {count}; got {right}")
    p, z2 = right / count, NORMAL_95**2
    half = NORMAL_95 * sqrt(p * (1 - p) / count + z2 / (4 * count * count))
    low, high = ((p + z2 / (2 * count) + side) / (1 + z2 / count) for side in (-half, half))
    # Rounding would leave a trace above 0 of a share of 0.
    return (low if right else 0.0), (high if right < count else 1.0)


def mean_interval(values: Sequence[float] | Float[np.ndarray, "value"]) -> tuple[float, float]:
    """Student's 95 % interval of a mean of independent values: mean -+ t sd / sqrt(n), t of n - 1 degrees of freedom.

    For a difference of two conditions on the same items the values are the differences by item.

    Raises:
        ValueError: for fewer than 2 values, or one that is not finite.

    Invariant: it holds the mean; where all values are the same both ends are it.
    """
    from scipy.stats import t  # type: ignore[import-untyped]

    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or len(array) < 2 or not np.isfinite(array).all():
        raise ValueError(f"values must be 2 or more finite numbers; got {array.tolist()}")
    mean = float(array.mean())
    if np.ptp(array) == 0:
        return mean, mean
    half = float(t.ppf(0.975, len(array) - 1) * array.std(ddof=1) / sqrt(len(array)))
    return mean - half, mean + half
