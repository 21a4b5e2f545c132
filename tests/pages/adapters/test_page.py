"""The page about adapters, driven as a visitor would: figure, panels, a matrix of one's own, bad input, scripts."""

from collections.abc import Callable
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.phrases import listed
from core.tuning import (
    SubspaceParams,
    recorded_changes,
    recorded_directions,
    recorded_merging,
    recorded_subspaces,
    train_in_subspace,
)
from pages.adaptation.adapters import words
from pages.adaptation.adapters.topic import DEFAULTS
from tests.page_kit import charts, figure_of, html_of, printed

PAGE = "pages/adaptation/adapters/page.py"
Open = Callable[..., AppTest]


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Open:
    return lambda **params: visit(PAGE, **{f"adapters_{name}": value for name, value in params.items()})


def test_the_main_figure_answers_its_controls(page: Open) -> None:
    app = page(module="v_proj", layer=0, rank=16)
    changes = recorded_changes().of("full", 0, "v_proj")
    traces = {trace.get("name"): trace for trace in figure_of(charts(app)[0])["data"] if trace.get("name")}
    drawn = np.asarray(traces["rank r"]["y"], float)
    assert drawn == pytest.approx(np.mean([change.by_rank for change in changes], axis=0), rel=1e-5)
    assert words.energy_title(changes, 16) in html_of(app)
    assert "v_proj is 192 × 576;" in html_of(app)
    assert not app.error


def test_the_run_of_now_is_drawn_over_the_recorded_ones(page: Open) -> None:
    app = page(panel="Few directions", dimension=100, seed=7)
    run = train_in_subspace(SubspaceParams(100, seed=7))
    assert words.subspace_title(recorded_subspaces()) in html_of(app)
    assert "<b>100</b> directions, seed <b>7</b>" in html_of(app)
    assert np.asarray(figure_of(charts(app)[0])["data"][2]["y"], float) == pytest.approx([run.accuracy])
    assert html_of(app).count('class="check"') == 2
    assert not app.error


def test_few_directions_of_lora_are_drawn_as_they_are_recorded(page: Open) -> None:
    app, record = page(panel="Few directions", network="LoRA in SmolLM2"), recorded_directions()
    dots = figure_of(charts(app)[0])["data"][0]
    assert list(dots["x"]) == [d for d in record.dimensions for _ in range(3)]
    shares = [run.right["meals"] / run.questions for d in record.dimensions for run in record.of(d)]
    assert np.asarray(dots["y"], float) == pytest.approx(shares)
    assert words.directions_title(record) in unescape(html_of(app))
    assert html_of(app).count('class="check"') == 2
    assert "failing" not in html_of(app)
    assert not app.error


def test_a_matrix_of_ones_own_is_taken_apart(page: Open) -> None:
    app = page(panel="Two thin", change="1 2 / 2 4 / 0 0", thin=1)
    assert "Rank 1 says all of it: 5 numbers instead of 6" in html_of(app)
    assert len(charts(app)) == 4
    assert html_of(app).count('class="check"') == 2
    product = np.asarray(figure_of(charts(app)[3])["data"][0]["z"], float)
    assert product == pytest.approx(np.array([[1, 2], [2, 4], [0, 0]]), abs=1e-6)


def test_the_first_matrix_is_dense_and_of_rank_4(page: Open) -> None:
    """The notes ask whether a low rank is like a sparse matrix: none of 144 entries is 0, and 96 numbers say them."""
    matrix = np.array([[float(entry) for entry in row.split()] for row in str(DEFAULTS["change"]).split("/")])
    assert matrix.shape == (12, 12)
    assert (matrix != 0).all()
    assert np.linalg.matrix_rank(matrix) == DEFAULTS["thin"] == 4
    app = page(panel="Two thin")
    assert "Rank 4 says all of it: 96 numbers instead of 144" in html_of(app)
    assert "and rank <b>4</b>" in html_of(app).replace('<span class="term" tabindex="0">rank</span>', "rank")
    sizes = [np.asarray(figure_of(chart)["data"][0]["z"], float).shape for chart in charts(app)]
    assert sizes == [(12, 12), (12, 4), (4, 12), (12, 12)]
    decimals = [["." in text for text in figure_of(chart)["data"][1]["text"]] for chart in charts(app)[:2]]
    assert not any(decimals[0]) and all(decimals[1])


def test_two_adapters_of_smollm2_are_drawn_as_they_are_recorded(page: Open) -> None:
    app, record = page(panel="LoRA inside", inside="SmolLM2"), recorded_merging()
    drawn = figure_of(charts(app)[0])["data"]
    for task in (0, 1):
        shares = [record.share(state, task).share for state in ("none", "first", "second", "both")]
        assert np.asarray(drawn[task]["y"], float) == pytest.approx(shares)
    assert words.merging_title(record) in html_of(app)
    assert f"Recorded, seeds {listed([str(run.params.seed) for run in record.runs])}" in html_of(app)
    assert html_of(app).count('class="check"') == 6
    assert "failing" not in html_of(app)
    assert [button.label for button in app.button if button.label == "Train both here"]
    assert not app.error


def test_a_rank_of_ones_own_is_asked_for_and_the_recorded_one_named(page: Open) -> None:
    app = page(panel="LoRA inside", inside="SmolLM2", r=1, strength=3, beside="all")
    assert "rank <b>4</b>, α <b>8</b>, beside q and v" in html_of(app).replace(
        '<span class="term" tabindex="0">rank</span>', "rank"
    )
    assert not app.exception


@pytest.mark.parametrize(
    ("change", "said"),
    [("1 2 / 3", "the same number of values"), ("a b", "is no number"), ("1 2 3", "it must have 2 to 12 of each"),
     ("0 0 / 0 0", "holds only 0"), ("1 2 / 3 4", "Rank is 5; it must be a whole number from 1 to 2")],
)  # fmt: skip
def test_a_bad_matrix_gets_a_plain_word(page: Open, change: str, said: str) -> None:
    app = page(panel="Two thin", change=change, thin=5)
    assert any(said in box.value for box in (*app.error, *app.warning, *app.info)) or said in html_of(app)
    assert not app.exception


@pytest.mark.parametrize(
    ("panel", "more"),
    [("To scale", {"method": "Adapters", "size": 64}), ("To scale", {"method": "IA3"}),
     ("To scale", {"place": "all", "size": 3}), ("100 tasks", {}),
     ("New directions", {}), ("LoRA inside", {"r": 1, "strength": 3})],
)  # fmt: skip
def test_panels_show_checks_that_pass(page: Open, panel: str, more: dict[str, object]) -> None:
    app = page(panel=panel, **more)
    assert not app.exception
    assert len(charts(app)) == 1
    assert 'class="check"' in html_of(app)
    assert "failing" not in html_of(app)


def test_a_scale_that_diverges_is_stopped_and_said(page: Open) -> None:
    app = page(panel="LoRA inside", r=1, strength=64)
    assert "with α/r = 64 the descent diverges" in html_of(app)
    assert "failing" not in html_of(app)
    assert not app.exception


@pytest.mark.parametrize("panel", ["Figure", "Two thin", "To scale", "LoRA inside"])
def test_the_script_runs(page: Open, panel: str, tmp_path: Path) -> None:
    assert printed(page(panel=panel), "adapters", tmp_path)
