"""Both averages of shapes in large, the one under W2 and all laid over each other, and the shapes in small."""

from collections.abc import Sequence
from functools import lru_cache

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
def averages(
    clouds: Sequence[np.ndarray],
    weights: np.ndarray,
    points: np.ndarray,
    masses: np.ndarray,
    *,
    look: Look,
    height: int,
) -> go.Figure:
    """Both averages side by side: under W2, and all shapes laid over each other.

    Args:
        clouds: of each shape [point 2], with `weights`, [shape].
        points, masses: of the average under W2, [point 2] and [point].
    """
    laid = sum(weight * one for weight, one in zip(weights, _alone(clouds), strict=True))
    pictures = [picture(points, masses), np.asarray(laid)]
    words = ["average under W₂", "laid over each other"]
    return _drawn(pictures, words, _LARGE, _darkest(clouds, points, masses), look=look, height=height)


@kept
def shapes(
    clouds: Sequence[np.ndarray],
    names: Sequence[str],
    weights: np.ndarray,
    points: np.ndarray,
    masses: np.ndarray,
    *,
    look: Look,
    height: int,
) -> go.Figure:
    """The shapes in small, two in a column, each with its weight above it, in the scale of `averages`.

    Args:
        clouds, weights, points, masses: as there. names: of the shapes.
    """
    words = [f"{name}: {weight:.0%}" for name, weight in zip(names, weights, strict=True)]
    places = [_small(number, len(clouds)) for number in range(len(clouds))]
    darkest = _darkest(clouds, points, masses)
    return _drawn(_alone(clouds), words, places, darkest, look=look, height=height)


def _alone(clouds: Sequence[np.ndarray]) -> list[np.ndarray]:
    return [_shape(np.ascontiguousarray(cloud, np.float64).tobytes()) for cloud in clouds]


@lru_cache(maxsize=16)
def _shape(points: bytes) -> np.ndarray:
    """The picture of a shape, from the bytes of its points: both figures need it, and so does each of their weights."""
    cloud = np.frombuffer(points).reshape(-1, 2)
    drawn = picture(cloud, np.full(len(cloud), 1 / len(cloud)))
    drawn.flags.writeable = False
    return drawn


def _darkest(clouds: Sequence[np.ndarray], points: np.ndarray, masses: np.ndarray) -> float:
    """The end of the scale that both figures share: no picture that is laid over others is darker than all of them."""
    return max(float(one.max()) for one in [*_alone(clouds), picture(points, masses)])


def _drawn(
    pictures: Sequence[np.ndarray],
    words: Sequence[str],
    places: Sequence[tuple[Span, Span]],
    darkest: float,
    *,
    look: Look,
    height: int,
) -> go.Figure:
    """Pictures in their places with words above them."""
    layout: dict[str, object] = {
        "annotations": [above(text, *place) for text, place in zip(words, places, strict=True)]
    }
    traces = []
    for number, (one, place) in enumerate(zip(pictures, places, strict=True), 1):
        end = "" if number == 1 else str(number)
        traces.append(_heat(one, darkest, end, look))
        layout |= _axes(end, *place)
    return figure(look, title="", height=height, traces=traces, showlegend=False, **layout)


_BARE = {"showgrid": False, "zeroline": False, "showticklabels": False, "ticks": "", "constrain": "domain"}
_LARGE = (((0.0, 0.49), (0.0, 0.93)), ((0.51, 1.0), (0.0, 0.93)))


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
    wide = (0.0, 1.0) if count <= 2 else (0.52 * column, 0.52 * column + 0.48)
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
