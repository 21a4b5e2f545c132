"""The solvers, each on POT: a problem and its cost matrix in, a plan and how it was found out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float

from core.transport.library import ot
from core.transport.problem import Costs, SourceMass, TargetMass, Weights

Within = Float[np.ndarray, "_ _"]
DOMAINS = ("auto", "plain", "stabilized", "log")
"""How Sinkhorn keeps its numbers: plainly, rescaled now and then, or as logarithms.

auto takes plain while it is safe, then stabilized, and where even that breaks log, which is ten times as slow.
"""

SAFE_EXPONENT = 300.0
"""exp(-300) is still a normal float64, with room for the scalings: up to this max(M)/reg the plain domain is safe."""

LOST = 0.5
"""A plan with less of the mass has not just stopped early, since each scaling of one side gives that side its mass."""

HISTORY_EVERY = 10
"""POT looks at the marginal error at every tenth iteration."""


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
    rows: SourceMass | None = None
    """The plan's row sums, where the solver has needed them already."""


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
    if start is not None and (len(start[0]), len(start[1])) != costs.shape:
        raise ValueError(f"start has {len(start[0])} and {len(start[1])} prices; the problem needs {costs.shape}")
    if start is not None:
        price = (costs - start[0][:, None]).min(axis=0)
        start = ((costs - price).min(axis=1), price)
    plan, log = ot.emd(a, b, costs, numItermax=max_iter, log=True, potentials_init=start)
    message = "" if log["result_code"] == 1 else str(log["warning"] or "the network simplex stopped early")
    return Found(plan, (log["u"], log["v"]), log["result_code"] == 1, message=message)


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
        reg: in units of the cost; 5 % of the mean cost without it.
        domain: one of DOMAINS.
        max_iter: scalings. tolerance: the marginal error (Euclidean norm) at which it stops.
    """
    reg = default_reg(costs) if reg is None else _positive("reg", reg)
    if domain not in DOMAINS:
        raise ValueError(f"domain is {domain!r}; it must be one of {', '.join(DOMAINS)}")
    if not 1 <= max_iter <= 1_000_000:
        raise ValueError(f"max_iter is {max_iter}; it must be 1 to 1000000")
    if domain != "auto":
        return _scaled(a, b, costs, reg, domain, max_iter, tolerance)
    if float(costs.max()) <= SAFE_EXPONENT * reg:
        return _scaled(a, b, costs, reg, "plain", max_iter, tolerance)
    found = _scaled(a, b, costs, reg, "stabilized", max_iter, tolerance)
    return found if np.isfinite(found.plan.sum()) else _scaled(a, b, costs, reg, "log", max_iter, tolerance)


def _scaled(
    a: SourceMass, b: TargetMass, costs: Costs, reg: float | int, domain: str, max_iter: int, tolerance: float | int
) -> Found:
    """One run of Sinkhorn in one domain."""
    name = {"plain": "sinkhorn", "stabilized": "sinkhorn_stabilized", "log": "sinkhorn_log"}[domain]
    with np.errstate(all="ignore"):
        plan, log = ot.sinkhorn(
            a, b, costs, reg, method=name, numItermax=max_iter, stopThr=tolerance, warn=False, log=True
        )
        potentials = _prices(log, reg)
    history = np.array(log["err"], dtype=np.float64)
    rows: SourceMass = plan.sum(axis=1)
    moved = float(rows.sum())
    converged = bool(history.size and history[-1] <= tolerance and np.isfinite(moved))
    message = _sinkhorn_message(moved, float(a.sum()), converged)
    return Found(plan, potentials, converged, history, message, reg=reg, rows=rows)


def default_reg(costs: Costs) -> float:
    """5 % of the mean cost, or 1 where all costs are 0."""
    return 0.05 * float(costs.mean()) or 1.0


def _prices(log: Mapping[str, Any], reg: float | int) -> tuple[SourceMass, TargetMass]:
    if "log_u" in log:
        return reg * log["log_u"], reg * log["log_v"]
    if "logu" in log:
        return reg * log["logu"], reg * log["logv"]
    return reg * np.log(log["u"]), reg * np.log(log["v"])


def _sinkhorn_message(moved: float, mass: float, converged: bool) -> str:
    if not np.isfinite(moved):
        return "the plan holds values that are no numbers: exp(-M / reg) underflows"
    if moved < LOST * mass:
        return "the plan has lost its mass: exp(-M / reg) underflows"
    return "" if converged else "Sinkhorn stopped before both marginals were met"


def partial(a: SourceMass, b: TargetMass, costs: Costs, *, mass: float | int | None = None) -> Found:
    """min <P, M> over plans that take at most a, bring at most b, and move exactly `mass`.

    Args:
        mass: within (0, min(sum a, sum b)]; 80 % of that without it.
    """
    most = float(min(a.sum(), b.sum()))
    moved = 0.8 * most if mass is None else mass
    if not 0 < moved <= most * (1 + 1e-12):
        raise ValueError(f"mass is {moved:g}; it must be larger than 0 and at most {most:g}, the lighter side")
    return Found(ot.partial.partial_wasserstein(a, b, costs, m=min(moved, most)))


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

    Without reg it majorizes and minimizes, which creeps where rho is large. So it sets out between the plan that knows
    nothing, a b^T, and the exact one for masses scaled to equal totals: the larger rho, the nearer to the exact one.

    Args:
        unbalanced: rho, the price of a wrong marginal in units of the cost; the mean cost without it.
        reg: adds reg KL(P | a b^T) and scales instead of majorizing; none without it.
    """
    unit = float(costs.mean()) or 1.0
    rho = unit if unbalanced is None else _positive("unbalanced", unbalanced)
    with np.errstate(all="ignore"):
        if reg is None:
            start = _between(a, b, costs, unit / (unit + rho))
            plan = ot.unbalanced.mm_unbalanced(a, b, costs, rho, G0=start, numItermax=max_iter, stopThr=1e-9)
        else:
            plan = ot.unbalanced.sinkhorn_unbalanced(
                a, b, costs, _positive("reg", reg), rho, method="sinkhorn_stabilized", numItermax=max_iter
            )
    penalty = rho * (kl(plan.sum(axis=1), a) + kl(plan.sum(axis=0), b))
    converged = _stationary(plan, costs, a, b, rho, reg or 0.0)
    message = "" if converged else "the solver stopped before no small change helped"
    return Found(plan, converged=converged, message=message, penalty=penalty, reg=reg)


def _between(a: SourceMass, b: TargetMass, costs: Costs, share: float) -> Costs:
    """A plan with the geometric mean of both totals: `share` of it independent, the rest exact."""
    left, right = a / a.sum(), b / b.sum()
    mixed: Costs = share * np.outer(left, right) + (1 - share) * exact(left, right, costs).plan
    return mixed * float(np.sqrt(a.sum() * b.sum()))


def _stationary(plan: Costs, costs: Costs, a: SourceMass, b: TargetMass, rho: float, reg: float) -> bool:
    """Whether the objective's slope is 0 where mass moves and not negative elsewhere, to 2 % of the mean cost."""
    with np.errstate(all="ignore"):
        slope = costs + rho * (np.log(plan.sum(axis=1) / a)[:, None] + np.log(plan.sum(axis=0) / b))
        if reg:
            slope = slope + reg * np.log(plan / (a[:, None] * b))
    used = slope[plan > 1e-3 * plan.max()]
    steep = float(np.abs(used).max(initial=0.0))
    return bool(np.isfinite(plan).all() and steep <= 0.02 * (float(costs.mean()) or 1.0))


def gromov(a: SourceMass, b: TargetMass, within: tuple[Within, Within], *, max_iter: int = 1000) -> Found:
    """A stationary plan of sum_ijkl (C_ik - D_jl)^2 P_ij P_kl; the problem is not convex, so it need not be the best.

    Args:
        within: C, [source source], and D, [target target]: the costs within each side.
    """
    plan, log = ot.gromov.gromov_wasserstein(*within, a, b, "square_loss", log=True, max_iter=max_iter)
    return Found(plan, history=np.array(log["loss"], dtype=np.float64))


def gromov_costs(a: SourceMass, b: TargetMass, within: tuple[Within, Within], plan: Costs) -> Costs:
    """M_ij = sum_kl (C_ik - D_jl)^2 P_kl, so that <P, M> is the Gromov-Wasserstein cost."""
    left, right = within
    rows, columns = plan.sum(axis=1), plan.sum(axis=0)
    costs: Costs = (left**2 @ rows)[:, None] + (right**2 @ columns)[None, :] - 2 * left @ plan @ right.T
    return costs


def entropy(found: Found, cost: float, sums: tuple[SourceMass, TargetMass], a: SourceMass, b: TargetMass) -> float:
    """reg KL(P | a b^T) of a Sinkhorn plan, in O(n + m): log P_ij = (u_i + v_j - M_ij) / reg turns the sum into sums.

    Args:
        found: with `reg`. cost: <P, M>. sums: the row and column sums of P. a, b: the masses.

    Invariant: equals reg times `kl(P, a b^T)` up to rounding.
    """
    if found.reg is None:
        return 0.0
    u, v = found.potentials or (a * np.nan, b * np.nan)
    rows, columns = sums
    logs = [np.log(side, out=np.zeros_like(side), where=side > 0) for side in (a, b)]
    used = [np.where(mass > 0, price, 0.0) for mass, price in ((rows, u), (columns, v))]
    if not all(np.isfinite(price).all() for price in used):
        return found.reg * kl(found.plan, a[:, None] * b)
    inner = float(used[0] @ rows + used[1] @ columns) - cost
    rest = float(logs[0] @ rows + logs[1] @ columns + rows.sum() - a.sum() * b.sum())
    return inner - found.reg * rest


def kl(p: Float[np.ndarray, "..."], q: Float[np.ndarray, "..."]) -> float:
    """KL(p | q) = sum p log(p / q) - p + q for masses that need not sum to 1; inf where q is 0 and p is not."""
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(p > 0, p * np.log(p / q), 0.0)
    return float(parts.sum() - p.sum() + q.sum())


def _positive(name: str, value: float | int) -> float:
    if not (np.isfinite(value) and value > 0):
        raise ValueError(f"{name} is {value}; it must be a number larger than 0")
    return float(value)
