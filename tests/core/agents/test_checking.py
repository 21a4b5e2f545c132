"""A checker that errs, and a budget of calls, against sums over all outcomes and drawn chains."""

import itertools
import math
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import config

from core.agents import (
    RIGHT,
    STOPPED,
    WRONG,
    checked,
    checked_draws,
    in_shares,
    simulated,
    success,
    tolerance,
    within,
    within_draws,
)

SHARES = st.floats(0, 1)


def _tree(p: float, alarms: float, misses: float, retries: int, calls: int) -> tuple[float, float, float]:
    """The ends of a chain by walking every branch of every try."""
    if calls == 0:
        return 1.0, 0.0, 0.0
    right = wrong = stopped = 0.0
    reached = 1.0
    for _ in range(retries + 1):
        good, bad = reached * (1 - p) * (1 - alarms), reached * p * misses
        after = _tree(p, alarms, misses, retries, calls - 1)
        right += good * after[0]
        wrong += good * after[1] + bad * (after[0] + after[1])
        stopped += (good + bad) * after[2]
        reached -= good + bad
    return right, wrong, stopped + reached


@given(SHARES, SHARES, SHARES, st.integers(0, 3), st.integers(0, 3))
def test_a_checked_chain_ends_as_the_tree_of_its_tries(
    p: float, alarms: float, misses: float, retries: int, calls: int
) -> None:
    ends = checked(p, calls, retries=retries, alarms=alarms, misses=misses)
    assert (ends.right, ends.wrong, ends.stopped) == pytest.approx(_tree(p, alarms, misses, retries, calls), abs=1e-12)
    assert ends.right + ends.wrong + ends.stopped == pytest.approx(1, abs=1e-12)


@given(SHARES, st.integers(0, 20), st.integers(0, 5))
def test_a_checker_without_faults_is_an_announcement(p: float, calls: int, retries: int) -> None:
    ends = checked(p, calls, retries=retries, alarms=0, misses=0)
    assert ends.right == pytest.approx(success(p, calls, retries=retries), abs=1e-12)
    assert ends.wrong == 0


@pytest.mark.parametrize("faults", [(0.1, 0.3), (0.5, 0.0), (0.0, 1.0)])
def test_drawn_chains_end_as_the_formula_says(faults: tuple[float, float]) -> None:
    given: dict[str, Any] = {"retries": 2, "alarms": faults[0], "misses": faults[1]}
    ends, found = checked(0.3, 4, **given), checked_draws(0.3, 4, **given, draws=20_000, seed=1)
    for end, share in ((RIGHT, ends.right), (WRONG, ends.wrong), (STOPPED, ends.stopped)):
        assert abs((found == end).sum() - 20_000 * share) <= tolerance(share, 20_000)


@given(SHARES, st.integers(0, 8), st.integers(0, 12))
def test_a_budget_is_the_sum_over_all_outcomes(p: float, steps: int, calls: int) -> None:
    by_hand = math.fsum(math.comb(calls, k) * (1 - p) ** k * p ** (calls - k) for k in range(steps, calls + 1))
    assert within(p, steps, calls) == pytest.approx(by_hand, abs=1e-12)


@given(SHARES, st.integers(1, 8), st.integers(1, 60))
def test_calls_spent_where_one_fails_bring_no_less_than_equal_shares(p: float, steps: int, calls: int) -> None:
    assert within(p, steps, calls) >= in_shares(p, steps, calls) - 1e-12


@given(SHARES, st.integers(0, 8), st.integers(0, 60))
def test_equal_shares_spend_every_call(p: float, steps: int, calls: int) -> None:
    tries = [calls // steps + (step < calls % steps) for step in range(steps)] if steps else []
    assert sum(tries) == (calls if steps else 0)
    assert in_shares(p, steps, calls) == pytest.approx(math.prod(1 - p**some for some in tries), abs=1e-12)
    assert in_shares(p, steps, calls + 1) >= in_shares(p, steps, calls) - 1e-12


def test_drawn_budgets_agree_with_the_formula() -> None:
    share = within(0.3, 5, 8)
    assert abs(within_draws(0.3, 5, 8, draws=20_000, seed=2).sum() - 20_000 * share) <= tolerance(share, 20_000)
    assert within(1, 0, 0) == 1 and within(1, 1, 5) == 0 and within(0, 5, 5) == 1 and within(0, 5, 4) == 0


def test_the_tolerance_lets_a_wrong_formula_through_seldom() -> None:
    drawn = simulated(0.1, 10, draws=4_000, seed=0).sum()
    assert abs(drawn - 4_000 * success(0.1, 10)) <= tolerance(success(0.1, 10), 4_000)
    assert abs(drawn - 4_000 * success(0.13, 10)) > tolerance(success(0.13, 10), 4_000)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *itertools.product(("p", "alarms", "misses"), (-0.1, 1.1, math.nan)),
        ("steps", -1),
        ("retries", -1),
        ("retries", 1001),
    ],
)
def test_values_out_of_range_are_refused(name: str, value: Any) -> None:
    given: dict[str, Any] = {"p": 0.1, "steps": 3, "retries": 1, "alarms": 0.1, "misses": 0.1, name: value}
    for function, more in ((checked, {}), (checked_draws, {"draws": 3, "seed": 0})):
        with pytest.raises(ValueError, match=name):
            function(**given, **more)


def test_decimals_are_numbers_too(monkeypatch: pytest.MonkeyPatch) -> None:
    # Without the tests' own checks of types, as called from outside.
    monkeypatch.setattr(config, "jaxtyping_disable", True)
    tenth: Any = Decimal("0.1")
    faults: dict[str, Any] = {"retries": 1, "alarms": tenth, "misses": tenth}
    assert checked(tenth, 3, **faults) == checked(0.1, 3, retries=1, alarms=0.1, misses=0.1)
    assert within(tenth, 3, 5) == within(0.1, 3, 5) and in_shares(tenth, 3, 5) == in_shares(0.1, 3, 5)
    assert len(checked_draws(tenth, 3, **faults, draws=9, seed=0)) == len(within_draws(tenth, 3, 5, draws=9, seed=0))
    for function in (within, in_shares):
        with pytest.raises(ValueError, match="p = Decimal"):
            function(20 * tenth, 3, 5)


def test_budgets_out_of_range_are_refused() -> None:
    for wrong in ((-0.1, 1, 1), (0.5, -1, 1), (0.5, 1, -1), (math.nan, 1, 1)):
        with pytest.raises(ValueError, match="must be"):
            within(*wrong)
    with pytest.raises(ValueError, match="draws"):
        within_draws(0.5, 1, 1, draws=0, seed=0)
    assert np.array_equal(within_draws(0.5, 2, 3, draws=9, seed=4), within_draws(0.5, 2, 3, draws=9, seed=4))
