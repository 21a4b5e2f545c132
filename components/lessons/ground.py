"""One plot of a figure in pixels, and what a note in it would cover."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from components.letters import breadth
from core.lessons import Axis, Series

BOLD = 1.06
"""How much broader letters are that are bold."""

LINE = 1.4
"""The height of a line of text, in parts of its size."""

EVERY = 4.0
"""Pixels from one place of a line to the next at which it is looked at."""

PAD = 5.0
"""Pixels around the letters of a note that are its own."""

POINT = 6.0
"""What it costs to cover a point that has a marker, where a place of a line costs 1: a line goes on beside a note."""

WORDS = 40.0
"""What it costs to cover a word, where a place of a line costs 1."""

DEEP = 8.0
"""Pixels from which on a word is covered: one that is hardly touched can still be read."""

CROSSED = 40.0
"""What it costs an arrow to run over a word."""

SHAFT = 14.0
"""Pixels that are left of an arrow which ends before a word at its point."""

ASTRAY = 2.0
"""What it costs an arrow to end a pixel before its point, where it seems to mean what lies between."""

TIP = 3.0
"""Pixels from a point within which a word covers it."""

NEAR_BY = 12.0
"""Pixels to each side of a point within which a line is close to it."""

BEYOND = 3.0
"""What it costs to lie a pixel beside the plot."""

FAR = 0.02
"""What a pixel of distance costs, so that of two free places the nearer one is taken."""

Box = tuple[float, float, float, float]
"""Left, low, right and high end in pixels from the lower left corner of a plot."""


@dataclass(slots=True)
class Plot:
    """What is drawn in one plot of a figure.

    Args:
        series: one of those that are drawn in it.
        width, height: of the plot.
        turned: whether its axes (across the screen, upwards) run against the usual direction.
        room: pixels above and to the right that are empty but for notes.
        places: [place 2] on its lines, points and bars.
        points: [point 2] those that have markers.
        words: boxes of its words.
        numbers: those of them that stand at points.
        notes: those of them that are notes of the figure, by their places among these.
        above: pixels above it at which the figure ends.
        reach: how far words at values of its axes reach, from its lower left corner.
    """

    series: Series
    width: float
    height: float
    turned: tuple[bool, bool]
    room: tuple[float, float]
    places: np.ndarray
    points: np.ndarray = field(default_factory=lambda: np.zeros((0, 2)))
    words: list[Box] = field(default_factory=list)
    numbers: list[Box] = field(default_factory=list)
    notes: dict[int, Box] = field(default_factory=dict)
    above: float = np.inf
    reach: Box = (0.0, 0.0, 0.0, 0.0)

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """The axes across the screen and upwards."""
        here = self.series
        return (here.upwards, here.across) if here.lying else (here.across, here.upwards)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the plot lies, given in the units of its axes."""
        shares = (axis.share(value) for axis, value in zip(self.axes, (x, y), strict=True))
        across, up = (1 - share if turned else share for share, turned in zip(shares, self.turned, strict=True))
        return across * self.width, up * self.height

    def on_line(self, value: float, along: float, *, upright: bool) -> tuple[float, float]:
        """A point in pixels of a line over the whole plot at a value of one axis, some part of the way along it."""
        across, up = self.axes
        if upright:
            return self.at(value, up.low)[0], along * self.height
        return along * self.width, self.at(across.low, value)[1]

    def struck(self, value: float, *, upright: bool) -> set[int]:
        """The notes of the figure that a line over the whole plot at a value of one axis runs through."""
        way = 0 if upright else 1
        at = self.on_line(value, 0.5, upright=upright)[way]
        return {place for place, box in self.notes.items() if box[way] < at < box[way + 2]}

    def add_line(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Draws a line between two points in pixels, which is not to be covered either."""
        self.places = np.concatenate([self.places, joined(np.array([start, end]))])

    def cost(self, box: Box) -> float:
        """What a note covers in a box."""
        return float(self.costs(np.array([box]))[0])

    def costs(self, boxes: np.ndarray) -> np.ndarray:
        """What notes cover in boxes [note 4], each by itself."""
        low, high = boxes[:, :2] - PAD, boxes[:, 2:] + PAD
        covered = _count(self.places, low, high) + POINT * _count(self.points, low, high)
        beyond = np.maximum(0.0, -low).sum(axis=1)
        beyond += np.maximum(0.0, high - (self.width + self.room[1], self.height + self.room[0])).sum(axis=1)
        # At the left and below stand the labels of the axes; above, the figure's end cuts the note's own words.
        words = _overlaps(low, high, self.words) + (boxes[:, :2] < -PAD).sum(axis=1)
        words += np.clip((high[:, 1] - self.height - self.above) / DEEP, 0.0, 1.0)
        total: np.ndarray = covered + WORDS * words + BEYOND * beyond
        return total

    def crowd(self, point: tuple[float, float]) -> int:
        """How many places lie close to a point in pixels."""
        return int((np.abs(self.places - point) <= NEAR_BY).all(axis=1).sum())

    def arrow(self, point: tuple[float, float], way: tuple[float, float], size: tuple[float, float]) -> "Arrow":
        """The arrow at a point from a word of some size, whose middle lies a way off.

        It ends before a number that stands at its point, and before a word that covers its point; there it costs what
        lies between.
        """
        long, word = float(np.hypot(*way)), around(way[0], way[1], size)
        shaft = np.arange(0.0, long)[:, None] * np.array(way) / long
        shaft = shaft[~_inside(shaft, word)] + point
        cost = self.cost(around(point[0] + way[0], point[1] + way[1], size)) + FAR * (abs(way[0]) + abs(way[1]))
        standoff = 0.0
        for box in self.words:
            found = np.flatnonzero(_inside(shaft, box))
            number = box in self.numbers
            if len(found) and found[0] <= (size[1] if number else TIP) and len(shaft) - found[-1] > SHAFT:
                standoff = max(standoff, found[-1] + 1.0)
                cost += 0.0 if number else ASTRAY * found[-1]
            elif len(found):
                cost += CROSSED
        return Arrow(*way, standoff, cost + (CROSSED if len(shaft) - standoff < SHAFT else 0.0))


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow at a point, from a word.

    Args:
        across, up: pixels from the point to the middle of the word, to the right and upwards.
        standoff: pixels before the point at which the arrow ends.
        cost: of what it covers.
    """

    across: float
    up: float
    standoff: float
    cost: float


def _count(places: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """How many places [place 2] lie between each two corners [box 2]."""
    within = np.ones((len(low), len(places)), bool)
    for way in (0, 1):
        within &= (places[:, way] >= low[:, way, None]) & (places[:, way] <= high[:, way, None])
    found: np.ndarray = within.sum(axis=1)
    return found


def _inside(places: np.ndarray, box: Box) -> np.ndarray:
    """Which of some places lie in a box."""
    low, high = np.array(box[:2]), np.array(box[2:])
    within: np.ndarray = np.all((places > low) & (places < high), axis=1)
    return within


def _overlaps(low: np.ndarray, high: np.ndarray, words: Sequence[Box]) -> np.ndarray:
    """How much each of some boxes, by their corners [box 2], lies upon words: of each 1 from DEEP pixels on, in the
    direction in which it is less."""
    others = np.array(words).reshape(-1, 4)
    deep = np.minimum(high[:, None] - others[:, :2], others[:, 2:] - low[:, None]).min(axis=2)
    covered: np.ndarray = np.clip(deep / DEEP, 0.0, 1.0).sum(axis=1)
    return covered


def size_of(words: str, size: float) -> tuple[float, float]:
    """The width and height of words in pixels; plotly's own marks in them take no room."""
    lines = [re.sub(r"<[^>]*>", "", line) for line in re.split(r"<br\s*/?>", words)]
    return BOLD * size * max(map(breadth, lines)), LINE * size * len(lines)


def around(x: float, y: float, size: tuple[float, float], anchor: tuple[str, str] = ("center", "middle")) -> Box:
    """The box of words at a place in pixels."""
    left = x - {"left": 0.0, "center": 0.5, "right": 1.0}[anchor[0]] * size[0]
    low = y - {"bottom": 0.0, "middle": 0.5, "top": 1.0}[anchor[1]] * size[1]
    return left, low, left + size[0], low + size[1]


def joined(points: np.ndarray) -> np.ndarray:
    """A broken line through points, as places that lie at most EVERY apart."""
    if len(points) < 2:
        return points
    steps = np.abs(np.diff(points, axis=0)).max(axis=1)
    along = np.concatenate([[0.0], np.cumsum(np.minimum(steps, 4_000.0))])
    at = np.arange(0.0, along[-1] + EVERY, EVERY)
    return np.stack([np.interp(at, along, points[:, part]) for part in (0, 1)], axis=1)
