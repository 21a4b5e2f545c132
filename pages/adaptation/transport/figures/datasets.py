"""Figures of distances between labeled datasets: class clouds, label distances, the coupling by class."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import CATEGORIES, MAGNITUDE, TITLE_ROOM, Look, escape, figure
from pages.adaptation.transport.figures.compact import compact

TALLEST = 700
"""The height of a table of many labels, in pixels."""

MOST_NAMES = 25
"""More names of labels would overlap along an axis."""


def datasets(
    planes: tuple[np.ndarray, np.ndarray],
    places: tuple[np.ndarray, np.ndarray],
    classes: tuple[Sequence[str], Sequence[str]],
    *,
    look: Look,
    title: str,
    chosen: tuple[int, int],
    height: int | None = 380,
) -> go.Figure:
    """Both datasets in one plane, colored by class; the chosen pair of classes is drawn strong.

    Args:
        planes: the points of both sides, [point 2]. places: the class of each point.
        classes: the names of the classes. chosen: the class of each side that is drawn strong.
    """
    sides = list(zip(planes, places, classes, chosen, strict=True))
    both = np.concatenate(planes)
    pad = 0.06 * (np.ptp(both, axis=0).max() or 1.0)
    ranges = [
        [float(low - pad), float(high + pad)] for low, high in zip(both.min(axis=0), both.max(axis=0), strict=True)
    ]
    layout: dict[str, Any] = {
        "showlegend": False,
        "xaxis": {"domain": [0, 0.48], "title": {"text": "first dataset, axis 1"}, "range": ranges[0]},
        "xaxis2": {"domain": [0.52, 1], "title": {"text": "second dataset, axis 1"}, "range": ranges[0]}
        | {"matches": "x"},
        "yaxis": {"title": {"text": "axis 2"}, "range": ranges[1], "scaleanchor": "x"},
        "yaxis2": {"anchor": "x2", "range": ranges[1], "showticklabels": False, "matches": "y"},
        "annotations": [name for side in range(2) for name in _class_names(*sides[side], side, look)],
    }
    traces = [_classes(*sides[side], side) for side in range(2)]
    return figure(look, title=title, height=height, traces=traces, **layout)


def _classes(points: np.ndarray, place: np.ndarray, names: Sequence[str], strong: int, side: int) -> go.Scatter:
    """The points of one dataset in the colors of their classes; those of the strong class come last and lie above."""
    order = np.argsort(place == strong, kind="stable")
    ordered, shown = place[order], compact(points[order])
    titles = np.array([escape(name)[:40] for name in names])
    return go.Scatter(
        x=shown[:, 0],
        y=shown[:, 1],
        mode="markers",
        marker={
            "color": np.array(CATEGORIES)[ordered % len(CATEGORIES)],
            "size": np.where(ordered == strong, 11, 6),
            "opacity": np.where(ordered == strong, 1.0, 0.35),
            "symbol": ("circle", "diamond")[side],
        },
        text=titles[ordered],
        hovertemplate="%{text}<extra></extra>",
        xaxis=("x", "x2")[side],
        yaxis=("y", "y2")[side],
    )


def _class_names(
    points: np.ndarray, place: np.ndarray, names: Sequence[str], strong: int, side: int, look: Look
) -> list[dict[str, Any]]:
    """The name of each class at its mean, where there are at most twelve."""
    if len(names) > 12:
        return []
    means = [points[place == number].mean(axis=0) for number in range(len(names))]
    return [
        {
            "x": float(mean[0]),
            "y": float(mean[1]),
            "xref": ("x", "x2")[side],
            "yref": ("y", "y2")[side],
            "text": escape(name)[:20],
            "showarrow": False,
            "bgcolor": look.paper,
            "opacity": 1.0 if number == strong else 0.75,
        }
        for number, (name, mean) in enumerate(zip(names, means, strict=True))
    ]


def floor(values: tuple[float, float], draws: np.ndarray, *, look: Look, title: str, height: int) -> go.Figure:
    """A pair of datasets beside the band of unchanged halves, by points alone and with labels.

    Args:
        values: W2^2 of the pair by points alone and with labels. draws: [draw 2], the same of unchanged halves.
    """
    gray, strong = look.role("mass"), look.role("source")
    bands = [
        {"type": "rect", "x0": k - 0.32, "x1": k + 0.32, "y0": float(side.min()), "y1": float(side.max())}
        | {"fillcolor": gray, "opacity": 0.25, "line": {"width": 0}}
        for k, side in enumerate(draws.T)
    ]
    place = np.repeat([0, 1], len(draws))
    dots = go.Scatter(
        x=place,
        y=draws.T.ravel(),
        mode="markers",
        name="unchanged halves",
        marker={"color": gray, "size": 6},
        hovertemplate="unchanged halves: %{y:.3g}<extra></extra>",
    )
    pair = go.Scatter(
        x=[0, 1],
        y=list(values),
        mode="markers",
        name="this pair",
        marker={"color": strong, "size": 12, "symbol": "diamond"},
        hovertemplate="this pair: %{y:.3g}<extra></extra>",
    )
    keys = ((f"● {len(draws)} unchanged halves", gray, 1.09), ("◆ this pair", strong, 1.0))
    notes = [
        {"x": 0, "y": y, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "text": words}
        | {"showarrow": False, "font": {"color": look.word(color)}}
        for words, color, y in keys
    ]
    return figure(
        look,
        title=title,
        height=height,
        traces=[dots, pair],
        showlegend=False,
        margin={"t": TITLE_ROOM + round(3.6 * look.size)},
        shapes=bands,
        annotations=notes,
        xaxis={"tickvals": [0, 1], "ticktext": ["points<br>alone", "with<br>labels"], "range": [-0.6, 1.6]}
        | {"showgrid": False},
        yaxis={"title": {"text": "squared distance W₂²"}, "rangemode": "tozero"},
    )


def class_table(
    matrix: np.ndarray,
    classes: tuple[Sequence[str], Sequence[str]],
    *,
    label: str,
    look: Look,
    title: str,
    chosen: tuple[int, int],
) -> go.Figure:
    """A number for every two labels: how far apart they are, or the mass that goes from one to the other.

    Args:
        matrix: [source class, target class]. classes: their names. label: what a cell holds.
        chosen: the cell that is framed. A cell that is clicked carries its row and column.
    """
    height = min(max(330, 120 + 26 * len(classes[0])), TALLEST)
    fig = figure(look, title=title, height=height, showlegend=False)
    names = [[escape(name)[:16] for name in side] for side in classes]
    row, column = np.indices(matrix.shape).reshape(2, -1)
    words = [f"{names[0][i]} to {names[1][j]}: {label} {matrix[i, j]:.3g}" for i, j in zip(row, column, strict=True)]
    fig.add_trace(
        go.Heatmap(
            z=compact(matrix, of=float(matrix.max())),
            colorscale=MAGNITUDE,
            zmin=0,
            zmax=float(matrix.max()) or 1.0,
            xgap=1,
            ygap=1,
            colorbar={"title": {"text": label, "side": "top"}, "thickness": 10, "outlinewidth": 0},
            hoverinfo="skip",
        )
    )
    fig.add_trace(
        go.Scatter(
            x=column,
            y=row,
            mode="markers",
            customdata=np.stack([row, column], axis=1),
            text=words,
            marker={"symbol": "square", "size": 20, "opacity": 0},
            hovertemplate="%{text}<extra></extra>",
        )
    )
    i, j = chosen
    frame = {"x0": j - 0.5, "x1": j + 0.5, "y0": i - 0.5, "y1": i + 0.5}
    fig.add_shape(type="rect", line={"color": look.role("key"), "width": 3}, **frame)
    fig.update_xaxes(title_text="label in the second dataset", range=[-0.5, len(names[1]) - 0.5], **_ticks(names[1]))
    fig.update_yaxes(title_text="label in the first dataset", range=[len(names[0]) - 0.5, -0.5], **_ticks(names[0]))
    return fig


def _ticks(names: list[str]) -> dict[str, object]:
    """The names of the labels, or every n-th where there are too many to be written."""
    step = -(-len(names) // MOST_NAMES)
    return {"tickvals": np.arange(0, len(names), step), "ticktext": names[::step], "showgrid": False}
