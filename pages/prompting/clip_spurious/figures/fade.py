"""The fade of one bird's background: the scores that cross."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from components.figures.kept import kept
from components.theme import Look, escape, figure
from pages.prompting.clip_spurious.figures.notes import quiet_note


@kept
def fade(
    shares: np.ndarray,
    before: np.ndarray,
    after: np.ndarray | None,
    *,
    at: float,
    look: Look,
    title: str,
    classes: Sequence[str],
    height: int | None = None,
) -> go.Figure:
    """The probabilities of both classes while the background of one bird fades.

    Args:
        shares: of water, 0 to 1.
        before, after: probabilities [share class] without and with the repair; None where there is no repair.
        at: the present share of water.
    """
    colors = [look.role("land"), look.role("water")]
    traces = [
        _curve(shares, values[:, place], colors[place], dash, f"{label}, {name}")
        for values, dash, name in ((before, "solid", "as it is"), (after, "dot", "repaired"))
        if values is not None
        for place, label in enumerate(classes)
    ]
    notes = _end_labels(before, classes, [look.word(color) for color in colors])
    if after is not None:
        notes.append(quiet_note("dotted: repaired", look))
    here = {"type": "line", "x0": 100 * at, "x1": 100 * at, "y0": 0, "y1": 1, "yref": "y domain"}
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=False,
        annotations=notes,
        shapes=[{**here, "line": {"color": look.quiet, "width": 1}}],
        xaxis={"title": {"text": "water in the background (%)"}, "range": [0, 100], "showgrid": False},
        yaxis={"title": {"text": "probability"}, "range": [-0.02, 1.02], "tickvals": [0, 0.5, 1]},
        margin={"t": 44 if after is None else 62, "r": round(5.2 * look.size)},
    )


def _curve(shares: np.ndarray, values: np.ndarray, color: str, dash: str, name: str) -> go.Scatter:
    return go.Scatter(
        x=(100 * shares).astype(np.float32),
        y=values.astype(np.float32),
        mode="lines",
        line={"color": color, "width": 3 if dash == "solid" else 2.5, "dash": dash},
        name=escape(name),
        hovertemplate="%{x:.0f} % water: %{y:.3f}<extra>" + escape(name) + "</extra>",
    )


def _end_labels(before: np.ndarray, classes: Sequence[str], colors: Sequence[str]) -> list[dict[str, object]]:
    """The names of the classes at the ends of their curves, a little apart where the curves meet."""
    low, apart = int(before[-1].argmin()), abs(before[-1, 0] - before[-1, 1]) > 0.16
    return [
        {
            "x": 1.01,
            "xref": "x domain",
            "y": min(max(float(before[-1, place]), 0.04), 0.96),
            "yshift": 0 if apart else (-9 if place == low else 9),
            "text": escape(label),
            "showarrow": False,
            "xanchor": "left",
            "font": {"color": colors[place]},
        }
        for place, label in enumerate(classes)
    ]
