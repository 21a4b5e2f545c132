"""A part of a page may be heard when it is gone: its callback changes nothing then, and raises nothing."""

import ast
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st

from components import parts, remote, storage
from components.lessons import guess_storage, own, pad, second_window
from components.rooms import follower
from pages.alignment.rlhf import judged
from pages.foundations.networks import player

ROOT = Path(__file__).parents[2]


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a session keeps, in the place of Streamlit's."""
    kept: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", kept)
    return kept


def test_a_part_that_is_gone_has_said_nothing(session: dict[str, Any]) -> None:
    session["there"] = SimpleNamespace(point=3)
    assert parts.said("there", "point") == 3
    assert parts.said("there", "step") is None
    assert parts.said("gone", "point") is None


def _calls(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, draw: Callable[[], object]) -> dict[str, Any]:
    """The callbacks that a part is drawn with."""
    drawn: dict[str, Any] = {}
    monkeypatch.setattr(module, name, lambda **more: drawn.update(more))
    draw()
    return {key: value for key, value in drawn.items() if key.startswith("on_")}


def _never(*_: object) -> None:
    pytest.fail("a part that is gone has moved something")


DRAWN: dict[str, tuple[Any, str, Callable[[], object]]] = {
    "room": (follower, "_before", lambda: follower.before("")),
    "lesson": (storage, "_storage", own.mirror),
    "guesses": (storage, "_storage", guess_storage.mirror),
    "keys": (remote, "_remote", lambda: remote.listen("keys", previous=_never, following=_never)),
    "sketch": (pad, "_pad", lambda: pad.pad("axes", (), 0, _never)),
    "labels": (judged, "_mirror", lambda: judged.mirror(None)),
}


@pytest.mark.parametrize("name", DRAWN)
def test_what_a_gone_part_says_changes_nothing(
    session: dict[str, Any], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    calls = _calls(monkeypatch, *DRAWN[name])
    assert calls
    before = dict(session)
    for call in calls.values():
        call()
    assert {key: value for key, value in session.items() if key != remote.TALL} == before


def test_the_second_window_and_a_player_that_are_gone_move_nothing(
    session: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    play: Any = SimpleNamespace(forward=_never, back=_never)
    monkeypatch.setattr(second_window, "told", lambda _: {})
    for call in _calls(monkeypatch, second_window, "_teller", lambda: second_window.tell(play)).values():
        call()
    monkeypatch.setattr(player, "message", lambda *_, **__: {})
    nothing: Any = None
    told = {"on_point": _never, "on_undo": _never, "on_step": _never}

    def draw() -> None:
        player.play(nothing, key="run", look=nothing, height=1, alt="", beside="", step=-1, **told)

    calls = _calls(monkeypatch, player, "_playground", draw)
    calls["on_point_change"]()
    calls["on_step_change"]()
    assert not session


def test_what_a_part_says_is_read_in_one_way() -> None:
    """`st.session_state["key"].value` raises where the part is gone, and the screen turns white."""
    found = []
    for path in [*ROOT.glob("components/**/*.py"), *ROOT.glob("pages/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Subscript):
                of = node.value.value
                called = node.attr in ("pop", "strip", "get", "append", "items", "setdefault")
                if isinstance(of, ast.Attribute) and of.attr == "session_state" and not called:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found == []
