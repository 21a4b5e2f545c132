"""What a call costs: a tool that errs, and tokens for each right answer. Needs no torch."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from core.tools.answers import Attempt

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


def break_even(tool: Sequence[Attempt], other: Sequence[Attempt]) -> float | None:
    """The error rate of a tool at which asking it is no better than another way: e = 1 - q / p.

    Args:
        tool: answers by the tool, of which a share p is right while it makes no error.
        other: answers to the same problems by the other way, of which a share q is right.

    Returns:
        None where the tool is right no more often even without an error.

    Invariant: p (1 - e) = q.
    """
    p, q = (sum(attempt.right for attempt in some) for some in (tool, other))
    return 1 - q / p if p > q else None


def break_even_interval(
    tool: Sequence[Attempt], other: Sequence[Attempt], *, seed: int = 0, draws: int = 2000
) -> tuple[float, float]:
    """The 95 % interval of the break-even: problems drawn anew, with both of their answers.

    Args:
        tool, other: answers to the same problems, as in `break_even`.
        seed: of the draws. draws: how many.

    Raises:
        ValueError: for answers to other problems, or none.

    Invariant: both ends lie in 0 to 1; a draw in which the tool is no better counts as 0.
    Source: the percentile bootstrap of pairs, Efron and Tibshirani 1993, chapter 13.
    """
    if not tool or [one.problem for one in tool] != [one.problem for one in other]:
        raise ValueError(f"tool and other must answer the same problems, 1 or more; got {len(tool)} and {len(other)}")
    right = np.array([[attempt.right for attempt in some] for some in (tool, other)], float)
    drawn = np.random.default_rng(seed).integers(0, len(tool), (draws, len(tool)))
    p, q = right[:, drawn].mean(axis=2)
    turns = np.where(p > q, 1 - q / np.maximum(p, 1e-300), 0.0)
    low, high = np.quantile(turns, [0.025, 0.975])
    return float(low), float(high)


def tokens_each(attempts: Sequence[Attempt], *, written: bool = False) -> float:
    """Tokens for each right answer, read and written, or written alone; infinite where none is right.

    The tokens of a second try after an error count.
    """
    every = [*attempts, *(attempt.second for attempt in attempts if attempt.second is not None)]
    spent = sum(one.wrote + (0 if written else one.read) for one in every)
    right = sum(attempt.right_in_the_end for attempt in attempts)
    return spent / right if right else float("inf")
