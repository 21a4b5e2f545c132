"""The attention page, driven as a visitor would: presets, extremes, garbage links, hostile text."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.attention import RECORDED_TEXTS, head_scores, recorded
from pages.architecture.attention import main as views
from pages.architecture.attention.words import finding
from tests.page_kit import charts, html_of, settled

PAGE = "pages/architecture/attention/page.py"
PRESETS = (
    "Induction in action",
    "Previous-token head",
    "The attention sink",
    "Two meanings of bank",
    "Bidirectional",
    "Causal",
)


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(PAGE, **{f"attention_{name}": value for name, value in params.items()})


def tell(app: AppTest, name: str) -> AppTest:
    app.button_group(key="attention_story").set_value(name)
    return settled(app)


def test_presets_use_every_recorded_text(page: Callable[..., AppTest]) -> None:
    app = page()
    shown = set()
    for name in PRESETS:
        if name != "Two meanings of bank":
            tell(app, name)
        shown.add(app.session_state["attention_text"])
    assert shown == {entry.text for entry in RECORDED_TEXTS.values() if entry.key != "bank"}


@pytest.mark.parametrize(
    "params",
    [
        {"layer": 99},
        {"layer": "x"},
        {"head": -5},
        {"query": 10_000},
        {"model": "../../etc/passwd"},
        {"model": "somebody/something"},
        {"panel": "<script>"},
        {"hide_sink": "perhaps"},
        {"mass": 1e9},
    ],
    ids=str,
)
def test_a_garbage_link_shows_the_default_figure(page: Callable[..., AppTest], params: dict[str, Any]) -> None:
    app = page(**params)
    assert charts(app)
    assert not app.error
    assert "gives" in html_of(app)


@pytest.mark.parametrize(("layer", "head", "query"), [(0, 0, 0), (29, 8, 43)])
def test_extremes(page: Callable[..., AppTest], layer: int, head: int, query: int) -> None:
    app = page(layer=layer, head=head, query=query, hide_sink="true", whole_model="false")
    assert charts(app)
    assert "not the model" in " ".join(str(block.value) for block in app.markdown)


@pytest.mark.models
@pytest.mark.parametrize(
    "text",
    ["", "   ", "a" * 10_000, "word " * 10_000],
    ids=["empty", "blank", "long word", "many words"],
)
def test_a_text_that_cannot_be_shown_gets_a_plain_word(page: Callable[..., AppTest], text: str) -> None:
    app = page()
    app.text_input(key="attention_text").set_value(text)
    settled(app)
    if text.strip() or not text:
        assert app.warning
    if len(text) > 100:
        assert "at most 512" in app.warning[0].value


@pytest.mark.models
@pytest.mark.parametrize(
    "text",
    [
        "one",
        "<script>alert(1)</script>",
        "$x$ and $$y$$",
        "`code` ``` [link](javascript:alert(1)) ]",
        "שלום עולם مرحبا",
        "café 👩‍👩‍👧‍👦 naïve 🙂",
        "bell\x07 zero\x00 esc\x1b[31m",
        "<b>bold</b> &amp; &lt;",
    ],
)
@pytest.mark.parametrize("model", ["smollm2-135m", "minilm-l6"])
def test_hostile_text_is_shown_as_text(page: Callable[..., AppTest], text: str, model: str) -> None:
    app = page()
    app.text_input(key="attention_text").set_value(text)
    app.selectbox(key="attention_model").set_value(model)
    settled(app)
    assert charts(app)
    assert "<script" not in html_of(app).split("</style>")[-1]
    for chart in charts(app):
        assert "<script" not in chart.proto.spec
        assert "<b>" not in chart.proto.spec


@pytest.mark.models
def test_checks_pass_on_a_measured_text(page: Callable[..., AppTest]) -> None:
    app = page()
    app.text_input(key="attention_text").set_value("The river runs to the sea, and the sea is never full.")
    settled(app)
    assert "Only distances matter" in html_of(app)
    assert "rebuilt by hand" in html_of(app)
    assert not app.error


@pytest.mark.models
@pytest.mark.parametrize("key", ["causal", "bidirectional"])
@pytest.mark.parametrize("hide_sink", [False, True])
def test_the_exported_script_computes_the_map_on_screen(key: str, hide_sink: bool) -> None:
    entry = RECORDED_TEXTS[key]
    shown = views.Shown(
        None, recorded(key), entry.layer, entry.head, entry.query, hide_sink=hide_sink, whole_model=True
    )
    names: dict[str, Any] = {}
    exec(views.script(shown), names)
    assert np.nanmax(np.abs(np.asarray(names["weights"]) - shown.map)) < 1e-5
    frame = views.export_frame(shown)
    allowed = len(shown.map) * (len(shown.map) + 1) // 2 if entry.key == "causal" else shown.map.size
    assert len(frame) == allowed


@pytest.mark.parametrize("name", list(RECORDED_TEXTS))
def test_titles_say_what_the_recordings_are_for(name: str) -> None:
    entry, record = RECORDED_TEXTS[name], recorded(name)
    words = {"induction": "followed last time", "previous_token": "token before", "sink": "first token",
             "bidirectional": "token after", "causal": "token before", "bank": "spreads"}  # fmt: skip
    assert words[name] in finding(head_scores(record), record.weights, entry.layer, entry.head)
