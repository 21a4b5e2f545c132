"""What an update costs, as bars of its parts."""

from collections.abc import Mapping

import plotly.graph_objects as go

from components.theme import Look, figure
from core.tuning import CostRecord

MEMORY_PARTS = {"weights": "mass", "gradients": "key", "moments": "target", "activations": "query"}
SECONDS_PARTS = {"forward": "query", "backward": "key", "update": "target"}


def costs(
    record: CostRecord, names: Mapping[str, str], parts: Mapping[str, str], *, look: Look, title: str, label: str,
    scale: float, height: int,
) -> go.Figure:  # fmt: skip
    """One bar a method, made of its parts.

    Args:
        names: method -> its name on screen.
        parts: fields of a cost -> role of their color.
        label: of the axis.
        scale: what the fields are divided by.
    """
    shown = [cost for cost in record.costs if cost.method in names][::-1]
    traces = [
        go.Bar(
            y=[names[cost.method] for cost in shown],
            x=[getattr(cost, part) / scale for cost in shown],
            orientation="h",
            name=part,
            marker={"color": look.role(role)},
            hovertemplate=f"%{{y}}<br>{part} %{{x:,.3g}}<extra></extra>",
        )
        for part, role in parts.items()
    ]
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=True,
        barmode="stack",
        legend={"traceorder": "normal"},
        xaxis={"title": {"text": label}},
        yaxis={"showgrid": False},
    )
