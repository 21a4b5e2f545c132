"""The steps of a presenter through the stories of a page."""

from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st

from components import stories
from components.controls import Controls
from components.course import Preset, Values


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> tuple[Callable[[], None], Callable[[], None], list[str]]:
    """What PageUp and PageDown call as a page of three stories has drawn them once, and the stories that are told."""
    heard: dict[str, Callable[[], None]] = {}
    told: list[str] = []

    def tell(values: Values) -> None:
        told.append(values["name"])

    def listen(key: str, **calls: Callable[[], None]) -> None:
        heard.update(calls)

    monkeypatch.setattr(st, "session_state", {})
    for part in ("button", "html"):
        monkeypatch.setattr(st, part, lambda *_words, **_options: None)
    monkeypatch.setattr(stories, "listen", listen)
    monkeypatch.setattr(stories.Stories, "told", lambda _self: None)
    presets = [Preset(name, "", {"name": name}) for name in ("first", "second", "third")]
    drawn: Any = stories.Stories("page", presets, Controls("page", {"name": ""}), tell)
    drawn.stepper()
    return heard["previous"], heard["following"], told


Keys = tuple[Callable[[], None], Callable[[], None], list[str]]


def test_a_key_that_is_pressed_before_the_page_has_answered_counts(keys: Keys) -> None:
    previous, following, told = keys
    for press in (following, following, following, following, previous, previous):
        press()
    assert told == ["first", "second", "third", "first", "third", "second"]


def test_the_first_step_back_is_to_the_last_story(keys: Keys) -> None:
    previous, _, told = keys
    previous()
    assert told == ["third"]
