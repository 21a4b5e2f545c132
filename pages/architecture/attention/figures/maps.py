"""Figures of the attention page: arrays in, plotly figures out."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.figures.kept import kept
from components.figures.tokens import shorten, token_names, token_ticks
from components.theme import CATEGORIES, MAGNITUDE, MONO, Look, escape, figure

CLICKABLE_TOKENS = 64
"""Up to this length every cell of a map can be clicked; above it the markers would outweigh the map."""

CELLS = 128
"""Cells of a map in a row at most: more would be thinner than three pixels. Those of a longer text hold several."""

ROOM = {"across": 46, "down": 30}
"""Token labels that fit on the sides of a main figure at a desk."""


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

    Args:
        weights: [query, key]; NaN cells stay empty.
        tokens: readable tokens, one per row and column.
        causal: cover the future with paper, since the mask forbids it.
        top: the weight that gets the brightest color.
        query: the row to frame, if any.
        root: color by the square root of the weight.
    """
    block = -(-len(tokens) // CELLS)
    names, firsts = token_names(tokens)[::block], tokens[::block]
    count, row = len(names), None if query is None else query // block
    cells = pooled(weights, block)
    traces: list[go.Heatmap | go.Scatter] = [_cells(cells, names, top=top, label=label, block=block, root=root)]
    if len(tokens) <= CLICKABLE_TOKENS:
        traces.append(_click_targets(weights, tokens, causal=causal))
    shapes = []
    if causal:
        shapes.append(_area(look.paper, type="path", path=_staircase(count)))
    if row is not None:
        end = row + 0.5 if causal else count - 0.5
        shapes.append(outline(look.role("query"), 2, (-0.5, end), (row - 0.5, row + 0.5)))
    of_a_cell = "" if block == 1 else f", {block} in a cell"
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        shapes=shapes,
        annotations=[_masked(look)] if causal and count > 1 else [],
        xaxis={
            "title": {"text": f"key (looked at){of_a_cell}"},
            "showgrid": False,
            "range": [-0.5, count - 0.5],
            **_side(names, firsts, look, "across", through=row),
        },
        yaxis={
            "title": {"text": f"query (looking){of_a_cell}"},
            "showgrid": False,
            "range": [count - 0.5, -0.5],
            **_side(names, firsts, look, "down", through=row),
        },
    )


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
        "title": {"text": label, "side": "top"},
        "thickness": 12,
        "outlinewidth": 0,
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
        marker={"symbol": "square", "size": max(6, 460 // count), "opacity": 0},
        hovertemplate="query %{y}<br>key %{x}<br>weight %{customdata[2]:.3f}<extra></extra>",
        showlegend=False,
    )


def _staircase(count: int) -> str:
    """The cells above the diagonal as one path."""
    corners = "".join(f"L{place + 0.5},{place - 0.5}L{place + 0.5},{place + 0.5}" for place in range(count - 1))
    return f"M0.5,-0.5{corners}L{count - 0.5},{count - 1.5}L{count - 0.5},-0.5Z"


def arcs(
    tokens: Sequence[str],
    edges: tuple[np.ndarray, np.ndarray, np.ndarray],
    *,
    look: Look,
    title: str,
    query: int | None = None,
) -> go.Figure:
    """The strongest edges as arcs over the line of tokens: looking back above it, looking ahead below it.

    Args:
        edges: (query, key, weight) arrays, strongest first.
        query: edges of this token are drawn in its color, the others in gray.
    """
    fig = figure(look, title=title, height=420, showlegend=False)
    ours = edges[0] == query if query is not None else np.ones(len(edges[0]), dtype=bool)
    for chosen, color in ((~ours, look.role("mass")), (ours, look.role("query"))):
        _add_arcs(fig, [part[chosen] for part in edges], color)
    places = np.arange(len(tokens))
    fig.add_trace(
        go.Scatter(
            x=places,
            y=np.zeros(len(tokens)),
            mode="markers",
            customdata=places[:, None],
            marker={"size": 9, "color": [look.role("query") if p == query else look.ink for p in places]},
            text=[escape(token) for token in tokens],
            hovertemplate="%{x} %{text}<extra></extra>",
        )
    )
    fig.update_xaxes(
        title_text="token", showgrid=False, range=[-0.7, len(tokens) - 0.3], **token_ticks(tokens, look, 60)
    )
    fig.update_yaxes(visible=False, scaleanchor=None)
    return fig


def _add_arcs(fig: go.Figure, edges: Sequence[np.ndarray], color: str) -> None:
    """Adds one trace per step of line width, so that hundreds of arcs stay a handful of traces."""
    queries, keys, weights = edges
    widths = np.clip(np.ceil(weights * 6), 1, 6)
    turn = np.linspace(0, np.pi, 25)
    for width in np.unique(widths):
        these = widths == width
        center = (queries[these] + keys[these]) / 2
        reach = (queries[these] - keys[these]) / 2
        x = center[:, None] + np.abs(reach)[:, None] * np.cos(turn)
        y = reach[:, None] * np.sin(turn)
        loops = reach == 0
        x[loops] = center[loops, None] + 0.25 * np.sin(2 * turn)
        y[loops] = 0.5 * np.sin(turn)
        gap = np.full((len(center), 1), np.nan)
        fig.add_trace(
            go.Scatter(
                x=np.hstack([x, gap]).ravel().astype(np.float32),
                y=np.hstack([y, gap]).ravel().astype(np.float32),
                mode="lines",
                hoverinfo="skip",
                line={"color": color, "width": float(width)},
                opacity=0.35 + 0.1 * float(width),
            )
        )


STEP_ROWS = (
    ("raw", "score q·k", "key"),
    ("scaled", "÷ √d", "key"),
    ("weights", "softmax", "query"),
    ("weighted_value_norms", "‖weight × value‖", "value"),
)


def steps(
    rows: dict[str, np.ndarray],
    tokens: Sequence[str],
    *,
    masked: np.ndarray,
    look: Look,
    title: str,
    height: int = 560,
) -> go.Figure:
    """One query's way from scores to the values it takes, key by key, with the numbers.

    Args:
        rows: arrays [key] under the names in STEP_ROWS.
        masked: [key]; the keys that the query may not see, whose bars are gray.
    """
    rows_above_each_other = make_subplots(rows=len(STEP_ROWS), cols=1, shared_xaxes=True, vertical_spacing=0.06)
    fig = figure(look, title=title, height=height, base=rows_above_each_other, showlegend=False)
    places = np.arange(len(tokens))
    numbered = len(tokens) <= 32
    for place, (name, label, role) in enumerate(STEP_ROWS, start=1):
        fig.add_trace(
            go.Bar(
                x=places,
                y=rows[name].astype(np.float32),
                marker_color=np.where(masked, look.role("mass"), look.role(role)),
                marker_opacity=np.where(masked, 0.35, 1.0),
                customdata=[escape(token) for token in tokens],
                text=[f"{value:.2f}" for value in rows[name]] if numbered else None,
                textposition="outside",
                textfont={"family": MONO, "size": look.size - 3},
                cliponaxis=False,
                hovertemplate="key %{x} %{customdata}<br>" + label + " %{y:.4f}<extra></extra>",
            ),
            row=place,
            col=1,
        )
        fig.update_yaxes(title_text=label, row=place, col=1, nticks=4)
    fig.update_xaxes(showgrid=False, range=[-0.6, len(tokens) - 0.4])
    fig.update_xaxes(title_text="key (looked at)", row=len(STEP_ROWS), col=1, **token_ticks(tokens, look, 60))
    return fig


@kept
def token_losses(loss: np.ndarray, tokens: Sequence[str], *, look: Look, title: str, copies: int = 1) -> go.Figure:
    """The surprise at each token, given all before it: bars in nats.

    Args:
        loss: [token - 1]; entry i is the loss of token i + 1.
        copies: how often the text repeats itself; each copy is shaded apart and gets its mean.
    """
    fig = figure(look, title=title, height=360, showlegend=False, bargap=0.15)
    places = np.arange(1, len(tokens))
    bounds = np.linspace(0, len(tokens), copies + 1)
    which = np.searchsorted(bounds, places, side="right") - 1
    colors = [look.role("mass"), look.role("query"), *CATEGORIES]
    fig.add_trace(
        go.Bar(
            x=places,
            y=loss,
            marker_color=[colors[copy] for copy in which] if copies > 1 else look.role("query"),
            customdata=[escape(token) for token in tokens[1:]],
            hovertemplate="%{x} %{customdata}<br>loss %{y:.2f} nats<extra></extra>",
        )
    )
    for copy in range(copies):
        inside = which == copy
        if copies > 1 and inside.any():
            mean = float(loss[inside].mean())
            fig.add_shape(
                type="line",
                x0=places[inside][0] - 0.5,
                x1=places[inside][-1] + 0.5,
                y0=mean,
                y1=mean,
                line={"color": look.ink, "width": 1.5, "dash": "dot"},
            )
            fig.add_annotation(
                x=float(places[inside].mean()),
                y=mean,
                text=f"copy {copy + 1}: mean {mean:.2f}",
                showarrow=False,
                yshift=12,
                bgcolor=look.paper,
            )
    fig.update_xaxes(title_text="token", showgrid=False, **token_ticks(tokens, look, 60))
    fig.update_yaxes(title_text="loss (nats)")
    return fig
