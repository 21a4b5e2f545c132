"""A signal of which few samples count, what a gate and a selective scan keep of it, and the steps."""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.theme import Look, figure
from core.state_space import Gated


def gated(found: Gated, *, look: Look, title: str, height: int) -> go.Figure:
    """Samples as points and both states as lines, over the steps as bars."""
    fig = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.68, 0.32], vertical_spacing=0.1)
    k = np.arange(len(found.u))
    kinds = ((found.counts, "data", look.role("accepted"), 11), (~found.counts, "noise", look.role("mass"), 6))
    for shown, name, color, size in kinds:
        fig.add_trace(
            go.Scatter(x=k[shown], y=found.u[shown], name=name, mode="markers", marker={"color": color, "size": size},
                       hovertemplate=f"{name}<br>sample %{{x}}<br>u %{{y:.3f}}<extra></extra>"),
            row=1, col=1,
        )  # fmt: skip
    for y, name, role, width, dash in (
        (found.by_gate, "h by the gate", "query", 6.0, "solid"),
        (found.by_scan, "h by the scan", "key", 2.0, "dot"),
    ):
        fig.add_trace(
            go.Scatter(x=k, y=y, name=name, mode="lines", opacity=0.45 if width > 3 else 1.0,
                       line={"color": look.role(role), "width": width, "dash": dash, "shape": "hv"},
                       hovertemplate=f"{name}<br>sample %{{x}}<br>%{{y:.4f}}<extra></extra>"),
            row=1, col=1,
        )  # fmt: skip
    colors = np.where(found.counts, look.role("accepted"), look.role("mass")).tolist()
    fig.add_trace(
        go.Bar(x=k, y=found.delta, marker={"color": colors}, showlegend=False,
               hovertemplate="sample %{x}<br>Δ %{y:.4f}<extra></extra>"),
        row=2, col=1,
    )  # fmt: skip
    fig.update_xaxes(showgrid=False)
    fig.update_xaxes(title_text="sample k", row=2, col=1)
    fig.update_yaxes(title_text="u and h", row=1, col=1)
    fig.update_yaxes(title_text="step Δ", rangemode="tozero", row=2, col=1)
    return figure(look, title=title, height=height, base=fig, showlegend=True)
