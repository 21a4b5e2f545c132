"""A gate at equal parameters: counts, the language of sums and its entropy, short runs."""

import math

import numpy as np
import pytest

from core.transformer import (
    GatingParams,
    best_on_test,
    equal_inner,
    recorded_gating,
    sums_entropy,
    sums_error,
    train_gating,
)
from core.transformer.gating import NUMBERS, sums


def test_both_parts_of_smollm2_have_as_many_weights() -> None:
    assert 3 * 576 * 1536 == 2 * 576 * equal_inner(576, 1536) == 2_654_208


@pytest.mark.parametrize(("width", "inner"), [(0, 2), (4, 3), (4, 0)])
def test_shapes_that_do_not_divide_are_refused(width: int, inner: int) -> None:
    with pytest.raises(ValueError, match="must"):
        equal_inner(width, inner)


def test_the_sums_have_the_entropy_that_is_said() -> None:
    texts = sums(20_000, 3, np.random.default_rng(0))
    right = (texts[:, 2] == (texts[:, 0] + texts[:, 1]) % NUMBERS).mean()
    share = 0.9 + 0.1 / 11
    assert abs(right - share) < 4 * math.sqrt(share * (1 - share) / 20_000)
    p = np.array([share, *[0.1 / 11] * 10])
    assert math.isclose(sums_entropy(), float(-(p * np.log(p)).sum()))
    deviation = math.sqrt(float((p * np.log(p) ** 2).sum()) - sums_entropy() ** 2)
    assert math.isclose(sums_error(), deviation / math.sqrt(400 * 23))


@pytest.mark.parametrize("gated", [True, False])
def test_a_short_run_falls_and_is_the_same_again(gated: bool) -> None:
    run, again = (train_gating(GatingParams(gated, steps=40)) for _ in range(2))
    assert run.loss[-1] < run.loss[0] and np.array_equal(run.loss, again.loss)
    assert run.parameters == 6144 and run.inner == (64 if gated else 96)


def test_the_best_reader_pays_the_entropy() -> None:
    paid = [best_on_test(seed) for seed in range(20)]
    assert abs(np.mean(paid) - sums_entropy()) < 4 * sums_error() / math.sqrt(20)
    assert 0.5 < np.std(paid) / sums_error() < 2


def test_recorded_runs_are_three_of_each_and_above_the_entropy() -> None:
    by_kind = recorded_gating().by_kind
    assert {kind: len(runs) for kind, runs in by_kind.items()} == {"ReLU": 3, "SwiGLU": 3}
    for runs in by_kind.values():
        assert all(run.loss[-1] > best_on_test(run.params.seed) - 3 * sums_error() for run in runs)


@pytest.mark.parametrize("steps", [0, 4001])
def test_steps_out_of_range_are_refused(steps: int) -> None:
    with pytest.raises(ValueError, match="1 to 4000"):
        GatingParams(steps=steps)
