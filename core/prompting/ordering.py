"""What the order of examples does: where a label stands, and how an order is chosen without labels. Needs no torch."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from core.prompting.evaluation import Evaluation

TOP = 4
"""Orders that are chosen by their entropy, as in the source."""


def share_said(evaluation: Evaluation, label: str) -> float:
    """The share of items that are answered with a label."""
    return evaluation.answers.count(label) / len(evaluation.answers)


def place_effects(evaluations: Sequence[Evaluation], label: str) -> Float[np.ndarray, "place"]:
    """By place, how much more often a label is said where the example there has it than where it has another.

    Args:
        evaluations: of all orders of the same examples.
        label: one of the task's.

    Returns:
        The difference of two mean shares of answers, shape [place]; NaN where all examples at a place, or none, have
        the label. Where all orders count alike, a model that only copied the last label would have 1 at the last place.

    Invariant: all are 0 where the share does not depend on the order; over all orders of examples of which half have
    the label they sum to 0.
    """
    said = np.array([share_said(each, label) for each in evaluations])
    has = np.array([[item.answer == label for item in each.examples] for each in evaluations])
    return np.array(
        [np.nan if at.all() or not at.any() else said[at].mean() - said[~at].mean() for at in has.T], dtype=np.float64
    )


def global_entropy(log_probs: Float[np.ndarray, "probe label"]) -> float:
    """GlobalE: the entropy, in nats, of how often each label is the likeliest over the probes.

    Invariant: from 0, where one label is always said, to ln(labels).
    Source: Lu et al. 2022 (2104.08786), section 3.2.
    """
    from scipy.special import xlogy  # type: ignore[import-untyped]

    shares = np.bincount(log_probs.argmax(axis=1), minlength=log_probs.shape[1]) / len(log_probs)
    return float(-xlogy(shares, shares).sum() + 0.0)


def local_entropy(log_probs: Float[np.ndarray, "probe label"]) -> float:
    """LocalE: the mean over the probes of the entropy, in nats, of the labels' probabilities.

    Invariant: from 0, where each probe is certain, to ln(labels).
    Source: Lu et al. 2022 (2104.08786), section 3.2.
    """
    from scipy.special import softmax, xlogy

    shares = softmax(log_probs, axis=1)
    return float(-xlogy(shares, shares).sum(axis=1).mean() + 0.0)


def most_undecided(entropies: Float[np.ndarray, "order"], count: int = TOP) -> Int[np.ndarray, "chosen"]:
    """The places of the largest entropies, the largest first, earlier ones first on a tie.

    Raises:
        ValueError: for a count below 1 or above the number of orders.
    """
    if not 1 <= count <= len(entropies):
        raise ValueError(f"count must be from 1 to {len(entropies)}; got {count}")
    return np.argsort(-np.asarray(entropies), kind="stable")[:count]
