"""The panel on refusing everything: its words by their numbers, its check, and the page."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from streamlit.testing.v1 import AppTest

from core.rlhf import ALL, KNOBS, RefusalTable, recorded_refusals
from pages.alignment.rlhf.panels import refusals as panel
from pages.alignment.rlhf.topic import QUESTIONS
from pages.alignment.rlhf.words.refusals import amount_words, at, leash_words, refusals_title
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
    return RefusalTable(sure, sure)


def test_the_title_names_what_refuses_everything() -> None:
    assert refusals_title(table_of()) == "No knob alone makes it refuse everything"
    assert refusals_title(table_of(wrong=1.0)) == "It refuses everything once a wrong answer earns −10"
    both = refusals_title(table_of(wrong=1.0, misjudged=ALL))
    assert both == "It refuses everything once a wrong answer earns −10, or 50% of the verdicts are wrong"
    three = refusals_title(table_of(wrong=1.0, misjudged=ALL, abstain=1.0))
    assert three.startswith("It refuses everything once “I don't know” earns 1, a wrong answer earns −10, or 50%")
    assert at("hard", 0.95) == "95% of the training questions are hard"


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


def test_the_amount_is_told_within_its_spread() -> None:
    table = recorded_refusals()
    steps = table.sure["steps"]
    gap = steps[-1] - steps[KNOBS["steps"].index(400)]
    chance = stats.ttest_1samp(gap, 0).pvalue
    assert ("neither more nor less" in amount_words(table)) == (chance >= 0.05)
    rises, falls = table_of(), table_of()
    rises.sure["steps"][-1] = rises.sure["steps"][3] + 0.2
    falls.sure["steps"][-1] = falls.sure["steps"][3] - 0.03
    assert "4 times as many updates refuse more (20.0%" in amount_words(rises)
    assert "refuse no more, but less (3.0%" in amount_words(falls)
    assert "<b>40%</b> where 100% of the training questions are hard" in amount_words(table)


def test_the_leash_is_told_where_it_helps() -> None:
    table = recorded_refusals()
    beta = table.sure["beta"]
    best = 1 + int(beta[1:].mean(1).argmin())
    helps = stats.ttest_rel(beta[best], beta[0]).pvalue < 0.05 and beta[best].mean() < beta[0].mean()
    assert ("holds it back" in leash_words(table)) == helps
    assert "No β of these" in leash_words(table_of())


def test_the_check_sees_another_table(monkeypatch: pytest.MonkeyPatch) -> None:
    (check,) = panel.checks()
    assert check.passed
    table = recorded_refusals()
    sure = {**table.sure, "hard": table.sure["hard"] + 1e-6}
    monkeypatch.setattr(panel, "recorded_refusals", lambda: replace(table, sure=sure))
    (damaged,) = panel.checks()
    assert not damaged.passed


def test_the_answer_says_what_was_measured() -> None:
    (question,) = (one for one in QUESTIONS if "too much" in one.asked)
    table = recorded_refusals()
    assert question.show["panel"] == "What refuses everything"
    assert "four times as many updates refuse no more" in question.answer
    steps = table.sure["steps"]
    assert (steps[-1] - steps[KNOBS["steps"].index(400)]).mean() <= 0
    assert "errors ten times as hard" in question.answer
    assert table.everything_from("wrong") == -10
    assert "let a third of the verdicts be wrong" in question.answer
    assert (table.sure["misjudged"][KNOBS["misjudged"].index(0.35)] >= ALL).all()
    assert "nearly as much as a right answer" in question.answer
    start = table.everything_from("abstain")
    assert start is not None
    assert 0.8 <= start < 1
    assert "not all the way" in question.answer
    assert table.everything_from("hard") is None
    assert table.everything_from("blur") is None


def test_the_panel_opens_and_its_script_runs(visit: Callable[..., AppTest], capsys: pytest.CaptureFixture[str]) -> None:
    app = visit(PAGE, rlhf_task="answer or abstain", rlhf_panel="What refuses everything")
    assert len(charts(app)) == len(KNOBS)
    assert refusals_title(recorded_refusals()) in html_of(app).replace("&#x27;", "'")
    exec(compile(panel.script().replace("zip(values", "zip(values[:1]"), "script", "exec"), {})
    assert "misjudged" in capsys.readouterr().out
