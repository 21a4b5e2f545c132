"""Shapes in small, and both of their averages in large: the one under W2, and all laid over each other."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from components.figures.kept import kept
from components.theme import Look, figure
from pages.adaptation.transport.figures.above import above

Span = tuple[float, float]
"""Where something begins and ends, as shares of the paper."""

CELLS = 64
"""Rows and columns of each picture."""

REACH = 2.7
"""The pictures go from -REACH to REACH, across and up."""

BLUR = 0.11
"""How far a point is spread in the pictures, one standard deviation."""


def picture(points: np.ndarray, masses: np.ndarray) -> np.ndarray:
    """[row column], the mass of points as a picture, each spread by a Gaussian; rows from below.

    Args:
        points: [point 2]. masses: [point].
    """
    centers = (np.arange(CELLS) + 0.5) / CELLS * 2 * REACH - REACH
    across, up = (np.exp(-((centers[:, None] - points[:, axis]) ** 2) / (2 * BLUR**2)) for axis in (0, 1))
    return np.asarray(((up * masses) @ across.T).astype(np.float32))


@kept
def average(
    clouds: Sequence[np.ndarray],
    names: Sequence[str],
    weights: np.ndarray,
    points: np.ndarray,
    masses: np.ndarray,
    *,
    look: Look,
    title: str,
    height: int,
) -> go.Figure:
    """The shapes, one below the other in two columns, and beside them both averages, all in one scale.

    Args:
        clouds: of each shape [point 2], with `names` and `weights`, [shape].
        points, masses: of the average under W2, [point 2] and [point].
    """
    alone = [picture(cloud, np.full(len(cloud), 1 / len(cloud))) for cloud in clouds]
    laid = sum(weight * one for weight, one in zip(weights, alone, strict=True))
    small = [f"{name}: {weight:.0%}" for name, weight in zip(names, weights, strict=True)]
    pictures = [*alone, picture(points, masses), np.asarray(laid)]
    places = [*(_small(number, len(alone)) for number in range(len(alone))), *_LARGE]
    words = [*small, "average under W₂", "laid over each other"]
    layout: dict[str, object] = {
        "annotations": [above(text, *place) for text, place in zip(words, places, strict=True)]
    }
    traces, most = [], max(float(one.max()) for one in pictures)
    for number, (one, place) in enumerate(zip(pictures, places, strict=True), 1):
        end = "" if number == 1 else str(number)
        traces.append(_heat(one, most, end, look))
        layout |= _axes(end, *place)
    return figure(look, title=title, height=height, traces=traces, showlegend=False, **layout)


_BARE = {"showgrid": False, "zeroline": False, "showticklabels": False, "ticks": "", "constrain": "domain"}
_LARGE = (((0.32, 0.65), (0.0, 0.93)), ((0.67, 1.0), (0.0, 0.93)))


def _axes(end: str, across: Span, up: Span) -> dict[str, object]:
    """The axes of a picture, square and bare; `end` is the number that ends their names."""
    bare = {**_BARE, "range": [-REACH, REACH]}
    return {
        f"xaxis{end}": {**bare, "domain": across, "anchor": f"y{end}"},
        f"yaxis{end}": {**bare, "domain": up, "anchor": f"x{end}", "scaleanchor": f"x{end}"},
    }


def _small(number: int, count: int) -> tuple[Span, Span]:
    """The place of a shape, across and up: two in a column where there are more than two."""
    row, column = number % 2, number // 2
    wide = (0.0, 0.3) if count <= 2 else (0.155 * column, 0.155 * column + 0.145)
    return wide, (0.53, 0.93) if row == 0 else (0.0, 0.4)


def _heat(one: np.ndarray, most: float, end: str, look: Look) -> go.Heatmap:
    step = 2 * REACH / CELLS
    return go.Heatmap(
        z=one,
        x0=-REACH + step / 2,
        dx=step,
        y0=-REACH + step / 2,
        dy=step,
        zmin=0,
        zmax=most,
        colorscale=[[0, look.paper], [1, look.role("source")]],
        showscale=False,
        hoverinfo="skip",
        xaxis=f"x{end}",
        yaxis=f"y{end}",
    )
