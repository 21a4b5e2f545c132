"""Heads that look a key up, trained with each score: runs from their seed, recorded answers counted anew."""

from dataclasses import replace

import numpy as np
import pytest

from core.attention import (
    SCORES,
    ScoreTraining,
    answers_check,
    recorded_answers,
    recorded_scores,
    train_scores,
    trial_checks,
)
from core.attention.lookups import PLACES, SYMBOLS, TRIAL_SEEDS, lookups
from core.attention.with_torch.training.lookups import answers

KINDS = tuple(SCORES)


def test_a_look_up_has_one_right_answer() -> None:
    asked, keys, values, right = lookups(50, np.random.default_rng(0))
    assert keys.shape == (50, PLACES) and int(keys.max()) < SYMBOLS
    assert all(len(set(row.tolist())) == PLACES for row in keys)
    np.testing.assert_array_equal(values[keys == asked[:, None]], right)


def test_short_trainings_come_again_and_one_of_many_is_the_one_alone() -> None:
    params = ScoreTraining(widths=(8,), rates=(1e-2,), seeds=(0, 1), steps=10)
    both, again = train_scores(params), train_scores(params)
    alone = train_scores(ScoreTraining(widths=(8,), rates=(1e-2,), seeds=(1,), steps=10))
    assert np.array_equal(both.accuracy, again.accuracy) and np.array_equal(both.accuracy[..., 1:, :], alone.accuracy)
    assert both.accuracy.shape == (len(SCORES), 1, 1, 2, len(both.steps))
    assert (both.gradient[KINDS.index("scaled")] == 1).all() and (both.seconds > 0).all()
    assert all(check.passed for check in both.checks)
    assert answers_check(both, answers(params)).passed
    assert all(check.passed for check in trial_checks(both))


def test_recorded_accuracies_are_counted_again_from_the_recorded_answers() -> None:
    found, kept = recorded_scores(), recorded_answers()
    assert answers_check(found, kept).passed
    other = kept.given.copy()
    other[0, 1, 1, 3, 7] = (other[0, 1, 1, 3, 7] + 1) % 16
    assert not answers_check(found, replace(kept, given=other)).passed
    changed = found.accuracy.copy()
    changed[2, 0, 1, 4, -1] += 1 / 512
    assert not answers_check(replace(found, accuracy=changed), kept).passed
    assert not answers_check(replace(found, params=ScoreTraining(seeds=tuple(range(1, 9)))), kept).passed


@pytest.mark.parametrize(
    ("place", "moved", "fails"),
    [
        ((0, 0, 0, 0, 3), 0.001, [0]),
        ((0, 0, 0, 0, 3), 2.0, [0]),
        ((1, 2, 0, 5, 0), 1 / 512, [1]),
        ((1, 2, slice(None), 5, 0), 60 / 512, [2]),
    ],
)
def test_an_accuracy_that_cannot_be_turns_its_check_red(place, moved: float, fails: list[int]) -> None:
    found = recorded_scores()
    assert all(check.passed for check in trial_checks(found))
    changed = found.accuracy.copy()
    changed[place] += moved
    checks = trial_checks(replace(found, accuracy=changed))
    assert [number for number, check in enumerate(checks) if not check.passed] == fails


def test_recorded_trainings_are_whole_and_hold_their_checks() -> None:
    found = recorded_scores()
    assert found.params == ScoreTraining(seeds=TRIAL_SEEDS)
    assert found.accuracy.shape[-1] == len(found.steps) and all(check.passed for check in found.checks)
    # Nobody knows anything before the first step: a guess is right once in 16.
    assert np.abs(found.accuracy[..., 0] - 1 / 16).max() < 0.2
    assert (found.seconds[KINDS.index("additive")] > found.seconds[KINDS.index("scaled")]).all()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: ScoreTraining(widths=()),
        lambda: ScoreTraining(widths=(1,)),
        lambda: ScoreTraining(rates=(0.0,)),
        lambda: ScoreTraining(seeds=(0, 0)),
        lambda: ScoreTraining(steps=9),
    ],
)
def test_values_out_of_range_are_refused_in_words(wrong) -> None:
    with pytest.raises(ValueError, match="must be"):
        wrong()
