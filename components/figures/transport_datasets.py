"""Figures of distances between labeled datasets: class clouds, label distances, the coupling by class."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.theme import CATEGORIES, MAGNITUDE, Look, escape, template


def datasets(
    planes: tuple[np.ndarray, np.ndarray],
    places: tuple[np.ndarray, np.ndarray],
    classes: tuple[Sequence[str], Sequence[str]],
    *,
    look: Look,
    title: str,
    chosen: tuple[int, int],
    height: int = 430,
) -> go.Figure:
    """Both datasets in one plane, colored by class; the chosen pair of classes is drawn strong.

    Args:
        planes: the points of both sides, [point 2]. places: the class of each point.
        classes: the names of the classes. chosen: the class of each side that is drawn strong.
    """
    fig = make_subplots(rows=1, cols=2, horizontal_spacing=0.06, shared_xaxes=True, shared_yaxes=True)
    fig.update_layout(template=template(look), title_text=escape(title), height=height)
    for side, (points, place, names) in enumerate(zip(planes, places, classes, strict=True)):
        for number, name in enumerate(names):
            these = points[place == number].astype(np.float32)
            strong = number == chosen[side]
            fig.add_trace(
                go.Scatter(
                    x=these[:, 0],
                    y=these[:, 1],
                    mode="markers",
                    name=escape(name)[:40],
                    marker={
                        "color": CATEGORIES[number % len(CATEGORIES)],
                        "size": 11 if strong else 6,
                        "opacity": 1.0 if strong else 0.35,
                        "symbol": "circle" if side == 0 else "diamond",
                    },
                    showlegend=False,
                    hovertemplate=escape(name)[:40] + "<extra></extra>",
                ),
                row=1,
                col=side + 1,
            )
            if len(names) <= 12 and len(these):
                center = these.mean(axis=0)
                fig.add_annotation(
                    x=float(center[0]),
                    y=float(center[1]),
                    text=escape(name)[:20],
                    showarrow=False,
                    bgcolor=look.paper,
                    opacity=1.0 if strong else 0.75,
                    row=1,
                    col=side + 1,
                )
        fig.update_xaxes(title_text=f"{('first', 'second')[side]} dataset, axis 1", row=1, col=side + 1)
    fig.update_yaxes(title_text="axis 2", row=1, col=1)
    return fig


def class_tables(
    distances: np.ndarray,
    coupling: np.ndarray,
    classes: tuple[Sequence[str], Sequence[str]],
    *,
    look: Look,
    title: str,
    chosen: tuple[int, int],
) -> go.Figure:
    """Left: W2^2 between every two labels. Right: the mass that goes from class to class. Cells can be clicked.

    Args:
        distances, coupling: [source class, target class]. classes: their names.
    """
    fig = make_subplots(rows=1, cols=2, horizontal_spacing=0.16)
    height = max(330, 120 + 26 * len(classes[0]))
    fig.update_layout(template=template(look), title_text=escape(title), height=height, showlegend=False)
    names = [[escape(name)[:16] for name in side] for side in classes]
    for column, (matrix, label) in enumerate(((distances, "W₂²"), (coupling, "mass")), start=1):
        fig.add_trace(
            go.Heatmap(
                z=matrix.astype(np.float32),
                colorscale=MAGNITUDE,
                zmin=0,
                zmax=float(matrix.max()) or 1.0,
                xgap=1,
                ygap=1,
                colorbar={
                    "title": {"text": label, "side": "top"},
                    "thickness": 10,
                    "outlinewidth": 0,
                    "x": 0.43 if column == 1 else 1.01,
                },
                hoverinfo="skip",
            ),
            row=1,
            col=column,
        )
        row, col = np.indices(matrix.shape).reshape(2, -1)
        fig.add_trace(
            go.Scatter(
                x=col,
                y=row,
                mode="markers",
                customdata=np.stack([row, col], axis=1),
                text=[
                    f"{names[0][i]} to {names[1][j]}: {label} {matrix[i, j]:.3g}" for i, j in zip(row, col, strict=True)
                ],
                marker={"symbol": "square", "size": 20, "opacity": 0},
                hovertemplate="%{text}<extra></extra>",
            ),
            row=1,
            col=column,
        )
        _frame(fig, chosen, look, column)
        _axes(fig, names, column)
    return fig


def _frame(fig: go.Figure, chosen: tuple[int, int], look: Look, column: int) -> None:
    i, j = chosen
    fig.add_shape(
        type="rect",
        x0=j - 0.5,
        x1=j + 0.5,
        y0=i - 0.5,
        y1=i + 0.5,
        line={"color": look.role("key"), "width": 3},
        row=1,
        col=column,
    )


def _axes(fig: go.Figure, names: list[list[str]], column: int) -> None:
    fig.update_xaxes(
        title_text="label in the second dataset",
        tickvals=np.arange(len(names[1])),
        ticktext=names[1],
        showgrid=False,
        range=[-0.5, len(names[1]) - 0.5],
        row=1,
        col=column,
    )
    fig.update_yaxes(
        title_text="label in the first dataset" if column == 1 else None,
        tickvals=np.arange(len(names[0])),
        ticktext=names[0],
        showgrid=False,
        range=[len(names[0]) - 0.5, -0.5],
        row=1,
        col=column,
    )
