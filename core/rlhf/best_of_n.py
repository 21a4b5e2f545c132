"""Best-of-n on recorded samples: exact over all subsets, with ties. Needs no torch."""

import math

import numpy as np
from jaxtyping import Float, Int

from core.rlhf.enumerable import best_of_n_distribution


def best_of_n_weights(rewards: Float[np.ndarray, "sample"], n: int) -> Float[np.ndarray, "sample"]:
    """The probability that each sample is the best of n, over all subsets of n samples.

    The sample of rank k (1 = least) is the largest of a subset with probability C(k - 1, n - 1) / C(N, n); samples
    with equal rewards share their probability equally.

    Args:
        rewards: of N samples.
        n: subset size, 1 to N.

    Returns:
        One probability for each sample. Invariants: they sum to 1; n = 1 gives 1/N each; n = N gives the largest.

    Raises:
        ValueError: for n outside 1 to N.

    Source: the unbiased estimator of Nakano et al. 2112.09332, appendix I; used by Gao et al. 2210.10760.
    """
    count = len(rewards)
    if not 1 <= n <= count:
        raise ValueError(f"n = {n} must lie in 1 to {count}, the number of samples.")
    # P(largest rank <= k) = C(k, n) / C(N, n), a product of n factors that is summed in logs.
    ranks = np.arange(count + 1)
    logs = np.array([math.lgamma(k + 1) for k in range(count + 1)])
    below = np.full(count + 1, -np.inf)
    below[n:] = logs[n:] - logs[ranks[n:] - n] - (logs[count] - logs[count - n])
    share = np.diff(np.exp(below))
    values, groups = np.unique(rewards, return_inverse=True)
    in_group = np.bincount(groups, minlength=len(values))
    total = np.bincount(np.sort(groups), weights=share, minlength=len(values))
    weights = (total / in_group)[groups]
    return np.asarray(weights / weights.sum())


def best_of_n_divergence(rewards: Float[np.ndarray, "sample"], atoms: Int[np.ndarray, "sample"], n: int) -> float:
    """KL of the best of n draws from the recorded samples, from a single draw, in nats; draws are put back.

    The recorded samples stand for the base policy: each has probability 1/N, equal samples add up.

    Args:
        rewards: of N samples.
        atoms: which samples are the same response.
        n: draws, at least 1.

    Invariant: at most log n - (n - 1) / n.
    Source: Beirami et al. 2401.01879, lemma 1 and theorem 1.
    """
    base = np.full(len(rewards), 1 / len(rewards))
    return divergence_from_uniform(best_of_n_distribution(base, rewards, n), atoms)


def divergence_from_uniform(weights: Float[np.ndarray, "sample"], atoms: Int[np.ndarray, "sample"]) -> float:
    """KL of a distribution over samples from the uniform one, in nats, with equal samples taken together.

    sum_a w_a log(w_a / (N_a / N)), where atom a was sampled N_a times of N.

    Args:
        weights: probabilities of the samples.
        atoms: which samples are the same response.

    Invariant: between 0 and log N.
    """
    total = np.bincount(atoms, weights=weights)
    base = np.bincount(atoms) / len(atoms)
    there = total > 0
    return float(np.sum(total[there] * np.log(total[there] / base[there])))


def new_bests(rewards: Float[np.ndarray, "sample"]) -> tuple[int, ...]:
    """The places at which a sample beats all before it, as samples are drawn one after the other.

    Invariants: the first is 0; the last is the best of all, at its first occurrence.
    """
    before = np.maximum.accumulate(np.append(-np.inf, rewards[:-1]))
    return tuple(int(place) for place in np.flatnonzero(rewards > before))
