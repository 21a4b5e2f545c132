"""The transformer page, driven as a visitor would: panels, own input, bad input, checks and scripts."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.theme import Look
from core.transformer import (
    TEXTS,
    Chain,
    TokenPath,
    recorded_absences,
    recorded_paths,
    recorded_readers,
    recorded_translators,
)
from pages.architecture.transformer.main import Shown, main_figure
from pages.architecture.transformer.panels import blocks, losses, parameters
from pages.architecture.transformer.words import INSIDE
from tests.page_kit import charts, html_of, printed

PAGE = "pages/architecture/transformer/page.py"

Visit = Callable[..., AppTest]


@pytest.fixture
def page(visit: Visit) -> Visit:
    return lambda **params: visit(PAGE, **{f"transformer_{name}": value for name, value in params.items()})


def test_it_opens_on_the_recorded_path(page: Visit) -> None:
    app = page()
    path = recorded_paths().by_text[TEXTS["capital"]][-1]
    assert "“·Paris” leads" in html_of(app) and f"{path.logit:.1f}" in html_of(app)


def test_the_depth_reads_the_guess_of_that_depth(page: Visit) -> None:
    app = page(depth=20)
    path = recorded_paths().by_text[TEXTS["capital"]][-1]
    assert path.top[20][0] in html_of(app)


@pytest.mark.parametrize("name", ["Inside a block", "Translate", "Cross entropy", "Parameters", "Without it"])
def test_each_panel_draws_a_figure_with_checks(page: Visit, name: str) -> None:
    app = page(panel=name)
    assert len(charts(app)) == 1
    assert "✓" in html_of(app)


@pytest.mark.parametrize("task", ["reverse", "copy", "sort", "numbers"])
@pytest.mark.parametrize("parts", ["whole", "one vector", "no mask"])
def test_every_translator_has_its_three_views(page: Visit, task: str, parts: str) -> None:
    for view in ("Where it looks", "Learning", "Length"):
        app = page(panel="Translate", task=task, parts=parts, view=view)
        assert len(charts(app)) == 1 and not app.warning


def test_an_own_source_is_written(page: Visit) -> None:
    app = page(panel="Translate", task="numbers", source="9 0 7")
    assert "nine" in html_of(app) and "hundred" in html_of(app) and "seven" in html_of(app)


@pytest.mark.parametrize(
    ("task", "source", "says"),
    [("copy", "xyz", "never saw"), ("numbers", "12345", "4 digits"), ("copy", "a" * 30, "1 to 23")],
)
def test_a_source_that_cannot_be_read_gets_a_word(page: Visit, task: str, source: str, says: str) -> None:
    app = page(panel="Translate", task=task, source=source)
    assert says in app.warning[0].value and len(charts(app)) == 1


def test_shares_beyond_the_whole_get_a_word(page: Visit) -> None:
    app = page(panel="Cross entropy", p_first=80, p_second=40)
    assert "more than the whole" in app.warning[0].value and not charts(app)


def test_a_model_that_excludes_a_word_pays_without_limit(page: Visit) -> None:
    app = page(panel="Cross entropy", q_first=0, q_second=50)
    assert "infinite" in html_of(app) and "no limit" in html_of(app)


def test_a_known_language_stands_beside_its_entropy(page: Visit) -> None:
    app = page(panel="Cross entropy", loss_view="A known language")
    run = recorded_readers().by_name["decoder, 700 steps"][0]
    assert f"{run.entropies[1]:.3f}" in html_of(app) and f"{run.bound:.3f}" in html_of(app)
    assert not re.search(r"[\d.]+ − [\d.]+ = [\d.]+", html_of(app)), "rounded numbers need not add up"
    assert len(charts(app)) == 1 and "✓" in html_of(app) and "✗" not in html_of(app)


def test_a_wrong_language_turns_its_check_red(monkeypatch: pytest.MonkeyPatch) -> None:
    assert losses._language_checks()[0].passed
    other = Chain.random(12, seed=5)

    class Wrong:
        @staticmethod
        def random(states: int, *, seed: int) -> Chain:
            return other

    monkeypatch.setattr(losses, "Chain", Wrong)
    assert not losses._language_checks()[0].passed


def test_a_target_is_written_symbol_by_symbol(page: Visit) -> None:
    example = recorded_translators("reverse").by_variant["whole"][0].examples[0]
    first, last = page(panel="Translate", written=0), page(panel="Translate", written=len(example.written))
    assert f"After “start” it writes “{example.written[0]}”" in html_of(first)
    assert "it writes “end”" in html_of(last) and "an even look has" not in html_of(last)
    assert "an even look has" in html_of(page(panel="Translate"))


def test_an_own_text_without_a_part_is_offered_as_a_job(page: Visit) -> None:
    app = page(panel="Without it", lost_text="Roses are red, violets are", missing="positions")
    assert any(button.label == "Measure my text" for button in app.button) and len(charts(app)) == 1
    assert "lighthouse" not in html_of(app) and "a text of five sentences" in html_of(app)
    assert not any(button.label == "Measure my text" for button in page(panel="Without it", lost_text="  ").button)


def test_a_measured_text_takes_the_place_of_the_recorded_one(page: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    own = replace(recorded_absences(), text="Roses are red")

    class Done:
        state, done, error = "finished", True, None

        @staticmethod
        def result() -> object:
            return own

    monkeypatch.setattr("core.jobs.find", lambda *_: Done)
    for place in ("components.jobs", "pages.architecture.transformer.panels.absence"):
        monkeypatch.setattr(f"{place}.find", lambda *_: Done)
    app = page(panel="Without it", lost_text="Roses are red")
    assert "your text" in html_of(app) and "Roses are red" in html_of(app) and len(charts(app)) == 1


def test_a_click_on_a_block_opens_it(page: Visit) -> None:
    values: list[object] = []
    shown = Shown(SimpleNamespace(look=Look(), plot=lambda *_, on_click, **__: values.append(on_click([7]))), path(), 3)  # type: ignore[arg-type]
    main_figure(shown)
    assert values == [{"depth": 7, "panel": INSIDE}]


def test_the_script_of_a_block_needs_core_alone() -> None:
    shown = Shown(SimpleNamespace(look=Look()), path(), 3)  # type: ignore[arg-type]
    places = {line.split()[1].split(".")[0] for line in blocks.script(shown).splitlines() if line.startswith("from")}
    assert places == {"core"}


def path() -> TokenPath:
    return recorded_paths().by_text[TEXTS["capital"]][-1]


def test_shapes_that_do_not_divide_get_a_word(page: Visit) -> None:
    app = page(panel="Parameters", width=100, heads=12)
    assert "heads = 12 must divide width = 100" in app.warning[0].value.replace("\\", "")


@pytest.mark.models
def test_an_own_text_is_measured_and_garbage_gets_a_word(page: Visit) -> None:
    app = page(text="Two plus two is", position=3)
    assert "leads" in html_of(app)
    app = page(text="")
    assert "0 tokens" in app.warning[0].value


def test_a_wrong_total_turns_the_check_red(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = dict(parameters.SHAPES)
    wrong["BERT base"] = replace(wrong["BERT base"], pooler=False)
    monkeypatch.setattr(parameters, "SHAPES", wrong)
    assert not parameters.checks()[0].passed


def test_a_wrong_entropy_turns_the_check_red(monkeypatch: pytest.MonkeyPatch) -> None:
    class Values:
        class controls:  # noqa: N801 - stands for an attribute of the page
            @staticmethod
            def value(name: str) -> object:
                return {
                    "loss_view": "Three words",
                    "p_first": 50,
                    "p_second": 30,
                    "q_first": 20,
                    "q_second": 30,
                    "heat": 1.0,
                }[name]

    page: object = Values()
    assert losses.checks(page)[0].passed  # type: ignore[arg-type]
    monkeypatch.setattr(losses, "entropy", lambda p: np.float64(1.0))
    assert not losses.checks(page)[0].passed  # type: ignore[arg-type]


@pytest.mark.parametrize("panel", ["Cross entropy", "Parameters"])
def test_scripts_reproduce_the_numbers_on_screen(page: Visit, panel: str, tmp_path: Path) -> None:
    app = page(panel=panel)
    shown, said = html_of(app), printed(app, "transformer", tmp_path).split()
    number = f"{float(said[0]):.3f}" if panel == "Cross entropy" else f"{float(said[-2]) / 1e9:.3g}"
    assert number in shown


@pytest.mark.models
def test_the_script_of_the_path_measures_the_path_on_screen(page: Visit, tmp_path: Path) -> None:
    app = page()
    shown, said = html_of(app), printed(app, "transformer", tmp_path).split()
    assert said[0] == "·Paris" and f"{float(said[1]):.1f}" in shown


@pytest.mark.slow
def test_the_script_of_the_translator_trains_the_run_on_screen(page: Visit, tmp_path: Path) -> None:
    app = page(panel="Translate")
    match = float(printed(app, "transformer", tmp_path).split()[0])
    assert abs(match - recorded_translators("reverse").by_variant["whole"][0].exact_match) <= 0.02
