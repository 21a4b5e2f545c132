"""Gradient descent on a quadratic: its path over the level lines, and the loss along it."""

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from core.learning import Descent


def path(run: Descent, *, look: Look, height: int) -> go.Figure:
    """The path in the plane over level lines of f, as far as it stays in sight."""
    reach = 1.6
    axis = np.linspace(-reach, reach, 61)
    values = 0.5 * (run.curvatures[0] * axis[None, :] ** 2 + run.curvatures[1] * axis[:, None] ** 2)
    levels = go.Contour(
        x=axis,
        y=axis,
        z=np.sqrt(values).astype(np.float32),
        colorscale=[[0, look.paper], [1, look.faint]],
        showscale=False,
        contours={"coloring": "fill"},
        line={"color": look.quiet, "width": 0.6},
        hoverinfo="skip",
        name="level lines",
    )
    way = go.Scatter(
        x=np.clip(run.path[:, 0], -1e6, 1e6),
        y=np.clip(run.path[:, 1], -1e6, 1e6),
        customdata=np.arange(len(run.path)),
        mode="lines+markers",
        line={"color": look.role("key"), "width": 2},
        marker={"size": 6},
        hovertemplate="step %{customdata}: (%{x:.3g}, %{y:.3g})<extra></extra>",
        name="path",
    )
    side = {"range": [-reach, reach], "constrain": "domain", "showgrid": False}
    return figure(
        look,
        title="",
        height=height,
        traces=[levels, way],
        showlegend=False,
        margin={"t": 44, "r": 12},
        xaxis={"title": {"text": "w₁, curvature L"}, **side},
        yaxis={"title": {"text": "w₂"}, "scaleanchor": "x", **side},
    )


def fall(run: Descent, *, look: Look, height: int) -> go.Figure:
    """The loss at each step, on a logarithmic axis."""
    values = np.clip(run.values, 1e-30, None)
    low, high = np.log10(values.min()), np.log10(values.max())
    trace = go.Scatter(
        x=np.arange(len(values)),
        y=values,
        mode="lines+markers",
        line={"color": look.role("key"), "width": 2.5},
        hovertemplate="step %{x}: %{y:.3g}<extra></extra>",
        name="loss",
    )
    step = max(1, round((high - low) / 6))
    return figure(
        look,
        title="",
        height=height,
        traces=[trace],
        showlegend=False,
        margin={"t": 44, "r": 12},
        xaxis={"title": {"text": "step"}, "showgrid": False},
        yaxis={
            "title": {"text": "f(w)"},
            "type": "log",
            "dtick": step,
            "range": [low - 0.3, max(high, low + 1) + 0.3],
            "exponentformat": "power",
        },
    )
