"""A vector while it is learned, and all learned vectors on all tasks."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from components.figures.fields import inks
from components.theme import MAGNITUDE, Look, figure
from core.prompting import SoftPrompt


def accuracy_figure(run: SoftPrompt, others: Sequence[SoftPrompt], *, look: Look, title: str, height: int) -> go.Figure:
    """The share of right answers over the updates: the run in question thick, recorded seeds thin."""
    thin = [
        go.Scatter(
            x=one.steps,
            y=one.accuracy,
            mode="lines",
            line={"color": look.role("mass"), "width": 1},
            hovertemplate=f"update %{{x}}: %{{y:.0%}}<extra>seed {one.params.seed}</extra>",
        )
        for one in others
        if one is not run
    ]
    own = go.Scatter(
        x=run.steps,
        y=run.accuracy,
        mode="lines+markers",
        line={"color": look.role("target"), "width": 2.5},
        hovertemplate="update %{x}: %{y:.0%}<extra>this run</extra>",
    )
    return figure(
        look,
        title=title,
        height=height,
        traces=[*thin, own],
        showlegend=False,
        xaxis={"title": {"text": "update"}, "showgrid": False},
        yaxis={"title": {"text": "questions wholly right"}, "tickformat": ".0%", "range": [-0.02, 1.04]},
    )


def swap_figure(swaps: np.ndarray, tasks: Sequence[str], *, look: Look, title: str, height: int) -> go.Figure:
    """The accuracy of what was learned for each task on each task, rows by the task that it was tuned on."""
    x, y = np.meshgrid(np.arange(len(tasks)), np.arange(len(tasks)))
    names = [task.replace(", ", ",<br>") for task in tasks]
    return figure(
        look,
        title=title,
        height=height,
        traces=[
            go.Heatmap(
                z=swaps.astype(np.float32),
                zmin=0,
                zmax=1,
                colorscale=MAGNITUDE,
                showscale=False,
                xgap=2,
                ygap=2,
                hoverinfo="skip",
            ),
            go.Scatter(
                x=x.ravel(),
                y=y.ravel(),
                mode="text",
                text=["" if np.isnan(share) else f"{share:.0%}" for share in swaps.ravel()],
                textfont={"color": inks(np.nan_to_num(swaps), MAGNITUDE), "size": look.size + 1},
                hoverinfo="skip",
            ),
        ],
        showlegend=False,
        xaxis={
            "title": {"text": "task that is asked"},
            "tickvals": list(range(len(names))),
            "ticktext": names,
            "showgrid": False,
            "constrain": "domain",
        },
        yaxis={
            "title": {"text": "task that it was tuned on"},
            "tickvals": list(range(len(names))),
            "ticktext": names,
            "showgrid": False,
            "autorange": "reversed",
        },
    )
