"""Gigabytes by method."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure


def stored(found: Mapping[str, float], *, look: Look, title: str, height: int) -> go.Figure:
    """Bars on a logarithmic axis, the smallest at the top."""
    order = sorted(found, key=lambda name: -found[name])
    bars = go.Bar(
        y=order,
        x=[found[name] for name in order],
        orientation="h",
        marker={"color": look.role("query")},
        text=[f" {found[name]:.3g} GB" for name in order],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}<br>%{x:.3g} GB<extra></extra>",
    )
    return figure(
        look,
        title=title,
        height=height,
        traces=[bars],
        xaxis={"type": "log", "title": {"text": "GB for all tasks, float32"}, "tickvals": [0.1, 1, 10, 100],
               "range": [-1, float(np.log10(max(found.values()))) + 1.7]},
        yaxis={"showgrid": False},
    )  # fmt: skip
