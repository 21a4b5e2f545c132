"""The fine-tuning page, driven as a visitor would: figure, panels, bad input, checks, scripts."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.tuning import (
    METHODS,
    LinearTheoryParams,
    Shape,
    TuningParams,
    counted,
    linear_theory,
    recorded_costs,
    recorded_parts,
    recorded_theory,
)
from pages.adaptation.fine_tuning import words
from pages.adaptation.fine_tuning.panels.live import whole_check
from pages.adaptation.fine_tuning.topic import LORA, NAMES
from tests.page_kit import charts, figure_of, html_of, printed

PAGE = "pages/adaptation/fine_tuning/page.py"
Open = Callable[..., AppTest]


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Open:
    return lambda **params: visit(PAGE, **{f"fine_tuning_{name}": value for name, value in params.items()})


def test_the_main_figure_answers_its_controls(page: Open) -> None:
    app = page(feature_error=0.5, steps=100, world=7)
    found, grid = linear_theory(LinearTheoryParams(seed=7, feature_error=0.5, steps=100)), recorded_theory()
    traces = {trace.get("name"): trace for trace in figure_of(charts(app)[0])["data"] if trace.get("name")}
    assert np.asarray(traces["seen in training"]["y"], float) == pytest.approx(np.sort(found.seen_change)[::-1])
    assert np.asarray(traces["unseen in training"]["y"], float) == pytest.approx(np.sort(found.unseen_change)[::-1])
    drawn = np.asarray(traces["LP-FT"]["y"], float)
    assert drawn == pytest.approx(grid.errors("lp_ft", shifted=True, mark=4)[1:].mean(axis=1), rel=1e-5)
    assert words.theory_title(grid, 5, 4) in html_of(app)
    assert f"<b>{found.change['full']:.2g}</b> in full tuning" in html_of(app)
    assert html_of(app).count('class="check"') == 3
    assert not app.error


def test_a_rate_that_diverges_is_said(page: Open) -> None:
    app = page(rate=1.0)
    assert "diverges: it was stopped after" in html_of(app)
    assert not app.error


def test_other_panels_say_what_is_recorded(page: Open) -> None:
    app = page(panel="Backward")
    assert words.memory_title(recorded_costs()) in html_of(app)
    assert len(charts(app)) == 2
    app = page(panel="Which part", shift="other names")
    assert words.parts_title(recorded_parts(), "other names") in html_of(app)
    assert html_of(app).count('class="check"') == 2
    app = page(panel="Texts", text_seed=4)
    assert html_of(app).count("<tr>") == 16


def test_training_is_offered_beside_the_counts(page: Open) -> None:
    app = page(panel="Train here", method=LORA, seed=5, rank=8)
    assert "Train it here" in [button.label for button in app.button]
    numbers = counted(Shape(), TuningParams("lora", rank=8))
    drawn = figure_of(charts(app)[0])["data"][0]
    assert dict(zip(drawn["y"], drawn["x"], strict=True)) == {NAMES[method]: numbers[method] for method in METHODS}
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
    out = printed(page(world=2), "fine_tuning", tmp_path)
    assert str(linear_theory(LinearTheoryParams(seed=2)).ood_error["lp_ft"]) in out


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
