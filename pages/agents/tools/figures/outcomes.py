"""What became of the programs that a model wrote, by size of the numbers."""

from collections.abc import Mapping

import plotly.graph_objects as go

from components.theme import Look, figure

ROLES = {"right": "accepted", "wrong number": "rejected", "stopped, then right": "draft", "stopped": "mass"}


def outcomes_figure(counts: Mapping[int, Mapping[str, int]], *, look: Look, height: int, title: str) -> go.Figure:
    """Stacked bars: digits across, programs upward, one color for each outcome."""
    traces = [
        go.Bar(
            x=[str(digits) for digits in counts],
            y=[by[name] for by in counts.values()],
            name=name,
            marker={"color": look.role(role)},
            text=[by[name] or "" for by in counts.values()],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            hovertemplate="%{x} digits: %{y}<extra>" + name + "</extra>",
        )
        for name, role in ROLES.items()
    ]
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        barmode="stack",
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        margin={"t": 100},
        xaxis={"title": {"text": "digits of the numbers"}, "type": "category"},
        yaxis={"title": {"text": "programs"}},
    )
