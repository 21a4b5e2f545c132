"""Digits as pictures in rows, on paper in ink, each row named at its left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, escape, figure, mixed

SIDE, STEP = 8, 9
"""A picture's side, and the distance from one to the next, in pixels of a digit."""

NOTE, LARGE_NOTE = 3, 5
"""What the words below a row take, at a desk and on a projector, in pixels of a digit."""


@dataclass(frozen=True, eq=False)
class Strip:
    """A row of pictures.

    Args:
        pictures: [picture 8 8], 1 for ink; NaN is a hole.
        notes: words below each picture; none without them.
        marks: for each picture the color of its frame, or "" for none.
    """

    pictures: np.ndarray
    notes: Sequence[str] = ()
    marks: Sequence[str] = ()


def strips(
    rows: Mapping[str, Strip],
    *,
    look: Look,
    title: str,
    height: int,
    columns: int | None = None,
    values: Sequence[Sequence[Any]] = (),
) -> go.Figure:
    """Rows of digits, the first at the top.

    Args:
        rows: name -> pictures; a name is shown literally.
        columns: how many pictures wide the figure is; as many as the longest row has without it.
        values: custom data for each picture of all rows in turn, carried by a point in its middle, to be clicked.
    """
    noted = any(strip.notes for strip in rows.values())
    pitch = STEP + ((LARGE_NOTE if look.presenter else NOTE) if noted else 0)
    wide = columns or max(len(strip.pictures) for strip in rows.values())
    placed = [
        _Placed(pitch * row, STEP * column, strip, column)
        for row, strip in enumerate(rows.values())
        for column in range(len(strip.pictures[:wide]))
    ]
    ink = np.full((pitch * len(rows), STEP * wide), np.nan)
    for each in placed:
        ink[each.top : each.top + SIDE, each.left : each.left + SIDE] = each.strip.pictures[each.column]
    return figure(
        look,
        title=title,
        height=height,
        traces=[*_inked(ink, placed, look), *([_targets(placed, values)] if values else [])],
        shapes=[_frame(each) for each in placed if each.strip.marks and each.strip.marks[each.column]],
        annotations=[_note(each, look) for each in placed if each.strip.notes],
        xaxis={"visible": False, "range": [-1, STEP * wide], "constrain": "domain"},
        yaxis={
            "tickvals": [pitch * row + 3.5 for row in range(len(rows))],
            "ticktext": [escape(name) for name in rows],
            "range": [pitch * len(rows) - 0.5, -1],
            "showgrid": False,
            "scaleanchor": "x",
            "constrain": "domain",
            "ticks": "",
        },
    )


@dataclass(frozen=True, eq=False)
class _Placed:
    """A picture of a strip, and where its upper left corner lies."""

    top: int
    left: int
    strip: Strip
    column: int


def _inked(ink: np.ndarray, placed: Sequence[_Placed], look: Look) -> list[go.Heatmap]:
    """The pictures, and over them their holes; what lies between the pictures stays paper."""
    holes = np.full_like(ink, np.nan)
    for each in placed:
        cells = holes[each.top : each.top + SIDE, each.left : each.left + SIDE]
        cells[np.isnan(each.strip.pictures[each.column])] = 1.0
    hole = mixed(look.role("target"), look.paper, 0.5)
    return [
        go.Heatmap(z=part.astype(np.float32), zmin=0, zmax=1, colorscale=scale, showscale=False, hoverinfo="skip")
        for part, scale in ((ink, [[0, look.faint], [1, look.ink]]), (holes, [[0, hole], [1, hole]]))
    ]


def _targets(placed: Sequence[_Placed], values: Sequence[Sequence[Any]]) -> go.Scatter:
    """An invisible square over each picture, which carries its custom data."""
    return go.Scatter(
        x=[each.left + 3.5 for each in placed],
        y=[each.top + 3.5 for each in placed],
        mode="markers",
        marker={"size": 30, "opacity": 0.0, "symbol": "square"},
        customdata=list(values),
        hovertemplate="%{customdata[1]}<extra></extra>",
        showlegend=False,
    )


def _frame(each: _Placed) -> dict[str, Any]:
    place = {"x0": each.left - 0.9, "x1": each.left + 7.9, "y0": each.top - 0.9, "y1": each.top + 7.9}
    return {"type": "rect", **place, "line": {"color": each.strip.marks[each.column], "width": 2.5}}


def _note(each: _Placed, look: Look) -> dict[str, Any]:
    place = {"x": each.left + 3.5, "y": each.top + 8.0, "yanchor": "top", "showarrow": False}
    return {
        **place,
        "text": escape(each.strip.notes[each.column]),
        "font": {"color": look.quiet, "size": look.size - 1},
    }
