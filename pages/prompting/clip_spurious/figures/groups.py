"""Accuracy by group: tables whose cells can be clicked, and the average beside the worst group of each treatment."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.figures.kept import kept
from components.theme import MAGNITUDE, Look, escape, figure
from core.clip import GroupAccuracy
from pages.prompting.clip_spurious.figures.notes import quiet_note
from pages.prompting.clip_spurious.figures.tables import percent_range

NAMES_ASIDE = 14
"""Pixels between the ends of curves and their names, and beside these."""


@kept
def group_tables(
    tables: Sequence[tuple[str, np.ndarray, np.ndarray]],
    *,
    look: Look,
    title: str,
    classes: Sequence[str],
    backgrounds: Sequence[str],
    height: int | None = None,
) -> go.Figure:
    """Accuracy by class and background, with its interval in each cell. Cells can be clicked.

    Args:
        tables: (name, accuracy [class background], interval [class background 2]) for one or two tables.

    The custom data of a cell are its class, its background, and the number of its table.
    """
    traces: list[go.Heatmap | go.Scatter] = []
    notes: list[dict[str, object]] = []
    layout: dict[str, object] = {}
    for place, (name, table, interval) in enumerate(tables):
        axis = str(place + 1) if place else ""
        at = {"xaxis": f"x{axis}", "yaxis": f"y{axis}"}
        traces += [
            group_cells(table, classes, backgrounds, interval=interval, size=look.size + 1, **at),
            _targets(table, interval, place, classes, backgrounds, **at),
        ]
        notes.append({**quiet_note(escape(name), look), "xref": f"x{axis} domain", "yref": f"y{axis} domain"})
        layout |= _table_axes(axis, place, len(tables), table.shape)
    more = {"annotations": notes, "margin": {"t": 64}, "hoverdistance": -1, **layout}
    return figure(look, title=title, height=height, traces=traces, showlegend=False, **more)


def group_cells(
    table: np.ndarray,
    classes: Sequence[str],
    backgrounds: Sequence[str],
    *,
    interval: np.ndarray | None = None,
    size: int = 17,
    **more: object,
) -> go.Heatmap:
    """Accuracies as colored cells with their percentages, and with their intervals where these are given.

    Args:
        size: of the type in the cells, in pixels.
        more: further properties, such as the axes.
    """
    text = None
    if interval is not None:
        text = [
            [f"<b>{share:.0%}</b><br>{percent_range(ends)}" for share, ends in zip(*row, strict=True)]
            for row in zip(table, interval, strict=True)
        ]
    return go.Heatmap(
        z=table.astype(np.float32),
        x=[escape(name) for name in backgrounds],
        y=[escape(name) for name in classes],
        zmin=0,
        zmax=1,
        colorscale=MAGNITUDE,
        showscale=False,
        xgap=3,
        ygap=3,
        text=text,
        texttemplate="%{z:.0%}" if text is None else "%{text}",
        textfont={"size": size},
        hoverinfo="skip",
        **more,
    )


def _targets(
    table: np.ndarray,
    interval: np.ndarray,
    number: int,
    classes: Sequence[str],
    backgrounds: Sequence[str],
    **more: object,
) -> go.Scatter:
    """What is hovered and clicked: the browser does not tell of clicks on a heat map's own cells."""
    row, column = np.indices(table.shape).reshape(2, -1)
    labels, grounds = ([escape(name) for name in names] for names in (classes, backgrounds))
    said = [
        f"{labels[i]} {grounds[j]}<br>right {table[i, j]:.3f}<br>95 % interval "
        f"{interval[i, j, 0]:.3f} to {interval[i, j, 1]:.3f}"
        for i, j in zip(row, column, strict=True)
    ]
    return go.Scatter(
        x=[grounds[j] for j in column],
        y=[labels[i] for i in row],
        mode="markers",
        customdata=np.stack([row, column, np.full_like(row, number)], axis=1),
        text=said,
        marker={"symbol": "square", "size": 90, "opacity": 0, "color": "#62676E"},
        hovertemplate="%{text}<extra></extra>",
        **more,
    )


def _table_axes(axis: str, place: int, of: int, shape: tuple[int, ...]) -> dict[str, object]:
    """The axes of one group table, stacked from the top; their ranges are set, or plotly leaves room for markers."""
    bottom, top = (0.0, 1.0) if of == 1 else ((0.56, 1.0) if place == 0 else (0.0, 0.42))
    rows, columns = shape
    return {
        f"xaxis{axis}": {
            "anchor": f"y{axis}",
            "showgrid": False,
            "showticklabels": place == of - 1,
            "range": [-0.5, columns - 0.5],
        },
        f"yaxis{axis}": {
            "domain": [bottom, top],
            "anchor": f"x{axis}",
            "showgrid": False,
            "range": [rows - 0.5, -0.5],
            "tickangle": -90,
        },
    }


@kept
def treatments(
    rows: Mapping[str, tuple[float, float, tuple[float, float]]],
    *,
    look: Look,
    title: str,
    bar: str = "95 % interval of the worst",
    height: int = 420,
) -> go.Figure:
    """Average and worst group of each treatment, as two dots on a line.

    Args:
        rows: name -> (average, worst group, ends of its bar).
        bar: what the bars say, in words.
    """
    names = [escape(name) for name in rows]
    average, worst = (np.array([row[place] for row in rows.values()], np.float32) for place in range(2))
    ends = np.array([row[2] for row in rows.values()], np.float32).reshape(-1, 2)
    bars = {"type": "data", "array": ends[:, 1] - worst, "arrayminus": worst - ends[:, 0], "symmetric": False}
    dots = [
        _dots("average of the groups", average, names, color=look.quiet),
        _dots("worst group", worst, names, color=look.role("rejected"), bars={**bars, "thickness": 1.2, "width": 4}),
    ]
    return figure(
        look,
        title=title,
        height=height,
        traces=[_between(worst, average, names, look), *dots],
        showlegend=True,
        legend={"x": 1, "xanchor": "right", "y": 1.0},
        xaxis={
            "title": {"text": f"accuracy (bar: {bar})"},
            "range": [-0.02, 1.04],
            "tickformat": ".0%",
        },
        yaxis={"autorange": "reversed", "showgrid": False},
    )


def _between(worst: np.ndarray, average: np.ndarray, names: Sequence[str], look: Look) -> go.Scatter:
    """A line from the worst group to the average in each row."""
    return go.Scatter(
        x=np.stack([worst, average, np.full_like(worst, np.nan)], axis=1).ravel(),
        y=[name for name in names for _ in range(3)],
        mode="lines",
        line={"color": look.faint, "width": 6},
        showlegend=False,
        hoverinfo="skip",
    )


def _dots(
    label: str, values: np.ndarray, names: Sequence[str], *, color: str, bars: dict[str, Any] | None = None
) -> go.Scatter:
    return go.Scatter(
        x=values,
        y=names,
        mode="markers",
        name=label,
        error_x=bars,
        marker={"size": 12, "color": color},
        hovertemplate="%{y}<br>" + label + " %{x:.3f}<extra></extra>",
    )


def trend(
    percents: Sequence[int],
    runs: Mapping[str, Sequence[Sequence[GroupAccuracy]]],
    *,
    colors: Mapping[str, str],
    look: Look,
    title: str,
    height: int = 360,
) -> go.Figure:
    """The worst group of several training runs at each correlation, and a line through their means.

    Args:
        percents: the correlations.
        runs: name of a curve -> for each correlation the group accuracies of its runs.
        colors: of the curves.
    """
    traces: list[go.Scatter] = []
    ends: dict[str, float] = {}
    for place, (name, at_each) in enumerate(runs.items()):
        means = [float(np.mean([run.worst for run in several])) for several in at_each]
        # A little beside each other, so that bars of different curves do not hide each other.
        dots = _runs(name, percents, at_each, colors[name], beside=0.5 * (place - 1))
        traces += [_means(name, percents, means, colors[name]), dots]
        ends[name] = means[-1]
    notes = [
        {
            "x": 1.01,
            "xref": "x domain",
            "xanchor": "left",
            "showarrow": False,
            "y": y,
            "text": escape(name),
            "font": {"color": look.word(colors[name])},
        }
        for name, y in _apart(ends).items()
    ]
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=False,
        annotations=notes,
        margin={"t": 44, "r": round(0.65 * look.size * max(map(len, runs))) + NAMES_ASIDE},
        xaxis={"title": {"text": "class-named pictures on the usual background (%)"}, "showgrid": False},
        yaxis={"title": {"text": "worst group (bar: 95 % interval)"}, "range": [-0.02, 1.04], "tickformat": ".0%"},
    )


def _means(name: str, percents: Sequence[int], means: Sequence[float], color: str) -> go.Scatter:
    line = {"color": color, "width": 2}
    return go.Scatter(x=list(percents), y=means, mode="lines", name=escape(name), line=line, hoverinfo="skip")


def _runs(
    name: str, percents: Sequence[int], at_each: Sequence[Sequence[GroupAccuracy]], color: str, *, beside: float
) -> go.Scatter:
    flat = [(percent, run) for percent, several in zip(percents, at_each, strict=True) for run in several]
    worst = np.array([run.worst for _, run in flat])
    ends = np.array([run.worst_interval for _, run in flat])
    bars = {"type": "data", "array": ends[:, 1] - worst, "arrayminus": worst - ends[:, 0], "symmetric": False}
    return go.Scatter(
        x=[percent + beside for percent, _ in flat],
        y=worst,
        mode="markers",
        name=f"{escape(name)}, each run",
        text=[f"{percent} %" for percent, _ in flat],
        marker={"size": 9, "color": color},
        error_y={**bars, "thickness": 1.2, "width": 3},
        hovertemplate=f"{escape(name)}<br>%{{text}}: worst group %{{y:.3f}}<extra></extra>",
    )


def _apart(ends: Mapping[str, float], least: float = 0.07) -> dict[str, float]:
    """The heights of names at the ends of curves, the highest first, lowered where they would lie on each other."""
    placed: dict[str, float] = {}
    above = float("inf")
    for name, y in sorted(ends.items(), key=lambda one: -one[1]):
        above = placed[name] = min(y, above - least)
    return placed
