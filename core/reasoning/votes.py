"""Votes over answers that are drawn one by one: the exact probability that the majority is right."""

import functools
from collections import defaultdict
from collections.abc import Hashable, Sequence
from itertools import combinations
from typing import Any, SupportsIndex

import numpy as np
from jaxtyping import Float

from core.numbers import require, whole

MOST_DRAWS = 2_000
"""More draws are refused: the sum over all ways in which they may fall out grows with their cube."""

MOST_WRONG = 12
"""More different wrong answers are refused by `outranked`, which sums over all their sets."""

LOG_FACTORIALS = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, MOST_DRAWS + 1)))])
"""log n! for n from 0."""


def majority(probabilities: Sequence[Any] | np.ndarray, k: SupportsIndex | float) -> float:
    """The probability that the most frequent of k draws is the first entry, a tie being split evenly.

    With counts N of k independent draws: sum over c of P(N_1 = c, max of the others <= c) / (1 + ties at c). For each c
    the others are Poisson variables cut off at c and held to a sum of k - c, which is what a multinomial law is.

    Args:
        probabilities: of each entry, from 0 to 1; they sum to 1 within 1e-6.
        k: how many draws, from 1 to `MOST_DRAWS`.

    Raises:
        ValueError: for no entry, one that is negative or not finite, another sum, or k out of range.

    Invariant: k = 1 gives the first probability, and so does k = 2; over all entries the probabilities sum to 1.
    Source: Condorcet 1785 for two answers; Wang et al. 2022 (2203.11171) for the vote over sampled chains.
    """
    p, k = _checked(probabilities), whole("k", k, 1, MOST_DRAWS)
    first, others = float(p[0]), p[1:][p[1:] > 0]
    if first == 0:
        return 0.0
    if not len(others):
        return 1.0
    # Divided by P(Poisson(k) = k), the law of independent Poisson variables becomes the multinomial one.
    total = _log_poisson(k, np.array([k]))[0]
    found = 0.0
    for c in range(1, k + 1):
        start = float(_log_poisson(k * first, np.array([c]))[0] - total)
        found += np.exp(start) * _shared(k * others, c, k - c)
    return min(1.0, float(found))


def _checked(probabilities: Sequence[Any] | np.ndarray) -> Float[np.ndarray, "answer"]:
    try:
        p = np.asarray(probabilities, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"probabilities must be numbers from 0 to 1; got {probabilities!r}") from error
    if p.ndim != 1 or not len(p):
        raise ValueError(f"probabilities must be a list of at least 1 number; got shape {p.shape}")
    if not (np.isfinite(p).all() and (p >= 0).all()):
        raise ValueError(f"probabilities must lie from 0 to 1; got {p.tolist()}")
    if abs(p.sum() - 1) > 1e-6:
        raise ValueError(f"probabilities must sum to 1 within 1e-6; got {p.tolist()}, which sum to {p.sum():.9g}")
    return np.asarray(p / p.sum())


def _log_poisson(rate: float, counts: np.ndarray) -> Float[np.ndarray, "count"]:
    """log P(Poisson(rate) = n) = n log rate - rate - log n! for each count n."""
    return np.asarray(counts * np.log(rate) - rate - LOG_FACTORIALS[counts])


def _shared(rates: Float[np.ndarray, "other"], c: int, left: int) -> float:
    """E[1 / (1 + ties)] over the others' counts: none above c, together `left`, each count of c a tie."""
    by_ties = [np.eye(1, left + 1)[0]]
    for rate in rates.tolist():
        law = np.exp(_log_poisson(rate, np.arange(min(c, left) + 1)))
        tied = float(law[c]) if c <= left else 0.0
        below = law[:c]
        grown = [np.convolve(sums, below)[: left + 1] for sums in by_ties]
        if tied > 0:
            grown.append(np.zeros(left + 1))
            for ties, sums in enumerate(by_ties):
                grown[ties + 1][c:] += tied * sums[: left + 1 - c]
        by_ties = [sums for sums in grown if sums.any()] or [np.zeros(left + 1)]
    return float(sum(sums[left] / (1 + ties) for ties, sums in enumerate(by_ties)))


def share_of_votes(
    values: Sequence[Hashable], truth: Hashable, k: int, weights: Sequence[float] | None = None
) -> float:
    """The share of all subsets of k recorded answers in which the truth has most votes, a tie being split evenly.

    Args:
        values: the recorded answers to one problem; one without a number (None) votes for nothing right.
        truth: the right answer.
        k: from 1 to the number of answers.
        weights: of each answer's vote; 1 without them. Sums within 1e-9 of each other tie.

    Raises:
        ValueError: for k out of range, or another number of weights than of answers.

    Invariant: at k = 1 it is the share of right answers; its mean over recordings is `majority` of their law.
    """
    if not 1 <= k <= len(values):
        raise ValueError(f"k must be from 1 to the {len(values)} recorded answers; got {k}")
    votes = [1.0] * len(values) if weights is None else list(weights)
    if len(votes) != len(values):
        raise ValueError(f"weights must be as many as the {len(values)} answers; got {len(votes)}")
    subsets = list(combinations(range(len(values)), k))
    return sum(_won(values, truth, votes, subset) for subset in subsets) / len(subsets)


def _won(values: Sequence[Hashable], truth: Hashable, votes: Sequence[float], subset: Sequence[int]) -> float:
    sums: defaultdict[Hashable, float] = defaultdict(float)
    for place in subset:
        sums[values[place]] += votes[place]
    most = max(sums.values())
    winners = [value for value, total in sums.items() if total > most - 1e-9]
    return 1 / len(winners) if truth in winners else 0.0


def verified(right: float, n: int, error: float) -> float:
    """The probability that best of n is right where a checker errs on each sample independently.

    Of n samples, each right with probability p, a checker calls right ones right and wrong ones wrong but for a share e
    of its verdicts. One of those that it accepts is taken at random, or any where it accepts none. With a = p (1 - e),
    b = (1 - p) e and q = 1 - a - b: (1 - q^n) a / (a + b) + q^n (p e) / q.

    Args:
        right: p, from 0 to 1.
        n: at least 1.
        error: e, from 0 to 1.

    Raises:
        ValueError: for a value out of range.

    Invariant: n = 1 gives p. It rises with n for e < 1/2, stays p at e = 1/2, and falls beyond.
    Source: Bayes' rule; Cobbe et al. 2021 (2110.14168) for best of n with a verifier.
    """
    for name, value in (("right", right), ("error", error)):
        if not 0 <= value <= 1:
            raise ValueError(f"{name} must be from 0 to 1; got {value}")
    if n < 1:
        raise ValueError(f"n must be at least 1; got {n}")
    good, bad = right * (1 - error), (1 - right) * error
    none = right * error + (1 - right) * (1 - error)
    some = (1 - none**n) * good / (good + bad) if good + bad > 0 else 0.0
    return some + (none ** (n - 1) * right * error if none > 0 else 0.0)


def outranked(right: float, wrong: Sequence[float], n: int, error: float) -> float:
    """The probability that best of n is right where a checker ranks answers, and errs alike on equal ones.

    Of n samples the highest score is taken. Equal answers have one score; each wrong answer outranks the right one with
    probability e, for good. So the sample taken is right where the right answer came and none that outranks it did.
    With F the set of those and Q its share: E[(1 - Q)^n - (1 - Q - p)^n], the mean over all sets of wrong answers.

    Args:
        right: p, from 0 to 1. wrong: the shares of the wrong answers, at most 12; with p they sum to 1 within 1e-6.
        n: at least 1.
        error: e, from 0 to 1.

    Raises:
        ValueError: for a value out of range.

    Invariant: n = 1 gives p. With e = 0 it rises with n to 1; with e > 0 it ends at (1 - e)^m for m wrong answers.
    Source: Cobbe et al. 2021 (2110.14168), section 4.2, who see it: more samples find answers that fool the verifier.
    """
    require(0 <= error <= 1, "error", error, "from 0 to 1")
    require(len(wrong) <= MOST_WRONG, "wrong", len(wrong), f"at most {MOST_WRONG} shares")
    n = whole("n", n, 1)
    weights, left, without = _outranking(right, tuple(wrong), error)
    return float(weights @ (left**n - without**n))


@functools.cache
def _outranking(right: float, wrong: tuple[float, ...], error: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each set of wrong answers that outrank the right one: its probability, 1 - Q, and 1 - Q - p."""
    shares = _checked([right, *wrong])
    p, q = shares[0], shares[1:]
    fools = (np.arange(2 ** len(q))[:, None] >> np.arange(len(q))) & 1
    weights = np.prod(np.where(fools == 1, error, 1 - error), axis=1)
    # Rounding may leave a trace below 0, of which no power is wanted.
    left = np.clip(1 - fools @ q, p, 1.0)
    return weights, left, np.clip(left - p, 0, 1)
