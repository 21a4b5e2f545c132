"""Two ways to classify: by the densities of the classes, or by the boundary alone."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from core.checks import Check

Points = Float[np.ndarray, "*draw point d"]
Labels = Int[np.ndarray, "*draw point"]

STEPS = 40
"""Newton steps at most; the penalized loss is strictly convex, and ten or so are enough."""

ROUNDING = 1e-13
"""What a sum of some hundred terms may be off by, as a share."""


@dataclass(frozen=True, eq=False)
class NaiveBayes:
    """A normal density for each class, with independent features: generative.

    Args:
        means, variances: [draw class d].
        shares: [draw class], the part of the training points in each class.
    """

    means: Float[np.ndarray, "*draw class d"]
    variances: Float[np.ndarray, "*draw class d"]
    shares: Float[np.ndarray, "*draw class"]

    def scores(self, x: Float[np.ndarray, "place d"]) -> Float[np.ndarray, "*draw place class"]:
        """log p(y) + log p(x | y), in nats, up to a constant: [place d] -> [draw place class]."""
        weight = 1 / self.variances
        # (x - m)² w = x² w - 2 x m w + m² w: three products of matrices in place of one large difference.
        squares = x**2 @ np.swapaxes(weight, -1, -2) - 2 * x @ np.swapaxes(self.means * weight, -1, -2)
        rest = (self.means**2 * weight - np.log(weight)).sum(axis=-1)
        return np.asarray(np.log(self.shares)[..., None, :] - 0.5 * (squares + rest[..., None, :]))

    def predict(self, x: Float[np.ndarray, "place d"]) -> Int[np.ndarray, "*draw place"]:
        """The class of the largest score."""
        return np.asarray(self.scores(x).argmax(axis=-1))

    def drawn(self, count: int, *, seed: int) -> tuple[Float[np.ndarray, "count d"], Int[np.ndarray, "count"]]:
        """New points and their classes, drawn from the densities; of one data set, without an axis of draws."""
        rng = np.random.default_rng([seed, 40])
        label = rng.choice(len(self.shares), size=count, p=self.shares)
        return rng.normal(self.means[label], np.sqrt(self.variances[label])), label

    def of_each_class(self, *, seed: int) -> Float[np.ndarray, "class d"]:
        """One new point of each class, drawn from its density; of one data set, without an axis of draws."""
        noise = np.random.default_rng([seed, 41]).standard_normal(self.means.shape)
        return np.asarray(self.means + np.sqrt(self.variances) * noise)


def naive_bayes(x: Points, y: Labels, *, classes: int = 2, floor: float = 1e-3, pooled: bool = False) -> NaiveBayes:
    """The maximum-likelihood densities of each class, with a floor under the variances.

    Args:
        x: [draw point d], or [point d] for one data set. y: classes from 0; each occurs.
        floor: added to each variance (ddof 0): a feature that is constant in a class would have a density of infinite
            height.
        pooled: all classes have the same variances, estimated together. The boundary between two classes is then a
            plane, as that of logistic regression: the two differ in how they choose it, and in nothing else.

    Invariant: means and variances do not depend on the order of the points.
    Source: Ng and Jordan, On Discriminative vs. Generative Classifiers, NIPS 2001.
    """
    member = (y[..., None] == np.arange(classes)).astype(np.float64)
    counts = member.sum(axis=-2)
    means = np.swapaxes(member, -1, -2) @ x / counts[..., None]
    squares = np.swapaxes(member, -1, -2) @ x**2 / counts[..., None]
    variances = np.maximum(squares - means**2, 0.0)
    shares = counts / y.shape[-1]
    if pooled:
        variances = np.broadcast_to((shares[..., None] * variances).sum(axis=-2, keepdims=True), means.shape)
    return NaiveBayes(means, variances + floor, shares)


@dataclass(frozen=True, eq=False)
class Logistic:
    """P(y = 1 | x) = 1 / (1 + exp(-(wᵀx + b))): discriminative.

    Args:
        weights: [draw weight], w and at the end b.
        slope: the largest derivative of the penalized loss at the weights, which is 0 at the minimum.
        reach: the size of the terms of which that derivative is the sum.
    """

    weights: Float[np.ndarray, "*draw weight"]
    slope: float
    reach: float

    def margins(self, x: Float[np.ndarray, "place d"]) -> Float[np.ndarray, "*draw place"]:
        """wᵀx + b: [place d] -> [draw place]."""
        return np.asarray(self.weights[..., :-1] @ x.T + self.weights[..., -1:])

    def predict(self, x: Float[np.ndarray, "place d"]) -> Int[np.ndarray, "*draw place"]:
        """1 where the margin is above 0."""
        return (self.margins(x) > 0).astype(np.int64)

    @property
    def check(self) -> Check:
        """The slope of the penalized loss is 0 where the steps ended."""
        bound = 64 * float(np.finfo(np.float64).eps) * self.reach
        return Check("The slope of the logistic loss is 0", self.slope, bound, "64 eps times the size of its terms")


def logistic(x: Points, y: Labels, *, penalty: float = 0.1) -> Logistic:
    """Logistic regression by Newton's method: min Σ log(1 + exp(-s (wᵀx + b))) + (penalty / 2) |w|², s = ±1.

    Args:
        x: [draw point d], or [point d] for one data set. y: 0 and 1.
        penalty: above 0, so that there is a minimum where a line parts the classes; b has none.

    Invariant: at the result the derivative is 0 within rounding.
    Source: Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, section 4.4.1.
    """
    table = np.concatenate([x, np.ones((*x.shape[:-1], 1))], axis=-1)
    price = penalty * np.append(np.ones(x.shape[-1]), 0.0)
    weights = np.zeros((*x.shape[:-2], table.shape[-1]))
    loss = _loss(table, y, weights, price)
    for _ in range(STEPS):
        slope, bend = _derivatives(table, y, weights, price)
        step = np.linalg.solve(bend, slope[..., None])[..., 0]
        weights, loss, moved = _downhill(table, y, weights, price, step, loss)
        if not moved.any():
            break
    slope, _ = _derivatives(table, y, weights, price)
    reach = np.abs(table).sum(axis=-2).max() + (price * np.abs(weights)).max()
    return Logistic(weights, float(np.abs(slope).max()), float(reach))


def _loss(
    table: Points, y: Labels, weights: Float[np.ndarray, "*draw k"], price: Float[np.ndarray, "k"]
) -> Float[np.ndarray, "*draw"]:
    margin = np.einsum("...pk,...k->...p", table, weights)
    losses = np.logaddexp(0.0, np.where(y == 1, -margin, margin)).sum(axis=-1)
    return np.asarray(losses + 0.5 * (price * weights**2).sum(axis=-1))


def _derivatives(
    table: Points, y: Labels, weights: Float[np.ndarray, "*draw k"], price: Float[np.ndarray, "k"]
) -> tuple[Float[np.ndarray, "*draw k"], Float[np.ndarray, "*draw k k"]]:
    """The first and second derivative of the penalized loss; the second has a little on its diagonal for b alone."""
    margin = np.einsum("...pk,...k->...p", table, weights)
    chance = 0.5 * (1 + np.tanh(0.5 * margin))
    slope = np.einsum("...pk,...p->...k", table, chance - y) + price * weights
    curve = np.swapaxes(table, -1, -2) @ ((chance * (1 - chance))[..., None] * table)
    return slope, curve + np.diag(price + 1e-12)


def _downhill(
    table: Points,
    y: Labels,
    weights: Float[np.ndarray, "*draw k"],
    price: Float[np.ndarray, "k"],
    step: Float[np.ndarray, "*draw k"],
    loss: Float[np.ndarray, "*draw"],
) -> tuple[Float[np.ndarray, "*draw k"], Float[np.ndarray, "*draw"], Bool[np.ndarray, "*draw"]]:
    """Newton's step for each data set, halved until its loss does not rise; none where it would."""
    share = np.ones_like(loss)
    for _ in range(30):
        there = weights - share[..., None] * step
        after = _loss(table, y, there, price)
        rises = after > loss + ROUNDING * loss
        if not rises.any():
            break
        share = np.where(rises, share / 2, share)
    keeps = after > loss + ROUNDING * loss
    there = np.where(keeps[..., None], weights, there)
    moved = np.abs(there - weights).max(axis=-1) > ROUNDING * np.abs(weights).max(axis=-1)
    return there, np.where(keeps, loss, after), np.asarray(moved)
