"""The figure of what makes a policy refuse everything: one small curve for each knob."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import CATEGORIES, Look, figure

TURNED = CATEGORIES[1:5]
"""Colors of the curves with one knob more, which the two solid curves do not have."""


def knob_figure(
    values: tuple[int | float, ...],
    silent: np.ndarray,
    sure: np.ndarray,
    best: np.ndarray,
    others: Mapping[str, np.ndarray],
    *,
    now: float,
    look: Look,
    title: str,
    percent: bool,
    height: int,
) -> go.Figure:
    """Shares refused by the value of one knob: of all questions and of the sure ones, beside what the rewards ask for.

    Args:
        values: of the knob.
        silent, sure: [value seed], drawn with mean and spread.
        best: [value seed], the share of the sure questions that do not pay an answer.
        others: sure with another knob turned too, by what is turned; dotted, in the order of `TURNED`.
        now: where the sliders stand, an upright line.
        title: the name of the knob.
        percent: whether the values are shares.
        height: pixels.
    """
    fig = figure(look, title=title, height=height, showlegend=False)
    place, form = [float(value) for value in values], ".0%" if percent else "g"
    for name, shares, color, width in (
        ("of all questions", silent, look.role("mass"), 2.0),
        ("of those it surely knows", sure, look.role("query"), 3.0),
    ):
        fig.add_trace(_with_spread(place, shares, name, form, {"color": color, "width": width}))
    for (name, shares), color in zip(others.items(), TURNED, strict=False):
        line = {"color": color, "width": 2.5, "dash": "dot"}
        fig.add_trace(_mean(place, shares, f"of the sure refused, {name}", form, line))
    line = {"color": look.ink, "width": 1.5, "dash": "dash"}
    fig.add_trace(_mean(place, best, "of the sure do not pay an answer", form, line))
    if min(place) <= now <= max(place):
        fig.add_vline(now, line={"color": look.quiet, "width": 1})
    fig.update_xaxes(showgrid=False, nticks=5, tickformat=".0%" if percent else "")
    return fig.update_yaxes(range=[-0.03, 1.06], tickformat=".0%", tickvals=[0, 0.5, 1])


def _with_spread(
    place: Sequence[float], shares: np.ndarray, name: str, form: str, line: Mapping[str, Any]
) -> go.Scatter:
    """Shares refused, [value seed], as their mean with the spread over seeds."""
    return go.Scatter(
        x=place,
        y=shares.mean(1).astype(np.float32),
        error_y={"array": shares.std(1, ddof=1).astype(np.float32), "thickness": 1.5, "width": 3},
        mode="lines+markers",
        name=name,
        line=line,
        marker={"size": 6},
        hovertemplate=f"%{{x:{form}}}: %{{y:.0%}} {name} refused<extra></extra>",
    )


def _mean(place: Sequence[float], shares: np.ndarray, name: str, form: str, line: Mapping[str, Any]) -> go.Scatter:
    """The mean over seeds of shares, [value seed], as a line alone."""
    y = shares.mean(1).astype(np.float32)
    hover = f"%{{x:{form}}}: %{{y:.0%}} {name}<extra></extra>"
    return go.Scatter(x=place, y=y, mode="lines", name=name, line=line, hovertemplate=hover)
