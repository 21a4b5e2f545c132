"""BERT's game: some tokens are hidden, and the model guesses them."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int

from core.checks import Check
from core.numbers import whole

MASKED, RANDOM, KEPT = 0.8, 0.1, 0.1
"""Of the chosen tokens: the part that becomes [MASK], a random token, or stays."""


@dataclass(frozen=True, eq=False)
class Masked:
    """A text as BERT sees it in training.

    Args:
        ids: the tokens after masking, of the shape of the text.
        chosen: where the model is asked, of the same shape.
        kinds: what happened at each place: "" (nothing), "mask", "random" or "keep".
    """

    ids: Int[np.ndarray, "*text"]
    chosen: Bool[np.ndarray, "*text"]
    kinds: np.ndarray


def mask_tokens(
    ids: Int[np.ndarray, "*text"], rng: np.random.Generator, *, share: float = 0.15, mask_id: int, vocabulary: int
) -> Masked:
    """Chooses each token with probability `share`; of these 80 % become [MASK], 10 % a random token, 10 % stay.

    Args:
        ids: token ids of any shape.
        rng: source of all randomness.
        share: the probability that a token is chosen, 0 to 1.
        mask_id: what [MASK] is; it may lie outside the vocabulary.
        vocabulary: random tokens are drawn evenly from 0 to vocabulary - 1, the true one among them.

    Raises:
        ValueError: for a share out of range, a vocabulary below 1, a mask_id that is no integer, or ids that are none.

    Invariant: places that are not chosen are unchanged.
    Source: Devlin et al. 2019, BERT (1810.04805), section 3.1 and appendix A.1.
    """
    text = np.asarray(ids)
    if text.size and not np.issubdtype(text.dtype, np.integer):
        raise ValueError(f"ids must be integers; got {text.dtype}.")
    # Small integers would not hold the mask.
    text = text.astype(np.int64)
    if not 0 <= share <= 1:
        raise ValueError(f"share = {share} must lie in 0 to 1.")
    mask_id, vocabulary = whole("mask_id", mask_id, -(2**62), 2**62), whole("vocabulary", vocabulary, 1)
    chosen = rng.random(text.shape) < share
    fate = rng.random(text.shape)
    drawn = rng.integers(vocabulary, size=text.shape)
    masked, replaced = chosen & (fate < MASKED), chosen & (fate >= MASKED) & (fate < MASKED + RANDOM)
    kinds = np.select([masked, replaced, chosen], ["mask", "random", "keep"], default="")
    return Masked(np.where(masked, mask_id, np.where(replaced, drawn, text)), chosen, kinds)


def rate_checks(masked: Masked, *, share: float) -> tuple[Check, ...]:
    """Whether the places chosen, and of these the hidden, random and kept ones, are as many as was asked for.

    Args:
        masked: many places.
        share: the probability with which each was chosen.

    Raises:
        ValueError: for a share out of range.

    Invariant: a rate is more than four standard errors off once in 16,000 draws.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share = {share} must lie in 0 to 1.")
    chosen = int(masked.chosen.sum())
    wanted = {"mask": MASKED, "random": RANDOM, "keep": KEPT}
    rows = [("Places chosen", chosen, masked.chosen.size, share)]
    rows += [(f"Of these: {kind}", int((masked.kinds == kind).sum()), chosen, part) for kind, part in wanted.items()]
    return tuple(
        Check(
            f"{name}, {found / max(of, 1):.1%} of {of:,}, against {rate:.0%}",
            abs(found / max(of, 1) - rate),
            4 * math.sqrt(rate * (1 - rate) / max(of, 1)),
            "difference of the rates; four standard errors",
        )
        for name, found, of, rate in rows
    )
