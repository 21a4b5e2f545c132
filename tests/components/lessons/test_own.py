"""The visitor's own lesson: what is kept, taken over, taken back and refused."""

from typing import Any

import pytest
import streamlit as st

from components.lessons import own
from core.lessons import MAX_STEPS, Lesson, Step, View, inserted, to_json

ONE = Step(View("transport", {"panel": "Prices"}), "Prices")
KEPT = Lesson("Kept", (ONE,))


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    state: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", state)
    return state


def longer() -> Lesson:
    return inserted(own.own(), len(own.own().steps), ONE)


def test_each_change_is_written_once_and_can_be_taken_back(session: dict[str, Any]) -> None:
    assert own.own() == Lesson()
    assert not own.can_undo()
    for count in range(1, 4):
        assert own.change(longer)
        assert session[own.WRITES] == count
    own.undo()
    own.undo()
    assert own.own() == Lesson(steps=(ONE,))
    assert session[own.WRITES] == 5, "what is taken back is written, too"
    own.undo()
    own.undo()
    assert own.own() == Lesson()
    assert not own.can_undo()


def test_a_refused_change_changes_nothing_and_is_told_once() -> None:
    own.keep(Lesson(steps=(ONE,) * MAX_STEPS))
    assert not own.change(longer)
    assert len(own.own().steps) == MAX_STEPS
    assert "at most 200" in str(own.refused())
    assert own.refused() is None


def test_what_the_browser_keeps_is_taken_over_and_not_written_again(session: dict[str, Any]) -> None:
    own.take(to_json(KEPT))
    assert own.own() == KEPT
    assert own.WRITES not in session


@pytest.mark.parametrize("written", ["no lesson", to_json(KEPT).replace("transport", "nowhere")])
def test_what_cannot_be_read_is_kept_until_it_is_left(session: dict[str, Any], written: str) -> None:
    own.take(written)
    assert own.unreadable() == written
    assert own.refused()
    assert own.WRITES not in session
    own.leave_unreadable()
    assert own.unreadable() is None
    assert session[own.WRITES] == 1
    own.take(written)
    own.take(to_json(KEPT))
    assert own.unreadable() is None, "another tab has written a lesson meanwhile"


def test_old_changes_are_forgotten(session: dict[str, Any]) -> None:
    for place in range(own.STEPS_BACK + 9):
        own.keep(Lesson(str(place)))
    assert len(session[own.BEFORE]) == own.STEPS_BACK
