"""The main figure: how often each way is right, against the tokens that it takes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from core.reasoning import Outcome
from pages.prompting.reasoning.figures.names import GAP, Spot, placed

COLORS = {
    "direct": "mass",
    "zero-shot direct": "mass",
    "zero-shot chain": "kl",
    "few-shot chain": "query",
    "wrong results": "key",
    "wrong order": "key",
    "wrong operations": "key",
    "another's chain": "key",
    "program": "accepted",
}
"""The role of each method's color; a vote has the draft's."""

NAME = 0.22
"""Room for a name behind the last dot, in decades of tokens."""

TICKS = (2, 5, 10, 20, 50, 100, 200, 500)

UP = (-0.03, 1.03)
"""What the axis of shares spans."""

WIDE = 1160
"""Pixels of the plot at a desk, by which the names are kept apart."""

AROUND = 100
"""Pixels of a main figure's height above and below the plot."""


def color_of(look: Look, name: str) -> str:
    """The color of a way."""
    return look.role(COLORS.get(name, "draft"))


def budget(
    found: Sequence[Outcome],
    votes: Sequence[Outcome],
    *,
    chosen: str,
    with_reading: bool,
    guess: float,
    look: Look,
    title: str,
) -> go.Figure:
    """A point for each way with its 95 % interval, small ones for the sets, the line of votes and that of a guess.

    Args:
        found: the ways. votes: of 1, 2, ... chains; may be empty.
        chosen: the name of the one that is marked.
        with_reading: the tokens of the prompt count as well.
        guess: the share right without a model.
    """
    traces: list[Any] = [_vote_line(votes, with_reading, look)] if votes else []
    shown = [*found, *(one for one in votes if one.name == chosen)]
    ends = np.log10([spent(one, with_reading) for one in (*found, *votes)])
    across = (float(ends.min()) - 0.15, float(ends.max()) + NAME)
    for one in shown:
        traces += _point(one, with_reading, look, strong=one.name == chosen)
    tokens = "tokens read and written for an answer" if with_reading else "tokens written for an answer"
    named = sorted([*shown, *votes[-1:]], key=lambda one: one.name != chosen)
    return figure(
        look,
        title=title,
        height=None,
        traces=traces,
        showlegend=False,
        xaxis={
            "title": {"text": f"{tokens}, mean"},
            "type": "log",
            "range": across,
            "tickvals": list(TICKS),
            "ticktext": list(map(str, TICKS)),
        },
        yaxis={"title": {"text": "share right; small marks: each set"}, "tickformat": ".0%", "range": UP},
        shapes=[{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": guess, "y1": guess, "layer": "below",
                 "line": {"color": look.quiet, "width": 1, "dash": "dot"}}],
        annotations=[{"xref": "paper", "x": 1, "xanchor": "right", "y": guess, "yanchor": "bottom", "showarrow": False,
                      "text": "a guess", "font": {"color": look.quiet, "size": look.size}},
                     *_names(named, votes, chosen, with_reading, across, look)],
    )  # fmt: skip


def spots(some: Sequence[Outcome], with_reading: bool, across: tuple[float, float], look: Look) -> list[Spot]:
    """Where the dots of some outcomes lie at a desk, in pixels; one of each name."""
    high = look.hero - AROUND

    def up(share: float) -> float:
        return (share - UP[0]) / (UP[1] - UP[0]) * high

    every = {one.name: one for one in some}
    return [
        Spot(
            name,
            (float(np.log10(spent(one, with_reading))) - across[0]) / (across[1] - across[0]) * WIDE,
            up(one.accuracy),
            *map(up, one.interval),
        )
        for name, one in every.items()
    ]


def _names(
    some: Sequence[Outcome],
    votes: Sequence[Outcome],
    chosen: str,
    with_reading: bool,
    across: tuple[float, float],
    look: Look,
) -> list[dict[str, Any]]:
    """The names of the dots, on paper of their own that keeps the line of a guess off; beside the line of votes."""
    places = placed(
        spots(some, with_reading, across, look),
        size=look.size,
        wide=WIDE,
        tall=look.hero - AROUND,
        passed=[(one.x, one.y) for one in spots(votes, with_reading, across, look)],
    )
    every = {one.name: one for one in some}
    return [
        {"x": float(np.log10(spent(every[name], with_reading))), "y": every[name].accuracy, "showarrow": False,
         "text": f"<b>{name}</b>" if name == chosen else name, "borderpad": 0,
         "bgcolor": look.paper, "xanchor": "left" if place.side > 0 else "right", "xshift": GAP * place.side,
         "yshift": place.up, "font": {"color": look.word(color_of(look, name)), "size": look.size}}
        for name, place in places.items()
    ]  # fmt: skip


def spent(one: Outcome, with_reading: bool) -> float:
    """The tokens of an answer."""
    return one.tokens + (one.read if with_reading else 0.0)


def _vote_line(votes: Sequence[Outcome], with_reading: bool, look: Look) -> go.Scatter:
    color = look.role("draft")
    return go.Scatter(
        x=[spent(one, with_reading) for one in votes],
        y=[one.accuracy for one in votes],
        mode="lines+markers",
        customdata=[[one.name] for one in votes],
        hovertemplate="%{customdata[0]}<br>%{y:.0%} for %{x:.0f} tokens<extra></extra>",
        line={"color": color, "width": 2.5},
        cliponaxis=False,
    )


def _point(one: Outcome, with_reading: bool, look: Look, *, strong: bool) -> list[go.Scatter]:
    color, x = color_of(look, one.name), spent(one, with_reading)
    low, high = one.interval
    sets = go.Scatter(
        x=[x] * len(one.by_set),
        y=list(one.by_set),
        mode="markers",
        marker={"color": color, "size": 5, "symbol": "line-ew-open", "line": {"width": 1.5, "color": color}},
        hovertemplate=f"{one.name}, one set<br>%{{y:.0%}}<extra></extra>",
    )
    point = go.Scatter(
        x=[x],
        y=[one.accuracy],
        mode="markers",
        marker={"color": color, "size": 14 if strong else 9, "line": {"width": 2 if strong else 0, "color": look.ink}},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [high - one.accuracy],
            "arrayminus": [one.accuracy - low],
            "color": color,
            "thickness": 1.5,
            "width": 4,
        },
        customdata=[[one.name]],
        hovertemplate=f"{one.name}<br>%{{y:.0%}} for %{{x:.0f}} tokens<extra></extra>",
        cliponaxis=False,
    )
    return [sets, point]
