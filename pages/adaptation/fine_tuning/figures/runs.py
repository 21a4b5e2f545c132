"""How many numbers each method trains, and what a run of now has come to."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure

AROUND = 90
"""Pixels of the height of a figure of bars that its title and the lower axis take."""

LEAST = 2
"""The power of 10 at which the axis of counts begins."""

FEW = 8
"""Updates of which each is numbered."""

SMALLEST = 8
"""The size of letters below which nobody reads them, in pixels."""


def counts(numbers: Mapping[str, int], chosen: str, *, look: Look, title: str, height: int) -> go.Figure:
    """Trained numbers as bars on a logarithmic axis, the fewest at the top.

    Args:
        numbers: method -> trained numbers, above 0.
        chosen: the method that is lit.
    """
    order = sorted(numbers, key=lambda name: -numbers[name])
    top = float(np.log10(max(numbers.values())))
    # Letters that their rows have room for: left to itself the axis drops each second name.
    letters = max(SMALLEST, min(look.size - 1, (height - AROUND) // len(order) - 2))
    bars = go.Bar(
        y=order,
        x=[numbers[name] for name in order],
        orientation="h",
        marker={"color": [look.role("target") if name == chosen else look.role("query") for name in order]},
        text=[f" {numbers[name]:,} " for name in order],
        # A long bar has room for its number, and the axis ends with the longest.
        textposition=["inside" if np.log10(numbers[name]) > (LEAST + top) / 2 else "outside" for name in order],
        insidetextanchor="end",
        textfont={"size": letters},
        insidetextfont={"size": letters, "color": look.paper},
        constraintext="none",
        cliponaxis=False,
        hovertemplate="%{y}<br>%{x:,} trained numbers<extra></extra>",
    )
    return figure(
        look,
        title=title,
        height=height,
        traces=[bars],
        xaxis={"type": "log", "title": {"text": "trained numbers"}, "range": [LEAST, top + 0.1], "dtick": 1,
               "exponentformat": "power"},
        yaxis={"showgrid": False, "dtick": 1, "tickfont": {"size": letters}},
    )  # fmt: skip


def losses(now: np.ndarray, *, look: Look, title: str, height: int) -> go.Figure:
    """The losses of a run, which may still be on its way; dotted is that of a guess."""
    line = go.Scatter(
        x=np.arange(1, len(now) + 1),
        y=np.asarray(now, np.float32),
        mode="lines",
        name="loss",
        line={"color": look.role("key"), "width": 2.5},
        hovertemplate="update %{x}<br>%{y:.3f} nats<extra></extra>",
    )
    guess = {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": np.log(2), "y1": np.log(2),
             "line": {"color": look.quiet, "dash": "dot"}}  # fmt: skip
    return figure(
        look,
        title=title,
        height=height,
        traces=[line],
        shapes=[guess],
        annotations=[
            {
                "x": 1,
                "xref": "paper",
                "xanchor": "right",
                "y": np.log(2),
                "yanchor": "bottom",
                "text": "a guess",
                "showarrow": False,
                "font": {"color": look.quiet},
            }
        ],
        # Updates are counted: a few of them must not be numbered by halves.
        xaxis={"title": {"text": "update"}, "showgrid": False, "dtick": 1 if len(now) <= FEW else None},
        yaxis={"title": {"text": "loss, nats"}, "rangemode": "tozero"},
    )


def accuracies(reached: Mapping[str, float], *, look: Look, title: str, height: int) -> go.Figure:
    """The share of right answers by domain, with half a chance dotted."""
    names, shares = list(reached), list(reached.values())
    bars = go.Bar(
        x=names,
        y=shares,
        text=[f"{share:.0%}" for share in shares],
        textposition="outside",
        marker={"color": [look.role("query"), look.role("target")][: len(names)]},
        hovertemplate="%{x}<br>%{y:.1%}<extra></extra>",
    )
    guess = {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": 0.5, "y1": 0.5,
             "line": {"color": look.quiet, "dash": "dot"}}  # fmt: skip
    return figure(
        look,
        title=title,
        height=height,
        traces=[bars],
        shapes=[guess],
        xaxis={"title": {"text": "domain"}, "showgrid": False},
        yaxis={"title": {"text": "share of right answers"}, "tickformat": ".0%", "range": [0, 1.1]},
    )
