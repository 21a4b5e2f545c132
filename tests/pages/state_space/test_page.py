"""The state-space page, driven as a visitor would: stories, panels, own input, bad input, checks, scripts."""

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.state_space import (
    CopyingPair,
    gate,
    plain_recurrence,
    powers,
    recorded_copying,
    recorded_recall,
    remember,
    respond,
    signal,
    system,
    written_system,
)
from pages.architecture.state_space import main, results
from pages.architecture.state_space.panels import copying
from pages.architecture.state_space.topic import (
    BLOCK,
    DEFAULTS,
    DRAWN,
    FILE,
    GATE,
    OWN,
    POWERS,
    PRUNING,
    QUESTIONS,
    WORK,
)
from pages.architecture.state_space.words.numbers import small
from tests.page_kit import charts, figure_of, html_of, printed, settled

PAGE = "pages/architecture/state_space/page.py"
Open = Callable[..., AppTest]


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Open:
    return lambda **params: visit(PAGE, **{f"state_space_{name}": value for name, value in params.items()})


def test_it_opens_on_the_impulse_response(page: Open) -> None:
    app = page()
    found = respond(system("oscillator", 2), signal("impulse", 128), step=0.2)
    traces = figure_of(charts(app)[0])["data"]
    drawn = {trace.get("name"): np.asarray(trace["y"], float) for trace in traces if trace.get("name")}
    for way, output in zip(("recurrence", "convolution", "FFT"), found.outputs, strict=True):
        assert drawn[f"y by {way}"] == pytest.approx(output, abs=1e-6)
    assert f"<b>{found.outputs[0][40]:.3f}</b>" in html_of(app)
    assert html_of(app).count('class="check"') == 4


def test_the_state_of_the_moment_is_drawn(page: Open) -> None:
    app = page(system="HiPPO", signal="square", states=6, moment=33)
    found = respond(system("HiPPO", 6), signal("square", 128), step=0.2)
    assert np.asarray(figure_of(charts(app)[0])["data"][-1]["y"], float) == pytest.approx(found.states[33], rel=1e-5)


def test_a_growing_system_is_shown_to_its_limit(page: Open) -> None:
    app = page(system=OWN, matrix_a="1", matrix_b="1", matrix_c="1", signal="step", length=512)
    html = html_of(app)
    assert re.search(r"The system grows by 1\.22 a step: only \d+ of 512 samples", html)
    assert "above 1, it grows for ever" in html
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"system": OWN, "matrix_a": "1 2 / 3"}, "square"),
        ({"system": OWN, "matrix_b": "1 2 3"}, "must be 2 numbers, one for each row of A"),
        ({"system": OWN, "matrix_a": "x"}, "numbers apart by spaces"),
        ({"system": OWN, "matrix_a": "10", "matrix_b": "1", "matrix_c": "1"}, "2 / λ"),
        ({"signal": DRAWN, "knots": "0 5"}, "from -1 to 1"),
        ({"signal": "text", "text": " "}, "one character"),
    ],
)
def test_bad_input_gets_a_plain_word_and_a_way_back(page: Open, params: dict[str, Any], words: str) -> None:
    app = page(**params)
    assert words in app.warning[0].value
    app.button(key="state_space_example").click()
    settled(app)
    assert not app.warning
    assert charts(app)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"u\n1\nnan\n", "Sample 2 = 'nan' must be a finite number of at most 1e+09"),
        (b"time,u\n0,1\n1,\n", "Sample 2 = '' must be"),
        (b"", "Number of samples = 0 must be 1 to 4096"),
        (b"\x89PNG\xff", "must be a CSV in UTF-8"),
    ],
)
def test_a_file_that_is_no_signal_is_named_on_the_page(
    page: Open, monkeypatch: pytest.MonkeyPatch, content: bytes, words: str
) -> None:
    monkeypatch.setattr(main, "_file", lambda: content)
    app = page(signal=FILE)
    assert words in app.warning[0].value.replace("\\", "")
    assert not app.exception


@pytest.mark.parametrize(
    ("name", "panel", "given"),
    [("step", "Figure", 0.0), ("step", "Figure", -1.0), ("states", "Figure", 0), ("states", "Figure", 500),
     ("length", "Figure", 0), ("moment", "Figure", 100_000), ("kept", "Memory", 0), ("kept", "Memory", 500)],
)  # fmt: skip
def test_a_link_out_of_range_opens_within_it(page: Open, name: str, panel: str, given: float) -> None:
    """The slider shows the allowed range beside the value that is taken instead."""
    app = page(panel=panel, **{name: given})
    slider = app.slider(key=f"state_space_{name}")
    assert slider.min <= slider.value <= slider.max
    assert slider.value != given
    assert charts(app)
    assert not app.exception


def test_a_signal_of_one_sample(page: Open) -> None:
    app = page(length=1)
    assert charts(app)
    assert not app.error
    assert "a sum of <b>1</b> terms" in html_of(app)


def test_a_file_that_is_not_there_is_asked_for(page: Open) -> None:
    app = page(signal=FILE)
    assert "Upload a CSV" in app.info[0].value


@pytest.mark.parametrize("panel", ["Memory", "Select", "Scan", "One matrix", "Recall", "Long text"])
@pytest.mark.parametrize("params", [{"signal": FILE}, {"system": OWN, "matrix_a": "x"}])
def test_a_panel_that_reads_no_system_opens_whatever_the_system_is(
    page: Open, panel: str, params: dict[str, Any]
) -> None:
    """Its own controls alone are in sight; those of the main figure rest and keep their values."""
    app = page(panel=panel, **params)
    assert not app.warning
    assert not app.info
    assert charts(app)
    kept = next(iter(params))
    assert app.session_state[f"state_space_{kept}"] == params[kept]


@pytest.mark.parametrize(
    ("panel", "more", "rests"),
    [("Figure", {}, False), ("Cost", {}, False), ("Memory", {}, True), ("Memory", {"past_signal": DRAWN}, False),
     ("Scan", {}, True)],
)  # fmt: skip
def test_main_controls_rest_where_nothing_reads_them(page: Open, panel: str, more: dict[str, Any], rests: bool) -> None:
    app = page(panel=panel, **more)
    assert app.selectbox(key="state_space_system")
    places = str([place.proto for place in app.main.children.values()])
    assert ("resting_controls" in places) == rests


def test_a_file_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = main.Asked(("decay", 1, ("", "", "", "")), (FILE, 128, "", "", b"u\n1\n0\n0\n"), 0.1, "zoh", 0)
    found = asked.response()
    assert found.u.tolist() == [1, 0, 0]
    assert found.outputs[0] == pytest.approx((1 - np.exp(-0.1)) * np.exp(-0.1 * np.arange(3)))
    with pytest.raises(ValueError, match="sample 2"):
        results.response_of(asked.chosen, (FILE, 128, "", "", b"1\nnan\n"), 0.1, "zoh")


@pytest.mark.parametrize("view", [DEFAULTS["past_view"], POWERS])
def test_the_panel_on_memory(page: Open, view: str) -> None:
    app = page(panel="Memory", past_view=view, past_signal="square", kept=16)
    assert len(charts(app)) == 1
    if view == POWERS:
        own = powers(*plain_recurrence(0.95, 16), 200)
        assert f"λ = 0.95: after 100 steps a state of 1 is {small(own[100])}" in html_of(app)
        drawn = {trace["name"]: np.asarray(trace["y"], float) for trace in figure_of(charts(app)[0])["data"]}
        assert drawn["λ = 0.95"] == pytest.approx(own, rel=1e-5)
        return
    found = remember(signal("square", 512), 16, age=3.0)
    for name in ("with 1/t", "fixed, warped basis", "fixed, plain basis", "random A"):
        texts = str(figure_of(charts(app)[0])["layout"]["annotations"])
        assert f"error {found.errors[name]:.3f}" in texts
    assert f"errs by <b>{found.errors['best possible']:.4f}</b>" in html_of(app)
    best = np.asarray(figure_of(charts(app)[0])["data"][-1]["y"], float)
    assert best == pytest.approx(found.readings["best possible"], abs=1e-5)


def test_recorded_copying_is_on_screen(page: Open) -> None:
    pair = recorded_copying().pair(1, scattered=False)
    html = html_of(page(panel="Select", copy_seed=1, copy_places=BLOCK))
    assert f"<b>{pair.fixed.accuracy[-1]:.1%}</b> right" in html
    assert f"<b>{pair.fixed.parameters:,}</b> parameters each" in html


def test_another_seed_is_offered_for_training(page: Open) -> None:
    app = page(panel="Select", copy_seed=77)
    assert any(button.label == "Train both arms" for button in app.button)
    assert "recorded seed 0" in str([caption.value for caption in app.caption])
    assert len(charts(app)) == 2


def test_a_recorded_seed_leads_to_one_that_is_trained_here(page: Open) -> None:
    app = page(panel="Select")
    app.button(key="state_space_another").click()
    settled(app)
    assert app.session_state["state_space_copy_seed"] not in recorded_copying().seeds
    assert any(button.label == "Train both arms" for button in app.button)


def test_what_was_trained_here_is_what_is_shown(page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = recorded_copying().pair(1, scattered=True)
    selective, fixed = (
        dataclasses.replace(run, params=dataclasses.replace(run.params, seed=77), accuracy=0.9 * run.accuracy)
        for run in (recorded.selective, recorded.fixed)
    )
    monkeypatch.setattr(copying, "job_panel", lambda *args, **more: CopyingPair(selective, fixed))
    app = page(panel="Select", copy_seed=77)
    html = html_of(app)
    assert f"Seed 77, after 350 updates: 90% right with the step read from the token, {fixed.accuracy[-1]:.0%}" in html
    bars = [trace for trace in figure_of(charts(app)[1])["data"] if trace["type"] == "bar"]
    assert np.asarray(bars[0]["y"], float) == pytest.approx(list(selective.gates.values()))


def test_the_gate(page: Open) -> None:
    app = page(panel="Recall", recall_view=GATE, gate_sure=4.0, recall_seed=5)
    found = gate(4.0, seed=5)
    drawn = {trace.get("name"): np.asarray(trace["y"], float) for trace in figure_of(charts(app)[0])["data"]}
    assert drawn["h by the gate"] == pytest.approx(found.by_gate)
    assert drawn["h by the scan"] == pytest.approx(found.by_scan)
    assert f"Δ = <b>{found.delta[0]:.3f}</b>" in html_of(app)
    assert html_of(app).count('class="check"') == 1


def test_the_work_for_a_token(page: Open) -> None:
    app = page(panel="Long text", long_view=WORK, long_length=20)
    assert "computes" in html_of(app)
    assert "Llama 3.1 8B <b>566</b> billion, <b>97%</b>" in html_of(app)
    assert len(charts(app)) == 2


def test_recall_shows_the_recorded_means(page: Open) -> None:
    app = page(panel="Recall", recall_states=4, recall_pairs=8)
    spread = recorded_recall().spread("state space", 4, 8)
    assert f"8 pairs: a state of N = 4 recalls {spread.mean:.0%}" in html_of(app)
    assert any(button.label == "Train it here" for button in app.button)


def test_words_that_are_skipped_have_columns_of_zeros(page: Open) -> None:
    app = page(panel="One matrix", mix_text="a um b um c", mix_skip="um")
    fields = [trace for trace in figure_of(charts(app)[0])["data"] if trace["type"] == "heatmap"]
    selective = np.asarray(fields[1]["z"], float)
    assert np.nanmax(np.abs(selective[:, [1, 3]])) == 0
    assert "The <b>2</b> words with Δ = 0" in html_of(app)


@pytest.mark.parametrize("text", ["one", " ".join("x" * 60)])
def test_too_few_and_too_many_words(page: Open, text: str) -> None:
    assert "2 to 40" in page(panel="One matrix", mix_text=text).warning[0].value


def test_the_long_text(page: Open) -> None:
    app = page(panel="Long text", attention_layers=32)
    assert "it is Llama 3.1 8B" in html_of(app)
    assert "below <b>878</b> tokens" in html_of(app)
    assert "Cut to two layers" in html_of(page(panel="Long text", long_view=PRUNING))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.asked[:30])
def test_each_question_can_be_shown(page: Open, question: Any) -> None:
    app = page(**question.show)
    assert charts(app)
    assert not app.error
    assert not app.warning


SHOWN = {
    "Figure": ({}, "output at 40"),
    "Own": ({"system": OWN, "signal": "waves"}, "output at 40"),
    "Memory": ({"panel": "Memory"}, "best possible"),
    "Select": ({"panel": "Select"}, "fixed"),
    "Scan": ({"panel": "Scan"}, "ScanCost"),
    "One matrix": ({"panel": "One matrix"}, "steps"),
    "Recall": ({"panel": "Recall"}, "attention"),
    "Gate": ({"panel": "Recall", "recall_view": GATE}, "gate and scan"),
    "Long text": ({"panel": "Long text"}, "Nemotron"),
    "Prune": ({"panel": "Long text", "long_view": PRUNING}, "0 0"),
    "Cost": ({"panel": "Cost"}, "direct grows"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_script_run_from_a_fresh_folder_gives_the_numbers_on_screen(page: Open, name: str, tmp_path: Path) -> None:
    params, word = SHOWN[name]
    app = page(**params)
    html, said = html_of(app), printed(app, "state_space", tmp_path)
    line = next(line for line in said.splitlines() if line.startswith(word))
    if word == "output at 40":
        assert f"<b>{float(line.split()[-1]):.3f}</b>" in html
    elif name == "Memory":
        assert f"<b>{line.split()[-1]}</b>" in html
    elif name == "Select":
        assert f"<b>{float(line.split()[1]):.1%}</b>" in html
    elif name == "Scan":
        (work,) = re.findall(r"work=(\d+)", line)
        assert f"joins {work} pairs" in html
    elif name == "Recall":
        assert f"attention {line.split()[-1]}" in html
    elif name == "Cost":
        assert f"direct as {line.split()[-1]}" in html
    elif name == "Long text":
        assert f"<b>{line.split()[-1]}</b> tokens" in html


def test_an_own_system_is_the_written_one(page: Open) -> None:
    app = page(system=OWN, signal="step", moment=100)
    written = written_system(*(DEFAULTS[f"matrix_{letter}"] for letter in "abcd"))
    found = respond(written, signal("step", 128), step=0.2)
    assert f"y = <b>{found.outputs[0][100]:.3f}</b>" in html_of(app)


def test_where_own_input_is_written(page: Open) -> None:
    assert "A, B, C and D are written under More." in html_of(page(system=OWN, signal="waves"))
    assert "The text is written under More." in html_of(page(signal="text"))
    assert "A click on a faint square" in html_of(page(signal=DRAWN))
    assert "under More" not in html_of(page())
