"""Schedules of the draft's length: replay against the recorded races, and each rule by hand."""

from dataclasses import replace

import numpy as np
import pytest

from core.decoding import (
    KINDS,
    RACE_TOKENS,
    SCHEDULED,
    Chains,
    Constant,
    DraftModel,
    EarlyExit,
    Growing,
    Machine,
    Schedule,
    Unsure,
    recorded_chains,
    recorded_race,
    replay,
    speeds_of,
)

TEXT = (1, 2, 3, 4, 5, 6, 7, 8)
DRAFT = DraftModel(1)


def chains_of(rights: list[int], prob: float = 0.5) -> Chains:
    """Chains of three guesses, of which so many stand at each place."""
    tokens = np.array(
        [[TEXT[min(at + depth, 7)] if depth < right else 99 for depth in range(3)] for at, right in enumerate(rights)]
    )
    return Chains(TEXT, tokens, np.full(tokens.shape, prob))


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("name", SCHEDULED)
def test_a_constant_length_replays_the_recorded_race(kind: str, name: str) -> None:
    run, chains = recorded_race(kind).runs[name], recorded_chains(kind)[name]
    assert isinstance(run.method, DraftModel | EarlyExit)
    again = replay(chains, Constant(run.method.window), run.method, most=RACE_TOKENS)
    assert again.token_ids == run.token_ids
    assert [step.draft for step in again.steps] == [step.draft for step in run.steps]
    assert [step.accepted for step in again.steps] == [step.accepted for step in run.steps]
    assert [step.added for step in again.steps] == [step.added for step in run.steps]
    for step, mine in zip(run.steps, again.steps, strict=True):
        assert mine.draft_prob == pytest.approx(step.draft_prob, abs=2e-3)


def lengths(chains: Chains, schedule: Schedule) -> list[tuple[int, int]]:
    return [(len(step.draft), len(step.accepted)) for step in replay(chains, schedule, DRAFT).steps]


def test_each_rule_by_hand() -> None:
    perfect, wrong = chains_of([3] * 8), chains_of([0] * 8)
    assert lengths(perfect, Constant(2)) == [(2, 2), (2, 2), (1, 1)]
    assert lengths(wrong, Constant(0)) == [(0, 0)] * 8
    assert lengths(perfect, Growing(1)) == [(1, 1), (3, 3), (1, 1)]
    assert [drafted for drafted, _ in lengths(wrong, Growing(3))] == [3, 2, 1, 1, 1, 1, 1, 0]
    assert lengths(perfect, Unsure(0.6))[0] == (1, 1)
    assert lengths(perfect, Unsure(0.4))[0] == (3, 3)


@pytest.mark.parametrize("schedule", [Constant(5), Growing(), Unsure()])
def test_every_schedule_writes_the_text(schedule: Schedule) -> None:
    for right in range(4):
        run = replay(chains_of([right] * 8), schedule, DRAFT)
        assert tuple(token for step in run.steps for token in step.added) == TEXT
        assert all(len(step.added) == len(step.accepted) + 1 for step in run.steps)


def test_a_chain_that_never_falls_with_its_length() -> None:
    one = chains_of([2] * 8)
    assert [one.right(0, length) for length in range(4)] == [0, 1, 2, 2]


def test_a_free_draft_that_is_right_gains_its_calls() -> None:
    machine = Machine("memory", 1e11, 1e18, context=0, draft_cost=0.0)
    speeds = speeds_of({"copy": chains_of([3] * 8)}, {"three": Constant(3)}, DRAFT, machine)
    assert speeds["three"]["copy"] == pytest.approx(4, rel=1e-3)


def test_a_prompt_is_priced_at_its_own_tokens() -> None:
    machine, schedules = Machine("arithmetic", 1e11, 1e9), {"three": Constant(3)}
    chains = {"copy": chains_of([2] * 8), "chat": chains_of([2] * 8)}
    speeds = speeds_of(chains, schedules, DRAFT, machine)["three"]
    assert speeds["copy"] != speeds["chat"]
    assert speeds == speeds_of(chains, schedules, DRAFT, replace(machine, context=9))["three"]


@pytest.mark.parametrize("make", [lambda: Constant(13), lambda: Growing(0), lambda: Unsure(1.5)])
def test_impossible_schedules_are_refused(make: object) -> None:
    with pytest.raises(ValueError, match="must be from"):
        make()  # type: ignore[operator]
