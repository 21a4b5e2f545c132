"""What a distance between two clouds and a division of a field must fulfil, found by solving problems anew."""

from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.transport.gaussians import bures_squared, gaussian_of
from core.transport.methods import exact
from core.transport.problem import cost_matrix, cost_of
from core.transport.result import Transport
from core.transport.shops import Territories, owners_of, tied
from core.transport.sites import Field
from core.transport.solution import solve

EPS = float(np.finfo(np.float64).eps)

POWERS = {"sqeuclidean": 2, "euclidean": 1, "cosine": 0}
"""By which power of a factor each metric grows when all points are multiplied by it."""

COARSE = 40
"""Rows and columns of the field on which a linear program checks the prices of shops."""


def metric_identities(run: Transport) -> tuple[Check, ...]:
    """The identities of an exact cost: symmetry, scaling, and for distances translation and the triangle.

    W(y, x) = W(x, y); cost(2x, 2y) = 2^p cost(x, y); W2^2(x, y + v) = W2^2(x, y) + |v|^2 + 2 v.(mean y - mean x);
    W(x, y) <= W(x, m) + W(m, y) for the point m in the middle of all mass.

    Args:
        run: a result of the method exact.

    Raises:
        ValueError: for another method.

    Returns:
        Checks. Each changed problem sets out from the prices of `run`, carried over, which saves time only.

    Source: Peyre and Cuturi 2019, proposition 2.3 and remark 2.19.
    """
    if run.method != "exact" or run.potentials is None or run.cost_matrix is None:
        raise ValueError(f"method is {run.method!r}; it must be exact")
    x, y, a, b = run.source, run.target, run.source_weights, run.target_weights
    (u, v), metric, factor = run.potentials, run.metric, 2.0 ** POWERS[run.metric]
    bound = 1e-9 * (float(run.cost_matrix.max() * a.sum()) or 1.0)
    weights: dict[str, Any] = {"source_weights": a, "target_weights": b}
    other_way = solve(y, x, source_weights=b, target_weights=a, metric=metric, start=(v, u)).cost
    doubled = solve(2 * x, 2 * y, metric=metric, start=(factor * u, factor * v), **weights).cost
    checks = [
        Check("The way back costs the same", abs(other_way - run.cost), bound, "source and target exchanged"),
        Check("Points twice as far", abs(doubled - factor * run.cost), factor * bound, f"the cost times {factor:g}"),
    ]
    if metric == "sqeuclidean":
        checks.append(_translated(run, bound))
    if metric != "cosine":
        checks.append(_triangle(run, bound))
    return tuple(checks)


def _translated(run: Transport, bound: float) -> Check:
    """A shift of the target by the spread of the source along each axis, against the closed form."""
    x, y, a, b = run.source, run.target, run.source_weights, run.target_weights
    assert run.cost_matrix is not None
    reach = float(np.sqrt(run.cost_matrix.max())) or 1.0
    by = x.std(axis=0) + reach / 2
    found = solve(x, y + by, source_weights=a, target_weights=b, start=run).cost
    closed = run.cost + float(a.sum() * by @ by + 2 * by @ (b @ (y - x[0]) - a @ (x - x[0])))
    # Adding the shift rounds coordinates, which counts where they are large against the distances.
    rounded = EPS * float(np.abs(y).max() + by.max()) * 4 * float(np.linalg.norm(by) + reach) * len(by)
    return Check(
        "A shifted target",
        abs(found - closed),
        bound + float(a.sum()) * (1e-9 * float(by @ by) + rounded),
        "|v|² + 2 v.(mean y - mean x)",
    )


def _triangle(run: Transport, bound: float) -> Check:
    """The way over the middle, where all mass meets in one point and there is nothing to choose."""
    x, y, a, b = run.source, run.target, run.source_weights, run.target_weights
    total, root = float(a.sum()), 1 / POWERS[run.metric]
    middle = ((a @ x + b @ y) / (2 * total))[None]
    legs = [
        float(mass @ cost_matrix(side, middle, metric=run.metric)[:, 0] / total) ** root
        for side, mass in ((x, a), (y, b))
    ]
    over = max((max(run.cost, 0.0) / total) ** root - sum(legs), 0.0)
    return Check("Not farther than over the middle", over, (bound / total) ** root, "triangle inequality")


def bures_identity(run: Transport) -> Check:
    """The squared Bures distance of `run`, of method gaussian, by another way: roots of both covariances.

    A root loses half the digits in each direction without spread, which is what the bound allows:
    2 d (d eps tr(S1) tr(S2))^1/2.

    Source: `core.transport.gaussians.bures_squared`.
    """
    one = gaussian_of("source", run.source, run.source_weights)
    other = gaussian_of("target", run.target, run.target_weights)
    d, peer = run.source.shape[1], bures_squared(one, other)
    spreads = float(np.trace(one.covariance)), float(np.trace(other.covariance))
    lost = 2 * d * float(np.sqrt(d * EPS)) * float(np.sqrt(spreads[0]) * np.sqrt(spreads[1]))
    off = abs(run.cost / float(run.source_weights.sum()) - peer)
    return Check("Roots of both covariances give the same", off, lost + 1e-12 * (peer + sum(spreads)), "Bures distance")


def territory_identities(found: Territories) -> tuple[Check, ...]:
    """The identities of shops and their prices: Voronoi cells at first, the masses at last, and the linear program.

    With all prices equal the nearest shop wins. At the last prices each share is right up to cells, which have one shop
    each, and the customers' ways are what the prices say: sum rho |x - y|^2 = g(v) + sum gap v, with the dual
    g(v) = sum m v + sum rho min(c - v). On a field of at most 40 x 40 cells g at these prices lies below the least cost
    of any division there, by no more than sum gap (v - v*) of that field, v* the prices of the linear program: g is
    concave, and -gap is its slope at v.

    Args:
        found: a result of `territories`.

    Source: a k-d tree of scipy for the nearest shop; POT's network simplex for the least cost.
    """
    return (_voronoi(found), _shares(found), _ways(found), *_program(found))


def _program(found: Territories) -> tuple[Check, Check]:
    """The last prices on a coarser field, against the linear program."""
    coarse = _coarser(found.density)
    coarse /= coarse.sum()
    owners = owners_of(found.sites, coarse.shape, found.prices)
    shares = np.bincount(owners.ravel(), coarse.ravel(), minlength=len(found.sites))
    small = replace(found, density=coarse, assignment=owners, masses=shares)
    costs = cost_matrix(_places(coarse), found.sites)
    # Where it sets out from changes no program's end, and from these prices it is near.
    offers = (costs - small.prices).min(axis=1)
    program = exact(coarse.ravel(), found.targets, costs, start=(offers, small.prices))
    assert program.potentials is not None
    least = cost_of(program.plan, costs)
    rounding = 2 * EPS * coarse.size
    reach = float(small.gap @ (small.prices - program.potentials[1]))
    size = " x ".join(map(str, coarse.shape))
    return (
        Check(
            f"Last prices on {size} cells: they earn no more than the least cost there",
            small.dual - least,
            rounding,
            "Σ m v + Σ ρ min(c − v) against ot.emd",
        ),
        Check(
            "and less by no more than the gaps there allow",
            least - small.dual,
            reach + rounding,
            "Σ gap (v − the program’s)",
        ),
    )


def _places(density: Field) -> Float[np.ndarray, "cell 2"]:
    """The middle of each cell, row by row."""
    rows, columns = ((np.arange(n) + 0.5) / n for n in density.shape)
    return np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1).reshape(-1, 2)


def _ways(found: Territories) -> Check:
    """How far the customers' squared ways to the shops on screen are from what the prices and the masses say."""
    down, across = (_places(found.density) - found.sites[found.assignment.ravel()]).T
    way = float(found.density.ravel() @ (down**2 + across**2))
    off = abs(way - found.dual - float(found.gap @ found.prices))
    return Check(
        "Last step: the ways of all customers are what the prices say",
        off,
        EPS * (found.density.size + 16 * len(found.sites)),
        "Σ ρ |x − y|² against Σ m v + Σ ρ min(c − v) + Σ gap v",
    )


def _voronoi(found: Territories) -> Check:
    """How much farther than the nearest shop the one is that a cell has at the first prices."""
    from scipy.spatial import cKDTree  # type: ignore[import-untyped]

    places = _places(found.density)
    own = found.sites[owners_of(found.sites, found.density.shape, found.path[0]).ravel()]
    down, across = (places - own).T
    over = np.sqrt(down**2 + across**2) - cKDTree(found.sites).query(places)[0]
    # Squares that differ by rounding belong to distances that differ by as much over their size, half a cell at least.
    bound = 8 * EPS * max(found.density.shape)
    return Check(
        "Step 0: equal prices give the Voronoi cells", float(over.max()), bound, "how much farther than the nearest"
    )


def _shares(found: Territories) -> Check:
    """The gap that is farthest above its bound, of the shares that the prices make anew.

    A border runs through a cell at its ends: two cells, and those at equal margins, which change hands as one. Where
    the margins of a whole row are equal, that row. An empty shop is never right.
    """
    owners = owners_of(found.sites, found.density.shape, found.prices)
    anew = np.bincount(owners.ravel(), found.density.ravel(), minlength=len(found.sites))
    off = np.maximum(np.abs(anew - found.targets), np.abs(found.gap))
    bounds = np.full(len(off), 2 * float(found.density.max()) + EPS * found.density.size)
    for shop in np.flatnonzero(off > bounds):
        bounds[shop] += tied(found, int(shop))
    bounds[anew == 0] = 0
    worst = int((off - bounds).argmax())
    name = f"the gap of shop {worst + 1}, two cells and those at equal margins"
    return Check(
        "Last step: each territory has its mass, to whole cells", float(off[worst]), float(bounds[worst]), name
    )


def _coarser(density: Field) -> Float[np.ndarray, "coarse_row coarse_column"]:
    """The field in at most COARSE rows and columns, each cell added to the one that its middle lies in."""
    sides = []
    for n in density.shape:
        count = min(n, COARSE)
        into = np.floor((np.arange(n) + 0.5) / n * count)
        sides.append((into == np.arange(count)[:, None]).astype(np.float64))
    coarse: Float[np.ndarray, "coarse_row coarse_column"] = sides[0] @ density @ sides[1].T
    return coarse
