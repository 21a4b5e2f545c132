"""Figures of why a reward is hacked: the policy walking off the labeled data, and a run to be stopped."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from components.figures.lines import lines
from components.theme import Look


def walked(
    proxy: np.ndarray,
    gold: np.ndarray,
    seen: np.ndarray,
    said: Mapping[str, np.ndarray],
    *,
    look: Look,
    title: str,
    x_label: str,
    height: int,
) -> go.Figure:
    """Proxy and gold as lines over a count, the labeled answers as bars, the policy's answers as points.

    Args:
        proxy, gold: at each count, from 0.
        seen: share of the labeled answers at each count.
        said: "count", "proxy" and "gold" of the policy's answers.
    """
    colors = {name: look.role(name) for name in ("proxy", "gold")}
    fig = lines(
        {"proxy": proxy, "gold": gold},
        look=look,
        title=title,
        x_label=x_label,
        y_label="reward (points)",
        colors=colors,
        height=height,
        beside=np.concatenate([said["proxy"], said["gold"]]),
    )
    fig.update_traces(mode="lines")
    fig.add_traces([_points(said, name, color, look, x_label) for name, color in colors.items()])
    _labeled(fig, seen, look)
    return fig


def _points(said: Mapping[str, np.ndarray], name: str, color: str, look: Look, x_label: str) -> go.Scatter:
    """One reward of the policy's answers, each over its count."""
    return go.Scatter(
        x=said["count"].astype(np.float32),
        y=said[name].astype(np.float32),
        mode="markers",
        name=f"{name} of what it says",
        marker={"size": 10, "color": color, "opacity": 0.8, "line": {"color": look.ink, "width": 1}},
        hovertemplate=f"{x_label} %{{x}}<br>{name} %{{y:.2f}}<extra></extra>",
    )


def _labeled(fig: go.Figure, seen: np.ndarray, look: Look) -> None:
    """The labeled answers as bars below the lines, on an axis of their own."""
    fig.add_trace(
        go.Bar(
            x=np.arange(len(seen)),
            y=seen.astype(np.float32),
            yaxis="y2",
            name="labeled answers",
            marker={"color": look.role("query"), "opacity": 0.25},
            hovertemplate="%{y:.1%} of the labeled answers<extra></extra>",
        )
    )
    top = float(seen.max()) or 1.0
    fig.update_xaxes(range=[-0.7, len(seen) - 0.1], dtick=2)
    fig.update_layout(
        yaxis2={"overlaying": "y", "side": "right", "range": [0, 2.6 * top], "visible": False, "fixedrange": True}
    )
    fig.add_annotation(
        x=float(np.argmax(seen)) + 0.6,
        y=float(seen.max()),
        yref="y2",
        text="labeled",
        showarrow=False,
        xanchor="left",
        yanchor="top",
        font={"color": look.word(look.role("query"))},
    )


def bet(
    curves: Mapping[str, np.ndarray],
    stops: Mapping[str, int],
    *,
    look: Look,
    title: str,
    height: int,
) -> go.Figure:
    """The series that are seen before gold is, and the steps at which to stop as lines with their names."""
    names = {"proxy": "proxy", "gold": "gold"}
    colors = {name: look.role(names[name]) for name in curves if name in names} | {"entropy": look.role("query")}
    fig = lines(
        curves,
        look=look,
        title=title,
        x_label="step",
        y_label="points, nats a word",
        colors=colors,
        height=height,
    )
    _stops(fig, stops, look)
    return fig


def leash(kl: np.ndarray, rule: float, stops: Mapping[str, int], *, look: Look, title: str, height: int) -> go.Figure:
    """KL after each step in nats, the KL of the rule as a level, and the steps at which to stop."""
    fig = lines(
        {"KL": kl},
        look=look,
        title=title,
        x_label="step",
        y_label="KL (nats)",
        colors={"KL": look.role("kl")},
        height=height,
    )
    fig.add_hline(y=rule, line={"color": look.ink, "width": 1.5, "dash": "dot"})
    _stops(fig, stops, look, named=False)
    return fig


NEAR_STEPS = 30
"""Steps within which a line to the right would cross a name, which then stands to the left."""


def _stops(fig: go.Figure, stops: Mapping[str, int], look: Look, *, named: bool = True) -> None:
    """The steps at which to stop as lines, with their names unless those stand beside."""
    for place, (name, step) in enumerate(stops.items()):
        fig.add_vline(x=step, line={"color": look.ink, "width": 1.5, "dash": ("solid", "dot", "dash")[place % 3]})
        if not named:
            continue
        fig.add_annotation(
            x=step,
            y=1 - 0.09 * place,
            yref="paper",
            text=name,
            showarrow=False,
            xanchor="right" if any(0 < other - step < NEAR_STEPS for other in stops.values()) else "left",
            font={"color": look.ink},
        )
