"""The solvers, each on POT: a problem and its cost matrix in, a plan and how it was found out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from core.transport.library import ot
from core.transport.problem import Costs, SourceMass, TargetMass, Weights, cost_of
from core.transport.unbalanced import Priceable, with_blur, without_blur
from core.transport.units import OwnUnits, own_units, unit_of

Within = Float[np.ndarray, "_ _"]
DOMAINS = ("auto", "plain", "stabilized", "log")
"""How Sinkhorn keeps its numbers: plainly, rescaled now and then, or as logarithms.

auto takes plain while it is safe, then stabilized, and where even that breaks log, which is ten times as slow.
"""

SAFE_EXPONENT = 600.0
"""Up to this max(M)/reg the plain domain is safe: logarithms of scalings and of their sums stay within about max(M)/reg
of 0, since each is a soft minimum of costs less the other side's, and float64 reaches to exp(-708) and exp(709)."""

LOST = 0.5
"""A plan with less of the mass has not just stopped early, since each scaling of one side gives that side its mass."""

HISTORY_EVERY = 10
"""POT looks at the marginal error at every tenth iteration."""


STARTS = 10
"""From how many plans Gromov-Wasserstein descends: the problem has many valleys."""


@dataclass(frozen=True, eq=False)
class Found:
    """What a solver found: the plan, prices if it has any, and how far it came."""

    plan: Costs
    potentials: tuple[SourceMass, TargetMass] | None = None
    converged: bool = True
    history: Float[np.ndarray, "..."] = field(default_factory=lambda: np.empty(0))
    message: str = ""
    penalty: float = 0.0
    reg: float | int | None = None
    starts: Float[np.ndarray, "start"] = field(default_factory=lambda: np.empty(0))
    """The cost that each start came to (gromov)."""


def exact(
    a: SourceMass,
    b: TargetMass,
    costs: Costs,
    *,
    start: tuple[Weights, Weights] | None = None,
    max_iter: int = 1_000_000,
) -> Found:
    """The linear program min <P, M> over plans with both marginals, by the network simplex.

    Args:
        start: potentials (u, v) of a similar problem, from which the simplex sets out. They are first made feasible:
            v_j = min_i (M_ij - u_i), then u_i = min_j (M_ij - v_j), which makes the start a good one more often.
        max_iter: pivots, after which it stops where it stands.
    """
    own = own_units(a, b, costs)
    if start is not None:
        start = own.kept(*start)
        price = (own.costs - start[0][:, None]).min(axis=0)
        start = ((own.costs - price).min(axis=1), price)
    sides = own.source_weights, own.target_weights
    plan, log = ot.emd(*sides, own.costs, numItermax=max_iter, log=True, potentials_init=start)
    message = "" if log["result_code"] == 1 else str(log["warning"] or "the network simplex stopped early")
    prices = own.prices(log["u"], log["v"], costs)
    return Found(own.plan(plan), prices, log["result_code"] == 1, message=message)


def sinkhorn(
    a: SourceMass,
    b: TargetMass,
    costs: Costs,
    *,
    reg: float | int | None = None,
    domain: str = "auto",
    max_iter: int = 1000,
    tolerance: float | int = 1e-9,
) -> Found:
    """min <P, M> + reg KL(P | a b^T) by alternate scaling of rows and columns.

    Args:
        reg: in units of the cost; 5 % of the mean cost between points with mass without it.
        domain: one of DOMAINS.
        max_iter: scalings. tolerance: the marginal error (Euclidean norm) at which it stops, as a
            share of the mass.
    """
    reg = default_reg(a, b, costs) if reg is None else _positive("reg", reg)
    if domain not in DOMAINS:
        raise ValueError(f"domain is {domain!r}; it must be one of {', '.join(DOMAINS)}")
    if not tolerance > 0:
        raise ValueError(f"tolerance is {tolerance}; it must be larger than 0")
    own = own_units(a, b, costs)
    first, then = domain, ""
    if domain == "auto":
        first, then = (
            ("plain", "") if float(own.costs.max()) * own.cost <= SAFE_EXPONENT * reg else ("stabilized", "log")
        )
    found = _scaled(own, reg / own.cost, first, max_iter, tolerance)
    if then and not np.isfinite(found.plan.sum()):
        found = _scaled(own, reg / own.cost, then, max_iter, tolerance)
    assert found.potentials is not None
    prices = own.blurred_prices(*found.potentials, costs, reg)
    return replace(found, plan=own.plan(found.plan), potentials=prices, reg=reg)


def _scaled(own: OwnUnits, reg: float, domain: str, max_iter: int, tolerance: float | int) -> Found:
    """One run of Sinkhorn in one domain, in a problem's own units; the prices are those of P = a b^T e^(...)."""
    a, b = own.source_weights, own.target_weights
    name = {"plain": "sinkhorn", "stabilized": "sinkhorn_stabilized", "log": "sinkhorn_log"}[domain]
    total = float(a.sum())
    options = {"method": name, "numItermax": max_iter, "stopThr": tolerance * total, "warn": False, "log": True}
    with np.errstate(all="ignore"):
        plan, log = ot.sinkhorn(a, b, own.costs, reg, **options)
        u, v = _prices(log, reg)
    history = np.array(log["err"], dtype=np.float64) / total
    rows, columns = plan.sum(axis=1), plan.sum(axis=0)
    wrong = [float(np.linalg.norm(got - due)) / total for got, due in ((rows, a), (columns, b))]
    # A second look: the error that stopped it is that of one side, some scalings ago.
    converged = bool(history.size and history[-1] <= tolerance and max(wrong) <= 2 * tolerance)
    message = "" if converged else _sinkhorn_message(plan, a, b)
    return Found(plan, (u - reg * np.log(a), v - reg * np.log(b)), converged, history, message)


def default_reg(a: SourceMass, b: TargetMass, costs: Costs) -> float:
    """5 % of the mean cost between points with mass, or 1 where all are 0."""
    return 0.05 * mean_cost(a, b, costs) or 1.0


def mean_cost(a: SourceMass, b: TargetMass, costs: Costs) -> float:
    """The mean of M_ij over points with mass, a_i > 0 and b_j > 0."""
    used = costs if a.all() and b.all() else costs[np.ix_(a > 0, b > 0)]
    return float(used.mean())


def _prices(log: Mapping[str, Any], reg: float | int) -> tuple[SourceMass, TargetMass]:
    if "log_u" in log:
        return reg * log["log_u"], reg * log["log_v"]
    if "logu" in log:
        return reg * log["logu"], reg * log["logv"]
    return reg * np.log(log["u"]), reg * np.log(log["v"])


def _sinkhorn_message(plan: Costs, a: SourceMass, b: TargetMass) -> str:
    """What keeps a plan from being one, in words."""
    moved, mass = float(plan.sum()), float(a.sum())
    if not np.isfinite(moved):
        return "the plan holds values that are no numbers: exp(-M / reg) underflows"
    if moved < LOST * mass:
        return "the plan has lost its mass: exp(-M / reg) underflows"
    wrong = max(float(np.abs(plan.sum(axis=side) - due).sum()) / mass for side, due in ((1, a), (0, b)))
    return f"Sinkhorn has not converged yet: {wrong:.1e} of the mass is in the wrong place"


def partial(a: SourceMass, b: TargetMass, costs: Costs, *, mass: float | int | None = None) -> Found:
    """min <P, M> over plans that take at most a, bring at most b, and move exactly `mass`.

    Args:
        mass: within (0, min(sum a, sum b)]; 80 % of that without it.
    """
    most = float(min(a.sum(), b.sum()))
    moved = 0.8 * most if mass is None else mass
    if not 0 < moved <= most * (1 + 1e-12):
        raise ValueError(f"mass is {moved:g}; it must be larger than 0 and at most {most:g}, the lighter side")
    own = own_units(a, b, costs)
    n, m = own.costs.shape
    padded = np.zeros((n + 1, m + 1))
    padded[:n, :m] = own.costs
    # What stays at home goes to or comes from a point at no cost; nothing may go from the one to the other.
    padded[n, m] = 2 * max(float(own.costs.max()), 1.0)
    moved = min(moved, most)
    stays = [max((float(side.sum()) - moved) / own.mass, 0.0) for side in (b, a)]
    left, right = np.append(own.source_weights, stays[0]), np.append(own.target_weights, stays[1])
    found = exact(left, right, padded)
    return Found(own.plan(found.plan[:n, :m]), converged=found.converged, message=found.message)


def unbalanced(
    a: SourceMass,
    b: TargetMass,
    costs: Costs,
    *,
    unbalanced: float | int | None = None,
    reg: float | int | None = None,
    max_iter: int = 2000,
) -> Found:
    """min <P, M> + rho KL(P1 | a) + rho KL(P^T 1 | b): mass may vanish and appear, at a price.

    Args:
        unbalanced: rho, the price of a wrong marginal in units of the cost; the mean cost between points with mass
            without it.
        reg: adds reg KL(P | a b^T); none without it.
        max_iter: steps, at most, of `core.transport.unbalanced`.

    Invariant: converged where the objective is proven to be within 1e-9 of the least, relative to it.
    """
    rho = mean_cost(a, b, costs) or 1.0 if unbalanced is None else _positive("unbalanced", unbalanced)
    blur = 0.0 if reg is None else _positive("reg", reg)
    # The masses stay as they are: reg KL(P | a b^T) is not the same problem in other units of mass.
    own = own_units(a, b, costs)
    masses = own.source_weights * own.mass, own.target_weights * own.mass
    problem = Priceable(*masses, own.costs, rho / own.cost, blur / own.cost)
    priced = with_blur(problem, max_iter=max_iter) if blur else without_blur(problem, max_iter=max_iter)
    plan = replace(own, mass=1.0).plan(priced.plan)
    penalty = priced.objective * own.cost - cost_of(plan, costs)
    message = "" if priced.done else f"not converged: the objective may be {priced.gap * own.cost:.1e} too high"
    return Found(plan, converged=priced.done, message=message, penalty=penalty)


def gromov(
    a: SourceMass, b: TargetMass, within: tuple[Within, Within], *, max_iter: int = 1000, starts: int = STARTS
) -> Found:
    """The best of several stationary plans of sum_ijkl (C_ik - D_jl)^2 P_ij P_kl, which is at most that cost.

    The problem is not convex: from each start, conditional gradient comes to rest where no small change helps.

    Args:
        within: C, [source source], and D, [target target]: the costs within each side.
        max_iter: steps from each start.
        starts: how many, 1 to 100: the plan that knows nothing, a b^T; the one that matches points as far from the
            rest of their side; then random vertices, the same ones at every call.
    """
    rows, columns = a > 0, b > 0
    unit = unit_of(float(within[0].mean() + within[1].mean()))
    left, right = within[0][np.ix_(rows, rows)] / unit, within[1][np.ix_(columns, columns)] / unit
    p, q = a[rows] / a.sum(), b[columns] / b.sum()
    runs = [_descent(p, q, (left, right), start, max_iter) for start in _gromov_starts(p, q, (left, right), starts)]
    plan, history, _, converged = min(runs, key=lambda run: run[2])
    whole = np.zeros((len(a), len(b)))
    whole[np.ix_(rows, columns)] = plan * a.sum()
    message = "" if converged else "the conditional gradient stopped where a change still helps"
    back = unit * unit * float(a.sum()) * float(a.sum())
    ends = np.array([run[2] for run in runs])
    return Found(whole, converged=converged, history=history * back, message=message, starts=ends * back)


def _gromov_starts(p: SourceMass, q: TargetMass, within: tuple[Within, Within], count: int) -> list[Costs]:
    """Plans from which to descend, at most `count`."""
    rng, far = np.random.default_rng(0), [side @ mass for side, mass in zip(within, (p, q), strict=True)]
    plans = [p[:, None] * q]
    if count > 1:
        plans.append(exact(p, q, (far[0][:, None] - far[1]) ** 2).plan)
    while len(plans) < count:
        plans.append(exact(p, q, rng.random((len(p), len(q)))).plan)
    return plans


def _descent(
    p: SourceMass, q: TargetMass, within: tuple[Within, Within], start: Costs, max_iter: int
) -> tuple[Costs, Weights, float, bool]:
    """The plan at which conditional gradient rests, the cost on the way and there, and whether it is stationary.

    A second look at rest: no plan is cheaper by more than 1e-5 of the cost under the costs of this plan, whose slope
    they are.
    """
    options = {"log": True, "max_iter": max_iter, "G0": start, "symmetric": True}
    plan, log = ot.gromov.gromov_wasserstein(*within, p, q, "square_loss", **options)
    costs = gromov_costs(p, q, within, plan)
    value = cost_of(plan, costs)
    least = cost_of(exact(p, q, costs).plan, costs)
    return plan, np.array(log["loss"], dtype=np.float64), value, value - least <= 1e-5 * value + 1e-9


def gromov_costs(a: SourceMass, b: TargetMass, within: tuple[Within, Within], plan: Costs) -> Costs:
    """M_ij = sum_kl (C_ik - D_jl)^2 P_kl >= 0, so that <P, M> is the Gromov-Wasserstein cost."""
    left, right = within
    rows, columns = plan.sum(axis=1), plan.sum(axis=0)
    costs: Costs = (left**2 @ rows)[:, None] + (right**2 @ columns)[None, :] - 2 * left @ plan @ right.T
    return costs.clip(0)


def entropy(found: Found, cost: float, sums: tuple[SourceMass, TargetMass], a: SourceMass, b: TargetMass) -> float:
    """reg KL(P | a b^T) of a Sinkhorn plan in O(n + m), since log(P_ij / a_i b_j) = (u_i + v_j - M_ij) / reg.

    Args:
        found: with `reg`. cost: <P, M>. sums: the row and column sums of P. a, b: the masses.

    Invariant: equals reg times `kl(P, a b^T)` up to rounding.
    """
    if found.reg is None:
        return 0.0
    rows, columns = sums
    used = [
        np.where(got > 0, price, 0.0)
        for got, price in zip(sums, found.potentials or (a * np.nan, b * np.nan), strict=True)
    ]
    if not all(np.isfinite(price).all() for price in used):
        return found.reg * kl(found.plan, a[:, None] * b)
    return float(used[0] @ rows + used[1] @ columns) - cost - found.reg * float(rows.sum() - a.sum() * b.sum())


def kl(p: Float[np.ndarray, "..."], q: Float[np.ndarray, "..."]) -> float:
    """KL(p | q) = sum p log(p / q) - p + q for masses that need not sum to 1; inf where q is 0 and p is not."""
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(p > 0, p * np.log(p / q), 0.0)
    return float(parts.sum() - p.sum() + q.sum())


def _positive(name: str, value: float | int) -> float:
    if not (np.isfinite(value) and value > 0):
        raise ValueError(f"{name} is {value}; it must be a number larger than 0")
    return float(value)
