"""The room that the names at the axes need at the left of a figure and below it, told before it is drawn.

Plotly sees it when all is drawn, and then draws all of it once more with wider margins. Where it is told too little it
still does; what it is told too much stays empty.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

import numpy as np

from components.letters import MONOSPACED, breadth

NUMBER, SHARE = "−0.5", "100%"
"""What stands for the ticks of an axis of numbers, of which plotly chooses the steps, and of an axis of shares."""

LINE = 4 / 3
"""The height of a line of labels, in its size."""

TITLE, STANDOFF = 0.7, 8
"""A title of an axis: the height that plotly counts, in its size, and how far it stands off, in pixels."""

TICK, ANGLED, PADDING = 9, 3, 12
"""Pixels of a tick outside with the gap to its label, of the gap to a label at an angle, and of what plotly leaves free
at the edge at most."""

MAPS = ("contour", "heatmap", "histogram2d")
"""Kinds of traces whose axes have ticks."""


def margins(traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any], size: int) -> dict[str, float]:
    """The margins of a figure that the axes at its left and lower edge need, in pixels; no less than are given.

    Args:
        traces: the figure's, as dictionaries.
        layout: the figure's, as a dictionary, with all margins: "l", "r", "t" and "b".
        size: of the figure's text, in pixels; that of labels is one less.
    """
    given: dict[str, float] = layout["margin"]
    needed = {
        "l": max((side.depth(side.width()) for side in sides(traces, layout, "y", size)), default=0),
        "b": max((side.depth(side.height()) for side in sides(traces, layout, "x", size)), default=0),
    }
    padding = min(PADDING, *(given[edge] for edge in "rtlb" if not needed.get(edge)))
    return given | {edge: max(given[edge], math.ceil(depth) + padding) for edge, depth in needed.items() if depth}


@dataclass(frozen=True, slots=True)
class Side:
    """What stands at the outer side of an axis.

    Args:
        axis: its layout.
        labels: at its ticks, each in lines.
        ticks: it has some that stick out.
        size: of the figure's text.
    """

    axis: Mapping[str, Any]
    labels: Sequence[Sequence[str]]
    ticks: bool
    size: int

    def depth(self, labels: float) -> float:
        """How far all of it reaches, with labels that reach so far."""
        title = self.axis.get("title", {})
        room = STANDOFF + TITLE * title.get("font", {}).get("size", self.size) if "text" in title else 0
        return labels + room + (TICK if self.ticks else 0)

    def width(self) -> float:
        """How wide the widest label is."""
        font = self.axis.get("tickfont", {})
        mono = "Mono" in font.get("family", "")
        lines = (line for label in self.labels for line in label)
        widest = max((MONOSPACED * len(line) if mono else breadth(line) for line in lines), default=0)
        return float(font.get("size", self.size - 1) * widest)

    def height(self) -> float:
        """How high the highest label is, at its angle."""
        lines = max(map(len, self.labels), default=0)
        angle = np.deg2rad(self.axis.get("tickangle") or 0)
        level = LINE * lines * self.axis.get("tickfont", {}).get("size", self.size - 1)
        return float(abs(np.sin(angle)) * (self.width() + ANGLED) + abs(np.cos(angle)) * level)


def sides(traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any], way: str, size: int) -> Iterator[Side]:
    """The sides at the left edge ("y") or the lower one ("x") of a figure."""
    other = "x" if way == "y" else "y"
    drawn = {trace.get(f"{way}axis", way) for trace in traces if not {"x", "y", "z"}.isdisjoint(trace)}
    for place in sorted(drawn):
        axis = layout.get(f"{way}axis{place[1:]}", {})
        across = layout.get(f"{other}axis{axis.get('anchor', other)[1:]}", {})
        told = axis.get("visible", True) and axis.get("automargin", True)
        if told and axis.get("side", "left") in ("left", "bottom") and across.get("domain", (0, 1))[0] == 0:
            on = [trace for trace in traces if trace.get(f"{way}axis", way) == place]
            ticks = axis.get("ticks", "outside" if any(trace.get("type") in MAPS for trace in on) else "")
            yield Side(axis, _labels(axis, [trace.get(way) for trace in on]), ticks == "outside", size)


def _labels(axis: Mapping[str, Any], values: Sequence[Any]) -> list[list[str]]:
    """What stands at the ticks of an axis, in lines; a typical number where plotly chooses."""
    if not axis.get("showticklabels", True):
        return []
    texts = axis.get("ticktext")
    if texts is None:
        named = (each for each in values if isinstance(each, list | tuple | np.ndarray) and len(each))
        texts = [str(name) for each in named if isinstance(each[0], str) for name in each]
    return [_lines(str(text)) for text in texts] or [[SHARE if "%" in axis.get("tickformat", "") else NUMBER]]


def _lines(label: str) -> list[str]:
    """A label as it is read, without marks and spaces of no width."""
    return [unescape(re.sub("<[^>]*>|\u200b", "", line)) for line in label.split("<br>")]
