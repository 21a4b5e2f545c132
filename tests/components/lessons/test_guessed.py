"""What is told and kept of a guess."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from components.lessons.fields import IN_THE_FILE, Asked, Words
from components.lessons.guessed import Guessed, as_csv, told, truth_told, verdict_of
from components.lessons.guessing import place_of
from components.lessons.parameters import course_parameters
from components.lessons.playing import Playing
from core.lessons import (
    SCHEMA,
    VERSION,
    Axis,
    Curve,
    Lesson,
    Number,
    OneOf,
    Point,
    Reading,
    Series,
    Step,
    Verdict,
    View,
    from_json,
    judged,
)

MARKUP = "<img src=x onerror=alert(1)>"


def test_markup_is_told_as_text() -> None:
    guessed = Guessed("transport", MARKUP, Verdict(MARKUP, MARKUP, False), MARKUP, ("transport", 0))
    assert "<img" not in told(guessed)
    assert told(guessed).count("&lt;img") == 3
    assert "A surprise" in told(guessed)
    assert "surprise" not in told(Guessed("x", "", Verdict("yes", "", None), "", ("x", 0)))


def test_a_file_holds_all_guesses_and_no_formula() -> None:
    kept = [Guessed("transport", "=1+1", Verdict("a, b", 'c "d"', True), "why", ("transport", 0), "-1 2; 3 4")]
    rows = list(csv.reader(io.StringIO(as_csv(kept))))
    assert rows[1] == ["transport", "'=1+1", "a, b", "'-1 2; 3 4", 'c "d"', "yes", "why"]


def test_a_verdict_names_its_step() -> None:
    guess = OneOf(("a", "b"), (Reading("one", "last"), Reading("two", "last")), reason="So it is.")
    play = Playing(
        "own", Lesson("", (Step(View("transport"), "T"), Step(View("transport"), "T", "", "Q?", guess))), 1, "1"
    )
    axis = Axis("", 0, 1)
    shown = [
        Series(name, np.array([0.0]), np.array([value]), axis, axis) for name, value in (("one", 1.0), ("two", 2.0))
    ]
    made = verdict_of(play, "1", shown)
    assert (made.address, made.reason, made.verdict.right) == (("own", 1), "So it is.", True)


def test_the_truth_is_told_without_a_guess() -> None:
    axis = Axis("", 0, 1)
    shown = [
        Series(name, np.array([0.0, 1.0]), np.array([0.0, value]), axis, axis)
        for name, value in (("one", 0.4), ("two", 0.9))
    ]
    readings = (Reading("one", "last"), Reading("two", "last"))
    cases = {
        OneOf(("a", MARKUP), readings, reason="So."): "The figure: <b>&lt;img src=x onerror=alert(1)&gt;</b>. So.",
        OneOf(("a", "b"), reason="So."): "So.",
        Number(readings[0], 0, 1, reason=""): "The figure: <b>0.4</b>.",
        Point(readings[1], reason="So."): "The figure: <b>0.9</b>. So.",
        Curve("one", reason="So."): "So.",
    }
    for guess, words in cases.items():
        assert truth_told(guess, shown) == words
    with pytest.raises(ValueError, match="three"):
        truth_told(Curve("three", reason="So."), shown)


def test_what_was_chosen_is_right_and_never_near() -> None:
    verdict = Verdict("a", "a", True)
    assert "That is right." in told(Guessed("x", "", verdict, "", ("x", 0), chosen=True))
    assert "That is right, or near." in told(Guessed("x", "", verdict, "", ("x", 0)))


def test_a_lecturers_own_number_has_a_range_and_a_right_one() -> None:
    words = Words("One", "", "How many?", "", reason="So.", number=Asked(0, 20, 7, "heads"))
    guess = words.step(View("learning")).guess
    assert guess == Number(None, 0, 20, "heads", "So.", 7)
    assert truth_told(guess, ()) == "The answer: <b>7 heads</b>. So."
    with pytest.raises(ValueError, match="options or asks for a number"):
        replace(words, options="one\ntwo").step(View("learning"))
    with pytest.raises(ValueError, match="without the range"):
        replace(words, number=Asked(truth=7)).step(View("learning"))
    with pytest.raises(ValueError, match="7 lies outside"):
        replace(words, number=Asked(8, 20, 7)).step(View("learning"))
    with pytest.raises(ValueError, match="empty"):
        replace(words, number=Asked(3, 3)).step(View("learning"))


def test_a_lecturers_own_options_have_the_right_one_and_a_reason() -> None:
    words = Words("One", "", "Which?", "first\n\nsecond", reason="It is.", right=2)
    guess = words.step(View("learning")).guess
    assert guess == OneOf(("first", "second"), reason="It is.", right=1)
    assert truth_told(guess, ()) == "The answer: <b>second</b>. It is."
    assert judged(guess, "0", ()).right is False
    assert judged(guess, "1", ()).right is True
    with pytest.raises(ValueError, match="option 3 is right of 2"):
        replace(words, right=3).step(View("learning"))
    with pytest.raises(ValueError, match="none to choose from"):
        replace(words, options="").step(View("learning"))


def test_a_figure_below_others_is_named_on_a_phone() -> None:
    assert place_of({"b", "c"}, ["a", "b", "c"]) == '<span class="where">See figure 2 of 3.</span>'
    for marked, drawn in (({"a", "c"}, ["a", "b", "c"]), ({"a"}, ["a"]), (set(), ["a", "b"]), (set(), [])):
        assert place_of(marked, drawn) == ""


def test_what_the_form_shows_for_a_file_is_read_from_one() -> None:
    asked = []
    for line in IN_THE_FILE:
        step = f'{{"page": "learning", "title": "T", "question": "Where?", {line}}}'
        written = f'{{"schema": "{SCHEMA}", "version": {VERSION}, "steps": [{step}]}}'
        asked.append(from_json(written, course_parameters()).steps[0].guess)
    assert asked == [Point(Reading("test", "lowest at", over="degree")), Curve("test", over="degree")]
    assert "\n".join(IN_THE_FILE) in (Path(__file__).parents[3] / "README.md").read_text("utf-8")
