"""Normal distributions: their distance and the map between them are closed forms."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.linalg import svdvals  # type: ignore[import-untyped]

from core.transport.problem import Points, Weights
from core.transport.units import unit_of

Matrix = Float[np.ndarray, "d d"]


@dataclass(frozen=True, eq=False)
class Gaussian:
    """A normal distribution: mean [d] and covariance [d d]."""

    mean: Float[np.ndarray, "d"]
    covariance: Matrix


def gaussian_of(name: str, points: Points, weights: Weights | None = None) -> Gaussian:
    """The normal distribution with the mean and covariance of weighted points (divided by n, not n - 1).

    Args:
        name: what the points are called in a message.
        points: [point d], at least 2 with mass. weights: [point], any total; equal without them.

    Raises:
        ValueError: where a single point carries all mass: it has no spread to fit.

    Invariant: the covariance is symmetric and has no negative eigenvalue, up to rounding.
    """
    share = _share(name, points, weights)
    mean = share @ points
    centered = points - mean
    return Gaussian(mean, (centered * share[:, None]).T @ centered)


def _share(name: str, points: Points, weights: Weights | None) -> Weights:
    """The share of the mass at each point, of which at least two have some."""
    share = np.full(len(points), 1 / len(points)) if weights is None else weights / weights.sum()
    if int((share > 0).sum()) < 2:
        raise ValueError(f"the {name} has one point with mass; a normal distribution needs at least 2 to have a spread")
    return share


def bures_squared(one: Gaussian, other: Gaussian) -> float:
    """W2^2 = |m1 - m2|^2 + tr(S1) + tr(S2) - 2 tr((S1^1/2 S2 S1^1/2)^1/2), in squared units of the points.

    Raises:
        ValueError: for different dimensions.

    Invariant: at least 0, 0 for equal distributions up to rounding, symmetric.
    Source: Dowson and Landau 1982; Peyre and Cuturi 2019, remark 2.31.
    """
    if one.mean.shape != other.mean.shape:
        raise ValueError(f"the dimensions are {len(one.mean)} and {len(other.mean)}; they must be equal")
    traces = float(np.trace(one.covariance)), float(np.trace(other.covariance))
    unit = unit_of(max(traces))
    root = square_root(one.covariance / unit)
    inner = np.linalg.eigvalsh(root @ (other.covariance / unit) @ root).clip(0)
    spread = sum(traces) - 2 * float(np.sqrt(inner).sum()) * unit
    return float(((one.mean - other.mean) ** 2).sum() + max(spread, 0.0))


def square_root(matrix: Matrix) -> Matrix:
    """The symmetric square root of a covariance; negative eigenvalues, which only rounding makes, become 0."""
    values, vectors = np.linalg.eigh(matrix)
    root: Matrix = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    return root


def bures_of_points(source: Points, target: Points, source_weights: Weights, target_weights: Weights) -> float:
    """W2^2 of the normal distributions fitted to both sides, without forming a covariance.

    |m1 - m2|^2 + |A|^2 + |B|^2 - 2 |A B^T|_*, where the rows of A and B are the centered points times the root of their
    share, so that S1 = A^T A and tr((S1^1/2 S2 S1^1/2)^1/2) = |A B^T|_*, the sum of singular values. With A = Q R only
    R counts, which is d x d at most. Roots of covariances lose half the digits in directions without spread.

    Args:
        source: [source d]. target: [target d]. Weights: [source] and [target], any totals.

    Raises:
        ValueError: as `gaussian_of`.

    Invariant: equals `bures_squared` of `gaussian_of` both sides, up to the rounding of that.
    Source: Bhatia, Jain and Lim 2019, On the Bures-Wasserstein distance between positive definite matrices, section 2.
    """
    means, rooted = [], []
    for name, points, weights in (("source", source, source_weights), ("target", target, target_weights)):
        share = _share(name, points, weights)
        means.append(share @ points)
        rooted.append((points - means[-1]) * np.sqrt(share)[:, None])
    unit = unit_of(max(float(np.abs(side).max()) for side in rooted))
    left, right = (side / unit for side in rooted)
    cross = np.asarray(np.linalg.qr(left, mode="r")) @ np.asarray(np.linalg.qr(right, mode="r")).T
    spread = float((left**2).sum() + (right**2).sum()) - 2 * float(svdvals(cross).sum())
    return float(((means[0] - means[1]) ** 2).sum()) + max(spread, 0.0) * unit * unit
