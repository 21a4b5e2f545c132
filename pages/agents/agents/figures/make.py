"""Examples, the tool that was made from them, and tests; a user of tools; and when a tool pays."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from components.theme import MONO, Look, escape, figure
from core.numbers import wilson

TABLE_TO, CURVE = 0.64, (0.7, 1.0)
"""Where the table ends and the curve stands, as parts of the width."""

COLUMNS = (0.0, 0.42, 0.66)
"""Where what goes in, what is right and what the tool gives begin, as parts of half the table."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: the numbers that go in, what is right, and what the tool gives; "" for what is not known."""

    given: str
    right: str
    made: str
    example: bool


def maker_figure(
    rows: Sequence[Row], passed: Sequence[tuple[int, int]], *, at: int, look: Look, title: str, height: int
) -> go.Figure:
    """Left examples and tests with what the tool gives; right how often so many examples make the tool that was meant.

    Args:
        rows: the table. passed: by number of examples, from 1: draws whose tool passes every test, of how many.
            Without them the table stands alone.
        at: examples on screen. look: paper and type. title: the finding. height: pixels.
    """
    shares = np.array([hits / count for hits, count in passed])
    low, high = np.array([wilson(hits, count) for hits, count in passed]).reshape(-1, 2).T
    curve = go.Scatter(
        x=list(range(1, len(passed) + 1)), y=shares, mode="lines+markers", name="draws that pass every test",
        line={"color": look.role("query"), "width": 2.5}, marker={"size": 8},
        error_y={"type": "data", "symmetric": False, "array": high - shares, "arrayminus": shares - low,
                 "thickness": 1.5, "width": 4},
        text=[f"{hits} of {count} draws" for hits, count in passed],
        hovertemplate="%{x} examples: %{text}<extra></extra>",
    )  # fmt: skip
    return figure(
        look,
        title=title,
        height=height,
        traces=[curve],
        showlegend=False,
        annotations=_table(rows, TABLE_TO if passed else 1.0, look, height),
        shapes=[{"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "y domain",
                 "line": {"color": look.quiet, "width": 1.5, "dash": "dot"}}] if passed else [],
        xaxis={"domain": CURVE, "title": {"text": "examples given"}, "dtick": 1, "showgrid": False,
               "visible": bool(passed)},
        yaxis={"title": {"text": "tools that pass all tests"}, "range": [-0.04, 1.06], "tickformat": ".0%",
               "visible": bool(passed)},
    )  # fmt: skip


def _table(rows: Sequence[Row], width: float, look: Look, height: int) -> list[dict[str, object]]:
    """Examples left, tests or what is asked right, a line each; wrong ones in their color."""
    halves = [[row for row in rows if row.example is kind] for kind in (True, False)]
    step = min(0.11, 1.0 / (max(map(len, halves)) + 1))
    size = min(look.size, round(0.66 * step * (height - 50)))
    names = ("example", "asked" if not any(row.right for row in halves[1]) else "test")
    return [
        {"x": width * (half + at) / 2, "xref": "paper", "y": 1 - step * line, "yref": "paper", "xanchor": "left",
         "yanchor": "top", "showarrow": False, "text": escape(text),
         "font": {"family": MONO, "size": size, "color": tint}}
        for half, (name, some) in enumerate(zip(names, halves, strict=True))
        for line, cells in enumerate([_heads(name, look), *(_cells(row, look) for row in some)] if some else [])
        for at, (text, tint) in zip(COLUMNS, cells, strict=True)
        if text
    ]  # fmt: skip


def _heads(name: str, look: Look) -> list[tuple[str, str]]:
    """What stands above the three columns."""
    return [(text, look.quiet) for text in (name, "right" if name != "asked" else "", "the tool")]


def _cells(row: Row, look: Look) -> list[tuple[str, str]]:
    """What goes in, what is right, and what the tool gives, each with its color."""
    wrong = row.right != "" and row.made != row.right
    given = look.word(look.role("rejected" if wrong else "accepted")) if row.made else look.ink
    return [(row.given, look.ink), (row.right, look.ink), (row.made, given)]


def user_figure(
    right: Mapping[str, Mapping[str, tuple[int, int]]], *, look: Look, title: str, height: int
) -> go.Figure:
    """Right answers by family and way, and over all families with intervals.

    Args:
        right: by way, by family and under "all": how many are right, of how many.
        look: paper and type. title: the finding. height: pixels.
    """
    roles = dict(zip(right, ("mass", "target", "accepted"), strict=True))
    return figure(
        look,
        title=title,
        height=height,
        traces=[_ways(way, counts, look.role(roles[way])) for way, counts in right.items()],
        barmode="group",
        bargap=0.25,
        margin={"t": 66},
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        xaxis={"showgrid": False},
        yaxis={"title": {"text": "share right"}, "range": [0, 1.1], "tickformat": ".0%"},
    )


def _ways(way: str, counts: Mapping[str, tuple[int, int]], color: str) -> go.Bar:
    shares = np.array([hits / count for hits, count in counts.values()])
    low, high = np.array([wilson(hits, count) for hits, count in counts.values()]).T
    return go.Bar(
        x=list(counts), y=shares, name=way, marker={"color": color},
        error_y={"type": "data", "symmetric": False, "array": high - shares, "arrayminus": shares - low,
                 "thickness": 1.2, "width": 3},
        text=[f"{hits} of {count}" for hits, count in counts.values()], textposition="none",
        hovertemplate="%{x}: %{text}",
    )  # fmt: skip


def price_figure(
    make: float, large: float, small: float, count: float, *, look: Look, title: str, height: int
) -> go.Figure:
    """What so many questions cost in all, with the tool and without; a ring where the lines cross.

    Args:
        make, large, small: costs, once and of a question. count: the break-even. look: paper and type.
        title: the finding. height: pixels.
    """
    crosses = math.isfinite(count)
    reach = max(10.0, 2.5 * count) if crosses else 100.0
    x = np.array([0.0, reach])
    ends = {"large model": large * reach, "tool and light model": make + small * reach}
    roles = {"large model": "rejected", "tool and light model": "accepted"}
    lines = [
        go.Scatter(x=x, y=np.array([start, ends[name]]), mode="lines", name=name,
                   line={"color": look.role(roles[name]), "width": 3},
                   hovertemplate="%{x:,.0f} questions: %{y:,.0f} tokens<extra></extra>")
        for name, start in (("large model", 0.0), ("tool and light model", make))
    ]  # fmt: skip
    ring = go.Scatter(
        x=[count], y=[large * count], mode="markers", name="break-even",
        marker={"symbol": "circle-open", "size": 18, "color": look.ink, "line": {"width": 2.5}},
        hovertemplate="%{x:,.1f} questions<extra>break-even</extra>",
    )  # fmt: skip
    return figure(
        look,
        title=title,
        height=height,
        traces=[*lines, *([ring] if crosses else [])],
        showlegend=False,
        annotations=_end_names(ends, roles, look),
        xaxis={"domain": [0, 0.8], "title": {"text": "questions"}, "range": [0, reach], "showgrid": False},
        yaxis={"title": {"text": "cost in tokens"}, "rangemode": "tozero"},
    )


def _end_names(ends: Mapping[str, float], roles: Mapping[str, str], look: Look) -> list[dict[str, object]]:
    """The name of each line at its end, the higher one above."""
    top = max(ends.values()) or 1.0
    names, lowest = [], -1.0
    for name, end in sorted(ends.items(), key=lambda pair: pair[1]):
        lowest = max(end / top, lowest + 0.08)
        names.append({"x": 0.81, "xref": "paper", "y": lowest * top, "text": name, "xanchor": "left",
                      "showarrow": False, "font": {"color": look.word(look.role(roles[name]))}})  # fmt: skip
    return names
