"""Tasks asked in words, LoRA tuned on some of them, few directions of its numbers; on a tiny random model."""

import copy
import dataclasses

import numpy as np
import pytest
import torch

from core.models import CausalLM
from core.numbers import wilson
from core.tuning import (
    FAMILIES,
    TASKS,
    DirectionsRecord,
    TransferParams,
    TransferRecord,
    TransferRun,
    draw_asked,
    recorded_directions,
    recorded_transfer,
    trainable_parameters,
)
from core.tuning.transfer import kind_of
from core.tuning.with_torch.training import transfer as training
from core.tuning.with_torch.training.transfer import run_transfer
from tests.core.language.conftest import tiny


@pytest.fixture(scope="module")
def llama() -> CausalLM:
    return tiny("llama")


PAIR = np.array([7, 11])
"""Of the tiny model, whose tokens are too short to tell two answers apart by the first one."""


@pytest.fixture
def two_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "answer_ids", lambda lm, task: PAIR)


def test_answers_that_begin_alike_are_refused(llama: CausalLM) -> None:
    with pytest.raises(ValueError, match="begin with the same token"):
        run_transfer(llama, TransferParams((), asked=("beings",)))


def made(tasks: tuple[str, ...], seed: int, right: dict[str, int]) -> TransferRun:
    """A run that answers so many of 24 questions rightly, 12 of each other task."""
    return TransferRun(
        params=TransferParams(tasks, seed), right=dict.fromkeys(TASKS, 12) | right, loss=np.ones(2), trained=10,
        frozen_change=0.0, apart=0.0,
    )  # fmt: skip


def test_each_family_has_two_tasks_and_each_item_stands_once() -> None:
    assert {family: sum(task.family == family for task in TASKS.values()) for family in FAMILIES} == dict.fromkeys(
        FAMILIES, 2
    )
    for task in TASKS.values():
        items = [item for items in task.items for item in items]
        assert len(set(items)) == len(items)
        assert len(task.items[0]) == len(task.items[1])


@pytest.mark.parametrize("task", TASKS)
def test_questions_to_learn_from_and_to_test_on_are_apart_and_balanced(task: str) -> None:
    for each in (1, 12):
        learned, tested = draw_asked(task, 3, each=each)
        assert not {one.text for one in learned} & {one.text for one in tested}
        assert [sum(one.right == right for one in tested) for right in (0, 1)] == [each, each]
        assert len(learned) + len(tested) == 2 * len(TASKS[task].items[0])
    assert draw_asked(task, 3) == draw_asked(task, 3) != draw_asked(task, 4)


@pytest.mark.parametrize(("name", "value"), [("task", "all"), ("seed", -1), ("each", 0), ("each", 24)])
def test_bad_draws_are_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        draw_asked(**{"task": "beings", "seed": 0, name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value"),
    [("tasks", ("soup",)), ("asked", ("soup",)), ("asked", ()), ("seed", -1), ("steps", 0), ("rate", 0.0),
     ("rate", float("nan")), ("dimension", -1), ("dimension", 1001), ("each", 0), ("each", 49)],
)  # fmt: skip
def test_bad_params_are_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        TransferParams(**{name: value})  # type: ignore[arg-type]


@pytest.mark.usefixtures("two_words")
def test_without_a_task_nothing_is_trained_and_answers_are_those_of_the_model(llama: CausalLM) -> None:
    """The likelier of two words, by transformers alone."""
    run = run_transfer(llama, TransferParams((), asked=("beings",)))
    assert (run.trained, len(run.loss), run.frozen_change) == (0, 0, 0.0)
    hits = 0
    for one in draw_asked("beings", 0)[1]:
        ids = torch.tensor(llama.tokenizer(one.text)["input_ids"])[None]
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            logits = llama.model(ids).logits[0, -1]
        hits += bool(logits[PAIR[one.right]] > logits[PAIR[1 - one.right]])
    # In bfloat16 two words may be equally likely.
    assert abs(run.right["beings"] - hits) <= 2


@pytest.mark.usefixtures("two_words")
def test_only_what_is_named_is_trained(llama: CausalLM) -> None:
    before = copy.deepcopy(llama.model.state_dict())
    plain = run_transfer(llama, TransferParams(("meals",), steps=3, asked=("meals",)))
    assert plain.trained == trainable_parameters(llama.model.config, "lora", rank=4)
    few = run_transfer(llama, TransferParams(("meals",), steps=3, asked=("meals",), dimension=5, rate=1.0))
    assert few.trained == 5
    assert plain.loss[0] == few.loss[0]
    assert plain.loss[2] != plain.loss[0] != few.loss[2]
    assert all(torch.equal(before[name], value) for name, value in llama.model.state_dict().items())
    record = DirectionsRecord((plain, few))
    assert all(check.passed for check in record.checks)
    for name in ("frozen_change", "apart"):
        damaged = dataclasses.replace(few, **{name: 1e-2})
        assert sum(not check.passed for check in DirectionsRecord((plain, damaged)).checks) == 1


@pytest.mark.usefixtures("two_words")
def test_the_same_params_give_the_same_run(llama: CausalLM) -> None:
    params = TransferParams(("beings", "goods"), steps=2, asked=("goods",), dimension=2)
    first, second = run_transfer(llama, params), run_transfer(llama, params)
    assert first.loss.tolist() == second.loss.tolist()
    assert first.right == second.right


def test_a_tested_task_stands_to_what_was_learned() -> None:
    assert kind_of((), "meals") == ""
    assert [kind_of(("meals",), task) for task in ("meals", "stories", "goods")] == ["itself", "relative", "stranger"]
    four = ("meals", "stories", "beings", "goods")
    assert [kind_of(four, task) for task in ("meals", "tenses")] == ["learned", "held out"]
    assert kind_of(("meals", "beings"), "stories") == ""


def test_a_change_is_beyond_noise_only_where_every_seed_goes_the_same_way_and_questions_are_enough() -> None:
    def record(*gains: int) -> TransferRecord:
        runs = [made((), seed, {}) for seed in range(len(gains))]
        return TransferRecord(
            (*runs, *(made(("meals",), seed, {"stories": 12 + gain}) for seed, gain in enumerate(gains)))
        )

    assert record(8, 9, 10).change("relative").beyond_noise
    assert record(8, 9, 10).change("relative").after == pytest.approx((12 + 9) / 24)
    assert record(8, 9, 10).change("relative").questions == 72
    assert not record(12, 12, -1).change("relative").beyond_noise
    assert not record(1, 1, 1).change("relative").beyond_noise
    assert record(-8, -9, -10).change("relative").beyond_noise
    stranger = record(8, 9, 10).change("stranger")
    assert (stranger.before, stranger.after, stranger.questions) == (0.5, 0.5, 4 * 72)
    assert not stranger.beyond_noise
    with pytest.raises(ValueError, match="held out"):
        record(1).change("held out")
    cell = record(8, 9, 10).cell(("meals",), "stories")
    assert (cell.low, cell.high) == pytest.approx(wilson(63, 72))


def test_the_recorded_answers_have_three_seeds_of_each_row_and_pass_their_checks() -> None:
    record = recorded_transfer()
    assert record.seeds == 3
    assert record.rows[0] == ()
    assert len(record.runs) == 3 * len(record.rows)
    assert all(check.passed for check in record.checks)
    damaged = dataclasses.replace(record.runs[1], frozen_change=1e-9)
    assert not all(check.passed for check in TransferRecord((*record.runs, damaged)).checks)


def test_the_recorded_directions_have_the_same_questions_for_every_dimension() -> None:
    record = recorded_directions()
    assert record.of(0)[0].trained == 230_400
    assert max(record.dimensions) == 100
    for dimension in record.dimensions:
        assert [run.params.seed for run in record.of(dimension)] == [run.params.seed for run in record.untrained]
        assert {run.trained for run in record.of(dimension)} == {dimension}
    assert all(check.passed for check in record.checks)
