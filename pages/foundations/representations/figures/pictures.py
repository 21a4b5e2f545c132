"""Digits as pictures in rows, on paper in ink, each row named at its left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, escape, figure, mixed

SIDE, STEP = 8, 9
"""A picture's side, and the distance from one to the next, in pixels of a digit."""


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
    pitch = STEP + (3 if noted else 0)
    wide = columns or max(len(strip.pictures) for strip in rows.values())
    ink = np.full((pitch * len(rows), STEP * wide), np.nan)
    holes, shapes, notes, middles = np.full_like(ink, np.nan), [], [], []
    for row, strip in enumerate(rows.values()):
        for column, picture in enumerate(strip.pictures[:wide]):
            top, left = pitch * row, STEP * column
            ink[top : top + SIDE, left : left + SIDE] = picture
            holes[top : top + SIDE, left : left + SIDE] = np.where(np.isnan(picture), 1.0, np.nan)
            middles.append((left + 3.5, top + 3.5))
            if strip.marks and strip.marks[column]:
                shapes.append(_frame(left, top, strip.marks[column]))
            if strip.notes:
                notes.append(_note(left, top, strip.notes[column], look))
    traces = [
        go.Heatmap(z=part.astype(np.float32), zmin=0, zmax=1, colorscale=scale, showscale=False, hoverinfo="skip")
        for part, scale in ((ink, [[0, look.faint], [1, look.ink]]), (holes, [[0, _hole(look)], [1, _hole(look)]]))
    ]
    if values:
        x, y = zip(*middles, strict=True)
        traces.append(
            go.Scatter(
                x=x,
                y=y,
                mode="markers",
                marker={"size": 30, "opacity": 0.0, "symbol": "square"},
                customdata=list(values),
                hovertemplate="%{customdata[1]}<extra></extra>",
                showlegend=False,
            )
        )
    names = [escape(name) for name in rows]
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        shapes=shapes,
        annotations=notes,
        xaxis={"visible": False, "range": [-1, STEP * wide], "constrain": "domain"},
        yaxis={
            "tickvals": [pitch * row + 3.5 for row in range(len(rows))],
            "ticktext": names,
            "range": [pitch * len(rows) - 0.5, -1],
            "showgrid": False,
            "scaleanchor": "x",
            "constrain": "domain",
            "ticks": "",
        },
    )


def _hole(look: Look) -> str:
    return mixed(look.role("target"), look.paper, 0.5)


def _frame(left: int, top: int, color: str) -> dict[str, Any]:
    place = {"x0": left - 0.9, "x1": left + 7.9, "y0": top - 0.9, "y1": top + 7.9}
    return {"type": "rect", **place, "line": {"color": color, "width": 2.5}}


def _note(left: int, top: int, words: str, look: Look) -> dict[str, Any]:
    place = {"x": left + 3.5, "y": top + 8.0, "yanchor": "top", "showarrow": False}
    return {**place, "text": escape(words), "font": {"color": look.quiet, "size": look.size - 1}}
