"""Speculative sampling: from a draft's token to one that follows the target's law. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

_SLACK = 1e-3


def speculative_sample(
    target_probs: ArrayLike, draft_probs: ArrayLike, draft_token: int, rng: np.random.Generator
) -> tuple[int, bool]:
    """Accepts a draft token x ~ q with probability min(1, p(x) / q(x)), or draws anew from the residual.

    The residual is r(y) = max(p(y) - q(y), 0) / sum_z max(p(z) - q(z), 0). A draft that names one token for sure has
    q = 1 there, and the same rule holds.

    Args:
        target_probs: p over the vocabulary, summing to 1.
        draft_probs: q over the same vocabulary, summing to 1.
        draft_token: x, drawn from q.
        rng: the source of chance; two draws at most.

    Returns:
        (token, whether x was accepted).

    Raises:
        ValueError: if p or q is no distribution, their sizes differ, or q(x) is 0.

    Invariant: the token follows p whatever q is; x is accepted with probability sum_y min(p(y), q(y)).
    Source: Leviathan et al. 2023 (2211.17192), section 2.3 and appendix A.1.
    """
    p, q = _distribution("target_probs", target_probs), _distribution("draft_probs", draft_probs)
    if p.shape != q.shape:
        raise ValueError(f"target_probs and draft_probs must have one size; got {p.size} and {q.size}")
    if not 0 <= draft_token < q.size or q[draft_token] <= 0:
        raise ValueError(f"draft_token must be one that draft_probs can give; got {draft_token}")
    if rng.random() * q[draft_token] < p[draft_token]:
        return int(draft_token), True
    return draw(residual(p, q), rng), False


def residual(target_probs: ArrayLike, draft_probs: ArrayLike) -> Float[np.ndarray, "vocab"]:
    """What the draft left uncovered: max(p - q, 0), scaled to 1; p itself where p = q leaves nothing.

    Source: Leviathan et al. 2023 (2211.17192), section 2.3.
    """
    p, q = np.asarray(target_probs, np.float64), np.asarray(draft_probs, np.float64)
    left = np.maximum(p - q, 0.0)
    total = left.sum()
    scaled: Float[np.ndarray, "vocab"] = left / total if total > 0 else p / p.sum()
    return scaled


def overlap(target_probs: ArrayLike, draft_probs: ArrayLike) -> float:
    """The acceptance probability, sum_y min(p(y), q(y)) = 1 - TV(p, q).

    Invariant: it lies in [0, 1], is 1 for p = q, and is symmetric.
    Source: Leviathan et al. 2023 (2211.17192), theorem 3.5.
    """
    return float(np.minimum(np.asarray(target_probs, np.float64), np.asarray(draft_probs, np.float64)).sum())


def draw(probs: Float[np.ndarray, "vocab"], rng: np.random.Generator) -> int:
    """One token from a distribution, by inverting its cumulative sum with a single uniform number."""
    cumulative = np.cumsum(probs)
    place = int(np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right"))
    return min(place, int(np.flatnonzero(probs)[-1]))


def _distribution(name: str, values: ArrayLike) -> Float[np.ndarray, "vocab"]:
    probs = np.asarray(values, np.float64)
    if probs.ndim != 1 or probs.size == 0 or not np.all(probs >= 0) or abs(probs.sum() - 1.0) > _SLACK:
        raise ValueError(f"{name} must be one row of numbers from 0 up that sum to 1; got shape {probs.shape}")
    return probs


@dataclass(frozen=True, slots=True)
class Fit:
    """How well counts agree with a law.

    Args:
        statistic: Pearson's chi-square.
        degrees: of freedom.
        critical: the value that chance exceeds once in 1,000 times.
    """

    statistic: float
    degrees: int
    critical: float


def goodness(counts: ArrayLike, probs: ArrayLike) -> Fit:
    """Pearson's chi-square, sum (count - n p)^2 / (n p), of counts against the law they should follow.

    Entries with an expected count below 5 are put together, as the test's approximation asks.

    Args:
        counts: by outcome; their sum is n.
        probs: p by outcome, summing to 1.

    Raises:
        ValueError: if fewer than two outcomes are left to compare.
    """
    from scipy.stats import chi2  # type: ignore[import-untyped]

    seen, p = np.asarray(counts, np.float64), np.asarray(probs, np.float64)
    expected = p / p.sum() * seen.sum()
    rare = expected < 5
    groups = [*zip(seen[~rare], expected[~rare], strict=True)]
    if expected[rare].sum() > 0:
        groups.append((seen[rare].sum(), expected[rare].sum()))
    if len(groups) < 2:
        raise ValueError(f"two outcomes or more must be likely enough to compare; got {len(groups)}")
    statistic = float(sum((count - mean) ** 2 / mean for count, mean in groups))
    degrees = len(groups) - 1
    return Fit(statistic, degrees, float(chi2.ppf(0.999, degrees)))
