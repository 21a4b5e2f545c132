"""The attention page, driven as a visitor would: presets, extremes, garbage links, hostile text."""

import contextlib
import gc
import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.theme import Look
from core.attention import (
    RECORDED_TEXTS,
    STARTS,
    HeadParting,
    head_scores,
    recorded,
    recorded_meanings,
    recorded_parting,
    rollout,
    shift_check,
    trace,
)
from core.models import load_causal_lm
from pages.architecture.attention import main as views
from pages.architecture.attention import results
from pages.architecture.attention.panels import texts, training
from pages.architecture.attention.topic import DEFAULTS, PANELS, story
from pages.architecture.attention.words import finding, parting_finding
from tests.page_kit import charts, figure_of, html_of, printed, settled
from tests.scripts import printed_by

PAGE = "pages/architecture/attention/page.py"
PRESETS = (
    "Induction in action",
    "Previous-token head",
    "The attention sink",
    "Two meanings of bank",
    "Bidirectional",
    "Causal",
    "Which score?",
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
@pytest.mark.parametrize(("model", "text"), [("minilm-l6", "so it goes " * 160), ("smollm2-135m", " the the")])
def test_a_long_text_and_two_equal_tokens_are_shown(page: Callable[..., AppTest], model: str, text: str) -> None:
    app = page(model=model, text=text, panel="Surprise")
    assert charts(app)
    assert not app.exception
    assert "nan" not in html_of(app).split("</style>")[-1].split()


@pytest.mark.models
@pytest.mark.parametrize("panel", [panel.name for panel in PANELS])
@pytest.mark.parametrize("text", ["one", " the the"])
def test_no_panel_speaks_of_a_number_that_is_none(page: Callable[..., AppTest], panel: str, text: str) -> None:
    app = page(text=text, panel=panel)
    assert not app.error
    assert not re.search(r"\bnan\b", re.sub("<[^>]+>", " ", html_of(app).split("</style>")[-1]))


@pytest.mark.models
def test_a_check_of_512_tokens_needs_no_room_of_its_own() -> None:
    """The maps at shifted positions are looked at layer by layer: all of them would take as much as the trace."""
    lm = load_causal_lm()
    run = trace(lm, " word" * 512)
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    before = _kilobytes("VmRSS")
    check = shift_check(lm, run)
    assert check is not None
    assert check.passed
    assert (_kilobytes("VmHWM") - before) * 1000 < run.weights.nbytes / 2


def _kilobytes(field: str) -> int:
    """A field of this process's memory, as the kernel counts it."""
    return int(re.findall(rf"{field}:\s+(\d+) kB", Path("/proc/self/status").read_text())[0])


@pytest.mark.models
def test_room_for_a_trace_is_made_by_what_it_holds() -> None:
    for model in ("smollm2-135m", "minilm-l6"):
        text = "The river runs to the sea. " * 30
        kept = results.measure(model, text)
        needed = results.trace_needs(model, text)
        assert kept.nbytes <= needed <= 1.3 * kept.nbytes
    with pytest.raises(ValueError, match="at most 512"):
        results.trace_needs("smollm2-135m", "word " * 1000)


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
@pytest.mark.parametrize(("key", "hide_sink"), [("causal", False), ("bidirectional", True)])
def test_the_exported_script_prints_the_sentence_on_screen(key: str, hide_sink: bool, tmp_path: Path) -> None:
    entry = RECORDED_TEXTS[key]
    page = SimpleNamespace(look=Look())
    shown = views.Shown(
        page, recorded(key), entry.layer, entry.head, entry.query, hide_sink=hide_sink, whole_model=True
    )
    told = printed_by(views.script(shown), "attention.py", tmp_path)
    said = [(float(w), t) for w, t in re.findall(r"([0-9.]+) to (.+)", told)]
    row = shown.row()[:3]
    assert [token for _, token in said] == [shown.record.tokens[key] for key, _ in row]
    assert [weight for weight, _ in said] == pytest.approx([weight for _, weight in row], abs=0.0051)
    assert f"<b>{said[0][0]:.2f}</b> to" in views.reading(shown)
    frame = views.export_frame(shown)
    allowed = len(shown.map) * (len(shown.map) + 1) // 2 if entry.key == "causal" else shown.map.size
    assert len(frame) == allowed


@pytest.mark.models
def test_the_script_of_an_own_text_gives_the_numbers_on_screen(page: Callable[..., AppTest], tmp_path: Path) -> None:
    """A text with quotes, a backslash and another script, saved into a fresh folder and run as its first line says."""
    text = 'Ann said "sun", Bob\'s \\moon: שלום, שלום.'
    app = page(text=text, layer=18, head=6, query=9, panel="Surprise")
    shown, said = html_of(app), printed(app, "attention", tmp_path)
    weights = re.findall(r"^([0-9.]+) to ", said, re.MULTILINE)
    assert len(weights) == 3
    assert all(f"<b>{weight}</b> to" in shown for weight in weights if float(weight) >= 0.005)
    scores = dict(re.findall(r"^(\w+) ([0-9.]+)$", said, re.MULTILINE))
    assert f"{float(scores['sink']):.0%} of the weight" in shown or "spreads" in shown
    (loss,) = re.findall(r"^loss ([0-9.]+) nats", said, re.MULTILINE)
    assert f"A loss of {loss} nats a token" in shown


@pytest.mark.models
def test_the_script_of_the_first_story_gives_its_title_and_both_losses(page: Callable[..., AppTest]) -> None:
    app = page()
    app.session_state["attention_Take it with you_desk"] = True
    settled(app)
    code = next(block.value for block in app.code if "from core" in block.value)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(code, {})
    scores = dict(re.findall(r"^(\w+) ([0-9.]+)$", said.getvalue(), re.MULTILINE))
    first, second = re.findall(r"^loss ([0-9.]+) nats", said.getvalue(), re.MULTILINE)
    assert f"({float(scores['induction']):.0%} of the weight" in html_of(app)
    assert f"The second copy costs {float(second):.1f} nats a token, the first {float(first):.1f}" in html_of(app)


@pytest.mark.models
def test_the_scripts_of_the_panels_print_their_numbers(page: Callable[..., AppTest], tmp_path: Path) -> None:
    values = {**DEFAULTS}
    stand_in = SimpleNamespace(controls=SimpleNamespace(value=values.__getitem__))
    printed = printed_by(texts.meanings_script(stand_in), "attention.py", tmp_path)
    last = recorded_meanings().cosine[-1]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert f"sentences {one + 1} and {other + 1}: {last[one, other]:.2f}" in printed
    printed, kept = printed_by(training.training_script(stand_in), "attention.py", tmp_path), recorded_parting()
    for start, name in enumerate(STARTS):
        assert f"{name}: cosine {kept.similarity[start, 0, -1]:.2f}" in printed.replace("-0.00", "0.00")
    entry = RECORDED_TEXTS["bidirectional"]
    shown = views.Shown(None, recorded(entry.key), entry.layer, entry.head, 0, hide_sink=False, whole_model=True)
    share = rollout(shown.record.weights)[-1, 0]
    assert f"draws {share:.2f} of itself" in printed_by(texts.flow_script(shown), "attention.py", tmp_path)


@pytest.mark.models
def test_a_new_text_opens_on_its_last_token_whatever_a_short_one_has_cut(page: Callable[..., AppTest]) -> None:
    app = page(query=40)
    for text, query in (("one", 0), ("The sea is never full.", 5), ("a b", 1)):
        app.text_input(key="attention_text").set_value(text)
        settled(app)
        assert app.session_state["attention_query"] == query
        assert f"Token {query}," in html_of(app)
    app.selectbox(key="attention_model").set_value("minilm-l6")
    settled(app)
    assert app.session_state["attention_query"] == 2
    app.text_input(key="attention_text").set_value(RECORDED_TEXTS["bank"].text)
    settled(app)
    assert app.session_state["attention_query"] == len(recorded("bank").tokens) - 2


def test_the_strongest_heads_stand_beside_the_map_and_open(page: Callable[..., AppTest]) -> None:
    app = page(text=RECORDED_TEXTS["sink"].text, panel="Figure")
    app.button(key="attention_leader_the_token_before").click()
    settled(app)
    assert "Layer 16, head 0: it looks at the token before" in html_of(app)


def test_each_line_of_the_checks_has_a_name_of_its_own(page: Callable[..., AppTest]) -> None:
    for layer in (18, 3):
        names = re.findall(r"✓</span> (.*?):", html_of(page(layer=layer)))
        assert len(names) == len(set(names)) > 2
        assert all(f"layer {layer}," in name for name in names if "layer" in name)


def test_steps_speak_of_the_future_only_where_there_is_one(page: Callable[..., AppTest]) -> None:
    shown = {key: story(key, panel="Steps") for key in ("bidirectional", "causal")}
    said = {key: " ".join(c.value for c in page(**values).caption) for key, values in shown.items()}
    assert "Gray scores" in said["causal"]
    assert "Gray scores" not in said["bidirectional"]


def test_steps_say_that_they_are_the_models_rows_where_the_map_hides_a_token(page: Callable[..., AppTest]) -> None:
    said = [
        " ".join(c.value for c in page(**story("sink", panel="Steps"), hide_sink=hidden).caption)
        for hidden in ("false", "true")
    ]
    assert ["hidden in the map alone" in words for words in said] == [False, True]


@pytest.mark.parametrize("name", list(RECORDED_TEXTS))
def test_titles_say_what_the_recordings_are_for(name: str) -> None:
    entry, record = RECORDED_TEXTS[name], recorded(name)
    words = {"induction": "followed last time", "previous_token": "token before", "sink": "first token",
             "bidirectional": "token after", "causal": "token before", "bank": "spreads"}  # fmt: skip
    assert words[name] in finding(head_scores(record), record, entry.layer, entry.head)


def test_another_seed_is_promised_by_this_machine_and_shown_once_trained(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, costs = recorded_parting(), []
    fields = ("similarity", "difference", "loss", "looks")
    trained = replace(kept, params=HeadParting((50,)), **{name: getattr(kept, name)[:, 3:4] for name in fields})
    results_to_come = [None, trained]
    monkeypatch.setattr(
        training, "job_panel", lambda *_, cost, **__: costs.append(cost) or results_to_come[min(len(costs), 2) - 1]
    )
    monkeypatch.setattr(training, "promise", lambda seconds: f"about {seconds} seconds of this machine")
    waiting = html_of(page(panel="How heads part", seed=50))
    assert costs[0].startswith(f"It takes about {training.TRAINING_TAKES} seconds of this machine")
    assert parting_finding(kept, 0) in waiting
    assert parting_finding(kept, 3) in html_of(page(panel="How heads part", seed=50))


def test_the_arcs_of_the_chosen_token_are_drawn_at_any_share(page: Callable[..., AppTest]) -> None:
    app = page(panel="Arcs", mass=5, query=20)
    blue = Look().role("query")
    lines = [trace for trace in figure_of(charts(app)[1])["data"] if trace["mode"] == "lines"]
    assert [trace for trace in lines if trace["line"]["color"] == blue]
    assert "is the query" in html_of(app)
