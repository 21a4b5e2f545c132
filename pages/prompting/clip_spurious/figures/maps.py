"""Maps held against the bird's mask, and a score split in two: the small charts of the microscope."""

from collections.abc import Sequence
from textwrap import wrap

import numpy as np
import plotly.graph_objects as go

from components.figures.kept import kept
from components.theme import Look, escape, figure
from core.clip import SplitScore

HEIGHT = 268

NARROW = 20
"""Letters of a map's name on one line."""


@kept
def overlaps(
    names: Sequence[str],
    trained: np.ndarray,
    random: np.ndarray,
    here: np.ndarray,
    *,
    bounds: tuple[float, float],
    bounds_here: tuple[float, float],
    look: Look,
    title: str,
) -> go.Figure:
    """The overlap of each map with the bird: by the model, by random weights, and in the picture on screen.

    Args:
        names: of the maps, from the top.
        trained, random: mean and ends of its interval, [map 3].
        here: of the picture on screen, [map].
        bounds: the overlap of a map without differences, and the most that patches reach, on average;
            `bounds_here` in the picture on screen.
    """
    rows = np.arange(len(names))
    present = go.Scatter(x=here, y=rows, **_marks("this picture", look.ink, symbol="diamond-open", size=9))
    return figure(
        look,
        title=title,
        height=HEIGHT,
        traces=[
            _means("random weights", random, rows + 0.16, look.quiet),
            _means("this model", trained, rows - 0.16, look.role("query")),
            present,
        ],
        showlegend=True,
        legend={"x": 0, "xanchor": "left", "y": 1.0},
        shapes=[
            _line(x, color, dash)
            for color, pair in ((look.quiet, bounds), (look.ink, bounds_here))
            for x, dash in zip(pair, ("dot", "dash"), strict=True)
        ],
        margin={"t": 40},
        xaxis={"title": {"text": "overlap with the bird"}, "range": [-0.02, 0.82]},
        yaxis={
            "range": [len(names) - 0.5, -0.5],
            "tickvals": rows,
            "ticktext": ["<br>".join(wrap(escape(name), NARROW)) for name in names],
            "showgrid": False,
        },
    )


def _marks(name: str, color: str, **marker: object) -> dict[str, object]:
    return {
        "mode": "markers",
        "name": name,
        "marker": {"color": color, **marker},
        "hovertemplate": "%{x:.2f}<extra>" + escape(name) + "</extra>",
    }


def _means(name: str, values: np.ndarray, rows: np.ndarray, color: str) -> go.Scatter:
    mean, low, high = np.asarray(values, np.float32).T
    bars = {"type": "data", "array": high - mean, "arrayminus": mean - low, "symmetric": False}
    return go.Scatter(x=mean, y=rows, error_x={**bars, "thickness": 1.4, "width": 3}, **_marks(name, color, size=9))


def _line(x: float, color: str, dash: str) -> dict[str, object]:
    line = {"color": color, "width": 1, "dash": dash}
    return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "y domain", "line": line}


@kept
def split(shares: np.ndarray, found: SplitScore, *, at: float, look: Look, title: str) -> go.Figure:
    """A score over the water in the background, with the two parts that it is the sum of.

    Args:
        shares: of water, 0 to 1.
        found: the score and its parts at each share.
        at: the present share of water.
    """
    curves = {
        "score": (found.whole, look.ink, 3),
        "along harmful words": (found.inside, look.role("rejected"), 2),
        "the rest": (found.rest, look.role("accepted"), 2),
    }
    traces = [
        go.Scatter(
            x=(100 * shares).astype(np.float32),
            y=values.astype(np.float32),
            mode="lines",
            line={"color": color, "width": width},
            name=name,
            hovertemplate="%{x:.0f} % water: %{y:+.3f}<extra>" + name + "</extra>",
        )
        for name, (values, color, width) in curves.items()
    ]
    return figure(
        look,
        title=title,
        height=HEIGHT,
        traces=traces,
        showlegend=True,
        legend={"x": 0, "xanchor": "left", "y": 1.0},
        shapes=[_line(100 * at, look.quiet, "solid")],
        margin={"t": 40},
        xaxis={"title": {"text": "water in the background (%)"}, "range": [0, 100], "showgrid": False},
        yaxis={"title": {"text": "own class − other"}, "zeroline": True, "nticks": 5},
    )
