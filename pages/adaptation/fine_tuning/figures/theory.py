"""Two linear layers: errors over the error of the features, and how far the features moved along each direction."""

import numpy as np
import plotly.graph_objects as go

from components.figures.lines import lines
from components.theme import Look, figure, mixed
from core.tuning import WAYS, LinearTheory, TheoryGrid

ROLES = {"probe": "query", "full": "key", "lp_ft": "value"}
WAY_NAMES = {"probe": "probe", "full": "full", "lp_ft": "LP-FT"}


def errors(grid: TheoryGrid, mark: int, chosen: float, *, look: Look, title: str, height: int) -> go.Figure:
    """The error on all directions of each way: the mean over seeds as a line, their range as a band.

    Perfect features, where an error may be 0, have no place on the logarithmic axis.

    Args:
        mark: the place of the step among those that are kept.
        chosen: the error of the features that is marked.
    """
    x = grid.feature_errors[1:]
    found = {WAY_NAMES[way]: grid.errors(way, shifted=True, mark=mark)[1:].astype(float) for way in WAYS}
    colors = {WAY_NAMES[way]: look.role(ROLES[way]) for way in WAYS}
    fig = lines(
        {name: values.mean(axis=1) for name, values in found.items()},
        look=look,
        title=title,
        x=x,
        x_label="error of the features ε",
        y_label="mean squared error, all directions",
        colors=colors,
        height=height,
        log_y=True,
    )
    for name, values in found.items():
        edge = {"x": x, "mode": "lines", "line": {"width": 0}, "showlegend": False, "hoverinfo": "skip"}
        fig.add_trace(go.Scatter(y=values.min(axis=1), **edge))
        fig.add_trace(
            go.Scatter(
                y=values.max(axis=1),
                fill="tonexty",
                opacity=0.5,
                fillcolor=mixed(colors[name], look.paper, 0.3),
                **edge,
            )
        )
    # Bands behind the lines.
    fig.data = fig.data[len(found) :] + fig.data[: len(found)]
    at = {"x0": chosen, "x1": chosen, "y0": 0, "y1": 1, "yref": "paper"}
    fig.add_shape(type="line", line={"color": look.quiet, "dash": "dot"}, **at)
    fig.add_hline(
        y=1,
        line={"color": look.quiet, "width": 1},
        annotation_text="always answering 0",
        annotation_position="bottom left",
        annotation_font={"color": look.quiet},
    )
    return fig.update_xaxes(range=[-0.03, 1.53])


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
