"""Chains of calls that fail, and when a tool pays."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.agents import break_even, simulated, success


@given(st.floats(0, 1), st.integers(0, 30), st.integers(0, 5))
def test_calls_with_retries_come_through_as_the_formula_says(p: float, steps: int, retries: int) -> None:
    assert success(p, steps, retries=retries) == pytest.approx((1 - p ** (retries + 1)) ** steps, abs=1e-14)


@pytest.mark.parametrize("voters", [1, 3, 5, 9])
@pytest.mark.parametrize("p", [0.0, 0.1, 0.5, 0.8, 1.0])
def test_a_vote_is_the_sum_over_majorities(p: float, voters: int) -> None:
    most = range(voters // 2 + 1, voters + 1)
    by_hand = sum(math.comb(voters, k) * (1 - p) ** k * p ** (voters - k) for k in most)
    assert success(p, 3, voters=voters) == pytest.approx(by_hand**3, abs=1e-12)


@pytest.mark.parametrize("way", [{}, {"retries": 2}, {"voters": 3}])
def test_drawn_chains_agree_with_the_formula(way: dict[str, Any]) -> None:
    drawn = simulated(0.3, 4, draws=20_000, seed=0, **way)
    exact = success(0.3, 4, **way)
    assert abs(drawn.mean() - exact) < 5 * math.sqrt(exact * (1 - exact) / 20_000)


def test_a_retry_helps_only_where_the_failure_is_announced() -> None:
    silent = simulated(0.3, 4, retries=2, silent=True, draws=4_000, seed=1)
    assert np.array_equal(silent, simulated(0.3, 4, retries=2, silent=True, draws=4_000, seed=1))
    assert abs(silent.mean() - success(0.3, 4)) < 0.04 < simulated(0.3, 4, retries=2, draws=4_000, seed=1).mean() - 0.5


def test_a_long_chain_that_nearly_never_fails() -> None:
    assert success(1e-6, 10_000) == pytest.approx(math.exp(10_000 * math.log1p(-1e-6)), rel=1e-9)
    assert (success(1, 3), success(1, 0), success(0, 9)) == (0, 1, 1)
    assert success(1e-9, 10**9) == pytest.approx(math.exp(-1), rel=1e-6)
    assert (success(0.1, 10**400), success(0, 10**400)) == (0, 1)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"p": -0.1, "steps": 1}, "p = -0.1"),
        ({"p": math.nan, "steps": 1}, "p = nan"),
        ({"p": 0.1, "steps": -1}, "steps is -1"),
        ({"p": 0.1, "steps": 1, "retries": -1}, "retries is -1"),
        ({"p": 0.1, "steps": 1, "voters": 2}, "voters = 2 must be odd"),
        ({"p": 0.1, "steps": 1, "voters": 0}, "voters is 0"),
        ({"p": 0.1, "steps": 1, "voters": 3, "retries": 1}, "retries = 1 must be 0"),
    ],
)
def test_what_is_out_of_range_is_refused(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        success(**given)


def test_a_tool_pays_once_its_cost_is_saved() -> None:
    assert break_even(100, 3, 1) == 50
    assert break_even(0, 3, 1) == 0
    assert break_even(100, 1, 1) == break_even(100, 1, 2) == math.inf
    n = break_even(70, 2.5, 0.75)
    assert 70 + n * 0.75 == pytest.approx(n * 2.5)
    for wrong in ((-1, 3, 1), (1, math.nan, 1), (1, 3, math.inf)):
        with pytest.raises(ValueError, match="a finite cost of 0 or more"):
            break_even(*wrong)
