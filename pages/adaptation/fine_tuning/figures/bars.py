"""What an update costs, as bars of its parts."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import plotly.graph_objects as go
from plotly.basedatatypes import BaseTraceType

from components.theme import Look, figure
from core.tuning import CostRecord

MEMORY_PARTS = {"weights": "mass", "gradients": "key", "moments": "target", "activations": "query"}
SECONDS_PARTS = {"forward": "query", "backward": "key", "update": "target"}

AROUND = 150
"""Pixels of the height that legend and lower axis take."""

SMALLEST = 8
"""The size of letters below which nobody reads them, in pixels."""


def costs(
    record: CostRecord, names: Mapping[str, str], parts: Mapping[str, str], *, look: Look, title: str, label: str,
    scale: float, height: int, marks: Mapping[str, Sequence[float]] = MappingProxyType({}), marked: str = "",
) -> go.Figure:  # fmt: skip
    """One bar a method, made of its parts, and marks of what was measured beside it.

    Args:
        names: method -> its name on screen.
        parts: fields of a cost -> role of their color.
        label: of the axis.
        scale: what the fields are divided by.
        marks: method -> measured values of what a bar as a whole counts.
        marked: what these are called.
    """
    shown = [cost for cost in record.costs if cost.method in names][::-1]
    traces: list[BaseTraceType] = [
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
    if marks:
        found = [(names[cost.method], value / scale) for cost in shown for value in marks[cost.method]]
        traces.append(
            go.Scatter(
                y=[name for name, _ in found],
                x=[value for _, value in found],
                mode="markers",
                name=marked,
                marker={"symbol": "line-ns", "size": 11, "line": {"width": 2.5, "color": look.ink}},
                hovertemplate=f"%{{y}}<br>{marked} %{{x:,.4g}}<extra></extra>",
            )
        )
    letters = max(SMALLEST, min(look.size - 1, (height - AROUND) // len(shown) - 2))
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=True,
        barmode="stack",
        legend={"traceorder": "normal"},
        xaxis={"title": {"text": label}},
        # Left to itself the axis drops each second name where letters are large.
        yaxis={"showgrid": False, "dtick": 1, "tickfont": {"size": letters}},
    )
