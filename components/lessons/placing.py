"""Where a note stands in a figure so that it covers least of it, however broad the figure is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components.lessons.ground import PAD, Arrow, Box, Plot, around, size_of
from components.theme import Look

ALONG = (0.02, 0.98, 0.25, 0.5, 0.75, *np.linspace(0.06, 0.94, 23).tolist())
"""Places of a name along its line; of those that cover as much the first one is taken."""


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
    aside, over = abs(first[0]) or size[0] / 2 + 2.5 * look.size, abs(first[1]) or 2.5 * look.size
    ways = [first, (-first[0], -first[1])]
    ways += [(across * aside, 0.0) for across in (1, -1)]
    ways += [(across * aside, up * over) for across in (1, -1) for up in (1, -1)]
    ways += [(across * aside, up * 2 * over) for across in (0, 1, -1) for up in (1, -1)]
    ways += [(across * 2 * aside, up * over) for across in (1, -1) for up in (0, 1, -1)]
    for plot, (x, _) in zip(plots, points, strict=True):
        # Of a point near the side of the plot the note is moved inwards.
        inwards = float(np.clip(x, size[0] / 2 + PAD, plot.width - size[0] / 2 - PAD)) - x
        ways += [(inwards, up * far * over) for far in (1, 1.5, 1.75, 2) for up in (1, -1)]
    return min((_on_all(plots, points, way, size) for way in ways), key=lambda arrow: arrow.cost)


def _on_all(
    plots: Sequence[Plot], points: Sequence[tuple[float, float]], way: tuple[float, float], size: tuple[float, float]
) -> Arrow:
    """An arrow with what it costs on average of the plots."""
    arrows = [plot.arrow(point, way, size) for plot, point in zip(plots, points, strict=True)]
    cost = sum(arrow.cost for arrow in arrows) / len(arrows)
    return Arrow(*way, max(arrow.standoff for arrow in arrows), cost)


def beside_point(
    plots: Sequence[Plot], at: tuple[float, float], words: str, first: tuple[float, float], look: Look
) -> Arrow:
    """The same, and the note and its arrow are not to be covered any more."""
    best = best_arrow(plots, at, words, first, look)
    for plot in plots:
        point = plot.at(*at)
        x, y = point[0] + best.across, point[1] + best.up
        wide, high = size_of(words, look.size)
        plot.words.append(around(x, y, (wide + 2 * PAD, high + 2 * PAD)))
        plot.add_line(point, (x, y))
    return best


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


def along_line(plots: Sequence[Plot], value: float, words: str, *, upright: bool, look: Look) -> Named:
    """Where a name covers least along a line over the whole plot; of places that cover as much the first.

    Args:
        plots: where it stands, as broad as it may be drawn.
        value: of the line on its axis.
        words: the name.
        upright: whether the line is upright.
        look: where it is shown.
    """
    size, options = size_of(words, look.size), []
    for along in ALONG:
        for side in (0, 1):
            ends = ("bottom", "middle", "top") if upright else ("left", "center", "right")
            near = ends[0] if along < 0.1 else ends[2] if along > 0.9 else ends[1]
            anchor = (("left", "right")[side], near) if upright else (near, ("bottom", "top")[side])
            places = [plot.on_line(value, along, upright=upright) for plot in plots]
            boxes = [_off(around(*place, size, anchor), upright=upright) for place in places]
            cost = sum(plot.cost(box) for plot, box in zip(plots, boxes, strict=True)) / len(plots)
            options.append(Named(along, anchor, cost))
    return min(options, key=lambda named: named.cost)


def _off(box: Box, *, upright: bool) -> Box:
    """The box without the edge that lies on its own line."""
    edge = PAD + 1
    return (box[0] + edge, box[1], box[2] - edge, box[3]) if upright else (box[0], box[1] + edge, box[2], box[3] - edge)
