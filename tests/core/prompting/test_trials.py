"""Tunings on twelve examples: on a tiny model, their counts against peft's, and what was recorded."""

import dataclasses

import numpy as np
import pytest

from core.models import CausalLM
from core.numbers import wilson
from core.prompting import (
    IN_FRONT,
    TASKS,
    TRIAL_TASKS,
    TUNINGS,
    WAYS,
    Trial,
    TrialMemory,
    TrialParams,
    TrialRecord,
    break_even,
    needs,
    recorded_trial_memory,
    recorded_trials,
    run_trial,
    trial_seconds,
    ways,
)
from core.prompting.with_torch.training.trials import peak_bytes

NUMBERS = {"prompt": 3 * 48, "prefix": 3 * 3 * 2 * 16}
"""Of a tiny model with 3 layers, width 48 and keys of 16 numbers, for 3 vectors."""


def made_up(method: str = "prefix", task: str = "plurals", seconds: float = 10.0) -> Trial:
    """A tuning whose answers to plurals are all right, and to the other tasks all the plurals of their words."""
    right = tuple(item.answer for item in TASKS[task].items)
    answers = tuple(right if name == task else ("x",) * len(TASKS[name].items) for name in TRIAL_TASKS)
    return Trial(
        TrialParams(method, task), 5, np.array([0, 300]), np.array([0.0, 1.0]), np.zeros(300, np.float32), answers, (),
        np.ones((30, 2)), 0.0, seconds,
    )  # fmt: skip


def record(*trials: Trial) -> TrialRecord:
    return TrialRecord(trials, np.array([[3, 20]] * 3), np.array([0.1, 0.3, 0.15, 0.12, 0.1]), (4, 48))


@pytest.mark.parametrize("method", TUNINGS)
def test_a_tuning_moves_what_it_may_and_nothing_else(llama: CausalLM, method: str) -> None:
    weights = {name: weight.clone() for name, weight in llama.model.named_parameters()}
    seen = []
    found = run_trial(llama, TrialParams(method, tokens=3, steps=10), on_progress=lambda *news: seen.append(news))
    assert all((weight == weights[name]).all() for name, weight in llama.model.named_parameters())
    assert found.frozen_change == 0
    assert len(found.loss) == 10
    assert found.steps.tolist() == [0, 10]
    assert seen[-1][0] == 1.0
    if method in IN_FRONT:
        assert found.learned == NUMBERS[method]
        assert all(len(said) == 24 for said in found.answers)
    else:
        assert [bool(said) for said in found.answers] == [True, False, False]
    assert len(found.nearest) == (3 if method == "prompt" else 0)
    assert found.moved.shape == ((3, 2) if method == "prefix" else (0, 2))
    assert method != "prefix" or found.moved.min() > 0


def test_the_same_params_give_the_same_tuning(llama: CausalLM) -> None:
    one, other = (run_trial(llama, TrialParams("prefix", tokens=2, steps=10, seed=4)) for _ in range(2))
    np.testing.assert_array_equal(one.loss, other.loss)
    assert one.answers == other.answers


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "ia3"},
        {"task": "capitals"},
        {"tokens": 0},
        {"tokens": 33},
        {"steps": 9},
        {"steps": 601},
        {"seed": -1},
        {"rate": 0.0},
        {"rate": float("nan")},
        {"rate": 1.5},
    ],
)
def test_params_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=str(next(iter(wrong.values())))):
        TrialParams(**wrong)  # type: ignore[arg-type]


def test_each_check_can_fail() -> None:
    good = made_up()
    assert all(check.passed for check in good.checks)
    moved = dataclasses.replace(good, frozen_change=1e-9)
    other = dataclasses.replace(good, accuracy=np.array([0.0, 0.5]))
    assert [check.passed for check in moved.checks] == [False, True]
    assert [check.passed for check in other.checks] == [True, False]


def test_swaps_are_means_over_seeds_and_nan_where_nothing_was_recorded() -> None:
    swaps = record(made_up(), made_up(task="uppercase")).swaps("prefix")
    np.testing.assert_array_equal(swaps, [[1, 0, 0], [0, 1, 0], [np.nan] * 3])
    assert np.isnan(record().swaps("prompt")).all()


def test_break_even_by_the_clock() -> None:
    found = record(made_up(), made_up("lora"))
    # 10 s against 0.2 s a question, of which a prefix itself takes none and LoRA none.
    assert found.break_even(found.trials[0], kept=False) == pytest.approx(50)
    assert found.break_even(found.trials[1], kept=True) == pytest.approx(200)
    slow = dataclasses.replace(found, reading=np.array([0.1, 0.1, 0.1, 0.1, 0.1]))
    assert slow.break_even(found.trials[1], kept=False) is None


def test_the_formula_counts_the_recorded_setting() -> None:
    found = record(made_up("lora"))
    counted = ways(found.formula(found.trials[0], kept=False))
    # Twice forward and backward through 300 updates of 4 x 4 tokens, over 48 tokens a question, but for attention.
    assert break_even(counted[WAYS[1]], counted["LoRA"]) == pytest.approx(2 * 300 * 4 * 4 / 48, rel=0.05)


def test_needs_are_those_of_the_record() -> None:
    rows = needs(record(made_up(), made_up("full", seconds=40.0)))
    assert [row.name for row in rows] == [
        "zero-shot",
        "few-shot prompt",
        "few-shot prompt, kept",
        "prefix",
        "full tuning",
    ]
    zero, shot, kept, prefix, full = rows
    assert (zero.right, shot.right, zero.learned, shot.memory) == ((3,), (20,), 0, 0)
    assert kept.storage == 4 * 2 * 30 * 192 * 48
    assert shot.extra == pytest.approx(0.2)
    assert (prefix.right, prefix.asked, prefix.storage, prefix.extra) == ((24,), 24, 20, 0.0)
    assert (full.seconds, full.memory) == (40.0, 4 * (134_515_008 + 3 * 5))


def test_a_second_run_adds_no_items() -> None:
    again = dataclasses.replace(made_up(), params=TrialParams("prefix", seed=1), accuracy=np.array([0.0, 0.5]))
    row = needs(record(made_up(), again))[-1]
    assert (row.right, row.asked, row.share) == ((24, 12), 24, 0.75)
    assert row.interval == wilson(18, 24)


def test_what_was_recorded_holds() -> None:
    found = recorded_trials()
    assert all(check.passed for trial in found.trials for check in trial.checks)
    assert all(trial.params.steps >= 300 for trial in found.trials if trial.params.method in IN_FRONT)
    sizes = {"prompt": 576, "prefix": 2 * 30 * 192}
    for trial in found.trials:
        if trial.params.method in IN_FRONT:
            assert trial.learned == trial.params.tokens * sizes[trial.params.method]
    assert found.of("prefix", "plurals")
    assert found.of("prompt", "plurals")
    assert (found.prompted <= 24).all()


def test_memory_is_that_of_the_way() -> None:
    found = TrialMemory(np.array([[1, 2, 3, 40], [3, 2, 3, 60]]))
    assert [found.of(way) for way in WAYS] == [0, 0, 2, 2, 3, 50]


def test_measured_memory_holds_what_must_be_held() -> None:
    record, memory = recorded_trials(), recorded_trial_memory()
    for row in needs(record):
        # Gradients and two moments of what is learned; the counted memory has the weights besides.
        assert memory.of(row.name) >= 0.9 * 3 * 4 * row.learned


def test_peak_memory_is_counted_while_it_learns(llama: CausalLM) -> None:
    held = {name: weight.clone() for name, weight in llama.model.named_parameters()}
    assert peak_bytes(llama, TrialParams("full", steps=10)) >= 0
    assert all((weight == held[name]).all() for name, weight in llama.model.named_parameters())


def test_more_updates_are_promised_more_time() -> None:
    assert trial_seconds(TrialParams(steps=600)) > trial_seconds(TrialParams(steps=300))
