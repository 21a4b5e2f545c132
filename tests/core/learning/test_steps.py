"""One step by hand against the chain rule written out, and descent on a quadratic on both sides of 2/L."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.learning import SMOOTH, descend, one_step

NUMBERS = st.floats(-5, 5)


def test_the_gradient_is_the_chain_rule_written_out() -> None:
    w, x, y = np.array([0.5, -0.3, 0.8, 0.2, 0.1, -0.1, 1.0, -0.7, 0.05]), np.array([1.0, 0.5]), 1.0
    step = one_step(list(w), list(x), y, learning_rate=0.5)
    h1, h2 = np.tanh(0.5 * 1 + 0.8 * 0.5 + 0.1), np.tanh(-0.3 * 1 + 0.2 * 0.5 - 0.1)
    s = h1 - 0.7 * h2 + 0.05
    d = -1 / (1 + np.exp(s))
    d1, d2 = d * 1.0 * (1 - h1**2), d * -0.7 * (1 - h2**2)
    np.testing.assert_allclose(step.outputs, [h1, h2, s])
    assert step.loss == pytest.approx(np.log1p(np.exp(-s)))
    np.testing.assert_allclose(step.gradient, [d1, d2, 0.5 * d1, 0.5 * d2, d1, d2, d * h1, d * h2, d])
    np.testing.assert_allclose(step.after, w - 0.5 * step.gradient)
    assert step.loss_after < step.loss


@settings(max_examples=150, deadline=None)
@given(st.lists(NUMBERS, min_size=9, max_size=9), st.lists(NUMBERS, min_size=2, max_size=2), st.sampled_from(SMOOTH))
def test_backward_meets_finite_differences(weights: list[float], x: list[float], activation: str) -> None:
    (check,) = one_step(weights, x, -1, learning_rate=1.0, activation=activation).checks
    assert check.passed, check


def test_its_check_fails_on_another_network() -> None:
    step = one_step([0.5] * 9, [1.0, 1.0], 1, learning_rate=0.1)
    damaged = replace(step)
    damaged.__dict__["gradient"] = step.gradient + 1e-5
    assert not damaged.checks[0].passed


@pytest.mark.parametrize(
    ("weights", "x", "y", "rate", "activation", "told"),
    [
        ([0.0] * 8, [0, 0], 1, 0.1, "tanh", "weights holds 8 numbers; 9"),
        ([0.0] * 9, [0], 1, 0.1, "tanh", "x holds 1 numbers; 2"),
        ([6.0] * 9, [0, 0], 1, 0.1, "tanh", "weights holds 6"),
        ([0.0] * 9, [0, float("nan")], 1, 0.1, "tanh", "x holds nan"),
        ([0.0] * 9, [0, 0], 0, 0.1, "tanh", "y = 0"),
        ([0.0] * 9, [0, 0], 1, -1, "tanh", "learning_rate = -1"),
        ([0.0] * 9, [0, 0], 1, 0.1, "relu", "activation 'relu'"),
    ],
)
def test_a_bad_step_is_named(
    weights: list[float], x: list[float], y: float, rate: float, activation: str, told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        one_step(weights, x, y, learning_rate=rate, activation=activation)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=4), st.floats(0.01, 3), st.integers(0, 80))
def test_it_falls_below_the_threshold_and_grows_above(bend: list[float], share: float, steps: int) -> None:
    start = np.ones(len(bend))
    run = descend(np.array(bend), start, learning_rate=share * 2 / max(bend), steps=steps)
    assert all(check.passed for check in run.checks), run.checks
    top = np.abs(run.path[:, int(np.argmax(bend))])
    if share < 0.999:
        assert (np.diff(run.values) <= 1e-12).all()
    if share > 1.001:
        assert (np.diff(top) > 0).all()


def test_at_the_threshold_it_swings_forever() -> None:
    run = descend(np.array([4.0, 1.0]), np.array([1.0, 1.0]), learning_rate=0.5, steps=51)
    assert run.threshold == 0.5
    np.testing.assert_array_equal(run.path[:, 0], np.where(np.arange(52) % 2, -1.0, 1.0))


def test_it_ends_where_numbers_would() -> None:
    run = descend(np.array([1.0]), np.array([1.0]), learning_rate=1e9, steps=1000)
    assert len(run.path) < 20
    assert np.isfinite(run.values).all()
    assert descend(np.zeros(2), np.ones(2), learning_rate=1.0, steps=3).threshold == float("inf")


def test_its_check_fails_on_another_path() -> None:
    run = descend(np.array([4.0, 1.0]), np.array([1.0, 1.0]), learning_rate=0.3, steps=20)
    assert not replace(run, path=run.path * (1 + 1e-9 * np.arange(21)[:, None])).checks[0].passed


@pytest.mark.parametrize(
    ("bend", "start", "rate", "steps", "told"),
    [
        ([1.0, 2.0], [1.0], 0.1, 5, "same length"),
        ([-1.0], [1.0], 0.1, 5, "at least 0"),
        ([1.0], [float("nan")], 0.1, 5, "start"),
        ([1.0], [1.0], -0.1, 5, "learning_rate = -0.1"),
        ([1.0], [1.0], 0.1, -1, "steps = -1"),
    ],
)
def test_a_bad_descent_is_named(bend: list[float], start: list[float], rate: float, steps: int, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        descend(np.array(bend), np.array(start), learning_rate=rate, steps=steps)
