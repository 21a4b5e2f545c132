"""A linear Bradley-Terry reward, fitted to a handful of labels, and what it leaves uncertain. Needs no torch."""

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

NEWTON_STEPS = 100

SMALLEST_SLOPE = 1e-10
"""Newton's method ends where no component of the slope is larger, for each unit of the largest."""


@dataclass(frozen=True, eq=False)
class RewardFit:
    """A fitted linear reward r(x) = w . x.

    Args:
        weights: w, points for each unit of a feature.
        spread: standard deviation of each weight: the square root of the diagonal of the inverse Hessian at w.
        log_likelihood: sum over pairs of log sigmoid(w . d), nats, without the prior.
        covariance: the inverse Hessian.
    """

    weights: Float[np.ndarray, "feature"]
    spread: Float[np.ndarray, "feature"]
    log_likelihood: float
    covariance: Float[np.ndarray, "feature feature"]

    def reward(self, features: Float[np.ndarray, "*response feature"]) -> Float[np.ndarray, "*response"]:
        """r(x) of each response. Invariant: 0 for features that are all 0."""
        return np.asarray(features @ self.weights)

    def spread_of(self, features: Float[np.ndarray, "*response feature"]) -> Float[np.ndarray, "*response"]:
        """The standard deviation of r(x): sqrt(x' H^-1 x). Invariant: 0 for features that are all 0."""
        return np.asarray(np.sqrt(np.maximum(np.einsum("...i,ij,...j->...", features, self.covariance, features), 0.0)))


def fit_rewards(pairs: Any, *, prior: Any = 1.0) -> RewardFit:
    """Fits a linear reward to preferences: the Bradley-Terry likelihood with a normal prior on the weights.

    Minimized by Newton's method: sum ln(1 + exp(-w . d)) + prior / 2 |w|^2. The Hessian is
    sum s (1 - s) d d' + prior I, with s = sigmoid(w . d), so the minimum is one and finite, also where the labels could
    be told apart without an error.

    Args:
        pairs: d = features(chosen) - features(rejected), [pair, feature], one row for each labeled pair.
        prior: the precision of each weight before any label, above 0.

    Returns:
        The weights, their spread, the log-likelihood of the labels. Invariants: the slope at the weights is 0; pairs
        turned around turn the weights around; each spread is at most 1 / sqrt(prior).

    Raises:
        ValueError: for no pairs or no features, what are no real numbers, numbers that are not finite or too large to
            be squared, another number of axes, prior <= 0, or labels beside which the prior is lost in rounding, so
            that the Hessian has no inverse.

    Source: Bradley and Terry (1952); the spread is Laplace's approximation, MacKay (1992).
    """
    d = _checked(pairs, prior)
    weights = np.zeros(d.shape[1])
    for _ in range(NEWTON_STEPS):
        slope, hessian = _derivatives(d, weights, prior)
        _invertible(hessian, prior)
        if np.abs(slope).max() <= SMALLEST_SLOPE * max(1.0, float(np.abs(d).sum(0).max())):
            break
        weights = _descended(d, weights, prior, np.linalg.solve(hessian, slope))
    hessian = _derivatives(d, weights, prior)[1]
    _invertible(hessian, prior)
    covariance = np.linalg.inv(hessian)
    likelihood = -float(np.logaddexp(0.0, -(d @ weights)).sum())
    return RewardFit(weights, np.sqrt(np.diag(covariance)), likelihood, covariance)


def _checked(pairs: Any, prior: Any) -> Float[np.ndarray, "pair feature"]:
    d = _real(pairs)
    if d.ndim != 2 or 0 in d.shape:
        raise ValueError(f"pairs have shape {d.shape}; they must be [pair, feature], with at least one of each.")
    if not (np.isfinite(d).all() and np.abs(d).max() < 1e100):
        raise ValueError("pairs must hold finite numbers below 1e100; at least one is not.")
    if not isinstance(prior, int | float | np.integer | np.floating) or not 0 < prior <= sys.float_info.max:
        raise ValueError(f"prior = {prior!r:.40} must be a number above 0 and finite.")
    return d


def _real(pairs: Any) -> np.ndarray:
    told = "pairs must be rows of as many real numbers each, below 1e100; at least one is not."
    try:
        raw = np.asarray(pairs)
        numbers = raw.astype(float) if raw.dtype.kind in "biufO" else None
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(told) from error
    if numbers is None:
        raise ValueError(told)
    return numbers


def _invertible(hessian: Float[np.ndarray, "feature feature"], prior: int | float) -> None:
    """Refuses a Hessian whose least eigenvalue, at least the prior, is no more than the rounding of its largest."""
    found = np.linalg.eigvalsh(hessian)
    least, most = found[0], found[-1]
    if not least > len(hessian) * np.finfo(float).eps * most:
        raise ValueError(
            f"pairs are so large beside prior = {prior:g} that it is lost in rounding and nothing holds some weights; "
            "pairs must be smaller or the prior larger."
        )


def _loss(d: Float[np.ndarray, "pair feature"], weights: Float[np.ndarray, "feature"], prior: int | float) -> float:
    return float(np.logaddexp(0.0, -(d @ weights)).sum() + prior / 2 * weights @ weights)


def _derivatives(
    d: Float[np.ndarray, "pair feature"], weights: Float[np.ndarray, "feature"], prior: int | float
) -> tuple[Float[np.ndarray, "feature"], Float[np.ndarray, "feature feature"]]:
    """Slope and Hessian of the loss."""
    wrong = np.exp(-np.logaddexp(0.0, d @ weights))
    slope = prior * weights - d.T @ wrong
    return slope, (d.T * (wrong * (1 - wrong))) @ d + prior * np.eye(d.shape[1])


def _descended(
    d: Float[np.ndarray, "pair feature"],
    weights: Float[np.ndarray, "feature"],
    prior: int | float,
    step: Float[np.ndarray, "feature"],
) -> Float[np.ndarray, "feature"]:
    """The weights after a Newton step, halved until the loss is no larger."""
    before, size = _loss(d, weights, prior), 1.0
    while size > 1e-12 and _loss(d, weights - size * step, prior) > before:
        size /= 2
    return np.asarray(weights - size * step)


def information(fit: RewardFit, pairs: Float[np.ndarray, "pair feature"]) -> Float[np.ndarray, "pair"]:
    """What each pair's label would tell of the weights: log(1 + s (1 - s) d' H^-1 d) / 2, with s = sigmoid(w . d).

    The largest belongs to a pair that is close and of which the weights say little as yet.

    Args:
        pairs: d of pairs that were not labeled.

    Returns:
        Nats by which the entropy of the weights falls, in Laplace's approximation with the weights held where they are.
        Invariants: at least 0; the same for a pair turned around.

    Source: Bayesian D-optimal design, Chaloner and Verdinelli (1995), section 2.
    """
    chance = np.exp(-np.logaddexp(0.0, -fit.reward(pairs)))
    return np.asarray(np.log1p(chance * (1 - chance) * fit.spread_of(pairs) ** 2) / 2)
