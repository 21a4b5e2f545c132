"""Accuracy over the dimension of a random subspace."""

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from core.tuning import SubspaceRecord, SubspaceRun


def subspaces(record: SubspaceRecord, run: SubspaceRun, *, look: Look, title: str, height: int) -> go.Figure:
    """Recorded seeds as dots with their mean as a line, nine tenths of all weights dotted, a run of now as a ring."""
    mean, goal = record.accuracy.mean(1), record.goal
    color = look.role("query")
    dots = go.Scatter(
        x=np.repeat(record.dimensions, record.accuracy.shape[1]),
        y=record.accuracy.ravel(),
        mode="markers",
        marker={"size": 7, "color": color, "opacity": 0.5},
        hovertemplate="d = %{x}<br>a recorded seed: %{y:.1%}<extra></extra>",
    )
    line = go.Scatter(x=record.dimensions, y=mean, mode="lines", line={"color": color, "width": 2.5}, hoverinfo="skip")
    now = go.Scatter(
        x=[run.params.dimension],
        y=[run.accuracy],
        mode="markers+text",
        text=["now"],
        textposition="bottom right",
        textfont={"color": look.word(look.role("key"))},
        marker={"size": 20, "symbol": "circle-open", "color": look.role("key"), "line": {"width": 3}},
        hovertemplate="now, d = %{x}<br>%{y:.1%}<extra></extra>",
    )
    mark = {"type": "line", "xref": "x domain", "x0": 0, "x1": 1, "y0": goal, "y1": goal,
            "line": {"color": look.quiet, "dash": "dot"}}  # fmt: skip
    said = {"x": 0.01, "xref": "x domain", "xanchor": "left", "y": goal, "yanchor": "bottom", "showarrow": False,
            "text": f"nine tenths of what all weights reach: {goal:.0%}", "font": {"color": look.quiet}}  # fmt: skip
    return figure(
        look,
        title=title,
        height=height,
        traces=[dots, line, now],
        shapes=[mark],
        annotations=[said],
        showlegend=False,
        xaxis={"type": "log", "title": {"text": "random directions d"}, "showgrid": False,
               "tickvals": [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]},
        yaxis={"title": {"text": "share of right digits"}, "tickformat": ".0%", "range": [0, 1.02]},
    )  # fmt: skip
