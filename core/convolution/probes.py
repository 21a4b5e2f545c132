"""The linear probe: how much a few labels can make of features that nobody may change any more."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Shaped
from numpy.typing import ArrayLike
from threadpoolctl import threadpool_limits

from core.checks import Check
from core.convolution.operation import real
from core.numbers import whole

Features = Float[np.ndarray, "item feature"]

TOLERANCE = 1e-6
"""The largest slope of the loss per drawn item at which the solver stops."""


def probe(features: ArrayLike, labels: ArrayLike, *, per_class: int, seed: int) -> float:
    """The accuracy of a logistic regression that was given a few labels, on all items that it was not given.

    Features are moved to mean 0 and divided by one number, so that their variances average 1: neither where they lie
    nor their unit matters. The regression is sklearn's, with the squared length of its weights as penalty (C = 1).

    Args:
        features: [item feature], finite numbers.
        labels: [item], of two classes or more; any values that can be compared.
        per_class: how many items of each class are drawn, at least 1 and fewer than the smallest class has.
        seed: of the draw. Draws of one seed are the same items whatever the features.

    Returns:
        The share of the other items that are classified rightly.

    Raises:
        ValueError: for anything else.

    Invariant: adding a vector to all features, or multiplying all by one number above 0, changes nothing but rounding.
    Source: `sklearn.linear_model.LogisticRegression`.
    """
    x, y = _taken(features, labels)
    drawn = labeled_draw(y, per_class=per_class, seed=seed)
    # sklearn takes fractions for a regression's target: classes go by their number.
    y = np.unique(y, return_inverse=True)[1]
    return float((fitted(x, y, drawn).predictions[~drawn] == y[~drawn]).mean())


def labeled_draw(labels: ArrayLike, *, per_class: int, seed: int) -> Bool[np.ndarray, "item"]:
    """Which items a probe is given: `per_class` of each class, drawn without putting back.

    Raises:
        ValueError: where that leaves a class without an item to judge by, or there is only one class.
    """
    named = np.asarray(labels)
    try:
        classes, places, counts = np.unique(named, return_inverse=True, return_counts=True)
    except TypeError as error:
        raise ValueError(f"labels cannot be compared with one another: {error}") from error
    if len(classes) < 2:
        raise ValueError(f"labels hold {len(classes)} class; a probe needs two or more")
    if not (classes == classes).all():
        raise ValueError("labels hold a value that is not equal to itself, such as NaN; each item needs a label")
    if counts.min() < 2:
        raise ValueError(f"the smallest class has {counts.min()} item; each needs two, one to fit and one to judge by")
    each = whole("per_class", per_class, 1, int(counts.min()) - 1)
    rng = np.random.default_rng(whole("seed", seed, 0))
    drawn = np.zeros(len(named), dtype=bool)
    for place in range(len(classes)):
        drawn[rng.choice(np.flatnonzero(places == place), each, replace=False)] = True
    return drawn


@dataclass(frozen=True, eq=False)
class LinearProbe:
    """A fitted regression.

    Args:
        weights: [class feature], of the standardized features. bias: [class]. classes: [class], the labels by name.
        predictions: [item], what it says of every item, those that it was given included.
        slope: the largest slope of its own loss in any weight; 0 at the optimum.
        tolerance: the largest slope at which the solver stops.
    """

    weights: Float[np.ndarray, "class feature"]
    bias: Float[np.ndarray, "class"]
    classes: Shaped[np.ndarray, "class"]
    predictions: Shaped[np.ndarray, "item"]
    slope: float
    tolerance: float


def fitted(features: Features, labels: Shaped[np.ndarray, "item"], drawn: Bool[np.ndarray, "item"]) -> LinearProbe:
    """The regression that is given the labels of the drawn items: the least of

        |W|^2 / 2 - sum over the drawn items of log softmax(W x + b)[label]

    with x the standardized features.
    """
    from sklearn.linear_model import LogisticRegression

    x, y = standardized(features), np.asarray(labels)
    # The products are small, and a second thread would wait for the first far longer than it helps.
    with threadpool_limits(1, user_api="blas"):
        model = LogisticRegression(C=1.0, tol=TOLERANCE, max_iter=5000).fit(x[drawn], y[drawn])
    weights, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    told = y[drawn][:, None] == model.classes_
    scores = x[drawn] @ weights.T + bias
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    missed = powers / powers.sum(axis=1, keepdims=True) - told
    # Of two classes sklearn keeps the difference of their weights, W1 - W0, whose penalty is twice that of the pair.
    penalty = weights * (2.0 if len(model.classes_) == 2 else 1.0)
    slope = max(float(np.abs(penalty + missed.T @ x[drawn]).max()), float(np.abs(missed.sum(axis=0)).max()))
    return LinearProbe(weights, bias, model.classes_, model.predict(x), slope, TOLERANCE * int(drawn.sum()))


def standardized(features: Features) -> Features:
    """Features with mean 0, divided by one number so that their variances average 1; constant ones become 0."""
    # Squares of very large or small features leave float64's range; a power of two of their size goes exactly.
    scaled = np.ldexp(features, -np.frexp(np.abs(features).max(initial=0.0))[1])
    centered = scaled - scaled.mean(axis=0)
    size = float(np.sqrt((centered**2).mean()))
    return np.asarray(centered / size if size > 0 else np.zeros_like(centered))


def accuracies(
    features: Features, labels: Shaped[np.ndarray, "item"], *, counts: Iterable[int], seeds: Iterable[int]
) -> Float[np.ndarray, "count draw"]:
    """The probe at each number of labels a class, over the draws of these seeds."""
    draws = tuple(seeds)
    return np.array([[probe(features, labels, per_class=count, seed=seed) for seed in draws] for count in counts])


def _taken(features: ArrayLike, labels: ArrayLike) -> tuple[Features, Shaped[np.ndarray, "item"]]:
    x = real("features", features)
    try:
        y = np.asarray(labels)
    except ValueError as error:
        raise ValueError(f"labels are no list of labels: {error}") from error
    if x.ndim != 2 or x.shape[1] < 1:
        raise ValueError(f"features have the shape {x.shape}; it must be [item feature]")
    if y.shape != x.shape[:1]:
        raise ValueError(f"labels have the shape {y.shape}; it must be ({len(x)},), one for each item")
    if not np.isfinite(x).all():
        raise ValueError(f"features hold {int((~np.isfinite(x)).sum())} values that are no finite numbers")
    return x, y


def whole_items_check(accuracy: Float[np.ndarray, "*any"], per_class: int, labels: Shaped[np.ndarray, "item"]) -> Check:
    """Each accuracy times the number of items that were not drawn is a whole number."""
    rest = len(labels) - per_class * len(np.unique(labels))
    right = np.asarray(accuracy) * rest
    inside = bool(((right > -0.5) & (right < rest + 0.5)).all())
    error = float(np.abs(right - np.rint(right)).max()) if inside else float("nan")
    bound = 2 * rest * float(np.finfo(np.float64).eps)
    return Check(f"Accuracies count whole digits of the {rest} not drawn", error, bound, "rounding of one division")


def chance_check(accuracy: Float[np.ndarray, "draw"], per_class: int, labels: Shaped[np.ndarray, "item"]) -> Check:
    """With the labels dealt out anew, the mean accuracy over the draws lies at chance.

    Whatever a probe says of an item, it is right with at most the share of the most frequent class and at least that of
    the rarest. By Hoeffding's inequality, which also holds where labels are dealt without putting back, the mean over D
    draws of n items strays from there by more than sqrt(log(2 / p) / 2 D n) with a probability of at most p = 1e-4.
    """
    shares, reach = chance_band(per_class, labels, draws=len(accuracy))
    mean = float(np.mean(accuracy))
    error = max(shares[0] - mean, mean - shares[1], 0.0)
    return Check(
        "Shuffled labels: distance from chance",
        error,
        reach,
        f"mean {mean:.3f} over {len(accuracy)} draws; Hoeffding's inequality, one case in 10,000",
    )


def chance_band(
    per_class: int, labels: Shaped[np.ndarray, "item"], *, draws: int = 1
) -> tuple[tuple[float, float], float]:
    """The least and the largest share of a class among the items not drawn, and how far chance strays from there."""
    counts = np.unique(labels, return_counts=True)[1] - per_class
    rest = int(counts.sum())
    reach = float(np.sqrt(np.log(2 / 1e-4) / (2 * draws * rest)))
    return (float(counts.min() / rest), float(counts.max() / rest)), reach


def optimum_check(probe: LinearProbe) -> Check:
    """The slope of the regression's own loss is 0 at its weights, within what the solver was asked for."""
    return Check(
        "The probe is at its optimum: slope of its loss", probe.slope, probe.tolerance, "the solver's tolerance"
    )


def recorded_check(now: float, recorded: float, rest: int) -> Check:
    """An accuracy measured now and the recorded one of the same draw differ by at most one digit.

    The loss is strictly convex, so both have one optimum; only a digit that lies on the border may fall either way.
    """
    return Check(
        "Digits named otherwise than when recorded", abs(now - recorded) * rest, 1 + 1e-9, "a tie at the border"
    )
