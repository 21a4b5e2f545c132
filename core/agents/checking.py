"""A checker that errs, and a budget of calls that a chain shares. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from core.agents.noise import MOST_STEPS, success
from core.numbers import as_real, require, whole

MOST_RETRIES = 1_000
MOST_CALLS = 1_000_000
RIGHT, WRONG, STOPPED = 0, 1, 2
"""How a chain of calls ends: right, at its end with something wrong in it, or given up."""


@dataclass(frozen=True, slots=True)
class Ends:
    """How likely a chain ends in each way; the three sum to 1.

    Args:
        right: at its end, and every result right.
        wrong: at its end, but a wrong result was let through.
        stopped: before its end, since every try of some call was rejected.
    """

    right: float
    wrong: float
    stopped: float


def checked(p: float, steps: int, *, retries: int, alarms: float, misses: float) -> Ends:
    """How a chain of calls ends where a checker looks at each result.

    A call is wrong with probability p. The checker rejects a right result with probability a, a false alarm, and lets
    a wrong one through with probability m, a miss. What it rejects is tried again, up to r times; then the chain
    stops. One try is right and let through with g = (1 - p)(1 - a), wrong and let through with b = p m, and rejected
    with q = 1 - g - b. A call ends right with g S and wrong with b S, where S = 1 + q + ... + q^r.

    Args:
        p: from 0 to 1. steps: calls, 0 to 10,000. retries: r, 0 to 1,000.
        alarms: a, from 0 to 1. misses: m, from 0 to 1.

    Raises:
        ValueError: for a value out of range.

    Invariant: without alarms and misses `.right` is `success(p, steps, retries=r)` and nothing ends wrong.
    Source: independent tries; the geometric series.
    """
    calls, again = _read(p, steps, retries, alarms, misses)
    p, alarms, misses = float(p), float(alarms), float(misses)
    good, bad = (1 - p) * (1 - alarms), p * misses
    rejected = (1 - p) * alarms + p * (1 - misses)
    tries = sum(rejected**number for number in range(again + 1))
    right, ended = (good * tries) ** calls, min(1.0, (good + bad) * tries) ** calls
    return Ends(right, max(0.0, ended - right), 1 - max(ended, right))


def checked_draws(
    p: float, steps: int, *, retries: int, alarms: float, misses: float, draws: int, seed: int
) -> Int[np.ndarray, "draw"]:
    """How drawn chains end, try by try: RIGHT, WRONG or STOPPED.

    Args:
        p, steps, retries, alarms, misses: as for `checked`. draws: chains. seed: of the draws.

    Raises:
        ValueError: as `checked`, or for fewer than 1 draw.

    Invariant: the shares over many draws are those of `checked`.
    """
    calls, again = _read(p, steps, retries, alarms, misses)
    p, alarms, misses = float(p), float(alarms), float(misses)
    rng, number = np.random.default_rng(seed), whole("draws", draws, 1)
    spoiled, stopped = np.zeros(number, bool), np.zeros(number, bool)
    for _ in range(calls):
        open_still = ~stopped
        for _ in range(again + 1):
            # Only what was rejected is tried again, so that many retries cost little.
            tried = np.flatnonzero(open_still)
            wrong = rng.random(len(tried)) < p
            passed = np.where(wrong, rng.random(len(tried)) < misses, rng.random(len(tried)) >= alarms)
            spoiled[tried] |= passed & wrong
            open_still[tried] = ~passed
        stopped |= open_still
    return np.where(stopped, STOPPED, np.where(spoiled, WRONG, RIGHT))


def _read(p: float, steps: int, retries: int, alarms: float, misses: float) -> tuple[int, int]:
    for name, value in (("p", p), ("alarms", alarms), ("misses", misses)):
        require(0 <= as_real(value) <= 1, name, value, "a probability from 0 to 1")
    return whole("steps", steps, 0, MOST_STEPS), whole("retries", retries, 0, MOST_RETRIES)


def within(p: float, steps: int, calls: int) -> float:
    """The probability that a chain comes through with so many calls in all, failures being announced.

    A failed call is made anew as long as calls are left: P(X ≥ n) for X ~ Bin(B, 1 - p).

    Args:
        p: that a call fails, from 0 to 1. steps: n, 0 to 10,000. calls: B, 0 to 1,000,000.

    Raises:
        ValueError: for a value out of range.

    Invariant: it is at least `in_shares`, what the same calls bring in equal shares.
    Source: the negative binomial distribution.
    """
    need, budget = _budget(p, steps, calls)
    if need == 0 or budget < need:
        return float(need == 0)
    from scipy.special import bdtr  # type: ignore[import-untyped]

    # At most B - n calls may fail.
    return float(bdtr(budget - need, budget, float(p)))


def in_shares(p: float, steps: int, calls: int) -> float:
    """The probability that a chain comes through with so many calls in equal shares, failures being announced.

    Each of n steps may be tried k = ⌊B/n⌋ times and the first B mod n of them once more:
    (1 - p^(k+1))^(B mod n) (1 - p^k)^(n - B mod n).

    Args:
        p, steps, calls: as for `within`.

    Raises:
        ValueError: as `within`.

    Invariant: it never falls with the calls.
    Source: independent tries.
    """
    need, budget = _budget(p, steps, calls)
    if need == 0 or budget < need:
        return float(need == 0)
    each, more = divmod(budget, need)
    return success(p, more, retries=each) * success(p, need - more, retries=each - 1)


def within_draws(p: float, steps: int, calls: int, *, draws: int, seed: int) -> Int[np.ndarray, "draw"]:
    """1 where a drawn chain came through with so many calls, call by call, else 0.

    Args:
        p, steps, calls: as for `within`. draws: chains. seed: of the draws.

    Raises:
        ValueError: as `within`, or for fewer than 1 draw.

    Invariant: the mean over many draws is `within`.
    """
    need, budget = _budget(p, steps, calls)
    rng = np.random.default_rng(seed)
    through = np.zeros(whole("draws", draws, 1), int)
    for _ in range(budget):
        through += (through < need) & (rng.random(len(through)) >= float(p))
    return (through >= need).astype(int)


def _budget(p: float, steps: int, calls: int) -> tuple[int, int]:
    require(0 <= as_real(p) <= 1, "p", p, "a probability from 0 to 1")
    return whole("steps", steps, 0, MOST_STEPS), whole("calls", calls, 0, MOST_CALLS)
