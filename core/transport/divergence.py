"""The regularized cost of a cloud to itself is not 0; the debiased divergence takes that out."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.transport.methods import default_reg
from core.transport.problem import ArrayLike, Points, as_points, as_weights, cost_matrix
from core.transport.result import Transport
from core.transport.solution import solve


@dataclass(frozen=True, eq=False)
class Divergence:
    """The several numbers that are called "the distance", named apart.

    Args:
        value: the debiased divergence: cross - (self_source + self_target) / 2.
        linear: <P, M> of the regularized plan between the two sides.
        cross, self_source, self_target: the regularized objectives of x to y, x to x and y to y.
        reg: the regularization, in units of the cost.
        converged: whether all three runs of Sinkhorn did.
        gradient: [source d], the derivative of `value` by each source point, at fixed plans (envelope theorem).
    """

    value: float
    linear: float
    cross: float
    self_source: float
    self_target: float
    reg: float | int
    converged: bool
    gradient: Points


def sinkhorn_divergence(
    source: ArrayLike,
    target: ArrayLike,
    *,
    source_weights: ArrayLike | None = None,
    target_weights: ArrayLike | None = None,
    reg: float | int | None = None,
    **options: Any,
) -> Divergence:
    """S(x, y) = OT_reg(x, y) - OT_reg(x, x) / 2 - OT_reg(y, y) / 2, for squared Euclidean costs.

    OT_reg = min_P <P, M> + reg KL(P | a b^T).

    Args:
        source: [source d]. target: [target d]. Weights as for `solve`.
        reg: in units of the cost; 5 % of the mean cost between the sides without it.
        options: as for the method sinkhorn: domain, max_iter, tolerance.

    Raises:
        ValueError: as for `solve`.

    Invariant: S(x, x) = 0, S >= 0, up to the tolerance of Sinkhorn.
    Source: Genevay et al. 2018; Feydy et al. 2019, Interpolating between optimal transport and MMD.
    """
    x, y = as_points("source", source), as_points("target", target)
    a, b = as_weights("source", source_weights, len(x)), as_weights("target", target_weights, len(y))
    reg = default_reg(a, b, cost_matrix(x, y)) if reg is None else reg
    runs = [
        solve(left, right, source_weights=p, target_weights=q, method="sinkhorn", reg=reg, **options)
        for (left, p), (right, q) in (((x, a), (y, b)), ((x, a), (x, a)), ((y, b), (y, b)))
    ]
    cross, own, other = (run.objective for run in runs)
    return Divergence(
        value=cross - (own + other) / 2,
        linear=runs[0].cost,
        cross=cross,
        self_source=own,
        self_target=other,
        reg=reg,
        converged=all(run.converged for run in runs),
        gradient=gradient(runs[0]) - gradient(runs[1]),
    )


def gradient(transport: Transport) -> Points:
    """d<P, M>/dx_i = 2 (x_i sum_j P_ij - sum_j P_ij y_j): where each source point is pulled, for squared costs.

    Args:
        transport: a result with a plan, under the metric sqeuclidean.

    Raises:
        ValueError: without a plan, or under another metric.

    Invariant: it is the derivative of the objective too, since the plan is optimal (envelope theorem); 0 where every
    point already lies at the barycenter of what it sends.
    Source: Peyre and Cuturi 2019, section 9.2.
    """
    if transport.plan is None or transport.metric != "sqeuclidean":
        raise ValueError(f"method {transport.method!r}, metric {transport.metric!r}: a plan with sqeuclidean is needed")
    plan = transport.plan
    pull: Points = 2 * (transport.source * plan.sum(axis=1, keepdims=True) - plan @ transport.target)
    return pull


def mean_discrepancy(source: Points, target: Points, *, bandwidth: float | int) -> float:
    """MMD^2 = mean k(x, x') + mean k(y, y') - 2 mean k(x, y) with k = exp(-|x - y|^2 / (2 bandwidth^2)).

    Args:
        source: [source d]. target: [target d]. bandwidth: larger than 0, in units of the points.

    Raises:
        ValueError: for a bandwidth that is not positive.

    Invariant: at least 0 up to rounding, 0 for equal clouds, at most 2: it levels off when the clouds are far apart.
    Source: Gretton et al. 2012, A kernel two-sample test, equation 5.
    """
    if not bandwidth > 0:
        raise ValueError(f"bandwidth is {bandwidth}; it must be larger than 0")
    means = [
        float(np.exp(-cost_matrix(left, right) / (2 * bandwidth**2)).mean())
        for left, right in ((source, source), (target, target), (source, target))
    ]
    return means[0] + means[1] - 2 * means[2]
