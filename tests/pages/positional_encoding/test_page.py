"""The page of the positional encodings, driven as a visitor would: presets, panels, extremes, garbage, bad input."""

import contextlib
import io
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.stats import ttest_1samp  # type: ignore[import-untyped]
from streamlit.testing.v1 import AppTest

from components.course import FIGURE
from core.positional import (
    CompareParams,
    alibi_bias,
    recorded_orders,
    recorded_query_keys,
    recorded_sweep,
    rotate,
    sinusoidal,
)
from pages.architecture.positional_encoding import results
from pages.architecture.positional_encoding.panels.extension import METHODS, running_perplexity
from pages.architecture.positional_encoding.topic import DEFAULTS
from pages.architecture.positional_encoding.topic import PRESETS as STORIES
from pages.architecture.positional_encoding.words import MASKED, REAL
from tests.page_kit import charts, figure_of, html_of, printed, settled

PAGE = "pages/architecture/positional_encoding/page.py"
COMMON = ("Compare", "Permutation test", "Train short, test long")
INSTEAD = ("Shift map", "The base", "Past the end", "Context extension", *COMMON)
PANELS = {
    "Sinusoidal": ("Waves", "Dot product", "Shift map", "The base", *COMMON),
    "Learned": ("Similarity", "Past the end", *COMMON),
    "RoPE": ("Score against distance", "Wavelengths", "Layouts", "Context extension", *COMMON),
    "ALiBi": ("Slopes", "Weights", *COMMON),
    "T5": ("Buckets", "Bias", *COMMON),
}
PRESETS = {
    "Waves": "Sinusoidal",
    "The linear-shift property": "Sinusoidal",
    "Why base 10,000": "Sinusoidal",
    "A learned table": "Learned",
    "RoPE is relative": "RoPE",
    "Stretching the context by 4": "RoPE",
    "Train short, test long": "RoPE",
    "ALiBi": "ALiBi",
    "T5": "T5",
}


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(PAGE, **{f"positional_encoding_{name}": value for name, value in params.items()})


def exported(app: AppTest) -> dict[str, Any]:
    """What the page's script leaves behind when it is run."""
    app.session_state["positional_encoding_Take it with you_desk"] = True
    settled(app)
    code = next(block.value for block in app.code if "from core" in block.value)
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code, names)
    return names


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_shows_its_scheme_and_is_told(page: Callable[..., AppTest], name: str) -> None:
    app = page()
    app.button_group(key="positional_encoding_story").set_value(name)
    settled(app)
    assert app.session_state["positional_encoding_scheme"] == PRESETS[name]
    assert app.session_state["positional_encoding_story"] == name
    assert charts(app)
    assert not app.error
    assert not app.warning


@pytest.mark.parametrize(("scheme", "panel"), [(scheme, panel) for scheme, all_ in PANELS.items() for panel in all_])
def test_each_panel_of_each_scheme_opens(page: Callable[..., AppTest], scheme: str, panel: str) -> None:
    app = page(scheme=scheme, panel=panel)
    assert app.session_state["positional_encoding_panel"] == panel
    own = charts(app)[0].proto.id.endswith(f"{scheme.lower()}_figure")
    assert own == (panel not in INSTEAD)
    assert len(charts(app)) >= (1 if panel in ("Buckets", *INSTEAD) else 2)
    assert not app.error
    assert not app.warning
    assert "✓" in html_of(app)


@pytest.mark.parametrize("scheme", PANELS)
def test_a_panel_of_another_scheme_gives_way_to_the_figure(page: Callable[..., AppTest], scheme: str) -> None:
    app = page(scheme=scheme, panel="Weights" if scheme != "ALiBi" else "Bias")
    assert app.session_state["positional_encoding_panel"] == FIGURE
    assert len(charts(app)) == 1
    assert len(charts(settled(app))) == 1


def test_another_scheme_closes_a_panel_that_it_does_not_have(page: Callable[..., AppTest]) -> None:
    app = page(panel="Shift map")
    app.button_group(key="positional_encoding_scheme").set_value("T5")
    settled(app)
    assert app.session_state["positional_encoding_panel"] == FIGURE
    assert [chart.proto.id.split("-", 2)[2] for chart in charts(app)] == ["positional_encoding_t5_figure"]


def test_the_sentences_that_open_the_page_are_the_recorded_ones() -> None:
    assert recorded_query_keys().text == DEFAULTS["text"]
    assert results.recorded_permutation(DEFAULTS["sentence"], DEFAULTS["order_seed"])


def test_the_recorded_decoder_sees_order_behind_its_mask(page: Callable[..., AppTest]) -> None:
    app = page(panel="Permutation test", order_mask=MASKED)
    bag, ordered = (run for run in recorded_orders() if run.text == DEFAULTS["sentence"])
    html = html_of(app)
    assert bag.total_variation > 0.2
    assert f"without positions: {bag.total_variation:.1%} of the next token" in html
    assert f"{ordered.total_variation:.1%} with them" in html
    assert "In the first layer the last token sees a set" in html
    drawn = [trace["y"] for trace in figure_of(charts(app)[0])["data"]]
    assert np.asarray(drawn[0], float) == pytest.approx(np.maximum(bag.difference, 1e-8), rel=1e-5)
    assert np.asarray(drawn[1], float) == pytest.approx(np.maximum(ordered.difference, 1e-8), rel=1e-5)


def test_the_largest_change_of_a_set_is_the_error_of_its_check(page: Callable[..., AppTest]) -> None:
    html = html_of(page(panel="Permutation test"))
    (said,) = re.findall(r"an output moves by (\S+) at most", html)
    assert f"up to order: <b>{said}</b>" in html


def test_the_comparison_draws_what_positions_add(page: Callable[..., AppTest]) -> None:
    app = page(panel="Compare")
    curves = {trace.get("name"): trace["y"] for trace in figure_of(charts(app)[0])["data"] if trace.get("name")}
    assert np.abs(np.asarray(curves["No positions (NoPE)"], float)).max() == pytest.approx(0, abs=1e-6)
    learned = np.asarray(curves["Learned"], float)
    assert np.ptp(learned) > 0.5
    assert np.asarray(curves["ALiBi"], float)[127 - 64] == pytest.approx(-2.0)
    html = html_of(app)
    spread = {curve.scheme: curve.spread for curve in results.comparison_of(CompareParams(head=4), None).curves}
    assert f"{spread['sinusoidal']:.1f} for the sinusoidal code, by {spread['learned']:.1f} for the learned" in html
    assert "order is seen, by the mask alone" in html


def test_what_each_scheme_costs_at_the_factor_of_the_story_is_as_the_story_says() -> None:
    """Over all that is recorded: a price counts where it is more than two standard errors of paired differences."""
    sweep, story = recorded_sweep(), next(preset for preset in STORIES if preset.name.startswith("Stretching"))
    factor, trained = story.values["factor"], sweep.loss[0].astype(float)
    noise = []
    for title, kind in METHODS.items():
        place = next(place for place, run in enumerate(sweep.runs) if (run.kind, run.factor) == (kind, factor))
        more = sweep.loss[place].astype(float) - trained
        test = ttest_1samp(more, 0)
        assert sweep.change(kind, factor) == pytest.approx((more.mean(), more.mean() / test.statistic))
        noise += [title] if abs(test.statistic) <= 2 else []
    assert noise == ["Llama 3"]
    assert "for Llama 3 the price is within the noise" in story.look_at
    assert story.values["vectors"] == REAL
    assert story.values["rope_base"] == sweep.base


@pytest.mark.parametrize("length", [2, 3, 100, 512])
def test_a_learned_diagonal_is_said_to_be_even_only_where_it_is(page: Callable[..., AppTest], length: int) -> None:
    cosine = results.learned_cosine()[:length, :length]
    ranges = [float(np.ptp(np.diagonal(cosine, offset))) for offset in range(1, length - 1)]
    even = sum(spread < 0.01 for spread in ranges)
    html = html_of(page(scheme="Learned", learned_view="Cosine", learned_length=length))
    assert ("no diagonal but the main one is of one color" in html) == (even == 0 and length > 2)
    assert (f"of the other diagonals {even} of" in html) == (even > 0)


OWN = 'Ann said "sun", Bob\'s \\moon: שלום.'


@pytest.mark.models
@pytest.mark.parametrize(
    ("params", "words"),
    [
        (
            {"panel": "Permutation test", "sentence": OWN, "order_mask": MASKED},
            lambda bag, ordered: [f"{bag[0]:.1%} of the next token", f"{ordered[0]:.1%} with them"],
        ),
        (
            {"panel": "Compare"},
            lambda sinusoidal, learned: [f"up to {sinusoidal[0]:.1f} for the", f"by {learned[0]:.1f} for the learned"],
        ),
        (
            {"scheme": "RoPE", "vectors": REAL, "text": OWN, "query": 5, "key": 2, "place": 40, "distance": 3},
            lambda scores: [f"score <b>{scores[0]:.3f}</b>", f"<b>{scores[1]:.3f}</b>"],
        ),
    ],
    ids=["own sentence", "all schemes", "own text"],
)
def test_a_script_run_from_a_fresh_folder_gives_the_numbers_on_screen(
    page: Callable[..., AppTest], params: dict[str, Any], words: Callable[..., list[str]], tmp_path: Path
) -> None:
    app = page(**params)
    html, said = html_of(app), printed(app, "positional_encoding", tmp_path).splitlines()
    if params.get("panel") == "Compare":
        said = [line for line in said if line.startswith(("sinusoidal ", "learned "))]
        said.sort(key=lambda line: not line.startswith("sinusoidal "))
    numbers = [[float(number) for number in re.findall(r"-?\d+\.\d+(?:e-?\d+)?", line)] for line in said]
    for found in words(*numbers):
        assert found in html


def test_past_the_end_the_table_has_no_row(page: Callable[..., AppTest]) -> None:
    table = results.recorded_positions()
    app = page(scheme="Learned", panel="Past the end")
    html = html_of(app)
    assert "A text of 512 tokens is accepted, one of 513 is refused: the table has 512 rows" in html
    assert "A text is accepted where it has a row for each token: <b>0</b>" in html
    drawn = figure_of(charts(app)[0])["data"][0]
    assert np.asarray(drawn["y"], float) == pytest.approx(np.sqrt((table**2).sum(axis=1)), rel=1e-5)


def test_the_bias_on_screen_is_counted_and_checked(page: Callable[..., AppTest]) -> None:
    app = page(scheme="T5", panel="Bias", bias_length=64)
    field = np.asarray(figure_of(charts(app)[1])["data"][0]["z"], float)
    assert f"{len(np.unique(field))} numbers serve 4,096 pairs of query and key" in html_of(app)
    assert "Each bias is the number of its bucket: <b>0</b>" in html_of(app)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_of_context_extension_has_its_figures(page: Callable[..., AppTest], method: str) -> None:
    app = page(scheme="RoPE", panel="Context extension", method=method, factor=4.0)
    assert len(charts(app)) == 4
    kind = METHODS[method]
    factors, perplexity = recorded_sweep().select(kind)
    value = perplexity[factors.tolist().index(4.0)]
    assert f"{method} at 4: perplexity {value:.1f}, 18.0 as trained" in html_of(app)


@pytest.mark.parametrize(
    "params",
    [
        {"scheme": "<script>"},
        {"d_model": "x"},
        {"d_model": 10_000},
        {"length": 0},
        {"length": -3},
        {"base": "nan"},
        {"panel": "../../"},
        {"scheme": "RoPE", "vectors": "other", "place": 10**9, "distance": -1},
        {"scheme": "RoPE", "panel": "Context extension", "method": "magic", "factor": "many"},
        {"scheme": "T5", "direction": "up", "buckets": "x"},
    ],
    ids=str,
)
def test_a_garbage_link_shows_a_figure(page: Callable[..., AppTest], params: dict[str, Any]) -> None:
    app = page(**params)
    assert charts(app)
    assert not app.error


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"base": 1.0}, "base = 1.0 must be above 1 and finite"),
        ({"base": 0.5}, "base = 0.5 must be above 1 and finite"),
        ({"scheme": "RoPE", "rope_base": 1.0}, "base = 1.0 must be above 1 and finite"),
        ({"scheme": "RoPE", "panel": "Context extension", "factor": 0.5}, "factor = 0.5 must be at least 1"),
        ({"scheme": "ALiBi", "n_heads": 0}, "n_heads is 0; it must be a whole number of 1 or more"),
        ({"scheme": "T5", "buckets": 7}, "num_buckets = 7 must be an even whole number of at least 4"),
        ({"scheme": "T5", "max_distance": 8}, "max_distance = 8 must be above 8"),
    ],
    ids=str,
)
def test_a_value_out_of_range_gets_the_range_in_words(
    page: Callable[..., AppTest], params: dict[str, Any], said: str
) -> None:
    app = page(**params)
    assert said in app.warning[0].value
    assert not app.error


def test_an_odd_dimension_is_never_drawn(page: Callable[..., AppTest]) -> None:
    app = page(d_model=63)
    shown = app.session_state["positional_encoding_d_model"]
    assert shown % 2 == 0 or "d_model = 63 must be an even whole number" in app.warning[0].value


@pytest.mark.parametrize(
    "params",
    [
        {"d_model": 2, "length": 1},
        {"d_model": 2, "length": 2, "panel": "Dot product"},
        {"d_model": 512, "length": 1024, "panel": "Dot product"},
        {"d_model": 2, "length": 1, "panel": "Shift map"},
        {"d_model": 2, "length": 1, "panel": "Dot product"},
        {"base": 1.5, "panel": "The base"},
        {"base": 1e12, "panel": "The base"},
        {"scheme": "Learned", "learned_length": 2, "panel": "Similarity"},
        {"scheme": "Learned", "learned_view": "Cosine", "learned_length": 512},
        {"scheme": "RoPE", "head_dim": 2, "panel": "Layouts"},
        {"scheme": "RoPE", "head_dim": 128, "place": 8192, "distance": 128, "vectors": "Random"},
        {"scheme": "RoPE", "reach": "8,192 tokens"},
        {"scheme": "RoPE", "factor": 1.0, "panel": "Context extension"},
        {"scheme": "RoPE", "vectors": "Real head", "layer": 29, "head": 8, "query": 18, "key": 18, "distance": 0},
        {"scheme": "ALiBi", "n_heads": 1, "bias_length": 2, "panel": "Weights"},
        {"scheme": "ALiBi", "n_heads": 64, "alibi_head": 63, "bias_length": 256},
        {"scheme": "T5", "direction": "Causal", "buckets": 2, "max_distance": 2, "panel": "Bias"},
        {"scheme": "T5", "buckets": 256, "max_distance": 4096, "bias_length": 256},
        {"panel": "Compare", "compare_length": 2},
        {"panel": "Compare", "compare_vectors": "Real head", "compare_length": 512},
    ],
    ids=str,
)
def test_extremes_are_drawn_small_enough(page: Callable[..., AppTest], params: dict[str, Any]) -> None:
    app = page(**params)
    assert charts(app) or app.info
    assert not app.error
    assert not app.warning
    assert sum(len(chart.proto.spec) for chart in charts(app)) < 380_000


@pytest.mark.parametrize(
    ("params", "said", "not_said"),
    [
        ({"scheme": "T5", "panel": "Bias", "bias_length": 128}, "From 91 tokens on", "From 128"),
        ({"scheme": "T5", "panel": "Bias"}, "On 64 positions no distance reaches the last bucket", "From 128"),
        (
            {"scheme": "T5"},
            "32 buckets: 15 with one distance each, 14 with several, 2 without an end, 1 never",
            "wider",
        ),
        ({"scheme": "RoPE", "panel": "Layouts", "distance": 0}, "the wrong layout gives the same", "would be"),
        ({"scheme": "ALiBi", "n_heads": 1, "panel": "Weights"}, "lie on 57 tokens", "depending on the head"),
        ({"length": 1, "panel": "Dot product"}, "no diagonal tells the two apart", "ends it"),
        (
            {"scheme": "RoPE", "panel": "Context extension", "method": "positions stretched", "factor": 4.0},
            "32 of 32 pairs turn faster than trained, by up to 4 times",
            "positions stretched keeps",
        ),
        (
            {"scheme": "RoPE", "panel": "Context extension", "method": "Llama 3", "factor": 4.0},
            "so no difference",
            "every one of them",
        ),
    ],
    ids=str,
)
def test_a_title_is_true_of_what_is_drawn(
    page: Callable[..., AppTest], params: dict[str, Any], said: str, not_said: str
) -> None:
    html = html_of(page(**params))
    assert said in html
    assert not_said not in html


def test_moving_both_positions_leaves_the_score_in_every_frame(page: Callable[..., AppTest]) -> None:
    app = page(scheme="RoPE", vectors="Real head", distance=1, place=500)
    spec = charts(app)[0].proto.spec
    assert spec.count("score 3.232676") >= 33
    assert "autoplay" not in spec


def test_the_scripts_compute_what_is_shown(page: Callable[..., AppTest]) -> None:
    code = exported(page(d_model=32, length=40, base=500.0))["code"]
    assert np.array_equal(code, sinusoidal(40, 32, base=500.0))
    bias = exported(page(scheme="ALiBi", n_heads=12, alibi_head=9, bias_length=20))["bias"]
    assert np.array_equal(bias, alibi_bias(12, 20, 20)[9])
    assert exported(page(scheme="T5", direction="Causal", bias_length=30))["buckets"][29, 0] == 20
    moved = exported(page(scheme="RoPE", vectors="Random", vector_seed=3, place=70, distance=9))
    vector = np.random.default_rng(3).normal(size=64)
    expected = rotate(vector, 79, moved["inv_freq"]) @ rotate(vector, 70, moved["inv_freq"]) / 8
    assert moved["score"] == pytest.approx(expected, abs=1e-12)
    assert moved["moved"] == pytest.approx(expected, abs=1e-9)


def test_the_scripts_of_the_panels_compute_what_is_shown(page: Callable[..., AppTest]) -> None:
    app = page(d_model=32, length=128, offset=12, start=20, panel="Shift map")
    found = exported(app)
    assert np.abs(found["mapped"] - sinusoidal(33, 32)[32]).max() < 1e-12
    assert exported(page(d_model=512, length=1024, panel="The base"))["wavelengths"][-1] == pytest.approx(60_611, abs=1)
    shown = exported(page(panel="Compare"))["found"]
    expected = results.comparison_of(shown.params, None)
    assert [curve.spread for curve in shown.curves] == [curve.spread for curve in expected.curves]


@pytest.mark.models
def test_the_scripts_of_the_panels_that_run_a_model(page: Callable[..., AppTest]) -> None:
    run = exported(page(panel="Permutation test"))["run"]
    assert run.positions
    assert run.max_difference > 0.1
    sweep = exported(page(scheme="RoPE", panel="Context extension", sweep_text="The sun rose.", factor=4.0))
    assert sweep["result"].params.factors == (4.0,)
    assert "real_query_key" in exported(page(panel="Compare", compare_vectors="Real head"))


@pytest.mark.models
def test_the_scripts_of_the_models_compute_what_is_shown(page: Callable[..., AppTest]) -> None:
    app = page(scheme="RoPE", vectors="Real head", distance=1)
    assert exported(app)["score"] == pytest.approx(3.2327, abs=2e-3)
    table = exported(page(scheme="Learned", learned_length=100))["values"]
    assert np.array_equal(table, results.recorded_positions()[:100])


@pytest.mark.models
@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script> b c", "$x$ `y` <b>z</b> &amp;", "שלום עולם 👩‍👩‍👧‍👦", "one two"]
)
def test_texts_of_a_visitor_are_shown_as_text(page: Callable[..., AppTest], text: str) -> None:
    for params in (
        {"scheme": "RoPE", "vectors": "Real head", "text": text, "query": 1, "key": 0},
        {"panel": "Permutation test", "sentence": text},
        *([{"panel": "Permutation test", "sentence": text, "order_mask": MASKED}] if len(text) > 8 else []),
    ):
        app = page(**params)
        assert charts(app)
        assert not app.error
        assert "<script" not in html_of(app).split("</style>")[-1]
        assert "<b>z" not in html_of(app)
        assert all("<b>z" not in chart.proto.spec for chart in charts(app))


@pytest.mark.models
@pytest.mark.parametrize("text", ["", "word " * 2000])
def test_a_text_that_cannot_be_run_gets_a_plain_word(page: Callable[..., AppTest], text: str) -> None:
    app = page(scheme="RoPE", vectors="Real head")
    app.text_input(key="positional_encoding_text").set_value(text)
    assert settled(app).warning
    app = page(panel="Permutation test")
    app.text_input(key="positional_encoding_sentence").set_value(text)
    assert settled(app).warning


@pytest.mark.models
def test_another_order_is_measured_and_checked(page: Callable[..., AppTest]) -> None:
    app = page(panel="Permutation test", order_seed=5)
    assert "Without positions: the same up to order" in html_of(app)
    assert "Without positions an output moves by" in html_of(app)
    app = page(scheme="Learned", panel="Past the end", n_tokens=514)
    assert "514" in app.code[0].value
    assert "The recorded table is the loaded model" in html_of(app)
    app = page(scheme="Learned", panel="Past the end", n_tokens=4096)
    assert "n_tokens = 4096 must be 1 to 2048" in app.warning[0].value


def test_another_text_offers_a_sweep_and_starts_none(page: Callable[..., AppTest]) -> None:
    app = page(scheme="RoPE", panel="Context extension", sweep_text="The sun rose. The sun set.")
    assert any(button.label == "Measure all schemes at factor 2 on this text" for button in app.button)
    assert len(charts(app)) == 2
    app = page(scheme="RoPE", panel="Context extension", factor=3.0)
    assert any(button.label == "Measure all schemes at factor 3 on this text" for button in app.button)


def test_a_finished_sweep_is_shown_with_its_checks(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = SimpleNamespace(state="finished", done=True, error=None, result=recorded_sweep)
    for module in ("components.jobs", "pages.architecture.positional_encoding.panels.extension"):
        monkeypatch.setattr(f"{module}.find", lambda function, params: done)
    app = page(scheme="RoPE", panel="Context extension", sweep_text="Another text.", factor=4.0)
    assert len(charts(app)) == 4
    assert "measured now" in " ".join(str(block.value) for block in app.markdown)
    assert "Replacing nothing changes nothing" in html_of(app)


def test_running_perplexity_is_the_mean_over_the_window() -> None:
    loss = np.random.default_rng(0).random(50)
    found = running_perplexity(loss, 8)
    assert len(found) == 43
    assert found[10] == pytest.approx(np.exp(loss[10:18].mean()))


def test_reset_returns_to_the_defaults(page: Callable[..., AppTest]) -> None:
    app = page(scheme="T5", bias_length=200)
    app.button(key="positional_encoding_reset").click()
    settled(app)
    assert app.session_state["positional_encoding_scheme"] == "Sinusoidal"
    assert app.session_state["positional_encoding_panel"] == "Waves"


def test_a_range_that_shrinks_below_an_older_value_stops_nothing(page: Callable[..., AppTest]) -> None:
    app = page(d_model=488, pair=48)
    for d_model, chosen in ((98, 19), (94, 7), (60, 25), (200, 60)):
        app.slider(key="positional_encoding_d_model").set_value(d_model)
        settled(app)
        pair = app.slider(key="positional_encoding_pair")
        assert pair.max == d_model // 2 - 1
        assert 0 <= pair.value <= pair.max
        pair.set_value(chosen)
        settled(app)
        assert app.slider(key="positional_encoding_pair").value == chosen
