"""The attention of one head as a map, and its framed row beside it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.figures.kept import kept
from components.figures.tokens import token_names
from components.phrases import shorten
from components.theme import MAGNITUDE, MONO, Look, escape, figure

CLICKABLE_TOKENS = 64
"""Up to this length every cell of a map can be clicked; above it the markers would outweigh the map."""

CELLS = 128
"""Cells of a map in a row at most: more would be thinner than three pixels. Those of a longer text hold several."""

ROOM = {"across": 24, "down": 25}
"""Token labels that fit on the sides of a main figure's map at a desk."""

KEYS = 8
"""Keys of the framed row that are drawn as bars: the largest weights."""


def pooled(weights: np.ndarray, block: int) -> np.ndarray:
    """Each block of queries and keys as one cell, with the largest weight in it, so that a lone bright one is kept.

    Args:
        weights: [... query key]; NaN counts as 0 where a block is larger than one cell.
        block: queries and keys in one cell.
    """
    if block == 1:
        return weights
    count = weights.shape[-1]
    side = -(-count // block)
    wide = [(0, 0)] * (weights.ndim - 2) + [(0, side * block - count)] * 2
    padded = np.pad(np.nan_to_num(weights), wide)
    cells: np.ndarray = padded.reshape(*weights.shape[:-2], side, block, side, block).max(axis=(-3, -1))
    return cells


@kept
def heat_map(
    weights: np.ndarray,
    tokens: Sequence[str],
    *,
    look: Look,
    title: str,
    causal: bool,
    top: float = 1.0,
    query: int | None = None,
    label: str = "weight",
    height: int | None = 520,
    root: bool = False,
) -> go.Figure:
    """One head's map: queries down, keys across; of a long text each cell is the largest weight of several.

    Beside the map stand the largest weights of the framed row, where there is one.

    Args:
        weights: [query, key]; NaN cells stay empty.
        tokens: readable tokens, one per row and column.
        causal: cover the future with paper, since the mask forbids it.
        top: the weight that gets the brightest color.
        query: the row to frame and to draw beside the map, if any.
        root: color by the square root of the weight.
    """
    block = -(-len(tokens) // CELLS)
    names, firsts = token_names(tokens)[::block], tokens[::block]
    count, row = len(names), None if query is None else query // block
    cells = pooled(weights, block)
    traces: list[go.Heatmap | go.Scatter | go.Bar] = [
        _cells(cells, names, top=top, label=label, block=block, root=root)
    ]
    if len(tokens) <= CLICKABLE_TOKENS:
        traces.append(_click_targets(weights, tokens, causal=causal))
    shapes = []
    if causal:
        shapes.append(_area(look.paper, type="path", path=_staircase(count)))
    axes: dict[str, dict[str, object]] = {}
    if query is not None and row is not None:
        end = row + 0.5 if causal else count - 0.5
        shapes.append(outline(look.role("query"), 2, (-0.5, end), (row - 0.5, row + 0.5)))
        keys = _largest(weights[query])
        traces.append(_row(weights[query], keys, tokens, look, label=label))
        axes = _row_axes(weights[query], keys, tokens, look, label=label)
    across, down = (_side(names, firsts, look, way, through=row) for way in ("across", "down"))
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        shapes=shapes,
        annotations=[_masked(look)] if causal and count > 1 else [],
        showlegend=False,
        **_square(count, across, down, per_cell="" if block == 1 else f", {block} in a cell", shared=bool(axes)),
        **axes,
    )


def _square(
    count: int, across: dict[str, Any], down: dict[str, Any], *, per_cell: str, shared: bool
) -> dict[str, dict[str, object]]:
    """The axes of the map, square at the left of its room, however wide the screen.

    Args:
        shared: a row stands beside the map.
    """
    return {
        "xaxis": {
            "title": {"text": f"key (looked at){per_cell}"},
            "showgrid": False,
            "range": [-0.5, count - 0.5],
            "domain": [0, 0.44] if shared else [0, 1],
            "constrain": "domain",
            "constraintoward": "left",
            **across,
        },
        "yaxis": {
            "title": {"text": f"query (looking){per_cell}"},
            "showgrid": False,
            "range": [count - 0.5, -0.5],
            "scaleanchor": "x",
            "constrain": "domain",
            "constraintoward": "top",
            **down,
        },
    }


def _largest(weights: np.ndarray) -> list[int]:
    """The keys of the largest weights of a row, the largest first; none that two digits do not show, but the first."""
    weights = np.nan_to_num(weights)
    order = np.argsort(-weights, kind="stable")[:KEYS]
    return [int(key) for place, key in enumerate(order) if weights[key] >= (0.005 if place else np.finfo(float).tiny)]


def _row(weights: np.ndarray, keys: list[int], tokens: Sequence[str], look: Look, *, label: str) -> go.Bar:
    """The largest weights of one query as bars."""
    names = token_names(tokens)
    return go.Bar(
        x=weights[keys].astype(np.float32),
        y=[names[key] for key in keys],
        orientation="h",
        marker={"color": look.role("key")},
        text=[f"{weights[key]:.{2 if weights[key] >= 0.005 else 4}f}" for key in keys],
        textposition="outside",
        textfont={"family": MONO, "size": look.size - 1},
        cliponaxis=False,
        hovertemplate=f"key %{{y}}<br>{label} %{{x:.3f}}<extra></extra>",
        xaxis="x2",
        yaxis="y2",
    )


def _row_axes(
    weights: np.ndarray, keys: list[int], tokens: Sequence[str], look: Look, *, label: str
) -> dict[str, dict[str, object]]:
    names = token_names(tokens)
    most = float(weights[keys[0]]) if keys else 1.0
    labels = {names[key]: f"{key} {escape(shorten(tokens[key], 12))}" for key in keys}
    return {
        "xaxis2": {
            "domain": [0.65, 1],
            "anchor": "y2",
            "title": {"text": f"{label} in the framed row"},
            "range": [0, 1.2 * most],
            "nticks": 5,
        },
        "yaxis2": {
            "type": "category",
            "anchor": "x2",
            "title": {"text": f"key, by {label}"},
            "showgrid": False,
            "range": [KEYS - 0.5, -0.5],
            "labelalias": labels,
            "tickfont": {"family": MONO, "size": look.size - 1},
        },
    }


def _area(color: str, **place: object) -> dict[str, object]:
    return {"fillcolor": color, "line": {"width": 0}, "layer": "above", **place}


def outline(color: str, width: int, across: tuple[float, float], down: tuple[float, float]) -> dict[str, object]:
    """The outline of a rectangle over the cells."""
    ends = {"x0": across[0], "x1": across[1], "y0": down[0], "y1": down[1]}
    return {"type": "rect", **ends, "line": {"color": color, "width": width}, "layer": "above"}


def _masked(look: Look) -> dict[str, object]:
    """What the covered cells are, written into their corner."""
    place = {"x": 0.99, "y": 0.98, "xref": "x domain", "yref": "y domain", "xanchor": "right"}
    return {"text": "the future, masked", **place, "showarrow": False, "font": {"color": look.quiet}}


def _side(
    names: Sequence[str], tokens: Sequence[str], look: Look, side: str, *, through: int | None
) -> dict[str, object]:
    """As many tokens as have room at one side of a map, in type of full size, and the chosen one among them."""
    step = -(-len(tokens) * look.size // (13 * ROOM[side]))
    places = range((through or 0) % step, len(tokens), step)
    return {
        "tickmode": "array",
        "tickvals": [names[place] for place in places],
        "ticktext": [escape(shorten(tokens[place])) for place in places],
        "tickfont": {"family": MONO, "size": look.size - 1},
        "tickangle": -60 if side == "across" and len(tokens) > 8 else 0,
    }


def _cells(weights: np.ndarray, names: Sequence[str], *, top: float, label: str, block: int, root: bool) -> go.Heatmap:
    marks = top * np.array([0, 0.01, 0.05, 0.2, 0.5, 1] if root else [0, 0.25, 0.5, 0.75, 1])
    bar = {
        "title": {"text": label, "side": "right"},
        "thickness": 12,
        "outlinewidth": 0,
        # Above the map: beside it, it would stand far off where the screen is wide.
        "orientation": "h",
        "x": 0,
        "xanchor": "left",
        "xpad": 0,
        "y": 1,
        "yanchor": "bottom",
        "ypad": 0,
        "lenmode": "pixels",
        "len": 280,
        "tickvals": np.sqrt(marks) if root else marks,
        "ticktext": [f"{mark:.2g}" for mark in marks],
    }
    shown = np.sqrt(weights) if root else weights
    value = "%{customdata:.3f}" if root else "%{z:.3f}"
    several = f"the largest of {block} × {block}: " if block > 1 else ""
    return go.Heatmap(
        z=shown.astype(np.float32),
        customdata=weights.astype(np.float32) if root else None,
        x=names,
        y=names,
        zmin=0,
        zmax=np.sqrt(top) if root else top,
        colorscale=MAGNITUDE,
        colorbar=bar,
        hoverongaps=False,
        hovertemplate=f"query %{{y}}<br>key %{{x}}<br>weight {several}{value}<extra></extra>",
    )


def _click_targets(weights: np.ndarray, tokens: Sequence[str], *, causal: bool) -> go.Scatter:
    """Invisible squares over the cells, since a heat map reports no clicks. They carry query, key and weight."""
    count = len(tokens)
    query, key = np.tril_indices(count) if causal else np.indices((count, count)).reshape(2, -1)
    names = np.array(token_names(tokens), dtype=object)
    return go.Scatter(
        x=names[key],
        y=names[query],
        mode="markers",
        customdata=np.stack([query, key, weights[query, key]], axis=1).astype(np.float32),
        marker={"symbol": "square", "size": max(6, 330 // count), "opacity": 0},
        hovertemplate="query %{y}<br>key %{x}<br>weight %{customdata[2]:.3f}<extra></extra>",
        showlegend=False,
    )


def _staircase(count: int) -> str:
    """The cells above the diagonal as one path."""
    corners = "".join(f"L{place + 0.5},{place - 0.5}L{place + 0.5},{place + 0.5}" for place in range(count - 1))
    return f"M0.5,-0.5{corners}L{count - 0.5},{count - 1.5}L{count - 0.5},-0.5Z"
