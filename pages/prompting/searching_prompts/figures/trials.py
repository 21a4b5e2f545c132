"""Tunings of SmolLM2: accuracy while they learn, by length, where keys and values moved, and swaps."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from core.prompting import TASKS, Trial

COLORS = {"prompt": "target", "prefix": "draft"}
"""The role whose color a method has."""


def learning_figure(
    shown: Trial, others: Sequence[Trial], marks: Mapping[str, float], *, look: Look, title: str, height: int
) -> go.Figure:
    """The share of items right over the updates: the tuning in question thick, other seeds thin.

    Args:
        marks: name -> share that is drawn as a level line, named at its left end.
    """
    thin = [_curve(trial, look, {"color": look.role("mass"), "width": 1.5}) for trial in others if trial is not shown]
    own = _curve(shown, look, {"color": look.role(COLORS.get(shown.params.method, "target")), "width": 3})
    levels = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "line": {"color": look.quiet, "dash": "dot"}}
    last = int(shown.steps[-1])
    return figure(
        look,
        title=title,
        height=height,
        traces=[*thin, own],
        showlegend=False,
        shapes=[{**levels, "y0": share, "y1": share} for share in marks.values()],
        annotations=[_note(last, share, name, look) for name, share in marks.items()],
        xaxis={"title": {"text": "update"}, "showgrid": False},
        yaxis={"title": {"text": "items right"}, "tickformat": ".0%", "range": [-0.03, 1.1]},
    )


def _note(x: float, y: float, words: str, look: Look) -> dict[str, Any]:
    place = {"x": x, "y": y, "xanchor": "right", "yanchor": "bottom"}
    return {**place, "showarrow": False, "text": words, "font": {"color": look.quiet}}


def _curve(trial: Trial, look: Look, line: dict[str, Any]) -> go.Scatter:
    return go.Scatter(
        x=trial.steps,
        y=trial.accuracy,
        mode="lines+markers",
        line=line,
        hovertemplate=f"update %{{x}}: %{{y:.0%}}<extra>seed {trial.params.seed}</extra>",
    )


def lengths_figure(
    found: Mapping[str, Mapping[int, Sequence[Trial]]], *, look: Look, title: str, height: int
) -> go.Figure:
    """The share right at the end over the number of vectors, a dot for each seed and a line through the means.

    Args:
        found: name of the method -> tokens -> its tunings.
    """
    traces: list[go.Scatter] = []
    for (name, by_length), role in zip(found.items(), COLORS.values(), strict=True):
        ends = {tokens: [float(one.accuracy[-1]) for one in trials] for tokens, trials in by_length.items() if trials}
        color = look.role(role)
        mean = [float(np.mean(shares)) for shares in ends.values()]
        line = {"color": color, "width": 2.5}
        traces.append(go.Scatter(x=list(ends), y=mean, mode="lines", name=name, line=line, hoverinfo="skip"))
        dots = [(tokens, share) for tokens, shares in ends.items() for share in shares]
        traces.append(
            go.Scatter(
                x=[tokens for tokens, _ in dots],
                y=[share for _, share in dots],
                mode="markers",
                marker={"color": color, "size": 10},
                showlegend=False,
                hovertemplate=f"%{{x}} vectors: %{{y:.0%}}<extra>{name}, one seed</extra>",
            )
        )
    lengths = sorted({tokens for by_length in found.values() for tokens in by_length})
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        margin={"t": 76, "r": 12},
        xaxis={
            "title": {"text": "vectors in front of the text"},
            "type": "log",
            "tickvals": lengths,
            "ticktext": [str(tokens) for tokens in lengths],
            "showgrid": False,
        },
        yaxis={"title": {"text": f"of {len(TASKS['plurals'].items)} plurals right"}, "tickformat": ".0%"},
    )
