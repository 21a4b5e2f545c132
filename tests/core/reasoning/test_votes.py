"""The exact vote against full enumeration and draws; the measured vote, and best of n with a checker that errs."""

from collections import Counter
from fractions import Fraction
from itertools import product
from math import comb, prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.reasoning import MOST_DRAWS, majority, outranked, share_of_votes, verified


def enumerated(p: list[Fraction], k: int) -> Fraction:
    """A second implementation: every way in which k draws can fall out."""
    found = Fraction(0)
    for draws in product(range(len(p)), repeat=k):
        counts = Counter(draws)
        winners = [entry for entry, count in counts.items() if count == max(counts.values())]
        if 0 in winners:
            found += prod((p[entry] for entry in draws), start=Fraction(1)) / len(winners)
    return found


LAWS = st.lists(st.integers(0, 20), min_size=1, max_size=4).filter(lambda parts: sum(parts) > 0)


@given(LAWS, st.integers(1, 5))
@settings(max_examples=60)
def test_it_is_the_sum_over_all_draws(parts: list[int], k: int) -> None:
    p = [Fraction(part, sum(parts)) for part in parts]
    assert majority([float(part) for part in p], k) == pytest.approx(float(enumerated(p, k)), abs=1e-12)


@given(st.floats(0, 1), st.integers(0, 60))
def test_of_two_answers_it_is_condorcets(p: float, half: int) -> None:
    k = 2 * half + 1
    exact = sum(comb(k, n) * p**n * (1 - p) ** (k - n) for n in range(half + 1, k + 1))
    assert majority([p, 1 - p], k) == pytest.approx(exact, abs=1e-12)


@given(LAWS, st.integers(1, 40))
def test_all_entries_together_win_for_sure(parts: list[int], k: int) -> None:
    p = np.array(parts) / sum(parts)
    assert sum(majority(np.roll(p, -n), k) for n in range(len(p))) == pytest.approx(1, abs=1e-11)


def test_it_is_what_draws_show() -> None:
    p, k = [0.3, 0.25, 0.2, 0.15, 0.1], 15
    counts = np.random.default_rng(0).multinomial(k, p, size=40_000)
    most = counts.max(axis=1, keepdims=True) == counts
    shown = most[:, 0] / most.sum(axis=1)
    assert abs(majority(p, k) - shown.mean()) < 4 * shown.std() / 200


def test_one_draw_and_two_are_the_first_share() -> None:
    for k in (1, 2):
        assert majority([0.3, 0.5, 0.2], k) == pytest.approx(0.3, abs=1e-15)


def test_a_vote_helps_where_the_right_answer_is_the_mode() -> None:
    scattered, rival = [0.3] + [0.1] * 7, [0.3, 0.4, 0.3]
    assert majority(scattered, 41) > 0.9 and majority(rival, 41) < 0.3
    assert majority([0.5, 0.5], 9) == pytest.approx(0.5)


def test_edges() -> None:
    assert majority([1.0], 7) == 1.0 and majority([0.0, 1.0], 7) == 0.0 and majority([1, 0], 3) == 1.0
    assert majority([1e-300, 1.0], 1) == pytest.approx(1e-300)
    assert majority([0.51, 0.49], MOST_DRAWS) > 0.8
    assert majority(np.array([0.6, 0.4], np.float32), np.int64(3)) == pytest.approx(0.648, abs=1e-6)


@pytest.mark.parametrize(
    ("p", "k", "says"),
    [
        ([0.5, 0.5], 0, "whole number from 1 to 2000"),
        ([0.5, 0.5], -1, "k is -1"),
        ([0.5, 0.5], MOST_DRAWS + 1, "2000"),
        ([0.5, 0.5], 1.5, "whole number"),
        ([], 1, "at least 1"),
        ([[0.5, 0.5]], 1, "shape"),
        ([0.5, 0.4], 1, "sum to 1"),
        ([-0.1, 1.1], 1, "from 0 to 1"),
        ([float("nan"), 1.0], 1, "from 0 to 1"),
        ([float("inf"), 1.0], 1, "from 0 to 1"),
        (["a", 1.0], 1, "from 0 to 1; got"),
        ([1j, 1.0], 1, "from 0 to 1; got"),
    ],
)
def test_bad_input_gets_a_word(p: Any, k: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        majority(p, k)


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=6))
def test_the_vote_over_all_is_the_counted_one(values: list[str]) -> None:
    counts = Counter(values)
    winners = [value for value, count in counts.items() if count == max(counts.values())]
    assert share_of_votes(values, "a", len(values)) == ((1 / len(winners)) if "a" in winners else 0)
    assert share_of_votes(values, "a", 1) == pytest.approx(counts["a"] / len(values))
    assert share_of_votes(values, "a", 1, [0.5] * len(values)) == pytest.approx(counts["a"] / len(values))


def test_the_measured_vote_estimates_the_exact_one() -> None:
    rng, p = np.random.default_rng(1), [0.4, 0.35, 0.25]
    drawn = rng.choice(3, size=(400, 8), p=p)
    shown = np.array([share_of_votes(row.tolist(), 0, 5) for row in drawn])
    assert abs(shown.mean() - majority(p, 5)) < 4 * shown.std() / 20


def test_weights_decide_a_tie() -> None:
    assert share_of_votes(["a", "b"], "a", 2) == 0.5
    assert share_of_votes(["a", "b"], "a", 2, [0.9, 0.1]) == 1
    with pytest.raises(ValueError, match="from 1 to the 2"):
        share_of_votes(["a", "b"], "a", 3)
    with pytest.raises(ValueError, match="weights"):
        share_of_votes(["a", "b"], "a", 1, [1.0])


@given(st.floats(0, 1), st.integers(1, 40), st.floats(0, 1))
def test_best_of_one_is_the_sample_and_more_help_below_one_half(p: float, n: int, error: float) -> None:
    assert verified(p, 1, error) == pytest.approx(p, abs=1e-12)
    grown = verified(p, n + 1, error) - verified(p, n, error)
    assert grown * (0.5 - error) >= -1e-12
    assert -1e-12 <= verified(p, n, error) <= 1 + 1e-12


def test_best_of_n_is_what_draws_show() -> None:
    p, n, error, rng = 0.3, 6, 0.2, np.random.default_rng(0)
    right = rng.random((60_000, n)) < p
    accepted = right != (rng.random(right.shape) < error)
    pool = np.where(accepted.any(axis=1, keepdims=True), accepted, True)
    shown = (right & pool).sum(axis=1) / pool.sum(axis=1)
    assert abs(shown.mean() - verified(p, n, error)) < 4 * shown.std() / np.sqrt(60_000)


@pytest.mark.parametrize("given_", [(-0.1, 1, 0.1), (0.5, 0, 0.1), (0.5, 1, 1.1)])
def test_best_of_refuses(given_: tuple[float, int, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        verified(*given_)


@given(st.floats(0, 1), st.integers(1, 6), st.floats(0, 1))
def test_a_ranking_checker_gives_one_sample_and_ends_where_no_wrong_answer_outranks(
    p: float, parts: int, error: float
) -> None:
    wrong = [(1 - p) / parts] * parts
    assert outranked(p, wrong, 1, error) == pytest.approx(p, abs=1e-12)
    assert 0 <= outranked(p, wrong, 7, error) <= 1 + 1e-12
    if p > 0.01 and p < 0.99:
        assert outranked(p, wrong, 20_000, error) == pytest.approx((1 - error) ** parts, abs=1e-6)
        assert outranked(p, wrong, 9, 0.0) == pytest.approx(1 - (1 - p) ** 9)


def test_a_ranking_checker_is_what_draws_show() -> None:
    law, n, error, rng = np.array([0.3, 0.4, 0.2, 0.1]), 5, 0.3, np.random.default_rng(0)
    drawn = rng.choice(4, size=(60_000, n), p=law)
    scores = np.where(rng.random((60_000, 4)) < error, 2.0, 0.0) + 1e-3 * rng.random((60_000, 4))
    scores[:, 0] = 1.0
    best = np.take_along_axis(drawn, np.take_along_axis(scores, drawn, 1).argmax(1)[:, None], 1)[:, 0]
    shown = best == 0
    assert abs(shown.mean() - outranked(0.3, law[1:].tolist(), n, error)) < 4 * shown.std() / np.sqrt(60_000)


@pytest.mark.parametrize(
    ("given_", "says"),
    [((0.5, [0.5], 0, 0.1), "n is 0"), ((0.5, [0.5], 1, 1.1), "error = 1.1"), ((0.5, [0.2], 1, 0.1), "sum to 1"),
     ((0.0, [1 / 13] * 13, 1, 0.1), "at most 12"), ((0.5, [0.5], 1, float("nan")), "error")],
)  # fmt: skip
def test_a_ranking_checker_refuses(given_: tuple[float, list[float], int, float], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        outranked(*given_)
