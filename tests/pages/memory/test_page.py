"""The page on memory, driven as a visitor would: panels, own input, bad input, checks that fail, and scripts."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.figures.shares import share_lines
from components.theme import Look
from core.agents import (
    NOTES,
    NUMBERED,
    OwnCurve,
    OwnFacts,
    Weights,
    drawn_trials,
    needed_ranks,
    recorded_attention,
    recorded_curve,
)
from pages.agents.memory import main
from pages.agents.memory.figures.attention import FOUND, MISSED, attention_figure
from pages.agents.memory.panels import attention, formats, notebook, own, price, room
from pages.agents.memory.topic import HELPS, LOOKS, NOTEBOOK, OWN, PRICE, ROOM
from tests.page_kit import charts, html_of, printed

PAGE = "pages/agents/memory/page.py"

Visit = Callable[..., AppTest]


@pytest.fixture
def page(visit: Visit) -> Visit:
    return lambda **params: visit(PAGE, **{f"memory_{name}": value for name, value in params.items()})


def test_it_opens_on_the_recorded_curve_and_a_click_moves_the_stop(page: Visit) -> None:
    app, curve = page(stop=1), recorded_curve(NUMBERED, 10)
    assert f"<b>{int(curve.hits[0])}</b> of {curve.trials} found" in html_of(app)
    assert main.clicked([4]) == {"stop": 5}


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"facts": "Ann lamp"}, "facts"),
        ({"facts": "Ann: lamp\nBo river"}, "colon"),
        ({"whose": "<b>x</b>"}, "asked"),
    ],
)
def test_facts_that_cannot_be_read_get_a_word(page: Visit, values: dict[str, str], says: str) -> None:
    app = page(panel=OWN, **values)
    assert says in app.warning[0].value.lower() and not charts(app) and not app.error


def test_own_facts_are_offered_to_the_model_beside_a_recorded_curve(page: Visit) -> None:
    app = page(panel=OWN)
    assert any(button.label == "Ask SmolLM2" for button in app.button) and len(charts(app)) == 1
    badges = [found for note in app.markdown for found in re.findall(r":\w+-badge\[(.*?)\]", note.value)]
    assert badges == ["recorded run"], "the curve is a recorded one until the model has answered"


def test_weights_beyond_the_sliders_open_with_the_usual_ones(page: Visit) -> None:
    app = page(panel=NOTEBOOK, recency=99, relevance=-5)
    hits = int((needed_ranks(Weights()) == 1).sum())
    assert f"<b>{hits}</b> of 30" in html_of(app) and not app.exception


def test_without_a_weight_no_note_is_ahead_and_none_is_shown(page: Visit) -> None:
    app = page(panel=NOTEBOOK, relevance=0)
    assert "every note scores 0" in app.info[0].value and not charts(app) and not app.error
    assert "of rank" not in html_of(app)


@pytest.mark.parametrize("panel", [LOOKS, HELPS, NOTEBOOK, PRICE, ROOM])
def test_scripts_of_panels_run_and_reproduce_a_number(page: Visit, panel: str, tmp_path: Path) -> None:
    app = page(panel=panel)
    said = printed(app, "memory", tmp_path)
    number = {
        LOOKS: lambda: str(recorded_attention(NUMBERED, 10).curve.hits[3]),
        HELPS: lambda: f"{recorded_curve(NUMBERED, 10).shares.mean():.4f}"[:4],
        NOTEBOOK: lambda: said.split()[0],
        PRICE: lambda: str(int(price.found(Weights(), True)[0].sum())),
        ROOM: lambda: said.splitlines()[0].split()[-1],
    }[panel]()
    assert number in said and (panel == HELPS or number in html_of(app))


@pytest.mark.slow
@pytest.mark.models
def test_the_script_of_the_main_figure_answers_as_on_screen(page: Visit, tmp_path: Path) -> None:
    app = page()
    answer = printed(app, "memory", tmp_path).splitlines()[-1].split()[0]
    assert f"This list: <b>{answer}</b>" in html_of(app)


@pytest.mark.slow
@pytest.mark.models
def test_own_questions_and_notes_are_ranked(page: Visit) -> None:
    app = page(panel=NOTEBOOK, asked="Where are the <b>keys</b>?", note="The keys hang behind the door. <b>x</b>")
    assert "The keys hang behind the door" in html_of(app) and "<b>x</b>" not in html_of(app)
    assert "Your own note counts as 0 hours old and of importance 5" in html_of(app)


@pytest.mark.parametrize(("name", "signs", "what"), [("note", 10_000, "A note"), ("asked", 2_001, "A question")])
def test_a_note_or_question_that_is_too_long_is_refused_in_words(page: Visit, name: str, signs: int, what: str) -> None:
    app = page(panel=NOTEBOOK, **{name: "x" * signs})
    assert f"{what} = '{signs:,} characters' must be at most 2,000 characters long" in app.warning[0].value
    assert not charts(app) and not app.error and not app.exception


@pytest.mark.parametrize("panel", [NOTEBOOK, PRICE, ROOM])
def test_the_notebook_that_the_project_wrote_is_called_a_toy(page: Visit, panel: str) -> None:
    badges = [found for note in page(panel=panel).markdown for found in re.findall(r":\w+-badge\[(.*?)\]", note.value)]
    assert badges == ["recorded run", "toy"]


def test_what_a_note_of_ones_own_counts_is_told() -> None:
    weights = sorted(note.importance for note in NOTES)
    assert "0 hours old and of importance 5;" in notebook.of_own()
    assert f"of the others is {weights[0]:g} to {weights[-1]:g}." in notebook.of_own()


@pytest.mark.parametrize("inverted", [False, True])
def test_a_wrong_line_of_the_price_turns_its_checks_red(inverted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    now = Weights(recency=0.5, importance=0.25, inverted=inverted)
    assert all(check.passed for check in price.line_checks(now))
    monkeypatch.setattr(price, "needed_ranks", lambda weights: needed_ranks(replace(weights, inverted=not inverted)))
    assert not price.line_checks(now)[0].passed
    monkeypatch.setattr(price, "needed_ranks", lambda weights: np.full(30, 1 + int(4 * weights.recency) % 2))
    assert not price.line_checks(now)[1].passed


def test_the_hover_names_a_weight_as_its_slider_does() -> None:
    (line,) = share_lines({"a": [(1, 2, (0.1, 0.9))] * 3}, [0, 0.25, 0.5], colors={"a": "#000000"}, hover="weight")
    assert list(line.hovertext) == ["0", "0.25", "0.5"] and "weight %{hovertext}<" in line.hovertemplate


def test_the_hover_names_a_list_as_its_slider_does() -> None:
    one = recorded_attention(NUMBERED, 10)
    fig = attention_figure(one, [("a", 0.5, "#000000")], stop=0, number=0, look=Look(), title="", height=300)
    for points in (trace for trace in fig.data if trace.name in (FOUND, MISSED)):
        assert points.hovertemplate.startswith("%{hovertext}: ")
        assert [f"list {number + 1}" for _, number in points.customdata] == list(points.hovertext)


def test_damage_turns_the_checks_red(monkeypatch: pytest.MonkeyPatch) -> None:
    curve = recorded_curve(NUMBERED, 10)
    trials = drawn_trials(10, curve.trials, seed=curve.seed)
    assert all(check.passed for check in main.curve_checks(curve, trials, NUMBERED))
    wrong = replace(curve, right=1 - curve.right)
    assert not main.curve_checks(wrong, trials, NUMBERED)[1].passed
    monkeypatch.setattr(main, "prompt_of", lambda trial, place, format: [f"line {place}"])
    assert not main.curve_checks(curve, trials, NUMBERED)[0].passed


def test_damage_turns_the_checks_of_panels_red(monkeypatch: pytest.MonkeyPatch) -> None:
    every = formats.curves()
    assert all(check.passed for check in formats.checks(every))
    monkeypatch.setattr("pages.agents.memory.findings.by_list", lambda curve: np.zeros(curve.trials))
    assert not any(check.passed for check in formats.checks(every))

    done = OwnCurve(OwnFacts("a: b\nc: d", "a", NUMBERED), ("b", "d"), np.full((2, 2), 0.5))
    assert own.own_checks(done)[0].passed
    assert not own.own_checks(replace(done, probabilities=np.full((2, 2), 0.4)))[0].passed


def test_damage_turns_the_checks_of_attention_red() -> None:
    one = recorded_attention(NUMBERED, 10)
    assert all(check.passed for check in attention.checks(one))
    lines = one.lines.copy()
    lines[1, 2, 3] += 1e-3
    other = (one.layer + 1) % one.heads.shape[2]
    damaged = (
        replace(one, lines=lines),
        replace(one, row=replace(one.row, keys=one.row.keys[::-1])),
        replace(one, layer=other),
    )
    for place, wrong in enumerate(damaged):
        assert [check.passed for check in attention.checks(wrong)] == [number != place for number in range(3)]


def test_a_point_of_the_attention_goes_to_its_list(page: Visit) -> None:
    assert attention.clicked([4, 6]) == {"stop": 5, "number": 7}
    app, one = page(panel=LOOKS, stop=5, number=7), recorded_attention(NUMBERED, 10)
    assert f"This list: {one.strongest[4, 6]:.0%}" in html_of(app) and len(charts(app)) == 1


@pytest.mark.parametrize(
    ("checks", "module", "name", "wrong", "red"),
    [
        (lambda: notebook.checks(Weights()), notebook, "rank_notes",
         lambda *args: (np.arange(60)[::-1], np.zeros((60, 3))), 0),
        (lambda: notebook.checks(Weights()), notebook, "rank_notes",
         lambda *args: (np.arange(60), np.full((60, 3), 1.5)), 1),
        (lambda: notebook.checks(Weights()), notebook, "ranked",
         lambda *args: (np.arange(60)[::-1], np.zeros((60, 3))), 2),
        (lambda: room.checks(300), room, "kept_within", lambda order, tokens, budget: tuple(order), 0),
        (lambda: room.checks(300), room, "answered_within",
         lambda keeping, budget: np.full(30, budget < 500), 1),
    ],
)  # fmt: skip
def test_a_wrong_ranking_turns_a_check_red(
    checks: Callable[[], tuple[object, ...]], module: object, name: str, wrong: object, red: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    assert all(check.passed for check in checks())  # type: ignore[attr-defined]
    monkeypatch.setattr(module, name, wrong)
    assert not checks()[red].passed  # type: ignore[attr-defined]
