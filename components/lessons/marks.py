"""Figures of a guess: empty axes to guess on, and the guess beside the truth in the page's own figure."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.lessons.blank import YOURS, across_figure, sketch
from components.lessons.ground import Arrow, Plot, size_of
from components.lessons.placing import FREE, along_line, best_arrow, in_more_lines, keep_name, keep_note
from components.lessons.plotted import with_traces
from components.lessons.reaching import reaching, unstretched
from components.lessons.survey import PHONE, ROOMY, names, plot_of, widths, with_room_for_words
from components.phrases import shorten, signed
from components.theme import Drawn, Look, escape
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
    on_axis,
    place_in,
    points_in,
    read,
    right_places,
    said,
    series_of,
)

TRUTH = "truth"

BEYOND = ", beyond the axis"
"""What a note says of a number that lies where the plot has ended."""

PART = "this part"
"""What the number of a bar upon others is of: its own length, not where it ends."""

ASKEW = 0.25
"""What a note lies off whole pixels: plotly draws no arrow whose head sees a corner of the note, at whole and half
pixels, exactly at 45 degrees."""

LONGEST = 40
"""Letters of a range that was guessed, in a note."""

NAMED_AT = (0.85, 0.7, 0.5, 0.3, 0.15, 0.95, 0.6, 0.4, 0.05)
"""Shares of the way across at which the name of a line may stand."""

CROWDED = 12.0
"""What the name of a guess's line may cover: where all of the line is covered the note at the truth says the guess."""

NEAR_BY = 3.0
"""What it costs a name's arrow that a place of some line lies close to its end."""


def marked(
    fig: go.Figure, guess: Guess, answer: str | None, look: Look, phone: int = ROOMY, *, in_column: bool = False
) -> go.Figure:
    """The page's figure with the guess and the truth marked in it, where they cover least of it.

    Args:
        fig: it stays as it is. Where it lacks what is asked for, nothing is marked.
        guess: the question.
        answer: what was guessed; None for nothing, where the truth alone is marked.
        look: where it is shown.
        phone: pixels of the figure on a phone.
        in_column: it stands beside another one.
    """
    try:
        broad = widths(fig.to_dict(), look, phone, in_column=in_column)
        moved = phone > PHONE
        marks = _Marks(fig, look, broad, moved=moved)
        if answer is not None and isinstance(guess, Number | Point):
            longer = reaching(fig, guess, number_in(answer), marks.shown)
            if longer is not fig:
                fig, marks = longer, _Marks(longer, look, broad, moved=moved)
        marks.mark(guess, answer)
    except ValueError:
        return fig
    if not marks.notes:
        return fig
    parts = fig.to_dict()
    layout = unstretched(parts["layout"], marks.beside_notes)
    layout["shapes"] = [*(layout.get("shapes") or ()), *marks.shapes]
    own = [
        _on_paper(note, look) if place in marks.struck else note
        for place, note in enumerate(layout.get("annotations") or ())
    ]
    layout["annotations"] = [*own, *marks.notes]
    return Drawn({**parts, "data": [*parts["data"], *marks.traces], "layout": layout})


def _on_paper(note: Mapping[str, Any], look: Look) -> Mapping[str, Any]:
    """A note that a line runs behind."""
    return {"bgcolor": look.paper, **note}


class _Marks:
    """The traces, shapes and notes of a guess in a figure.

    Args:
        fig: it stays as it is.
        look: where it is shown.
        broad: pixels of all its plots, as broad as it may be drawn.
        moved: whether it is moved sideways on a phone.
    """

    def __init__(self, fig: go.Figure, look: Look, broad: Sequence[float], *, moved: bool) -> None:
        self._look, self._layout, self._widths, self._moved = look, fig.to_dict()["layout"], broad, moved
        self._rows = with_room_for_words(self._layout, with_traces(fig), look, self._widths[0])
        self.shown = [series for _, series in self._rows]
        self._plots: dict[tuple[str, str], tuple[Plot, ...]] = {}
        self.traces: list[Mapping[str, Any]] = []
        self.shapes: list[Mapping[str, Any]] = []
        self.notes: list[Mapping[str, Any]] = []
        self.struck: set[int] = set()

    def mark(self, guess: Guess, answer: str | None) -> None:
        """Marks a guess, if there is one, and the truth; raises ValueError where the figure lacks what is asked for."""
        if isinstance(guess, Curve):
            series = series_of(guess.series, guess.over, self.shown)
            if answer is not None:
                self._sketch(points_in(answer), series)
            self._curve(series)
        elif isinstance(guess, OneOf | Between):
            self._name(guess, None if answer is None else place_in(guess, answer))
        else:
            self._measure(guess, None if answer is None else number_in(answer))

    @property
    def beside_notes(self) -> list[Series]:
        """The series in whose plots notes stand."""
        return [plots[0].series for plots in self._plots.values()]

    def _drawn(self, series: Series) -> tuple[Plot, ...]:
        """The plot of a series as broad as it may be drawn."""
        if series.axes not in self._plots:
            given = self._layout, self._rows, series, self._look
            self._plots[series.axes] = tuple(plot_of(*given, broad) for broad in self._widths)
        return self._plots[series.axes]

    def _sketch(self, points: Sequence[tuple[float, float]], series: Series) -> None:
        trace = sketch(points, self._look).to_plotly_json()
        if series.across.categories:
            words = series.across.categories
            trace["x"] = [words[min(max(round(x), 0), len(words) - 1)] for x, _ in points]
        names = {"xaxis": series.axes[0], "yaxis": series.axes[1]}
        self.traces = [{**trace, **names, "showlegend": False, "cliponaxis": True}]
        for plot in self._drawn(series):
            inside = [[_within(at, axis) for at, axis in zip(point, plot.axes, strict=True)] for point in points]
            for start, end in pairwise(inside):
                plot.add_line(plot.at(*start), plot.at(*end))
        self._point(series, *points[-1], YOURS)

    def _curve(self, series: Series) -> None:
        """The truth named at its line, where the name covers least and no other line is near."""
        seen = np.isfinite(series.x) & np.isfinite(series.y)
        points = [(x, y) for x, y in zip(series.x[seen].tolist(), series.y[seen].tolist(), strict=True)]
        within = [point for point in points if self._within(series, point) == point]
        if not within:
            raise ValueError(f"“{series.name}” has no number in sight")
        plots = self._drawn(series)

        def cost(point: tuple[float, float]) -> float:
            at, first = self._aim(series, *point, TRUTH)
            arrow = best_arrow(plots, at, TRUTH, first, self._look)
            return arrow.cost + arrow.standoff + NEAR_BY * max(plot.crowd(plot.at(*at)) for plot in plots)

        across = [series.across.share(x) for x, _ in within]
        nearest = (min(zip(across, within, strict=True), key=lambda one: abs(one[0] - share))[1] for share in NAMED_AT)
        self._point(series, *min(nearest, key=cost), TRUTH)

    def _within(self, series: Series, point: tuple[float, float]) -> tuple[float, float]:
        """A point, or the one at the edge of the axes where it lies beyond."""
        return _within(point[0], series.across), _within(point[1], series.upwards)

    def _name(self, guess: OneOf | Between, place: int | None) -> None:
        """Notes at the points where the options are read."""
        right = right_places(guess, self.shown)
        if isinstance(guess, Between):
            words = self._told(guess.reading)
            if place in right:
                self._note(guess.reading, f"{YOURS}: right ({words})")
                return
            yours = "" if place is None else f"<br>{YOURS}: {escape(shorten(guess.options[place], LONGEST))}"
            self._note(guess.reading, f"{TRUTH}: {words}{yours}")
        elif guess.readings:
            for at in right:
                self._note_of(guess, at, TRUTH if at != place else f"{YOURS}: right")
            if place is not None and place not in right:
                self._note_of(guess, place, YOURS)

    def _note_of(self, guess: OneOf, place: int, words: str) -> None:
        """A note at what an option is read from.

        Beyond the axis, where the arrow tells none, it names its line; and in a figure that a phone moves sideways,
        where the names of lines may be out of sight, unless it covers less without.
        """
        reading, beyond = guess.readings[place], self._beyond(guess.readings[place])
        series = series_of(reading.series, reading.over, self.shown)
        told = names(self._layout, self._rows, series.axes)
        lines = {one.series for one in guess.readings}
        named = f"{words}{',' if ':' in words else ':'} {series.name}"
        if series.name not in told or len(told & lines) < 2 or not (self._moved or beyond):
            ways = [words]
        else:
            ways = [named] if beyond else [named, words]
        self._point(series, *located(reading, self.shown), *(f"{way}{beyond}" for way in ways))

    def _told(self, reading: Reading) -> str:
        """The value of a reading in words, in per cent where its axis is; and whether it lies beyond that."""
        value, series = read(reading, self.shown), series_of(reading.series, reading.over, self.shown)
        if reading.take == "rise":
            up, whole = series.upwards, 100 if series.upwards.percent else 1
            points = " points" if up.percent or up.in_hundredths else ""
            return signed(f"it changes by {whole * value:+.3g}{points}")
        words = said(value, series.across if reading.take.endswith("at") else series.upwards)
        return f"{words}{self._beyond(reading)}"

    def _beyond(self, reading: Reading) -> str:
        """What a note says of a point that lies beyond the axes; nothing of one in sight."""
        series = series_of(reading.series, reading.over, self.shown)
        return BEYOND if series.beyond(*located(reading, self.shown)) else ""

    def _note(self, reading: Reading, words: str) -> None:
        """A word with an arrow at the point where something is read."""
        series = series_of(reading.series, reading.over, self.shown)
        self._point(series, *located(reading, self.shown), words)

    def _point(self, series: Series, x: float, y: float, *ways: str) -> None:
        """A word with an arrow at a point of a series; at the edge of the plot for one that lies beyond it.

        At a bar that stands upon another one the arrow comes from the side. It ends before a number at its point. Of
        several ways to say it the first one is taken unless another one covers less.
        """
        look, plots = self._look, self._drawn(series)
        words, at, away = self._fitting(series, x, y, ways)
        keep_note(plots, at, words, away, look)
        x, y = (_on_axis(value, axis) for value, axis in zip(at, plots[0].axes, strict=True))
        self.notes.append(
            {
                "x": float(x),
                "y": float(y),
                "xref": series.axes[0],
                "yref": series.axes[1],
                "text": f"<b>{words}</b>",
                "showarrow": True,
                "arrowhead": 2,
                "arrowcolor": look.ink,
                "arrowwidth": 2,
                "ax": round(away.across) + ASKEW,
                "ay": -round(away.up),
                "standoff": away.standoff,
                "font": {"color": look.ink, "size": look.size},
                "bgcolor": look.paper,
                "bordercolor": look.ink,
                "borderpad": 3,
            }
        )

    def _fitting(
        self, series: Series, x: float, y: float, ways: Sequence[str]
    ) -> tuple[str, tuple[float, float], Arrow]:
        """The words of a note at a point of a series, narrower or fewer where they cover less so; the point, and the
        arrow."""

        def arrow(said: str) -> tuple[str, tuple[float, float], Arrow]:
            at, first = self._aim(series, x, y, said)
            return said, at, best_arrow(self._drawn(series), at, said, first, self._look)

        best = None
        for words in dict.fromkeys(way for whole in ways for way in (whole, in_more_lines(whole))):
            other = arrow(words)
            if best is None or other[2].cost + FREE < best[2].cost:
                best = other
            if best[2].cost <= FREE:
                break
        assert best is not None
        return best

    def _aim(self, series: Series, x: float, y: float, words: str) -> tuple[tuple[float, float], tuple[float, float]]:
        """Where an arrow at a point of a series points, in the units of the axes, and where its word stands at first:
        above the point or, high in the plot, below; of a bar upon others beside it."""
        shown = y if series.base is None else series.begins(x, y) + y / 2
        inside = self._within(series, (x + series.beside, shown))
        at, size = inside[::-1] if series.lying else inside, self._look.size
        high = series.upwards.share(at[0] if series.lying else at[1]) > 0.7
        over = max(42.0, size_of(words, size)[1] / 2 + 2.6 * size)
        first = (0.0, -over if high else over)
        if series.base is not None:
            aside = size_of(words, size)[0] / 2 + 5 * size
            left = series.across.share(at[1] if series.lying else at[0]) >= 0.6
            first = (0.0, 60.0) if series.lying else (-aside if left else aside, 0.0)
        return at, first

    def _measure(self, guess: Number | Point, number: float | None) -> None:
        """A dotted line at the guess, and a note at the truth.

        A bar that stands upon another one has its height from there, where no line across the figure tells it, and a
        change lies at no height: so the note at the truth says the guess as well, and where no name fits the line.
        """
        if guess.reading is None:
            return
        truth = f"{TRUTH}: {self._told(guess.reading)}"
        if number is None:
            self._note(guess.reading, truth)
            return
        series, axis = asked_series(guess, self.shown), axis_of(guess, self.shown)
        number = on_axis(guess, number, self.shown)
        yours = f"{YOURS}: {said(number, axis)}"
        upon = axis is series.upwards and series.begins(*located(guess.reading, self.shown))
        if upon or guess.reading.take == "rise":
            part = f" ({PART})" if upon else ""
            self._note(guess.reading, f"{truth}{part}<br>{yours}")
            return
        self._line(guess.reading, truth, yours, series, number, axis)

    def _line(self, reading: Reading, truth: str, yours: str, series: Series, number: float, axis: Axis) -> None:
        """A dotted line at a number on an axis with its name, and a note at the truth which leaves the name a place.

        Of a number beyond the axis, where no line is, the note tells.
        """
        upright = (axis is series.across) != series.lying
        if _within(number, axis) != number:
            self._note(reading, f"{truth}<br>{yours}{BEYOND}")
            return
        plots = self._drawn(series)
        self.shapes = [across_figure(number, upright=upright, look=self._look, axes=series.axes)]
        self.struck = set().union(*(plot.struck(number, upright=upright) for plot in plots))
        for plot in plots:
            plot.add_line(*(plot.on_line(number, end, upright=upright) for end in (0, 1)))
        named = along_line(plots, number, yours, upright=upright, look=self._look)
        if named.cost > CROWDED:
            self._note(reading, f"{truth}<br>{yours}")
            return
        shown = [plot.places for plot in plots]
        self._note(reading, truth)
        near = None if self._look.presenter else plots[0].words[-1]
        beside = along_line(plots, number, yours, upright=upright, look=self._look, beside=near)
        if beside.cost > max(CROWDED, named.cost):
            # The note has taken the name's last place. It finds another one itself.
            self.notes.pop()
            for plot, before in zip(plots, shown, strict=True):
                plot.places = before
                plot.words.pop()
            keep_name(plots, number, yours, named, upright=upright, look=self._look)
            self._note(reading, truth)
        else:
            named = beside
        self._line_name(series, yours, (_on_axis(number, axis), named.along), named.anchor, upright=upright)

    def _line_name(
        self, series: Series, words: str, at: tuple[float, float], anchor: tuple[str, str], *, upright: bool
    ) -> None:
        """The name of a line over the whole plot, before all arrows: at its place on one axis, and along the other."""
        x, y = series.axes
        if upright:
            place = {"xref": x, "yref": f"{y} domain", "x": at[0], "y": at[1]}
        else:
            place = {"xref": f"{x} domain", "yref": y, "x": at[1], "y": at[0]}
        note = {
            "text": f"<b>{words}</b>",
            "showarrow": False,
            "bgcolor": self._look.paper,
            "font": {"size": self._look.size, "color": self._look.ink},
            "xanchor": anchor[0],
            "yanchor": anchor[1],
        }
        self.notes.insert(0, {**note, **place})


def _within(value: float, axis: Axis) -> float:
    """A value, or the end of the axis where it lies beyond."""
    if axis.log and value <= 0:
        return axis.low
    return min(max(value, axis.low), axis.high)


def _on_axis(value: float, axis: Axis) -> float:
    """Where a note lies: the logarithm on a logarithmic axis, which takes a shape as it is."""
    return float(np.log10(value)) if axis.log else value
