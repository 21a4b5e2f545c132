"""Typical acceptance at several thresholds: what is gained, and how far the text departs. Needs no torch."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from core.checks import Check
from core.decoding.generation import Generation
from core.decoding.methods import Medusa

EPSILONS = (0.0, 0.01, 0.03, 0.09, 0.2, 0.4, 0.7, 1.0)
"""Thresholds of the typical rule; delta is the square root of epsilon, as in the paper."""

LENIENT_NODES = 7
"""Guesses of the tree, the same at each threshold, so that each call costs the same."""

LENIENT_TOKENS = 64
"""Of each text, at most."""

SAME = 1e-3
"""Nats below which two ways to compute a probability differ by rounding: float32, with and without a tree."""


@dataclass(frozen=True, eq=False)
class Lenient:
    """A text written by a Medusa tree, and what the target thinks of each of its tokens.

    The target reads the whole text in one pass without a cache and without a tree, so this is a second opinion.

    Args:
        run: how it was written; its method has the rule and the threshold.
        log_prob: by token, ln p of the target, at temperature 1.
        best: by token, ln p of the target's own choice at that place; never less.
        entropy: by token, H of the target's distribution at that place, nats.
    """

    run: Generation
    log_prob: Float[np.ndarray, "token"]
    best: Float[np.ndarray, "token"]
    entropy: Float[np.ndarray, "token"]

    @property
    def departs(self) -> Bool[np.ndarray, "token"]:
        """By token, whether the target would have written another one there."""
        return np.asarray(self.log_prob < self.best - SAME)

    @property
    def drafted(self) -> Bool[np.ndarray, "token"]:
        """By token, whether it is an accepted guess; the others are the target's own."""
        return np.array([place < len(step.accepted) for step in self.run.steps for place in range(len(step.added))])


@dataclass(frozen=True, eq=False)
class LenientTable:
    """All texts of one tree: the greedy rule first, then the typical one at each of EPSILONS.

    Args:
        kinds: of prompts.
        tokens_per_call: new tokens for each call of the target.
        departing: share of the tokens that are not the target's choice after the text before them.
        nats: mean of -ln p of the target over the tokens.
        calls: of the target, for the whole text.
    """

    kinds: tuple[str, ...]
    tokens_per_call: Float[np.ndarray, "rule kind"]
    departing: Float[np.ndarray, "rule kind"]
    nats: Float[np.ndarray, "rule kind"]
    calls: Float[np.ndarray, "rule kind"]


def lenient_table(texts: Mapping[str, tuple[Lenient, ...]]) -> LenientTable:
    """The numbers of all texts.

    Args:
        texts: by kind of prompt, the greedy rule's first, then one for each of EPSILONS.

    Invariant: by the greedy rule nothing departs.
    """
    every = [[found[rule] for found in texts.values()] for rule in range(1 + len(EPSILONS))]
    return LenientTable(
        tuple(texts),
        np.array([[one.run.tokens_per_call for one in row] for row in every]),
        np.array([[one.departs.mean() for one in row] for row in every]),
        np.array([[-one.log_prob.mean() for one in row] for row in every]),
        np.array([[float(one.run.target_calls) for one in row] for row in every]),
    )


def lenient_checks(found: Lenient) -> tuple[Check, ...]:
    """Whether each token stands by the rule, when the target reads the text again.

    An accepted guess x has p(x) > min(epsilon, delta exp(-H)), or is the target's choice by the greedy rule; every
    other token is the target's choice. At epsilon 0 every guess may stand, so there is nothing to ask of it.
    """
    method = found.run.method
    typical = isinstance(method, Medusa) and method.acceptance == "typical"
    below = found.departs
    if isinstance(method, Medusa) and typical:
        bound = np.minimum(method.epsilon, method.delta * np.exp(-found.entropy))
        below = np.exp(found.log_prob + SAME) < bound
    rule = "likely enough" if typical else "the target's choice"
    detail = "tokens that are not, read again without cache and tree"
    own = float((found.departs & ~found.drafted).sum())
    others = Check("Every other token is the target's choice", own, 0.0, detail)
    if isinstance(method, Medusa) and typical and method.epsilon == 0:
        return (others,)
    return Check(f"Each accepted guess is {rule}", float((below & found.drafted).sum()), 0.0, detail), others
