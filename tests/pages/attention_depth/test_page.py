"""The page on attention in depth: presets, panels, extremes, garbage links, hostile text."""

import re
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest
import torch
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from components.controls import address_of
from components.course import Preset
from core.attention import PACKED_LAYERS, RECORDED_TEXTS, head_scores, partner_of, recorded, recorded_ranking, strongest
from core.attention.interventions import Ablation
from core.models import load_causal_lm, load_encoder
from pages.architecture.attention import results as attention_results
from pages.architecture.attention_depth import main as views
from pages.architecture.attention_depth import results
from pages.architecture.attention_depth.panels import comparison, generation, hand, masks, offer, ranking
from pages.architecture.attention_depth.topic import DEFAULTS, PANELS, PRESETS
from pages.architecture.attention_depth.words import NOBODY, SET
from tests.page_kit import charts, figure_of, html_of, printed, settled

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


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_story_about_a_panel_has_nothing_switched_off(
    page: Callable[..., AppTest], preset: Preset, no_model: None
) -> None:
    assert (preset.values["heads"] == [NOBODY]) == (preset.values["panel"] not in BELOW)
    address = address_of("attention_depth", DEFAULTS, {**DEFAULTS, **preset.values})
    # One head at most stands in a story's link.
    single = {name: value[0] if isinstance(value, list) else value for name, value in address.items()}
    app = page(**{name.removeprefix("attention_depth_"): value for name, value in single.items()})
    assert app.button_group(key="attention_depth_story").value == preset.name
    assert app.multiselect(key="attention_depth_heads").value == preset.values["heads"]
    if preset.values["panel"] in BELOW:
        return
    assert "perplexity goes" not in html_of(app)
    app.button(key="attention_depth_back").click()
    settled(app)
    assert "Nothing is switched off" in html_of(app)
    assert preset.look_at not in html_of(app)
    assert len(charts(app)) == 1


@pytest.mark.parametrize("panel", [panel.name for panel in PANELS])
def test_no_two_checks_have_one_name(page: Callable[..., AppTest], panel: str, no_model: None) -> None:
    names = re.findall(r"</span> ([^<]*): <b>", html_of(page(panel=panel)))
    assert names
    assert len(names) == len(set(names))


def test_contributions_are_lengths_on_one_scale(page: Callable[..., AppTest], no_model: None) -> None:
    """Recomputed from the recorded arrays alone."""
    app = page(**{name: value for name, value in _told("Weight is not contribution").items() if name != "heads"})
    means, maps = [], []
    for key in ("sink", "induction"):
        kept = recorded(key)
        lengths = kept.weights[18, 6] * kept.projections[18].output_norms[6]
        start = 22 if key == "induction" else 1
        means.append(lengths[start:].sum(axis=1).mean())
        maps.append(lengths)
    assert means[0] < means[1] / 5
    html = html_of(app)
    assert f"gives {recorded('sink').weights[18, 6, 1:, 0].mean():.0%} of its weight to the first token" in html
    assert f"{means[0]:.1f} in the lighthouse sentence, {means[1]:.1f} in the second copy of the repeated words" in html
    drawn = [figure_of(chart)["data"][0] for chart in charts(app)]
    assert len({trace["zmax"] for trace in drawn[1:]}) == 1
    assert drawn[1]["zmax"] == pytest.approx(max(values.max() for values in maps))
    for trace, values in zip(drawn[1:], maps, strict=True):
        assert np.nanmax(np.asarray(trace["z"], dtype=float)) == pytest.approx(values.max(), rel=1e-5)


@pytest.mark.parametrize("ablation", ["zero", "mean"])
def test_the_ranking_is_by_what_the_second_copy_loses_more(
    page: Callable[..., AppTest], ablation: Ablation, no_model: None
) -> None:
    effects = recorded_ranking("induction", ablation)
    change = effects.loss_after - effects.loss_before
    more = change[..., 22:].mean(axis=-1) - change[..., :21].mean(axis=-1)
    app = page(panel="Ranking", ablation=ablation)
    layer, head = divmod(int(more.argmax()), 9)
    html = html_of(app)
    second, first = change[layer, head, 22:].mean(), change[layer, head, :21].mean()
    assert f"Layer {layer}, head {head}, {SET[ablation]}, hurts the second copy most beyond the first" in html
    assert f"{second:+.2f} nats against {first:+.2f}" in html
    assert "of the heads matter" not in html
    shown = np.asarray(figure_of(charts(app)[1])["data"][0]["z"], dtype=float)
    assert sorted(shown.ravel()) == pytest.approx(sorted(more.ravel()), abs=1e-5)
    looking = strongest(head_scores(recorded("induction")).induction, 5)
    idle = [(i, j, score) for i, j, score in looking if change[i, j, 22:].mean() < 0.005]
    if idle:
        i, j, score = idle[0]
        assert f"Layer {i}, head {j} gives <b>{score:.2f}</b>" in html
    else:
        assert "all help" in html


def test_a_text_without_copies_is_ranked_by_its_mean_loss(page: Callable[..., AppTest], no_model: None) -> None:
    change = recorded_ranking("causal").loss_change
    layer, head = divmod(int(change.argmax()), 9)
    app = page(text=RECORDED_TEXTS["causal"].text, panel="Ranking")
    html = html_of(app)
    assert f"Layer {layer}, head {head} costs most when set to zero: the mean loss rises by {change.max():.2f}" in html
    assert "copy" not in html


@pytest.mark.parametrize("key", ["induction", "sink", "causal"])
@pytest.mark.parametrize("ablation", ["zero", "mean"])
def test_the_first_head_is_shown_with_the_other_ablation_too(
    page: Callable[..., AppTest], key: str, ablation: Ablation, no_model: None
) -> None:
    both: dict[Ablation, np.ndarray] = {}
    for kind in get_args(Ablation):
        effects = recorded_ranking(key, kind)
        both[kind] = effects.loss_change if effects.copying_change is None else effects.copying_change
    other: Ablation = "mean" if ablation == "zero" else "zero"
    first, there = (divmod(int(both[kind].argmax()), 9) for kind in (ablation, other))
    html = html_of(page(text=RECORDED_TEXTS[key].text, panel="Ranking", ablation=ablation))
    name = "Layer {}, head {}".format(*first)
    assert f"{name} {SET[other]} instead has <b>{both[other][first]:+.2f}</b> nats" in html
    assert ("still stands first" in html) == (first == there)
    gone = ablation == "zero" and abs(both[other][first]) < both[ablation][first] / 4
    assert ("to every token alike" in html) == gone


@pytest.mark.parametrize("layer", sorted({preset.values["layer"] for preset in PRESETS}))
def test_masks_open_on_the_layer_of_every_story_before_any_model(
    page: Callable[..., AppTest], layer: int, no_model: None
) -> None:
    app = page(panel="Masks", layer=layer, head=0)
    assert f"(layer {layer}, head 0)" in html_of(app)
    assert len(charts(app)) == 3


def test_masks_of_a_layer_that_is_not_recorded_show_no_other_layer(
    page: Callable[..., AppTest], no_model: None
) -> None:
    app = page(panel="Masks", layer=12)
    assert "Layer 12 of these documents is not recorded" in app.info[0].value
    assert not charts(app)


@pytest.mark.models
@pytest.mark.parametrize("layer", PACKED_LAYERS)
def test_a_link_to_masks_shows_the_same_with_a_model_and_without(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, layer: int
) -> None:
    load_causal_lm()
    measured = page(panel="Masks", layer=layer, head=2)
    for module in (attention_results, results):
        monkeypatch.setattr(module, "is_loaded", lambda name: False)
    kept = page(panel="Masks", layer=layer, head=2)
    assert html_of(kept).split('class="reading">')[1] == html_of(measured).split('class="reading">')[1]
    maps = [np.asarray(figure_of(charts(app)[0])["data"][0]["z"], dtype=float) for app in (kept, measured)]
    np.testing.assert_allclose(*maps, atol=1e-3)


def test_the_comparison_speaks_of_the_word_that_was_changed(page: Callable[..., AppTest], no_model: None) -> None:
    """The second camera: before, this head gives its weight to what followed the first; now there was none."""
    one, other = (recorded(key).weights[17, 4] for key in ("induction", "other_words"))
    told = {name: value for name, value in _told("One word changed").items() if name != "heads"}
    html = html_of(page(**told))
    moved = np.abs(other - one).sum(axis=1)[26] / 2
    assert moved == pytest.approx(0.84, abs=0.005)
    assert f"Most moves at token 26, “·camera”: {moved:.0%} of its weight lies elsewhere" in html
    assert f"from <b>{one[26, 5]:.2f}</b> to <b>{other[26, 5]:.2f}</b>" in html
    assert f"from <b>{one[26, 0]:.2f}</b> to <b>{other[26, 0]:.2f}</b>" in html


def test_the_token_that_looks_back_is_the_last_one(page: Callable[..., AppTest], no_model: None) -> None:
    app = page(panel="Generation", layer=16, head=0)
    assert "Step 1: “·saw” looks most at “·he”; next comes “·a”, with probability 0.58" in html_of(app)


def test_a_model_that_shares_nothing_has_no_grouped_variant(page: Callable[..., AppTest], no_model: None) -> None:
    app = page(panel="Shared keys", published="SmolLM2-1.7B")
    assert list(app.dataframe[0].value["variant"]) == ["MHA", "MQA"]
    assert any("allows 8,192 tokens" in caption.value for caption in app.caption)
    assert list(page(panel="Shared keys").dataframe[0].value["variant"]) == ["MHA", "GQA", "MQA"]


def test_a_head_that_is_taken_away_stays_away_in_the_link(page: Callable[..., AppTest], no_model: None) -> None:
    app = page()
    heads = app.multiselect(key="attention_depth_heads")
    heads.set_value([])
    settled(app)
    assert app.multiselect(key="attention_depth_heads").value == [NOBODY]
    assert app.query_params["attention_depth_heads"] in (NOBODY, [NOBODY])
    app.multiselect(key="attention_depth_heads").set_value([NOBODY, "L2H2"])
    settled(app)
    assert app.multiselect(key="attention_depth_heads").value == ["L2H2"]


@pytest.mark.models
def test_recorded_and_measured_figures_show_the_same_rows(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    load_causal_lm()
    measured = _bars(page())
    for module in (attention_results, results):
        monkeypatch.setattr(module, "is_loaded", lambda name: False)
    kept = _bars(page())
    assert [list(bar["y"]) for bar in kept] == [list(bar["y"]) for bar in measured]
    for one, other in zip(kept, measured, strict=True):
        assert list(one["x"]) == pytest.approx(list(other["x"]), abs=1e-3)
        assert min(one["x"]) > 0


def _bars(app: AppTest) -> list[dict[str, Any]]:
    return [trace for trace in figure_of(charts(app)[0])["data"] if trace.get("orientation") == "h"]


@pytest.mark.models
def test_the_effect_of_the_temperature_is_named_apart(page: Callable[..., AppTest]) -> None:
    """Recomputed from the model's logits in double precision."""
    lm = load_causal_lm()
    ids = torch.tensor(lm.tokenizer(RECORDED_TEXTS["induction"].text)["input_ids"])
    with torch.inference_mode():
        logits = lm.model(ids[None], use_cache=False).logits[0].double()
    cold, hot = (-(logits / heat).log_softmax(-1)[:-1].gather(1, ids[1:, None]).mean() for heat in (1.0, 2.0))
    alone = html_of(page(heat_next=200, heads=NOBODY))
    assert "Nothing is switched off" not in alone
    assert f"At temperature 2 the loss rises by {float(hot - cold):.2f} nats" in alone
    assert f"from <b>{float(cold.exp()):,.1f}</b> to <b>{float(hot.exp()):,.1f}</b>" in alone
    both = html_of(page(heat_next=200))
    change = recorded_ranking("induction").loss_change[18, 6]
    assert f"Without layer 18, head 6 alone the loss rises by {change:.2f} nats" in both
    assert f"at temperature 2 alone it rises by {float(hot - cold):.2f} nats" in both
    assert "nothing switched off" in both


def _told(name: str) -> dict[str, Any]:
    return dict(next(preset.values for preset in PRESETS if preset.name == name))


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
    assert "18 of 270 heads ablated; the highest change so far is +1.00 nats, without layer 1, head 8" in html_of(app)


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
    # A contribution stands beside that of a recorded text, which is short.
    most = "up to 3 × 3" if panel == "Contribution" else "3 × 3"
    assert any(f"the largest of {most} values" in caption.value for caption in app.caption)


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


@pytest.mark.models
def test_a_new_text_puts_the_lens_on_its_last_token_whatever_a_short_one_has_cut(page: Callable[..., AppTest]) -> None:
    load_causal_lm()
    app = page(panel="Logit lens")
    for text, last in (("one", 0), ("The sea is never full.", 5)):
        app.text_input(key="attention_depth_text").set_value(text)
        settled(app)
        assert app.session_state["attention_depth_position"] == last


def test_a_tie_by_hand_is_called_one(page: Callable[..., AppTest]) -> None:
    assert "The last token gives most to token 0 and token 2: 0.34" in html_of(page(panel="By hand"))


@pytest.mark.models
@pytest.mark.parametrize(
    "text",
    ["one", "שלום עולם, מה שלומך היום?", "for i in range(3):\n    print(i)", "word " * 511],
    ids=["one token", "right to left", "code", "512 tokens"],
)
@pytest.mark.parametrize("options", [{}, {"heads": "L0H0", "heat_next": 50}], ids=["nothing", "head and temperature"])
def test_the_sentence_belongs_to_the_figure_on_any_text(
    page: Callable[..., AppTest], text: str, options: dict[str, Any]
) -> None:
    load_causal_lm()
    app = page(**{"text": text, "panel": "Figure", "heads": NOBODY, **options})
    html, losses = html_of(app), figure_of(charts(app)[0])["data"][-1]["y"]
    assert not app.error
    assert ("Nothing is switched off" in html) == (not options)
    assert ("One token has nothing before it" in html) == (len(losses) == 0)
    if len(losses) and options:
        change = float(np.mean(losses))
        moved = f"{'rises' if change > 0 else 'falls'} by {abs(change):.2f}"
        moved = "moves by less than 0.005" if abs(change) < 0.005 else moved
        assert f"with both it {moved}" in html
    opened = page(text=text, panel="Contribution", heads=NOBODY, layer=3, head=1)
    assert charts(opened)
    assert not opened.error
    assert "nan" not in html_of(opened).split("</style>")[-1]


@pytest.mark.models
@pytest.mark.parametrize("panel", [panel.name for panel in PANELS])
@pytest.mark.parametrize("text", ["one", "a b"])
def test_no_panel_speaks_of_a_number_that_is_none(page: Callable[..., AppTest], panel: str, text: str) -> None:
    load_causal_lm()
    app = page(text=text, panel=panel, other_text=text, heads=NOBODY)
    assert not app.error
    assert not re.search(r"\bnan\b", re.sub("<[^>]+>", " ", html_of(app).split("</style>")[-1]))


@pytest.mark.models
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"heat_next": 200},
        {"panel": "Contribution"},
        {"text": 'Ann said "sun", Bob\'s \\moon: שלום.', "heads": "L3H2", "token": '2 ·"', "panel": "Figure"},
    ],
    ids=["first story", "temperature", "contribution", "own text"],
)
def test_a_script_run_from_a_fresh_folder_gives_the_numbers_on_screen(
    page: Callable[..., AppTest], options: dict[str, Any], tmp_path: Path
) -> None:
    load_causal_lm()
    app = page(**options)
    shown = html_of(app)
    said = printed(app, "attention_depth", tmp_path)
    if options.get("panel") == "Contribution":
        lengths = [float(line.split()[-1]) for line in said.splitlines() if "length that arrives" in line]
        assert f"{lengths[0]:.1f} in the second copy of the repeated words, {lengths[1]:.1f} in" in shown
        return
    before, after = map(float, next(line for line in said.splitlines() if "perplexity" in line).split()[1:])
    assert f"from <b>{before:,.1f}</b> to <b>{after:,.1f}</b>" in shown


def test_matrices_by_hand_stand_in_the_link(page: Callable[..., AppTest]) -> None:
    """Each weight recomputed with numpy alone."""
    tokens = np.array([[1, 2, 0, 1], [0, 1, 1, 0], [3, 0, 0, 1], [1, 1, 1, 2]], dtype=float)
    link = " / ".join(" ".join(f"{cell:g}" for cell in row) for row in tokens)
    app = page(panel="By hand", hand_tokens=link)
    assert app.data_editor[0].value.to_numpy().tolist() == tokens.tolist()
    query, key = tokens, tokens[:, [1, 0, 2, 3]]
    exponentials = np.tril(np.exp(query @ key.T / 2))
    last = exponentials[-1] / exponentials[-1].sum()
    most = [place for place, weight in enumerate(last) if round(weight, 2) == round(last.max(), 2)]
    assert f"gives most to token {most[0]}" in html_of(app)
    assert f": {last.max():.2f}" in html_of(app)
    app.text_input(key="attention_depth_hand_query").set_value("2 0 0 0 / 0 2 0 0 / 0 0 2 0 / 0 0 0 2")
    settled(app)
    assert app.data_editor[1].value.iloc[1, 1] == 2


def test_an_edit_by_hand_becomes_the_text_of_its_matrix() -> None:
    frame = pd.DataFrame(np.eye(4))
    frame.iloc[2, 3] = -0.5
    (text,) = hand._as_value("hand_key", frame).values()
    assert text == "1 0 0 0 / 0 1 0 0 / 0 0 1 -0.5 / 0 0 0 1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 2 / 3 4", "2 rows and 2 columns; there must be 4 and 4"),
        ("1 2 3 4 / 1", "every line needs the same number"),
        ("a b c d", "is no number"),
        ("", "every line needs"),
        ("1 0 0 0 / 0 1 0 nan / 0 0 1 0 / 0 0 0 1", "it must be finite"),
    ],
)
def test_a_matrix_that_is_none_gets_a_plain_word(page: Callable[..., AppTest], text: str, said: str) -> None:
    app = page(panel="By hand")
    app.text_input(key="attention_depth_hand_key").set_value(text)
    settled(app)
    assert said in app.warning[0].value
    assert not app.error


def test_two_heads_by_hand_have_half_the_width_each(page: Callable[..., AppTest]) -> None:
    one = page(panel="By hand")
    two = page(panel="By hand", hand_heads="2", hand_head="1")
    by_name = []
    for app in (one, two):
        (chart,) = charts(app)
        drawn = figure_of(chart)
        names = [note["text"] for note in drawn["layout"]["annotations"]]
        by_name.append({name: np.array(trace["z"]) for name, trace in zip(names, drawn["data"][::2], strict=True)})
    assert [each["queries"].shape for each in by_name] == [(4, 4), (4, 2)]
    assert np.array_equal(by_name[1]["queries"], by_name[0]["queries"][:, 2:])
    merged = by_name[1]["both side by side"]
    assert np.array_equal(merged, np.hstack([by_name[1]["output of head 0"], by_name[1]["output"]]))
    assert "its own half of the queries, keys and values" in html_of(two)
    assert "its own half" not in html_of(one)
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


OWN = 'The river runs to the sea, and the "sea" is never full.'
OWN_VALUES = {
    "Contribution": {"text": OWN},
    "Cell": {"text": OWN, "query": 7, "key": 3},
    "Logit lens": {"text": OWN, "position": 5},
    "Shared keys": {"text": OWN},
    "Masks": {"first": OWN, "second": "Stars are suns."},
    "Generation": {"prompt": OWN, "count": 3},
    "Compare": {"text": OWN, "other_text": OWN.replace("full", "empty")},
    "By hand": {"hand_tokens": "1 2 0 1 / 0 1 1 0 / 3 0 0 1 / 1 1 1 2", "hand_heads": "2", "hand_head": "0"},
}
"""A visitor's own input to each panel that stands in the place of the figure."""

ON_SCREEN: dict[str, Callable[[dict[str, Any]], str]] = {
    "Contribution": lambda made: f"gives {float(made['found'].weights[18, 6][1:, 0].mean()):.0%} of its weight",
    "Cell": lambda made: f"pairs sum to {made['found'].score:+.1f}, ".replace("-", "−"),
    "Logit lens": lambda made: f"goes from <b>{made['lens'].answer_rank[0]:,}</b>",
    "Shared keys": lambda made: f"share <b>{made['within'][18]:.0%}</b> of their attention",
    "Masks": lambda made: f"<b>{made['encoded'].across[6]:.0%}</b> of their weight leaks",
    "Generation": lambda made: f"with probability {made['steps'][0].probability:.2f}",
    "Compare": lambda made: f"{made['found'].moved:.0%} on average",
    "By hand": lambda made: f": {made['heads'][0].weights[-1].max():.2f}",
}
"""What a panel says of the numbers that its script has computed."""


@pytest.mark.models
@pytest.mark.parametrize("panel", ON_SCREEN)
@pytest.mark.parametrize("own", [False, True], ids=["recorded", "own"])
def test_the_script_of_each_panel_computes_what_it_says(
    page: Callable[..., AppTest], panel: str, own: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    load_causal_lm()
    load_encoder()
    app = page(panel=panel, **(OWN_VALUES[panel] if own else {}))
    app.session_state["attention_depth_Take it with you_desk"] = True
    settled(app)
    code = next(block.value for block in app.code if "from core" in block.value)
    capsys.readouterr()
    made: dict[str, Any] = {}
    # The contribution's script ends with the other text: its first is the one that the title speaks of.
    exec(code.replace("for text in (", "for text in reversed((").replace("):\n    found", ")):\n    found"), made)
    assert capsys.readouterr().out
    assert ON_SCREEN[panel](made) in html_of(app)


def test_each_panel_instead_of_the_figure_has_a_script_of_its_own() -> None:
    others = {panel.name for panel in PANELS} - {*BELOW, "Patch it"}
    assert set(ON_SCREEN) == set(OWN_VALUES) == others, "the script of “Patch it” is run in test_patching.py"


@pytest.mark.parametrize(
    "panel", ["Cell", "Compare", "Masks", "Contribution", "Logit lens", "Shared keys", "Generation"]
)
def test_what_is_switched_off_rests_where_a_panel_does_not_read_it(page: Callable[..., AppTest], panel: str) -> None:
    plain, switched = page(panel=panel), page(panel=panel, heads="L18H6", token="2 ·horse")
    assert "resting_switches" in str([place.proto for place in _blocks(switched.main)])
    assert switched.multiselect(key="attention_depth_heads").value == ["L18H6"]
    np.testing.assert_equal(*([figure_of(chart)["data"] for chart in charts(app)] for app in (plain, switched)))
    assert "resting_switches" not in str([place.proto for place in _blocks(page(panel="Ranking").main)])


def _blocks(block: Block) -> Iterator[Block]:
    for child in block.children.values():
        if isinstance(child, Block):
            yield child
            yield from _blocks(child)
