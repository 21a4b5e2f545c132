"""Shares with their intervals, one above the other, for several panels of the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from components.theme import Look, figure


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a figure.

    Args:
        name: at the left.
        value: where its dot stands. low, high: the ends of its interval.
        color: of the dot.
        marks: small marks beside the dot, such as those of single sets.
    """

    name: str
    value: float
    low: float
    high: float
    color: str
    marks: tuple[float, ...] = ()


def dots(bars: Sequence[Bar], *, axis: str, reach: tuple[float, float]) -> list[go.Scatter]:
    """The lines as traces: a dot with its interval each, from the top."""
    traces = []
    for bar in bars:
        traces.append(
            go.Scatter(
                x=[bar.value],
                y=[bar.name],
                mode="markers",
                marker={"color": bar.color, "size": 11},
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": [bar.high - bar.value],
                    "arrayminus": [bar.value - bar.low],
                    "color": bar.color,
                    "thickness": 2,
                    "width": 5,
                },
                hovertemplate=f"{bar.name}<br>{axis} %{{x:.1%}}, from {bar.low:.1%} to {bar.high:.1%}<extra></extra>",
            )
        )
        traces.append(
            go.Scatter(
                x=list(bar.marks),
                y=[bar.name] * len(bar.marks),
                mode="markers",
                marker={"color": bar.color, "size": 9, "symbol": "line-ns-open", "line": {"width": 1.5}},
                hovertemplate=f"{bar.name}, one set<br>%{{x:.1%}}<extra></extra>",
            )
        )
    return traces


def two_columns(
    left: Sequence[Bar],
    right: Sequence[Bar],
    *,
    look: Look,
    title: str,
    headings: tuple[str, str],
    height: int,
) -> go.Figure:
    """Shares at the left, differences from a way at the right, on the same lines."""
    low = min([bar.low for bar in right], default=-0.1)
    high = max([bar.high for bar in right], default=0.1)
    traces = dots(left, axis="right in", reach=(0, 1))
    for trace in dots(right, axis="difference", reach=(low, high)):
        traces.append(trace.update(xaxis="x2"))
    order: dict[str, Any] = {"categoryorder": "array", "categoryarray": [bar.name for bar in reversed(left)]}
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=False,
        margin={"t": 64, "r": 8},
        xaxis={"domain": [0, 0.5], "tickformat": ".0%", "range": [-0.02, 1.02], "title": {"text": "share right"}},
        yaxis={"showgrid": False, **order},
        xaxis2={"domain": [0.56, 1], "anchor": "y", "tickformat": "+.0%", "zeroline": True, "zerolinecolor": look.ink,
                "range": [min(low, -0.05) - 0.03, max(high, 0.05) + 0.03], "title": {"text": "difference by pairs"}},
        annotations=[_heading(text, x, look) for text, x in zip(headings, (0.0, 0.56), strict=True)],
    )  # fmt: skip


def one_column(
    bars: Sequence[Bar], *, look: Look, title: str, axis: str, height: int, texts: Mapping[str, str] | None = None
) -> go.Figure:
    """Shares alone, with a text at the end of a line where one is given."""
    notes = [
        {"x": bar.high, "y": bar.name, "text": texts[bar.name], "showarrow": False, "xanchor": "left", "xshift": 8,
         "font": {"color": look.quiet, "size": look.size}}
        for bar in bars
        if texts and bar.name in texts
    ]  # fmt: skip
    return figure(
        look,
        title=title,
        height=height,
        traces=dots(bars, axis=axis, reach=(0, 1)),
        showlegend=False,
        xaxis={"tickformat": ".0%", "range": [-0.02, 1.02], "title": {"text": axis}},
        yaxis={"showgrid": False, "categoryorder": "array", "categoryarray": [bar.name for bar in reversed(bars)]},
        annotations=notes,
    )


def _heading(text: str, x: float, look: Look) -> dict[str, Any]:
    return {"text": text, "showarrow": False, "x": x, "xref": "paper", "xanchor": "left", "y": 1.01, "yref": "paper",
            "yanchor": "bottom", "font": {"color": look.quiet, "size": look.size}}  # fmt: skip


def apart(
    left: Sequence[Bar],
    right: Sequence[Bar],
    *,
    look: Look,
    title: str,
    headings: tuple[str, str],
    axis: str,
    height: int,
) -> go.Figure:
    """Differences on lines of their own at either side, over the same axis."""
    ends = [end for bar in (*left, *right) for end in (bar.low, bar.high)]
    reach = [min(*ends, -0.05) - 0.03, max(*ends, 0.05) + 0.03]
    traces = dots(left, axis=axis, reach=(reach[0], reach[1]))
    for trace in dots(right, axis=axis, reach=(reach[0], reach[1])):
        traces.append(trace.update(xaxis="x2", yaxis="y2"))
    across: dict[str, Any] = {"tickformat": "+.0%", "range": reach, "zeroline": True, "zerolinecolor": look.ink,
                              "title": {"text": axis}}  # fmt: skip
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=False,
        margin={"t": 64, "r": 8},
        xaxis={"domain": [0, 0.52], **across},
        yaxis={"showgrid": False, "categoryorder": "array", "categoryarray": [bar.name for bar in reversed(left)]},
        xaxis2={"domain": [0.68, 1], "anchor": "y2", **across},
        yaxis2={"showgrid": False, "anchor": "x2", "categoryorder": "array",
                "categoryarray": [bar.name for bar in reversed(right)]},
        annotations=[_heading(text, x, look) for text, x in zip(headings, (0.0, 0.68), strict=True)],
    )  # fmt: skip
