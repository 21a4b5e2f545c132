"""A translator's looks, its learning, and how it does with longer sources."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.figures.lines import lines
from components.theme import Look, figure
from core.transformer import Example, TranslatorRun


def looks_figure(example: Example, written: int, *, look: Look, title: str, whole: bool) -> go.Figure:
    """Where each written symbol looks: rows are written symbols, columns source symbols.

    Args:
        example: one source, and what was written.
        written: how many symbols of it have been written; the look for the next one is drawn, what follows is empty.
        look: paper and type.
        title: the finding.
        whole: whether the columns are the source's symbols; else there is one, their mean.
    """
    rows = [*example.written, "end"]
    columns = list(example.source) if whole else ["mean of the source"]
    values = example.cross_attention[: len(rows)].astype(np.float32)
    values[written + 1 :] = np.nan
    names = [row if place <= written else "?" for place, row in enumerate(rows)]
    places, across = np.arange(len(rows)), np.arange(len(columns))
    return figure(
        look,
        title=title,
        height=340,
        traces=[
            go.Heatmap(
                z=values,
                x=across,
                y=places,
                zmin=0,
                zmax=1,
                colorscale="Viridis",
                colorbar={"title": {"text": "share of the look", "side": "right"}},
                hovertemplate="written %{y}, source %{x}: %{z:.2f}<extra></extra>",
                xgap=1,
                ygap=1,
                hoverongaps=False,
            )
        ],
        xaxis={
            "title": {"text": "source symbol (looked at)"},
            "tickvals": across,
            "ticktext": columns,
            "showgrid": False,
            **({"constrain": "domain"} if whole else {}),
        },
        yaxis={
            "title": {"text": "written symbol (looks)"},
            "tickvals": places,
            "ticktext": names,
            "autorange": "reversed",
            "showgrid": False,
            **({"scaleanchor": "x", "constrain": "domain"} if whole else {}),
        },
    )


def learning_figure(runs: Sequence[TranslatorRun], *, look: Look, title: str) -> go.Figure:
    """Right symbols with and without the true ones given, and targets wholly right, over the steps; means of seeds."""
    names = {"true symbols given": "forced", "its own symbols": "free", "wholly right": "matches"}
    series = {name: np.mean([getattr(run, field) for run in runs], axis=0) for name, field in names.items()}
    colors = {
        "true symbols given": look.role("target"),
        "its own symbols": look.role("query"),
        "wholly right": look.role("value"),
    }
    fig = lines(
        series,
        look=look,
        title=title,
        x=runs[0].steps,
        x_label="step",
        y_label="share right, unseen sources",
        colors=colors,
        height=340,
    )
    fig.update_yaxes(range=[-0.03, 1.05])
    return fig


def live_figure(steps: Sequence[int], rows: np.ndarray, *, look: Look, title: str) -> go.Figure:
    """A run that is under way: right symbols with and without the true ones given, and targets wholly right.

    Args:
        steps: at which it was measured.
        rows: what was measured: training loss, test loss, and these three.
        look: paper and type.
        title: where it stands.
    """
    names = ("true symbols given", "its own symbols", "wholly right")
    fig = lines(
        dict(zip(names, rows[2:], strict=True)),
        look=look,
        title=title,
        x=np.asarray(steps),
        x_label="step",
        y_label="share right, unseen sources",
        colors={name: look.role(role) for name, role in zip(names, ("target", "query", "value"), strict=True)},
        height=260,
    )
    fig.update_yaxes(range=[-0.03, 1.05])
    return fig


def _trained_up_to(length: int, look: Look) -> dict[str, Any]:
    """The name of the line that ends what was trained, beside its upper end."""
    return {
        "text": f"trained<br>up to {length}",
        "x": length + 0.5,
        "y": 1,
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "top",
        "xshift": 4,
        "align": "left",
        "showarrow": False,
        "font": {"color": look.quiet, "size": look.size},
    }


def length_figure(series: Mapping[str, Sequence[TranslatorRun]], *, look: Look, title: str) -> go.Figure:
    """Targets wholly right by length of the source: mean of the seeds as a line, each seed as a dot."""
    traces, inks = [], [look.role("query"), look.role("key")]
    for (name, runs), ink in zip(series.items(), inks, strict=False):
        values = np.stack([run.by_length for run in runs])
        length = np.arange(1, values.shape[1] + 1)
        traces.append(
            go.Scatter(x=length, y=values.mean(axis=0), name=name, mode="lines", line={"color": ink, "width": 2.5})
        )
        traces.append(
            go.Scatter(
                x=np.tile(length, len(runs)),
                y=values.ravel(),
                mode="markers",
                marker={"color": ink, "size": 7, "opacity": 0.6},
                showlegend=False,
                hovertemplate="length %{x}: %{y:.0%}<extra></extra>",
            )
        )
    trained = next(iter(series.values()))[0].params.length
    edge = {"type": "line", "x0": trained + 0.5, "x1": trained + 0.5, "y0": 0, "y1": 1, "yref": "paper"}
    return figure(
        look,
        title=title,
        height=340,
        traces=traces,
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        margin={"t": 76},
        shapes=[{**edge, "line": {"color": look.quiet, "dash": "dot"}}],
        annotations=[_trained_up_to(trained, look)],
        xaxis={"title": {"text": "length of the source"}, "dtick": 1},
        yaxis={"title": {"text": "share wholly right"}, "range": [-0.05, 1.08]},
    )
