"""Numbers as people write them, and how sure a share is."""

from math import sqrt

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
