"""The main figure of the learning page: points with their curve, and the errors of every degree."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.figures.kept import kept
from components.theme import Look, figure
from pages.foundations.learning.figures.pairs import names
from pages.foundations.learning.words import number

SETS = {"training": "source", "validation": "target", "test": "kl"}
"""The sets and their roles of color."""

LEFT, RIGHT = [0.0, 0.54], [0.64, 0.885]
PLACES = 31, 25
"""Places across and upwards where a click puts a point."""

DRAWN = 241


@kept
def hero(
    sets: Mapping[str, np.ndarray],
    curve: tuple[np.ndarray, np.ndarray],
    errors: Mapping[str, np.ndarray],
    *,
    degree: int,
    look: Look,
    title: str,
    truth: np.ndarray | None,
    floor: float | None,
) -> go.Figure:
    """Both halves.

    Args:
        sets: training and validation points, [point 2].
        curve: places, and the fit there. truth: the function at the same places, or None.
        errors: name of the set -> [degree].
        floor: the error of the function itself, or None.
    """
    box = view_of(sets, truth)
    traces = [_places(box), *_curves(curve, truth, look), *_points(sets, look), *_errors(errors, look)]
    low, high = _range(errors, floor)
    marked = [_mark(errors, name, look) for name in ("validation", "test")]
    return figure(
        look,
        title=title,
        height=None,
        traces=[*traces, *marked],
        showlegend=False,
        margin={"t": 62, "r": 8},
        xaxis={"domain": LEFT, "title": {"text": "x"}, "range": box[0], "showgrid": False},
        yaxis={"title": {"text": "y"}, "range": box[1]},
        xaxis2={"domain": RIGHT, "anchor": "y2", "title": {"text": "degree"}, "showgrid": False,
                "range": [-0.6, len(errors["test"]) - 0.4]},
        yaxis2={"anchor": "x2", "type": "log", "range": [low, high], **_ticks(low, high),
                "title": {"text": "mean squared error", "standoff": 2}},
        shapes=_lines(degree, floor, look),
        annotations=[_heading(truth is not None, look), *_names(errors, floor, (low, high), look)],
    )  # fmt: skip


def view_of(sets: Mapping[str, np.ndarray], truth: np.ndarray | None) -> tuple[list[float], list[float]]:
    """The window of the left half: all points and the function, with some room; a wild curve leaves it."""
    both = np.concatenate([sets["training"], sets["validation"]])
    heights = both[:, 1] if truth is None else np.concatenate([both[:, 1], truth])
    sides = []
    for values in (both[:, 0], heights):
        room = 0.06 * float(np.ptp(values)) or 1.0
        sides.append([float(values.min()) - room, float(values.max()) + room])
    return sides[0], sides[1]


def _places(box: tuple[list[float], list[float]]) -> go.Scatter:
    """Markers that nobody sees: an empty plot gives no click. Each carries the point that a click on it adds."""
    across, upwards = (np.linspace(low, high, count + 2)[1:-1] for (low, high), count in zip(box, PLACES, strict=True))
    grid = np.stack(np.meshgrid(across, upwards), axis=-1).reshape(-1, 2).astype(np.float32)
    hidden = {"marker": {"opacity": 0}}
    return go.Scatter(
        x=grid[:, 0],
        y=grid[:, 1],
        customdata=grid,
        mode="markers",
        marker={"size": 14, "opacity": 0},
        selected=hidden,
        unselected=hidden,
        hovertemplate="click: a training point at %{x:.2f}, %{y:.2f}<extra></extra>",
        name="places for a click",
    )


def _curves(curve: tuple[np.ndarray, np.ndarray], truth: np.ndarray | None, look: Look) -> list[go.Scatter]:
    x, fitted = curve
    shared: dict[str, Any] = {"x": x.astype(np.float32), "mode": "lines", "hoverinfo": "skip"}
    dashed = {"color": look.quiet, "width": 2.5, "dash": "dash"}
    lines = [] if truth is None else [go.Scatter(**shared, y=truth.astype(np.float32), line=dashed, name="function")]
    # A wild curve is cut far outside the window: float32 and the browser's drawing have an end.
    cut = np.clip(fitted, -1e12, 1e12).astype(np.float32)
    return [*lines, go.Scatter(**shared, y=cut, line={"color": look.ink, "width": 3}, name="fit")]


def _points(sets: Mapping[str, np.ndarray], look: Look) -> list[go.Scatter]:
    traces = []
    for name, symbol in (("validation", "circle-open"), ("training", "circle")):
        color = look.role(SETS[name])
        kept = {"marker": {"opacity": 1}}
        traces.append(
            go.Scatter(
                x=sets[name][:, 0].astype(np.float32),
                y=sets[name][:, 1].astype(np.float32),
                mode="markers",
                marker={"symbol": symbol, "size": 9, "color": color, "line": {"width": 2, "color": color}},
                selected=kept,
                unselected=kept,
                name=name,
                hovertemplate=f"{name} point<br>%{{x:.3f}}, %{{y:.3f}}<extra></extra>",
            )
        )
    return traces


def _errors(errors: Mapping[str, np.ndarray], look: Look) -> list[go.Scatter]:
    degrees = np.arange(len(errors["test"]))
    kept = {"marker": {"opacity": 1}}
    return [
        go.Scatter(
            x=degrees,
            y=np.clip(values, 1e-30, 1e30),
            customdata=degrees[:, None],
            mode="lines+markers",
            line={"color": look.role(SETS[name]), "width": 2.5},
            marker={"size": 6},
            selected=kept,
            unselected=kept,
            name=name,
            xaxis="x2",
            yaxis="y2",
            hovertemplate=f"{name}, degree %{{x}}<br>error %{{y:.3g}}<br>click: this degree<extra></extra>",
        )
        for name, values in errors.items()
    ]


def _mark(errors: Mapping[str, np.ndarray], name: str, look: Look) -> go.Scatter:
    """A ring around the least error of a set."""
    at = int(errors[name].argmin())
    ring = {"symbol": "circle-open", "size": 16, "color": look.role(SETS[name]), "line": {"width": 2.5}}
    kept = {"marker": {"opacity": 1}}
    return go.Scatter(
        x=[at], y=[float(errors[name][at])], customdata=[[at]], mode="markers", marker=ring, selected=kept,
        unselected=kept, xaxis="x2", yaxis="y2", name=f"least {name} error",
        hovertemplate=f"degree %{{x}}: the least {name} error, %{{y:.3g}}<extra></extra>",
    )  # fmt: skip


def _range(errors: Mapping[str, np.ndarray], floor: float | None) -> tuple[float, float]:
    """Powers of ten: from a tenth of what matters to a hundred times the error of a constant, or the largest of all."""
    every = np.concatenate(list(errors.values()))
    start = float(max(errors["test"][0], errors["training"][0])) or 1.0
    least = min(float(errors["test"].min()), float(errors["validation"].min()), floor or np.inf)
    low = max(float(every.min()), least / 10, start * 1e-6)
    high = min(float(every.max()), 100 * start)
    return float(np.log10(low)) - 0.15, float(np.log10(max(high, 2 * low))) + 0.15


def _ticks(low: float, high: float) -> dict[str, Any]:
    """Powers of ten, or 1, 2 and 5 times each of them where too few of them lie between these exponents."""
    if high - low > 1.5:
        return {"dtick": 1, "exponentformat": "power"}
    powers = range(int(np.floor(low)), int(np.ceil(high)) + 1)
    values = [step * 10.0**power for power in powers for step in (1, 2, 5)]
    return {"tickvals": values, "ticktext": [number(value) for value in values]}


def _lines(degree: int, floor: float | None, look: Look) -> list[dict[str, Any]]:
    """The degree on screen, and the noise below which no model gets."""
    upright = {"type": "line", "xref": "x2", "yref": "y2 domain", "x0": degree, "x1": degree, "y0": 0, "y1": 1,
               "line": {"color": look.ink, "width": 1.5, "dash": "dot"}}  # fmt: skip
    if not floor:
        return [upright]
    level = {"type": "line", "xref": "x2 domain", "yref": "y2", "x0": 0, "x1": 1, "y0": floor, "y1": floor,
             "line": {"color": look.quiet, "width": 1.5, "dash": "dash"}}  # fmt: skip
    return [upright, level]


def _heading(with_truth: bool, look: Look) -> dict[str, Any]:
    """What the signs of the left half mean, in their colors."""
    words = [
        f'<span style="color:{look.word(look.role("source"))}">● training</span>',
        f'<span style="color:{look.word(look.role("target"))}">○ validation</span>',
        f'<span style="color:{look.ink}"><b>—</b> fit</span>',
    ]
    words += [f'<span style="color:{look.quiet}">- - function</span>'] if with_truth else []
    return {
        "text": " &nbsp; ".join(words), "showarrow": False, "x": 0, "xref": "paper", "xanchor": "left", "y": 1,
        "yref": "paper", "yanchor": "bottom", "font": {"size": look.size},
    }  # fmt: skip


def _names(
    errors: Mapping[str, np.ndarray], floor: float | None, ends: tuple[float, float], look: Look
) -> list[dict[str, Any]]:
    """The sets' names at the ends of their curves, or at the edge where a curve has left, and that of the noise below
    which no model gets; none over another."""
    low, high = ends
    levels = {name: float(values[-1]) for name, values in errors.items()} | ({"noise": floor} if floor else {})
    at = {name: float(np.clip(np.log10(max(level, 1e-300)), low, high)) for name, level in levels.items()}
    inks = {name: look.role(role) for name, role in SETS.items()} | {"noise": look.quiet}
    return names(at, inks, look, ends=(low, high), height=None)
