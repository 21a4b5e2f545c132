"""What a class may be asked to guess before a view is uncovered; the truth is read from the view's own figure."""

from dataclasses import dataclass
from typing import Literal

from core.lessons.texts import hold

Take = Literal["value", "first", "last", "rise", "highest", "lowest", "highest at", "lowest at"]
"""What is read from a series: its y at some x, at its first or last x, the last less the first y, its greatest or least
y, or the x where that lies."""

MAX_OPTIONS = 8
MAX_OPTION = 120
MAX_REASON = 400
MAX_NAME = 200
"""Options of a question; characters of an option, of a reason, and of the name of a series or a unit."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One number of a figure.

    Args:
        series: the name of a line, a row of points or a row of bars.
        take: what is read from it.
        at: the x at which a "value" is read: a number, of which the nearest is taken, or a category.
        over: what an axis of the series is called, where series of several plots have its name.

    Raises:
        ValueError: a "value" without a place, or a place for something else.
    """

    series: str
    take: Take
    at: float | str | None = None
    over: str = ""

    def __post_init__(self) -> None:
        hold("name of a series", self.series, MAX_NAME)
        hold("name of an axis", self.over, MAX_NAME)
        if (self.take == "value") != (self.at is not None):
            raise ValueError(f"“{self.take}” is read {'at a place' if self.at is None else 'at no place'}")
        if isinstance(self.at, str):
            hold("name of a place", self.at, MAX_NAME)


@dataclass(frozen=True, slots=True)
class OneOf:
    """Options of which one is right: that with the highest (or lowest) reading, or the one that is said to be.

    Args:
        options: as they are offered.
        readings: one for each option; none where the figure alone answers.
        wins: which reading makes an option right.
        reason: why, in a sentence.
        right: the place of the right option, from 0, where nothing is read; None where nothing decides.

    Raises:
        ValueError: fewer than two options or more than MAX_OPTIONS, two alike, another number of readings, or a right
            option that is none, or beside readings.
    """

    options: tuple[str, ...]
    readings: tuple[Reading, ...] = ()
    wins: Literal["highest", "lowest"] = "highest"
    reason: str = ""
    right: int | None = None

    def __post_init__(self) -> None:
        _hold_options(self.options)
        hold("reason", self.reason, MAX_REASON)
        if self.readings and len(self.readings) != len(self.options):
            raise ValueError(f"{len(self.readings)} readings for {len(self.options)} options; one for each is allowed")
        if self.right is not None and self.readings:
            raise ValueError("the right option is read from the figure; it cannot be given as well")
        if self.right is not None and not 0 <= self.right < len(self.options):
            raise ValueError(
                f"option {self.right + 1} is right of {len(self.options)}; 1 to {len(self.options)} are allowed"
            )


@dataclass(frozen=True, slots=True)
class Between:
    """Options that share out the numbers: which is right depends on where one reading lies.

    Args:
        options: as they are offered, from the smallest numbers to the largest.
        reading: the number.
        bounds: the first number that belongs to each option but the first, ascending.
        reason: why, in a sentence.

    Raises:
        ValueError: the options as for OneOf; bounds that do not ascend, or are not one fewer than the options.
    """

    options: tuple[str, ...]
    reading: Reading
    bounds: tuple[float, ...]
    reason: str = ""

    def __post_init__(self) -> None:
        _hold_options(self.options)
        hold("reason", self.reason, MAX_REASON)
        if len(self.bounds) != len(self.options) - 1:
            raise ValueError(f"{len(self.bounds)} bounds for {len(self.options)} options; one fewer is allowed")
        if any(not low < high for low, high in zip((-float("inf"), *self.bounds), self.bounds, strict=False)):
            raise ValueError(f"the bounds {self.bounds} do not ascend")


@dataclass(frozen=True, slots=True)
class Number:
    """A number that is typed.

    Args:
        reading: the truth, where the figure has it; None where somebody says it.
        low, high: between which a guess is taken; a tenth of that is near.
        unit: of the number, as it stands behind it.
        reason: why, in a sentence.
        truth: where nothing is read; None where nothing decides.

    Raises:
        ValueError: the range is empty, or the truth is given beside a reading, or lies outside of the range.
    """

    reading: Reading | None
    low: float
    high: float
    unit: str = ""
    reason: str = ""
    truth: float | None = None

    def __post_init__(self) -> None:
        hold("unit", self.unit, MAX_NAME)
        hold("reason", self.reason, MAX_REASON)
        if not -float("inf") < self.low < self.high < float("inf"):
            raise ValueError(f"the range from {self.low:g} to {self.high:g} is empty or has no end")
        if self.truth is not None and self.reading is not None:
            raise ValueError("the number is read from the figure; it cannot be given as well")
        if self.truth is not None and not self.low <= self.truth <= self.high:
            raise ValueError(f"the right number {self.truth:g} lies outside of {self.low:g} to {self.high:g}")


@dataclass(frozen=True, slots=True)
class Point:
    """A point on an axis of the figure: along it for a reading of a place, upwards for one of a height."""

    reading: Reading
    reason: str = ""

    def __post_init__(self) -> None:
        hold("reason", self.reason, MAX_REASON)
        if self.reading.take == "rise":
            raise ValueError("a “rise” is no point on an axis")


@dataclass(frozen=True, slots=True)
class Curve:
    """A line of the figure, sketched on its empty axes; `over` as in a reading."""

    series: str
    over: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        hold("name of a series", self.series, MAX_NAME)
        hold("name of an axis", self.over, MAX_NAME)
        hold("reason", self.reason, MAX_REASON)


Guess = OneOf | Between | Number | Point | Curve


def _hold_options(options: tuple[str, ...]) -> None:
    if not 2 <= len(options) <= MAX_OPTIONS:
        raise ValueError(f"{len(options)} options; 2 to {MAX_OPTIONS} are allowed")
    for option in options:
        hold("option", option, MAX_OPTION)
        if not option.strip():
            raise ValueError("an option is empty")
    if len(set(options)) < len(options):
        raise ValueError("two options are alike")
