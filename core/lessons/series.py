"""The lines, points and bars of a figure as plain numbers, and what is read from them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.lessons.guesses import Curve, Guess, Reading

ROUNDING = 1e-9
"""By how much a point may lie beyond the end of an axis that was made for it, as a share of the axis."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of a figure.

    Args:
        title: its name and unit.
        low, high: its ends, in the units of the data.
        log: it is logarithmic.
        categories: its words in their order, where it holds words; each then lies at its number, from 0.
        percent: its numbers are shares that it shows in per cent.
        ticks: the numbers that are written along it, where it is logarithmic and the figure names them.
        counts: its first and its last whole number, where nothing lies between whole numbers; else none.
    """

    title: str
    low: float
    high: float
    log: bool = False
    categories: tuple[str, ...] = ()
    percent: bool = False
    ticks: tuple[float, ...] = ()
    counts: tuple[float, ...] = ()

    @property
    def in_hundredths(self) -> bool:
        """Whether its numbers are per cent as they stand, which its title says."""
        return "(%)" in self.title

    def share(self, value: float) -> float:
        """Where a value lies between the ends: 0 at the low one, 1 at the high one; nan where a logarithm has none.

        Raises ValueError for an axis whose ends are equal.
        """
        low, high, at = (self._drawn(number) for number in (self.low, self.high, value))
        if low == high:
            raise ValueError(f"the axis “{self.title}” begins and ends at {self.low:g}")
        return (at - low) / (high - low)

    def value(self, share: float) -> float:
        """The value at a share of the way between the ends."""
        low, high = self._drawn(self.low), self._drawn(self.high)
        at = low + share * (high - low)
        return float(10**at) if self.log else at

    def _drawn(self, value: float) -> float:
        if not self.log:
            return float(value)
        return math.log10(value) if value > 0 else math.nan


@dataclass(frozen=True, eq=False, slots=True)
class Series:
    """One row of numbers of a figure.

    Args:
        name: as the figure calls it.
        x, y: its numbers in the order in which they are drawn; of a category the number of its place. nan is none.
        across, upwards: its axes.
        axes: their names in the figure.
        lying: its bars lie: x stands on the figure's y axis.
        base: where each of its bars begins, on the axis of heights; of none where it is no row of bars.
        beside: how far its bars stand beside x, on the axis of places, where those of other series stand there too.
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    across: Axis
    upwards: Axis
    axes: tuple[str, str] = ("x", "y")
    lying: bool = False
    base: np.ndarray | None = None
    beside: float = 0.0

    def begins(self, x: float, y: float) -> float:
        """Where the bar of a point (x, y) begins; 0 for what is no bar."""
        if self.base is None:
            return 0.0
        return next(
            (float(low) for at, up, low in zip(self.x, self.y, self.base, strict=True) if (at, up) == (x, y)), 0.0
        )

    def beyond(self, x: float, y: float) -> bool:
        """Whether a point, or the end of the bar there, lies beyond the ends of its axes, by more than rounding."""
        shares = self.across.share(x), self.upwards.share(self.begins(x, y) + y)
        return not all(-ROUNDING <= share <= 1 + ROUNDING for share in shares)


def series_of(name: str, over: str, shown: Sequence[Series]) -> Series:
    """The first series of this name with an axis that is called `over`; raises ValueError where there is none."""
    for series in shown:
        if series.name == name and over in ("", series.across.title, series.upwards.title):
            return series
    raise ValueError(f"the figure shows no “{name}”" + (f" over “{over}”" if over else ""))


def asked_series(guess: Guess, shown: Sequence[Series]) -> Series:
    """The series on whose axes a guess lies; raises ValueError where there is none."""
    if isinstance(guess, Curve):
        return series_of(guess.series, guess.over, shown)
    readings = getattr(guess, "readings", ()) or (getattr(guess, "reading", None),)
    if readings[0] is None:
        raise ValueError("the question is read from no series")
    return series_of(readings[0].series, readings[0].over, shown)


def read(reading: Reading, shown: Sequence[Series]) -> float:
    """The number that a reading takes from what is shown; raises ValueError where that has none."""
    x, y = located(reading, shown)
    if reading.take == "rise":
        return y - located(Reading(reading.series, "first", over=reading.over), shown)[1]
    return x if reading.take.endswith("at") else y


def located(reading: Reading, shown: Sequence[Series]) -> tuple[float, float]:
    """The point (x, y) of the figure at which something is read; of a rise its last one.

    Raises:
        ValueError: no such series, no finite number in it, or no such place.
    """
    series = series_of(reading.series, reading.over, shown)
    kept = np.isfinite(series.x) & np.isfinite(series.y)
    x, y = series.x[kept], series.y[kept]
    if not len(x):
        raise ValueError(f"“{reading.series}” has no number")
    if reading.take == "value":
        place = _place(reading, series, x)
    elif reading.take.startswith("highest"):
        place = int(np.argmax(y))
    elif reading.take.startswith("lowest"):
        place = int(np.argmin(y))
    else:
        order = np.argsort(x, kind="stable")
        place = int(order[0 if reading.take == "first" else -1])
    return float(x[place]), float(y[place])


def _place(reading: Reading, series: Series, x: np.ndarray) -> int:
    """The index of the point at which a value is read; raises ValueError where there is no such point."""
    if isinstance(reading.at, str):
        # A figure keeps categories apart that look alike by marks without a width behind them.
        words = tuple(word.rstrip("\u200b") for word in series.across.categories)
        if reading.at not in words:
            raise ValueError(f"“{reading.series}” has no place “{reading.at}”")
        at = float(words.index(reading.at))
        if at not in x:
            raise ValueError(f"“{reading.series}” has no number at “{reading.at}”")
        return int(np.flatnonzero(x == at)[0])
    assert reading.at is not None
    return int(np.argmin(np.abs(x - reading.at)))
