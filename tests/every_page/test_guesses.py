"""The questions of the built-in lessons: each is read from the figure of its view, and can be guessed."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from components.course import Topic, topics
from components.lessons.blank import YOURS
from components.lessons.built_in import lesson_on
from components.lessons.ground import Box, Plot, around, size_of
from components.lessons.guessed import GUESSED
from components.lessons.marks import TRUTH
from components.lessons.playing import ANSWERS, MOVE
from components.lessons.plotted import plotted, with_traces
from components.lessons.survey import PHONE, plot_of, widths
from components.theme import Look
from core.lessons import Between, Curve, Guess, Number, OneOf, Point, Series, read, right_places, series_of
from tests.every_page.truths import TRUTHS
from tests.page_kit import charts, figure_of, html_of, settled

FEWEST = 3
"""Questions of a page's lesson that can be guessed."""


def some_answer(guess: Guess) -> str:
    """An answer that the question allows."""
    if isinstance(guess, OneOf | Between):
        return "0"
    if isinstance(guess, Number):
        return f"{(guess.low + guess.high) / 2:g}"
    return "0 0.1; 1 0.2" if isinstance(guess, Curve) else "1"


def series_by_chart(app: AppTest) -> list[list[Series]]:
    """What each chart of the page shows, from the top."""
    return [plotted(go.Figure(figure_of(chart), skip_invalid=True)) for chart in charts(app)]


def read_by_chart(guess: Guess, shown: Sequence[Sequence[Series]]) -> Iterator[list[float]]:
    """For each reading of a question what the charts say that have something for it, one by one."""
    for reading in getattr(guess, "readings", ()) or [getattr(guess, "reading", None)]:
        found: list[float] = []
        for chart in shown:
            try:
                if isinstance(guess, Curve):
                    found.append(float(np.nansum(series_of(guess.series, guess.over, chart).y)))
                elif reading is not None:
                    found.append(read(reading, chart))
            except ValueError:
                continue
        yield found


def holds(truth: str | tuple[float, float], guess: Guess, shown: Sequence[Series]) -> bool:
    """Whether the figure answers as the reason of the question says."""
    if isinstance(guess, OneOf | Between):
        return [guess.options[place] for place in right_places(guess, shown)] == [truth]
    assert isinstance(guess, Number | Point)
    assert isinstance(truth, tuple)
    return truth[0] <= read(guess.reading, shown) <= truth[1]


@pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.key)
def test_a_lesson_asks_what_its_figures_answer(topic: Topic, visit: Callable[..., AppTest]) -> None:
    app, lesson = visit(topic.script), lesson_on(topic)
    asked = [(place, step) for place, step in enumerate(lesson.steps) if step.guess is not None]
    assert len(asked) >= FEWEST
    for place, step in asked:
        assert step.guess is not None
        assert step.guess.reason.rstrip().endswith(".")
        assert ". " not in step.guess.reason, "one sentence"
        app.session_state[MOVE] = (topic.key, place)
        settled(app)
        assert "Guess first" in html_of(app), step.title
        # The figure's number stands beside these words, and is written without a space.
        said = [step.question, step.guess.reason, *getattr(step.guess, "options", ())]
        assert not [words for words in said if re.search(r"\d %", words)]
        assert len(charts(app)) == isinstance(step.guess, Point | Curve), f"{step.title}: empty axes at most"
        app.session_state[ANSWERS] = {(topic.key, place, step.question): some_answer(step.guess)}
        app.session_state[MOVE] = (topic.key, place)
        settled(app)
        told = app.session_state[GUESSED].get((topic.key, step.question)) if GUESSED in app.session_state else None
        assert told, f"{step.title}: the figure does not show what is asked"
        assert told.verdict.right is not None
        shown = series_by_chart(app)
        for found in read_by_chart(step.guess, shown):
            assert found == pytest.approx([found[0]] * len(found)), f"{step.title}: two charts answer differently"
        assert written_over(app) == [], step.title
        # The sketch of a test may end beyond the axes, in whatever corner.
        marks = (TRUTH,) if isinstance(step.guess, Curve) else (TRUTH, YOURS)
        assert arrows_over_words(app, marks) == [], step.title
        truth = TRUTHS.get((topic.key, step.title))
        if truth is not None:
            assert holds(truth, step.guess, [series for chart in shown for series in chart]), step.title


def test_each_truth_is_of_a_question() -> None:
    asked = {(topic.key, step.title) for topic in topics() for step in lesson_on(topic).steps if step.guess is not None}
    assert not TRUTHS.keys() - asked


def written_over(app: AppTest) -> list[str]:
    """The names of guesses that lie on points or bars on a screen, although elsewhere along their lines nothing lies on
    a screen and on a phone."""
    found = []
    for fig in (go.Figure(figure_of(chart), skip_invalid=True) for chart in charts(app)):
        parts = fig.to_dict()
        layout = parts["layout"]
        for note in layout.get("annotations") or ():
            if not note["text"].startswith(f"<b>{YOURS}: ") or note["showarrow"]:
                continue
            upright = note["yref"].endswith("domain")
            name = note["xref" if upright else "yref"]
            rows = with_traces(fig)
            series = next(one for _, one in rows if name in one.axes)
            phone, *screens = (plot_of(layout, rows, series, Look(), broad) for broad in widths(parts, Look(), PHONE))
            others = [{**note, "y" if upright else "x": along} for along in np.linspace(0.02, 0.98, 25)]
            if not free(screens, note, upright=upright) and any(
                free([phone, *screens], other, upright=upright) for other in others
            ):
                found.append(note["text"])
    return found


def arrows_over_words(app: AppTest, marks: Sequence[str]) -> list[str]:
    """The marks of guess and truth whose arrows run over words of their figure."""
    return [note for chart in charts(app) for note in _over(go.Figure(figure_of(chart), skip_invalid=True), marks)]


def _over(fig: go.Figure, marks: Sequence[str]) -> Iterator[str]:
    layout, rows = fig.to_dict()["layout"], with_traces(fig)
    notes = layout.get("annotations") or ()
    ours = [note for note in notes if note["text"].startswith((f"<b>{YOURS}", f"<b>{TRUTH}"))]
    own = {**layout, "annotations": [note for note in notes if note not in ours]}
    for note in ours:
        if not note["showarrow"] or not note["text"].startswith(tuple(f"<b>{mark}" for mark in marks)):
            continue
        series = next(one for _, one in rows if one.axes == (note["xref"], note["yref"]))
        shown = plot_of(own, rows, series, Look())
        x, y = (10 ** note[way] if axis.log else note[way] for way, axis in zip("xy", shown.axes, strict=True))
        way, point = np.array([note["ax"], -note["ay"]]), np.array(shown.at(x, y))
        long = float(np.hypot(*way))
        shaft = point + np.arange(note["standoff"], long)[:, None] * way / long
        word = around(float(point[0] + way[0]), float(point[1] + way[1]), size_of(note["text"], 13))
        outside = [place for place in shaft if not holds_place(word, place)]
        if any(holds_place(box, place) for box in shown.words for place in outside):
            yield note["text"]


def holds_place(box: Box, place: np.ndarray) -> bool:
    """Whether a place lies in a box."""
    return bool(box[0] < place[0] < box[2] and box[1] < place[1] < box[3])


def box_of(shown: Plot, note: Mapping[str, Any], *, upright: bool) -> Box:
    """Where the name of a dotted line stands."""
    value, axis = note["x" if upright else "y"], shown.axes[0 if upright else 1]
    at = shown.at(*(10**value if axis.log else value,) * 2)
    place = (at[0], note["y"] * shown.height) if upright else (note["x"] * shown.width, at[1])
    return around(place[0], place[1], size_of(note["text"], 13), (note["xanchor"], note["yanchor"]))


def free(plots: Sequence[Plot], note: Mapping[str, Any], *, upright: bool) -> bool:
    """Whether a name covers nothing, however broad the figure is drawn, and does not lie beyond the plot: there it
    would lie upon the axis, or upon the next plot."""
    boxes = [box_of(plot, note, upright=upright) for plot in plots]
    within = all(box[0] >= -2 and box[2] <= plot.width + plot.room[1] for plot, box in zip(plots, boxes, strict=True))
    return within and not any(covered(plot, box) for plot, box in zip(plots, boxes, strict=True))


def covered(shown: Plot, box: Box) -> int:
    """How many places of lines, points and bars a name covers by more than a pixel."""
    low_x, low_y, high_x, high_y = box[0] + 1, box[1] + 1, box[2] - 1, box[3] - 1
    x, y = shown.places.T
    return int(((low_x < x) & (x < high_x) & (low_y < y) & (y < high_y)).sum())
