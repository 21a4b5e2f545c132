"""What speculation should earn, in closed form. Needs no torch."""

import numpy as np

from core.numbers import whole


def expected_tokens(alpha: float, gamma: int) -> float:
    """Tokens for each call of the target when each draft token is accepted with probability alpha, independently.

    E = 1 + alpha + ... + alpha^gamma = (1 - alpha^(gamma + 1)) / (1 - alpha)

    Args:
        alpha: acceptance probability, 0 to 1.
        gamma: draft tokens, a whole number of 0 or more.

    Raises:
        ValueError: for a value out of range.

    Invariant: it lies in [1, gamma + 1] and grows with both.
    Source: Leviathan et al. 2023 (2211.17192), equation 1.
    """
    if not 0 <= alpha <= 1:
        raise ValueError(f"alpha must be from 0 to 1; got {alpha}")
    return float(np.sum(alpha ** np.arange(whole("gamma", gamma, 0) + 1)))


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
    if not draft_cost >= 0:
        raise ValueError(f"draft_cost must be 0 or more; got {draft_cost}")
    if not verify_cost > 0:
        raise ValueError(f"verify_cost must be above 0; got {verify_cost}")
    return expected_tokens(alpha, gamma) / (verify_cost + gamma * draft_cost)
