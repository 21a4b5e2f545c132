"""Two LoRA adapters of one frozen matrix: their losses, and what each is worth alone, switched and added."""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.theme import Look, figure
from core.tuning import LoraPair

ROLES = ("query", "key")
STATE_NAMES = {"none": "none", "first": "first", "second": "second", "both": "both added"}
LEAST = 1e-12
"""Losses below it are drawn there: the axis is logarithmic."""


def pair(found: LoraPair, *, look: Look, title: str, height: int) -> go.Figure:
    """Losses over the steps at the left; how far each state is from what each task asks for at the right."""
    fig = make_subplots(rows=1, cols=2, column_widths=[0.5, 0.5], horizontal_spacing=0.12)
    for task, role in enumerate(ROLES):
        fig.add_trace(
            go.Scatter(
                x=np.arange(found.loss.shape[1]),
                y=np.maximum(found.loss[task], LEAST),
                mode="lines",
                name=f"adapter and task {task + 1}",
                line={"color": look.role(role), "width": 2.5},
                hovertemplate=f"adapter {task + 1}<br>step %{{x}}<br>%{{y:.3g}}<extra></extra>",
            ),
            row=1,
            col=1,
        )
        errors = found.errors(task)
        fig.add_trace(
            go.Bar(
                x=[STATE_NAMES[state] for state in errors],
                y=list(errors.values()),
                marker={"color": look.role(role)},
                text=[f"{error:.2g}" for error in errors.values()],
                textposition="outside",
                cliponaxis=False,
                name=f"error on task {task + 1}",
                showlegend=False,
                hovertemplate=f"task {task + 1}, %{{x}}<br>%{{y:.3g}}<extra></extra>",
            ),
            row=1,
            col=2,
        )
    styled = figure(look, title=title, height=height, base=fig, showlegend=True, barmode="group")
    styled.update_xaxes(title_text="step", showgrid=False, row=1, col=1)
    styled.update_yaxes(title_text="loss, before the first step 1", type="log", dtick=2, exponentformat="power",
                        row=1, col=1)  # fmt: skip
    styled.update_xaxes(title_text="adapters added to W", showgrid=False, row=1, col=2)
    styled.update_yaxes(title_text="error, the task's change being 1", rangemode="tozero", row=1, col=2)
    return styled
