"""What learning from a source first is worth, over how far the source lies from the target."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from components.figures.kept import kept
from components.theme import TITLE_ROOM, Look, figure

ROUND = tuple(digit * 10.0**power for power in range(-4, 4) for digit in (1, 2, 5))
"""Values that may stand at an axis of distances."""

PIXELS = np.array([290.0, 190.0])
"""Across and up the points of all sources, where the plot is smallest."""

LETTER, HIGH, RADIUS = 7.2, 16.0, 5.0
"""Pixels of a letter of a name across and up, and of a point with the room around it."""


@kept
def sources(
    names: Sequence[str],
    measured: np.ndarray,
    gain: np.ndarray,
    floor: float,
    *,
    measure: str,
    look: Look,
    height: int,
) -> go.Figure:
    """All sources, their gain over how far they lie from the target.

    Args:
        names: of the sources. measured, gain: [source seed]. floor: the measure between two draws of the target.
        measure: what is measured, in words.
    """
    return figure(
        look,
        title="",
        height=height,
        traces=[_sources(names, measured, gain, look)],
        showlegend=False,
        xaxis={**_distances([*measured.mean(axis=1), floor]), "title": {"text": f"{measure}, to the target"}},
        yaxis={**_LEVEL, "zerolinecolor": look.quiet, "title": {"text": "gain in accuracy"}},
        margin={"t": TITLE_ROOM + 28},
        shapes=[_floor(floor, look)],
        annotations=[_of_the_floor(floor, look)],
    )


@kept
def same_points(
    names: Sequence[str], gain: np.ndarray, same: Sequence[int], distance: np.ndarray, *, look: Look, height: int
) -> go.Figure:
    """The sources with the very same points, from the nearest by labels down to the farthest.

    Args:
        names: of the sources. gain, distance: [source seed], the last by the distance with labels.
        same: places of the sources with the same points.
    """
    rows = sorted(same, key=lambda at: -distance[at].mean())
    return figure(
        look,
        title="",
        height=height,
        traces=[_labels(rows, names, gain, look)],
        showlegend=False,
        xaxis={**_LEVEL, "zerolinecolor": look.quiet, "title": {"text": "gain in accuracy"}, "nticks": 4},
        yaxis={
            "tickvals": list(range(len(rows))),
            "ticktext": [f"{names[at]}, {distance[at].mean():.2f}" for at in rows],
            "range": [-0.6, len(rows) - 0.4],
        },
        annotations=[_HEADING],
        margin={"t": TITLE_ROOM + 28},
    )


@kept
def so_far(
    names: Sequence[str],
    measured: np.ndarray,
    gain: np.ndarray,
    *,
    measure: str,
    look: Look,
    height: int,
    title: str,
) -> go.Figure:
    """The sources that a run has learned so far; the newest is named, and those at the ends of both axes.

    Args:
        names: of the sources. measured, gain: their means, [source]. measure: what is measured, in words.
    """
    points = go.Scatter(
        x=measured,
        y=gain,
        mode="markers+text",
        **_named(names, measured, gain, {*_ends(measured, gain), len(names) - 1}),
        textfont={"size": look.size - 3, "color": look.quiet},
        marker={"color": look.role("source"), "size": 8},
        hovertemplate="%{customdata}: %{x:.3g}, gain %{y:+.1%}<extra></extra>",
    )
    room = 0.02 + 0.12 * float(np.ptp([*gain, 0]))
    return figure(
        look,
        title=title,
        height=height,
        traces=[points],
        showlegend=False,
        # Wide enough that a single source is no axis without length, and its name stays on the plot.
        xaxis={
            **_distances([0.6 * min(measured), 1.6 * max(measured)]),
            "title": {"text": f"{measure}, to the target"},
        },
        yaxis={
            **_LEVEL,
            "zerolinecolor": look.quiet,
            "range": [min(*gain, 0) - room, max(*gain, 0) + room],
            "title": {"text": "gain in accuracy"},
        },
    )


_LEVEL = {"tickformat": "+.0%", "zeroline": True}
_BARE = {"yanchor": "bottom", "showarrow": False}
_HEADING = {
    **_BARE,
    "text": "same points: distance with labels",
    "xref": "paper",
    "yref": "paper",
    "x": 1,
    "y": 1.01,
    "xanchor": "right",
}


def _distances(values: Sequence[float]) -> dict[str, object]:
    """A logarithmic axis around values, with round numbers at it."""
    low, high = float(np.log10(min(values))), float(np.log10(max(values)))
    room = 0.09 * (high - low) + 0.01
    ticks = [value for value in ROUND if low - room <= np.log10(value) <= high + room]
    return {
        "type": "log",
        "range": [low - room, high + room],
        "tickvals": ticks,
        "ticktext": [f"{value:g}" for value in ticks],
    }


def _sources(names: Sequence[str], measured: np.ndarray, gain: np.ndarray, look: Look) -> go.Scatter:
    """A point a source, with the standard error of its gain; those at the ends of both axes are named."""
    x, y = measured.mean(axis=1), gain.mean(axis=1)
    return go.Scatter(
        x=x,
        y=y,
        error_y=_errors(gain),
        mode="markers+text",
        **_named(names, x, y, _ends(x, y)),
        marker={"color": look.role("source"), "size": 8},
        hovertemplate="%{customdata}: %{x:.3g}, gain %{y:+.1%}<extra></extra>",
    )


def _ends(x: np.ndarray, y: np.ndarray) -> set[int]:
    """The points at the ends of both axes, by place."""
    return {int(end) for end in (x.argmin(), x.argmax(), y.argmin(), y.argmax())}


def _named(names: Sequence[str], x: np.ndarray, y: np.ndarray, ends: set[int]) -> dict[str, object]:
    """Names for points, each on the side where there is room; of the others the name stands under the mouse alone."""
    shares, named = np.stack([np.log10(x), y], axis=1), sorted(ends)
    shares = (shares - shares.min(axis=0)) / np.maximum(np.ptp(shares, axis=0), 1e-12)
    sides = dict(zip(named, sides_of(shares, named, [names[at] for at in named]), strict=True))
    return {
        "text": [name if at in sides else "" for at, name in enumerate(names)],
        "textposition": [sides.get(at, "top right") for at in range(len(x))],
        "customdata": list(names),
    }


def sides_of(shares: np.ndarray, named: Sequence[int], names: Sequence[str]) -> list[str]:
    """On which side of its point each name stands: where it covers the fewest points and no name, and is on the plot.

    Args:
        shares: of all points, [point 2], from 0 to 1 across and up what they span. named: places of those with `names`.

    Letters are as wide as on a plot of PIXELS, the narrowest that is drawn, where they take most of it.
    """
    points, sides, taken = shares * PIXELS, list[str](), np.empty((0, 4))
    for at, name in zip(named, names, strict=True):
        side, box = _side(points, points[at], LETTER * len(name), taken)
        sides, taken = [*sides, side], np.vstack([taken, box])
    return sides


def _side(points: np.ndarray, at: np.ndarray, width: float, taken: np.ndarray) -> tuple[str, np.ndarray]:
    """The side of a point where a name of so many pixels covers the fewest points, and its box there.

    Args:
        taken: boxes of other names, [name, left low right high].
    """
    found = {}
    for up in ("top", "bottom"):
        for side, start in (("right", 2.0), ("left", -width - 2.0)):
            left, low = at + np.array([start, 4.0 if up == "top" else -HIGH - 4.0])
            right, high = left + width, low + HIGH
            inside = (points >= (left - RADIUS, low - RADIUS)) & (points <= (right + RADIUS, high + RADIUS))
            upon = ((left, low) < taken[:, 2:]) & (taken[:, :2] < (right, high))
            outside = left < -20 or right > PIXELS[0] + 20
            cost = 10 * outside + 5 * int(upon.all(axis=1).sum()) + int(inside.all(axis=1).sum())
            found[f"{up} {side}"] = cost, np.array([left, low, right, high])
    best = min(found, key=lambda name: found[name][0])
    return best, found[best][1]


def _labels(rows: Sequence[int], names: Sequence[str], gain: np.ndarray, look: Look) -> go.Scatter:
    """A row a source, at its gain."""
    return go.Scatter(
        x=gain[rows].mean(axis=1),
        y=np.arange(len(rows)),
        error_x=_errors(gain[rows]),
        mode="markers",
        customdata=[names[at] for at in rows],
        marker={"color": look.role("source"), "size": 8},
        hovertemplate="%{customdata}: gain %{x:+.1%}<extra></extra>",
    )


def _errors(gain: np.ndarray) -> dict[str, object]:
    """One standard error over the seeds, on both sides."""
    return {"array": gain.std(axis=1, ddof=1) / np.sqrt(gain.shape[1]), "thickness": 1, "width": 0}


def _floor(floor: float, look: Look) -> dict[str, object]:
    line = {"color": look.quiet, "dash": "dot", "width": 1}
    return {"type": "line", "xref": "x", "yref": "y domain", "x0": floor, "x1": floor, "y0": 0, "y1": 1, "line": line}


def _of_the_floor(floor: float, look: Look) -> dict[str, object]:
    """The name of the dotted line."""
    return {
        **_BARE,
        "xanchor": "left",
        "text": " target against itself",
        "xref": "x",
        "yref": "y domain",
        "x": float(np.log10(floor)),
        "y": 0,
        "font": {"color": look.quiet},
    }
