"""What a solver returns, whether it may be believed, and the bounds that prove it."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.transport.problem import Costs, SourceMass, TargetMass

TOLERANCE = 1e-6
"""The share of mass that may lie in the wrong place before a plan counts as infeasible."""

BALANCED = ("exact", "sinkhorn", "gromov")
"""The methods whose plan must have both marginals."""


@dataclass(frozen=True, eq=False)
class Transport:
    """A transport problem and what a method made of it.

    Args:
        method, metric: as they were given to `solve`.
        source: [source d]. target: [target e].
        source_weights, target_weights: the masses a and b.
        plan: P, [source target], the mass moved from i to j; None where the method has none (gaussian, sliced).
        cost_matrix: M, [source target]; None for gaussian and sliced. For Gromov-Wasserstein it is the cost of moving
            mass while the rest of the plan stays, so that <P, M> is the distance there too.
        cost: <P, M> = sum_ij P_ij M_ij. For gaussian the squared Bures-Wasserstein distance, for sliced the mean over
            projections of the one-dimensional cost.
        objective: what the method minimizes: the cost, plus the regularization or the penalties if it has any.
        row_error: sum_i |sum_j P_ij - a_i| / sum a: the share of mass that leaves the wrong place. NaN without a plan.
        column_error: the same for what arrives.
        mass: sum P. NaN without a plan.
        feasible: whether the plan obeys the constraints of its method (both marginals within TOLERANCE; for partial
            and unbalanced: no more than the marginals, nothing) and does not cost less than a known optimum, which no
            feasible plan can. None without a plan.
        potentials: the dual prices u, [source], and v, [target]; None where the method has none.
        history: the marginal error at every `history_every` iterations (sinkhorn), or the cost along each projection
            (sliced); empty elsewhere.
        converged: whether the solver said so.
        message: what went wrong, in words; empty if nothing did.
        reg: the regularization that was used, in units of the cost; None for methods without.
    """

    method: str
    metric: str
    source: Float[np.ndarray, "source d"]
    target: Float[np.ndarray, "target e"]
    source_weights: SourceMass
    target_weights: TargetMass
    plan: Costs | None
    cost_matrix: Costs | None
    cost: float
    objective: float
    row_error: float
    column_error: float
    mass: float
    feasible: bool | None
    potentials: tuple[SourceMass, TargetMass] | None
    converged: bool
    history: Float[np.ndarray, "..."] = field(default_factory=lambda: np.empty(0))
    history_every: int = 1
    message: str = ""
    reg: float | None = None

    @cached_property
    def lower_bound(self) -> float:
        """A value that no plan with these marginals can undercut: the dual value of the potentials, made feasible.

        v_j = min_i (M_ij - u_i), then u_i = min_j (M_ij - v_j); the bound is a.u + b.v. -inf without potentials.
        Source: weak duality and the c-transform; Peyre and Cuturi 2019, sections 2.5 and 3.2.
        """
        if self.potentials is None or self.cost_matrix is None or not np.isfinite(self.potentials[0]).all():
            return -np.inf
        price = (self.cost_matrix - self.potentials[0][:, None]).min(axis=0)
        start = (self.cost_matrix - price).min(axis=1)
        return float(start @ self.source_weights + price @ self.target_weights)

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """The identities of this result, recomputed from its arrays."""
        return plan_checks(self)


def plan_checks(result: Transport) -> tuple[Check, ...]:
    """The identities that a result of its method must fulfil.

    Marginals (balanced methods), non-negative plan, cost = <P, M>; for exact also: no duality gap, dual feasibility
    u_i + v_j <= M_ij, and at most n + m - 1 entries.

    Returns:
        Checks. A check that fails says that the plan on screen is not what its method promises.
    """
    if result.plan is None or result.cost_matrix is None:
        return ()
    scale = float(np.abs(result.cost_matrix).max()) or 1.0
    checks = [Check("No mass is negative", max(0.0, -float(result.plan.min())), 1e-12, "largest negative entry")]
    if result.method in BALANCED:
        checks += [
            Check("Rows sum to the source's masses", result.row_error, TOLERANCE, "share of mass in the wrong place"),
            Check(
                "Columns sum to the target's masses", result.column_error, TOLERANCE, "share of mass in the wrong place"
            ),
        ]
    if result.method == "exact" and result.potentials is not None:
        checks += _dual_checks(result, result.plan, result.cost_matrix, result.potentials, scale)
    elif result.method == "sinkhorn" and np.isfinite(result.lower_bound):
        below = max(result.lower_bound - result.cost, 0.0)
        checks.append(Check("The cost is not below a proven bound", below, 1e-9 * scale, "bound by weak duality"))
    return tuple(checks)


def _dual_checks(
    result: Transport, plan: Costs, costs: Costs, potentials: tuple[SourceMass, TargetMass], scale: float
) -> list[Check]:
    u, v = potentials
    gap = abs(result.cost - float(u @ result.source_weights + v @ result.target_weights))
    excess = max(float((u[:, None] + v - costs).max()), 0.0)
    most = len(result.source) + len(result.target) - 1
    entries = int((plan > 0).sum())
    return [
        Check(
            "Prices times masses give the cost (no duality gap)",
            gap,
            1e-9 * scale * result.mass,
            "|a.u + b.v - <P, M>|",
        ),
        Check("No price exceeds its cost", excess, 1e-9 * scale, "largest u_i + v_j - M_ij"),
        Check("At most n + m - 1 entries", float(max(entries - most, 0)), 0.0, f"{entries} of at most {most}"),
    ]
