"""Normal distributions: their distance and the map between them are closed forms."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.transport.problem import Points, Weights

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
    share = np.full(len(points), 1 / len(points)) if weights is None else weights / weights.sum()
    if int((share > 0).sum()) < 2:
        raise ValueError(f"the {name} has one point with mass; a normal distribution needs at least 2 to have a spread")
    mean = share @ points
    centered = points - mean
    return Gaussian(mean, (centered * share[:, None]).T @ centered)


def bures_squared(one: Gaussian, other: Gaussian) -> float:
    """W2^2 = |m1 - m2|^2 + tr(S1) + tr(S2) - 2 tr((S1^1/2 S2 S1^1/2)^1/2), in squared units of the points.

    Raises:
        ValueError: for different dimensions.

    Invariant: at least 0, 0 for equal distributions up to rounding, symmetric.
    Source: Dowson and Landau 1982; Peyre and Cuturi 2019, remark 2.31.
    """
    if one.mean.shape != other.mean.shape:
        raise ValueError(f"the dimensions are {len(one.mean)} and {len(other.mean)}; they must be equal")
    root = square_root(one.covariance)
    inner = np.linalg.eigvalsh(root @ other.covariance @ root).clip(0)
    spread = np.trace(one.covariance) + np.trace(other.covariance) - 2 * np.sqrt(inner).sum()
    return float(((one.mean - other.mean) ** 2).sum() + max(spread, 0.0))


def square_root(matrix: Matrix) -> Matrix:
    """The symmetric square root of a covariance; negative eigenvalues, which only rounding makes, become 0."""
    values, vectors = np.linalg.eigh(matrix)
    root: Matrix = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    return root
