"""The fine-tuning page, driven as a visitor would: figure, panels, bad input, checks, scripts."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.tuning import METHODS, LinearTheoryParams, linear_theory, recorded_costs, recorded_parts, recorded_runs
from pages.adaptation.fine_tuning import words
from pages.adaptation.fine_tuning.figures.methods import drawn_at
from pages.adaptation.fine_tuning.topic import CHAT, LORA, MEMORY, NAMES, SECONDS
from tests.page_kit import charts, figure_of, html_of, printed

PAGE = "pages/adaptation/fine_tuning/page.py"
Open = Callable[..., AppTest]


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Open:
    return lambda **params: visit(PAGE, **{f"fine_tuning_{name}": value for name, value in params.items()})


def test_the_main_figure_shows_the_recorded_means_and_ranges(page: Open) -> None:
    app = page(axis=SECONDS, method=LORA)
    record, traces = recorded_runs(), figure_of(charts(app)[0])["data"]
    marks = {(trace["customdata"][0][0], trace["name"].split(":")[0]): trace for trace in traces if "error_y" in trace}
    assert len(marks) == 2 * len(METHODS)
    for (method, where), trace in marks.items():
        found = record.spread(method, "id_accuracy" if where == "meals" else "ood_accuracy")
        assert trace["y"][0] == pytest.approx(found.mean)
        assert trace["error_y"]["array"][0] == pytest.approx(found.high - found.mean)
        assert trace["error_y"]["arrayminus"][0] == pytest.approx(found.mean - found.low)
        assert trace["x"][0] == pytest.approx(recorded_costs().of(method).seconds, rel=0.5)
    lines = [trace for trace in traces if trace.get("name", "").startswith("seed")]
    assert [len(line["y"]) for line in lines] == [len(run.loss) for run in record.chosen("lora")]
    assert words.methods_title(record) in html_of(app)
    assert html_of(app).count('class="check"') == 3


def test_methods_that_cost_the_same_are_drawn_apart() -> None:
    found = drawn_at({"a": 100.0, "b": 100.0, "c": 1.0})
    assert found["a"] < 100 < found["b"]
    assert found["b"] / found["a"] == pytest.approx(1.69)
    assert found["c"] == 1.0


def test_the_two_layers_answer_their_controls(page: Open) -> None:
    app = page(panel="Two layers", feature_error=0.5, steps=100, world=7)
    found = linear_theory(LinearTheoryParams(seed=7, feature_error=0.5, steps=100))
    traces = figure_of(charts(app)[1])["data"]
    assert np.asarray(traces[0]["y"], float) == pytest.approx(np.sort(found.seen_change)[::-1])
    assert f"<b>{found.change['full']:.2g}</b> for full tuning" in html_of(app)
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
    app = page(panel="Forgotten", other=CHAT)
    assert words.forgetting_title(recorded_runs(), 1) in html_of(app)
    app = page(panel="Which part", shift="other names")
    assert words.parts_title(recorded_parts(), "other names") in html_of(app)
    assert html_of(app).count('class="check"') == 2
    app = page(panel="Texts", text_seed=4)
    assert html_of(app).count("<tr>") == 16


@pytest.mark.parametrize("own", ["a" * 301, "\n".join("abcdefg")])
def test_texts_that_are_too_long_or_too_many_are_refused_in_words(page: Open, own: str) -> None:
    app = page(panel="Train here", own=own)
    assert [warning.value for warning in app.warning if "must be a whole number" in warning.value]
    assert not app.error


def test_training_is_offered_beside_what_is_recorded(page: Open) -> None:
    app = page(panel="Train here", live_method=LORA, live_seed=5, live_rank=8)
    assert "Train it here" in [button.label for button in app.button]
    assert words.live_title(None, "lora", recorded_runs()) in html_of(app)
    drawn = figure_of(charts(app)[0])["data"]
    assert len(drawn) == len(recorded_runs().chosen("lora"))


@pytest.mark.parametrize("panel", ["Figure", "Two layers"])
def test_the_script_reproduces_the_screen(page: Open, panel: str, tmp_path: Path) -> None:
    out = printed(page(panel=panel), "fine_tuning", tmp_path)
    if panel == "Figure":
        for run in recorded_runs().chosen("full"):
            assert f"{run.params.seed} in {run.id_accuracy:.3f}, out {run.ood_accuracy:.3f}" in out
    else:
        assert str(linear_theory(LinearTheoryParams()).ood_error["lp_ft"]) in out
    assert list(NAMES) == list(METHODS)


@pytest.mark.parametrize(
    "values",
    [{"steps": "x", "world": -5, "rate": "1e999"}, {"axis": "<b>", "method": "all"}, {"axis": MEMORY, "other": "?"},
     {"panel": "Train here", "live_rank": 9999, "live_alpha": "nan", "live_seed": -1},
     {"panel": "Texts", "text_seed": 1e9}],
)  # fmt: skip
def test_nonsense_in_a_link_opens_the_page(page: Open, values: dict[str, object]) -> None:
    app = page(**values)
    assert not app.exception
    assert not app.error
