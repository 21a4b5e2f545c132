"""Shares of right answers over the size of the numbers, every answer as a square, and one answer in full."""

from collections.abc import Mapping, Sequence
from textwrap import wrap

import numpy as np
import plotly.graph_objects as go

from components.figures.shares import share_lines
from components.theme import MONO, Look, escape, figure
from core.tools import METHODS, PROGRAM, Attempt, share

ROLES = {"direct": "key", "chain": "query", "program": "value"}
"""The color of each way of answering."""

LEFT, RIGHT = (0.0, 0.40), (0.535, 1.0)
"""Where the shares and the squares stand, as parts of the width."""

MOST_LINES = 7
"""Lines of what the model wrote that are shown."""

WIDE = 44
"""Characters of a line: on a phone the figure keeps 720 pixels, of which the text has less than half."""


def answers_figure(
    case: Mapping[int, Mapping[str, Sequence[Attempt]]],
    attempt: Attempt,
    returned: str,
    *,
    digits: int,
    place: int | None,
    look: Look,
    title: str,
    height: int | None = None,
) -> go.Figure:
    """Left: right answers by size of the numbers. Right: each answer as a square, and below it one in full.

    Args:
        case: by digits and method, answers.
        attempt: the one in full. returned: how it came out, in words.
        digits: the size whose answers stand as squares.
        place: of the one in full among them; None for a visitor's own.
        look: paper and type.
        title: the finding. height: pixels; None for all the room of a main figure.
    """
    colors = {method: look.role(role) for method, role in ROLES.items()}
    shares = {method: [share(by[method]) for by in case.values()] for method in METHODS}
    series = {name: [(one.right, one.count, one.interval) for one in some] for name, some in shares.items()}
    lines = share_lines(series, list(case), colors=colors, hover="digits")
    ring = [] if place is None else [_ring(place, attempt.method, look)]
    ends = _names({name: some[-1].value for name, some in shares.items()}, max(case) + 0.12, look)
    return figure(
        look,
        title=title,
        height=height,
        traces=[*lines, *_squares(case[digits], look, colors), *ring],
        showlegend=False,
        annotations=[*ends, _told(attempt, returned, look)],
        xaxis={
            "domain": LEFT,
            "title": {"text": "digits of the numbers"},
            "tickvals": list(case),
            "range": [min(case) - 0.25, max(case) + 0.95],
            "showgrid": False,
        },
        yaxis={"title": {"text": "share right, 95 % interval"}, "range": [-0.03, 1.06], "tickformat": ".0%"},
        xaxis2={"domain": RIGHT, "anchor": "y2", "visible": False, "range": [-0.7, len(case[digits][PROGRAM]) - 0.3]},
        yaxis2={
            "domain": [0.8, 1.0],
            "anchor": "x2",
            "tickvals": list(range(len(METHODS))),
            "ticktext": list(METHODS),
            "range": [-0.6, len(METHODS) - 0.4],
            "showgrid": False,
        },
    )


def _names(ends: Mapping[str, float], at: float, look: Look) -> list[dict[str, object]]:
    """The name of each line at its end."""
    return [
        {
            "x": at,
            "y": height,
            "text": name,
            "xanchor": "left",
            "showarrow": False,
            "font": {"color": look.word(look.role(ROLES[name]))},
        }
        for name, height in _apart(ends).items()
    ]


def _apart(ends: Mapping[str, float]) -> dict[str, float]:
    """Where the names of the lines stand: at their ends, and a line's height above the name below."""
    heights: dict[str, float] = {}
    lowest = -1.0
    for name, end in sorted(ends.items(), key=lambda pair: pair[1]):
        heights[name] = max(end, lowest)
        lowest = heights[name] + 0.05
    return heights


def _squares(by_method: Mapping[str, Sequence[Attempt]], look: Look, colors: Mapping[str, str]) -> list[go.Scatter]:
    """A row for each method: filled where the answer is right."""
    traces = []
    for row, method in enumerate(METHODS):
        some = by_method[method]
        data = np.array([[place, row] for place in range(len(some))], dtype=object)
        traces.append(
            go.Scatter(
                x=list(range(len(some))),
                y=[row] * len(some),
                xaxis="x2",
                yaxis="y2",
                mode="markers",
                name=method,
                marker={
                    "symbol": "square",
                    "size": 10 if look.presenter else 9,
                    "color": [colors[method] if one.right else look.paper for one in some],
                    "line": {"color": colors[method], "width": 1.5},
                },
                customdata=data,
                text=[f"{'right' if one.right else 'wrong'}: {escape(one.answer or 'no number')}" for one in some],
                hovertemplate="problem %{x}, %{text}<extra>" + method + "</extra>",
            )
        )
    return traces


def _ring(place: int, method: str, look: Look) -> go.Scatter:
    """A frame around the answer that is shown in full."""
    return go.Scatter(
        x=[place],
        y=[METHODS.index(method)],
        xaxis="x2",
        yaxis="y2",
        mode="markers",
        marker={"symbol": "square-open", "size": 17, "color": look.ink, "line": {"width": 2}},
        hoverinfo="skip",
        name="shown",
    )


def _told(attempt: Attempt, returned: str, look: Look) -> dict[str, object]:
    """What was asked, written, run and returned, as a text in the figure."""
    written = [part for line in attempt.text.splitlines() or ["(nothing)"] for part in wrap(line, WIDE - 8) or [""]]
    cut = [*written[:MOST_LINES], "…"] if len(written) > MOST_LINES else written
    head = f"<span style='color:{look.quiet}'>%s</span>"
    run = "Run by the app, returned" if attempt.method == PROGRAM else "Read as"
    parts = [
        head % "Asked",
        *map(escape, wrap(attempt.problem, WIDE)[:5]),
        "",
        head % f"Written by the model ({attempt.method})",
        *(f"<span style='font-family:{MONO}'>{escape(line)}</span>" for line in cut),
        "",
        head % run,
        *(f"<b>{escape(line)}</b>" for line in wrap(returned, WIDE)[:5]),
    ]
    return {
        "text": "<br>".join(parts),
        "x": RIGHT[0] - 0.035,
        "y": 0.75,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "top",
        "align": "left",
        "showarrow": False,
        "font": {"color": look.ink, "size": look.size},
    }
