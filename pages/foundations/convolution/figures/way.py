"""One digit on its way through the network: its maps, layer by layer, and the ten probabilities."""

import numpy as np
import plotly.graph_objects as go

from components.theme import Look
from core.convolution import Activity
from pages.foundations.convolution.figures.panes import Pane, mosaic

CELL = 0.012
"""Gap between maps, as a share of the figure."""


def way(seen: Activity, *, look: Look, title: str, height: int, drawn: bool) -> go.Figure:
    """The digit, the maps of both convolutions, and a bar for each digit.

    Args:
        seen: of one picture.
        drawn: whether the digit is a drawing, whose cells carry their row and column for a click.
    """
    panes = [Pane(seen.pictures[0], "digit: 8 × 8", "picture", box=(0.0, 0.18, 0.0, 1.0))]
    panes += _block(seen.first[0], 2, (0.22, 0.38), "conv 1: 8 × 8")
    panes += _block(seen.second[0], 4, (0.44, 0.75), "conv 2: 4 × 4")
    extra: list[go.Scatter | go.Bar] = [_bars(seen, look)]
    if drawn:
        extra.append(_targets())
    fig = mosaic(panes, look=look, title=title, height=height, extra=extra)
    return fig.update_layout(
        xaxis99={"domain": [0.83, 1.0], "anchor": "y99", "title": {"text": "probability"}, "range": [0, 1.02],
                 "nticks": 3, "showgrid": False},
        yaxis99={"domain": [0.0, 1.0], "anchor": "x99", "tickvals": list(range(10)), "range": [9.6, -0.6],
                 "showgrid": False},
    )  # fmt: skip


def _block(maps: np.ndarray, across: int, span: tuple[float, float], name: str) -> list[Pane]:
    """Maps in rows of `across`, the first of which carries the name of all."""
    rows = -(-len(maps) // across)
    wide, high = (span[1] - span[0]) / across, 1 / rows
    top = float(maps.max()) or 1.0
    return [
        Pane(
            values,
            name if place == 0 else "",
            "magnitude",
            top=top,
            box=(
                span[0] + place % across * wide,
                span[0] + (place % across + 1) * wide - CELL / 2,
                1 - (place // across + 1) * high + CELL,
                1 - place // across * high,
            ),
        )
        for place, values in enumerate(maps)
    ]


def _bars(seen: Activity, look: Look) -> go.Bar:
    said = int(seen.said[0])
    colors = [look.role("key") if digit == said else look.role("mass") for digit in range(10)]
    return go.Bar(
        x=seen.probs[0].astype(np.float32),
        y=np.arange(10),
        orientation="h",
        xaxis="x99",
        yaxis="y99",
        marker={"color": colors},
        name="probabilities",
        hovertemplate="digit %{y}: %{x:.3f}<extra></extra>",
    )


def _targets() -> go.Scatter:
    """Invisible squares over the cells of a drawing."""
    row, column = np.indices((8, 8)).reshape(2, -1)
    return go.Scatter(
        x=column,
        y=row,
        mode="markers",
        xaxis="x",
        yaxis="y",
        customdata=np.column_stack([row, column]).astype(np.float32),
        marker={"symbol": "square", "size": 20, "opacity": 0},
        name="cells",
        hovertemplate="row %{y}, column %{x}: click to turn it<extra></extra>",
    )
