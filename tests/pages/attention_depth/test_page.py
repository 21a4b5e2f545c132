"""The page on attention in depth: presets, panels, extremes, garbage links, hostile text."""

import re
from collections.abc import Callable
from html import escape
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.course import Preset
from core.attention import RECORDED_TEXTS, partner_of, recorded_ranking
from core.models import load_causal_lm, load_encoder
from pages.architecture.attention import results as attention_results
from pages.architecture.attention_depth import main as views
from pages.architecture.attention_depth import results
from pages.architecture.attention_depth.panels import comparison, generation, masks, offer, ranking
from pages.architecture.attention_depth.topic import PANELS, PRESETS
from tests.page_kit import charts, figure_of, html_of, settled

PAGE = "pages/architecture/attention_depth/page.py"
BELOW = ("Ranking",)
"""Panels that stand below the main figure; the others stand in its place."""


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(PAGE, **{f"attention_depth_{name}": value for name, value in params.items()})


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """No model is there, and none is loaded."""

    def refused(name: str) -> bool:
        raise AssertionError(f"{name} was asked for")

    for module in (attention_results, results):
        monkeypatch.setattr(module, "is_loaded", lambda name: False)
        monkeypatch.setattr(module, "load", refused)
    for view in (comparison, generation, masks, offer):
        monkeypatch.setattr(view, "ensure_loaded", refused)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_each_preset_shows_its_own_recorded_figure_before_any_model(
    page: Callable[..., AppTest], preset: Preset, no_model: None
) -> None:
    app = page()
    app.button_group(key="attention_depth_story").set_value(preset.name)
    settled(app)
    assert app.button_group(key="attention_depth_story").value == preset.name
    assert charts(app)
    first_reading = html_of(app).split('class="reading">')[1]
    assert re.sub("<[^>]+>", "", first_reading).startswith(escape(preset.look_at))
    assert charts(app)[0].proto.id.endswith("cause_figure") == (preset.values["panel"] in BELOW)
    assert not app.error


@pytest.mark.parametrize("key", ["induction", "sink", "causal"])
def test_the_comparison_is_there_before_any_model(page: Callable[..., AppTest], key: str, no_model: None) -> None:
    shown, other = RECORDED_TEXTS[key], partner_of(key)
    options = {"text": shown.text, "heads": "L16H0", "layer": 18, "head": 6}
    app = page(panel="Compare", other_text=other.text, other_model=other.model, **options)
    assert "lies elsewhere in the second map" in html_of(app)
    unit = "word" if key == "causal" else "token"
    assert f"Compared by {unit}" in html_of(app)
    assert len(charts(app)) == 3


def test_three_masks_and_all_checks_are_there_before_any_model(page: Callable[..., AppTest], no_model: None) -> None:
    app = page(panel="Masks")
    html = html_of(app)
    assert len(charts(app)) == 3
    for words in ("causal mask", "document mask", "no mask (MiniLM)", "leaks into the other document"):
        assert words in html
    for check in ("Rows sum to 1 in minilm-l6", "those of the document alone"):
        assert check in html
    assert not app.error


def test_the_checks_of_the_figure_are_there_before_any_model(page: Callable[..., AppTest], no_model: None) -> None:
    html = html_of(page(panel="Ranking"))
    for check in ("Ablating nothing", "Residual +"):
        assert check in html


def test_a_panel_needs_no_model_for_a_figure_that_it_stands_for(page: Callable[..., AppTest], no_model: None) -> None:
    app = page(panel="Masks", heat_next=200, token="3 ·yellow")
    assert len(charts(app)) == 3
    assert not app.error


@pytest.mark.models
def test_texts_of_different_length_and_two_models_are_compared(page: Callable[..., AppTest]) -> None:
    load_causal_lm()
    load_encoder()
    text = "The cat sat on the mat."
    longer = page(panel="Compare", text=text, other_text="The big cat sat down on the mat.", heads="L0H0")
    assert "<b>7</b> pairs, <b>2</b> tokens have no partner" in html_of(longer)
    both = page(panel="Compare", text=text, other_text=text, other_model="minilm-l6", heads="L0H0", layer=20, head=8)
    assert "Compared by word: <b>7</b> pairs" in html_of(both)
    assert "against layer 5, head 8 of minilm-l6" in html_of(both)
    for app in (longer, both):
        assert "lies elsewhere in the second map" in html_of(app)
        assert not app.error


@pytest.mark.models
def test_a_ranking_is_shown_while_it_grows(page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    load_causal_lm()
    change = np.full((30, 9), np.nan, np.float32)
    partials = [change, change.copy()]
    partials[1][:2] = np.linspace(0, 1, 18).reshape(2, 9)

    def job(*_: Any, draw_partial: Callable[[np.ndarray], None], **__: Any) -> None:
        draw_partial(partials.pop(0))

    monkeypatch.setattr(ranking, "job_panel", job)
    app = page(text="Nobody has ranked this text.", heads="L0H0")
    assert len(charts(app)) == 1
    settled(app)
    assert len(charts(app)) == 2
    assert "18 of 270 heads ablated; so far layer 1, head 8 matters most: +1.00 nats" in html_of(app)


@pytest.mark.models
def test_a_hidden_first_token_is_explained(page: Callable[..., AppTest]) -> None:
    load_causal_lm()
    app = page(text="The sea is wide.", token="0 The", heads="L0H0")
    assert "only key of the first query" in html_of(app)


@pytest.mark.models
@pytest.mark.parametrize("panel", ["Contribution", "Shared keys", "Masks", "Compare"])
def test_a_long_text_stays_below_400_kilobytes(page: Callable[..., AppTest], panel: str) -> None:
    load_causal_lm()
    load_encoder()
    text, half = 250 * "the sea ", 120 * "the sea "
    app = page(panel=panel, text=text, other_text=text.replace("the", "a"), first=half, second=half, heads="L0H0")
    assert sum(len(chart.proto.spec) for chart in charts(app)) < 400_000
    assert any("the largest of 3 × 3 values" in caption.value for caption in app.caption)


@pytest.mark.models
@pytest.mark.parametrize("panel", [panel.name for panel in PANELS])
def test_each_panel_opens_on_a_measured_text(page: Callable[..., AppTest], panel: str) -> None:
    load_causal_lm()
    text = "The sea is never full, and the river runs to the sea."
    app = page(panel=panel, text=text, other_text=text.replace("full", "empty"), heads="L0H0")
    assert charts(app)
    assert not app.error
    assert 'class="check"' in html_of(app)
    assert ("Ablating nothing" in html_of(app)) == (panel in (*BELOW, "Contribution"))


@pytest.mark.models
@pytest.mark.parametrize(
    "params",
    [
        {"heads": "L99H1"},
        {"heads": "<script>"},
        {"token": "nobody"},
        {"layer": -3},
        {"model": "../../etc/passwd"},
        {"ablation": "explode"},
        {"heat_next": "x"},
    ],
    ids=str,
)
def test_a_garbage_link_still_shows_a_figure(page: Callable[..., AppTest], params: dict[str, Any]) -> None:
    app = page(**params)
    assert charts(app)
    assert not app.error


@pytest.mark.models
def test_every_head_can_be_ablated(page: Callable[..., AppTest]) -> None:
    load_causal_lm()
    app = page(text="A short text.")
    app.multiselect(key="attention_depth_heads").set_value([f"L{layer}H{h}" for layer in range(30) for h in range(9)])
    settled(app)
    assert "Without 270 heads" in html_of(app)


@pytest.mark.models
@pytest.mark.parametrize("text", ["one", "<script>alert(1)</script> $x$ `y`", "שלום עולם 🙂"])
def test_hostile_text(page: Callable[..., AppTest], text: str) -> None:
    load_causal_lm()
    app = page(text=text)
    assert charts(app)
    for chart in charts(app):
        assert "<script" not in chart.proto.spec


@pytest.mark.models
def test_generation_of_nothing_and_of_an_empty_prompt(page: Callable[..., AppTest]) -> None:
    load_causal_lm()
    app = page(panel="Generation", count=0)
    assert "No step" in app.info[0].value
    app.text_input(key="attention_depth_prompt").set_value("")
    app.number_input(key="attention_depth_count").set_value(5)
    settled(app)
    assert app.warning


def test_two_heads_by_hand_have_half_the_width_each(page: Callable[..., AppTest]) -> None:
    one = page(panel="By hand")
    two = page(panel="By hand", hand_heads="2", hand_head="1")
    shapes = [figure_of(charts(app)[0])["data"][0]["text"] for app in (one, two)]
    assert [len(rows[0]) for rows in shapes] == [4, 2]
    assert len(figure_of(charts(two)[-1])["data"][0]["text"][0]) == 4
    assert "their outputs stand side by side" in html_of(two)
    assert not two.error


@pytest.mark.models
def test_texts_with_nothing_in_common_get_a_plain_word(page: Callable[..., AppTest]) -> None:
    load_causal_lm()
    app = page(panel="Compare", other_text="1 2 3")
    assert "nothing in common" in app.warning[0].value


@pytest.mark.models
def test_the_recorded_cause_is_the_measured_one() -> None:
    load_causal_lm()
    text = RECORDED_TEXTS["induction"].text
    effects = recorded_ranking("induction")
    cause = results.cause_of("smollm2-135m", text, ((18, 6),), (), "zero", 1.0)
    assert np.abs(cause.loss_after - effects.loss_after[18, 6]).max() < 1e-3
    recorded = effects.likely(18, 6)
    assert [token.piece for token in cause.likely] == [token.piece for token in recorded]
    for side in ("before", "after"):
        shares = [[getattr(token, side) for token in likely] for likely in (cause.likely, recorded)]
        assert shares[0] == pytest.approx(shares[1], abs=1e-3)


@pytest.mark.models
def test_the_exported_script_computes_the_figure() -> None:
    load_causal_lm()
    text = RECORDED_TEXTS["causal"].text
    record = attention_results.record_of("smollm2-135m", text)
    cause = results.cause_of("smollm2-135m", text, ((16, 0),), (2,), "mean", 1.0)
    shown = views.Shown(None, record, ((16, 0),), (2,), "mean", 1.0, 16, 0)
    names: dict[str, Any] = {}
    exec(views.script(shown), names)
    assert np.abs(np.asarray(names["result"].loss_after) - cause.loss_after).max() < 1e-5
    assert len(views.export_frame(shown)) == len(record.tokens) - 1


@pytest.mark.models
@pytest.mark.parametrize("panel", [panel.name for panel in PANELS if panel.name not in BELOW])
def test_the_script_of_each_panel_runs(
    page: Callable[..., AppTest], panel: str, capsys: pytest.CaptureFixture[str]
) -> None:
    app = page(panel=panel)
    app.session_state["attention_depth_Take it with you_desk"] = True
    settled(app)
    code = next(block.value for block in app.code if "from core" in block.value)
    capsys.readouterr()
    exec(code, {})
    assert capsys.readouterr().out
