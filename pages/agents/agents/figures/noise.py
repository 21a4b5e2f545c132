"""Chains of calls that fail: exact lines with drawn chains beside them, and how a checked chain ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, escape, figure
from core.agents import Ends
from core.numbers import wilson

NAMES_FROM = 0.76
"""Where the names of the lines begin, as a part of the width."""

LINE_ROOM = 0.075
"""A line of type as a part of the axis."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of shares: its name and role, the exact values, and drawn chains at some places.

    Args:
        exact: by place. drawn: by place where there are any, how many of how many came through.
        hollow: whether the dots are rings, and no line is drawn: they lie on another one's.
    """

    name: str
    role: str
    exact: Sequence[float]
    drawn: Mapping[int, tuple[int, int]]
    hollow: bool = False


def chains_figure(
    lines: Sequence[Line], places: Sequence[int], *, at: int, axis: str, look: Look, title: str, height: int
) -> go.Figure:
    """Exact shares as lines, drawn ones as dots with their intervals, and a line at the slider's place.

    Args:
        lines: each over all places. at: where the dotted line stands. axis: what the places are.
        look: paper and type. title: the finding. height: pixels.
    """
    exact = [_exact(line, places, look) for line in lines if not line.hollow]
    return figure(
        look,
        title=title,
        height=height,
        traces=[*exact, *(_drawn(line, look) for line in lines if line.drawn)],
        showlegend=False,
        annotations=_names(lines, look),
        shapes=[{"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "y domain",
                 "line": {"color": look.quiet, "width": 1.5, "dash": "dot"}}],
        xaxis={"domain": [0, NAMES_FROM - 0.02], "title": {"text": axis}, "showgrid": False,
               "range": [places[0] - 0.5, places[-1] + 0.5]},
        yaxis={"title": {"text": "chains that come through"}, "range": [-0.03, 1.05], "tickformat": ".0%"},
    )  # fmt: skip


def _exact(line: Line, places: Sequence[int], look: Look) -> go.Scatter:
    return go.Scatter(
        x=list(places), y=list(line.exact), mode="lines", name=escape(line.name),
        line={"color": look.role(line.role), "width": 2.5}, hovertemplate="%{x}: %{y:.1%}<extra>exact</extra>",
    )  # fmt: skip


def _drawn(line: Line, look: Look) -> go.Scatter:
    shares = np.array([hits / count for hits, count in line.drawn.values()])
    low, high = np.array([wilson(hits, count) for hits, count in line.drawn.values()]).T
    return go.Scatter(
        x=list(line.drawn), y=shares, mode="markers", name=f"{escape(line.name)}, drawn",
        marker={"size": 13 if line.hollow else 7, "symbol": "circle-open" if line.hollow else "circle",
                "color": look.role(line.role), "line": {"width": 2, "color": look.role(line.role)}},
        error_y={"type": "data", "symmetric": False, "array": high - shares, "arrayminus": shares - low,
                 "thickness": 0 if line.hollow else 1.5, "width": 0 if line.hollow else 4},
        text=[f"{hits} of {count} drawn" for hits, count in line.drawn.values()],
        hovertemplate="%{x}: %{text}<extra></extra>",
    )  # fmt: skip


def _names(lines: Sequence[Line], look: Look) -> list[dict[str, object]]:
    """The name of each line at its end, no two over each other."""
    heights, lowest = list[tuple[float, Line]](), -1.0
    for line in sorted(lines, key=lambda one: one.exact[-1]):
        lowest = max(float(line.exact[-1]), lowest + LINE_ROOM)
        heights.append((lowest, line))
    # A stack that would end above the plot is moved down as a whole.
    over = max(0.0, lowest - 1.0)
    return [
        {"x": NAMES_FROM, "xref": "paper", "y": height - over, "text": escape(line.name), "xanchor": "left",
         "showarrow": False, "font": {"color": look.word(look.role(line.role))}}
        for height, line in heights
    ]  # fmt: skip


ENDS = (("right", "accepted"), ("wrong, untold", "rejected"), ("given up", "mass"))


def ends_figure(
    ends: Sequence[Ends], drawn: Sequence[Sequence[int]], draws: int, *, look: Look, title: str, height: int
) -> go.Figure:
    """Bars of how chains end, by retries; dots where drawn chains put the borders between the parts.

    Args:
        ends: by retries, from 0. drawn: by retries, how many drawn chains end right, wrong and given up.
        draws: how many there are. look: paper and type. title: the finding. height: pixels.
    """
    retries = list(range(len(ends)))
    parts = [[one.right for one in ends], [one.wrong for one in ends], [one.stopped for one in ends]]
    bars = [
        go.Bar(x=retries, y=part, name=name, marker={"color": look.role(role)}, hovertemplate=f"{name} %{{y:.1%}}")
        for (name, role), part in zip(ENDS, parts, strict=True)
    ]
    borders = [_border(drawn, draws, upto, look) for upto in (1, 2)]
    return figure(
        look,
        title=title,
        height=height,
        traces=[*bars, *borders],
        barmode="stack",
        bargap=0.25,
        margin={"t": 66},
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
        xaxis={"title": {"text": "retries of each call"}, "dtick": 1, "showgrid": False},
        yaxis={"title": {"text": "share of chains"}, "range": [0, 1.02], "tickformat": ".0%"},
    )


def _border(drawn: Sequence[Sequence[int]], draws: int, upto: int, look: Look) -> go.Scatter:
    """Dots at the share of drawn chains that end in the first so many ways, with intervals."""
    hits = [sum(some[:upto]) for some in drawn]
    shares = np.array(hits) / draws
    low, high = np.array([wilson(some, draws) for some in hits]).T
    return go.Scatter(
        x=list(range(len(hits))), y=shares, mode="markers", name=f"{draws:,} drawn chains, with interval",
        showlegend=upto == 1, marker={"color": look.ink, "size": 7, "line": {"color": look.paper, "width": 1}},
        error_y={"type": "data", "symmetric": False, "array": high - shares, "arrayminus": shares - low,
                 "thickness": 1.5, "width": 5, "color": look.ink},
        hovertemplate="%{y:.1%} drawn<extra></extra>",
    )  # fmt: skip
