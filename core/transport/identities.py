"""What a distance between two clouds must fulfil, found by solving changed problems anew."""

from typing import Any

from core.checks import Check
from core.transport.library import ot
from core.transport.problem import cost_matrix
from core.transport.result import Transport
from core.transport.solution import solve

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
    by = x.std(axis=0) + 1.0
    found = solve(x, y + by, source_weights=a, target_weights=b, start=run).cost
    closed = run.cost + float(a.sum() * by @ by + 2 * by @ (b @ y - a @ x))
    return Check(
        "A shifted target", abs(found - closed), bound + 1e-9 * float(a.sum() * by @ by), "|v|² + 2 v.(mean y - mean x)"
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
    """The squared Bures distance of `run`, of method gaussian, against POT's own closed form.

    Source: `ot.gaussian.empirical_bures_wasserstein_distance`, which adds nothing to the covariances at reg = 0.
    """
    total = float(run.source_weights.sum())
    weights = {"ws": run.source_weights[:, None] / total, "wt": run.target_weights[:, None] / total}
    peer = float(ot.gaussian.empirical_bures_wasserstein_distance(run.source, run.target, reg=0, **weights)) ** 2
    return Check(
        "POT's closed form gives the same", abs(run.cost / total - peer), 1e-6 * max(peer, 1e-9), "Bures distance"
    )
