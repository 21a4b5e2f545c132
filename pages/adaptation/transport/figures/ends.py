"""The two ends that a task of another modality puts around a language encoder, as boxes in a row."""

from typing import Any

import plotly.graph_objects as go

from components.figures.kept import kept
from components.theme import Look, figure

HALF = 0.38
"""Half the width of a box; the next one stands a unit on."""


@kept
def ends(pieces: int, values: int, width: int, classes: int, *, look: Look, title: str, height: int) -> go.Figure:
    """Input, convolution, body, pooling and linear layer.

    Args:
        pieces: patches of a sample. values: numbers in each. width: of the body's vectors. classes: of the task.
    """
    boxes = (
        ("one sample", f"{pieces} patches of {values} numbers", "rejected"),
        ("convolution", f"one step a patch, {values} to {width}:<br>{values * width + width:,} weights, new", "target"),
        ("body", f"MiniLM’s layers, {width} wide:<br>pretrained on text", "source"),
        ("pooling", f"the mean over {pieces} patches:<br>no weights", "mass"),
        ("linear layer", f"{width} to {classes}:<br>{width * classes + classes:,} weights, new", "target"),
    )
    shapes = [_box(place, look.role(role)) for place, (_, _, role) in enumerate(boxes)]
    words = [_words(place, f"<b>{name}</b><br>{told}", look) for place, (name, told, _) in enumerate(boxes)]
    arrows = [_arrow(place, look) for place in range(1, len(boxes))]
    bare = {"visible": False, "fixedrange": True}
    return figure(
        look,
        title=title,
        height=height,
        traces=[go.Scatter(x=[0, len(boxes) - 1], y=[0, 0], mode="markers", opacity=0, hoverinfo="skip")],
        shapes=shapes,
        annotations=[*words, *arrows],
        xaxis={**bare, "range": [-0.45, len(boxes) - 0.55]},
        yaxis={**bare, "range": [-1, 1]},
    )


def _box(place: int, color: str) -> dict[str, Any]:
    return {
        "type": "rect", "x0": place - HALF, "x1": place + HALF, "y0": -0.95, "y1": 0.95,
        "line": {"color": color, "width": 2},
    }  # fmt: skip


def _words(place: int, told: str, look: Look) -> dict[str, Any]:
    return {"x": place, "y": 0, "text": told, "showarrow": False, "font": {"size": look.size - 1}}


def _arrow(place: int, look: Look) -> dict[str, Any]:
    """From the box before to this one."""
    return {
        "x": place - HALF, "y": 0, "ax": place - 1 + HALF, "ay": 0, "xref": "x", "yref": "y", "axref": "x",
        "ayref": "y", "text": "", "showarrow": True, "arrowhead": 2, "arrowwidth": 1.5, "arrowcolor": look.quiet,
    }  # fmt: skip
