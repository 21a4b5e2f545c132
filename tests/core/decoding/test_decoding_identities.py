"""Each identity holds for what was recorded, and turns red where a run, a tree, a law or a cost is damaged."""

from dataclasses import replace

import numpy as np
import pytest

from core.decoding import (
    FOUR_TOKENS,
    KINDS,
    Laws,
    acceptance_check,
    laws_check,
    recorded_costs,
    recorded_laws,
    recorded_race,
    roof_check,
    run_checks,
    tree_check,
    tree_mask,
)


@pytest.mark.parametrize("kind", KINDS)
def test_every_recorded_run_keeps_its_identities(kind: str) -> None:
    race = recorded_race(kind)
    for name, run in race.runs.items():
        assert all(check.passed for check in run_checks(race, name)[:2])
        assert acceptance_check(run).passed
    assert all(laws_check(laws).passed for along in recorded_laws(kind).values() for laws in along)


def test_a_run_that_lost_a_call_or_counts_a_token_twice_is_seen() -> None:
    race = recorded_race("copy")
    run = race.runs["prompt lookup"]
    lost = replace(race, runs={**race.runs, "prompt lookup": replace(run, steps=run.steps[1:])})
    assert not run_checks(lost, "prompt lookup")[0].passed
    place = next(at for at, step in enumerate(run.steps) if step.accepted)
    wide = replace(run.steps[place], accepted=())
    steps = (*run.steps[:place], wide, *run.steps[place + 1 :])
    twice = replace(race, runs={**race.runs, "prompt lookup": replace(run, steps=steps)})
    assert not run_checks(twice, "prompt lookup")[1].passed


def test_greedy_texts_are_compared_in_float32_alone() -> None:
    assert len(run_checks(recorded_race("chat"), "greedy")) > 2
    assert len(run_checks(recorded_race("chat", "bfloat16"), "greedy")) == 2


def test_accepted_tokens_that_are_counted_twice_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    run = recorded_race("copy").runs["prompt lookup"]
    monkeypatch.setattr("core.decoding.identities.acceptance_by_position", lambda run: ((run.accepted + 1, 99),))
    assert not acceptance_check(run).passed


@pytest.mark.parametrize("parent", [(), (-1, 0, 1), (-1, -1, 0, 0, 2)], ids=["empty", "chain", "tree"])
def test_a_mask_that_shows_another_branch_is_seen(monkeypatch: pytest.MonkeyPatch, parent: tuple[int, ...]) -> None:
    assert tree_check(parent).passed
    if parent:
        monkeypatch.setattr("core.decoding.identities.tree_mask", lambda parent: np.flipud(tree_mask(parent)))
        assert not tree_check(parent).passed


@pytest.mark.parametrize(
    "damaged",
    [
        replace(FOUR_TOKENS, target=(0.5, 0.3, 0.15, 0.06)),
        replace(FOUR_TOKENS, residual=(0.5, 0.0, 0.0, 0.0)),
        replace(FOUR_TOKENS, overlap=0.71),
    ],
    ids=["target", "residual", "overlap"],
)
def test_laws_that_do_not_sum_to_one_or_overlap_less_are_seen(damaged: Laws) -> None:
    assert laws_check(FOUR_TOKENS).passed
    assert not laws_check(damaged).passed


def test_a_call_that_beats_the_machine_is_seen() -> None:
    for costs in (recorded_costs("float32"), recorded_costs("bfloat16")):
        assert roof_check(costs).passed
        assert not roof_check(replace(costs, seconds=costs.seconds / 4)).passed
