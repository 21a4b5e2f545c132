"""What a solver returns, whether it may be believed, and the bounds that prove it."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.transport.problem import Costs, SourceMass, TargetMass

EPS = float(np.finfo(np.float64).eps)

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
        potentials: the dual prices u, [source], and v, [target]; None where the method has none. For exact a.u + b.v
            is the cost; for sinkhorn P_ij = a_i b_j e^((u_i + v_j - M_ij) / reg), and for masses that sum to 1 a.u +
            b.v is the objective once it has converged.
        history: at every `history_every` iterations the Euclidean norm of what the columns miss over the mass, which
            is at most `column_error` (sinkhorn), the cost
            along each projection (sliced) or at each step from the best start (gromov); empty elsewhere.
        converged: whether the solver said so and a second look agrees: for exact prices that prove the plan, for
            sinkhorn the marginals of the plan itself, for unbalanced an objective proven within 1e-9 of the least, for
            gromov no small change that helps.
        message: what went wrong, in words; empty if nothing did.
        reg: the regularization that was used, in units of the cost; None for methods without.
        starts: [start], the cost that each start came to (gromov): `cost` is the least of them, and the distance is at
            most that; their spread tells how many valleys there are. Empty elsewhere.
        lower_bound: a value that no plan with these marginals can undercut; see `proven_bound`. -inf without prices.
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
    starts: Float[np.ndarray, "start"] = field(default_factory=lambda: np.empty(0))
    lower_bound: float = -np.inf

    @property
    def spread(self) -> float:
        """How far apart the starts came to rest, in units of the cost; 0 with one start, and for other methods."""
        return float(np.ptp(self.starts)) if self.starts.size else 0.0

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """The identities of this result, recomputed from its arrays."""
        return plan_checks(self)


def proven_bound(costs: Costs, potentials: tuple[SourceMass, TargetMass] | None, a: SourceMass, b: TargetMass) -> float:
    """A value that no plan with these marginals can undercut: the dual value of the potentials, made feasible.

    v_j = min_i (M_ij - u_i), then u_i = min_j (M_ij - v_j); the bound is a.u + b.v.

    Args:
        costs: M, [source target]. potentials: u and v, or None. a, b: the masses.

    Returns:
        The bound; -inf without potentials or where they hold no numbers.

    Source: weak duality and the c-transform; Peyre and Cuturi 2019, sections 2.5 and 3.2.
    """
    if potentials is None or not np.isfinite(potentials[0]).all():
        return -np.inf
    price = (costs - potentials[0][:, None]).min(axis=0)
    start = (costs - price).min(axis=1)
    return float(start @ a + price @ b)


def rounding_of(potentials: tuple[SourceMass, TargetMass] | None, a: SourceMass, b: TargetMass) -> float:
    """What rounding may add to `proven_bound`: prices may be large where all costs are 0, and cancel.

    Args:
        potentials: u and v, or None. a, b: the masses.

    Returns:
        8 eps (a.|u| + b.|v|); 0 without prices or where they hold no numbers.
    """
    if potentials is None:
        return 0.0
    size = float(np.abs(potentials[0]) @ a + np.abs(potentials[1]) @ b)
    return 8 * EPS * size if np.isfinite(size) else 0.0


def marginal_errors(plan: Costs, a: SourceMass, b: TargetMass) -> tuple[float, float]:
    """The share of mass that leaves the wrong place, sum_i |sum_j P_ij - a_i| / sum a, and the same for what arrives.

    Args:
        plan: P, [source target]. a, b: the masses.
    """
    rows, columns = plan.sum(axis=1) - a, plan.sum(axis=0) - b
    return float(np.abs(rows).sum() / a.sum()), float(np.abs(columns).sum() / b.sum())


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
    total = float(max(result.source_weights.sum(), result.target_weights.sum()))
    negative = max(0.0, -float(result.plan.min()))
    checks = [Check("No mass is negative", negative, 1e-12 * total, "largest negative entry")]
    if result.method in BALANCED:
        rows, columns = marginal_errors(result.plan, result.source_weights, result.target_weights)
        checks += [
            Check("Rows sum to the source's masses", rows, TOLERANCE, "share of mass in the wrong place"),
            Check("Columns sum to the target's masses", columns, TOLERANCE, "share of mass in the wrong place"),
        ]
    if result.method == "exact" and result.potentials is not None:
        checks += _dual_checks(result, result.plan, result.cost_matrix, result.potentials, scale)
    elif result.method == "sinkhorn" and np.isfinite(result.lower_bound):
        below = max(result.lower_bound - result.cost, 0.0)
        checks.append(
            Check("The cost is not below a proven bound", below, 1e-9 * scale * total, "bound by weak duality")
        )
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


def against_optimum(result: Transport, optimum: float | int) -> Check:
    """On which side of the exact cost of the same points a result must stay.

    sinkhorn: not below, for its plan is one of those among which exact chooses the cheapest. unbalanced (its
    objective), partial, sliced and gaussian: not above, for they ask for less or look from a side.

    Args:
        result: of one of these methods, at equal masses. optimum: the cost that exact found.

    Returns:
        A check whose bound is in units of the largest cost times the mass, also where the optimum is 0; of the mass
        alone where every cost is 0.

    Source: Peyre and Cuturi 2019, sections 4.1 and 10.2; Gelbrich 1990 for gaussian.
    """
    mass = float(result.source_weights.sum())
    largest = _largest_cost(result) * mass
    if result.method == "sinkhorn":
        below = max(optimum - result.cost, 0.0)
        bound = 2 * max(result.row_error, result.column_error, 1e-9) * largest
        return Check("Not below the exact optimum", below, min(bound, TOLERANCE * largest), "no plan can cost less")
    value = result.objective if result.method == "unbalanced" else result.cost
    why = {"gaussian": "Gelbrich's bound", "sliced": "a line shortens every way"}.get(result.method, "fewer demands")
    return Check("Not above the exact optimum", max(value - optimum, 0.0), 1e-9 * largest, why)


def _largest_cost(result: Transport) -> float:
    """The largest cost of a move, 1 where all are 0; without costs a bound on it, with what rounding does to points."""
    if result.cost_matrix is not None:
        return float(result.cost_matrix.max()) or 1.0
    corners = np.concatenate([result.source, result.target])
    power = 2 if result.metric == "sqeuclidean" else 1
    way = float(np.linalg.norm(np.ptp(corners, axis=0)))
    # A bound is 1e-9 of the largest cost, and a coordinate is known to eps of itself.
    rounded = 4 * EPS * float(np.abs(corners).max()) * corners.shape[1]
    return float(way**power + 1e9 * ((way + rounded) ** power - way**power))
