"""Soft prompts: the small decoder in torch and numpy, and a tuning that leaves it as it is."""

import dataclasses

import numpy as np
import pytest
import torch

from core.prompting import (
    NEW_TASK,
    TASKS_OF_WORDS,
    TASKS_TUNED,
    SoftPromptParams,
    accuracy,
    recorded_soft_prompts,
    says,
    tune_soft_prompt,
)
from core.prompting.soft_prompts import answers, held_questions
from core.prompting.with_torch.training.soft_prompts import Decoder, _asked, train_decoder, tune


def test_what_each_task_makes_of_letters() -> None:
    letters = np.array([[0, 1, 2, 3, 7]])
    assert answers("copy", letters).tolist() == [[0, 1, 2, 3, 7]]
    assert answers("reverse", letters).tolist() == [[7, 3, 2, 1, 0]]
    assert answers("next", letters).tolist() == [[1, 2, 3, 4, 0]]
    assert answers("rotate", letters).tolist() == [[7, 0, 1, 2, 3]]
    assert answers(NEW_TASK, letters).tolist() == [[0, 4, 3, 2, 1]]
    with pytest.raises(ValueError, match="'sort'; it must be one of copy"):
        answers("sort", letters)


def test_numpy_writes_what_torch_finds_likeliest() -> None:
    record = recorded_soft_prompts()
    questions = held_questions()[:40]
    for task in TASKS_OF_WORDS:
        word = record.decoder.word_of(task)
        with torch.inference_mode():
            ids, right = _asked(questions, task)
            peer = Decoder(record.decoder)(torch.tensor(word, dtype=torch.float32).expand(40, -1), ids).argmax(-1)
        mine = says(record.decoder, word, questions)
        same = (peer == right).all(dim=1).numpy()  # fed with right letters, torch agrees where all are right
        np.testing.assert_array_equal((mine == right.numpy()).all(axis=1), same)


def test_a_tuning_moves_no_weight_and_the_checks_can_fail() -> None:
    record = recorded_soft_prompts()
    seen = []
    run = tune_soft_prompt(SoftPromptParams("copy", steps=20), on_progress=lambda *told: seen.append(told))
    assert run.changed == 0
    assert [told[2].steps[-1] for told in seen] == [10, 20]
    assert run.steps.tolist() == [0, 10, 20]
    assert run.vectors.shape == (3, 48)
    assert all(check.passed for check in run.checks(record.decoder))
    assert not dataclasses.replace(run, changed=1).checks(record.decoder)[0].passed
    moved = dataclasses.replace(run, accuracy=run.accuracy + 0.5)
    assert not moved.checks(record.decoder)[1].passed
    touched = dataclasses.replace(record.decoder, words=record.decoder.words + 1e-3)
    assert record.decoder.changed(touched) > 0


def test_the_same_params_give_the_same_vector() -> None:
    decoder = recorded_soft_prompts().decoder
    one, other = (tune(decoder, SoftPromptParams("next", steps=10, seed=3)) for _ in range(2))
    np.testing.assert_array_equal(one.vectors, other.vectors)


def test_the_record_is_what_its_runs_say() -> None:
    record = recorded_soft_prompts()
    for run, swapped in zip(record.runs, record.swapped, strict=True):
        own = swapped[TASKS_TUNED.index(run.params.task)]
        assert own == pytest.approx(float(run.accuracy[-1]), abs=1 / 256)
    assert record.swaps().shape == (5, 5)
    assert accuracy(record.decoder, record.decoder.word_of("copy"), "copy") == record.by_word[0, 0]


def test_a_short_training_of_the_decoder_can_be_stopped() -> None:
    def stop(fraction: float, message: str, partial: object = None, /) -> None:
        raise InterruptedError(message)

    with pytest.raises(InterruptedError):
        train_decoder(steps=60, on_progress=stop)
    decoder, _ = train_decoder(steps=3)
    assert decoder.parameters == 13 * 48 + 11 * 48 + 2 * 48 * (144 + 48 + 192 + 192)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"task": "sort"}, "'sort'; it must be one of copy"),
        ({"steps": 9}, "steps is 9; it must be a whole number from 10 to 400"),
        ({"seed": -1}, "seed is -1; it must be a whole number from 0 to 9999"),
        ({"rate": float("nan")}, "rate = nan must be from 0.001 to 1"),
        ({"steps": True}, "steps is True"),
    ],
)
def test_params_out_of_range_are_refused(changed: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        SoftPromptParams(**changed)  # type: ignore[arg-type]
