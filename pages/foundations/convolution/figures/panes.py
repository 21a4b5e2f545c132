"""Several small fields in one figure: pictures, kernels, products and maps, each with its name above it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go

from components.theme import MAGNITUDE, Look, figure

PLACE = ("row", "column")

Box = tuple[float, float, float, float]
"""Left, right, bottom and top of a pane, as shares of the figure."""

GRAY = [[0.0, "#000000"], [1.0, "#FFFFFF"]]


BRIGHT = 0.8
"""Parts of the strongest color above which a signed cell is bright on a dark page."""


@dataclass(frozen=True, eq=False)
class Pane:
    """One field.

    Args:
        values: [row column], the first row at the top.
        name: what stands above it.
        kind: “picture”, gray from 0 to 1; “signed”, colors around 0; “magnitude”, from 0 on.
        top: the size of value with the strongest color; the largest one without it.
        written: whether each cell holds its number.
        frame: first row, first column, rows and columns of what is outlined.
        labels: what its rows and columns are; without them they are not numbered.
        bar: whether a bar tells what the colors mean, and with what words.
        box: where it stands.
    """

    values: np.ndarray
    name: str
    kind: Literal["picture", "signed", "magnitude"] = "signed"
    top: float | None = None
    written: bool = False
    frame: tuple[int, int, int, int] | None = None
    labels: tuple[str, str] | None = None
    bar: str = ""
    box: Box = (0.0, 1.0, 0.0, 1.0)


def in_rows(rows: Sequence[Sequence[Pane]], *, across: float = 0.03, down: float = 0.12) -> list[Pane]:
    """Panes side by side in rows of equal height, each row filling the width; gaps are shares of the figure."""
    high = (1 - down * (len(rows) - 1)) / len(rows)
    placed = []
    for place, row in enumerate(rows):
        wide, top = (1 - across * (len(row) - 1)) / len(row), 1 - place * (high + down)
        for column, pane in enumerate(row):
            left = column * (wide + across)
            placed.append(replace(pane, box=(left, left + wide, max(top - high, 0.0), top)))
    return placed


def mosaic(
    panes: Sequence[Pane],
    *,
    look: Look,
    title: str,
    height: int | None,
    extra: Sequence[Any] = (),
    square: bool = True,
) -> go.Figure:
    """The panes in one figure, with cells as wide as high.

    Args:
        height: pixels; None for a main figure's.
        extra: further traces, on the axes of the pane that they name by its place: “x2”, “y2” for the second.
        square: else each pane fills its box.
    """
    layout: dict[str, Any] = {}
    traces, shapes = [], []
    for place, pane in enumerate(panes, start=1):
        number = "" if place == 1 else str(place)
        layout |= _axes(pane, number, look, square=square)
        traces += _cells(pane, number, look)
        if pane.frame:
            shapes.append(_frame(pane.frame, number, look))
    names = [_name(pane, "" if place == 1 else str(place), look) for place, pane in enumerate(panes, start=1)]
    right = 92 if any(pane.bar for pane in panes) else 8
    return figure(
        look,
        title=title,
        height=height,
        traces=[*traces, *extra],
        annotations=names,
        shapes=shapes,
        showlegend=False,
        margin={"t": 72, "l": 8, "r": right, "b": 8},
        **layout,
    )


def number_in_words(value: float) -> str:
    """A value as it stands in a cell: three digits, and 0 for what rounding has left of it."""
    return "0" if abs(value) < 5e-7 else f"{value:.3g}".replace("-", "−")


def _cells(pane: Pane, number: str, look: Look) -> list[go.Heatmap]:
    """The cells, and over them once more those whose numbers are written in a color of their own.

    A style around a number in the text itself would not do: the browser counts its letters as part of the number, and
    makes the numbers of all cells as small as if they were so long.
    """
    top = pane.top if pane.top is not None else (float(np.abs(pane.values).max(initial=0.0)) or 1.0)
    low, high, colors = {
        "picture": (0.0, 1.0, GRAY),
        "signed": (-top, top, look.diverging),
        "magnitude": (0.0, top, MAGNITUDE),
    }[pane.kind]
    field: dict[str, Any] = {
        "xaxis": f"x{number}",
        "yaxis": f"y{number}",
        "zmin": low,
        "zmax": high,
        "colorscale": colors,
        "name": pane.name,
    }
    bright = _bright(pane, top, look)
    more: dict[str, Any] = _words(pane, ~bright) if pane.written else {}
    if pane.bar:
        more["colorbar"] = {"title": {"text": pane.bar, "side": "top"}, "thickness": 12, "outlinewidth": 0}
    cells = go.Heatmap(
        **field,
        z=np.asarray(pane.values, dtype=np.float32),
        showscale=bool(pane.bar),
        hovertemplate="row %{y}, column %{x}: %{z:.3g}<extra></extra>",
        **more,
    )
    if not bright.any():
        return [cells]
    again = np.where(bright, pane.values, np.nan).astype(np.float32)
    dark = {"textfont": {"color": look.paper}, "showscale": False, "hoverinfo": "skip"}
    return [cells, go.Heatmap(**field, z=again, **_words(pane, bright), **dark)]


def _bright(pane: Pane, top: float, look: Look) -> np.ndarray:
    """Where a number lies in a cell that is bright on a dark page: the browser's own gray is too near to those."""
    sought = pane.written and look.dark and pane.kind == "signed"
    return np.abs(pane.values) > BRIGHT * top if sought else np.zeros(pane.values.shape, bool)


def _words(pane: Pane, where: np.ndarray) -> dict[str, Any]:
    """The numbers of some cells."""
    pairs = zip(pane.values, where, strict=True)
    words = [[number_in_words(value) if here else "" for value, here in zip(*pair, strict=True)] for pair in pairs]
    return {"text": words, "texttemplate": "%{text}"}


def _axes(pane: Pane, number: str, look: Look, *, square: bool) -> dict[str, Any]:
    rows, columns = pane.values.shape
    left, right, bottom, top = pane.box
    quiet = {"showgrid": False, "showticklabels": pane.labels is not None, "constrain": "domain", "ticks": ""}
    x = {**quiet, "domain": [left, right], "range": [-0.5, columns - 0.5], "anchor": f"y{number}"}
    y = {**quiet, "domain": [bottom, top], "range": [rows - 0.5, -0.5], "anchor": f"x{number}",
         "constraintoward": "top"}  # fmt: skip
    if square:
        y |= {"scaleanchor": f"x{number}"}
    if pane.labels:
        x |= {"title": {"text": pane.labels[1]}, "nticks": 6}
        y |= {"title": {"text": pane.labels[0]}, "nticks": 6}
    return {f"xaxis{number}": x, f"yaxis{number}": y}


def _frame(frame: tuple[int, int, int, int], number: str, look: Look) -> dict[str, Any]:
    row, column, rows, columns = frame
    return {
        "type": "rect",
        "xref": f"x{number}",
        "yref": f"y{number}",
        "x0": column - 0.5,
        "x1": column + columns - 0.5,
        "y0": row - 0.5,
        "y1": row + rows - 0.5,
        "line": {"color": look.role("key"), "width": 3},
    }


def _name(pane: Pane, number: str, look: Look) -> dict[str, Any]:
    return {
        "text": pane.name,
        "xref": f"x{number} domain",
        "yref": f"y{number} domain",
        "x": 0,
        "y": 1,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": look.quiet, "size": look.size},
    }
