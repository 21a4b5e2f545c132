"""One part of a small network tuned at a time: a mark for each seed."""

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from core.tuning import PartsRecord


def parts(record: PartsRecord, shift: str, *, look: Look, title: str, height: int) -> go.Figure:
    """Accuracy on a shift by what was tuned: each seed as a dot, the mean as a bar behind them."""
    found = record.accuracies(shift)
    names = list(found)
    colors = [look.role("mass"), *[look.role("query")] * (len(names) - 2), look.role("target")]
    bars = go.Bar(
        x=names,
        y=[float(values.mean()) for values in found.values()],
        marker={"color": colors},
        opacity=0.55,
        showlegend=False,
        name="mean",
        hovertemplate="%{x}<br>mean %{y:.1%}<extra></extra>",
    )
    dots = go.Scatter(
        x=[name for name, values in found.items() for _ in values],
        y=np.concatenate(list(found.values())),
        mode="markers",
        marker={"size": 9, "color": look.ink},
        showlegend=False,
        name="seeds",
        hovertemplate="%{x}<br>one seed: %{y:.1%}<extra></extra>",
    )
    return figure(
        look,
        title=title,
        height=height,
        traces=[bars, dots],
        xaxis={"title": {"text": "what is tuned on the shift"}, "showgrid": False},
        yaxis={"title": {"text": "shifted digits right"}, "tickformat": ".0%", "range": [0, 1.02]},
    )
