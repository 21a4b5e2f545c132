"""The figure of what makes a policy refuse everything: one small curve for each knob."""

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure


def knob_figure(
    values: tuple[int | float, ...],
    silent: np.ndarray,
    sure: np.ndarray,
    *,
    now: float,
    look: Look,
    title: str,
    percent: bool,
    height: int,
) -> go.Figure:
    """Shares refused by the value of one knob: all questions, and those that are surely known, mean and spread.

    Args:
        values: of the knob.
        silent, sure: [value seed].
        now: where the sliders stand.
        title: the name of the knob.
        percent: whether the values are shares.
        height: pixels.
    """
    fig = figure(look, title=title, height=height, showlegend=False)
    place = [float(value) for value in values]
    for name, shares, color, width in (
        ("of all questions", silent, look.role("mass"), 2.0),
        ("of those it surely knows", sure, look.role("query"), 3.0),
    ):
        mean, spread = shares.mean(1), shares.std(1, ddof=1)
        fig.add_trace(
            go.Scatter(
                x=place,
                y=mean.astype(np.float32),
                error_y={"array": spread.astype(np.float32), "thickness": 1.5, "width": 3},
                mode="lines+markers",
                name=name,
                line={"color": color, "width": width},
                marker={"size": 6},
                hovertemplate=f"%{{x:{'.0%' if percent else 'g'}}}: %{{y:.0%}} {name} refused<extra></extra>",
            )
        )
    if min(place) <= now <= max(place):
        fig.add_vline(now, line={"color": look.quiet, "dash": "dot", "width": 1.5})
    fig.update_xaxes(showgrid=False, nticks=5, tickformat=".0%" if percent else "")
    return fig.update_yaxes(range=[-0.03, 1.06], tickformat=".0%", tickvals=[0, 0.5, 1])
