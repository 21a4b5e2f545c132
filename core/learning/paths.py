"""All degrees on many data sets at once: what `fit` does, without a loop over data sets."""

import numpy as np
from jaxtyping import Float
from numpy.polynomial import legendre

from core.learning.arguments import real

Sets = Float[np.ndarray, "draw point"]
Places = Float[np.ndarray, "draw place"]
Path = Float[np.ndarray, "draw degree place"]

SMALLEST_RIDGE = 1e-9
"""A smaller price is taken for none: the normal equations of a batch would lose it in rounding."""


def price(ridge: float) -> float:
    """A ridge as the batch takes it; raises ValueError for a negative one or for what is no number."""
    value = real("ridge", ridge, 0.0)
    return value if value >= SMALLEST_RIDGE else 0.0


def path(x: Sets, y: Sets, at: Places, *, highest: int, ridge: float = 0.0) -> Path:
    """The predictions of the fits of degree 0 to `highest` on each data set, at places of its own.

    Args:
        x, y: [draw point], two points or more of each data set at different places.
        at: [draw place].
        ridge: as for `fit`.

    Returns:
        [draw degree place]: for each draw and degree `fit(x, y, degree=degree, ridge=ridge).predict(at)`.

    One QR factorization serves all degrees below the number of points: the columns of Q are polynomials orthonormal
    over the points, and the fit of degree k is the sum of the first k + 1 of them, each times its product with y.
    """
    low, high = x.min(axis=1, keepdims=True), x.max(axis=1, keepdims=True)
    inside, outside = (legendre.legvander((2 * part - low - high) / (high - low), highest) for part in (x, at))
    if ridge:
        return _priced(inside, y, outside, ridge)
    free = min(highest + 1, x.shape[1])
    q, r = np.linalg.qr(inside[:, :, :free])
    parts = np.einsum("dpk,dp->dk", q, y)
    orthonormal = np.linalg.solve(np.swapaxes(r, 1, 2), np.swapaxes(outside[:, :, :free], 1, 2))
    found = np.cumsum(parts[:, :, None] * orthonormal, axis=1)
    through = [_through(inside[:, :, : k + 1], y, outside[:, :, : k + 1]) for k in range(free, highest + 1)]
    return np.concatenate([found, *(one[:, None] for one in through)], axis=1)


def _through(inside: Float[np.ndarray, "draw point k"], y: Sets, outside: Float[np.ndarray, "draw place k"]) -> Places:
    """The fit of least norm through all points, where there are more coefficients than points."""
    q, r = np.linalg.qr(np.swapaxes(inside, 1, 2))
    c = np.einsum("dkp,dp->dk", q, np.linalg.solve(np.swapaxes(r, 1, 2), y[:, :, None])[:, :, 0])
    return np.asarray(np.einsum("dak,dk->da", outside, c))


def _priced(
    inside: Float[np.ndarray, "draw point k"], y: Sets, outside: Float[np.ndarray, "draw place k"], ridge: float
) -> Path:
    """The ridge fits of each degree, from the normal equations of the centered table."""
    means, level = inside.mean(axis=1), y.mean(axis=1)
    table, rest = inside - means[:, None], y - level[:, None]
    gram, right = np.einsum("dpk,dpl->dkl", table, table), np.einsum("dpk,dp->dk", table, rest)
    found = [np.broadcast_to(level[:, None], outside.shape[:2])]
    for k in range(1, inside.shape[2]):
        priced = gram[:, 1 : k + 1, 1 : k + 1] + ridge * np.eye(k)
        c = np.linalg.solve(priced, right[:, 1 : k + 1, None])[:, :, 0]
        found.append(level[:, None] + np.einsum("dak,dk->da", outside[:, :, 1 : k + 1] - means[:, None, 1 : k + 1], c))
    return np.stack(found, axis=1)
