"""What a plan does with the points: on the way, on average, and as one cloud moves away from another."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.numbers import whole
from core.transport.divergence import mean_discrepancy
from core.transport.methods import kl
from core.transport.problem import ArrayLike, Points, Weights, as_number, as_points, cost_matrix
from core.transport.result import Transport
from core.transport.solution import solve


def displacement(transport: Transport, t: float | int) -> tuple[Points, Weights]:
    """The cloud on its way: mass P_ij stands at (1 - t) x_i + t y_j.

    Args:
        transport: a result with a plan between sides with equal features.
        t: from 0, the source, to 1, the target.

    Returns:
        Places [entry d] and masses [entry], one for each entry of the plan that is not negligible.

    Raises:
        ValueError: without a plan, for different numbers of features, or t out of [0, 1].

    Invariant: under an exact plan with squared costs, W2 from the source is t times the whole W2.
    Source: McCann 1997; Peyre and Cuturi 2019, section 7.1.
    """
    if not 0 <= as_number("t", t) <= 1:
        raise ValueError(f"t is {t}; it must be from 0 to 1")
    plan = _plan_between_like(transport)
    i, j = np.nonzero(plan > plan.max() * 1e-6)
    return (1 - t) * transport.source[i] + t * transport.target[j], plan[i, j]


def barycentric_map(transport: Transport) -> Points:
    """T(x_i) = sum_j P_ij y_j / sum_j P_ij: the mean place to which each source point sends its mass.

    Args:
        transport: a result with a plan between sides with equal features.

    Returns:
        [source d]; a point that sends no mass stays where it is.

    Raises:
        ValueError: without a plan or for different numbers of features.

    Invariant: every image lies in the convex hull of the target.
    Source: Ferradans et al. 2014; Peyre and Cuturi 2019, remark 4.11.
    """
    plan = _plan_between_like(transport)
    sent = plan.sum(axis=1, keepdims=True)
    moved: Points = np.where(sent > 0, (plan @ transport.target) / np.where(sent > 0, sent, 1.0), transport.source)
    return moved


def _plan_between_like(transport: Transport) -> Points:
    if transport.plan is None:
        raise ValueError(f"method {transport.method!r} has no plan; exact, sinkhorn, partial and unbalanced have one")
    if transport.source.shape[1] != transport.target.shape[1]:
        raise ValueError("the sides have different numbers of features: there is no way between them to stand on")
    return transport.plan


@dataclass(frozen=True, eq=False)
class ShiftReadings:
    """Three measures of how far a cloud is from another while it moves away.

    Args:
        shifts: [step], the distance moved along the first axis.
        wasserstein: [step], W2^2.
        divergence: [step], KL(target | source) between histograms over cells; inf once a cell of the target is empty
            in the source.
        discrepancy: [step], MMD^2 with a Gaussian kernel.
    """

    shifts: Float[np.ndarray, "step"]
    wasserstein: Float[np.ndarray, "step"]
    divergence: Float[np.ndarray, "step"]
    discrepancy: Float[np.ndarray, "step"]


def shift_readings(
    source: ArrayLike, target: ArrayLike, shifts: Float[np.ndarray, "step"], *, cells: int = 8
) -> ShiftReadings:
    """Moves the source along its first axis and measures W2^2, KL and MMD^2 to the target at every step.

    Args:
        source: [source d]. target: [target d]. shifts: [step], added to the first feature of the source.
        cells: the cells of the histogram on each axis, over the range of the target; 1 to 50. Only the first two
            features are counted in cells.

    Raises:
        ValueError: for sides with different features or a number of cells out of range.

    Invariant: W2^2(x + s) = W2^2(x) + s^2 + 2 s (mean x_1 - mean y_1), exactly.
    Source: Arjovsky et al. 2017, example 1, for why KL has no slope where supports part.
    """
    cells = whole("cells", cells, 1, 50)
    x, y = as_points("source", source), as_points("target", target)
    width = float(np.sqrt(np.median(cost_matrix(y, y)))) or 1.0
    last: Transport | None = None
    rows = []
    for shift in shifts:
        moved = x + np.eye(x.shape[1])[0] * shift
        last = solve(moved, y, start=last)
        divergence = _histogram_divergence(y[:, :2], moved[:, :2], cells)
        rows.append((last.cost, divergence, mean_discrepancy(moved, y, bandwidth=width)))
    wasserstein, divergences, discrepancy = np.array(rows).reshape(-1, 3).T
    return ShiftReadings(np.asarray(shifts, dtype=np.float64), wasserstein, divergences, discrepancy)


def _histogram_divergence(x: Points, y: Points, cells: int) -> float:
    """KL(x | y) over cells of which `cells` span the range of x on each axis."""
    low = x.min(axis=0)
    size = np.where(np.ptp(x, axis=0) > 0, np.ptp(x, axis=0), 1.0) / cells
    places = [np.floor((points - low) / size * (1 - 1e-12)).astype(np.int64) for points in (x, y)]
    _, index = np.unique(np.concatenate(places), axis=0, return_inverse=True)
    counts = [np.bincount(part.ravel(), minlength=index.max() + 1) for part in (index[: len(x)], index[len(x) :])]
    return kl(counts[0] / len(x), counts[1] / len(y))
