"""Where a note stands in a figure so that it covers least of it, however broad the figure is drawn."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from components.lessons.ground import FAR, PAD, Arrow, Box, Plot, around, size_of
from components.theme import Look

ALONG = (0.02, 0.98, 0.25, 0.5, 0.75, *np.linspace(0.06, 0.94, 23).tolist())
"""Places of a name along its line; of those that cover as much the first one is taken."""

FREE = 4.0
"""What a note at one of its first places may cost: beyond it all others are looked at."""

AROUND = 10.0
"""How far a note may stand off its point, across and upwards, in sizes of its letters."""

SCREEN = 340.0
"""Pixels of a broad figure that are in sight at once on a phone."""

APART = 8.0
"""What it costs the name of a line to be out of sight there while the truth is in it."""

ROUNDING = 1e-9
"""By how much two sums of the same costs may differ, as a share."""

BROAD_LINE = 22
"""Letters up to which a line of a note stays whole."""


def in_more_lines(words: str) -> str:
    """The words of a note, its longest line in two where it has a bracket, a comma or a colon."""
    lines = words.split("<br>")
    place = max(range(len(lines)), key=lambda index: len(lines[index]))
    parts = re.split(r"(?<=,) | (?=\()|(?<=:) ", lines[place])
    if len(lines[place]) <= BROAD_LINE or len(parts) < 2:
        return words
    return "<br>".join([*lines[:place], " ".join(parts[:-1]), parts[-1], *lines[place + 1 :]])


def best_arrow(
    plots: Sequence[Plot], at: tuple[float, float], words: str, first: tuple[float, float], look: Look
) -> Arrow:
    """The arrow at a point from a note that covers least.

    Args:
        plots: where it stands, as broad as it may be drawn.
        at: the point, in the units of the axes.
        words: of the note.
        first: pixels from the point to the middle of the note, to the right and up, where it stands unless another
            place covers less.
        look: where it is shown.
    """
    size, points = size_of(words, look.size), [plot.at(*at) for plot in plots]
    best = _cheapest(plots, points, _near(plots, points, first, size, look), size)
    return best if best.cost <= FREE else _cheapest(plots, points, _farther(plots, points, size, look), size, best)


def _near(
    plots: Sequence[Plot],
    points: Sequence[tuple[float, float]],
    first: tuple[float, float],
    size: tuple[float, float],
    look: Look,
) -> Iterator[tuple[float, float]]:
    """The ways to a note at which one looks first; the arguments are those of `best_arrow`."""
    aside, over = abs(first[0]) or size[0] / 2 + 2.5 * look.size, abs(first[1]) or 2.5 * look.size
    yield from (first, (-first[0], -first[1]))
    yield from ((across * aside, 0.0) for across in (1, -1))
    yield from ((across * aside, up * over) for across in (1, -1) for up in (1, -1))
    yield from ((across * aside, up * 2 * over) for across in (0, 1, -1) for up in (1, -1))
    yield from ((across * 2 * aside, up * over) for across in (1, -1) for up in (0, 1, -1))
    for inwards in _inwards(plots, points, size):
        yield from ((inwards, up * far * over) for far in (1, 1.5, 1.75, 2) for up in (1, -1))


def _inwards(
    plots: Sequence[Plot], points: Sequence[tuple[float, float]], size: tuple[float, float]
) -> Iterator[float]:
    """For each plot how far a note lies across from its point that is moved as little as keeps it in the plot."""
    for plot, (x, _) in zip(plots, points, strict=True):
        yield float(np.clip(x, size[0] / 2 + PAD, plot.width - size[0] / 2 - PAD)) - x


def _farther(
    plots: Sequence[Plot], points: Sequence[tuple[float, float]], size: tuple[float, float], look: Look
) -> Iterator[tuple[float, float]]:
    """All other ways to a note of some size, the nearest first; the arguments are those of `best_arrow`."""
    reach = size[0] / 2 + AROUND * look.size, size[1] / 2 + AROUND * look.size
    steps = np.arange(-reach[0], reach[0] + 1, look.size), np.arange(-reach[1], reach[1] + 1, 0.75 * look.size)
    # Between two steps may lie the only place that a narrow plot has beside its axis.
    asides = {*steps[0].tolist(), *_inwards(plots[:1], points[:1], size)}
    ways = [(across, float(up)) for across in sorted(asides) for up in steps[1]]
    yield from sorted(ways, key=lambda way: abs(way[0]) + abs(way[1]))


def _cheapest(
    plots: Sequence[Plot],
    points: Sequence[tuple[float, float]],
    ways: Iterable[tuple[float, float]],
    size: tuple[float, float],
    best: Arrow | None = None,
) -> Arrow:
    """Of several ways to a note of some size the one that covers least, on average of the plots and at worst.

    An arrow costs no less than its word does, so those of costly words are left out. Of two that cost the same the
    first is taken.
    """
    options = list(ways)
    least, found = _least(plots, points, options, size), (np.inf if best is None else best.cost, -1)
    for place in np.argsort(least, kind="stable").tolist():
        if least[place] > found[0]:
            break
        way = options[int(place)]
        arrows = [plot.arrow(point, way, size) for plot, point in zip(plots, points, strict=True)]
        cost = _overall([arrow.cost for arrow in arrows])
        if (cost, place) < found:
            found = cost, place
            best = Arrow(*way, max(arrow.standoff for arrow in arrows), cost)
    if best is None:
        raise ValueError("no way to a note")
    return best


def _least(
    plots: Sequence[Plot],
    points: Sequence[tuple[float, float]],
    ways: Sequence[tuple[float, float]],
    size: tuple[float, float],
) -> np.ndarray:
    """What a word of some size costs by itself, at least, at the end of each way, over all plots."""
    off, half = np.array(ways), np.array(size) / 2
    costs = [
        plot.costs(np.hstack([point + off - half, point + off + half]))
        for plot, point in zip(plots, points, strict=True)
    ]
    least: np.ndarray = (np.max(costs, axis=0) + np.mean(costs, axis=0)) / 2 + FAR * np.abs(off).sum(axis=1)
    return least * (1 - ROUNDING)


def _overall(costs: Sequence[float]) -> float:
    """What a place costs whose costs in each of the plots are these: as much by the worst as by their mean."""
    return (max(costs) + sum(costs) / len(costs)) / 2


def keep_note(plots: Sequence[Plot], at: tuple[float, float], words: str, best: Arrow, look: Look) -> None:
    """A note and its arrow at a point are not to be covered any more; the rest as in `best_arrow`."""
    for plot in plots:
        point = plot.at(*at)
        x, y = point[0] + best.across, point[1] + best.up
        wide, high = size_of(words, look.size)
        plot.words.append(around(x, y, (wide + 2 * PAD, high + 2 * PAD)))
        plot.add_line(point, (x, y))


@dataclass(frozen=True, slots=True)
class Named:
    """Where the name of a line stands.

    Args:
        along: the part of the line before it.
        anchor: which part of the name stands there, across and upwards.
        cost: of what it covers.
    """

    along: float
    anchor: tuple[str, str]
    cost: float


def along_line(
    plots: Sequence[Plot], value: float, words: str, *, upright: bool, look: Look, beside: Box | None = None
) -> Named:
    """Where a name covers least along a line over the whole plot; of places that cover as much the first.

    Args:
        plots: where it stands, as broad as it may be drawn.
        value: of the line on its axis.
        words: the name.
        upright: whether the line is upright.
        look: where it is shown.
        beside: a note in the first plot that is to be in sight on a phone together with the name.
    """
    size, options = size_of(words, look.size), []
    for along in ALONG:
        for side in (0, 1):
            ends = ("bottom", "middle", "top") if upright else ("left", "center", "right")
            near = ends[0] if along < 0.1 else ends[2] if along > 0.9 else ends[1]
            anchor = (("left", "right")[side], near) if upright else (near, ("bottom", "top")[side])
            places = [plot.on_line(value, along, upright=upright) for plot in plots]
            boxes = [_off(around(*place, size, anchor), upright=upright) for place in places]
            cost = _overall([plot.cost(box) for plot, box in zip(plots, boxes, strict=True)])
            if beside is not None and max(boxes[0][2], beside[2]) - min(boxes[0][0], beside[0]) > SCREEN:
                cost += APART
            options.append(Named(along, anchor, cost))
    return min(options, key=lambda named: named.cost)


def keep_name(plots: Sequence[Plot], value: float, words: str, named: Named, *, upright: bool, look: Look) -> None:
    """The name of a line over the whole plot is not to be covered any more; the rest as in `along_line`."""
    for plot in plots:
        box = around(*plot.on_line(value, named.along, upright=upright), size_of(words, look.size), named.anchor)
        plot.words.append((box[0] - PAD, box[1] - PAD, box[2] + PAD, box[3] + PAD))


def _off(box: Box, *, upright: bool) -> Box:
    """The box without the edge that lies on its own line."""
    edge = PAD + 1
    return (box[0] + edge, box[1], box[2] - edge, box[3]) if upright else (box[0], box[1] + edge, box[2], box[3] - edge)
