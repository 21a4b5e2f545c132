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


def tokens_each(attempts: Sequence[Attempt], *, written: bool = False) -> float:
    """Tokens for each right answer, read and written, or written alone; infinite where none is right.

    The tokens of a second try after an error count.
    """
    every = [*attempts, *(attempt.second for attempt in attempts if attempt.second is not None)]
    spent = sum(one.wrote + (0 if written else one.read) for one in every)
    right = sum(attempt.right_in_the_end for attempt in attempts)
    return spent / right if right else float("inf")
