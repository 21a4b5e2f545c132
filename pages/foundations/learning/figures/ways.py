"""The figures of two ways to classify."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import Look
from core.learning import PER_CLASS, SAMPLE_SIZES, DigitRuns, OneSet, Ways
from pages.foundations.learning.figures.pairs import band, curve, names, pair

WINDOW = 4.0
FRESH = 200
TOP = 0.5
"""The error of guessing between two classes, where the axis ends."""


def plane(found: Ways, one: OneSet, *, fresh: bool, seed: int, look: Look, title: str, height: int) -> go.Figure:
    """The first two features of one data set with both boundaries, and the errors of many.

    Args:
        fresh: also points that are drawn from the densities.
    """
    inks = _inks(look)
    right = _errors(found.generative, found.discriminative, np.array(SAMPLE_SIZES), look)
    far = float(max(WINDOW, min(np.abs(one.x[:, :2]).max() + 0.5, 10)))
    left = [*(_drawn(one, seed, look) if fresh else []), *_points(one, look), *_boundaries(one, far, inks)]
    ends = {name: float(values[-1].mean()) for name, values in _sides(found).items()}
    legend = " &nbsp; ".join(f'<span style="color:{look.word(inks[name])}">— {name}</span>' for name in inks)
    return pair(
        left,
        right,
        look=look,
        title=title,
        height=height,
        headings=(
            legend,
            "errors: mean, and middle half of draws",
        ),
        axes=(
            {"title": {"text": "feature 1"}, "range": [-1.3 * far, 1.3 * far]},
            {"title": {"text": "feature 2"}, "range": [-far, far], "scaleanchor": "x"},
            {"title": {"text": "samples"}, "type": "log", "tickvals": list(SAMPLE_SIZES)},
            {"title": {"text": "wrong answers"}, "tickformat": ".0%", "range": [0, TOP]},
        ),
        notes=names(ends, inks, look, ends=(0.0, TOP), height=height),
    )


def digits(runs: DigitRuns, *, whole: bool, seed: int, look: Look, title: str, height: int) -> go.Figure:
    """Ten new digits as pictures, and the recorded errors."""
    inks = _inks(look)
    drawn = np.pad(runs.drawn(whole=whole, seed=seed), ((0, 0), (1, 1), (1, 1)), constant_values=np.nan)
    rows = np.concatenate([np.concatenate(list(drawn[start : start + 5]), axis=1) for start in (0, 5)])
    ink = [[0.0, look.paper], [1.0, look.ink]]
    picture = go.Heatmap(z=rows.astype(np.float32), colorscale=ink, zmin=0, zmax=1, showscale=False, hoverinfo="skip")
    right = _errors(runs.generative, runs.discriminative, np.array(PER_CLASS), look)
    ends = {name: float(values[-1].mean()) for name, values in _sides(runs).items()}
    hidden = {"visible": False}
    return pair(
        [picture],
        right,
        look=look,
        title=title,
        height=height,
        headings=(
            "new digits, drawn from the density of each class",
            "errors: mean, and middle half of draws",
        ),
        axes=(
            {**hidden, "constrain": "domain"},
            {**hidden, "autorange": "reversed", "scaleanchor": "x", "constrain": "domain"},
            {"title": {"text": "digits of each class"}, "type": "log", "tickvals": list(PER_CLASS)},
            {"title": {"text": "wrong answers"}, "tickformat": ".0%", "range": [0, TOP]},
        ),
        notes=names(ends, inks, look, ends=(0.0, TOP), height=height),
    )


def _inks(look: Look) -> dict[str, str]:
    return {"generative": look.role("value"), "discriminative": look.role("key")}


def _sides(found: Ways | DigitRuns) -> dict[str, np.ndarray]:
    return {"generative": found.generative, "discriminative": found.discriminative}


def _errors(generative: np.ndarray, discriminative: np.ndarray, sizes: np.ndarray, look: Look) -> list[go.Scatter]:
    traces = []
    for errors, (name, color) in zip((generative, discriminative), _inks(look).items(), strict=True):
        low, high = np.quantile(errors, [0.25, 0.75], axis=1)
        traces += [band(sizes, low, high, color), curve(sizes, errors.mean(axis=1), name, color)]
    return traces


def _points(one: OneSet, look: Look) -> list[go.Scatter]:
    shown = {0: ("circle", look.role("source")), 1: ("square", look.role("target"))}
    return [
        go.Scatter(
            x=one.x[one.y == label, 0], y=one.x[one.y == label, 1], mode="markers", name=f"class {label}",
            marker={"symbol": symbol, "size": 9, "color": color, "line": {"width": 1, "color": look.paper}},
            hovertemplate=f"class {label}<br>%{{x:.2f}}, %{{y:.2f}}<extra></extra>",
        )
        for label, (symbol, color) in shown.items()
    ]  # fmt: skip


def _drawn(one: OneSet, seed: int, look: Look) -> list[go.Scatter]:
    x, label = one.density.drawn(FRESH, seed=seed)
    color = np.where(label == 0, look.role("source"), look.role("target"))
    return [
        go.Scatter(x=x[:, 0], y=x[:, 1], mode="markers", name="drawn from the densities", opacity=0.45,
                   marker={"size": 5, "color": color.tolist()}, hoverinfo="skip")
    ]  # fmt: skip


def _boundaries(one: OneSet, far: float, inks: dict[str, str]) -> list[Any]:
    """Where each classifier changes its mind, in the plane of the first two features, the others at their mean."""
    middle = one.x.mean(axis=0)
    rest = middle[2:]
    weight = one.density.means / one.density.variances
    w = weight[1] - weight[0]
    squares = (one.density.means**2 / one.density.variances).sum(axis=1)
    b = float(np.log(one.density.shares[1] / one.density.shares[0]) - 0.5 * (squares[1] - squares[0]))
    lines = {"generative": (w, b), "discriminative": (one.boundary.weights[:-1], float(one.boundary.weights[-1]))}
    traces = []
    for name, (slope, start) in lines.items():
        level = start + float(slope[2:] @ rest)
        normal = slope[:2] / np.linalg.norm(slope[:2])
        foot = -level / np.linalg.norm(slope[:2]) * normal
        along = np.array([-normal[1], normal[0]])
        ends = np.stack([foot - 4 * far * along, foot + 4 * far * along])
        traces.append(go.Scatter(x=ends[:, 0], y=ends[:, 1], mode="lines", line={"color": inks[name], "width": 3},
                                 name=name, hoverinfo="skip"))  # fmt: skip
    return traces
