"""What speculation should earn, in closed form. Needs no torch."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Int


def expected_tokens(alpha: float, gamma: int) -> float:
    """Tokens for each call of the target when each draft token is accepted with probability alpha, independently.

    E = 1 + alpha + ... + alpha^gamma = (1 - alpha^(gamma + 1)) / (1 - alpha)

    Args:
        alpha: acceptance probability, 0 to 1.
        gamma: draft tokens, 0 or more.

    Raises:
        ValueError: for a value out of range.

    Invariant: it lies in [1, gamma + 1] and grows with both.
    Source: Leviathan et al. 2023 (2211.17192), equation 1.
    """
    if not 0 <= alpha <= 1:
        raise ValueError(f"alpha must be from 0 to 1; got {alpha}")
    if gamma < 0:
        raise ValueError(f"gamma must be 0 or more; got {gamma}")
    return float(np.sum(alpha ** np.arange(gamma + 1)))


def walltime_speedup(alpha: float, gamma: int, *, draft_cost: float, verify_cost: float = 1.0) -> float:
    """Speed relative to one-token decoding: E(alpha, gamma) / (T(gamma + 1) / T(1) + gamma c).

    Args:
        alpha: acceptance probability, 0 to 1.
        gamma: draft tokens, 0 or more.
        draft_cost: c, the time of one draft token in units of one target call T(1); 0 or more.
        verify_cost: T(gamma + 1) / T(1), the time to verify gamma + 1 tokens at once; above 0. The published formula
            sets it to 1, which holds only where reading the weights takes all the time.

    Raises:
        ValueError: for a value out of range.

    Invariant: with gamma = 0 and verify_cost = 1 it is 1.
    Source: Leviathan et al. 2023 (2211.17192), theorem 3.8; the verify cost is measured, not assumed, here.
    """
    if draft_cost < 0:
        raise ValueError(f"draft_cost must be 0 or more; got {draft_cost}")
    if verify_cost <= 0:
        raise ValueError(f"verify_cost must be above 0; got {verify_cost}")
    return expected_tokens(alpha, gamma) / (verify_cost + gamma * draft_cost)


def fit_alpha(histogram: Sequence[int]) -> float:
    """The acceptance probability that best explains how many tokens were accepted, as a truncated geometric law.

    alpha = accepted / tested, the maximum of the likelihood: a step that accepts n of gamma tests n + 1, or gamma.

    Args:
        histogram: steps that accepted 0, 1, ..., gamma tokens of gamma.

    Returns:
        alpha; NaN when nothing was tested.
    """
    counts = np.asarray(histogram, np.float64)
    lengths = np.arange(len(counts))
    accepted = float(counts @ lengths)
    tested = float(counts @ np.minimum(lengths + 1, len(counts) - 1))
    return accepted / tested if tested else float("nan")


def simulate_tokens(alpha: float, gamma: int, *, steps: int, seed: int) -> Int[np.ndarray, "step"]:
    """Tokens gained in each of many simulated steps with independent acceptance: accepted ones and the target's own.

    Invariant: the mean tends to `expected_tokens(alpha, gamma)`.
    """
    accepted = np.random.default_rng(seed).random((steps, gamma)) < alpha
    tokens: Int[np.ndarray, "step"] = np.cumprod(accepted, axis=1).sum(axis=1).astype(np.int64) + 1
    return tokens
