"""The average of several clouds: the cloud that is nearest to all of them in squared Wasserstein distance."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.numbers import require
from core.transport.motion import barycentric_map, displacement
from core.transport.problem import ArrayLike, Points, Weights, as_points, as_weights, cost_matrix, in_range
from core.transport.solution import solve

AVERAGE_METHODS = ("exact", "sinkhorn")

MOST_ROUNDS = 100
"""Rounds after which the search for an average of three clouds or more ends in any case."""

ENOUGH = 1e-6
"""The search ends where a round lowers the cost by less than this share."""

BLUR = 0.05
"""The regularization of Sinkhorn's plans, as a share of the mean cost."""


@dataclass(frozen=True, eq=False)
class Barycenter:
    """An average of clouds.

    Args:
        points: z, [point d], with `masses`, [point], which sum to 1.
        weights: w, [cloud], which sum to 1.
        distances: [cloud], W2^2 between the average and each cloud.
        history: [round + 1], sum of w W2^2 of the start and after each round; one entry where no round was needed.
        least: sum over pairs of w_i w_j W2^2(i, j): no cloud at all has a lower cost.
    """

    points: Points
    masses: Weights
    weights: Weights
    distances: Float[np.ndarray, "cloud"]
    history: Float[np.ndarray, "moment"]
    least: float

    @property
    def cost(self) -> float:
        """sum_i w_i W2^2(z, cloud i), what the average is to make small."""
        return float(self.weights @ self.distances)


def barycenter(clouds: Sequence[ArrayLike], weights: ArrayLike | None = None, *, method: str = "exact") -> Barycenter:
    """The Wasserstein barycenter of clouds whose points weigh alike: argmin_z sum_i w_i W2^2(z, cloud i).

    Of one or two clouds it is exact: of two the cloud on the way from one to the other, at the weight of the second.
    Of more it is found in rounds, z <- sum_i w_i T_i(z), with T_i(z) the mean place to which the plan to cloud i sends
    a point. No round raises the cost; the end is a valley, and how far it may be from the lowest `least` tells.

    Args:
        clouds: each [point d], with equal d. A cloud of the weight 0 plays no part but in `distances`.
        weights: w, [cloud], 0 or more, not all 0; only their shares count. Equal without them.
        method: how the plans of the rounds are found: "exact", or "sinkhorn", whose blur makes the average too small:
            `history` then holds what the blurred plans cost, and a round may raise it a little.

    Raises:
        ValueError: for no cloud, points that are not finite, unequal d, wrong weights or another method.

    Invariant: of clouds that are one cloud moved it is that cloud, moved by the weighted mean; least <= cost.
    Source: Agueh and Carlier 2011 (904-924); Alvarez-Esteban et al. 2016 (744-762), theorem 3.6; McCann 1997.
    """
    if method not in AVERAGE_METHODS:
        raise ValueError(f"method is {method!r}; it must be one of {', '.join(AVERAGE_METHODS)}")
    listed = isinstance(clouds, Sequence | np.ndarray) and not isinstance(clouds, str)
    require(listed, "clouds", clouds, "a list of clouds")
    sides = [as_points(f"cloud {number}", cloud) for number, cloud in enumerate(clouds, 1)]
    if not sides:
        raise ValueError("there is no cloud; the average needs one or more")
    if len({side.shape[1] for side in sides}) > 1:
        raise ValueError(
            f"the clouds have {', '.join(str(side.shape[1]) for side in sides)} features; these must agree"
        )
    w = as_weights("cloud", weights, len(sides))
    w = w / w.sum()
    used = [int(place) for place in np.flatnonzero(w)]
    if method == "exact" and len(used) <= 2:
        points, masses = _between(sides, w, used)
        history, last = list[float](), list[float]()
    else:
        points, history, last = _in_rounds([sides[place] for place in used], w[used], method)
        masses = np.full(len(points), 1 / len(points))
    known = dict(zip(used, last, strict=True)) if last and method == "exact" else {}
    rest = {
        place: solve(points, sides[place], source_weights=masses).cost for place in set(range(len(sides))) - {*known}
    }
    distances = np.array([(known | rest)[place] for place in range(len(sides))])
    least = sum(w[one] * w[other] * _cheapest(sides[one], sides[other])[0] for one, other in combinations(used, 2))
    return Barycenter(points, masses, w, distances, np.array(history or [w @ distances]), float(least))


def _between(sides: list[Points], w: Weights, used: list[int]) -> tuple[Points, Weights]:
    """The one cloud, or the cloud on the way between two."""
    if len(used) == 1:
        only = sides[used[0]]
        return only, np.full(len(only), 1 / len(only))
    points, masses = displacement(solve(sides[used[0]], sides[used[1]]), float(w[used[1]]))
    return points, masses / masses.sum()


def _in_rounds(sides: list[Points], w: Weights, method: str) -> tuple[Points, list[float], list[float]]:
    """Rounds from the cloud with the greatest weight, the cost before each and at the end, and what each plan costs."""
    points, history = sides[int(w.argmax())], list[float]()
    while True:
        costs, goals = zip(*[_plan(points, side, method) for side in sides], strict=True)
        history.append(float(w @ costs))
        enough = len(history) > 1 and history[-2] - history[-1] <= ENOUGH * history[0]
        if enough or len(history) > MOST_ROUNDS:
            return points, history, list(costs)
        points = sum(share * goal for share, goal in zip(w, goals, strict=True))


def _plan(points: Points, side: Points, method: str) -> tuple[float, Points]:
    """What a plan to a cloud costs, and T(z), where it sends each point."""
    if method == "exact":
        return _cheapest(points, side)
    reg = BLUR * float(cost_matrix(points, side).mean()) or 1.0
    run = solve(points, side, method="sinkhorn", reg=reg)
    return run.cost, barycentric_map(run)


def _cheapest(points: Points, side: Points) -> tuple[float, Points]:
    """W2^2 of points that weigh alike, and T: between equally many it is an assignment, found in half the time.

    Source: Birkhoff and von Neumann on such plans; Crouse 2016 for `scipy.optimize.linear_sum_assignment`.
    """
    if len(points) != len(side):
        run = solve(points, side)
        return run.cost, barycentric_map(run)
    from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

    costs = cost_matrix(points, side)
    goals = linear_sum_assignment(costs)[1]
    return in_range(float(costs[np.arange(len(goals)), goals].mean()), costs), side[goals]


def barycenter_identities(found: Barycenter, clouds: Sequence[ArrayLike]) -> tuple[Check, ...]:
    """What an average must fulfil, found anew from the clouds.

    The mean of the average is sum_i w_i mean_i; each W2^2 is the dual value of the way back, whose prices prove that no
    plan is cheaper; no cost lies below `least`; no round, where there are any, raises the
    cost.

    Args:
        found: a result of `barycenter` with the method exact. clouds: as they were given to it.

    Invariant: an average whose points, distances or history were changed fails.
    Source: Agueh and Carlier 2011, section 3; strong duality of linear programs.
    """
    sides = [np.asarray(cloud, dtype=np.float64) for cloud in clouds]
    size = max(float(np.abs(side).max()) for side in sides) or 1.0
    below = float(found.least - found.cost)
    means = np.array([side.mean(axis=0) for side in sides])
    off = float(np.abs(found.masses @ found.points - found.weights @ means).max())
    back = [solve(side, found.points, target_weights=found.masses) for side in sides]
    apart = max(abs(run.lower_bound - float(one)) for run, one in zip(back, found.distances, strict=True))
    rises = float(np.diff(found.history).max(initial=0.0))
    many = len(found.history) - 1
    rounds = [Check("Rise of the cost in a round", rises, 1e-9 * size**2, f"{many} rounds")] if many else []
    return (
        Check("Mean of the average, off the weighted mean", off, 1e-9 * size, "largest coordinate"),
        Check("Distances to the clouds, apart from their duals", apart, 1e-9 * size**2, "solved from the other side"),
        Check("Cost below the least possible", max(0.0, below), 1e-9 * size**2, "by pairs"),
        *rounds,
    )
