"""One dimension, where transport is sorting; and many dimensions, seen along random lines."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.transport.methods import exact
from core.transport.problem import (
    ArrayLike,
    Points,
    Source,
    SourceMass,
    Target,
    TargetMass,
    as_number,
    as_points,
    as_weights,
    cost_of,
    in_range,
    require_equal_masses,
)


@dataclass(frozen=True, eq=False)
class LineTransport:
    """The optimal plan on a line, piece by piece from the left.

    Args:
        levels: [piece + 1], the cumulative mass at which pieces begin and end, from 0 to the total.
        source_index, target_index: [piece], the points that a piece joins.
        source_quantile, target_quantile: [piece], where they lie: F^-1 and G^-1 on each piece.
        p: the power of the distance.
        cost: integral of |F^-1(t) - G^-1(t)|^p dt, which is W_p^p.
    """

    levels: Float[np.ndarray, "bounds"]
    source_index: Int[np.ndarray, "piece"]
    target_index: Int[np.ndarray, "piece"]
    source_quantile: Float[np.ndarray, "piece"]
    target_quantile: Float[np.ndarray, "piece"]
    p: float | int
    cost: float

    @property
    def mass(self) -> Float[np.ndarray, "piece"]:
        """The mass of each piece."""
        return np.diff(self.levels)


def line_transport(
    source: ArrayLike,
    target: ArrayLike,
    *,
    source_weights: ArrayLike | None = None,
    target_weights: ArrayLike | None = None,
    p: float | int = 1,
) -> LineTransport:
    """Moves mass along a line: the smallest goes to the smallest, level by level of cumulative mass.

    W_p^p = integral_0^1 |F^-1(t) - G^-1(t)|^p dt. For p = 1 it is the area between the quantile functions.

    Args:
        source, target: numbers on the line. source_weights, target_weights: their masses; equal without them.
        p: at least 1; below it sorting is not optimal.

    Raises:
        ValueError: for points off the line, unequal total masses, p below 1, or a cost beyond 1e308.

    Invariant: the pieces carry all mass; at most n + m - 1 of them.
    Source: Peyre and Cuturi 2019, remark 2.30; Santambrogio 2015, section 2.1.
    """
    x, y, a, b = _on_a_line(source, target, source_weights, target_weights, p)
    return _sorted_transport(x, y, a, b, p)


def _on_a_line(
    source: ArrayLike,
    target: ArrayLike,
    source_weights: ArrayLike | None,
    target_weights: ArrayLike | None,
    p: float | int,
) -> tuple[SourceMass, TargetMass, SourceMass, TargetMass]:
    x, y = as_points("source", source), as_points("target", target)
    if x.shape[1] != 1 or y.shape[1] != 1:
        raise ValueError(f"the points have {x.shape[1]} and {y.shape[1]} features; on a line each has 1")
    if as_number("p", p) < 1:
        raise ValueError(f"p is {p}; it must be at least 1")
    a, b = as_weights("source", source_weights, len(x)), as_weights("target", target_weights, len(y))
    require_equal_masses("transport on a line", a, b)
    return x[:, 0], y[:, 0], a, b


def _sorted_transport(x: SourceMass, y: TargetMass, a: SourceMass, b: TargetMass, p: float | int) -> LineTransport:
    left, right = np.argsort(x, kind="stable"), np.argsort(y, kind="stable")
    left, right = left[a[left] > 0], right[b[right] > 0]
    ends_left, ends_right = np.cumsum(a[left]), np.cumsum(b[right])
    ends_right *= ends_left[-1] / ends_right[-1]
    ends_right[-1] = ends_left[-1]
    levels = np.union1d(ends_left, ends_right)
    middles = levels - np.diff(levels, prepend=0.0) / 2
    i = left[np.searchsorted(ends_left, middles).clip(max=len(left) - 1)]
    j = right[np.searchsorted(ends_right, middles).clip(max=len(right) - 1)]
    with np.errstate(over="ignore", invalid="ignore"):
        cost = in_range(float(np.diff(levels, prepend=0.0) @ np.abs(x[i] - y[j]) ** p), levels)
    return LineTransport(np.concatenate([[0.0], levels]), i, j, x[i], y[j], p, cost)


def line_cost_by_simplex(
    source: ArrayLike,
    target: ArrayLike,
    *,
    source_weights: ArrayLike | None = None,
    target_weights: ArrayLike | None = None,
    p: float | int = 1,
) -> float:
    """W_p^p by POT's network simplex on the costs |x - y|^p, which knows nothing of an order on the line.

    Args:
        source, target, source_weights, target_weights, p: as for `line_transport`.

    Raises:
        ValueError: as for `line_transport`.

    Invariant: equals the cost of `line_transport` up to rounding.
    Source: `ot.emd`.
    """
    x, y, a, b = _on_a_line(source, target, source_weights, target_weights, p)
    costs = np.abs(x[:, None] - y) ** p
    return cost_of(exact(a, b, costs).plan, costs)


def directions(d: int, *, n_projections: int, seed: int) -> Float[np.ndarray, "projection d"]:
    """Unit vectors drawn evenly from the sphere in d dimensions.

    Raises:
        ValueError: for less than 1 or more than 10,000 projections.
    """
    if not 1 <= n_projections <= 10_000:
        raise ValueError(f"n_projections is {n_projections}; it must be 1 to 10000")
    drawn = np.random.default_rng(seed).standard_normal((n_projections, d))
    unit: Points = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return unit


def sliced_costs(
    source: Source,
    target: Target,
    source_weights: SourceMass,
    target_weights: TargetMass,
    *,
    p: float | int,
    n_projections: int = 100,
    seed: int = 0,
) -> Float[np.ndarray, "projection"]:
    """The cost W_p^p along each random line; their mean is the sliced distance SW_p^p.

    Raises:
        ValueError: for a wrong number of projections.

    Invariant: for a translation by v along p = 2 the mean tends to |v|^2 / d.
    Source: Bonneel et al. 2015, Sliced and Radon Wasserstein barycenters.
    """
    lines = directions(source.shape[1], n_projections=n_projections, seed=seed)
    x, y = source @ lines.T, target @ lines.T
    pairs = zip(x.T, y.T, strict=True)
    return np.array([_sorted_transport(*pair, source_weights, target_weights, p).cost for pair in pairs])
