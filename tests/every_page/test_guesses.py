"""The questions of the built-in lessons: each is read from the figure of its view, and can be guessed."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from components.course import Topic, topics
from components.lessons.built_in import lesson_on
from components.lessons.guessed import GUESSED
from components.lessons.playing import ANSWERS, MOVE
from core.lessons import Between, Curve, Guess, Number, OneOf
from tests.page_kit import html_of, settled

FEWEST = 3
"""Questions of a page's lesson that can be guessed."""


def some_answer(guess: Guess) -> str:
    """An answer that the question allows."""
    if isinstance(guess, OneOf | Between):
        return "0"
    if isinstance(guess, Number):
        return f"{(guess.low + guess.high) / 2:g}"
    return "0 0.1; 1 0.2" if isinstance(guess, Curve) else "1"


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
        assert not app.get("plotly_chart") or isinstance(step.guess, Curve) or "axes" in str(app.get("plotly_chart"))
        app.session_state[ANSWERS] = {(topic.key, place, step.question): some_answer(step.guess)}
        app.session_state[MOVE] = (topic.key, place)
        settled(app)
        told = app.session_state[GUESSED].get((topic.key, step.question)) if GUESSED in app.session_state else None
        assert told, f"{step.title}: the figure does not show what is asked"
        assert told.verdict.right is not None
