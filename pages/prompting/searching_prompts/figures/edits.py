"""A search of edits: its best score so far, and what the same text has on held-out reviews."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure, mixed
from core.numbers import wilson
from core.prompting import HELD_OUT, EditRun


def edits_figure(run: EditRun, *, look: Look, title: str, height: int) -> go.Figure:
    """Two curves in steps, with Wilson's 95 % interval around the held-out one, and a dot for each text."""
    at = np.arange(1, len(run.tried) + 1)
    ends = np.array([wilson(round(share * HELD_OUT), HELD_OUT) for share in run.held_out.tolist()])
    seen, held = look.role("proxy"), look.role("gold")
    edge: dict[str, Any] = {"x": at, "mode": "lines", "line": {"width": 0, "shape": "hv"}, "hoverinfo": "skip"}
    dots = {"color": look.role("mass"), "size": 6}
    traces = [
        go.Scatter(**edge, y=ends[:, 0], showlegend=False),
        go.Scatter(**edge, y=ends[:, 1], fill="tonexty", fillcolor=mixed(held, look.paper, 0.25), showlegend=False),
        go.Scatter(x=at, y=run.scores, mode="markers", marker=dots, name="tried", hovertext=list(run.tried)),
        _steps(at, run.held_out, held, "held out"),
        _steps(at, run.history, seen, "best score so far"),
    ]
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        margin={"t": 76, "r": 12},
        xaxis={"title": {"text": "evaluation"}, "showgrid": False},
        yaxis={"title": {"text": "share of reviews right"}, "tickformat": ".0%", "range": [0, 1.04]},
    )


def _steps(at: np.ndarray, values: np.ndarray, color: str, name: str) -> go.Scatter:
    line = {"color": color, "width": 2.5, "shape": "hv"}
    words = f"evaluation %{{x}}: %{{y:.0%}}<extra>{name}</extra>"
    return go.Scatter(x=at, y=values, mode="lines", line=line, name=name, hovertemplate=words)
