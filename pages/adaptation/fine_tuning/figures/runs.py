"""Runs of one method: losses by update, and accuracies beside those of a run of now."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from components.theme import CATEGORIES, Look, figure
from core.tuning import METHODS, TuningRecord, TuningRun

COLORS = dict(zip(METHODS, CATEGORIES, strict=False))
"""Method -> its color, the same in every figure of the page."""


def seeds(runs: Sequence[TuningRun]) -> list[go.Scatter]:
    """The loss of each seed, update by update."""
    return [
        go.Scatter(
            x=np.arange(1, len(run.loss) + 1),
            y=run.loss.astype(np.float32),
            mode="lines",
            opacity=0.75,
            showlegend=False,
            name=f"seed {run.params.seed}",
            line={"color": COLORS[run.params.method], "width": 2},
            hovertemplate=f"seed {run.params.seed}<br>update %{{x}}<br>%{{y:.3f}} nats<extra></extra>",
        )
        for run in runs
    ]


def losses(recorded: Sequence[TuningRun], now: np.ndarray | None, *, look: Look, title: str, height: int) -> go.Figure:
    """Recorded losses, and those of a run of now, which may still be on its way."""
    traces = seeds(recorded)
    if now is not None:
        traces.append(
            go.Scatter(
                x=np.arange(1, len(now) + 1),
                y=np.asarray(now, np.float32),
                mode="lines",
                name="now",
                showlegend=False,
                line={"color": look.ink, "width": 3.5},
                hovertemplate="now<br>update %{x}<br>%{y:.3f} nats<extra></extra>",
            )
        )
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        xaxis={"title": {"text": "update"}, "showgrid": False},
        yaxis={"title": {"text": "cross entropy, nats"}, "rangemode": "tozero"},
    )


def accuracies(
    record: TuningRecord, method: str, now: TuningRun | None, *, look: Look, title: str, height: int
) -> go.Figure:
    """Both domains: the recorded seeds as dots, a run of now as a ring."""
    traces = []
    for place, domain in ((0, "id_accuracy"), (1, "ood_accuracy")):
        found = [float(getattr(run, domain)) for run in record.chosen(method)]
        traces.append(_marks([place] * len(found), found, COLORS[method], "recorded seeds", first=place == 0))
        if now is not None:
            traces.append(_marks([place], [float(getattr(now, domain))], look.ink, "now", first=place == 0, ring=True))
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=True,
        xaxis={"tickvals": [0, 1], "ticktext": ["meals", "stories"], "range": [-0.6, 1.6], "showgrid": False,
               "title": {"text": "domain"}},
        yaxis={"title": {"text": "share of right answers"}, "tickformat": ".0%"},
    )  # fmt: skip


def _marks(x: list[int], y: list[float], color: str, name: str, *, first: bool, ring: bool = False) -> go.Scatter:
    return go.Scatter(
        x=x,
        y=y,
        mode="markers",
        name=name,
        showlegend=first,
        marker={"symbol": "circle-open" if ring else "circle", "size": 20 if ring else 12, "color": color,
                "line": {"width": 3 if ring else 0}},
        hovertemplate=f"{name}<br>%{{y:.1%}}<extra></extra>",
    )  # fmt: skip
