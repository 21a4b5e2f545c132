"""Averages of shapes: what is computed of them, shared between visitors, and what the page says of the numbers."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from components.results import shared
from core.checks import Check
from core.transport import Barycenter, barycenter, barycenter_identities, cloud, solve

SETS: dict[str, tuple[str, ...]] = {
    "A and B": ("letter A", "letter B"),
    "A, B, rings": ("letter A", "letter B", "rings"),
    "A, B, rings, square": ("letter A", "letter B", "rings", "square"),
}
"""Shapes that can be averaged, by what the page calls them together."""

MOST = max(map(len, SETS.values()))

POINTS = 120
"""Points of each shape: with more a weight of four shapes would take longer than a tenth of a second."""

ALIKE = 0.05
"""Costs that differ by less than five percent are called equal."""


@dataclass(frozen=True)
class Shapes:
    """Shapes by the name of their set, drawn by a seed, and their weights in percent."""

    name: str
    percents: tuple[int, ...]
    seed: int = 0

    def clouds(self) -> list[np.ndarray]:
        """Each [point 2]."""
        return list(_clouds(self.name, self.seed))

    def weights(self) -> np.ndarray:
        """[shape], summing to 1. Raises ValueError where all are 0."""
        given = np.array(self.percents[: len(SETS[self.name])], dtype=np.float64)
        if not given.any():
            raise ValueError("every shape has the weight 0, so there is nothing to average; give one of them some")
        return np.asarray(given / given.sum())


@lru_cache(maxsize=8)
def _clouds(name: str, seed: int) -> tuple[np.ndarray, ...]:
    clouds = tuple(cloud(shape, POINTS, seed=seed) for shape in SETS[name])
    for one in clouds:
        one.flags.writeable = False
    return clouds


@dataclass(frozen=True, eq=False)
class Averages:
    """Both averages of shapes.

    Args:
        found: the one under W2. mixed: the cost of the other, sum of w W2^2 between all shapes laid over each other,
            each as heavy as its weight, and each shape.
    """

    found: Barycenter
    mixed: float


@shared(megabytes=5, size=lambda averages: 4 * averages.found.points.nbytes + 2000)
def averages_of(shapes: Shapes) -> Averages:
    """Both averages. Raises ValueError where no shape has any weight."""
    clouds, weights = shapes.clouds(), shapes.weights()
    laid, masses = np.concatenate(clouds), np.repeat(weights / POINTS, POINTS)
    costs = [solve(laid[masses > 0], side, source_weights=masses[masses > 0]).cost for side in clouds]
    return Averages(barycenter(clouds, weights), float(weights @ costs))


@shared(megabytes=1, size=lambda checks: 2000)
def checks_of(shapes: Shapes) -> tuple[Check, ...]:
    """The identities of the average under W2."""
    return barycenter_identities(averages_of(shapes).found, shapes.clouds())


def of_the_averages(cost: float, mixed: float) -> str:
    """What both averages cost, as a title.

    Args:
        cost, mixed: sum of w W2^2 to the shapes, of the average under W2 and of the shapes laid over each other.
    """
    if mixed <= 1e-12:
        return "One shape has all the weight: both averages are that shape"
    if mixed <= cost * (1 + ALIKE):
        return "Laid over each other the shapes cost as much as their average under W₂, to five percent"
    times = f"{mixed / cost:.1f} times" if cost > mixed / 1000 else "over a thousand times"
    return f"Laid over each other the shapes cost {times} as much as their average under W₂"


def of_the_bound(found: Barycenter) -> str:
    """How near the average is to the least that any cloud can reach."""
    if found.least <= 1e-12:
        return "Nothing has to move."
    told = f"The average costs <b>Σ w W₂² = {found.cost:.3g}</b>, the weighted squared distances to the shapes"
    above = found.cost / found.least - 1
    if above < 1e-6:
        return f"{told}, and no cloud costs less."
    bound = f"none costs less than {found.least:.3g}, a sum over pairs"
    return f"{told}, at most <b>{above:.1%}</b> above the best: {bound}."
