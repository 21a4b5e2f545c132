"""Figures of a guess: empty axes to guess on, and the guess beside the truth in the page's own figure."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.lessons.plotted import plotted
from components.theme import Drawn, Look, figure
from core.lessons import (
    Axis,
    Between,
    Curve,
    Guess,
    Number,
    OneOf,
    Point,
    Reading,
    Series,
    asked_series,
    axis_of,
    located,
    number_in,
    place_in,
    points_in,
    read,
    right_places,
    said,
    series_of,
)

PLACES = (25, 33)
"""Places for a click on empty axes: across, and upwards."""

YOURS = "your guess"
TRUTH = "truth"


def empty_axes(series: Series, look: Look, *, height: int, traces: Sequence[Any] = (), **layout: Any) -> go.Figure:
    """The axes of a series without its numbers."""
    ends = (series.upwards, series.across) if series.lying else (series.across, series.upwards)
    x, y = ({**_drawn(axis), "zeroline": False} for axis in ends)
    # Without a trace plotly leaves the axes away.
    nothing = go.Scatter(x=[None], y=[None], mode="markers", hoverinfo="skip", showlegend=False)
    given = {"xaxis": x, "yaxis": y, "showlegend": False, **layout}
    return figure(look, title="", height=None, traces=[nothing, *traces], **given).update_layout(height=height)


def _drawn(axis: Axis) -> dict[str, Any]:
    """An axis as plotly takes it: categories at their numbers."""
    low, high = (np.log10([axis.low, axis.high]) if axis.log else (axis.low, axis.high)).__iter__()
    shown: dict[str, Any] = {"title": {"text": axis.title}, "range": [float(low), float(high)]}
    if axis.log:
        shown["type"] = "log"
    if axis.categories:
        shown |= {"tickvals": list(range(len(axis.categories))), "ticktext": list(axis.categories)}
    return shown


def places(series: Series) -> go.Scatter:
    """Markers that nobody sees, for clicks on empty axes; each carries its point."""
    across = positions(series.across, PLACES[0])
    upwards = [series.upwards.value(share) for share in np.linspace(0, 1, PLACES[1])]
    x, y = (part.ravel() for part in np.meshgrid(across, upwards))
    hidden = {"marker": {"opacity": 0}}
    return go.Scatter(
        x=x, y=y, customdata=np.stack([x, y], axis=1), mode="markers", marker={"size": 18, "opacity": 0},
        selected=hidden, unselected=hidden, hovertemplate="%{x:.3g}, %{y:.3g}<extra></extra>", name="places",
    )  # fmt: skip


def positions(axis: Axis, count: int) -> list[float]:
    """Places along an axis: its categories, or so many from end to end."""
    if axis.categories:
        return [float(place) for place in range(len(axis.categories))]
    return [axis.value(float(share)) for share in np.linspace(0, 1, count)]


def sketch(points: Sequence[tuple[float, float]], look: Look) -> go.Scatter:
    """A sketched curve."""
    x, y = ([point[part] for point in points] for part in (0, 1))
    return go.Scatter(
        x=x, y=y, mode="lines+markers", line={"color": look.ink, "width": 3, "dash": "dot"}, marker={"size": 8},
        hoverinfo="skip", name=YOURS,
    )  # fmt: skip


def across_figure(value: float, *, upright: bool, look: Look, axes: tuple[str, str] = ("x", "y")) -> dict[str, Any]:
    """A dotted line over the whole plot at a value of one axis."""
    x, y = axes
    line = {"color": look.ink, "width": 3, "dash": "dot"}
    if upright:
        return {
            "type": "line",
            "xref": x,
            "yref": f"{y} domain",
            "x0": value,
            "x1": value,
            "y0": 0,
            "y1": 1,
            "line": line,
        }
    return {"type": "line", "xref": f"{x} domain", "yref": y, "x0": 0, "x1": 1, "y0": value, "y1": value, "line": line}


def marked(fig: go.Figure, guess: Guess, answer: str, look: Look) -> go.Figure:
    """The page's figure with the guess and the truth marked in it.

    Args:
        fig: it stays as it is. Where it lacks what is asked for, nothing is marked.
        guess: the question.
        answer: what was guessed.
        look: where it is shown.
    """
    try:
        traces, shapes, notes = _marks(guess, answer, plotted(fig), look)
    except ValueError:
        return fig
    parts = fig.to_dict()
    layout = dict(parts["layout"])
    layout["shapes"] = [*(layout.get("shapes") or ()), *shapes]
    layout["annotations"] = [*(layout.get("annotations") or ()), *notes]
    return Drawn({**parts, "data": [*parts["data"], *traces], "layout": layout})


Marks = tuple[list[Mapping[str, Any]], list[Mapping[str, Any]], list[Mapping[str, Any]]]


def _marks(guess: Guess, answer: str, shown: Sequence[Series], look: Look) -> Marks:
    """Traces, shapes and notes; raises ValueError where the figure lacks what is asked for."""
    if isinstance(guess, Curve):
        series, points = series_of(guess.series, guess.over, shown), points_in(answer)
        return [_sketched(points, series, look)], [], [_pointed(series, *points[-1], YOURS, look)]
    if isinstance(guess, OneOf | Between):
        return [], [], _named(guess, place_in(guess, answer), shown, look)
    return _measured(guess, number_in(answer), shown, look)


def _sketched(points: Sequence[tuple[float, float]], series: Series, look: Look) -> dict[str, Any]:
    trace = sketch(points, look).to_plotly_json()
    if series.across.categories:
        words = series.across.categories
        trace["x"] = [words[min(max(round(x), 0), len(words) - 1)] for x, _ in points]
    return {**trace, "xaxis": series.axes[0], "yaxis": series.axes[1], "showlegend": False, "cliponaxis": True}


def _named(guess: OneOf | Between, place: int, shown: Sequence[Series], look: Look) -> list[Mapping[str, Any]]:
    """Notes at the points where the options are read."""
    right = right_places(guess, shown)
    if isinstance(guess, Between):
        words = TRUTH if place not in right else f"{YOURS}: right"
        return [_note(guess.reading, words, shown, look)]
    if not guess.readings:
        return []
    notes: list[Mapping[str, Any]] = [
        _note(guess.readings[at], TRUTH if at != place else f"{YOURS}: right", shown, look) for at in right
    ]
    if place not in right:
        notes.append(_note(guess.readings[place], YOURS, shown, look))
    return notes


def _note(reading: Reading, words: str, shown: Sequence[Series], look: Look) -> dict[str, Any]:
    """A word with an arrow at the point where something is read."""
    return _pointed(series_of(reading.series, reading.over, shown), *located(reading, shown), words, look)


def _pointed(series: Series, x: float, y: float, words: str, look: Look) -> dict[str, Any]:
    """A word with an arrow at a point of a series; at the edge of the plot for one that lies beyond it.

    At a bar that stands upon another one the arrow comes from the side, and ends before the number in its middle.
    """
    shown = y if series.base is None else series.begins(x, y) + y / 2
    ends = (x + series.beside, series.across), (shown, series.upwards)
    across, upwards = (_on_axis(_within(at, axis), axis) for at, axis in ends)
    at = (upwards, across) if series.lying else (across, upwards)
    low = series.upwards.share(_within(shown, series.upwards)) > 0.7
    away: dict[str, Any] = {"ax": 0, "ay": 42 if low else -42}
    if series.base is not None:
        left = series.across.share(x) >= 0.6
        beside = {"ax": (-5 if left else 5) * look.size, "ay": 0, "xanchor": "right" if left else "left"}
        away = {**({"ax": 0, "ay": -60} if series.lying else beside), "standoff": 1.3 * look.size}
    return {
        "x": float(at[0]), "y": float(at[1]), "xref": series.axes[0], "yref": series.axes[1], "text": f"<b>{words}</b>",
        "showarrow": True, "arrowhead": 2, "arrowcolor": look.ink, "arrowwidth": 2, **away,
        "font": {"color": look.ink, "size": look.size}, "bgcolor": look.paper, "bordercolor": look.ink, "borderpad": 3,
    }  # fmt: skip


def _measured(guess: Number | Point, number: float, shown: Sequence[Series], look: Look) -> Marks:
    """A dotted line at the guess, and a note at the truth.

    A bar that stands upon another one has its height from there, where no line across the figure tells it: so the note
    at the truth says the guess as well.
    """
    if guess.reading is None:
        return [], [], []
    if guess.reading.take == "rise":
        read(guess.reading, shown)
        return [], [], []
    series, axis = asked_series(guess, shown), axis_of(guess, shown)
    yours = f"{YOURS}: {said(number, axis)}"
    if axis is series.upwards and series.begins(*located(guess.reading, shown)):
        return [], [], [_note(guess.reading, f"{TRUTH}; {yours}", shown, look)]
    upright = (axis is series.across) != series.lying
    note = _note(guess.reading, TRUTH, shown, look)
    inside = _within(number, axis)
    lines: list[Mapping[str, Any]] = (
        [across_figure(number, upright=upright, look=look, axes=series.axes)] if inside == number else []
    )
    name = {
        "text": f"<b>{yours}</b>", "showarrow": False, "bgcolor": look.paper,
        "font": {"size": look.size, "color": look.ink},
        "xref": f"{series.axes[0]}" if upright else f"{series.axes[0]} domain",
        "yref": f"{series.axes[1]} domain" if upright else series.axes[1],
        "x": _on_axis(inside, axis) if upright else 0.02, "y": 0.02 if upright else _on_axis(inside, axis),
        "xanchor": "left" if axis.share(inside) < 0.6 or not upright else "right",
        "yanchor": "bottom" if upright or axis.share(inside) < 0.9 else "top",
    }  # fmt: skip
    return [], lines, [name, note]


def _within(value: float, axis: Axis) -> float:
    """A value, or the end of the axis where it lies beyond."""
    if axis.log and value <= 0:
        return axis.low
    return min(max(value, axis.low), axis.high)


def _on_axis(value: float, axis: Axis) -> float:
    """Where a note lies: the logarithm on a logarithmic axis, which takes a shape as it is."""
    return float(np.log10(value)) if axis.log else value
