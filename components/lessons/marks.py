"""Figures of a guess: empty axes to guess on, and the guess beside the truth in the page's own figure."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.lessons.placing import Plot, along_line, beside_point, plot_of, size_of
from components.lessons.plotted import with_traces
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
    """The page's figure with the guess and the truth marked in it, where they cover least of it.

    Args:
        fig: it stays as it is. Where it lacks what is asked for, nothing is marked.
        guess: the question.
        answer: what was guessed.
        look: where it is shown.
    """
    try:
        marks = _Marks(fig, look)
        marks.mark(guess, answer)
    except ValueError:
        return fig
    parts = fig.to_dict()
    layout = dict(parts["layout"])
    layout["shapes"] = [*(layout.get("shapes") or ()), *marks.shapes]
    layout["annotations"] = [*(layout.get("annotations") or ()), *marks.notes]
    return Drawn({**parts, "data": [*parts["data"], *marks.traces], "layout": layout})


class _Marks:
    """The traces, shapes and notes of a guess in a figure.

    Args:
        fig: it stays as it is.
        look: where it is shown.
    """

    def __init__(self, fig: go.Figure, look: Look) -> None:
        self._look, self._layout, self._rows = look, fig.to_dict()["layout"], with_traces(fig)
        self._shown = [series for _, series in self._rows]
        self._plots: dict[tuple[str, str], Plot] = {}
        self.traces: list[Mapping[str, Any]] = []
        self.shapes: list[Mapping[str, Any]] = []
        self.notes: list[Mapping[str, Any]] = []

    def mark(self, guess: Guess, answer: str) -> None:
        """Marks a guess and the truth; raises ValueError where the figure lacks what is asked for."""
        if isinstance(guess, Curve):
            self._sketch(points_in(answer), series_of(guess.series, guess.over, self._shown))
        elif isinstance(guess, OneOf | Between):
            self._name(guess, place_in(guess, answer))
        else:
            self._measure(guess, number_in(answer))

    def _plot(self, series: Series) -> Plot:
        if series.axes not in self._plots:
            self._plots[series.axes] = plot_of(self._layout, self._rows, series, self._look)
        return self._plots[series.axes]

    def _sketch(self, points: Sequence[tuple[float, float]], series: Series) -> None:
        trace = sketch(points, self._look).to_plotly_json()
        if series.across.categories:
            words = series.across.categories
            trace["x"] = [words[min(max(round(x), 0), len(words) - 1)] for x, _ in points]
        names = {"xaxis": series.axes[0], "yaxis": series.axes[1]}
        self.traces = [{**trace, **names, "showlegend": False, "cliponaxis": True}]
        plot = self._plot(series)
        places = [plot.at(*(_within(at, axis) for at, axis in zip(point, plot.axes, strict=True))) for point in points]
        for start, end in pairwise(places):
            plot.add_line(start, end)
        self._point(series, *points[-1], YOURS)

    def _name(self, guess: OneOf | Between, place: int) -> None:
        """Notes at the points where the options are read."""
        right = right_places(guess, self._shown)
        if isinstance(guess, Between):
            self._note(guess.reading, TRUTH if place not in right else f"{YOURS}: right")
        elif guess.readings:
            for at in right:
                self._note(guess.readings[at], TRUTH if at != place else f"{YOURS}: right")
            if place not in right:
                self._note(guess.readings[place], YOURS)

    def _note(self, reading: Reading, words: str) -> None:
        """A word with an arrow at the point where something is read."""
        series = series_of(reading.series, reading.over, self._shown)
        self._point(series, *located(reading, self._shown), words)

    def _point(self, series: Series, x: float, y: float, words: str) -> None:
        """A word with an arrow at a point of a series; at the edge of the plot for one that lies beyond it.

        At a bar that stands upon another one the arrow comes from the side, and ends before the number in its middle.
        """
        look = self._look
        shown = y if series.base is None else series.begins(x, y) + y / 2
        inside = _within(x + series.beside, series.across), _within(shown, series.upwards)
        at = inside[::-1] if series.lying else inside
        away = self._away(series, at, words)
        places = (_on_axis(value, axis) for value, axis in zip(at, self._plot(series).axes, strict=True))
        x, y = (float(place) for place in places)
        self.notes.append(
            {
                "x": x,
                "y": y,
                "xref": series.axes[0],
                "yref": series.axes[1],
                "text": f"<b>{words}</b>",
                "showarrow": True,
                "arrowhead": 2,
                "arrowcolor": look.ink,
                "arrowwidth": 2,
                **away,
                "font": {"color": look.ink, "size": look.size},
                "bgcolor": look.paper,
                "bordercolor": look.ink,
                "borderpad": 3,
            }
        )

    def _away(self, series: Series, at: tuple[float, float], words: str) -> dict[str, Any]:
        """Where the word of an arrow stands: above its point or, high in the plot, below, unless that covers more."""
        plot, size = self._plot(series), self._look.size
        high = series.upwards.share(at[0] if series.lying else at[1]) > 0.7
        first = (0.0, -42.0 if high else 42.0)
        if series.base is not None:
            aside = size_of(words, size)[0] / 2 + 5 * size
            left = series.across.share(at[1] if series.lying else at[0]) >= 0.6
            first = (0.0, 60.0) if series.lying else (-aside if left else aside, 0.0)
        ax, up = beside_point(plot, plot.at(*at), words, first, self._look)
        return {"ax": round(ax), "ay": -round(up), **({} if series.base is None else {"standoff": 1.3 * size})}

    def _measure(self, guess: Number | Point, number: float) -> None:
        """A dotted line at the guess, and a note at the truth.

        A bar that stands upon another one has its height from there, where no line across the figure tells it: so the
        note at the truth says the guess as well.
        """
        if guess.reading is None:
            return
        if guess.reading.take == "rise":
            read(guess.reading, self._shown)
            return
        series, axis = asked_series(guess, self._shown), axis_of(guess, self._shown)
        yours = f"{YOURS}: {said(number, axis)}"
        if axis is series.upwards and series.begins(*located(guess.reading, self._shown)):
            self._note(guess.reading, f"{TRUTH}; {yours}")
            return
        upright = (axis is series.across) != series.lying
        inside, plot = _within(number, axis), self._plot(series)
        place = plot.at(inside, plot.axes[1].low)[0] if upright else plot.at(plot.axes[0].low, inside)[1]
        if inside == number:
            self.shapes = [across_figure(number, upright=upright, look=self._look, axes=series.axes)]
            plot.add_line(*(((place, 0.0), (place, plot.height)) if upright else ((0.0, place), (plot.width, place))))
        self._note(guess.reading, TRUTH)
        named = along_line(plot, place, yours, upright=upright, look=self._look)
        on, along = ((0, 1) if upright else (1, 0)), named.along
        refs = {way: f"{series.axes[at]}{' domain' if at != on[0] else ''}" for at, way in enumerate("xy")}
        values = {"xy"[on[0]]: _on_axis(inside, axis), "xy"[on[1]]: along}
        self.notes.insert(
            0,
            {
                "text": f"<b>{yours}</b>",
                "showarrow": False,
                "bgcolor": self._look.paper,
                "font": {"size": self._look.size, "color": self._look.ink},
                "xref": refs["x"],
                "yref": refs["y"],
                **values,
                "xanchor": named.anchor[0],
                "yanchor": named.anchor[1],
            },
        )


def _within(value: float, axis: Axis) -> float:
    """A value, or the end of the axis where it lies beyond."""
    if axis.log and value <= 0:
        return axis.low
    return min(max(value, axis.low), axis.high)


def _on_axis(value: float, axis: Axis) -> float:
    """Where a note lies: the logarithm on a logarithmic axis, which takes a shape as it is."""
    return float(np.log10(value)) if axis.log else value
