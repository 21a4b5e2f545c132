"""The way in: one function for every method, one result that says whether it may be believed."""

from collections.abc import Callable
from typing import Any

import numpy as np

import core.transport.methods as methods
from core.numbers import whole
from core.transport.gaussians import bures_of_points
from core.transport.problem import (
    ArrayLike,
    Costs,
    Points,
    SourceMass,
    TargetMass,
    as_number,
    as_points,
    as_weights,
    cost_matrix,
    cost_of,
    in_range,
    require_equal_masses,
    require_metric,
)
from core.transport.result import BALANCED, TOLERANCE, Transport, marginal_errors, proven_bound, rounding_of
from core.transport.slices import sliced_costs

METHODS: dict[str, tuple[str, ...]] = {
    "exact": ("start", "max_iter"),
    "sinkhorn": ("reg", "domain", "max_iter", "tolerance"),
    "gaussian": (),
    "sliced": ("n_projections", "seed"),
    "partial": ("mass",),
    "unbalanced": ("unbalanced", "reg", "max_iter"),
    "gromov": ("max_iter", "starts"),
}
"""Each method with the options that it takes."""

READ: dict[str, Callable[[str, Any], Any]] = {
    "max_iter": lambda name, value: whole(name, value, 1, 1_000_000),
    "starts": lambda name, value: whole(name, value, 1, 100),
    "n_projections": lambda name, value: whole(name, value, 1, 10_000),
    "seed": lambda name, value: whole(name, value, 0),
} | dict.fromkeys(("reg", "unbalanced", "mass", "tolerance"), as_number)
"""How an option is read: ValueError for a value that is no such number."""


def solve(
    source: ArrayLike,
    target: ArrayLike,
    *,
    source_weights: ArrayLike | None = None,
    target_weights: ArrayLike | None = None,
    metric: str = "sqeuclidean",
    method: str = "exact",
    reg: float | int | None = None,
    unbalanced: float | int | None = None,
    optimum: float | int | None = None,
    **options: Any,
) -> Transport:
    """Moves one cloud of points into another at the least cost: min_P <P, M> over P >= 0, P 1 = a, P^T 1 = b.

    Args:
        source: x, [source d]. target: y, [target d]; for gromov the numbers of features may differ.
        source_weights: a, [source]; target_weights: b, [target]. 1/n each without them.
        metric: the cost M of a move: sqeuclidean (its optimum is W2 squared), euclidean (W1) or cosine.
        method: exact (linear program); sinkhorn (entropy adds reg KL(P | a b^T)); gaussian (Bures distance of the
            fitted normal distributions); sliced (mean of one-dimensional problems); partial (moves a part of the
            mass); unbalanced (wrong marginals at a price); gromov (compares distances within each side).
        reg: the regularization of sinkhorn or unbalanced, in units of the cost.
        unbalanced: the price of a wrong marginal for method unbalanced, in units of the cost.
        optimum: the exact cost where it is known: a plan that costs less is flagged as infeasible.
        options: exact: start (an earlier result with as many points, or its potentials), max_iter. sinkhorn: domain,
            max_iter, tolerance. sliced: n_projections, seed.
            partial: mass. unbalanced: max_iter. gromov: max_iter, starts (10 without it; the best is kept).

    Raises:
        ValueError: for points or weights that are not finite, negative weights, sides of unequal mass where the method
            moves all of it, unequal numbers of features, an unknown name, or an option that the method does not take.

    Invariant: for exact, the cost is symmetric in source and target and `result.lower_bound` equals it.
    Source: POT 0.9.7 (`ot.emd`, `ot.sinkhorn`, ...); Peyre and Cuturi 2019, Computational Optimal Transport.
    """
    given = {name: value for name, value in {"reg": reg, "unbalanced": unbalanced}.items() if value is not None}
    options = _allowed(method, given | options)
    optimum = None if optimum is None else as_number("optimum", optimum)
    x, y = as_points("source", source), as_points("target", target)
    a, b = as_weights("source", source_weights, len(x)), as_weights("target", target_weights, len(y))
    require_metric(metric)
    if method not in ("partial", "unbalanced"):
        require_equal_masses(method, a, b)
    if method in ("gaussian", "sliced"):
        return _without_plan(method, metric, x, y, a, b, options)
    if method == "gromov":
        within = cost_matrix(x, x, metric=metric), cost_matrix(y, y, metric=metric)
        found = methods.gromov(a, b, within, **options)
        with np.errstate(over="ignore", invalid="ignore"):
            costs = methods.gromov_costs(a, b, within, found.plan)
    else:
        costs = cost_matrix(x, y, metric=metric)
        if options.get("start") is not None:
            options["start"] = _start(options["start"], costs)
        found = getattr(methods, method)(a, b, costs, **options)
    return judge(found, costs, x, y, a, b, method=method, metric=metric, optimum=optimum)


def judge(
    found: methods.Found,
    costs: Costs,
    source: Points,
    target: Points,
    source_weights: SourceMass,
    target_weights: TargetMass,
    *,
    method: str,
    metric: str,
    optimum: float | int | None = None,
) -> Transport:
    """Measures a plan: its cost, its marginals, and whether it is feasible for its method. See `Transport`."""
    plan, sums = found.plan, (found.plan.sum(axis=1), found.plan.sum(axis=0))
    over = sums[0] - source_weights, sums[1] - target_weights
    errors = marginal_errors(plan, source_weights, target_weights)
    cost = in_range(cost_of(plan, costs), plan)
    bound = proven_bound(costs, found.potentials, source_weights, target_weights)
    known = bound if optimum is None else max(bound, optimum)
    rounding = rounding_of(found.potentials, source_weights, target_weights)
    at_least, at_most = _within(method, cost, bound, known, 1e-9 * float(costs.max() * source_weights.sum()) + rounding)
    obeys = _obeys(method, found, over, errors, (source_weights, target_weights))
    return Transport(
        method=method,
        metric=metric,
        source=source,
        target=target,
        source_weights=source_weights,
        target_weights=target_weights,
        plan=plan,
        cost_matrix=costs,
        cost=cost,
        objective=cost + found.penalty + methods.entropy(found, cost, sums, source_weights, target_weights),
        row_error=errors[0],
        column_error=errors[1],
        mass=float(sums[0].sum()),
        feasible=bool(obeys and at_least),
        potentials=found.potentials,
        converged=bool(found.converged and at_most and (obeys or method not in BALANCED)),
        history=found.history,
        history_every=methods.HISTORY_EVERY if method == "sinkhorn" else 1,
        message=found.message or ("" if obeys else _disobeys(errors)),
        reg=found.reg,
        starts=found.starts,
        lower_bound=bound,
    )


def _within(method: str, cost: float, bound: float, known: float, negligible: float) -> tuple[bool, bool]:
    """Whether a cost is not below what is known to be the least, and not above what is proven; False for NaN."""
    at_least = method not in ("exact", "sinkhorn") or cost >= known - negligible
    return at_least, method != "exact" or cost <= bound + negligible


def _start(given: object, costs: Costs) -> tuple[SourceMass, TargetMass]:
    """Prices to set out from: those of a solved problem, carried over, or two rows of finite numbers as they are."""
    if isinstance(given, Transport):
        return _carried(given, costs)
    try:
        u, v = (np.asarray(side, dtype=np.float64) for side in given)  # type: ignore[attr-defined]
    except (TypeError, ValueError) as error:
        raise ValueError(f"start is {given!r}; it must be an earlier result, or the prices of both sides") from error
    if (u.shape, v.shape) != ((costs.shape[0],), (costs.shape[1],)):
        raise ValueError(f"start has {u.size} and {v.size} prices; the problem needs {costs.shape}")
    if not (np.isfinite(u).all() and np.isfinite(v).all()):
        raise ValueError("start holds prices that are no finite numbers; each must be one")
    return u, v


def _carried(last: Transport, costs: Costs) -> tuple[SourceMass, TargetMass]:
    """The potentials of a solved problem, carried to new costs: u gets the mean change of its row.

    Where M changes by r_i + c_j, as under a shift of a cloud with squared costs, the carried prices are optimal again.
    """
    if last.potentials is None or last.cost_matrix is None or last.cost_matrix.shape != costs.shape:
        raise ValueError(f"start is a result of method {last.method!r}; it must have prices for {costs.shape} points")
    u, v = last.potentials
    return u + (costs - last.cost_matrix).mean(axis=1), v


def _obeys(
    method: str,
    found: methods.Found,
    over: tuple[SourceMass, TargetMass],
    errors: tuple[float, float],
    masses: tuple[SourceMass, TargetMass],
) -> bool:
    """Whether a plan obeys its method's constraints, given how far its marginals lie above the masses."""
    if method in BALANCED:
        return max(errors) <= TOLERANCE
    if method == "partial":
        return all(bool(off.max() <= TOLERANCE * side.sum()) for off, side in zip(over, masses, strict=True))
    return bool(np.isfinite(found.plan).all())


def _disobeys(errors: tuple[float, float]) -> str:
    """Why a plan that its solver was content with is none."""
    return f"the tolerance leaves {max(errors):.1e} of the mass in the wrong place; a plan may have {TOLERANCE:.0e}"


def _allowed(method: str, options: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(method, str) or method not in METHODS:
        raise ValueError(f"method is {method!r}; it must be one of {', '.join(METHODS)}")
    unknown = sorted(set(options) - set(METHODS[method]))
    if unknown:
        takes = ", ".join(METHODS[method]) or "no options"
        raise ValueError(f"method {method!r} does not take {', '.join(unknown)}; it takes {takes}")
    return {name: READ[name](name, value) if name in READ else value for name, value in options.items()}


def _without_plan(
    method: str, metric: str, x: Points, y: Points, a: SourceMass, b: TargetMass, options: dict[str, Any]
) -> Transport:
    history = np.empty(0)
    if x.shape[1] != y.shape[1]:
        cost_matrix(x[:1], y[:1])
    if method == "gaussian":
        require_metric(metric, ("sqeuclidean",), ": the Bures formula is for squared Euclidean distances")
        cost = bures_of_points(x, y, a, b) * float(a.sum())
    else:
        require_metric(metric, ("sqeuclidean", "euclidean"), ": along a line there is no cosine")
        history = sliced_costs(x, y, a, b, p=2 if metric == "sqeuclidean" else 1, **options)
        cost = float(history.mean())
    in_range(cost, x)
    return Transport(
        method=method,
        metric=metric,
        source=x,
        target=y,
        source_weights=a,
        target_weights=b,
        plan=None,
        cost_matrix=None,
        cost=cost,
        objective=cost,
        row_error=np.nan,
        column_error=np.nan,
        mass=np.nan,
        feasible=None,
        potentials=None,
        converged=True,
        history=history,
    )
