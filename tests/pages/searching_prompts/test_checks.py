"""The checks of the panels: each is seen red when what it looks at is damaged."""

import dataclasses
from types import SimpleNamespace
from typing import Any, cast

import pytest

from components.page import Page
from core.prompting import (
    Deal,
    WordingParams,
    WordingScores,
    deal_reviews,
    recorded_proposals,
    recorded_soft_prompts,
    recorded_trials,
    solve,
)
from pages.prompting.searching_prompts import results
from pages.prompting.searching_prompts.main import Asked, Shown
from pages.prompting.searching_prompts.panels import methods, pictures, prefixes, prompt, soft, why
from pages.prompting.searching_prompts.topic import DEFAULTS, FRONT_LENGTHS, SWAP, TABLE


def page(**values: Any) -> Page:
    """A page of which the values of its controls are read, and nothing else."""
    kept = {**DEFAULTS, **values}
    return cast(Page, SimpleNamespace(controls=SimpleNamespace(value=kept.__getitem__)))


def shown() -> Shown:
    return Shown(page(), Asked("random", 5, 6, 5, 0, 0))


@pytest.mark.parametrize("change", [1e-9, 0.5, float("nan")])
@pytest.mark.parametrize("place", [0, -1])
def test_a_weight_that_moved_in_any_tuning_turns_the_table_of_needs_red(
    monkeypatch: pytest.MonkeyPatch, change: float, place: int
) -> None:
    record = recorded_trials()
    (good,) = why.checks(page(why_view=TABLE))
    assert good.passed and good.name.startswith("Weights of SmolLM2 that were not to be trained")
    trials = list(record.trials)
    at = [number for number, trial in enumerate(trials) if trial.params.method != "full"][place]
    trials[at] = dataclasses.replace(trials[at], frozen_change=change)
    monkeypatch.setattr(why, "recorded_trials", lambda: dataclasses.replace(record, trials=tuple(trials)))
    (red,) = why.checks(page(why_view=TABLE))
    assert not red.passed


def test_the_arithmetic_of_the_break_even_has_its_own_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(check.passed for check in why.checks(page(why_view="Break-even")))
    monkeypatch.setattr("core.prompting.adaptation.break_even", lambda prompt, tuned: 1.0)
    assert not why.checks(page(why_view="Break-even"))[0].passed


@pytest.mark.parametrize(
    ("changes", "passed"),
    [({"frozen_change": float("nan")}, [False, True]), ({"answers": (("x",) * 24,) * 3}, [True, False])],
)
def test_damage_in_the_last_tuning_is_the_worst_of_all(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], passed: list[bool]
) -> None:
    record = recorded_trials()
    assert [check.passed for check in prefixes.checks(page(front_view=FRONT_LENGTHS))] == [True, True]
    trials = list(record.trials)
    last = max(n for n, one in enumerate(trials) if one.params.method == "prefix" and one.accuracy[-1] > 0.3)
    trials[last] = dataclasses.replace(trials[last], **changes)
    monkeypatch.setattr(prefixes, "recorded_trials", lambda: dataclasses.replace(record, trials=tuple(trials)))
    assert [check.passed for check in prefixes.checks(page(front_view=FRONT_LENGTHS))] == passed


def test_proposals_that_repeat_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(methods, "RACES", 1)
    assert all(check.passed for check in methods.checks(shown()))
    record = recorded_proposals()
    for wrong in (record.tried[0, 0, 0], -1, 96):
        tried = record.tried.copy()
        tried[0, 0, -1] = wrong
        found = dataclasses.replace(record, tried=tried)
        monkeypatch.setattr(methods, "recorded_proposals", lambda found=found: found)
        assert [check.passed for check in methods.checks(shown())] == [True] * 4 + [False]


def test_an_answer_that_is_not_the_model_s_is_counted_in_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [check.passed for check in prompt.checks(shown())] == [True] * 5
    good, item = results.landscape(), int(shown().asked.found.deal.held_out[0])
    other = dataclasses.replace(good, log_probs=good.log_probs.copy())
    other.log_probs[:, item] = other.log_probs[:, item, ::-1]
    monkeypatch.setattr(results, "landscape", lambda: other)
    assert [check.passed for check in prompt.checks(shown())] == [True] * 4 + [False]


def test_a_model_that_says_something_else_now_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def again(change: float) -> Any:
        def found(work: Any, params: WordingParams) -> SimpleNamespace:
            logs = results.landscape().log_probs[params.place] + change
            return SimpleNamespace(state="finished", result=lambda: WordingScores(params.place, logs, 1.0))

        return found

    for change, passed in ((0.0, True), (0.01, False), (float("nan"), False)):
        monkeypatch.setattr(prompt, "find", again(change))
        assert [check.passed for check in prompt.checks(shown())] == [True] * 5 + [passed]


def test_the_luck_of_the_best_is_counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [check.passed for check in methods.luck_checks(shown())] == [True, True]
    good = results.landscape()
    other = dataclasses.replace(good)
    vars(other)["right"] = ~good.right
    with monkeypatch.context() as patch:
        patch.setattr(results, "landscape", lambda: other)
        assert [check.passed for check in methods.luck_checks(shown())] == [False, True]

    def dealt(count: int, seed: int) -> Deal:
        return Deal(deal_reviews(count, seed).scored, deal_reviews(count, seed).scored)

    monkeypatch.setattr(methods, "deal_reviews", dealt)
    assert [check.passed for check in methods.luck_checks(shown())] == [True, False]


def test_an_order_of_pairs_that_matters_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [check.passed for check in pictures.checks(page())] == [True, True]

    def by_the_first(network: Any, before: Any, after: Any, query: Any) -> Any:
        return solve(network, before[:, :1], after[:, :1], query)

    monkeypatch.setattr(results, "solve", by_the_first)
    monkeypatch.setattr(results, "turned", vars(results.turned)["__wrapped__"])
    assert [check.passed for check in pictures.checks(page())] == [True, False]


def test_a_decoder_that_moved_is_seen_where_vectors_are_swapped(monkeypatch: pytest.MonkeyPatch) -> None:
    record = recorded_soft_prompts()
    assert all(check.passed for check in soft.checks(page(soft_view=SWAP)))
    runs = (dataclasses.replace(record.runs[0], changed=1), *record.runs[1:])
    monkeypatch.setattr(soft, "recorded_soft_prompts", lambda: dataclasses.replace(record, runs=runs))
    assert [check.passed for check in soft.checks(page(soft_view=SWAP))] == [False, True]
