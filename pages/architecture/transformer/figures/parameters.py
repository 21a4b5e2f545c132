"""Where the parameters of models are."""

from collections.abc import Sequence

import plotly.graph_objects as go

from components.theme import CATEGORIES, Look, figure
from core.transformer import ParameterTable
from pages.architecture.transformer.words import count, grouped


def parameters_figure(tables: Sequence[ParameterTable], *, look: Look, title: str) -> go.Figure:
    """One bar for each model, divided into its parts by share, with the total behind it."""
    names = [f"{table.shape.name}  {count(table.total)}" for table in tables]
    groups = [grouped(table) for table in tables]
    traces = [
        go.Bar(
            y=names,
            x=[group[part] / table.total for group, table in zip(groups, tables, strict=True)],
            name=part,
            orientation="h",
            marker={"color": CATEGORIES[place]},
            customdata=[[count(group[part])] for group in groups],
            hovertemplate=f"%{{y}}<br>{part}: %{{x:.1%}}, %{{customdata[0]}}<extra></extra>",
        )
        for place, part in enumerate(groups[0])
    ]
    return figure(
        look,
        title=title,
        height=360,
        traces=traces,
        barmode="stack",
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
        margin={"t": 76},
        xaxis={"title": {"text": "share of all parameters"}, "tickformat": ".0%", "range": [0, 1]},
        yaxis={"autorange": "reversed", "ticklabelstandoff": 6, "title": {"text": "model, and its parameters"}},
    )
