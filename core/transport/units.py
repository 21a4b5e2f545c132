"""A problem in units of its own: costs and masses about 1, no point without mass. POT's tolerances are absolute."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool
from scipy.special import logsumexp  # type: ignore[import-untyped]

from core.transport.problem import Costs, Points, SourceMass, TargetMass, Weights

ORDINARY = 64.0
"""Mean costs between its inverse and this are far from every tolerance of POT (1e-9 and less)."""


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

    def prices(self, u: Weights, v: Weights, costs: Costs) -> tuple[SourceMass, TargetMass]:
        """Prices in these units, as prices of all points: those without mass ask the most that no cost forbids.

        u_i = min_j (M_ij - v_j) over the targets with mass, then v_j = min_i (M_ij - u_i) over all sources.
        """
        u, v = u * self.cost, v * self.cost
        if self.rows is None or self.columns is None:
            return u, v
        left, right = np.empty(len(self.rows)), np.empty(len(self.columns))
        left[self.rows], right[self.columns] = u, v
        left[~self.rows] = (costs[np.ix_(~self.rows, self.columns)] - v).min(axis=1)
        right[~self.columns] = (costs[:, ~self.columns] - left[:, None]).min(axis=0)
        return left, right

    def blurred_prices(self, u: Weights, v: Weights, costs: Costs, reg: float) -> tuple[SourceMass, TargetMass]:
        """The prices of P = a b^T e^((u + v - M) / reg) in these units, as prices of all points.

        A point without mass gets the price at which its row would sum to its mass if it had any:
        u_i = -reg log sum_j b_j e^((v_j - M_ij) / reg).
        """
        # In units of mass P / mass = (a / mass) (b / mass)^T e^(...): one factor goes to the prices, half to each side.
        aside = reg * np.log(self.mass) / 2
        u, v = u * self.cost - aside, v * self.cost - aside
        if self.rows is None or self.columns is None:
            return u, v
        a, b = self.source_weights * self.mass, self.target_weights * self.mass
        left, right = np.empty(len(self.rows)), np.empty(len(self.columns))
        left[self.rows], right[self.columns] = u, v
        rows, columns = costs[np.ix_(~self.rows, self.columns)], costs[np.ix_(self.rows, ~self.columns)]
        left[~self.rows] = -reg * logsumexp((v - rows) / reg, axis=1, b=b)
        right[~self.columns] = -reg * logsumexp((u[:, None] - columns) / reg, axis=0, b=a[:, None])
        return left, right

    def plan(self, plan: Points) -> Costs:
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
    its costs.
    """
    rows = columns = None
    if not (a.all() and b.all()):
        rows, columns = a > 0, b > 0
        a, b, costs = a[rows], b[columns], costs[np.ix_(rows, columns)]
    mean = float(costs.mean())
    # Costs of an ordinary size stay as they are: a copy of the matrix takes half as long as solving 200 x 200 points.
    cost = 1.0 if 1 / ORDINARY <= mean <= ORDINARY else unit_of(mean)
    mass = unit_of(float(np.sqrt(a.sum()) * np.sqrt(b.sum())))
    scaled = costs if cost == 1 else costs / cost
    left, right = (a, b) if mass == 1 else (a / mass, b / mass)
    return OwnUnits(left, right, scaled, cost, mass, rows, columns)
