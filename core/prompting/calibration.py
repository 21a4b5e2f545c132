"""Corrections of a prompt's leaning towards a label, from texts that say nothing or from items without labels."""

import numpy as np
from jaxtyping import Bool, Float, Int


def contextual(
    log_probs: Float[np.ndarray, "item label"], content_free: Float[np.ndarray, "text label"]
) -> Float[np.ndarray, "item label"]:
    """log p(label | item) - log q(label), where q is the mean of the labels' shares after texts that say nothing.

    Args:
        log_probs: of the labels, in nats, up to a constant for each item.
        content_free: the same for texts such as "N/A".

    Invariant: with one such text, adding a number of each label to both log_probs and content_free changes no answer;
    with several, whose shares are averaged, only where the text's leanings are alike.
    Source: Zhao et al. 2021 (2102.09690), section 5, with W = diag(q)^-1 and b = 0.
    """
    from scipy.special import log_softmax, logsumexp  # type: ignore[import-untyped]

    leaning = logsumexp(log_softmax(content_free, axis=1), axis=0) - np.log(len(content_free))
    return np.asarray(log_softmax(log_probs, axis=1) - leaning)


def batch(
    log_probs: Float[np.ndarray, "item label"], weights: Float[np.ndarray, "item"] | None = None
) -> Float[np.ndarray, "item label"]:
    """log p(label | item) minus its mean over the items, of which no label is used.

    Args:
        log_probs: of the labels, in nats, up to a constant for each item.
        weights: how often each item comes, 0 or more; all alike without it.

    Invariant: with two labels both have the same mean afterwards, so neither is preferred over all items.
    Source: Zhou et al. 2024 (2309.17249), section 3, here with the mean of logarithms instead of probabilities.
    """
    from scipy.special import log_softmax

    normed = log_softmax(log_probs, axis=1)
    return np.asarray(normed - np.average(normed, axis=0, weights=weights))


def balance_weights(truth: Int[np.ndarray, "item"], share: float) -> Float[np.ndarray, "item"]:
    """Weights of items under which a share of them has the first label, the others the second.

    Args:
        truth: by item 0 or 1, both at least once.
        share: from 0 to 1.

    Raises:
        ValueError: for a share outside 0 to 1, or items of one label alone.

    Invariant: they sum to 1; all items of a label weigh alike.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must be from 0 to 1; got {share}")
    first = truth == 0
    if first.all() or not first.any():
        raise ValueError("items must have both labels; all have the same")
    return np.asarray(np.where(first, share / first.sum(), (1 - share) / (~first).sum()))


def weighted_accuracy(
    log_probs: Float[np.ndarray, "item label"],
    truth: Int[np.ndarray, "item"],
    weights: Float[np.ndarray, "item"],
) -> float:
    """The share of right answers where each item comes as often as its weight says.

    Invariant: the answer that is always the first label is right in exactly the weight of the items that have it.
    """
    right: Bool[np.ndarray, "item"] = log_probs.argmax(axis=1) == truth
    return float(weights[right].sum() / weights.sum())
