"""A problem small enough to solve by hand: the network simplex, step by step, and every vertex there is."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Bool, Float

from core.checks import Check
from core.transport.problem import (
    Costs,
    Points,
    SourceMass,
    TargetMass,
    Weights,
    as_weights,
    cost_of,
    require_equal_masses,
)
from core.transport.units import unit_of

MAX_SIDE = 6
"""More places on a side no longer fit a blackboard."""

MAX_ENUMERATED = 4
"""A 4 x 4 problem has 11,440 candidate bases; a 5 x 5 one would have two million."""


@dataclass(frozen=True, eq=False)
class SimplexStep:
    """One vertex on the way to the optimum.

    Args:
        plan: P, [source target].
        basis: [source target], the n + m - 1 cells that form a tree; all others are empty.
        cost: <P, M>.
        source_price, target_price: u and v with u_i + v_j = M_ij on the basis.
        reduced_cost: r_ij = M_ij - u_i - v_j: what one unit moved along cell (i, j) would change, all else rerouted.
        entering: the cell with a negative reduced cost that is filled next; None at the optimum.
        change: [source target] of -1, 0, 1: what one unit along the entering cell does to the plan; 0 at the optimum.
        amount: how much fits before a cell is empty.
    """

    plan: Costs
    basis: Bool[np.ndarray, "source target"]
    cost: float
    source_price: SourceMass
    target_price: TargetMass
    reduced_cost: Costs
    entering: tuple[int, int] | None
    change: Costs
    amount: float


@dataclass(frozen=True, eq=False)
class ByHand:
    """A small problem, solved in steps.

    Args:
        costs: M, [source target]. source_mass, target_mass: a and b.
        steps: the vertices, from the north-west corner to an optimum.
    """

    costs: Costs
    source_mass: SourceMass
    target_mass: TargetMass
    steps: tuple[SimplexStep, ...]

    def checks(self, number: int = -1) -> tuple[Check, ...]:
        """The identities of one step, the last one by default: marginals, prices on the tree, their value.

        At the optimum also that no price exceeds its cost, which with the value of the prices proves it.
        """
        return step_checks(self, self.steps[number])


def solve_by_hand(costs: Points, source_mass: Weights, target_mass: Weights) -> ByHand:
    """Solves a small transport problem by the network simplex and keeps every step.

    Start: the north-west corner rule. Prices: u_i + v_j = M_ij along the tree. Stop when no reduced cost
    M_ij - u_i - v_j is negative; else fill the most negative cell around the loop that it closes in the tree.

    Args:
        costs: M, [source target], up to 6 x 6. source_mass: a, [source]. target_mass: b, [target].

    Raises:
        ValueError: for a larger problem, costs that are not finite, wrong masses, or unequal totals.

    Invariant: the cost never rises from step to step, and the last plan is optimal.
    Source: Dantzig 1951; Peyre and Cuturi 2019, section 3.5. After a step that moves nothing Bland's rule (1977)
    chooses, so that the steps cannot go round in circles.
    """
    costs, a, b = _checked(costs, source_mass, target_mass)
    plan, basis = north_west_corner(a, b)
    steps: list[SimplexStep] = []
    while not steps or steps[-1].entering is not None:
        if steps:
            plan, basis = _after(steps[-1])
        stuck = bool(steps) and steps[-1].amount == 0
        steps.append(_step(costs, plan, basis, bland=stuck))
    return ByHand(costs, a, b, tuple(steps))


def north_west_corner(a: SourceMass, b: TargetMass) -> tuple[Costs, Bool[np.ndarray, "source target"]]:
    """A first vertex without looking at the costs: fill from the upper left, go down or right where a side is done.

    Invariant: the basis has n + m - 1 cells that form a tree; the plan has both marginals.
    """
    plan = np.zeros((len(a), len(b)))
    basis = np.zeros(plan.shape, dtype=bool)
    left, right = a.copy(), b.copy()
    i = j = 0
    while True:
        moved = min(left[i], right[j])
        plan[i, j], basis[i, j] = moved, True
        left[i] -= moved
        right[j] -= moved
        if i == len(a) - 1 and j == len(b) - 1:
            return plan, basis
        if j == len(b) - 1 or (i < len(a) - 1 and left[i] <= right[j]):
            i += 1
        else:
            j += 1


def vertex_costs(costs: Points, source_mass: Weights, target_mass: Weights) -> Float[np.ndarray, "vertex"]:
    """The cost at every vertex of the transport polytope, the cheapest first: the optimum is the first of them.

    Every set of n + m - 1 cells that forms a spanning tree has one plan; those without a negative entry are vertices.

    Args:
        costs, source_mass, target_mass: as for `solve_by_hand`, at most 4 x 4.

    Raises:
        ValueError: as for `solve_by_hand`.

    Invariant: the first equals the cost of the simplex's last step.
    Source: Peyre and Cuturi 2019, section 3.4.
    """
    costs, a, b = _checked(costs, source_mass, target_mass)
    n, m = costs.shape
    if max(n, m) > MAX_ENUMERATED:
        raise ValueError(f"the problem is {n} x {m}; at most {MAX_ENUMERATED} x {MAX_ENUMERATED} can be enumerated")
    equations = _incidence(n, m)[:-1]
    bases = np.array(list(combinations(range(n * m), n + m - 1)))
    systems = equations[:, bases].transpose(1, 0, 2)
    trees = np.abs(np.linalg.det(systems)) > 0.5
    # In units near the total, so that what rounding alone tells apart is one vertex at any scale.
    unit = unit_of(float(a.sum()))
    masses = np.concatenate([a, b])[:-1] / unit
    filled = np.linalg.solve(systems[trees], masses[None, :, None])[..., 0]
    plans = np.zeros((len(filled), n * m))
    np.put_along_axis(plans, bases[trees], filled, axis=1)
    plans = plans[(plans >= -1e-12).all(axis=1)]
    distinct = np.unique(plans.round(10), axis=0)
    found: Weights = np.sort(distinct @ costs.ravel()) * unit
    return found


def _checked(costs: Points, source_mass: Weights, target_mass: Weights) -> tuple[Costs, SourceMass, TargetMass]:
    costs = np.asarray(costs, dtype=np.float64)
    if costs.ndim != 2 or not 1 <= min(costs.shape) <= max(costs.shape) <= MAX_SIDE:
        raise ValueError(f"the costs have the shape {costs.shape}; 1 x 1 up to {MAX_SIDE} x {MAX_SIDE} can be shown")
    if not np.isfinite(costs).all():
        raise ValueError("the costs hold an empty cell or a value that is not finite; each must be a number")
    a = as_weights("source", source_mass, costs.shape[0])
    b = as_weights("target", target_mass, costs.shape[1])
    require_equal_masses("a transport plan", a, b)
    return costs, a, b


def _incidence(n: int, m: int) -> Float[np.ndarray, "place cell"]:
    """Which cells (i, j), in row order, add to which marginal."""
    rows = np.kron(np.eye(n), np.ones(m))
    columns = np.kron(np.ones(n), np.eye(m))
    return np.concatenate([rows, columns])


def _step(costs: Costs, plan: Costs, basis: Bool[np.ndarray, "source target"], *, bland: bool) -> SimplexStep:
    n, m = costs.shape
    incidence = _incidence(n, m)
    tree = incidence[:-1, basis.ravel()]
    # One price is free, since raising all u and lowering all v changes nothing: the last target's is 0.
    prices = np.append(np.linalg.solve(tree.T, costs[basis]), 0.0)
    reduced = costs - prices[:n, None] - prices[n:]
    reduced[basis] = 0.0
    negative = np.flatnonzero(reduced.ravel() < -1e-9 * (np.abs(costs).max() or 1.0))
    shared = (plan, basis, cost_of(plan, costs), prices[:n], prices[n:], reduced)
    if not negative.size:
        return SimplexStep(*shared, None, np.zeros_like(plan), 0.0)
    cell = int(negative[0] if bland else negative[np.argmin(reduced.ravel()[negative])])
    change = np.zeros(n * m)
    change[basis.ravel()] = np.rint(np.linalg.solve(tree, -incidence[:-1, cell]))
    change[cell] = 1.0
    amount = float(plan.ravel()[change < 0].min())
    return SimplexStep(*shared, (cell // m, cell % m), change.reshape(n, m), amount)


def _after(step: SimplexStep) -> tuple[Costs, Bool[np.ndarray, "source target"]]:
    """The next vertex: the entering cell is filled, and the first cell that runs empty leaves the tree."""
    plan = step.plan + step.amount * step.change
    giving = np.flatnonzero((step.change.ravel() < 0) & (step.plan.ravel() <= step.amount))
    basis = step.basis.copy()
    assert step.entering is not None
    basis[step.entering] = True
    basis.flat[giving[0]] = False
    plan[~basis] = 0.0
    return plan, basis


def step_checks(found: ByHand, step: SimplexStep) -> tuple[Check, ...]:
    """The identities of one step; see `ByHand.checks`."""
    a, b, u, v = found.source_mass, found.target_mass, step.source_price, step.target_price
    scale, total = float(np.abs(found.costs).max()) or 1.0, float(a.sum())
    wrong = max(np.abs(step.plan.sum(1) - a).max(), np.abs(step.plan.sum(0) - b).max())
    off = np.abs(u[:, None] + v - found.costs)[step.basis].max()
    gap = abs(step.cost - float(u @ a + v @ b))
    checks = [
        Check("Rows and columns sum to the masses", float(wrong), 1e-9 * total, "largest difference"),
        Check("Prices meet the costs on the tree", float(off), 1e-9 * scale, "largest |u + v - M| on outlined cells"),
        Check("Prices times masses give the cost", gap, 1e-9 * scale * total, "|a.u + b.v - <P, M>|"),
    ]
    if step.entering is None:
        excess = max(-float(step.reduced_cost.min()), 0.0)
        checks.append(Check("No price exceeds its cost", excess, 1e-9 * scale, "largest u + v - M: dual feasibility"))
    return tuple(checks)
