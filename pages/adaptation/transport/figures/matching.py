"""The main figure of the transport page: two clouds, the mass that moves between them, and the plan with its sums.

Traces and layout are gathered first and handed over at once: plotly checks a figure each time it is changed, which at
six axes and a dozen changes would cost more than solving the problem.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.figures.kept import kept
from components.theme import MAGNITUDE, TITLE_ROOM, Look, figure
from core.transport import Sample, fair_sample, moves_of
from pages.adaptation.transport.figures.board import SIDES, Board, cells, own_points
from pages.adaptation.transport.figures.compact import compact
from pages.adaptation.transport.figures.moves import dots, plane

MAX_LINES = 1500
"""More lines of a dense plan cannot be told apart; a fair sample of its mass is drawn."""

FULL_LINES = 200
"""More lines than that are drawn fainter, all alike, so that they do not close to one gray."""

STRONGEST = 2.1, 0.75
"""Width and opacity of the heaviest move; of a lighter one their product is smaller by the ratio of the masses."""

HALVINGS = 7
"""Steps of strength, each for half the mass of the one before."""

MAX_CELLS = 150
"""A larger plan is drawn in blocks of points."""

UNTOUCHED = {"hoverinfo": "skip", "hovertemplate": None, "unselected": {"marker": {"opacity": 1}}}
"""A cloud that lies over a board: a click goes through it."""

ACROSS = {"clouds": [0.0, 0.55], "plan": [0.61, 0.95], "sums": [0.957, 1.0]}
UPWARD = {"plan": [0.2, 0.88], "sums": [0.9, 1.0]}
ROOM_BELOW = 0.27
"""Where the plan begins on a projector, whose larger type needs more room for the names of axis and color bar."""
NOTE_LINES = 2.6
"""Room above the plan for the two lines of words on its bars and lines, in sizes of type."""


@kept
def matching(
    source: np.ndarray,
    target: np.ndarray,
    plan: np.ndarray | None,
    *,
    look: Look,
    title: str,
    weights: tuple[np.ndarray, np.ndarray],
    bars: tuple[Sequence[str] | Sequence[float], np.ndarray] | None = None,
    sides: tuple[str, str] = ("", ""),
    apart: float = 0.0,
    board: Board | None = None,
    height: int | None = None,
) -> go.Figure:
    """Two clouds with what moves between them, and the plan as a matrix beside them, with its sums.

    Args:
        source, target: [point d]; the first two features are drawn.
        plan: [source target], or None where the method has none.
        weights: the masses of both sides, for the size of the points and beside the sums.
        bars: names or middles, and values, drawn at the right where there is no plan. sides: the titles of their axes.
        apart: how far the target is drawn to the right, for spaces that share no axes.
        board: where points may be set; the clouds' axes hold it whole, and keep their range under the mouse.
        height: pixels; None for a main figure's.
    """
    x, y = plane(source), plane(target + np.append(apart, np.zeros(target.shape[1] - 1)))
    traces: list[Any] = [] if board is None else [cells(board, look)]
    layout = _clouds_layout(x, y, board, look)
    if apart:
        layout["xaxis"]["title"]["text"] = f"feature 1; the target is drawn {apart:.3g} to the right"
    if plan is not None:
        finite = np.nan_to_num(plan)
        order = np.argsort(x[:, 0]), np.argsort(y[:, 0])
        traces += _moves(x, y, finite, look)
        traces.append(_cells(finite[order[0]][:, order[1]], look))
        traces += _sums(finite, order, weights, look)
        layout |= _plan_layout(finite, weights, look)
    elif bars is not None:
        values = compact(bars[1], of=float(np.abs(bars[1]).max()))
        traces.append(go.Bar(x=list(bars[0]), y=values, marker_color=look.role("mass"), xaxis="x2", yaxis="y2"))
        layout["xaxis2"] = {"domain": [0.62, 1.0], "anchor": "y2", "title": {"text": sides[0]}}
        layout["yaxis2"] = {"anchor": "x2", "title": {"text": sides[1]}}
    clouds = ((x, weights[0], "source"), (y, weights[1], "target"))
    traces += [dots(points, mass, side, look) for points, mass, side in clouds if len(points)]
    if board is not None:
        for trace in traces:
            if trace.name in SIDES:
                trace.update(UNTOUCHED)
        traces += own_points(board)
    layout["annotations"] = _names(x, y, look) + layout.get("annotations", [])
    return figure(look, title=title, height=height, traces=traces, **({"showlegend": False, "bargap": 0.1} | layout))


def _clouds_layout(x: np.ndarray, y: np.ndarray, board: Board | None, look: Look) -> dict[str, Any]:
    """The axes of the clouds; a board keeps its place, whether or not a plan stands beside it."""
    both = np.concatenate([x, y] if board is None else [x, y, board.places])
    low, high = both.min(axis=0), both.max(axis=0)
    pad = (0.12 if board is None else 0.03) * float((high - low).max() or 1.0)
    ranges = [[float(low[k]) - pad, float(high[k]) + pad] for k in (0, 1)]
    fixed = {"fixedrange": board is not None}
    room = {} if board is None else {"margin": _margin(look)}
    return room | {
        "xaxis": {"domain": ACROSS["clouds"], "title": {"text": "feature 1"}, "range": ranges[0]} | fixed,
        "yaxis": {"title": {"text": "feature 2"}, "range": ranges[1], "scaleanchor": "x"} | fixed,
    }


def _margin(look: Look) -> dict[str, int]:
    return {"t": TITLE_ROOM + round(NOTE_LINES * look.size)}


def drawn_moves(plan: np.ndarray) -> tuple[np.ndarray, np.ndarray, Sample]:
    """The rows and columns of the moves that are drawn, and how they were chosen among all."""
    i, j = moves_of(plan)
    chosen = fair_sample(plan[i, j], MAX_LINES)
    return i[chosen.places], j[chosen.places], chosen


def _moves(x: np.ndarray, y: np.ndarray, plan: np.ndarray, look: Look) -> list[go.Scatter]:
    """One line per move, its ink after its mass; a trace for each step of strength keeps them a handful."""
    if not plan.any():
        return []
    i, j, chosen = drawn_moves(plan)
    ratio = chosen.marks / chosen.marks.max()
    steps = np.rint(-np.log2(ratio)).clip(max=HALVINGS - 1).astype(np.int64)
    crowd = min(1.0, float(np.sqrt(FULL_LINES / len(i))))
    traces = []
    for step in np.unique(steps)[::-1]:
        these = steps == step
        gap = np.full(int(these.sum()), np.nan, dtype=np.float32)
        lines = [np.column_stack([x[i[these], k], y[j[these], k], gap]).ravel() for k in (0, 1)]
        width = 0.6 + (STRONGEST[0] - 0.6) * 2.0 ** (-0.5 * step)
        faint = crowd * STRONGEST[0] * STRONGEST[1] * 2.0**-step / width
        style = {"color": look.role("mass"), "width": width}
        traces.append(go.Scatter(x=lines[0], y=lines[1], mode="lines", line=style, opacity=faint, hoverinfo="skip"))
    return traces


def _cells(ordered: np.ndarray, look: Look) -> go.Heatmap:
    drawn = blocks(ordered, MAX_CELLS)
    top = float(drawn.max(initial=0.0)) or 1.0
    return go.Heatmap(
        z=compact(drawn, of=top),
        colorscale=MAGNITUDE,
        zmin=0,
        zmax=top,
        colorbar={
            "title": {"text": "mass", "side": "top", "font": {"color": look.quiet, "size": look.size}},
            "orientation": "h",
            "tickangle": 0,
            "thickness": 10,
            "outlinewidth": 0,
            "tickvals": [0, top / 2, top],
            "ticktext": [f"{value:.2g}" for value in (0, top / 2, top)],
            "tickfont": {"color": look.quiet, "size": look.size - 1},
            "x": ACROSS["plan"][0],
            "xanchor": "left",
            "xpad": 0,
            "len": ACROSS["plan"][1] - ACROSS["plan"][0],
            "y": 0,
            "yanchor": "bottom",
            "ypad": 0,
        },
        hovertemplate="source %{y}, target %{x}, counted from the left<br>mass %{z:.3g}<extra></extra>",
        xaxis="x2",
        yaxis="y2",
    )


def blocks(matrix: np.ndarray, most: int) -> np.ndarray:
    """The matrix, summed over blocks of neighboring rows and columns so that no side has more than `most`.

    All blocks are of one size but for the last, which takes the rest: equal masses stay an even line.
    """
    for axis in (0, 1):
        count = matrix.shape[axis]
        if count > most:
            matrix = np.add.reduceat(matrix, np.arange(0, count, -(-count // most)), axis=axis)
    return matrix


def _sums(
    plan: np.ndarray,
    order: tuple[np.ndarray, np.ndarray],
    weights: tuple[np.ndarray, np.ndarray],
    look: Look,
) -> list[go.Bar | go.Scatter]:
    """What each row sends and each column gets as bars, and what they should as a line in their color."""
    traces: list[go.Bar | go.Scatter] = []
    for side, role in enumerate(("source", "target")):
        got, due = (
            blocks(values[order[side]][None], MAX_CELLS)[0] for values in (plan.sum(axis=1 - side), weights[side])
        )
        along, edges = np.arange(len(got)), np.arange(-1, len(got) + 1).clip(-0.5, len(got) - 0.5)
        axes = {"xaxis": "x4", "yaxis": "y4"} if role == "source" else {"xaxis": "x3", "yaxis": "y3"}
        got, due = (compact(values, of=float(weights[side].max())) for values in (got, due))
        bar = {"x": got, "y": along, "orientation": "h"} if role == "source" else {"x": along, "y": got}
        due = np.pad(due, 1, mode="edge")
        line = {"x": due, "y": edges} if role == "source" else {"x": edges, "y": due}
        tip = f"{role} %{{{'y' if role == 'source' else 'x'}}}: its sum in the plan<extra></extra>"
        fill = {"color": look.role("mass"), "line": {"width": 0}}
        style = {"color": look.role(role), "width": 2}
        traces += [
            go.Bar(**bar, **axes, marker=fill, hovertemplate=tip),
            go.Scatter(**line, **axes, mode="lines", line=style, hoverinfo="skip"),
        ]
    return traces


def _plan_layout(plan: np.ndarray, weights: tuple[np.ndarray, np.ndarray], look: Look) -> dict[str, Any]:
    """The axes of the plan, and those of its sums, which share its rows and columns."""
    high, wide = (len(blocks(np.empty((1, side)), MAX_CELLS)[0]) - 0.5 for side in plan.shape)
    tops = [
        1.15 * float(max(blocks(v[None], MAX_CELLS).max(initial=0) for v in (plan.sum(axis=1 - side), weights[side])))
        for side in (0, 1)
    ]
    shared = {"showgrid": False, "showticklabels": False, "ticks": ""}
    upward = [ROOM_BELOW if look.presenter else UPWARD["plan"][0], UPWARD["plan"][1]]
    return {
        "bargap": 0,
        "margin": _margin(look),
        "xaxis2": shared
        | {"domain": ACROSS["plan"], "anchor": "y2", "range": [-0.5, wide]}
        | {"title": {"text": "target, from the left", "standoff": 2}},
        "yaxis2": shared
        | {"domain": upward, "anchor": "x2", "range": [high, -0.5]}
        | {"title": {"text": "source, from the left", "standoff": 2}},
        "xaxis3": {"domain": ACROSS["plan"], "anchor": "y3", "range": [-0.5, wide], "visible": False},
        "yaxis3": {"domain": UPWARD["sums"], "anchor": "x3", "range": [0, tops[1] or 1.0], "visible": False},
        "xaxis4": {"domain": ACROSS["sums"], "anchor": "y4", "range": [0, tops[0] or 1.0], "visible": False},
        "yaxis4": {"domain": upward, "anchor": "x4", "range": [high, -0.5], "visible": False},
        "annotations": [
            {
                "text": "bars: sums of the plan<br>lines: the masses",
                "x": ACROSS["plan"][0],
                "xref": "paper",
                "xanchor": "left",
                "xshift": -4,
                "y": 1.0,
                "yref": "paper",
                "yanchor": "bottom",
                "align": "left",
                "showarrow": False,
                "font": {"color": look.quiet, "size": look.size - 1},
            }
        ],
    }


def _names(x: np.ndarray, y: np.ndarray, look: Look) -> list[dict[str, Any]]:
    names = []
    for points, role, below in ((x, "source", False), (y, "target", True)):
        if not len(points):
            continue
        edge = points[np.argmin(points[:, 1]) if below else np.argmax(points[:, 1])]
        names.append(
            {
                "x": float(edge[0]),
                "y": float(edge[1]),
                "text": role,
                "showarrow": False,
                "yshift": -16 if below else 16,
                "font": {"color": look.word(look.role(role)), "size": look.size + 1},
                "bgcolor": look.paper,
            }
        )
    return names
