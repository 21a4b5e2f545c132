"""What a distance between two clouds must fulfil, found by solving changed problems anew."""

from typing import Any

import numpy as np

from core.checks import Check
from core.transport.gaussians import bures_squared, gaussian_of
from core.transport.problem import cost_matrix
from core.transport.result import Transport
from core.transport.solution import solve

EPS = float(np.finfo(np.float64).eps)

POWERS = {"sqeuclidean": 2, "euclidean": 1, "cosine": 0}
"""By which power of a factor each metric grows when all points are multiplied by it."""


def metric_identities(run: Transport) -> tuple[Check, ...]:
    """The identities of an exact cost: symmetry, scaling, and for distances translation and the triangle.

    W(y, x) = W(x, y); cost(2x, 2y) = 2^p cost(x, y); W2^2(x, y + v) = W2^2(x, y) + |v|^2 + 2 v.(mean y - mean x);
    W(x, y) <= W(x, m) + W(m, y) for the point m in the middle of all mass.

    Args:
        run: a result of the method exact.

    Raises:
        ValueError: for another method.

    Returns:
        Checks. Each changed problem sets out from the prices of `run`, carried over, which saves time only.

    Source: Peyre and Cuturi 2019, proposition 2.3 and remark 2.19.
    """
    if run.method != "exact" or run.potentials is None or run.cost_matrix is None:
        raise ValueError(f"method is {run.method!r}; it must be exact")
    x, y, a, b = run.source, run.target, run.source_weights, run.target_weights
    (u, v), metric, factor = run.potentials, run.metric, 2.0 ** POWERS[run.metric]
    bound = 1e-9 * (float(run.cost_matrix.max() * a.sum()) or 1.0)
    weights: dict[str, Any] = {"source_weights": a, "target_weights": b}
    other_way = solve(y, x, source_weights=b, target_weights=a, metric=metric, start=(v, u)).cost
    doubled = solve(2 * x, 2 * y, metric=metric, start=(factor * u, factor * v), **weights).cost
    checks = [
        Check("The way back costs the same", abs(other_way - run.cost), bound, "source and target exchanged"),
        Check("Points twice as far", abs(doubled - factor * run.cost), factor * bound, f"the cost times {factor:g}"),
    ]
    if metric == "sqeuclidean":
        checks.append(_translated(run, bound))
    if metric != "cosine":
        checks.append(_triangle(run, bound))
    return tuple(checks)


def _translated(run: Transport, bound: float) -> Check:
    """A shift of the target by the spread of the source along each axis, against the closed form."""
    x, y, a, b = run.source, run.target, run.source_weights, run.target_weights
    assert run.cost_matrix is not None
    reach = float(np.sqrt(run.cost_matrix.max())) or 1.0
    by = x.std(axis=0) + reach / 2
    found = solve(x, y + by, source_weights=a, target_weights=b, start=run).cost
    closed = run.cost + float(a.sum() * by @ by + 2 * by @ (b @ (y - x[0]) - a @ (x - x[0])))
    # Adding the shift rounds coordinates, which counts where they are large against the distances.
    rounded = EPS * float(np.abs(y).max() + by.max()) * 4 * float(np.linalg.norm(by) + reach) * len(by)
    return Check(
        "A shifted target",
        abs(found - closed),
        bound + float(a.sum()) * (1e-9 * float(by @ by) + rounded),
        "|v|² + 2 v.(mean y - mean x)",
    )


def _triangle(run: Transport, bound: float) -> Check:
    """The way over the middle, where all mass meets in one point and there is nothing to choose."""
    x, y, a, b = run.source, run.target, run.source_weights, run.target_weights
    total, root = float(a.sum()), 1 / POWERS[run.metric]
    middle = ((a @ x + b @ y) / (2 * total))[None]
    legs = [
        float(mass @ cost_matrix(side, middle, metric=run.metric)[:, 0] / total) ** root
        for side, mass in ((x, a), (y, b))
    ]
    over = max((max(run.cost, 0.0) / total) ** root - sum(legs), 0.0)
    return Check("Not farther than over the middle", over, (bound / total) ** root, "triangle inequality")


def bures_identity(run: Transport) -> Check:
    """The squared Bures distance of `run`, of method gaussian, by another way: roots of both covariances.

    A root loses half the digits in each direction without spread, which is what the bound allows:
    2 d (d eps tr(S1) tr(S2))^1/2.

    Source: `core.transport.gaussians.bures_squared`.
    """
    one = gaussian_of("source", run.source, run.source_weights)
    other = gaussian_of("target", run.target, run.target_weights)
    d, peer = run.source.shape[1], bures_squared(one, other)
    spreads = float(np.trace(one.covariance)), float(np.trace(other.covariance))
    lost = 2 * d * float(np.sqrt(d * EPS)) * float(np.sqrt(spreads[0]) * np.sqrt(spreads[1]))
    off = abs(run.cost / float(run.source_weights.sum()) - peer)
    return Check("Roots of both covariances give the same", off, lost + 1e-12 * (peer + sum(spreads)), "Bures distance")
