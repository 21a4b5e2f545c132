"""The figures of the game of 24: the tree of one search, and what beams solve for how many states."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import MONO, Look, figure
from core.reasoning import Search24, Thought

NAMED = 12
"""So many states of a level are named."""

LINE = 0.07
"""The height of a line of type, as a share of the axis."""


def tree(search: Search24, depth: int, *, look: Look, title: str, height: int) -> go.Figure:
    """The states by level, from the top in the order of their parents; kept ones are large and named.

    Args:
        depth: how many levels have grown, from 1 to 3.
    """
    levels = search.levels[:depth]
    heights = [np.array([0.5]), *(_places(len(level)) for level in levels)]
    kept = {place: {n for n, one in enumerate(level) if one.kept} for place, level in enumerate(levels)}
    traces: list[Any] = [
        _edges(levels, heights, {}, look.faint, 1),
        _edges(levels, heights, kept, look.role("query"), 1.5),
        _start(search, look),
    ]
    notes: list[dict[str, Any]] = []
    for place, level in enumerate(levels):
        traces.append(_states(level, place + 1, heights[place + 1], look))
        notes += _names(level, place + 1, heights[place + 1], look)
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=False,
        xaxis={"tickvals": list(range(4)), "ticktext": ["four numbers", "after 1 step", "after 2", "after 3"],
               "range": [-0.25, 3.45], "showgrid": False},
        yaxis={"visible": False, "range": [-0.04, 1.04]},
        annotations=notes,
    )  # fmt: skip


def _places(count: int) -> np.ndarray:
    return 1 - (np.arange(count) + 0.5) / count


def _start(search: Search24, look: Look) -> go.Scatter:
    return go.Scatter(
        x=[0],
        y=[0.5],
        mode="markers+text",
        text=[" ".join(map(str, search.numbers))],
        textposition="top center",
        textfont={"family": MONO, "size": look.size},
        marker={"size": 12, "color": look.ink},
        hoverinfo="skip",
        cliponaxis=False,
    )


def _edges(
    levels: Sequence[Sequence[Thought]],
    heights: Sequence[np.ndarray],
    only: Mapping[int, set[int]],
    color: str,
    width: float,
) -> go.Scatter:
    """A line from each state to the one that it came from; where `only` is given, for those of each level alone."""
    x: list[float | None] = []
    y: list[float | None] = []
    for place, level in enumerate(levels):
        for number, one in enumerate(level):
            if not only or number in only[place]:
                x += [place, place + 1, None]
                y += [float(heights[place][one.parent if place else 0]), float(heights[place + 1][number]), None]
    return go.Scatter(x=x, y=y, mode="lines", line={"color": color, "width": width}, hoverinfo="skip")


def _solved(one: Thought) -> bool:
    return len(one.values) == 1 and one.values[0] == 24


def _states(level: Sequence[Thought], x: int, heights: np.ndarray, look: Look) -> go.Scatter:
    strong = [one.kept or _solved(one) for one in level]
    inks = [look.role("accepted" if _solved(one) else "query" if one.kept else "mass") for one in level]
    return go.Scatter(
        x=[x] * len(level),
        y=heights,
        mode="markers",
        marker={"size": [11 if one else 5 for one in strong], "color": inks},
        customdata=[[one.step, written(one), one.score, int(one.kept)] for one in level],
        hovertemplate="%{customdata[0]}<br>left: %{customdata[1]}<br>score %{customdata[2]:.2f}<extra></extra>",
        cliponaxis=False,
    )


def _names(level: Sequence[Thought], x: int, heights: np.ndarray, look: Look) -> list[dict[str, Any]]:
    """The numbers left in the kept states, a line of type apart; at most `NAMED`, those that solve it first."""
    strong = [n for n, one in enumerate(level) if one.kept or _solved(one)]
    chosen = sorted(strong, key=lambda n: (not _solved(level[n]), -level[n].score))[:NAMED]
    places = apart([float(heights[n]) for n in chosen])
    return [
        # On paper of their own: lines to the next level begin where the names stand.
        {"x": x, "y": place, "text": written(level[n]), "showarrow": False, "xanchor": "left", "xshift": 12,
         "bgcolor": look.paper, "borderpad": 0, "font": {"family": MONO, "size": look.size - 1,
                  "color": look.word(look.role("accepted")) if _solved(level[n]) else look.ink}}
        for n, place in zip(chosen, places, strict=True)
    ]  # fmt: skip


def apart(heights: Sequence[float]) -> list[float]:
    """Heights from 0 to 1 that lie a line of type apart, in their order and near to their own."""
    order = sorted(range(len(heights)), key=lambda n: heights[n])
    found = [0.0] * len(heights)
    lowest = 0.0
    for n in order:
        found[n] = max(heights[n], lowest)
        lowest = found[n] + LINE
    highest = 1.0
    for n in reversed(order):
        found[n] = min(found[n], highest)
        highest = found[n] - LINE
    return found


def written(one: Thought) -> str:
    """The numbers that are left."""
    return " ".join(map(str, one.values))


def shares(
    curves: Mapping[str, tuple[Sequence[float], Sequence[float], Sequence[tuple[float, float]]]],
    *,
    look: Look,
    title: str,
    height: int,
    colors: Mapping[str, str],
) -> go.Figure:
    """The share of puzzles solved over the states scored, a curve for each evaluator with its 95 % intervals.

    Args:
        curves: name -> mean states, share solved, and intervals, by beam.
        colors: name -> role.
    """
    traces = []
    for name, (nodes, solved, ends) in curves.items():
        color = look.role(colors[name])
        traces.append(
            go.Scatter(
                x=list(nodes),
                y=list(solved),
                name=name,
                mode="lines+markers",
                line={"color": color, "width": 2.5},
                marker={"size": 9},
                error_y={
                    "type": "data",
                    "symmetric": False,
                    "array": [high - share for share, (_, high) in zip(solved, ends, strict=True)],
                    "arrayminus": [share - low for share, (low, _) in zip(solved, ends, strict=True)],
                    "thickness": 1.5,
                    "width": 4,
                },
                hovertemplate=f"{name}<br>%{{y:.0%}} for %{{x:.0f}} states<extra></extra>",
                cliponaxis=False,
            )
        )
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=True,
        margin={"t": 76, "r": 8},
        xaxis={"title": {"text": "states scored for a puzzle, mean"}, "type": "log",
               "tickvals": [20, 50, 100, 200, 500], "ticktext": ["20", "50", "100", "200", "500"]},
        yaxis={"title": {"text": "puzzles solved"}, "tickformat": ".0%", "range": [-0.02, 1.04]},
    )  # fmt: skip
