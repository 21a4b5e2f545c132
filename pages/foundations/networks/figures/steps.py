"""The network of one step by hand: values along the way forward, derivatives along the way back."""

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from core.learning import HandStep

PLACES = {"x₁": (0.0, 1.0), "x₂": (0.0, 0.0), "h₁": (1.0, 1.0), "h₂": (1.0, 0.0), "s": (2.0, 0.5)}
EDGES = (("x₁", "h₁", 0), ("x₁", "h₂", 1), ("x₂", "h₁", 2), ("x₂", "h₂", 3), ("h₁", "s", 6), ("h₂", "s", 7))
BIASES = {"h₁": 4, "h₂": 5, "s": 8}


def network(step: HandStep, *, look: Look, title: str, height: int | None = None) -> go.Figure:
    """Five neurons with their values, and on each line its weight and the derivative of the loss by it."""
    values = dict(zip(PLACES, [*step.x, *step.outputs], strict=True))
    lines = [
        go.Scatter(
            x=[PLACES[before][0], PLACES[after][0]],
            y=[PLACES[before][1], PLACES[after][1]],
            mode="lines",
            line={
                "color": look.role("key" if step.weights[place] >= 0 else "query"),
                "width": _width(step.weights[place]),
            },
            opacity=0.6,
            hoverinfo="skip",
        )
        for before, after, place in EDGES
    ]
    dots = go.Scatter(
        x=[x for x, _ in PLACES.values()],
        y=[y for _, y in PLACES.values()],
        mode="markers+text",
        text=[f"{name}<br>{values[name]:.3g}" for name in PLACES],
        marker={"size": 64 if look.presenter else 54, "color": look.paper, "line": {"color": look.ink, "width": 2}},
        hoverinfo="skip",
    )
    return figure(
        look,
        title=title,
        height=height,
        traces=[*lines, dots],
        showlegend=False,
        annotations=[*(_on_line(step, *edge, look) for edge in EDGES), *(_below(step, name, look) for name in BIASES)],
        xaxis={"visible": False, "range": [-0.25, 2.3], "fixedrange": True},
        yaxis={"visible": False, "range": [-0.45, 1.3], "fixedrange": True},
        margin={"t": 44, "b": 8},
    )


def _width(weight: float) -> float:
    return float(np.clip(1 + 2 * abs(weight), 1, 8))


def _words(step: HandStep, place: int, look: Look) -> str:
    color = look.word(look.role("value"))
    return f"{step.weights[place]:.3g}<br><span style='color:{color}'>∂ {step.gradient[place]:.3g}</span>"


def _on_line(step: HandStep, before: str, after: str, place: int, look: Look) -> dict[str, object]:
    """A weight and its derivative beside the line, nearer to its start so that crossing lines keep apart."""
    (x0, y0), (x1, y1) = PLACES[before], PLACES[after]
    share = 0.3 if y0 != y1 and after != "s" else 0.5
    at = {"x": x0 + share * (x1 - x0), "y": y0 + share * (y1 - y0)}
    return {**at, "text": _words(step, place, look), "showarrow": False, "bgcolor": look.paper, "borderpad": 2}


def _below(step: HandStep, name: str, look: Look) -> dict[str, object]:
    x, y = PLACES[name]
    return {"x": x, "y": y - 0.27, "text": f"bias {_words(step, BIASES[name], look)}", "showarrow": False}
