"""A matrix with its entries written on their cells."""

import numpy as np
import plotly.graph_objects as go

from components.figures.fields import field, inks
from components.theme import Look

COUNTED = 8
"""Rows or columns of which each is numbered."""

LETTERS, SMALL = 12, 10
"""The letters of entries in pixels, and where there are too many columns for them."""


def entries(
    values: np.ndarray,
    *,
    look: Look,
    title: str,
    x_label: str,
    y_label: str,
    top: float,
    height: int,
    wide: int = COUNTED,
) -> go.Figure:
    """A matrix as a field, with each entry on its cell in black or white, whichever reads better there.

    Args:
        values: [row column]. top: the size of entry with the strongest color, above 0. height: pixels.
        wide: columns whose entries have room for letters of the usual size; of more they are small.
    """
    rows, columns = values.shape
    fig = field(values, look=look, title=title, x_label=x_label, y_label=y_label, label=title, top=top, height=height)
    fig.update_traces(showscale=False)
    row, column = np.indices(values.shape)
    fig.add_trace(
        go.Scatter(
            x=column.ravel(),
            y=row.ravel(),
            mode="text",
            text=[_written(value, _digits(values)) for value in values.ravel()],
            textfont={
                "size": SMALL if columns > wide else LETTERS,
                "color": inks(values / top / 2 + 0.5, look.diverging),
            },
            hoverinfo="skip",
            showlegend=False,
            name="entries",
        )
    )
    # Rows and columns are counted: a few of them must not be numbered by halves.
    fig.update_xaxes(dtick=1 if columns <= COUNTED else None)
    fig.update_yaxes(dtick=1 if rows <= COUNTED else None)
    return fig


def _digits(values: np.ndarray) -> int:
    """Decimals of the entries: none where all are whole but for rounding."""
    top = float(np.abs(values).max())
    return 0 if np.abs(values - values.round()).max() < 1e-9 * max(1.0, top) else 1


def _written(value: float, digits: int) -> str:
    """A number with so many decimals, a minus sign, and no sign before a zero."""
    return f"{value:z.{digits}f}".replace("-", "−")
