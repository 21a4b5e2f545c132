"""Tools that fail: how often a chain of calls comes through, and when a tool of one's own pays. Needs no torch."""

import math

import numpy as np
from jaxtyping import Float

from core.numbers import as_real, require, whole

MOST_STEPS = 10_000
"""Of a chain that is drawn or gone through call by call; a formula takes any."""

MOST_VOTERS = 999_999


def success(p: float, steps: int, *, retries: int = 0, voters: int = 1) -> float:
    """The probability that every one of some calls in a row comes through.

    One call fails with probability p. With r retries, which a failure that is announced allows, it comes through with
    1 - p^(r + 1); by a vote of v, where wrong answers are taken to coincide, with
    Σ_{k > v/2} C(v, k) (1 - p)^k p^(v - k). The result is that, to the power of the steps.

    Args:
        p: from 0 to 1.
        steps: calls, 0 or more.
        retries: of each call, 0 or more.
        voters: of each call, an odd number up to 999,999.

    Raises:
        ValueError: for a value out of range, an even number of voters, or retries together with a vote.

    Invariant: it falls with p and with the steps; one voter is no vote.
    Source: independent calls; the vote is Condorcet's (1785).
    """
    calls, again, votes = _checked(p, steps, retries, voters)
    return _all_of(calls, _one_comes(float(p), again, votes))


def _checked(p: float, steps: int, retries: int, voters: int, *, most: int | None = None) -> tuple[int, int, int]:
    require(0 <= as_real(p) <= 1, "p", p, "a probability from 0 to 1")
    calls, again = whole("steps", steps, 0, most), whole("retries", retries, 0)
    votes = whole("voters", voters, 1, MOST_VOTERS)
    require(votes % 2 == 1, "voters", voters, "odd, so that no vote is a tie")
    require(votes == 1 or again == 0, "retries", retries, "0 where there is a vote of several")
    return calls, again, votes


def _one_comes(p: float, retries: int, voters: int) -> float:
    """The logarithm of the probability that one call comes through; rounded to neither 0 nor 1 on the way."""
    if voters > 1:
        # Loaded here: a page that only opens needs none of it.
        from scipy.special import bdtrc  # type: ignore[import-untyped]

        return _log1m(float(bdtrc(voters // 2, voters, p)))
    if p in (0.0, 1.0):
        return -math.inf if p else 0.0
    tries = float(retries + 1) if retries < 2**1000 else math.inf
    all_fail = tries * math.log(p)
    # Near 1 the power itself would lose what is left to 1; far from it, the sum of logarithms loses more.
    return math.log(-math.expm1(all_fail)) if all_fail > -math.log(2) else _log1m(float(p**tries))


def _log1m(fails: float) -> float:
    return -math.inf if fails >= 1 else math.log1p(-fails)


def _all_of(calls: int, one_comes: float) -> float:
    # More than this many calls are no float, and no power of a probability below 1 is left of them.
    return 1.0 if calls == 0 else math.exp(min(calls, 10**300) * one_comes)


def simulated(
    p: float, steps: int, *, retries: int = 0, voters: int = 1, silent: bool = False, draws: int, seed: int
) -> Float[np.ndarray, "draw"]:
    """1 where every call of a drawn chain came through, else 0.

    Args:
        p, steps, retries, voters: as for `success`.
        silent: whether failures are not announced, so that nothing is tried again.
        draws: chains. seed: of the draws.

    Raises:
        ValueError: as `success`, or for fewer than 1 draw.

    Invariant: where failures are announced the mean over many draws is `success`.
    """
    calls, again, votes = _checked(p, steps, retries, voters, most=MOST_STEPS)
    number, rng = whole("draws", draws, 1), np.random.default_rng(seed)
    good = np.ones(number, bool)
    for _ in range(calls):
        tries = rng.random((number, votes if votes > 1 else again + 1)) >= p
        if votes > 1:
            good &= tries.sum(axis=1) > votes // 2
        else:
            good &= tries[:, 0] if silent else tries.any(axis=1)
    return good.astype(np.float64)


def tolerance(share: float, draws: int) -> float:
    """How far a count of draws may lie from its mean n s: 6 sqrt(n s (1 - s)) + 12.

    Args:
        share: s, the probability of each draw. draws: n.

    Invariant: independent draws go beyond it less than once in ten million.
    Source: Bernstein's inequality, P(|X - n s| ≥ x) ≤ 2 exp(-x² / 2(v + x/3)) with v = n s (1 - s).
    """
    return 6 * math.sqrt(draws * share * (1 - share)) + 12


def break_even(make: float, large: float, small: float) -> float:
    """From how many questions on a made tool pays: n = C_make / (c_large - c_small).

    Args:
        make: what it costs once to make the tool.
        large: what a question costs without it, answered by the large model.
        small: what a question costs with it, in the same unit.

    Returns:
        A number of questions, not rounded; infinite where a question with the tool is no cheaper.

    Raises:
        ValueError: for a cost that is below 0 or not finite.

    Source: Cai et al. 2023 (2305.17126), section 3.3.
    """
    for name, cost in (("make", make), ("large", large), ("small", small)):
        require(0 <= as_real(cost) < math.inf, name, cost, "a finite cost of 0 or more")
    return float(make) / (float(large) - float(small)) if large > small else math.inf
