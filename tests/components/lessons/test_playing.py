"""Lessons by their name in an address, and what the second window is told of a step."""

import pytest

from components.course import topics
from components.lessons.built_in import lesson_of, lesson_on
from components.lessons.line import SHORT, shortened
from components.lessons.plan import LECTURES
from components.lessons.playing import Playing, lesson_named
from components.lessons.second_window import told
from core.lessons import Lesson, Step, View


def test_pages_and_lectures_have_names() -> None:
    assert lesson_named("transport") == lesson_on(next(topic for topic in topics() if topic.key == "transport"))
    assert lesson_named("lecture-14") == lesson_of(LECTURES[13])


@pytest.mark.parametrize(
    "name", ["", "home", "nowhere", "lecture-", "lecture-0", "lecture-15", "lecture-١", "lecture-1x"]
)
def test_another_name_is_none(name: str) -> None:
    assert lesson_named(name) is None


def test_the_second_window_is_told_this_step_and_the_next() -> None:
    lesson = Lesson("Mine", (Step(View("attention"), "One", "Say it", "Why?"), Step(View("transport"), "Two")))
    first, last = told(Playing("own", lesson, 0, "")), told(Playing("own", lesson, 1, ""))
    assert (first["where"], first["title"], first["note"], first["question"]) == (
        "Mine · 1 of 2",
        "One",
        "Say it",
        "Why?",
    )
    assert first["next"] == "Two, on “Optimal transport”"
    assert first["picture"].startswith("app/static/")
    assert last["next"] == "This is the last step."
    assert last["picture"] == ""


def test_a_long_title_is_shortened_in_the_line() -> None:
    assert shortened("x" * SHORT) == "x" * SHORT
    assert len(shortened("x" * 200)) == SHORT
