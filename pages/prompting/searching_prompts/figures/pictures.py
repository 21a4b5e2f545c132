"""Pictures of four colors in rows, each with a name below, some of them for clicking."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import CATEGORIES, Look, escape, figure
from core.prompting import SIDE

STEP = SIDE + 3
ROW = SIDE + 3


@dataclass(frozen=True, eq=False)
class Tile:
    """One picture.

    Args:
        picture: [12 12], colors 0 to 3. name: below it. parameter: what a click changes, "" for none.
        wrong: cells to be marked, [12 12] of booleans, or None. arrow: whether an arrow leads to the next.
    """

    picture: np.ndarray
    name: str
    parameter: str = ""
    wrong: np.ndarray | None = None
    arrow: bool = False


def paints(look: Look) -> list[str]:
    """The four colors, the background first."""
    return [look.faint, *CATEGORIES[:3]]


def tiles(rows: Sequence[Sequence[Tile]], *, look: Look, title: str, height: int) -> go.Figure:
    """Rows of pictures, the first at the top."""
    wide = max(map(len, rows))
    grid = np.full((ROW * len(rows), STEP * wide), np.nan)
    points: list[list[Any]] = []
    marks: list[tuple[int, int]] = []
    notes: list[dict[str, Any]] = []
    for row, line in enumerate(rows):
        for column, tile in enumerate(line):
            top, left = ROW * row, STEP * column
            grid[top : top + SIDE, left : left + SIDE] = tile.picture
            notes.append(_note(left + (SIDE - 1) / 2, top + SIDE - 0.4, tile.name, look, "top"))
            if tile.arrow:
                arrow = _note(left + SIDE + 1, top + SIDE / 2, "→", look, "middle")
                notes.append({**arrow, "font": {"color": look.ink, "size": 2 * look.size}})
            if tile.parameter:
                points += [[tile.parameter, y, x, left + x, top + y] for y in range(SIDE) for x in range(SIDE)]
            if tile.wrong is not None:
                marks += [(left + int(x), top + int(y)) for y, x in np.argwhere(tile.wrong)]
    return figure(
        look,
        title=title,
        height=height,
        traces=_traces(grid, points, marks, look),
        showlegend=False,
        annotations=notes,
        margin={"t": 40, "l": 4, "r": 4, "b": 4},
        xaxis={"visible": False, "range": [-1, STEP * wide - 2], "constrain": "domain"},
        yaxis={"visible": False, "range": [ROW * len(rows) - 0.5, -1], "scaleanchor": "x", "constrain": "domain"},
    )


def _traces(grid: np.ndarray, points: list[list[Any]], marks: list[tuple[int, int]], look: Look) -> list[Any]:
    colors = paints(look)
    scale = [[edge / 4, color] for place, color in enumerate(colors) for edge in (place, place + 1)]
    found: list[Any] = [
        go.Heatmap(
            z=grid.astype(np.float32),
            zmin=-0.5,
            zmax=3.5,
            colorscale=scale,
            showscale=False,
            xgap=1,
            ygap=1,
            hoverinfo="skip",
        )
    ]
    if marks:
        x, y = zip(*marks, strict=True)
        found.append(
            go.Scatter(
                x=x,
                y=y,
                mode="markers",
                marker={"symbol": "x-thin", "size": 9, "line": {"color": look.ink, "width": 2}},
                hovertemplate="another color was wanted<extra></extra>",
            )
        )
    if points:
        found.append(
            go.Scatter(
                x=[point[3] for point in points],
                y=[point[4] for point in points],
                mode="markers",
                marker={"size": 11, "opacity": 0.0, "symbol": "square"},
                customdata=[point[:3] for point in points],
                hovertemplate="row %{customdata[1]}, column %{customdata[2]}: click for the next color<extra></extra>",
            )
        )
    return found


def _note(x: float, y: float, words: str, look: Look, anchor: str) -> dict[str, Any]:
    place = {"x": x, "y": y, "yanchor": anchor, "showarrow": False}
    return {**place, "text": escape(words), "font": {"color": look.quiet, "size": look.size}}


def shares(names: Sequence[str], bars: dict[str, np.ndarray], *, look: Look, title: str, height: int) -> go.Figure:
    """Exact shares by operation, one dot a seed, and their mean as a bar.

    Args:
        names: of the operations. bars: series -> [seed operation]; the first is drawn as bars, others as open dots.
    """
    (first, values), *rest = bars.items()
    seeds, traces = len(values), []
    traces.append(
        go.Bar(
            y=list(names),
            x=values.mean(axis=0),
            orientation="h",
            marker={"color": look.role("draft")},
            name=first,
            hovertemplate="%{y}: %{x:.0%}<extra></extra>",
        )
    )
    traces.append(
        go.Scatter(
            y=list(names) * seeds,
            x=values.ravel(),
            mode="markers",
            marker={"color": look.ink, "size": 5},
            name="one training",
            hovertemplate="%{y}: %{x:.0%}<extra>one training</extra>",
        )
    )
    for name, others in rest:
        traces.append(
            go.Scatter(
                y=list(names),
                x=others.mean(axis=0),
                mode="markers",
                name=name,
                marker={"color": look.role("rejected"), "size": 9, "symbol": "diamond-open", "line": {"width": 2}},
                hovertemplate=f"%{{y}}: %{{x:.0%}}<extra>{name}</extra>",
            )
        )
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        margin={"t": 92 if look.presenter else 62, "r": 12},
        xaxis={"title": {"text": "tasks with every cell right"}, "tickformat": ".0%", "range": [0, 1.03]},
        # Each operation is named, also where a projector's type would leave room for every other one.
        yaxis={"autorange": "reversed", "showgrid": False, "dtick": 1, "tickfont": {"size": 13}},
    )
