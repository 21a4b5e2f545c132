"""Several prompts for one task: their mean, their vote, the best of them on a few items, the worst. Needs no torch."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Bool, Float, Int

COMBINATIONS = ("mean", "vote", "validated", "worst")
"""What is made of several prompts: the mean of their log-probabilities, the majority of their answers, the one that is
best on half of the items, and the one that is worst."""

MOST_MEMBERS = 12
"""So many prompts have 4,095 subsets; more would take too long to go through."""

LogProbs = Float[np.ndarray, "member item label"]
Truth = Int[np.ndarray, "item"]
Subsets = Bool[np.ndarray, "subset member"]
Right = Float[np.ndarray, "subset item"]


def mean_right(log_probs: LogProbs, truth: Truth, subsets: Subsets) -> Right:
    """1 where the label of the greatest mean log-probability over a subset's members is right, else 0.

    Invariant: of one member, whether it is right.
    """
    from scipy.special import log_softmax  # type: ignore[import-untyped]

    sums = np.einsum("sm,mil->sil", subsets.astype(float), log_softmax(log_probs, axis=-1))
    return np.asarray(sums.argmax(axis=-1) == truth, dtype=float)


def vote_right(log_probs: LogProbs, truth: Truth, subsets: Subsets) -> Right:
    """The probability that the majority of a subset's answers is right; a tie is drawn among the labels ahead.

    Invariant: of one member, whether it is right; of two, the mean of both.
    """
    said = log_probs.argmax(axis=-1)[..., None] == np.arange(log_probs.shape[-1])
    votes = np.einsum("sm,mil->sil", subsets.astype(float), said.astype(float))
    ahead = votes == votes.max(axis=-1, keepdims=True)
    return np.asarray(ahead[:, np.arange(len(truth)), truth] / ahead.sum(axis=-1))


def validated_right(log_probs: LogProbs, truth: Truth, subsets: Subsets) -> Right:
    """How often those members of a subset are right on an item that do best on the half of the items it is not in.

    Items go to the halves two by two, in turns, so that labels which take turns are in both. Members that do equally
    well share.
    """
    right, second = _right(log_probs, truth), np.arange(len(truth)) // 2 % 2 == 1
    found = np.empty((len(subsets), len(truth)))
    for half in (second, ~second):
        found[:, half] = _shared(right[:, half], right[:, ~half].sum(axis=1), subsets)
    return found


def worst_right(log_probs: LogProbs, truth: Truth, subsets: Subsets) -> Right:
    """Whether the member of a subset is right that is worst over all items; several worst ones share."""
    right = _right(log_probs, truth)
    return _shared(right, -right.sum(axis=1), subsets)


def _right(log_probs: LogProbs, truth: Truth) -> Float[np.ndarray, "member item"]:
    return np.asarray(log_probs.argmax(axis=-1) == truth, dtype=float)


def _shared(
    right: Float[np.ndarray, "member part"], score: Float[np.ndarray, "member"], subsets: Subsets
) -> Float[np.ndarray, "subset part"]:
    """The mean of those members of each subset that have its highest score."""
    scores = np.where(subsets, score, -np.inf)
    best = (scores == scores.max(axis=1, keepdims=True)).astype(float)
    return np.asarray(best @ right / best.sum(axis=1, keepdims=True))


RULES = dict(zip(COMBINATIONS, (mean_right, vote_right, validated_right, worst_right), strict=True))


def over_subsets(log_probs: LogProbs, truth: Truth) -> Mapping[str, Float[np.ndarray, "size"]]:
    """Accuracy of each method over the number of members, the exact mean over all subsets of each size.

    Args:
        log_probs: of each label of each item under each prompt, in nats, up to a constant for each item and prompt.
        truth: the place of the right label of each item; 3 items or more, so that neither half is empty.

    Returns:
        By method of COMBINATIONS, the accuracy with 1, 2, ..., all members.

    Raises:
        ValueError: for fewer than 1 or more than 12 members, fewer than 3 items, or shapes that do not fit.

    Invariant: with one member mean, vote, validated and worst are the same number, the mean accuracy of the prompts.
    """
    members = len(log_probs)
    if not 1 <= members <= MOST_MEMBERS:
        raise ValueError(f"log_probs must be of 1 to {MOST_MEMBERS} members; got {members}")
    if log_probs.ndim != 3 or log_probs.shape[1] != len(truth) or len(truth) < 3:
        raise ValueError(f"log_probs {log_probs.shape} must be [member item label], of {len(truth)} items, 3 or more")
    subsets = (np.arange(1, 2**members)[:, None] >> np.arange(members) & 1).astype(bool)
    sizes = subsets.sum(axis=1)
    return {
        method: np.array(
            [accuracy[sizes == size].mean() for size in range(1, members + 1)],
        )
        for method, rule in RULES.items()
        for accuracy in [rule(log_probs, truth, subsets).mean(axis=1)]
    }
