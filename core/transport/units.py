"""A problem in units of its own: costs and masses about 1, no point without mass. POT's tolerances are absolute."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from core.transport.problem import Costs, SourceMass, TargetMass, Weights


def unit_of(size: float | int) -> float:
    """The power of two nearest to a size, 1 for 0: dividing by it rounds nothing, so no digit of a plan depends on it.

    Args:
        size: at least 0 and finite.
    """
    return 2.0 ** round(math.log2(size)) if size > 0 else 1.0


@dataclass(frozen=True, eq=False)
class OwnUnits:
    """A problem that a solver with absolute tolerances may be given, and the way back.

    Args:
        source_weights, target_weights: the masses that are not 0, divided by `mass`.
        costs: M between these points, divided by `cost`.
        cost, mass: the units, powers of two.
        rows, columns: which points have mass; None where all do.
    """

    source_weights: SourceMass
    target_weights: TargetMass
    costs: Costs
    cost: float
    mass: float
    rows: Bool[np.ndarray, "all_source"] | None
    columns: Bool[np.ndarray, "all_target"] | None

    def kept(self, u: Weights, v: Weights) -> tuple[Weights, Weights]:
        """Prices of all points, as prices in these units of those with mass."""
        left, right = (side if used is None else side[used] for side, used in ((u, self.rows), (v, self.columns)))
        return left / self.cost, right / self.cost

    def plan(self, plan: Costs) -> Costs:
        """A plan in these units, as a plan between all points: those without mass send and get nothing."""
        whole = plan
        if self.rows is not None and self.columns is not None:
            whole = np.zeros((len(self.rows), len(self.columns)))
            whole[np.ix_(self.rows, self.columns)] = plan
        return whole if self.mass == 1 else whole * self.mass


def own_units(a: SourceMass, b: TargetMass, costs: Costs) -> OwnUnits:
    """A problem without its points of mass 0, with its costs in units of their mean and its masses of their total.

    Args:
        a, b: the masses, [source] and [target]. costs: M, [source target].

    Invariant: the optimal plans are those of the whole problem, and costs in these units times `cost` times `mass` are
    its costs: multiplying all points or all masses by a power of two changes no bit of the scaled problem.
    """
    rows = columns = None
    if not (a.all() and b.all()):
        rows, columns = a > 0, b > 0
        a, b, costs = a[rows], b[columns], costs[np.ix_(rows, columns)]
    cost, mass = unit_of(float(costs.mean())), unit_of(float(np.sqrt(a.sum()) * np.sqrt(b.sum())))
    scaled = costs if cost == 1 else costs / cost
    left, right = (a, b) if mass == 1 else (a / mass, b / mass)
    return OwnUnits(left, right, scaled, cost, mass, rows, columns)
