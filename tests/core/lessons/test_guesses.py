"""Questions to guess: what they refuse, how they come back from a file, and what odd files are told."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.lessons import (
    MAX_OPTIONS,
    SCHEMA,
    VERSION,
    Between,
    Curve,
    Guess,
    Lesson,
    Number,
    OneOf,
    Point,
    Reading,
    Step,
    View,
    from_json,
    to_json,
)
from tests.core.lessons.pages import PAGES, TEXT

NAMES = TEXT.filter(str.strip)
FINITE = st.floats(-1e6, 1e6)
READINGS = st.builds(Reading, NAMES, st.sampled_from(["first", "last", "highest", "lowest at"]), over=TEXT) | st.builds(
    Reading, NAMES, st.just("value"), FINITE | NAMES, TEXT
)
OPTIONS = st.lists(NAMES, min_size=2, max_size=4, unique=True).map(tuple)


@st.composite
def guesses(draw: st.DrawFn) -> Guess:
    """A question of any kind."""
    options, reading = draw(OPTIONS), draw(READINGS)
    bounds = tuple(sorted(draw(st.sets(FINITE, min_size=len(options) - 1, max_size=len(options) - 1))))
    readings = draw(st.just(()) | st.just((reading,) * len(options)))
    low = draw(FINITE)
    return draw(
        st.sampled_from(
            [
                OneOf(options, readings, draw(st.sampled_from(["highest", "lowest"])), draw(TEXT)),
                Between(options, reading, bounds),
                Number(reading, low, low + 1, draw(TEXT), draw(TEXT)),
                Number(None, low, low + 1, draw(TEXT), draw(TEXT), draw(st.none() | st.just(low))),
                Point(reading, draw(TEXT)),
                Curve(draw(NAMES), draw(TEXT)),
            ]
        )
    )


@given(guesses())
def test_a_question_comes_back_from_its_file(guess: Guess) -> None:
    lesson = Lesson("One", (Step(View("plain"), "A step", "", "What?", guess),))
    assert from_json(to_json(lesson), PAGES) == lesson


READING = {"series": "test", "take": "last"}


@pytest.mark.parametrize(
    ("guess", "words"),
    [
        ("x", "its guess is no object"),
        ({}, "its guess is of the kind “None”; allowed are one of, between, number, point, curve"),
        ({"kind": ["one of"]}, "is of the kind"),
        ({"kind": "one of"}, "its guess lacks “options”"),
        ({"kind": "one of", "options": ["a"]}, f"1 options; 2 to {MAX_OPTIONS} are allowed"),
        ({"kind": "one of", "options": ["a"] * 101}, "“options” of its guess is no list of at most 100"),
        ({"kind": "one of", "options": ["a", "a"]}, "two options are alike"),
        ({"kind": "one of", "options": ["a", " "]}, "an option is empty"),
        ({"kind": "one of", "options": ["a", 3]}, "is missing, or no text"),
        ({"kind": "one of", "options": ["a", "x" * 121]}, "the option has 121 characters; at most 120 are allowed"),
        ({"kind": "one of", "options": ["a", "b"], "readings": [READING]}, "1 readings for 2 options"),
        ({"kind": "one of", "options": ["a", "b"], "wins": "best"}, "allowed are highest, lowest"),
        ({"kind": "one of", "options": ["a", "b"], "truth": "a"}, "its guess holds “truth”"),
        ({"kind": "between", "options": ["a", "b"], "reading": READING, "bounds": []}, "0 bounds for 2 options"),
        (
            {"kind": "between", "options": ["a", "b", "c"], "reading": READING, "bounds": [2, 1]},
            "the bounds .* do not ascend",
        ),
        ({"kind": "number", "reading": READING, "low": 1, "high": 1}, "the range from 1 to 1 is empty"),
        ({"kind": "number", "reading": READING, "low": 0, "high": True}, "is no finite number"),
        ({"kind": "number", "reading": READING, "low": 0, "high": 10**400}, "is no finite number"),
        ({"kind": "number", "reading": READING, "low": 0, "high": 9, "truth": 3}, "it cannot be given as well"),
        (
            {"kind": "number", "reading": None, "low": 0, "high": 9, "truth": 10},
            "the right number 10 lies outside of 0 to 9",
        ),
        ({"kind": "number", "reading": None, "low": 0, "high": 9, "truth": "3"}, "is no finite number"),
        ({"kind": "number", "low": 0, "high": 9}, "its guess lacks “reading”"),
        ({"kind": "point", "reading": None}, "which only a number may have"),
        ({"kind": "point", "reading": {"series": "test", "take": "rise"}}, "a “rise” is no point on an axis"),
        ({"kind": "point", "reading": {"series": "test", "take": "best"}}, "allowed are value, first"),
        ({"kind": "point", "reading": {"series": "test", "take": "value"}}, "“value” is read at a place"),
        ({"kind": "point", "reading": {"series": "test", "take": "last", "at": 3}}, "“last” is read at no place"),
        ({"kind": "point", "reading": {"series": "x" * 201, "take": "last"}}, "has 201 characters"),
        ({"kind": "curve", "series": "test", "reason": "x" * 401}, "the reason has 401 characters"),
    ],
)
def test_an_odd_question_is_refused_in_words(guess: Any, words: str) -> None:
    step = {"page": "plain", "title": "A step", "question": "What?", "guess": guess}
    with pytest.raises(ValueError, match=f"step 1: .*{words}"):
        from_json(json.dumps({"schema": SCHEMA, "version": VERSION, "steps": [step]}), PAGES)


def test_a_guess_needs_a_question() -> None:
    with pytest.raises(ValueError, match="a guess needs a question"):
        Step(View("plain"), "A step", guess=Curve("test"))


def test_a_file_of_before_has_no_guess() -> None:
    lesson = Lesson("One", (Step(View("plain"), "A step", "", "What?"),))
    assert "guess" not in to_json(lesson)


def test_a_right_option_is_given_or_read() -> None:
    guess = OneOf(("a", "b"), right=1)
    lesson = Lesson("", (Step(View("plain"), "One", question="Which?", guess=guess),))
    assert from_json(to_json(lesson), PAGES).steps[0].guess == guess
    for odd in ("true", "0.5", '"1"', "-1", "2"):
        with pytest.raises(ValueError, match="right"):
            from_json(to_json(lesson).replace('"right": 1', f'"right": {odd}'), PAGES)
    with pytest.raises(ValueError, match="read from the figure"):
        OneOf(("a", "b"), (Reading("x", "last"), Reading("y", "last")), right=0)
