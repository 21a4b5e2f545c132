"""A page whose model cannot be had: a plain word, and a figure as soon as there is one."""

from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import core.models
from components import loading
from core.models import ModelUnavailableError
from pages.architecture.attention import results as attention_results
from tests.page_kit import html_of, settled

PAGE = "pages/architecture/attention/page.py"


@pytest.fixture
def _nothing_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (attention_results, loading):
        monkeypatch.setattr(module, "is_loaded", lambda name: False)


@pytest.mark.usefixtures("_nothing_loaded")
def test_no_network_gives_a_message_and_the_recordings_stay(
    visit: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(name: str, *, on_progress: Any) -> None:
        on_progress(0.5, "half way")
        raise ModelUnavailableError("SmolLM2 could not be fetched: no network. Run `python -m core.models` later.")

    monkeypatch.setattr(core.models, "load_causal_lm", fail)
    app = visit(PAGE)
    app.text_input(key="attention_text").set_value("a text of my own")
    settled(app)
    assert "no network" in app.error[0].value
    app.button(key="attention_reset").click()
    settled(app)
    assert not app.error
    assert "gives" in html_of(app)


@pytest.mark.usefixtures("_nothing_loaded")
def test_loading_can_be_cancelled_and_taken_up_again(
    visit: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def stuck(name: str, *, on_progress: Any) -> None:
        calls.append(name)
        st.stop()

    monkeypatch.setattr(core.models, "load_causal_lm", stuck)
    app = visit(PAGE, attention_text="a text of my own")
    next(button for button in app.button if button.label == "Cancel").click()
    settled(app)
    assert calls == ["smollm2-135m"]
    assert "cancelled" in app.info[0].value
    next(button for button in app.button if button.label == "Load it now").click()
    settled(app)
    assert calls == ["smollm2-135m"] * 2


@pytest.mark.usefixtures("_nothing_loaded")
def test_what_has_failed_is_tried_again_only_when_asked(
    visit: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def fail(name: str, *, on_progress: Any) -> None:
        calls.append(name)
        raise ModelUnavailableError("no network")

    monkeypatch.setattr(core.models, "load_causal_lm", fail)
    app = visit(PAGE, attention_text="a text of my own")
    assert not [button for button in app.button if button.label == "Cancel"]
    for _ in range(2):
        settled(app)
        assert "no network" in app.error[0].value
    assert calls == ["smollm2-135m"]
    next(button for button in app.button if button.label == "Load it now").click()
    settled(app)
    assert calls == ["smollm2-135m"] * 2
