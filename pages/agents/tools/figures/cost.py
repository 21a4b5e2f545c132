"""Right answers against the error rate of the tool, and tokens for each right answer."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from core.tools import METHODS, PROGRAM, Attempt, Share, share, tokens_each, with_errors
from pages.agents.tools.figures.answers import ROLES

RATES = np.linspace(0, 1, 11)


def cost_figure(
    by_method: Mapping[str, Sequence[Attempt]], *, rate: float, look: Look, height: int, title: str
) -> go.Figure:
    """Left: the formula as lines with their intervals, and draws of errors as points. Right: tokens.

    Args:
        by_method: answers to the same problems.
        rate: the tool's error rate on screen.
        look: paper and type. height: pixels. title: the finding.
    """
    shares = {method: share(by_method[method]) for method in METHODS}
    lines = [trace for method in METHODS for trace in _line(method, shares[method], look)]
    return figure(
        look,
        title=title,
        height=height,
        traces=[*lines, _draws(by_method[PROGRAM], look), _tokens(by_method, look)],
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        margin={"t": 100},
        shapes=[
            {
                "type": "line",
                "x0": rate,
                "x1": rate,
                "y0": 0,
                "y1": 1,
                "yref": "y domain",
                "line": {"color": look.ink, "width": 1.5, "dash": "dash"},
            }
        ],
        xaxis={"domain": [0, 0.6], "title": {"text": "share of calls that return a wrong number"}, "tickformat": ".0%"},
        yaxis={"title": {"text": "share right"}, "range": [0, 1.05], "tickformat": ".0%"},
        xaxis2={"domain": [0.72, 1], "anchor": "y2", "type": "category"},
        yaxis2={"anchor": "x2", "title": {"text": "tokens for each right answer"}, "rangemode": "tozero"},
    )


def _line(method: str, found: Share, look: Look) -> list[go.Scatter]:
    """p (1 - e) for programs, a level line for the others; a band from the interval."""
    color = look.role(ROLES[method])
    falls = 1 - RATES if method == PROGRAM else np.ones_like(RATES)
    low, high = found.interval
    band = go.Scatter(
        x=[*RATES, *RATES[::-1]],
        y=[*(high * falls), *(low * falls)[::-1]],
        fill="toself",
        fillcolor=color,
        opacity=0.12,
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
        name=f"{method}, interval",
    )
    line = go.Scatter(x=RATES, y=found.value * falls, mode="lines", name=method, line={"color": color, "width": 2.5})
    return [band, line]


def _draws(attempts: Sequence[Attempt], look: Look) -> go.Scatter:
    """Measured points: errors drawn for each answer, the mean of the draws with their middle 95 %."""
    found = [with_errors(attempts, float(rate), seed=place) for place, rate in enumerate(RATES)]
    means = np.array([some.mean() for some in found])
    low, high = np.array([np.quantile(some, [0.025, 0.975]) for some in found]).T
    return go.Scatter(
        x=RATES,
        y=means,
        mode="markers",
        name="programs, errors drawn",
        marker={"color": look.role(ROLES[PROGRAM]), "size": 9, "line": {"color": look.ink, "width": 1}},
        error_y={"type": "data", "symmetric": False, "array": high - means, "arrayminus": means - low, "thickness": 1},
        hovertemplate="%{x:.0%} errors: %{y:.0%} right<extra></extra>",
    )


def _tokens(by_method: Mapping[str, Sequence[Attempt]], look: Look) -> go.Bar:
    """The tokens that a right answer costs by each method."""
    tokens = [tokens_each(by_method[method]) for method in METHODS]
    return go.Bar(
        x=list(METHODS),
        y=[0 if np.isinf(value) else value for value in tokens],
        xaxis="x2",
        yaxis="y2",
        marker={"color": [look.role(ROLES[method]) for method in METHODS]},
        text=["none right" if np.isinf(value) else f"{value:,.0f}" for value in tokens],
        textposition="outside",
        cliponaxis=False,
        showlegend=False,
        hovertemplate="%{x}: %{text} tokens<extra></extra>",
    )
