"""The main figure: how often each way is right, against the tokens that it takes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from core.reasoning import Outcome

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

SIDES = {
    "wrong results": "middle right",
    "wrong order": "middle left",
    "wrong operations": "middle left",
    "direct": "middle left",
    "program": "middle right",
}
GAP = "\u2009"
"""A thin space, which keeps a name off its dot."""

NAME = 0.22
"""Room for a name behind the last dot, in decades of tokens."""

TICKS = (2, 5, 10, 20, 50, 100, 200, 500)


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
    traces: list[Any] = [_vote_line(votes, chosen, with_reading, look)] if votes else []
    shown = [*found, *(one for one in votes if one.name == chosen)]
    ends = np.log10([spent(one, with_reading) for one in (*found, *votes)])
    for one in shown:
        traces += _point(one, with_reading, look, strong=one.name == chosen)
    across = "tokens read and written for an answer" if with_reading else "tokens written for an answer"
    return figure(
        look,
        title=title,
        height=None,
        traces=traces,
        showlegend=False,
        xaxis={
            "title": {"text": f"{across}, mean"},
            "type": "log",
            "range": [ends.min() - 0.15, ends.max() + NAME],
            "tickvals": list(TICKS),
            "ticktext": list(map(str, TICKS)),
        },
        yaxis={"title": {"text": "share right"}, "tickformat": ".0%", "range": [-0.03, 1.03]},
        shapes=[{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": guess, "y1": guess, "layer": "below",
                 "line": {"color": look.quiet, "width": 1, "dash": "dot"}}],
        annotations=[{"xref": "paper", "x": 1, "xanchor": "right", "y": guess, "yanchor": "bottom", "showarrow": False,
                      "text": "a guess", "font": {"color": look.quiet, "size": look.size}}],
    )  # fmt: skip


def spent(one: Outcome, with_reading: bool) -> float:
    """The tokens of an answer."""
    return one.tokens + (one.read if with_reading else 0.0)


def _vote_line(votes: Sequence[Outcome], chosen: str, with_reading: bool, look: Look) -> go.Scatter:
    color = look.role("draft")
    names = [one.name for one in votes]
    return go.Scatter(
        x=[spent(one, with_reading) for one in votes],
        y=[one.accuracy for one in votes],
        mode="lines+markers+text",
        text=[*[""] * (len(votes) - 1), names[-1] if names[-1] != chosen else ""],
        textposition="top left",
        textfont={"color": look.word(color), "size": look.size},
        customdata=[[name] for name in names],
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
        mode="markers+text",
        text=[f"{GAP}<b>{one.name}</b>{GAP}" if strong else f"{GAP}{one.name}{GAP}"],
        textposition=SIDES.get(one.name, "middle right"),
        textfont={"color": look.word(color), "size": look.size},
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
