"""Small matrices side by side, with every number written into its cell."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.figures.fields import inks
from components.theme import TITLE_ROOM, Look, escape, figure
from pages.architecture.attention_depth.figures.changes import written

ACROSS = 5
"""Matrices in a row."""

GAP, HEAD = 0.028, 0.13
"""Room between two matrices and above each, for its name, as parts of the figure."""

BARE: dict[str, object] = {"showgrid": False, "zeroline": False, "dtick": 1}


def matrices(parts: Mapping[str, np.ndarray], *, look: Look, title: str, height: int = 262) -> go.Figure:
    """Matrices in rows of ACROSS, each below its name and with colors of its own.

    Args:
        parts: name -> values; -inf is written as −∞ and stays empty.
    """
    rows = -(-len(parts) // ACROSS)
    axes: dict[str, dict[str, object]] = {}
    traces, names = [], []
    for place, (name, values) in enumerate(parts.items()):
        row, column = divmod(place, ACROSS)
        left, top = column / ACROSS, 1 - row / rows
        number = str(place + 1) if place else ""
        traces += [trace.update(xaxis=f"x{number}", yaxis=f"y{number}") for trace in _matrix(values, look)]
        across: dict[str, object] = {
            "domain": [left + GAP, left + 1 / ACROSS],
            "anchor": f"y{number}",
            "showticklabels": False,
        }
        down: dict[str, object] = {
            "domain": [top - 1 / rows + 0.01, top - HEAD],
            "anchor": f"x{number}",
            "autorange": "reversed",
        }
        axes |= {f"xaxis{number}": across | BARE, f"yaxis{number}": down | BARE}
        names.append(_named(name, left + GAP, top - HEAD, look))
    margin = {"l": 8, "r": 8, "b": 4, "t": TITLE_ROOM + 4}
    return figure(look, title=title, height=height, traces=traces, annotations=names, margin=margin, **axes)


def _named(name: str, x: float, y: float, look: Look) -> dict[str, object]:
    """The name of a matrix above it; x and y are parts of the figure."""
    place = {"x": x, "y": y, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom"}
    return {"text": escape(name), **place, "showarrow": False, "font": {"color": look.quiet, "size": look.size}}


def _matrix(values: np.ndarray, look: Look) -> tuple[Any, Any]:
    """The cells of one matrix, and the numbers in them."""
    finite = np.where(np.isfinite(values), values, np.nan)
    reach = (float(np.nanmax(np.abs(finite))) if np.isfinite(finite).any() else 1.0) or 1.0
    cells = go.Heatmap(
        z=finite.astype(np.float32),
        colorscale=look.diverging,
        zmin=-reach,
        zmax=reach,
        showscale=False,
        xgap=2,
        ygap=2,
        hoverinfo="skip",
    )
    words = ["−∞" if np.isneginf(cell) else f"{cell:.2f}" for cell in values.ravel()]
    readable = inks(np.nan_to_num(finite / reach / 2 + 0.5, nan=0.5), look.diverging)
    inked = [look.ink if word == "−∞" else ink for word, ink in zip(words, readable, strict=True)]
    # On a phone the cells are as wide as four such digits.
    return cells, written(words, list(range(values.shape[1])), inked, look.size - 3)
