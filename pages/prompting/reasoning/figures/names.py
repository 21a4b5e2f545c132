"""Names beside the dots of a figure: at the right where there is room, else where they hide least."""

from collections.abc import Sequence
from dataclasses import dataclass

LINE = 1.35
"""The height of a line of type, in sizes of type."""

BREADTH = 0.6
"""The mean breadth of a letter, in sizes of type."""

GAP = 10.0
"""Pixels between a dot's middle and its name."""

STEPS = (0, 1, -1, 2, -2)
"""Lines by which a name may lie above its dot, in the order of the wish."""

Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in pixels."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A dot that has a name, in pixels from the lower left of the plot.

    Args:
        name: as it is written.
        x, y: of the dot.
        low, high: the ends of its interval.
    """

    name: str
    x: float
    y: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name stands beside its dot.

    Args:
        side: 1 at the right of the dot, -1 at its left.
        up: pixels by which it lies above the dot.
    """

    side: int
    up: float


def placed(
    spots: Sequence[Spot], *, size: int, wide: float, tall: float, passed: Sequence[tuple[float, float]] = ()
) -> dict[str, Place]:
    """A place for each name, one after another, where it covers least of the dots, the intervals and other names.

    Args:
        spots: the first has the first choice.
        size: of the type, in pixels. wide, tall: the plot, in pixels.
        passed: the corners of a line, in pixels.

    Invariant: a dot that is alone has its name at the right.
    """
    marks = [box for one in spots for box in ((one.x - 5, one.y - 7, one.x + 5, one.y + 7), _bar(one))]
    marks += [(x - 8, y - 8, x + 8, y + 8) for x, y in passed]
    names: list[Box] = []
    found: dict[str, Place] = {}
    for one in spots:
        places = [Place(side, step * LINE * size) for step in STEPS for side in (1, -1)]
        prices = [_price(box(one, place, size), marks, names, wide, tall) + abs(place.up) for place in places]
        found[one.name] = places[prices.index(min(prices))]
        names.append(box(one, found[one.name], size))
    return found


def _bar(one: Spot) -> Box:
    return one.x - 2, one.low, one.x + 2, one.high


def box(one: Spot, place: Place, size: int) -> Box:
    """What a name covers, in pixels."""
    long = BREADTH * size * len(one.name)
    left = one.x + GAP if place.side > 0 else one.x - GAP - long
    return left, one.y + place.up - LINE * size / 2, left + long, one.y + place.up + LINE * size / 2


def _price(box: Box, marks: Sequence[Box], names: Sequence[Box], wide: float, tall: float) -> float:
    """How much a name covers, in pixels squared; the world outside counts ten times, another name a hundred."""
    inside = shared(box, (-20.0, 0.0, wide + 20.0, tall))
    outside = (box[2] - box[0]) * (box[3] - box[1]) - inside
    return sum(shared(box, mark) for mark in marks) + 10 * outside + 100 * sum(shared(box, name) for name in names)


def shared(one: Box, other: Box) -> float:
    """The area of two boxes' overlap."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    up = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, across) * max(0.0, up)
