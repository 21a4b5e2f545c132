"""The guesses in a tab's storage: what is kept, taken over and ignored."""

import json
from typing import Any

import pytest
import streamlit as st

from components.lessons import guess_storage
from components.lessons.guess_storage import MOST, guesses_from_json, guesses_to_json
from components.lessons.guessed import WRITES, Guessed, guesses, remember
from components.lessons.playing import ANSWERS
from core.lessons import Verdict

ONE = Guessed("transport", "Which?", Verdict("a", "b", False), "So.", ("transport", 4), "0", chosen=True)
OTHER = Guessed("learning", "How many?", Verdict("3", "", None), "", ("own", 0), "3", typed=True)


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    state: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", state)
    return state


def test_a_guess_is_written_once(session: dict[str, Any]) -> None:
    for guessed in (ONE, ONE, OTHER, OTHER, ONE):
        remember(guessed)
    assert session[WRITES] == 2, "a step that is drawn again is no other guess"
    assert guesses_from_json(guesses_to_json([ONE, OTHER])) == [ONE, OTHER]


def test_what_the_tab_keeps_is_joined_to_what_was_guessed_since(session: dict[str, Any]) -> None:
    later = Guessed("transport", "Which?", Verdict("b", "b", True), "So.", ("transport", 4), "1", chosen=True)
    session[ANSWERS] = {("transport", 4, "Which?"): "1"}
    remember(later)
    guess_storage.take(guesses_to_json([ONE, OTHER]))
    assert guesses() == (later, OTHER)
    assert session[ANSWERS] == {("transport", 4, "Which?"): "1", ("own", 0, "How many?"): "3"}
    assert session[WRITES] == 2, "both are written"


def changed(**parts: Any) -> str:
    return json.dumps([{**json.loads(guesses_to_json([ONE]))[0], **parts}])


@pytest.mark.parametrize(
    "written",
    [
        *("", "no list", "{}", "7", "[" * 100_000, "[1, null, []]", "[{}]", " " * 500_000),
        *(changed(page="nowhere"), changed(page=["transport"]), changed(question=7), changed(question="x" * 2_000)),
        *(changed(place=-1), changed(place=1e300), changed(place="4"), changed(right="yes"), changed(chosen=1)),
        *(changed(guessed="\ud800"), changed(answer=None), changed(lesson="x" * 99)),
    ],
)
def test_what_is_no_guess_is_ignored(session: dict[str, Any], written: str) -> None:
    remember(OTHER)
    guess_storage.take(written)
    assert guesses() == (OTHER,)
    assert session[guess_storage.HEARD], "the next write takes its place"


def test_a_step_that_was_uncovered_without_a_guess_is_kept(session: dict[str, Any]) -> None:
    session[ANSWERS] = {("own", 2, "Why?"): "-", ("own", 3, "How?"): "4"}
    written = guesses_to_json([ONE], guess_storage.uncovered())
    assert guesses_from_json(written) == [ONE]
    session.clear()
    session[ANSWERS] = {("own", 5, "Since?"): "-"}
    guess_storage.take(written)
    assert guess_storage.uncovered() == [("own", 5, "Since?"), ("own", 2, "Why?")]
    for part in ({"place": -1}, {"place": "2"}, {"lesson": 7}, {"question": "\ud800"}, {"uncovered": 1}):
        row = {"uncovered": True, "lesson": "own", "place": 2, "question": "Why?", **part}
        assert guess_storage.uncovered_from_json(json.dumps([row, 7])) == []


def test_the_last_guesses_are_kept() -> None:
    many = [Guessed("learning", str(n), Verdict("3", "", None), "", ("own", 0), "3") for n in range(MOST + 9)]
    assert guesses_from_json(guesses_to_json(many)) == many[-MOST:]
