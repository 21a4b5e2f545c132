"""A matrix as a colored field, in exact numbers while it is small and in 255 steps once it is large."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from components.theme import MAGNITUDE, Look, figure

EXACT_CELLS = 24_000
"""Up to this size the cells are sent as float32; above it in steps, a quarter of the bytes."""

MOST_CELLS = 140_000
"""A field with more cells is shown thinned, which keeps a figure below 200 kB."""


def field(
    values: np.ndarray,
    *,
    look: Look,
    title: str,
    x_label: str,
    y_label: str,
    label: str,
    x: np.ndarray | None = None,
    y: np.ndarray | None = None,
    top: float | None = None,
    signed: bool = True,
    square: bool = False,
    height: int | None = None,
) -> go.Figure:
    """A matrix as a field, its first row at the top.

    Args:
        values: [row column].
        label: what the color means, with its unit.
        x, y: the places of columns and rows; 0, 1, 2, ... without them.
        top: the size of value with the strongest color; the largest one without it.
        signed: a zero-centered scale, of which values below 0 alone use the lower half; else one that begins at 0.
        square: cells are as wide as high.
        height: pixels; None for a main figure's.
    """
    fig = figure(look, title=title, height=height)
    fig.add_trace(cells(values, look=look, x_label=x_label, y_label=y_label, label=label, x=x, y=y, top=top,
                        signed=signed))  # fmt: skip
    rows, columns = values.shape
    x = np.arange(columns) if x is None else x
    y = np.arange(rows) if y is None else y
    fig.update_xaxes(title_text=x_label, showgrid=False, range=[x[0] - 0.5, x[-1] + 0.5], constrain="domain")
    fig.update_yaxes(title_text=y_label, showgrid=False, range=[y[-1] + 0.5, y[0] - 0.5], constrain="domain")
    if square:
        # The bar lies above the square: beside it, it would stand at the edge of the figure, far off in a wide one.
        fig.update_yaxes(scaleanchor="x")
        fig.update_traces(
            colorbar={"orientation": "h", "x": 0.5, "y": 1.0, "yanchor": "bottom", "lenmode": "pixels", "len": 280,
                      "ypad": 0, "title": {"side": "right"}}
        )  # fmt: skip
    return fig


def cells(
    values: np.ndarray,
    *,
    look: Look,
    x_label: str,
    y_label: str,
    label: str,
    x: np.ndarray | None = None,
    y: np.ndarray | None = None,
    top: float | None = None,
    signed: bool = True,
) -> go.Heatmap:
    """The field alone, as a trace for a figure with several of them; arguments as for `field`."""
    top = (float(np.nanmax(np.abs(values), initial=0.0)) or 1.0) if top is None else top
    bar: dict[str, Any] = {"title": {"text": label, "side": "top"}, "thickness": 12, "outlinewidth": 0}
    exact = values.size <= EXACT_CELLS
    steps = 127 if signed else 255
    if exact:
        z, scale, shown = values.astype(np.float32), float(top), "%{z:.3f}"
    else:
        # Rounding to whole steps hides at most top / 254; the hover text says what the steps are.
        z = np.rint(values / top * steps).clip(-steps if signed else 0, steps)
        z, scale, shown = z.astype(np.int8 if signed else np.uint8), float(steps), f"%{{z}} / {steps} of {top:.3g}"
        marks = np.linspace(-1 if signed else 0, 1, 5)
        bar |= {"tickvals": marks * steps, "ticktext": [f"{mark * top:.2g}" for mark in marks]}
    upper, colors = scale, look.diverging if signed else MAGNITUDE
    if signed and float(np.nanmax(values, initial=-np.inf)) <= 0:
        upper, colors = 0.0, [[2 * place, color] for place, color in look.diverging if place <= 0.5]
    return go.Heatmap(
        z=z,
        x=None if x is None else x.astype(np.float32),
        y=None if y is None else y.astype(np.float32),
        zmin=-scale if signed else 0,
        zmax=upper,
        colorscale=colors,
        colorbar=bar,
        hovertemplate=f"{x_label} %{{x}}<br>{y_label} %{{y}}<br>{label} {shown}<extra></extra>",
    )


def inks(shares: np.ndarray, colorscale: Any) -> list[str]:
    """Black or white for each cell of a field, whichever reads better on its color: plotly's own gray is too faint.

    Args:
        shares: places on the scale, from 0 to 1, of any shape; they are taken row by row.
        colorscale: a scale of plotly, by its name or as its stops.
    """
    papers = sample_colorscale(colorscale, list(np.clip(shares, 0, 1).ravel()), colortype="tuple")
    linear = np.where(
        np.array(papers) <= 0.04045, np.array(papers) / 12.92, ((np.array(papers) + 0.055) / 1.055) ** 2.4
    )
    # WCAG 2: black has the contrast (L + 0.05) / 0.05 and white 1.05 / (L + 0.05); they meet at this luminance L.
    return ["#000000" if bright > 0.179 else "#FFFFFF" for bright in linear @ (0.2126, 0.7152, 0.0722)]


def thinned(rows: int, columns: int, *, most: int = MOST_CELLS) -> tuple[int, int]:
    """How many pairs of rows, and how many columns, to step on so that a field keeps to a number of cells.

    Args:
        rows, columns: the full size.
        most: the number of cells.

    Returns:
        Steps of at least 1: first every second pair of rows, then every second column, and so on in turn.
    """
    step = [1, 1]
    turn = 0
    while (rows // step[0]) * (columns // step[1]) > most:
        step[turn % 2] += 1
        turn += 1
    return step[0], step[1]
