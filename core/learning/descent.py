"""Double descent: random features, fewer and more than points."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from threadpoolctl import threadpool_limits

from core.checks import Check
from core.learning.arguments import real
from core.learning.polynomials import EPS
from core.numbers import whole

INPUTS = 20
TEST_POINTS = 1000
MOST_FEATURES = 5000
LARGEST_SEED = 2**63

COUNTS = (5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100, 105, 110, 120, 140, 170, 220, 300, 450, 700, 1000)
"""Numbers of features p, close together where p is near 100 points."""


@dataclass(frozen=True, slots=True)
class RandomFeatureParams:
    """Args:
    features: the numbers of features p that are compared, each 1 to 5,000.
    points: n, of the training set, 2 to 1,000.
    noise: σ of a normal error on each y; f(x) itself has a variance of 1.
    ridge: the price of a squared coefficient; 0 takes the solution of least norm.
    seed: of the data and the features.
    """

    features: tuple[int, ...] = COUNTS
    points: int = 100
    noise: float = 0.5
    ridge: float = 0.0
    seed: int = 0


@dataclass(frozen=True, eq=False)
class DoubleDescent:
    """Errors over the number of features.

    Args:
        features: [size], p.
        train_error: [size], the mean squared error on the training points.
        test_error: [size], the same on TEST_POINTS new points, their noise included.
        check: the slope of what is minimized is 0, at the size that comes closest to its bound.
    """

    features: tuple[int, ...]
    train_error: Float[np.ndarray, "size"]
    test_error: Float[np.ndarray, "size"]
    check: Check


def random_features(params: RandomFeatureParams) -> DoubleDescent:
    """Least squares on p random features, for each p.

    x is normal in INPUTS dimensions, y = wᵀx + σ noise with |w| = 1, φ_j(x) = max(0, v_jᵀx) / √p with v_j normal of
    variance 1 / INPUTS in each direction; c minimizes Σ(y - φᵀc)² + ridge |c|². The features of a smaller p are the
    first of a larger one.

    Raises:
        ValueError: for numbers out of range.

    Invariant: with ridge 0 and as many features as points or more, the training error is 0 within rounding.
    Source: Belkin, Hsu, Ma, Mandal, Reconciling modern machine-learning practice and the classical bias-variance
        trade-off, PNAS 116 (2019).
    """
    counts = _counts(params.features)
    n, noise = whole("points", params.points, 2, 1000), real("noise", params.noise, 0.0, 1e6)
    ridge = real("ridge", params.ridge, 0.0)
    seed = whole("seed", params.seed, 0, LARGEST_SEED)
    rng = np.random.default_rng([seed, 30])
    x, fresh = rng.standard_normal((n, INPUTS)), rng.standard_normal((TEST_POINTS, INPUTS))
    w = rng.standard_normal(INPUTS)
    w /= np.linalg.norm(w)
    y, y_new = (part @ w + noise * rng.standard_normal(len(part)) for part in (x, fresh))
    directions = np.random.default_rng([seed, 31]).standard_normal((max(counts), INPUTS)).T / np.sqrt(INPUTS)
    inside, outside = (np.maximum(part @ directions, 0.0) for part in (x, fresh))
    errors, checks = [], []
    # On one thread: beside other work, threads that wait for each other at each of so many small products took a
    # hundred times as long.
    with threadpool_limits(1, user_api="blas"):
        for p in counts:
            table, new = inside[:, :p] / np.sqrt(p), outside[:, :p] / np.sqrt(p)
            c = _solved(table, y, ridge)
            errors.append([_mean_square(y - table @ c), _mean_square(y_new - new @ c)])
            checks.append(_slope(table, y, c, ridge))
    train, test = np.array(errors).T
    return DoubleDescent(counts, train, test, max(checks, key=lambda check: check.error / check.bound))


def _counts(features: object) -> tuple[int, ...]:
    if isinstance(features, str) or not isinstance(features, Sequence | np.ndarray) or not len(features):
        raise ValueError(f"features = {features!r} must be one number of features or more, each 1 to {MOST_FEATURES:,}")
    return tuple(whole("features", p, 1, MOST_FEATURES) for p in features)


def _mean_square(values: Float[np.ndarray, "_"]) -> float:
    return float(np.mean(values**2))


def _slope(
    table: Float[np.ndarray, "point p"], y: Float[np.ndarray, "point"], c: Float[np.ndarray, "p"], ridge: float
) -> Check:
    """φᵀ(y - φ c) = ridge c, within the rounding of the products and of a solution by QR or by the normal equations."""
    off = float(np.abs(table.T @ (y - table @ c) - ridge * c).max())
    size = np.linalg.norm(table)
    reach = size * (size * np.linalg.norm(c) + np.linalg.norm(y)) + ridge * np.linalg.norm(c)
    detail = f"φᵀ(y − φc) − λc at {table.shape[1]} features, the size that comes closest to its bound"
    return Check("The slope of what is minimized is 0", off, EPS * sum(table.shape) * float(reach), detail)


def _solved(table: Float[np.ndarray, "point p"], y: Float[np.ndarray, "point"], ridge: float) -> Float[np.ndarray, "p"]:
    """The coefficients of least Σ(y - φᵀc)² + ridge |c|², of least norm where there are several."""
    n, p = table.shape
    if ridge:
        if p <= n:
            return np.linalg.solve(table.T @ table + ridge * np.eye(p), table.T @ y)
        return table.T @ np.linalg.solve(table @ table.T + ridge * np.eye(n), y)
    tall = table if p <= n else table.T
    q, r = np.linalg.qr(tall)
    edge = np.abs(np.diag(r))
    if edge.min() <= 1e-10 * edge.max():
        # A feature that is 0 at every point, or two alike: only the singular values tell what is free.
        return np.asarray(np.linalg.lstsq(table, y, rcond=None)[0])
    return np.linalg.solve(r, q.T @ y) if p <= n else q @ np.linalg.solve(r.T, y)
