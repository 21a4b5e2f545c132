"""The figure of steps against validity of texts that are written at once."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from core.decoding import Diffused

FEW = 5
"""Calls up to which each has its tick."""


def validity_figure(
    plain: Sequence[Diffused], remasked: Sequence[Diffused], chosen: Diffused, *, look: Look, title: str, height: int
) -> go.Figure:
    """The share of valid texts against the calls of the model, with twice its standard error.

    Args:
        plain, remasked: by steps, without and with remasking.
        chosen: the one whose texts are on screen, which is ringed.
        height: pixels.
    """
    fig = figure(look, title=title, height=height, showlegend=True)
    for name, runs, color in (
        ("shown stays", plain, look.quiet),
        ("least certain masked again", remasked, look.accent("efficiency")),
    ):
        fig.add_trace(
            go.Scatter(
                x=np.array([run.calls for run in runs]),
                y=np.array([run.valid for run in runs], np.float32),
                error_y={"type": "data", "array": np.array([2 * run.error for run in runs]), "thickness": 1.5},
                mode="lines+markers",
                name=name,
                line={"color": color, "width": 2.5},
                hovertemplate="%{x} calls: %{y:.1%} valid<extra>" + name + "</extra>",
            )
        )
    fig.add_trace(
        go.Scatter(
            x=[chosen.calls],
            y=[chosen.valid],
            mode="markers",
            marker={"size": 16, "symbol": "circle-open", "color": look.ink, "line": {"width": 2}},
            showlegend=False,
            hoverinfo="skip",
        )
    )
    fig.update_layout(margin_t=76)
    few = max(run.calls for run in (*plain, *remasked)) <= FEW
    fig.update_xaxes(title_text="calls of the model for one text", showgrid=False, dtick=1 if few else 2)
    return fig.update_yaxes(title_text="valid texts", range=[0, 1.06], tickformat=".0%")
