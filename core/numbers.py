"""Numbers as people write them, what functions accept of them, and how sure a share or a mean is."""

import operator
from collections.abc import Sequence
from math import comb, nan, sqrt
from typing import SupportsFloat

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


def require(condition: bool | np.bool_, name: str, value: object, allowed: str) -> None:
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


def place(name: str, value: object, count: int) -> int:
    """One of `count` places counted from 0; raises ValueError for another one and for what is no whole number."""
    try:
        return whole(name, value, 0, count - 1)
    except ValueError as error:
        raise ValueError(f"{name} = {value!r} must lie in 0 to {count - 1}.") from error


def as_real(value: object) -> float:
    """A number in float64; NaN, which every range refuses, for what is none: text, None, a boolean, a complex number.

    For comparisons inside `require`, which would raise a TypeError for a value that cannot be compared.
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, SupportsFloat):
        return nan
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return nan


def wilson(hits: float, count: float) -> tuple[float, float]:
    """Wilson's 95 % score interval of a share that was seen in `hits` of `count` cases.

    With p = hits / count and z = 1.96, `(p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)`.

    Args:
        hits: from 0 to `count`; half a hit is allowed, as a tie leaves one.
        count: above 0.

    Raises:
        ValueError: for a value out of range.

    Invariant: it lies within 0 to 1 and holds the share.
    Source: Wilson 1927; Brown, Cai and DasGupta, "Interval estimation for a binomial proportion", 2001.
    """
    if not (count > 0 and 0 <= hits <= count):
        raise ValueError(f"hits must be from 0 to count, and count above 0; got {hits} of {count}")
    share = hits / count
    middle = share + NORMAL_95**2 / (2 * count)
    half = NORMAL_95 * sqrt(share * (1 - share) / count + NORMAL_95**2 / (4 * count**2))
    low, high = ((middle + side) / (1 + NORMAL_95**2 / count) for side in (-half, half))
    # Rounding would leave a trace beside a share of 0 or 1.
    return (max(0.0, min(low, share)) if hits > 0 else 0.0), (min(1.0, max(high, share)) if hits < count else 1.0)


def paired_difference(gained: float, lost: float, count: float) -> tuple[float, float]:
    """The 95 % interval of the difference of two shares that were counted on the same cases.

    With half a case added to each of the four cells, b = lost + 1/2, c = gained + 1/2 and m = count + 2:
    `(c - b) / m -+ 1.96 sqrt(b + c - (c - b)^2 / m) / m`. Cases on which both agree say nothing.

    Args:
        gained: cases right in the second alone. lost: right in the first alone.
        count: all cases, at least `gained + lost` and above 0.

    Raises:
        ValueError: for a value out of range.

    Invariant: with gained and lost swapped it changes its sign. It lies within -1 to 1.
    Source: Agresti and Min, "Simple improved confidence intervals for comparing matched proportions", 2005.
    """
    if not (count > 0 and gained >= 0 and lost >= 0 and gained + lost <= count):
        raise ValueError(
            f"gained and lost must be at least 0 and together at most count; got {gained}, {lost}, {count}"
        )
    for_it, against, total = gained + 0.5, lost + 0.5, count + 2
    middle = (for_it - against) / total
    half = NORMAL_95 * sqrt(for_it + against - (for_it - against) ** 2 / total) / total
    return max(-1.0, middle - half), min(1.0, middle + half)


def sign_test(gained: int, lost: int) -> float:
    """How likely a fair coin falls so unevenly, or more so: min(1, 2 sum_(i <= min) C(n, i) / 2^n), n = gained + lost.

    Of two ways on the same cases, those on which both agree say nothing (McNemar's test, exact). For few cases that
    differ, where `paired_difference` is too sure.

    Args:
        gained: cases right in the second alone, 0 or more. lost: right in the first alone, 0 or more.

    Raises:
        ValueError: for a value out of range.

    Invariant: symmetric; 1 where nothing differs.
    Source: McNemar 1947, "Note on the sampling error of the difference between correlated proportions".
    """
    few, count = whole("gained", gained, 0), whole("lost", lost, 0)
    few, count = min(few, count), few + count
    return float(min(1.0, 2 * sum(comb(count, fewer) for fewer in range(few + 1)) / 2**count))


def side(interval: tuple[float, float]) -> int:
    """1 where a difference is above 0, -1 where it is below, 0 where its interval holds 0."""
    low, high = interval
    return 1 if low > 0 else -1 if high < 0 else 0


def mean_interval(values: Sequence[float] | Float[np.ndarray, "value"], *, among: int = 1) -> tuple[float, float]:
    """Student's 95 % interval of a mean of independent values: mean -+ t sd / sqrt(n), t of n - 1 degrees of freedom.

    For a difference of two conditions on the same items the values are the differences by item.

    Args:
        values: a sample, 2 or more.
        among: of how many means this one was picked; each is then taken at 1 - .05 / among (Bonferroni), so that all
            intervals together hold their means 95 times in 100.

    Raises:
        ValueError: for fewer than 2 values, one that is not finite, or among below 1.

    Invariant: it holds the mean; where all values are the same both ends are it.
    """
    from scipy.stats import t  # type: ignore[import-untyped]

    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or len(array) < 2 or not np.isfinite(array).all():
        raise ValueError(f"values must be 2 or more finite numbers; got {array.tolist()}")
    if among < 1:
        raise ValueError(f"among must be 1 or more; got {among}")
    mean = float(array.mean())
    if np.ptp(array) == 0:
        return mean, mean
    half = float(t.ppf(1 - 0.025 / among, len(array) - 1) * array.std(ddof=1) / sqrt(len(array)))
    return mean - half, mean + half
