"""The decoding page, driven as a visitor would: presets, panels, garbage links, hostile text."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.views.decoding_words import script
from core.decoding import CONTESTANTS, KINDS, lossless_checks, recorded_race, why_unavailable
from tests.pages.conftest import html_of, settled

PAGE = "pages/efficiency/decoding.py"
PRESETS = (
    "Copying is free",
    "Chat is not",
    "A perfect draft",
    "Early exit without training fails",
    "Medusa's tree",
    "When speculation slows you down",
)
PANELS = (
    "Trace",
    "Race",
    "Acceptance",
    "Theory",
    "Verification",
    "Exactness",
    "Draft and target",
    "Tree",
    "Leaving early",
    "Memory",
    "FlashAttention",
    "All at once",
)


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(PAGE, **{f"decoding_{name}": value for name, value in params.items()})


def charts(app: AppTest) -> list[Any]:
    return app.get("plotly_chart")


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_shows_its_figure_and_reading(page: Callable[..., AppTest], name: str) -> None:
    app = page()
    app.button_group(key="decoding_story").set_value(name)
    settled(app)
    assert charts(app)
    assert "calls of the target" in html_of(app)
    assert not app.error
    assert not app.info


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("method", ["prompt lookup", "greedy", "trained exit"])
def test_each_panel_opens(page: Callable[..., AppTest], panel: str, method: str) -> None:
    app = page(panel=panel, kind="chat", method=method)
    assert charts(app)
    assert not app.error


@pytest.mark.parametrize("method", list(CONTESTANTS))
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_every_method_has_a_figure_or_a_reason(page: Callable[..., AppTest], method: str, precision: str) -> None:
    app = page(kind="chat", method=method, precision=precision, panel="Trace")
    assert charts(app)
    assert not app.error


@pytest.mark.parametrize(
    "params",
    [
        {"kind": "<script>"},
        {"method": "beam search"},
        {"step": 10_000},
        {"step": "x"},
        {"precision": "int1"},
        {"panel": "nothing"},
        {"seed": 1e9, "panel": "Exactness"},
        {"tokens": 99, "parallel": 99, "panel": "All at once"},
        {"tile": 999, "block": 0, "panel": "FlashAttention"},
        {"length": -1, "panel": "Memory"},
    ],
    ids=str,
)
def test_a_garbage_link_shows_a_figure(page: Callable[..., AppTest], params: dict[str, Any]) -> None:
    app = page(**params)
    assert charts(app)
    assert not app.error


@pytest.mark.parametrize("message", ["", "   ", "x" * 3000])
def test_an_impossible_message_is_refused_in_words(page: Callable[..., AppTest], message: str) -> None:
    app = page(kind="your own", message=message)
    assert "from 1 to 2,000" in app.warning[0].value
    assert not app.error


def test_a_visitors_message_waits_for_a_button(page: Callable[..., AppTest]) -> None:
    app = page(kind="your own", message="<b>bold</b>")
    assert [button.label for button in app.button if "Race" in button.label] == ["Race on this machine"]
    assert "<b>bold</b>" not in html_of(app)


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_recorded_lossless_texts_are_the_greedy_text(kind: str) -> None:
    race = recorded_race(kind)
    checks = lossless_checks(race)
    assert len(checks) >= 7
    assert all(check.passed for check in checks)
    assert set(race.runs) >= {name for name, method in CONTESTANTS.items() if not why_unavailable(method)} - {
        "no cache"
    }


def test_the_exported_script_names_the_method_and_compiles() -> None:
    written = script(recorded_race("copy"), "prompt lookup")
    compile(written, "script", "exec")
    assert "PromptLookup(ngram=3, window=7)" in written
