"""Two linear layers: errors over the error of the features, and how far the features moved along each direction."""

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure, mixed
from core.tuning import WAYS, LinearTheory, TheoryGrid

ROLES = {"probe": "query", "full": "key", "lp_ft": "value"}
WAY_NAMES = {"probe": "probe", "full": "full", "lp_ft": "LP-FT"}


def errors(grid: TheoryGrid, mark: int, chosen: float, *, look: Look, title: str, height: int) -> go.Figure:
    """Out of distribution as a line with the range over seeds, in distribution dotted.

    Args:
        mark: the place of the step among those that are kept.
        chosen: the error of the features that is marked.
    """
    traces: list[go.Scatter] = []
    for way in WAYS:
        color, x = look.role(ROLES[way]), grid.feature_errors
        outside, inside = (grid.errors(way, shifted=shifted, mark=mark) for shifted in (True, False))
        edge = {"x": x, "mode": "lines", "line": {"width": 0}, "showlegend": False, "hoverinfo": "skip"}
        traces.append(go.Scatter(y=outside.min(axis=1), **edge))
        faded = mixed(color, look.paper, 0.22)
        traces.append(go.Scatter(y=outside.max(axis=1), fill="tonexty", fillcolor=faded, opacity=0.6, **edge))
        for found, dash, where in ((outside, "solid", "all directions"), (inside, "dot", "seen directions")):
            traces.append(
                go.Scatter(
                    x=x,
                    y=found.mean(axis=1),
                    mode="lines+markers",
                    name=f"{WAY_NAMES[way]}, {where}",
                    line={"color": color, "width": 2.5, "dash": dash},
                    hovertemplate=f"{WAY_NAMES[way]}, {where}<br>ε %{{x}}<br>%{{y:.4f}}<extra></extra>",
                )
            )
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=True,
        legend={"font": {"size": look.size - 1}},
        shapes=[
            {"type": "line", "x0": chosen, "x1": chosen, "y0": 0, "y1": 1, "yref": "paper",
             "line": {"color": look.quiet, "dash": "dot"}},
            {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": 1, "y1": 1,
             "line": {"color": look.quiet, "width": 1}},
        ],
        annotations=[{"x": 1, "xref": "paper", "xanchor": "right", "y": 1, "yanchor": "bottom", "showarrow": False,
                      "text": "always answering 0", "font": {"color": look.quiet}}],
        xaxis={"title": {"text": "error of the features ε"}, "showgrid": False},
        yaxis={"title": {"text": "mean squared error"}, "rangemode": "tozero"},
    )  # fmt: skip


def moves(found: LinearTheory, *, look: Look, title: str, height: int) -> go.Figure:
    """How far full tuning moved the features along each seen and each unseen direction, the largest first."""
    traces, start = [], 0
    for name, change, role in (("seen", found.seen_change, "key"), ("unseen", found.unseen_change, "mass")):
        traces.append(
            go.Bar(
                x=np.arange(start, start + len(change)) + 1,
                y=np.sort(change)[::-1],
                name=f"{name} in training",
                marker={"color": look.role(role)},
                hovertemplate=f"{name} direction<br>moved by %{{y:.2g}}<extra></extra>",
            )
        )
        start += len(change)
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=True,
        bargap=0.1,
        xaxis={"title": {"text": "direction u of the input"}, "showgrid": False, "range": [0, start + 1]},
        yaxis={"title": {"text": "|(B − B₀) u|"}, "rangemode": "tozero", "exponentformat": "power"},
    )
