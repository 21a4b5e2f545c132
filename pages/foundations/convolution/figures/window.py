"""The main figure: a picture, a kernel, the products of one cell, and the map."""

import numpy as np
import plotly.graph_objects as go

from components.figures.kept import kept
from components.theme import Look
from core.convolution import Cell
from pages.foundations.convolution.figures.panes import PLACE, Pane, mosaic, number_in_words

BYTES = 240_000
"""What the cells of a map may carry for their hover text, before packing."""

MOST_TAPS = 147
"""Products that a hover text may list: those of 7 x 7 pixels in three channels."""

WRITTEN = 5
"""The longest side of a kernel whose weights are written into its cells."""


@kept
def window(
    image: np.ndarray,
    cells: np.ndarray,
    chosen: Cell,
    place: tuple[int, int],
    windows: np.ndarray,
    *,
    look: Look,
    title: str,
    dilation: int = 1,
    height: int | None = None,
) -> go.Figure:
    """Picture, kernel, products and map; a click on a cell of the map carries its row and column.

    Args:
        image: [row column], 0 to 1. cells: the map, [row column].
        chosen: the cell that is looked at. place: its row and column.
        windows: the pixels under the kernel for every cell, [cell product], or without products where these are many.
        dilation: pixels from one tap to the next. height: pixels; None for a main figure's.
    """
    kernel, products = chosen.kernel[0], chosen.products.sum(axis=0)
    rows, columns = kernel.shape
    written = max(rows, columns) <= WRITTEN
    reach = ((rows - 1) * dilation + 1, (columns - 1) * dilation + 1)
    many = f", sums over {len(chosen.window)} channels" if len(chosen.window) > 1 else ""
    panes = [
        Pane(image, f"picture, {image.shape[0]} × {image.shape[1]}", "picture", labels=PLACE,
             frame=(chosen.top, chosen.left, *reach), box=(0.0, 0.34, 0.0, 1.0)),
        Pane(kernel, f"kernel, {rows} × {columns}", written=written, box=(0.4, 0.56, 0.56, 1.0)),
        Pane(products, f"products{many}", written=written, box=(0.4, 0.56, 0.0, 0.44)),
        Pane(cells, f"map, {cells.shape[0]} × {cells.shape[1]}", labels=PLACE, frame=(*place, 1, 1), bar="value",
             box=(0.63, 1.0, 0.0, 1.0)),
    ]  # fmt: skip
    targets = _targets(cells, windows, chosen.kernel, chosen.bias, look)
    return mosaic(panes, look=look, title=title, height=height, extra=[targets])


def carries_products(cells: int, taps: int) -> bool:
    """Whether every cell of a map may carry its pixels for the hover text."""
    return cells * taps <= BYTES and taps <= MOST_TAPS


def _targets(cells: np.ndarray, windows: np.ndarray, kernel: np.ndarray, bias: float, look: Look) -> go.Scatter:
    """Invisible squares over the cells of the map, since a heat map reports no clicks.

    The pixels of a large map are carried in percent, a byte each; its values stand in the marks' color then.
    """
    row, column = np.indices(cells.shape).reshape(2, -1)
    small = 4 * windows.size <= BYTES
    marker = {"symbol": "square", "size": max(3, 330 // max(cells.shape)), "opacity": 0}
    if small:
        carried = np.column_stack([row, column, cells.ravel(), windows]).astype(np.float32)
    else:
        carried = np.column_stack([row, column, np.rint(100 * windows)]).astype(np.uint8)
        marker |= {"color": cells.ravel().astype(np.float32), "showscale": False}
    return go.Scatter(
        x=column,
        y=row,
        mode="markers",
        xaxis="x4",
        yaxis="y4",
        customdata=carried,
        marker=marker,
        name="cells",
        hoverlabel={"bgcolor": look.paper, "font": {"color": look.ink}, "align": "left"},
        hovertemplate=_hover(kernel, bias, carried=bool(windows.shape[1]), small=small) + "<extra></extra>",
    )


def _hover(kernel: np.ndarray, bias: float, *, carried: bool, small: bool) -> str:
    """The products of a cell as text, which the browser fills in with the pixels that the cell carries."""
    head = "row %{y}, column %{x}<br>"
    if not carried:
        return f"{head}%{{customdata[2]:.3g}}: click for its products"
    first, pixel, value = (3, ":.2f}", "customdata[2]") if small else (2, "}%", "marker.color")
    terms = [
        f"%{{customdata[{place}]{pixel}·({number_in_words(float(weight))})"
        for place, weight in enumerate(kernel.ravel(), start=first)
    ]
    wide = kernel.shape[2]
    lines = [" + ".join(terms[start : start + wide]) for start in range(0, len(terms), wide)]
    return f"{head}{' +<br>'.join(lines)} + {number_in_words(bias)}<br>= %{{{value}:.3g}}"
