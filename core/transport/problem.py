"""What may be transported: points, weights and the cost of moving, checked at the door."""

from collections.abc import Sequence
from numbers import Real

import numpy as np
from jaxtyping import Float, Shaped
from scipy.spatial.distance import cdist  # type: ignore[import-untyped]

Points = Float[np.ndarray, "_ _"]
Weights = Float[np.ndarray, "_"]
Source = Float[np.ndarray, "source d"]
Target = Float[np.ndarray, "target d"]
SourceMass = Float[np.ndarray, "source"]
TargetMass = Float[np.ndarray, "target"]
Costs = Float[np.ndarray, "source target"]
ArrayLike = Shaped[np.ndarray, "..."] | Sequence[object]

METRICS = ("sqeuclidean", "euclidean", "cosine")
"""Squared Euclidean distance, Euclidean distance, one minus the cosine."""

MAX_POINTS = 5000
"""More points on a side would need more than 200 MB for one cost matrix."""


LARGEST = 1e100
"""The largest coordinate and mass: the square of a larger one may leave the range of float64."""


class UnequalMassesError(ValueError):
    """Two sides of different total mass, where all mass must move."""


class UnequalFeaturesError(ValueError):
    """Two sides with different numbers of features, between which no distance is defined."""


class MetricError(ValueError):
    """A metric that does not exist, that a method cannot use, or that the points do not allow."""


def as_number(name: str, value: object) -> float:
    """A number as it was given. Raises ValueError for text, NaN, an infinite value and whatever else is no number."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real) or not np.isfinite(float(value)):
        raise ValueError(f"{name} is {value!r}; it must be a finite number")
    return float(value)


def as_points(name: str, points: ArrayLike) -> Points:
    """Points as a matrix of float64, one row per point; a plain list of numbers is one-dimensional.

    Args:
        name: what the points are called in a message, such as "source".
        points: [point d] or [point], at most 5,000 points.

    Raises:
        ValueError: for no points, too many, text, a wrong number of axes, or a value that is not finite or beyond 1e100
            (the message names its row and column, counted from 0).

    Invariant: the result has two axes, and its values lie within -1e100 and 1e100.
    """
    try:
        array = np.asarray(points)
        array = array if array.dtype.kind == "c" else array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"the {name} points must be numbers in rows of equal length: {error}") from error
    if array.dtype.kind == "c":
        raise ValueError(f"the {name} points are complex numbers; each must be a real one")
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or not 1 <= len(array) <= MAX_POINTS or array.shape[1] < 1:
        raise ValueError(
            f"the {name} points have the shape {array.shape}; it must be (1 to {MAX_POINTS} points, features)"
        )
    if not (np.abs(array) <= LARGEST).all():
        row, column = np.argwhere(~(np.abs(array) <= LARGEST))[0]
        value = array[row, column]
        raise ValueError(
            f"the {name} points hold {value} in row {row}, column {column}; every value must be finite, from "
            f"-{LARGEST:g} to {LARGEST:g}"
        )
    return array


def as_weights(name: str, weights: ArrayLike | None, count: int) -> Weights:
    """The mass of each point: as given, or 1/n for each of n points.

    Args:
        name: what the weights are called in a message, such as "source".
        weights: [point], 0 to 1e100, not all 0; None for equal weights that sum to 1.
        count: the number of points n.

    Raises:
        ValueError: for a wrong number, text, a negative value or one that is not finite or beyond 1e100, or a total of
            0.

    Invariant: the masses are not rescaled, so two sides with unequal totals stay unequal.
    """
    if weights is None:
        return np.full(count, 1.0 / count)
    try:
        array = np.asarray(weights, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"the {name} weights must be numbers, one for each of {count} points: {error}") from error
    if array.shape != (count,):
        raise ValueError(
            f"the {name} weights have the shape {array.shape}; there must be one for each of {count} points"
        )
    wrong = np.flatnonzero(~((array >= 0) & (array <= LARGEST)))
    if wrong.size:
        place = int(wrong[0])
        raise ValueError(
            f"the {name} weights hold {array[place]:g} at place {place + 1}; each must be a finite number, 0 or more, "
            f"{LARGEST:g} at most"
        )
    if array.sum() == 0:
        raise ValueError(f"the {name} weights are all 0; at least one must be larger")
    return array


def cost_matrix(source: Points, target: Points, *, metric: str = "sqeuclidean") -> Costs:
    """The cost of moving one unit of mass from each source point to each target point.

    M_ij = |x_i - y_j|^2 (sqeuclidean), |x_i - y_j| (euclidean) or 1 - cos(x_i, y_j) (cosine).

    Args:
        source: [source d]. target: [target d].
        metric: one of METRICS.

    Raises:
        UnequalFeaturesError: for sides with different numbers of features.
        MetricError: for another metric, or a zero vector under the cosine.

    Invariant: M >= 0, up to rounding for the cosine; M_ij = 0 where the points are equal.
    Source: `scipy.spatial.distance.cdist`, which subtracts before it squares and so keeps its digits far from 0.
    """
    require_metric(metric)
    if source.shape[1] != target.shape[1]:
        raise UnequalFeaturesError(
            f"the source has {source.shape[1]} features and the target {target.shape[1]}; no distance between them is "
            "defined. Gromov-Wasserstein (method gromov) compares distances within each side instead"
        )
    if metric == "cosine" and not (source.any(axis=1).all() and target.any(axis=1).all()):
        raise MetricError("a point is the zero vector, which has no direction; under the cosine each point needs one")
    costs: Costs = cdist(source, target, metric)
    return costs


def cost_of(plan: Costs, costs: Costs) -> float:
    """<P, M> = sum_ij P_ij M_ij, without BLAS: waking its threads costs more than summing.

    Args:
        plan, costs: [source target].
    """
    return float(np.einsum("ij,ij->", plan, costs))


def in_range(cost: float, numbers: Float[np.ndarray, "..."]) -> float:
    """The cost; ValueError where finite numbers lead to one that float64 cannot hold."""
    if not np.isfinite(cost) and np.isfinite(numbers).all():
        raise ValueError(
            "distances and masses are so large that the cost is beyond 1e308, the range of a 64-bit number; divide the "
            "points or the masses by a constant"
        )
    return cost


def require_metric(metric: str, allowed: Sequence[str] = METRICS, why: str = "") -> None:
    """Raises MetricError unless the metric is one of those allowed; `why` explains the restriction."""
    if metric not in allowed:
        raise MetricError(f"metric is {metric!r}; it must be one of {', '.join(allowed)}{why}")


def require_equal_masses(method: str, source: SourceMass, target: TargetMass) -> None:
    """Raises UnequalMassesError where a balanced method gets sides of different total mass, relative to 1e-9."""
    left, right = float(source.sum()), float(target.sum())
    if abs(left - right) > 1e-9 * max(left, right):
        raise UnequalMassesError(
            f"the source weighs {left:.10g} and the target {right:.10g}; {method} moves all mass and needs both equal. "
            "The methods unbalanced and partial allow a difference"
        )
