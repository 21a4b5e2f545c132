"""The figure of bias and variance: many fits at the left, the parts of their error at the right."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import Look
from core.learning import Decomposition
from pages.foundations.learning.figures.pairs import curve, names, pair

CUT = 1e12
"""A wild curve is cut far outside the window: float32 and the browser's drawing have an end."""


def parts(found: Decomposition, *, look: Look, title: str, height: int) -> go.Figure:
    """All fits of one degree with their mean and the function, and bias², variance, noise and sum over the degree."""
    told, degree = _told(found), found.params.degree
    ends = _range(told["sum"])
    inks = {"bias²": look.role("source"), "variance": look.role("key"), "noise": look.quiet, "sum": look.ink}
    degrees = np.arange(len(found.bias))
    right = [curve(degrees, np.clip(values, 1e-30, 1e30), name, inks[name]) for name, values in told.items()]
    at = {name: float(np.clip(np.log10(max(values[-1], 1e-300)), *ends)) for name, values in told.items()}
    upright = {"type": "line", "xref": "x2", "yref": "y2 domain", "x0": degree, "x1": degree, "y0": 0, "y1": 1,
               "line": {"color": look.ink, "width": 1.5, "dash": "dot"}}  # fmt: skip
    return pair(
        _curves(found, look),
        [*right, _fresh(found, degrees, look.role("kl"))],
        look=look,
        title=title,
        height=height,
        headings=(
            f"{len(found.curves)} fits of degree {degree}, their mean, and the truth dashed",
            "parts of the error; × is the error on new points",
        ),
        axes=_axes(found, ends),
        notes=names(at, inks, look, ends=ends, height=height),
        shapes=[upright],
    )


def _told(found: Decomposition) -> dict[str, np.ndarray]:
    """The curves at the right, by name; noise only where there is some."""
    told = {"bias²": found.bias, "variance": found.variance, "sum": found.bias + found.variance + found.floor}
    return told | ({"noise": np.full(len(found.bias), found.floor)} if found.floor else {})


def _axes(
    found: Decomposition, ends: tuple[float, float]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any], dict[str, Any]]:
    error = {"title": {"text": "mean squared error", "standoff": 2}, "type": "log", "range": list(ends)}
    return (
        {"title": {"text": "x"}},
        {"title": {"text": "y"}, "range": _window(found)},
        {"title": {"text": "degree"}, "range": [-0.6, len(found.bias) - 0.4]},
        error | {"dtick": 1, "exponentformat": "power"},
    )


def _fresh(found: Decomposition, degrees: np.ndarray, color: str) -> go.Scatter:
    return go.Scatter(
        x=degrees,
        y=np.clip(found.fresh, 1e-30, 1e30),
        mode="markers",
        marker={"symbol": "x-thin", "size": 9, "line": {"width": 2, "color": color}},
        name="new points",
        hovertemplate="new points, degree %{x}<br>error %{y:.3g}<extra></extra>",
    )


def _curves(found: Decomposition, look: Look) -> list[go.Scatter]:
    """All fits as one faint line with gaps, their mean, and the function."""
    cut = np.clip(found.curves, -CUT, CUT)
    gaps = np.full((len(cut), 1), np.nan)
    x = np.concatenate([np.broadcast_to(found.x, cut.shape), gaps], axis=1).ravel().astype(np.float32)
    y = np.concatenate([cut, gaps], axis=1).ravel().astype(np.float32)
    world, dashed = found.params.world, {"color": look.quiet, "width": 2.5, "dash": "dash"}
    lines = (
        ("fits", x, y, {"color": look.role("source"), "width": 1}, 0.3),
        ("mean", found.x, cut.mean(axis=0), {"color": look.ink, "width": 3}, 1.0),
        ("function", found.x, world.truth(found.x), dashed, 1.0),
    )
    return [
        go.Scatter(x=at, y=values, mode="lines", hoverinfo="skip", line=style, opacity=opacity, name=name)
        for name, at, values, style, opacity in lines
    ]


def _window(found: Decomposition) -> list[float]:
    """The range of the function, with room for fits that miss it by as much."""
    truth = found.params.world.truth(found.x)
    around = max(0.6 * float(np.ptp(truth)), 3 * found.params.world.noise, 0.2)
    return [float(truth.min()) - around, float(truth.max()) + around]


def _range(total: np.ndarray) -> tuple[float, float]:
    """Powers of ten around the sum: a wild variance leaves the plot, and so does a bias of nearly nothing."""
    low = max(float(total.min()) / 100, 1e-12)
    high = min(float(total.max()), 100 * max(float(total[0]), 1e-12))
    return float(np.log10(low)), float(np.log10(max(high, 10 * low))) + 0.2
