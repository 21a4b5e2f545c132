"""Losses of readers of one side and of two, beside the best that is possible."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from core.transformer import ReaderRun
from pages.architecture.model_families.words import GUESSES

ROLES = ("query", "kl", "key", "value")
"""The colors of the readers, in their order."""


def readers_figure(
    by_name: Mapping[str, Sequence[ReaderRun]], *, chosen: str, against: str, look: Look, title: str
) -> go.Figure:
    """Left: the loss of each reader, mean of its runs, with its bound dashed. Right: the exact entropies.

    Args:
        by_name: readers with a run for each seed.
        chosen: the reader whose single runs are drawn as dots.
        against: what the losses are drawn over, steps or places asked.
        look: paper and type.
        title: the finding.
    """
    traces: list[go.Scatter | go.Bar] = []
    for (name, runs), role in zip(by_name.items(), ROLES, strict=True):
        ink, x = look.role(role), _over(runs[0], against)
        mean, bound = np.mean([run.loss for run in runs], axis=0), float(np.mean([run.bound for run in runs]))
        line = {"color": ink, "width": 2.5}
        traces.append(go.Scatter(x=x, y=mean.astype(np.float32), name=name, mode="lines", line=line))
        traces.append(
            go.Scatter(
                x=[x[0], x[-1]],
                y=[bound, bound],
                name=f"bound of {name}",
                mode="lines",
                line={"color": ink, "width": 1.5, "dash": "dash"},
                showlegend=False,
            )
        )
        if name == chosen:
            traces.append(_dots(runs, against, ink))
    traces.append(_entropies(next(iter(by_name.values()))[0], look))
    return figure(
        look,
        title=title,
        height=350,
        traces=traces,
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        margin={"t": 92},
        xaxis={"title": {"text": f"{against} in training"}, "type": "log", "domain": [0, 0.66], "showgrid": False},
        yaxis={"title": {"text": "loss (nats)"}, "rangemode": "tozero"},
        xaxis2={"domain": [0.76, 1], "anchor": "y2", "title": {"text": "what is known"}},
        yaxis2={"anchor": "x2", "title": {"text": "exact entropy (nats)"}, "rangemode": "tozero"},
    )


def _over(run: ReaderRun, against: str) -> np.ndarray:
    return run.guesses if against == GUESSES else run.steps


def _dots(runs: Sequence[ReaderRun], against: str, ink: str) -> go.Scatter:
    """Each run of the chosen reader, point by point."""
    return go.Scatter(
        x=np.concatenate([_over(run, against) for run in runs]),
        y=np.concatenate([run.loss for run in runs]).astype(np.float32),
        mode="markers",
        marker={"color": ink, "size": 6, "opacity": 0.7},
        name="single runs",
        showlegend=False,
        hovertemplate="%{x}: %{y:.3f} nats<extra></extra>",
    )


def _entropies(run: ReaderRun, look: Look) -> go.Bar:
    return go.Bar(
        x=["nothing", "the past", "both sides"],
        y=np.array(run.entropies, dtype=np.float32),
        xaxis="x2",
        yaxis="y2",
        marker={"color": [look.role("mass"), look.role("query"), look.role("key")]},
        text=[f"{value:.3f}" for value in run.entropies],
        textposition="outside",
        cliponaxis=False,
        name="exact entropy",
        showlegend=False,
        hovertemplate="%{x} known: %{y:.3f} nats<extra></extra>",
    )


def live_figure(steps: Sequence[int], losses: Sequence[float], bound: float, *, look: Look, title: str) -> go.Figure:
    """A run that is under way: its loss so far, and the loss of the best possible reader dashed."""
    ink = look.role("key")
    curve = go.Scatter(x=steps, y=losses, mode="lines+markers", line={"color": ink, "width": 2.5}, name="loss")
    line = {"color": ink, "width": 1.5, "dash": "dash"}
    least = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": bound, "y1": bound, "line": line}
    return figure(
        look,
        title=title,
        height=240,
        traces=[curve],
        showlegend=False,
        shapes=[least],
        xaxis={"title": {"text": "steps; the dashed line is the bound"}, "type": "log", "showgrid": False},
        yaxis={"title": {"text": "loss (nats)"}, "rangemode": "tozero"},
    )
