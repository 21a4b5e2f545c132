"""Numbers as people write them, and how sure a share of a count is."""

from math import sqrt

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
