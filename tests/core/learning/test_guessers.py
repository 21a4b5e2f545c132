"""The best of many guessers: against fractions, closed forms and draws."""

from dataclasses import replace
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.learning import GuessersParams, best_of_guessers, best_of_guessers_distribution, guessing


def exactly(m: int, n: int) -> Fraction:
    below, total = Fraction(0), Fraction(0)
    for k in range(n):
        below += Fraction(comb(n, k), 2**n)
        total += 1 - below**m
    return total / n


@given(m=st.integers(1, 60), n=st.integers(1, 40))
def test_it_is_the_sum_in_whole_numbers(m: int, n: int) -> None:
    assert best_of_guessers(m, n) == pytest.approx(float(exactly(m, n)), rel=1e-12)


def test_known_values() -> None:
    assert [round(best_of_guessers(m, 50), 4) for m in (1, 10, 100, 1000)] == [0.5, 0.6084, 0.6756, 0.7253]
    assert best_of_guessers(7, 1) == 1 - 2.0**-7
    assert best_of_guessers(10**15, 3) == pytest.approx(1.0)
    assert best_of_guessers(1, 10**6) == pytest.approx(0.5, abs=1e-9)


@given(m=st.integers(1, 10**6), n=st.integers(1, 300))
def test_it_rises_with_the_guessers_and_keeps_below_its_bound(m: int, n: int) -> None:
    value = best_of_guessers(m, n)
    assert 0.5 - 1e-12 <= value <= min(1.0, 0.5 + np.sqrt(np.log(m) / (2 * n))) + 1e-12
    assert best_of_guessers(2 * m, n) >= value - 1e-12


@given(m=st.integers(1, 500), n=st.integers(1, 120))
def test_the_distribution_has_its_mean(m: int, n: int) -> None:
    chance = best_of_guessers_distribution(m, n)
    assert chance.shape == (n + 1,)
    assert chance.min() >= 0
    assert chance.sum() == pytest.approx(1.0)
    assert (chance * np.arange(n + 1)).sum() / n == pytest.approx(best_of_guessers(m, n), rel=1e-10)


@pytest.mark.parametrize(("m", "n"), [(0, 5), (5, 0), (-1, 5), (10**16, 5), (5, 10**6 + 1), (True, 5)])
def test_numbers_out_of_range_are_refused(m: int, n: int) -> None:
    with pytest.raises(ValueError, match="must be a whole number from 1"):
        best_of_guessers(m, n)


@pytest.mark.parametrize("guessers", [1, 10, 300])
def test_draws_meet_the_expectation(guessers: int) -> None:
    for seed in range(5):
        assert all(check.passed for check in guessing(GuessersParams(guessers, 40, seed=seed)).checks)


def test_checks_see_a_wrong_expectation_and_a_winner_who_knows() -> None:
    found = guessing(GuessersParams(100, 50))
    names = [check.name for check in replace(found, expected=found.expected + 0.02).checks if not check.passed]
    assert names == ["The exact expectation lies within the interval of the draws"]
    names = [check.name for check in replace(found, test=found.test + 0.02).checks if not check.passed]
    assert names == ["On new points the winner is right half of the time"]
    names = [check.name for check in replace(found, expected=0.9).checks if not check.passed]
    assert "The expectation stays below 1/2 + √(ln m / 2n)" in names
