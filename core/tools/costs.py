"""What a call costs: a tool that errs, and tokens for each right answer. Needs no torch."""

from collections.abc import Sequence
from math import sqrt

import numpy as np
from jaxtyping import Float

from core.tools.answers import Attempt, Share

DRAWS = 40


def with_errors(
    attempts: Sequence[Attempt], rate: float, *, seed: int, draws: int = DRAWS
) -> Float[np.ndarray, "draw"]:
    """The share of right answers when the tool returns a wrong number at a rate, in each of some draws.

    Each answer that came from a program is spoiled by itself with this probability; a wrong one stays wrong.

    Args:
        attempts: answers by program.
        rate: from 0 to 1. seed: of the draws. draws: how many.

    Raises:
        ValueError: for a rate outside 0 to 1, or no answer.

    Invariant: the mean over many draws is p (1 - rate), with p the share without errors.
    """
    if not 0 <= rate <= 1:
        raise ValueError(f"rate must be from 0 to 1; got {rate}")
    if not attempts:
        raise ValueError("attempts must hold at least 1 answer; got none")
    right = np.array([attempt.right for attempt in attempts])
    spoiled = np.random.default_rng(seed).random((draws, len(right))) < rate
    return np.asarray((right & ~spoiled).mean(axis=1))


def break_even(tool: Share, other: Share) -> float | None:
    """The error rate of a tool at which asking it is no better than another way: e = 1 - q / p.

    Args:
        tool: right answers by the tool, a share p while it makes no error.
        other: right answers by the other way, a share q.

    Returns:
        None where the tool is right no more often even without an error.

    Invariant: p (1 - e) = q.
    """
    return 1 - other.value / tool.value if tool.value > other.value else None


def break_even_interval(tool: Share, other: Share) -> tuple[float, float]:
    """The 95 % interval of the break-even e = 1 - q / p, from Wilson's intervals [l, u] of q and p.

    The ratio r = q / p ends at `(q p + sqrt((q p)^2 - u_q l_p (2 q - u_q) (2 p - l_p))) / (l_p (2 p - l_p))` above and
    at `(q p - sqrt((q p)^2 - l_q u_p (2 q - l_q) (2 p - u_p))) / (u_p (2 p - u_p))` below.

    Args:
        tool: right answers by the tool, whose interval lies above that of the other way.
        other: right answers by the other way.

    Raises:
        ValueError: where the two intervals meet: a ratio that may be 1 has no break-even.

    Invariant: it holds the break-even, and lies within 0 to 1, also where the other way is never right. It takes the
    two as independent, which is careful where both are right on the same problems.
    Source: Donner and Zou, "Closed-form confidence intervals for functions of the normal mean and standard deviation",
    2012 (MOVER-R).
    """
    if not (tool.value > other.value and tool.apart(other)):
        raise ValueError(f"tool must be right more often, beyond the intervals; got {tool} and {other}")
    q, (low_q, high_q) = other.value, other.interval
    p, (low_p, high_p) = tool.value, tool.interval
    upper = (q * p + sqrt(max(0.0, (q * p) ** 2 - high_q * low_p * (2 * q - high_q) * (2 * p - low_p)))) / (
        low_p * (2 * p - low_p)
    )
    spread = sqrt(max(0.0, (q * p) ** 2 - low_q * high_p * (2 * q - low_q) * (2 * p - high_p)))
    # Equal to the formula above, and finite where 2 p is the upper end of p.
    lower = low_q * (2 * q - low_q) / (q * p + spread) if q > 0 else 0.0
    return max(0.0, 1 - upper), 1 - lower


def tokens_each(attempts: Sequence[Attempt], *, written: bool = False) -> float:
    """Tokens for each right answer, read and written, or written alone; infinite where none is right.

    The tokens of a second try after an error count.
    """
    every = [*attempts, *(attempt.second for attempt in attempts if attempt.second is not None)]
    spent = sum(one.wrote + (0 if written else one.read) for one in every)
    right = sum(attempt.right_in_the_end for attempt in attempts)
    return spent / right if right else float("inf")
