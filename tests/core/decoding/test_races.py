"""Races and costs: texts are held against a pass without a cache, speeds against the spread of their rounds."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from core.decoding import (
    KINDS,
    CostParams,
    Costs,
    EarlyExit,
    Greedy,
    Jacobi,
    Lookahead,
    Method,
    PromptLookup,
    Race,
    RaceParams,
    differing,
    lossless_checks,
    plain_text,
    recorded_costs,
    recorded_race,
)
from core.decoding.with_torch.costs import time_model
from core.decoding.with_torch.races import run_race
from core.decoding.with_torch.target import Target
from core.models import CausalLM

PROMPT = "abcabcab"
METHODS: dict[str, Method] = {
    "greedy": Greedy(),
    "lookup": PromptLookup(2, 4),
    "exit": EarlyExit(2, 3),
    "Jacobi": Jacobi(3),
    "lookahead": Lookahead(),
}


def silent(fraction: float, message: str, partial: object = None) -> None:
    """Hears nothing."""


def written_by_transformers(lm: CausalLM, count: int) -> list[int]:
    ids = torch.tensor([lm.tokenizer(PROMPT).input_ids])
    written = lm.model.generate(ids, do_sample=False, use_cache=False, max_new_tokens=count)
    return written[0, ids.shape[1] :].tolist()


def test_a_prompt_that_is_too_long_is_refused_before_anybody_runs(
    tiny: CausalLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.decoding.with_torch.races.load_causal_lm", lambda *names, **options: tiny)
    monkeypatch.setattr("core.decoding.with_torch.races.MOST_READ", 5)
    monkeypatch.setattr("core.decoding.with_torch.races.generate", None)
    with pytest.raises(ValueError, match=r"tokens; at most 5 are allowed\. Shorten it"):
        run_race(RaceParams("a prompt", METHODS, 4, 1), silent)


@pytest.fixture
def raced(tiny: CausalLM, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Race]:
    monkeypatch.setattr("core.decoding.with_torch.races.load_causal_lm", lambda *names, **options: tiny)

    def run(**options: object) -> Race:
        return run_race(RaceParams(PROMPT, METHODS, 16, 2, **options), silent)  # type: ignore[arg-type]

    return run


@pytest.mark.parametrize("guess", ["right", "empty", "wrong", "wrong in the middle", "too long"])
def test_a_pass_without_a_cache_writes_what_transformers_does(tiny: CausalLM, guess: str) -> None:
    right = written_by_transformers(tiny, 12)
    guesses = {
        "right": right,
        "empty": [],
        "wrong": [1] * 12,
        "wrong in the middle": [*right[:5], right[5] + 1, *right[6:]],
        "too long": [*right, 4, 5],
    }
    assert list(plain_text(tiny, PROMPT, guesses[guess], 12)) == right


@pytest.mark.parametrize("guess", [[], [7, 8, 9, 10]])
def test_it_ends_where_the_model_ends_the_text(tiny: CausalLM, guess: list[int]) -> None:
    free = written_by_transformers(tiny, 12)
    tiny.model.generation_config.eos_token_id = free[5]
    stop = free.index(free[5])
    assert list(plain_text(tiny, PROMPT, guess, 12)) == free[: stop + 1]
    assert list(plain_text(tiny, PROMPT, free, 12)) == free[: stop + 1]


def test_lossless_texts_are_held_against_it_greedy_included(raced: Callable[..., Race], tiny: CausalLM) -> None:
    race = raced()
    assert race.plain is not None
    assert list(race.plain) == written_by_transformers(tiny, 16)
    checks = lossless_checks(race)
    assert [check.name for check in checks] == [f"{name} writes the greedy text" for name in METHODS]
    assert all(check.passed for check in checks)


def test_a_cache_that_is_damaged_for_all_turns_all_red(
    raced: Callable[..., Race], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Target.keep

    def damage(target: Target, path: tuple[int, ...], draft: int) -> None:
        kept(target, path, draft)
        for layer in target.cache.layers:
            layer.keys.neg_()

    monkeypatch.setattr(Target, "keep", damage)
    assert not any(check.passed for check in lossless_checks(raced()))


def test_drawn_and_bfloat16_texts_are_held_against_nothing(raced: Callable[..., Race]) -> None:
    assert raced(temperature=1.0).plain is None
    assert lossless_checks(recorded_race("chat", "bfloat16")) == []


@pytest.mark.parametrize("kind", KINDS)
def test_recorded_texts_were_held_against_it(kind: str) -> None:
    race = recorded_race(kind)
    assert race.plain == race.reference.token_ids
    damaged = replace(race, plain=(*race.plain[:-1], race.plain[-1] + 1))
    assert not any(check.passed for check in lossless_checks(damaged))


def test_texts_differ_place_by_place_and_in_length() -> None:
    assert differing((1, 2, 3), (1, 5, 3, 4)) == 2
    assert differing((), (1,)) == 1
    assert differing((1, 2), (1, 2)) == 0


def test_a_race_keeps_its_rounds_and_how_long_it_was_held_up(raced: Callable[..., Race]) -> None:
    race = raced()
    assert set(race.rounds) == set(METHODS)
    assert all(len(rounds) == 2 for rounds in race.rounds.values())
    assert all(race.runs[name].seconds <= min(rounds) for name, rounds in race.rounds.items())
    assert race.running is not None
    assert 0 < race.running <= 1
    assert len(race.speedups("lookup")) == 2
    assert raced(attempt=1).params.attempt == 1


def timed(speeds: dict[str, float], rounds: dict[str, tuple[float, ...]]) -> Race:
    """The recorded race with other clocks: by name, the speed over greedy's, and the seconds of each round."""
    race = recorded_race("chat")
    runs = {
        name: replace(run, seconds=race.reference.seconds / speeds[name] * len(run.token_ids) / 40)
        for name, run in race.runs.items()
        if name in speeds
    }
    return replace(race, runs=runs, rounds=rounds)


@pytest.mark.parametrize(
    ("speed", "rounds", "standing"),
    [
        (1.04, (), "faster"),
        (1.029, (), "equal"),
        (0.971, (), "equal"),
        (0.96, (), "slower"),
        (1.2, (1.25, 1.1), "faster"),
        (1.2, (1.3, 1.02), "equal"),
        (0.9, (0.8, 1.01), "equal"),
        (1.1, (0.9, 1.3), "equal"),
        (0.8, (0.85, 0.75), "slower"),
    ],
)
def test_a_difference_within_the_noise_is_none(speed: float, rounds: tuple[float, ...], standing: str) -> None:
    clocks = {"greedy": (2.0,) * len(rounds), "Jacobi": tuple(2.0 / one for one in rounds)} if rounds else {}
    race = timed({"greedy": 1.0, "Jacobi": speed}, clocks)
    assert race.speedups("Jacobi") == pytest.approx(rounds)
    assert race.standing("Jacobi") == standing
    assert race.standing("greedy") == "equal"


def test_a_race_under_load_says_so() -> None:
    steady = timed({"greedy": 1.0}, {"greedy": (2.0, 2.1)})
    assert not steady.disturbed
    assert replace(steady, rounds={"greedy": (2.0, 3.0)}).disturbed
    assert replace(steady, running=0.95).disturbed is False
    assert replace(steady, running=0.6).disturbed
    assert not recorded_race("chat").disturbed


def test_speed_after_the_prompt_leaves_the_first_call_out() -> None:
    for kind in KINDS:
        race = recorded_race(kind)
        for name, run in race.runs.items():
            mine, theirs = (
                (len(one.token_ids) - len(one.steps[0].added)) / sum(step.seconds for step in one.steps[1:])
                for one in (run, race.reference)
            )
            assert race.speedup_after_prompt(name) == pytest.approx(mine / theirs)
    copied = recorded_race("copy")
    assert [copied.speedup("prompt lookup"), copied.speedup_after_prompt("prompt lookup")] == pytest.approx(
        [2.74, 3.33], abs=0.005
    )
    once = replace(copied.reference, steps=copied.reference.steps[:1])
    assert np.isnan(once.pace)


def measured(rounds: list[list[float]], running: float | None = 1.0) -> Costs:
    """Costs of two widths, by round."""
    seconds = np.array(rounds)
    return replace(
        recorded_costs(),
        params=CostParams(repeats=len(rounds)),
        widths=(1, 4),
        seconds=seconds.min(0),
        rounds=seconds,
        running=running,
    )


def test_costs_tell_the_spread_of_their_rounds() -> None:
    costs = measured([[1.0, 1.5], [1.1, 1.54], [1.0, 1.6]])
    assert costs.range_at(4) == pytest.approx((1.4, 1.6))
    assert costs.unsteadiness == pytest.approx(1.54 / 1.5 - 1)
    assert not costs.disturbed
    kept = recorded_costs()
    assert kept.range_at(4) is None
    assert not kept.disturbed


@pytest.mark.parametrize(
    ("rounds", "running"),
    [([[1.0, 1.5], [1.0, 2.9], [1.0, 3.1]], 1.0), ([[1.0, 1.5], [1.0, 1.5]], 0.8)],
    ids=["half of the rounds are slow", "the thread was held up"],
)
def test_costs_that_were_measured_under_load_say_so(rounds: list[list[float]], running: float) -> None:
    assert measured(rounds, running).disturbed


def test_every_round_of_a_measurement_is_kept(tiny: CausalLM) -> None:
    costs = time_model(tiny, CostParams(repeats=3, past=32), silent)
    assert costs.rounds is not None
    assert costs.rounds.shape == (3, len(costs.widths))
    np.testing.assert_array_equal(costs.rounds.min(0), costs.seconds)
    assert costs.running is not None
    assert 0 < costs.running <= 1
