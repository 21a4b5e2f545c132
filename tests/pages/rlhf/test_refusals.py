"""The panel on refusing everything: its words by their numbers, its check, and the page."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from scipy import stats
from streamlit.testing.v1 import AppTest

from components.theme import Look
from core.rlhf import (
    ALL,
    KNOBS,
    REFUSING,
    RefusalTable,
    abstention_threshold,
    best_refusals,
    recorded_refusals,
)
from pages.alignment.rlhf.figures.refusals import knob_figure
from pages.alignment.rlhf.panels import refusals as panel
from pages.alignment.rlhf.topic import PRESETS, QUESTIONS, TOO_MUCH
from pages.alignment.rlhf.words.refusals import (
    AXES,
    at,
    break_even_words,
    late_words,
    leash_words,
    pay_words,
    refusals_title,
    together_words,
    usual_amount_words,
)
from tests.page_kit import charts, html_of

PAGE = "pages/alignment/rlhf/page.py"


def table_of(**ends: float) -> RefusalTable:
    """A table where each knob ends at such a share in all five seeds, from 0.05 before."""
    sure = {
        knob: np.full((len(values), 5), 0.05) + np.linspace(0, 0.01, 5) * (knob == "steps")
        for knob, values in KNOBS.items()
    }
    for knob, end in ends.items():
        sure[knob][-1] = end
    still = {knob: sure["steps"].copy() for knob in REFUSING}
    held = {knob: sure["beta"].copy() for knob in REFUSING}
    return RefusalTable(sure, sure, still, held)


def test_the_title_names_what_refuses_everything() -> None:
    assert refusals_title(table_of()) == "No knob alone makes it refuse everything"
    assert refusals_title(table_of(wrong=1.0)) == "It refuses everything once an error earns −10: mostly, that pays"
    both = refusals_title(table_of(wrong=1.0, misjudged=ALL))
    assert both.startswith("It refuses everything once an error earns −10, or 50% of verdicts are wrong")
    three = refusals_title(table_of(wrong=1.0, misjudged=ALL, abstain=1.0))
    assert three.startswith("It refuses everything once “I don't know” earns 1, an error earns −10, or 50%")
    assert refusals_title(table_of(hard=1.0)).endswith("once 100% of the training questions are hard")
    assert at("hard", 0.95) == "95% of the training questions are hard"
    assert at("hard", 0.95, shortly=True) == "95% hard"


def test_the_recorded_title_is_true() -> None:
    table = recorded_refusals()
    for knob, values in KNOBS.items():
        start = table.everything_from(knob)
        said = start is not None and at(knob, start) in refusals_title(table)
        assert said == bool((table.sure[knob][-1] >= ALL).all())
        if start is not None:
            place = values.index(start)
            assert (table.sure[knob][place:] >= ALL).all()
            assert place == 0 or (table.sure[knob][place - 1] < ALL).any()


def test_what_pays_is_told_by_the_rewards() -> None:
    table = recorded_refusals()
    words = pay_words(table)
    for knob in KNOBS:
        start = table.everything_from(knob)
        if start is None:
            continue
        share = best_refusals(knob)[KNOBS[knob].index(start)].mean()
        assert f"<b>{share:.0%}</b> with {at(knob, start, shortly=True)}" in words
        assert share > 0.5
        assert refusals_title(table).endswith("mostly, that pays")
    silence = abstention_threshold(correct=1.0, abstain=0.9, wrong=-1.0)
    assert f"above P(correct) {silence:.2f} with silence at 0.9" in break_even_words(table)
    assert "never with 35% misjudged" in break_even_words(table)
    assert break_even_words(table_of()) == ""
    assert best_refusals("hard").max() == best_refusals("blur").max() == 0
    assert "Refused though all pay: <b>40%</b> with 100% hard and <b>57%</b> with error 3." in words
    assert pay_words(table_of()).startswith("Refused though all pay: ")


def test_the_amount_is_told_within_its_spread() -> None:
    table = recorded_refusals()
    steps = table.sure["steps"]
    gap = steps[-1] - steps[KNOBS["steps"].index(400)]
    chance = stats.ttest_1samp(gap, 0).pvalue
    assert ("neither more nor less" in usual_amount_words(table)) == (chance >= 0.05)
    rising, falling = table_of(), table_of()
    rising.sure["steps"][-1] = rising.sure["steps"][3] + 0.2
    falling.sure["steps"][-1] = falling.sure["steps"][3] - 0.03
    assert "4 times as many updates refuse more (20.0%" in usual_amount_words(rising)
    assert "refuse no more, but less (3.0%" in usual_amount_words(falling)
    assert late_words(falling) == ""
    assert all((late[-1] > late[0] + 0.3).all() for late in table.late.values())
    early, last = ([late[place].mean() for late in table.late.values()] for place in (0, -1))
    assert late_words(table) == (
        "Where one knob more is turned (dotted), refusals come with the updates: "
        f"{min(early):.0%} to {max(early):.0%} of the sure questions after 50, "
        f"<b>{min(last):.0%} to {max(last):.0%}</b> after 1600."
    )
    falling.late["hard"][0], falling.late["hard"][-1] = 0.05, 0.6
    assert late_words(falling) == (
        "With 100% hard (dotted), refusals come with the updates: 5% of the sure questions after 50, "
        "<b>60%</b> after 1600."
    )


def test_the_leash_is_told_where_it_holds_and_where_not() -> None:
    table = recorded_refusals()
    ends = []
    for held in table.leashed.values():
        assert stats.ttest_rel(held[-1], held[0]).pvalue < 0.05
        assert held[-1].mean() < held[0].mean()
        ends.append([held[place].mean() for place in (0, 1, -1)])
    (none, least, most), (no_less, no_least, no_most) = np.min(ends, 0), np.max(ends, 0)
    usual, silent = table.sure["beta"], table.silent["beta"]
    assert stats.ttest_rel(silent[-1], silent[0]).pvalue < 0.05
    assert usual[-1].mean() > usual[0].mean()
    assert leash_words(table) == (
        f"A KL penalty holds them back: {none:.0%} to {no_less:.0%} without it, {least:.0%} to {no_least:.0%} with "
        f"β 0.1, <b>{most:.0%} to {no_most:.0%}</b> with β 1. β 1 takes none of the sure ones away with "
        f"nothing else turned ({usual[0].mean():.0%} without it, {usual[-1].mean():.0%} with it); of all questions, it "
        f"takes refusals there from {silent[0].mean():.0%} to {silent[-1].mean():.0%}."
    )
    nowhere = leash_words(table_of())
    assert nowhere.startswith(
        "β 1 takes none of the sure ones away with nothing else turned (5% without it, 5% with it)"
    )
    assert nowhere.count("without it") == 1 + len(REFUSING)


def test_the_check_sees_another_table(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(check.passed for check in panel.checks())
    table = recorded_refusals()
    for place, name in enumerate(("sure", "leashed")):
        shares = getattr(table, name)
        damaged = replace(table, **{name: {**shares, "hard": shares["hard"] + 1e-6}})
        monkeypatch.setattr(panel, "recorded_refusals", lambda damaged=damaged: damaged)
        found = panel.checks()
        assert not found[place].passed
        assert found[1 - place].passed
    for knob in KNOBS:
        damaged = replace(table, sure={**table.sure, knob: table.sure[knob] + 1e-6})
        monkeypatch.setattr(panel, "recorded_refusals", lambda damaged=damaged: damaged)
        assert not panel.checks()[0].passed, knob


def test_the_answer_says_what_was_measured() -> None:
    (question,) = (one for one in QUESTIONS if "too much" in one.asked)
    table = recorded_refusals()
    assert question.show["panel"] == "What refuses everything"
    assert "four times as many updates refuse no more" in question.answer
    steps = table.sure["steps"]
    assert (steps[-1] - steps[KNOBS["steps"].index(400)]).mean() <= 0
    assert "errors ten times as hard" in question.answer
    assert table.everything_from("wrong") == -10
    assert "let 35% of the verdicts be wrong" in question.answer
    assert (table.sure["misjudged"][KNOBS["misjudged"].index(0.35)] >= ALL).all()
    assert "nearly as much as a right answer" in question.answer
    start = table.everything_from("abstain")
    assert start is not None
    assert 0.8 <= start < 1
    assert "refusals come with the updates" in question.answer
    assert "Mostly it should" in question.answer
    assert refusals_title(table).endswith("mostly, that pays")
    assert "where it is large enough" in question.answer
    assert all((held[-1] < held[0] - 0.25).all() for held in table.leashed.values())
    assert table.everything_from("hard") is None
    assert table.everything_from("blur") is None


def test_the_panel_opens_and_its_script_runs(visit: Callable[..., AppTest], capsys: pytest.CaptureFixture[str]) -> None:
    app = visit(PAGE, rlhf_task="answer or abstain", rlhf_panel="What refuses everything")
    assert len(charts(app)) == len(KNOBS)
    assert refusals_title(recorded_refusals()) in html_of(app).replace("&#x27;", "'")
    exec(compile(panel.script().replace("zip(values", "zip(values[:1]"), "script", "exec"), {})
    assert "misjudged" in capsys.readouterr().out


def test_the_story_opens_the_panel_and_its_colors_are_explained(visit: Callable[..., AppTest]) -> None:
    (story,) = (one for one in PRESETS if one.values == TOO_MUCH)
    app = visit(PAGE, **{f"rlhf_{name}": value for name, value in story.values.items()})
    assert app.session_state["rlhf_story"] == story.name
    told = html_of(app)
    assert story.look_at in told.replace("&#x27;", "'")
    assert f'--role:{Look().role("query")}">refused of what it surely knows' in told
    assert all(axis in told.replace("&#x27;", "'") for axis in AXES.values())


@pytest.mark.parametrize("knob", ["steps", "beta"])
def test_each_dotted_curve_is_named_in_its_color(visit: Callable[..., AppTest], knob: str) -> None:
    table, look = recorded_refusals(), Look()
    others = panel.others_of(table, knob)
    fig = knob_figure(
        KNOBS[knob],
        table.silent[knob],
        table.sure[knob],
        best_refusals(knob),
        others,
        now=0.0,
        look=look,
        title="",
        percent=False,
        height=166,
    )
    dotted = [trace for trace in fig.data if trace.line.dash == "dot"]
    told = html_of(visit(PAGE, rlhf_task="answer or abstain", rlhf_panel="What refuses everything"))
    assert len({trace.line.color for trace in (*dotted, *fig.data[:2])}) == len(others) + 2 == 6
    for trace, (name, shares) in zip(dotted, others.items(), strict=True):
        assert np.allclose(trace.y, shares.mean(1))
        assert f'--role:{trace.line.color}">{name}</b>' in told
    assert "dotted: refused of what it surely knows, with one knob more turned: " in told
    assert all(shape.line.dash != "dot" for shape in fig.layout.shapes), "an upright line is none of them"
    assert together_words(knob, others) in told


def test_curves_that_lie_on_each_other_are_told_with_how_near_they_are() -> None:
    curves = panel.others_of(recorded_refusals(), "steps")
    *near, far = curves
    apart = [max(abs(curves[one].mean(1) - curves[other].mean(1))) for one, other in combinations(near, 2)]
    told = together_words("steps", curves)
    points = f"{100 * max(apart):.1f}"
    assert told == f"On “updates”, the first 3 lie on each other, within {points} points."
    assert all(max(abs(curves[name].mean(1) - curves[far].mean(1))) > 0.1 for name in near)
    assert together_words("beta", panel.others_of(recorded_refusals(), "beta")) == ""
    assert together_words("steps", {}) == ""
    flat = {name: np.full((3, 5), level) for name, level in (("a", 0.1), ("b", 0.5), ("c", 0.52), ("d", 0.9))}
    assert together_words("beta", flat) == f"On “{AXES['beta']}”, b and c lie on each other, within 2.0 points."
