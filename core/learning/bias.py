"""Bias and variance: one degree, fitted to many training sets of one world."""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.learning.paths import path, price
from core.learning.polynomials import EPS
from core.learning.samples import World, samples
from core.numbers import whole

GRID = 121
FRESH = 200
"""New points for each fit."""


@dataclass(frozen=True, slots=True)
class DecompositionParams:
    """Args:
    points: of each training set, 5 to 200.
    degree: the one whose fits are drawn.
    highest: the largest degree that is compared.
    """

    world: World = field(default_factory=World)
    points: int = 20
    degree: int = 4
    highest: int = 20
    ridge: float = 0.0
    fits: int = 100
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Decomposition:
    """Fits to many training sets, and where their error on new points comes from.

    Args:
        x: [place], an even grid. curves: [fit place], the fits of the degree on it.
        wrong: [degree], the mean of (ŷ - f)² over fits and x.
        bias: [degree], bias² = the mean over x of (mean over fits of ŷ, less f)².
        variance: [degree], the mean over x of the variance over fits, divided by their number and not one less.
        fresh: [degree], the mean squared error on new noisy points, FRESH for each fit.
        spread: [degree], its standard error for these fits; rather too large, since the new x are spread evenly.
    """

    params: DecompositionParams
    x: Float[np.ndarray, "place"]
    curves: Float[np.ndarray, "fit place"]
    wrong: Float[np.ndarray, "degree"]
    bias: Float[np.ndarray, "degree"]
    variance: Float[np.ndarray, "degree"]
    fresh: Float[np.ndarray, "degree"]
    spread: Float[np.ndarray, "degree"]

    @property
    def floor(self) -> float:
        """σ², the error that no model can avoid."""
        return self.params.world.noise**2

    @property
    def checks(self) -> tuple[Check, ...]:
        """The decomposition is an identity, and its sum with the noise is what new points show."""
        k = self.params.degree
        parts = self.bias + self.variance
        off = float(np.abs(self.wrong[k] - parts[k]))
        reach = float(self.wrong[k] + np.abs(self.params.world.truth(self.x)).max() ** 2)
        return (
            Check(
                "(fit − f)² = bias² + variance, in the mean",
                off,
                EPS * len(self.curves) * reach,
                "an identity with ddof 0; eps times the number of fits times the size of the squares",
            ),
            Check(
                "With the noise it meets the error on new points",
                float(np.abs(self.fresh[k] - parts[k] - self.floor)),
                float(4 * self.spread[k]) + EPS * len(self.curves) * reach,
                f"four standard errors over {len(self.curves) * FRESH:,} points, and rounding as above",
            ),
        )


def decomposition(params: DecompositionParams) -> Decomposition:
    """Fits all degrees to many training sets, and splits their mean squared error.

    mean (ŷ - f)² = (mean ŷ - f)² + mean (ŷ - mean ŷ)², means over fits, then over x uniform in the world.

    Raises:
        ValueError: for numbers out of range.

    Invariant: wrong = bias + variance, within rounding.
    Source: Geman, Bienenstock, Doursat, Neural Networks and the Bias/Variance Dilemma, Neural Computation 4 (1992).
    """
    points, fits = whole("points", params.points, 5, 200), whole("fits", params.fits, 2, 1000)
    highest = whole("highest", params.highest, 0, 30)
    whole("degree", params.degree, 0, highest)
    world = params.world
    x, y = samples(world, points, draws=fits, seed=params.seed, stream=20, ends=True)
    nodes, weights = world.nodes()
    grid = np.linspace(-world.reach, world.reach, GRID)
    at, noise = _fresh(params)
    places = np.concatenate([np.broadcast_to(np.concatenate([nodes, grid]), (fits, len(nodes) + GRID)), at], axis=1)
    found = path(x, y, places, highest=highest, ridge=price(params.ridge))
    at_nodes, on_grid, on_new = np.split(found, [len(nodes), len(nodes) + GRID], axis=2)
    mean, truth = at_nodes.mean(axis=0), world.truth(nodes)
    missed = (on_new - (world.truth(at) + noise)[:, None]) ** 2
    return Decomposition(
        params=params,
        x=grid,
        curves=on_grid[:, params.degree],
        wrong=((at_nodes - truth) ** 2).mean(axis=0) @ weights,
        bias=(mean - truth) ** 2 @ weights,
        variance=((at_nodes - mean) ** 2).mean(axis=0) @ weights,
        fresh=missed.mean(axis=(0, 2)),
        spread=np.sqrt((missed.var(axis=2, ddof=1) / FRESH).sum(axis=0)) / fits,
    )


def _fresh(params: DecompositionParams) -> tuple[Float[np.ndarray, "fit new"], Float[np.ndarray, "fit new"]]:
    """New x and noise for each fit: one x from each of FRESH equal parts of the range, so that no part is left out."""
    rng, world = np.random.default_rng([params.seed, 21]), params.world
    place = (np.arange(FRESH) + rng.random((params.fits, FRESH))) / FRESH
    return world.reach * (2 * place - 1), world.noise * rng.standard_normal((params.fits, FRESH))
