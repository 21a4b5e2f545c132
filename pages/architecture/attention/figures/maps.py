"""The attention of one head as a map, and its framed row beside it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.figures.kept import kept
from components.figures.tokens import token_names
from components.phrases import shorten
from components.theme import MAGNITUDE, MONO, TITLE_ROOM, Look, escape, figure

CLICKABLE = 64
"""Rows of click targets at most: more markers would outweigh the map. Up to so many tokens each cell has its own."""

BESIDE = 48
"""The same where maps stand side by side: three of them with more would be too much to send."""

CELLS = 128
"""Cells of a map in a row at most: more would be thinner than three pixels. Those of a longer text hold several."""

DIGITS = ".3~g"
"""How a cell's number is written where the mouse lies on it: three digits, also of one as small as 4e-8."""

ROOM = {"across": 24, "down": 25}
"""Token labels that fit on the sides of a main figure's map at a desk."""

BAR, SHORT = 280, 190
"""How long the scale above a map is, in pixels: where it is the main figure, and where it stands beside others."""

KEYS = 8
"""Keys of the framed row that are drawn as bars: the largest weights."""


def around(count: int, most: int = CLICKABLE) -> int:
    """Of how many queries and keys a click opens the largest: 1 where each cell has its own square.

    Args:
        count: tokens of the map.
        most: rows of squares at most.
    """
    return -(-count // most)


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
    cell: tuple[int, int] | None = None,
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
        cell: the query and key to frame, in a map that stands beside other figures: they alone are named on its sides.
    """
    block = -(-len(tokens) // CELLS)
    names, firsts = token_names(tokens)[::block], tokens[::block]
    count, row = len(names), None if query is None else query // block
    cells = pooled(weights, block)
    traces: list[go.Heatmap | go.Scatter | go.Bar] = [
        _cells(cells, names, top=top, label=label, block=block, root=root, bar=BAR if cell is None else SHORT)
    ]
    open_to_clicks = np.tri(len(tokens), dtype=bool) if causal else np.ones((len(tokens),) * 2, dtype=bool)
    traces.append(click_targets(weights, token_names(tokens), open_to_clicks, label=label, drawn=block))
    axes: dict[str, dict[str, object]] = {}
    if query is not None:
        keys = _largest(weights[query])
        traces.append(_row(weights[query], keys, tokens, look, label=label))
        axes = _row_axes(weights[query], keys, tokens, look, label=label)
    if cell is not None:
        down, across = (_lone(names, firsts, look, place // block) for place in cell)
    else:
        across, down = (_side(names, firsts, look, way, through=row) for way in ("across", "down"))
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        shapes=_covers(count, row, None if cell is None else (cell[0] // block, cell[1] // block), look, causal=causal),
        annotations=[_masked(look)] if causal and count > 1 and cell is None else [],
        showlegend=False,
        margin={"t": TITLE_ROOM + round(3.8 * look.size)},
        **_square(count, across, down, per_cell="" if block == 1 else f", {block} in a cell", shared=bool(axes)),
        **axes,
    )


def _covers(
    count: int, row: int | None, cell: tuple[int, int] | None, look: Look, *, causal: bool
) -> list[dict[str, Any]]:
    """What lies on the map: paper over the future, and the frames of a row and of a cell."""
    shapes = [_area(look.paper, type="path", path=_staircase(count))] if causal else []
    if row is not None:
        end = row + 0.5 if causal else count - 0.5
        shapes.append(outline(look.role("query"), 2, (-0.5, end), (row - 0.5, row + 0.5)))
    if cell is not None:
        shapes += _framed(*cell, count, look, causal=causal)
    return shapes


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


def _framed(row: int, column: int, count: int, look: Look, *, causal: bool) -> list[dict[str, object]]:
    """The row of a query, and in it the cell of a key."""
    end = row + 0.5 if causal else count - 0.5
    down = (row - 0.5, row + 0.5)
    return [
        outline(look.role("query"), 1, (-0.5, end), down),
        outline(look.role("key"), 3, (column - 0.5, column + 0.5), down),
    ]


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


def _lone(names: Sequence[str], tokens: Sequence[str], look: Look, place: int) -> dict[str, object]:
    """One token alone at one side of a map."""
    return {
        "tickmode": "array",
        "tickvals": [names[place]],
        "ticktext": [escape(shorten(tokens[place]))],
        "tickfont": {"family": MONO, "size": look.size - 1},
        "tickangle": 0,
    }


def _cells(
    weights: np.ndarray, names: Sequence[str], *, top: float, label: str, block: int, root: bool, bar: int
) -> go.Heatmap:
    even = [0, 0.25, 0.5, 0.75, 1] if bar == BAR else [0, 0.5, 1]
    marks = top * np.array([0, 0.01, 0.05, 0.2, 0.5, 1] if root else even)
    scale = {
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
        "len": bar,
        "tickvals": np.sqrt(marks) if root else marks,
        "ticktext": [f"{mark:.2g}" for mark in marks],
    }
    shown = np.sqrt(weights) if root else weights
    value = f"%{{{'customdata' if root else 'z'}:{DIGITS}}}"
    several = f"the largest of {block} × {block}: " if block > 1 else ""
    return go.Heatmap(
        z=shown.astype(np.float32),
        customdata=weights.astype(np.float32) if root else None,
        x=names,
        y=names,
        zmin=0,
        zmax=np.sqrt(top) if root else top,
        colorscale=MAGNITUDE,
        colorbar=scale,
        hoverongaps=False,
        hovertemplate=f"query %{{y}}<br>key %{{x}}<br>{label} {several}{value}<extra></extra>",
    )


def click_targets(
    weights: np.ndarray,
    names: Sequence[str],
    allowed: np.ndarray,
    *,
    label: str,
    most: int = CLICKABLE,
    drawn: int = 1,
) -> go.Scatter:
    """Invisible squares over the cells, since a heat map reports no clicks. They carry query, key and weight.

    Args:
        weights: [query key], or other numbers; of several cells a click opens the one farthest from 0.
        names: of the rows and columns.
        allowed: [query key], where a click opens something.
        label: what the numbers are.
        most: rows of squares at most; of a longer text each square lies on the largest weight of several cells.
        drawn: queries and keys in one cell of the map, which is named for its first ones.
    """
    block = around(len(names), most)
    query, key = _largest_cells(np.where(allowed, np.abs(np.nan_to_num(weights)), -np.inf), block)
    words = np.array(names, dtype=object)
    return go.Scatter(
        x=words[key // drawn * drawn],
        y=words[query // drawn * drawn],
        mode="markers",
        customdata=np.stack([query, key, weights[query, key]], axis=1).astype(np.float32),
        marker={"symbol": "square", "size": max(6, 330 * block // len(names)), "opacity": 0},
        hovertemplate=f"query %{{y}}<br>key %{{x}}<br>{label} %{{customdata[2]:{DIGITS}}}<extra></extra>",
        showlegend=False,
    )


def _largest_cells(weights: np.ndarray, block: int) -> tuple[np.ndarray, np.ndarray]:
    """The query and key of the largest weight of each block by block cells; -inf where there is none to choose."""
    if block == 1:
        every_query, every_key = np.nonzero(np.isfinite(weights))
        return every_query, every_key
    count = len(weights)
    side = -(-count // block)
    padded = np.pad(weights, (0, side * block - count), constant_values=-np.inf)
    cells = padded.reshape(side, block, side, block).swapaxes(1, 2).reshape(side, side, -1)
    row, column = np.nonzero(np.isfinite(cells.max(axis=-1)))
    down, across = np.divmod(cells.argmax(axis=-1)[row, column], block)
    return row * block + down, column * block + across


def _staircase(count: int) -> str:
    """The cells above the diagonal as one path."""
    corners = "".join(f"L{place + 0.5},{place - 0.5}L{place + 0.5},{place + 0.5}" for place in range(count - 1))
    return f"M0.5,-0.5{corners}L{count - 0.5},{count - 1.5}L{count - 0.5},-0.5Z"
