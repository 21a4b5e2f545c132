"""The panel of typical acceptance: its claims by their numbers, its text, checks and script."""

from collections.abc import Callable
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.theme import Look
from core.decoding import EPSILONS, KINDS, LenientTable, lenient_table, recorded_lenient
from pages.efficiency.decoding import results
from pages.efficiency.decoding.figures.leniency import trade
from pages.efficiency.decoding.panels import leniency as panel
from pages.efficiency.decoding.topic import DEFAULTS, PRESETS
from pages.efficiency.decoding.words.leniency import length_words, lenient_title, pay_words, turn_words
from tests.page_kit import charts, figure_of, html_of

PAGE = "pages/efficiency/decoding/page.py"
RULES = 1 + len(EPSILONS)


def table_of(calls: list[list[float]], nats: list[list[float]]) -> LenientTable:
    """Two prompts; the rules that are not named are as the greedy one."""
    full = [np.array([*rows, *([rows[0]] * (RULES - len(rows)))], float) for rows in (calls, nats)]
    return LenientTable(("a", "b"), full[0], np.zeros((RULES, 2)), full[1], 40 / full[0])


def test_a_threshold_pays_where_it_saves_on_every_prompt() -> None:
    assert "No threshold gains tokens a call on all 2 prompts" in pay_words(
        table_of([[1, 1], [2, 1]], [[1, 1], [2, 2]])
    )
    bought = pay_words(table_of([[1, 1], [2, 4]], [[1, 1], [2, 2]]))
    assert "at ε = 0, up to <b>3.00</b> times on average, and each time the text is less likely" in bought
    free = pay_words(table_of([[1, 1], [2, 4], [2, 2]], [[1, 1], [2, 2], [2, 1]]))
    assert "at ε = 0, 0.01, up to <b>3.00</b> times on average; at ε = 0.01 the text is not less likely" in free


def test_the_recorded_claims_are_those_of_the_texts() -> None:
    table = lenient_table(results.all_lenient())
    told = pay_words(table)
    for rule, bound in enumerate(EPSILONS, 1):
        saves = (table.tokens_per_call[rule] > table.tokens_per_call[0]).all()
        named = told.partition("ε = ")[2].partition(", up to")[0].split(", ")
        assert (f"{bound:g}" in named) == bool(saves)
        title = lenient_title(table, rule)
        assert f"{table.tokens_per_call[rule].mean():.2f} tokens a call" in title
        assert f"{table.departing[rule].mean():.0%} are not the target's choice" in title
    assert "every token is the target's choice" in lenient_title(table, 0)


@pytest.mark.parametrize("rule", range(RULES))
def test_calls_in_all_are_counted_apart_from_tokens_a_call(rule: int) -> None:
    texts = results.all_lenient()
    told = length_words(lenient_table(texts), rule)
    if rule == 0:
        assert told == ""
        return
    pairs = [(found[0].run, found[rule].run) for found in texts.values()]
    longer = sum(len(other.steps) > len(one.steps) for one, other in pairs)
    fewer = sum(len(other.steps) < len(one.steps) for one, other in pairs)
    more = sum(other.tokens_per_call > one.tokens_per_call for one, other in pairs)
    assert f"more tokens on <b>{more}</b> of {len(pairs)} prompts" in told
    assert f"of another length: the calls in all rise on <b>{longer}</b> and fall on <b>{fewer}</b>" in told
    same = length_words(table_of([[1, 1], [2, 4]], [[1, 1], [2, 2]]), 1)
    assert "The texts are as long: the calls in all rise on <b>0</b> and fall on <b>2</b>." in same


def test_a_path_that_turns_back_is_told_where_it_does() -> None:
    table = lenient_table(results.all_lenient())
    by_hand = {
        bound: np.mean([found[place].run.tokens_per_call for found in results.all_lenient().values()])
        for place, bound in enumerate(EPSILONS, 1)
    }
    told = turn_words(table)
    for loose, strict in pairwise(EPSILONS):
        assert (f"from {loose:g} to {strict:g}" in told) == (by_hand[loose] < by_hand[strict])
    assert "; it turns back from 0.2 to 0.4 and from 0.7 to 1, where the stricter one gains more: 6 short texts" in told
    falling = [[1.0, 1.0], *([2.0 - bound / 2, 2.0 - bound / 2] for bound in EPSILONS)]
    assert turn_words(table_of(falling, falling)) == ""
    assert turn_words(table_of([[1, 1]] * RULES, [[1, 1]])) == "", "as many is no turn"


def test_the_story_is_true_of_its_text() -> None:
    preset = next(one for one in PRESETS if one.values["panel"] == "Typical acceptance")
    table, rule = lenient_table(results.all_lenient()), 1 + EPSILONS.index(float(str(preset.values["epsilon"])))
    kind = table.kinds.index(str(preset.values["kind"]))
    assert "more tokens a call, and another text" in preset.look_at
    assert table.tokens_per_call[rule, kind] > table.tokens_per_call[0, kind]
    assert table.departing[rule, kind] > 0


@pytest.mark.parametrize("chosen", [0, 1, RULES - 1])
def test_the_figure_has_a_place_for_each_rule_and_the_prompts_of_the_chosen_one(chosen: int) -> None:
    table = lenient_table(results.all_lenient())
    names = ("greedy", *(f"{bound:g}" for bound in EPSILONS))
    fig = trade(
        table.nats,
        table.tokens_per_call,
        names,
        table.kinds,
        chosen,
        look=Look(),
        x_label="nats",
        percent=False,
        height=300,
    )
    assert fig.data[0].text == ("greedy", "1", "0.7", "0.4", "0.2", "0.09", "0.03", "0.01", "0")
    assert np.allclose(fig.data[0].x, [table.nats[0].mean(), *table.nats[:0:-1].mean(1)])
    assert np.allclose(fig.data[1].y, table.tokens_per_call[chosen])
    assert fig.data[2].text[0] == names[chosen]


def shown_with(**values: Any) -> Any:
    controls = SimpleNamespace(value=lambda name: values.get(name, DEFAULTS[name]))
    return SimpleNamespace(page=SimpleNamespace(controls=controls), kind=values.get("kind", "copy"))


def test_the_checks_hold_and_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = shown_with(epsilon="0.2", kind="edit")
    assert [check.passed for check in panel.checks(shown)] == [True, True, True]
    assert [check.name for check in panel.checks(shown_with(epsilon="0", kind="edit"))] == [
        "Every other token is the target's choice",
        "The greedy rule writes the race's text",
    ]
    others = {kind: recorded_lenient(kind)[1:] for kind in KINDS}
    monkeypatch.setattr(panel.results, "all_lenient", lambda: others)
    assert not panel.checks(shown_with(epsilon="greedy", kind="edit"))[-1].passed
    monkeypatch.setattr(panel.results, "all_lenient", dict)
    assert panel.checks(shown) == []


@pytest.mark.parametrize(
    ("kind", "epsilon", "rule"), [("edit", "0.09", 4), ("chat", "greedy", 0), ("your own", "7", 4), ("copy", "0", 1)]
)
def test_the_panel_opens(visit: Callable[..., AppTest], kind: str, epsilon: str, rule: int) -> None:
    app = visit(PAGE, decoding_panel="Typical acceptance", decoding_kind=kind, decoding_epsilon=epsilon)
    assert len(charts(app)) == 2
    table = lenient_table(results.all_lenient())
    assert lenient_title(table, rule).replace("'", "&#x27;") in html_of(app)
    known = kind if kind in KINDS else "copy"
    departing = float(recorded_lenient(known)[rule].departs.mean())
    assert f"“{known}”, {departing:.0%} not the target's choice: " in html_of(app).replace("&#x27;", "'")
    assert "line-through" not in html_of(app), "that means rejected, and each of these stands"
    place = table.kinds.index(known)
    assert figure_of(charts(app)[0])["data"][1]["y"][place] == pytest.approx(
        table.tokens_per_call[rule, place], abs=1e-3
    )


def test_the_script_prints_the_numbers_of_the_text() -> None:
    script = panel.script(shown_with(epsilon="0.09", kind="chat"))
    run = recorded_lenient("chat")[4].run
    assert repr(run.method) in script
    compile(script, "script", "exec")
