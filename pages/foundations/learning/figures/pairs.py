"""Two plots side by side in one figure, for the panels of the learning page."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.figures.lines import line_of
from components.theme import Look, figure

LEFT, RIGHT = [0.0, 0.42], [0.52, 0.85]


def pair(
    left: Sequence[Any],
    right: Sequence[Any],
    *,
    look: Look,
    title: str,
    height: int,
    axes: tuple[dict[str, Any], dict[str, Any], dict[str, Any], dict[str, Any]],
    headings: tuple[str, str],
    notes: Sequence[dict[str, Any]] = (),
    domains: tuple[list[float], list[float]] = (LEFT, RIGHT),
    **layout: Any,
) -> go.Figure:
    """Traces of either half, with the axes x, y of the left and x, y of the right, and a heading over each."""
    x, y, x2, y2 = axes
    for trace in right:
        trace.update(xaxis="x2", yaxis="y2")
    return figure(
        look,
        title=title,
        height=height,
        traces=[*left, *right],
        **{"showlegend": False, "margin": {"t": 64, "r": 8}} | layout,
        xaxis={"domain": domains[0], "showgrid": False} | x,
        yaxis=y,
        xaxis2={"domain": domains[1], "anchor": "y2", "showgrid": False} | x2,
        yaxis2={"anchor": "x2"} | y2,
        annotations=[*_headings(headings, domains, look), *notes],
    )


def _headings(words: tuple[str, str], domains: tuple[list[float], list[float]], look: Look) -> list[dict[str, Any]]:
    return [
        {"text": text, "showarrow": False, "x": domain[0], "xref": "paper", "xanchor": "left", "y": 1.01,
         "yref": "paper", "yanchor": "bottom", "font": {"color": look.quiet, "size": look.size}}
        for text, domain in zip(words, domains, strict=True)
    ]  # fmt: skip


def curve(x: np.ndarray, y: np.ndarray, name: str, color: str, **more: Any) -> go.Scatter:
    """A line through marks where there are few."""
    return go.Scatter(
        x=x,
        y=np.asarray(y, dtype=np.float64),
        name=name,
        **{"mode": "lines+markers" if len(x) <= 40 else "lines", "line": {"color": color, "width": 2.5},
           "hovertemplate": f"{name}<br>%{{x}}: %{{y:.3g}}<extra></extra>"} | more,
    )  # fmt: skip


def band(x: np.ndarray, low: np.ndarray, high: np.ndarray, color: str) -> go.Scatter:
    """The area between two curves, faint."""
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return go.Scatter(
        x=np.concatenate([x, x[::-1]]),
        y=np.concatenate([low, high[::-1]]),
        fill="toself",
        fillcolor=f"rgba({red},{green},{blue},0.18)",
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
        name="spread",
    )


def names(
    at: dict[str, float],
    inks: dict[str, str],
    look: Look,
    *,
    ends: tuple[float, float],
    height: int | None,
    axis: str = "2",
) -> list[dict[str, Any]]:
    """Names to the right of the curves, each at its curve's end or a line of type from its neighbors.

    Args:
        at: name -> height of its curve's end, as the axis counts: its exponent on a logarithmic one.
        ends: of the axis, in the same count. height: of the figure.
    """
    return [
        {"x": 1.02, "xref": f"x{axis} domain", "xanchor": "left", "y": y, "yref": f"y{axis}", "text": name,
         "showarrow": False, "align": "left", "font": {"color": look.word(inks[name]), "size": look.size}}
        for name, y in spaced(at, ends, line_of(look, height)).items()
    ]  # fmt: skip


def spaced(at: dict[str, float], ends: tuple[float, float], line: float) -> dict[str, float]:
    """Heights within the axis that lie a line of type apart, each as near to its own as the others let it.

    Args:
        line: the height of a line of type, as a share of the axis.
    """
    low, high = ends
    step, order = line * (high - low), sorted(at, key=lambda name: at[name])
    found: dict[str, float] = {}
    lowest = low
    for name in order:
        found[name] = max(at[name], lowest)
        lowest = found[name] + step
    highest = high
    for name in reversed(order):
        found[name] = min(found[name], highest)
        highest = found[name] - step
    return found
