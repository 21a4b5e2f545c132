"""The fine-tuning page, driven as a visitor would: figure, panels, bad input, checks, scripts."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.tuning import (
    METHODS,
    TASKS,
    LinearTheoryParams,
    Shape,
    TuningParams,
    counted,
    grown,
    linear_theory,
    recorded_costs,
    recorded_memory,
    recorded_parts,
    recorded_places,
    recorded_rehearsal,
    recorded_runs,
    recorded_theory,
    recorded_transfer,
)
from pages.adaptation.fine_tuning import comparing, words
from pages.adaptation.fine_tuning.panels.live import whole_check
from pages.adaptation.fine_tuning.topic import LORA, NAMES
from pages.adaptation.fine_tuning.transferring import transfer_title
from tests.page_kit import charts, figure_of, html_of, printed

PAGE = "pages/adaptation/fine_tuning/page.py"
Open = Callable[..., AppTest]


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Open:
    return lambda **params: visit(PAGE, **{f"fine_tuning_{name}": value for name, value in params.items()})


def test_the_main_figure_lights_the_chosen_method(page: Open) -> None:
    app = page(run="LoRA")
    record = recorded_runs()
    assert comparing.methods_title(record) in html_of(app)
    data = figure_of(charts(app)[0])["data"]
    losses = [trace for trace in data if str(trace.get("name")).startswith("seed")]
    for trace, run in zip(losses, record.chosen("lora"), strict=True):
        assert np.asarray(trace["y"], float) == pytest.approx(run.loss, rel=1e-5)
    marks = [trace for trace in data if trace.get("customdata") is not None and trace["type"] == "scatter"]
    assert [trace["customdata"][0][0] for trace in marks] == [method for method in record.methods for _ in range(2)]
    memory = next(trace for trace in data if trace["type"] == "bar")
    drawn = dict(zip(memory["y"], np.asarray(memory["x"], float), strict=True))
    assert drawn == pytest.approx({NAMES[m]: recorded_costs().of(m).memory / 1e6 for m in record.methods}, rel=1e-6)
    assert "<b>LoRA</b> trains <b>231,554</b> numbers" in html_of(app)
    assert html_of(app).count('class="check"') == len(record.checks)
    assert not app.error


def test_the_two_layers_answer_their_controls(page: Open) -> None:
    app = page(panel="Two layers", feature_error=0.5, steps=100, world=7)
    found, grid = linear_theory(LinearTheoryParams(seed=7, feature_error=0.5, steps=100)), recorded_theory()
    traces = {trace.get("name"): trace for trace in figure_of(charts(app)[0])["data"] if trace.get("name")}
    assert np.asarray(traces["seen in training"]["y"], float) == pytest.approx(np.sort(found.seen_change)[::-1])
    assert np.asarray(traces["unseen in training"]["y"], float) == pytest.approx(np.sort(found.unseen_change)[::-1])
    drawn = np.asarray(traces["LP-FT"]["y"], float)
    assert drawn[1:] == pytest.approx(grid.errors("lp_ft", shifted=True, mark=4)[1:].mean(axis=1), rel=1e-5)
    assert drawn[0] == 0, "perfect features: no error but that of rounding"
    assert words.theory_title(grid, 5, 4) in html_of(app)
    assert f"<b>{found.change['full']:.2g}</b> in full tuning" in html_of(app)
    assert html_of(app).count('class="check"') == 3
    assert not app.error


def test_a_rate_that_diverges_is_said(page: Open) -> None:
    app = page(panel="Two layers", rate=1.0)
    assert "diverges: it was stopped after" in html_of(app)
    assert not app.error


def test_other_panels_say_what_is_recorded(page: Open) -> None:
    app = page(panel="Backward")
    assert words.memory_title(recorded_costs()) in html_of(app)
    assert len(charts(app)) == 2
    strokes = figure_of(charts(app)[0])["data"][-1]
    drawn = sorted(np.asarray(strokes["x"], float))
    assert drawn == pytest.approx(sorted(found.memory / 1e6 for found in recorded_memory().memories), rel=1e-6)
    app = page(panel="Which part", shift="other names")
    assert words.parts_title(recorded_parts(), "other names") in html_of(app)
    assert html_of(app).count('class="check"') == 2
    app = page(panel="Forgotten", other="question and answer")
    assert comparing.forgetting_title(recorded_runs(), 1) in html_of(app)
    assert "failing" not in html_of(app)
    app = page(panel="Forgotten", compared="with rehearsal")
    assert comparing.rehearsal_title(recorded_runs(), recorded_rehearsal(), 0) in html_of(app)
    drawn = figure_of(charts(app)[0])["data"]
    assert all(list(trace["x"]) == ["none", "5.9%"] for trace in drawn)
    # Plotly takes a share for a number otherwise, and leaves out what is none.
    assert figure_of(charts(app)[0])["layout"]["xaxis"]["type"] == "category"
    ends = sorted(float(np.asarray(trace["y"], float)[-1]) for trace in drawn)
    assert ends == pytest.approx(sorted(float(grown(one.run)[0]) for one in recorded_rehearsal().runs))
    app = page(panel="Texts", text_seed=4)
    assert html_of(app).count("<tr>") == 16


def test_ranks_and_places_are_drawn_as_they_are_recorded(page: Open) -> None:
    app, record = page(panel="Rank and place", variant="r 16 on q v"), recorded_places()
    data = figure_of(charts(app)[0])["data"]
    marks = [trace for trace in data if trace.get("customdata") is not None and trace["type"] == "scatter"]
    assert [trace["customdata"][0][0] for trace in marks] == [name for name in record.methods for _ in range(2)]
    drawn = [float(np.asarray(trace["y"], float)[0]) for trace in marks[::2]]
    assert drawn == pytest.approx([record.over_seeds(name, "id_accuracy").mean for name in record.methods])
    memory = next(trace for trace in data if trace["type"] == "bar")
    held = dict(zip(memory["y"], np.asarray(memory["x"], float), strict=True))
    assert held == pytest.approx({name: cost.memory / 1e6 for name, cost in record.costs.items()}, rel=1e-6)
    assert comparing.places_reading(record, "r 16 on q v") in html_of(app)
    assert "failing" not in html_of(app)
    assert not app.error


def test_what_was_learned_and_asked_is_a_table(page: Open) -> None:
    app, record = page(panel="Other tasks"), recorded_transfer()
    drawn = figure_of(charts(app)[0])["data"][0]
    wanted = [[record.cell(learned, task).share for task in TASKS] for learned in record.rows]
    assert np.asarray(drawn["z"], float) == pytest.approx(np.array(wanted))
    # Nothing is framed where nothing was learned.
    frames = [shape for shape in figure_of(charts(app)[0])["layout"]["shapes"] if shape["type"] == "rect"]
    assert len(frames) == len(record.rows) - 1
    assert transfer_title(record) in html_of(app)
    assert "failing" not in html_of(app)
    assert not app.error


def test_training_is_offered_beside_the_counts(page: Open) -> None:
    app = page(panel="Train here", method=LORA, seed=5, rank=8)
    assert "Train it here" in [button.label for button in app.button]
    numbers = counted(Shape(), TuningParams("lora", rank=8))
    fig = figure_of(charts(app)[0])
    drawn, names = fig["data"][0], fig["layout"]["yaxis"]
    assert dict(zip(drawn["y"], drawn["x"], strict=True)) == {NAMES[method]: numbers[method] for method in METHODS}
    # The lower axis takes some 50 pixels of the height.
    assert names["dtick"] == 1 and names["tickfont"]["size"] * len(METHODS) < fig["layout"]["height"] - 50
    assert "LoRA trains 461,954 numbers" in html_of(app)
    assert html_of(app).count('class="check"') == 1


def test_a_model_whose_parts_are_not_all_fails_its_check() -> None:
    assert whole_check(Shape()).passed
    assert not whole_check(dataclasses.replace(Shape(), tie_word_embeddings=False)).passed


@pytest.mark.parametrize("own", ["a" * 301, "\n".join("abcdefg")])
def test_texts_that_are_too_long_or_too_many_are_refused_in_words(page: Open, own: str) -> None:
    app = page(panel="Train here", own=own)
    assert [warning.value for warning in app.warning if "must be a whole number" in warning.value]
    assert not app.error


def test_the_script_reproduces_the_screen(page: Open, tmp_path: Path) -> None:
    out = printed(page(panel="Two layers", world=2), "fine_tuning", tmp_path)
    assert str(linear_theory(LinearTheoryParams(seed=2)).ood_error["lp_ft"]) in out


def test_the_script_of_the_main_figure_reads_the_recorded_runs(page: Open, tmp_path: Path) -> None:
    run = recorded_runs().chosen("probe")[1]
    assert f"1 in {run.id_accuracy:.3f}, out {run.ood_accuracy:.3f}" in printed(
        page(run="Probe"), "fine_tuning", tmp_path
    )


@pytest.mark.parametrize(
    "values",
    [{"steps": "x", "world": -5, "rate": "1e999"}, {"feature_error": "<b>", "method": "all"},
     {"panel": "Train here", "rank": 9999, "alpha": "nan", "seed": -1, "method": LORA},
     {"panel": "Texts", "text_seed": 1e9}],
)  # fmt: skip
def test_nonsense_in_a_link_opens_the_page(page: Open, values: dict[str, object]) -> None:
    app = page(**values)
    assert not app.exception
    assert not app.error
