"""Worlds to learn from: a function that the learner does not know, and noisy points of it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.learning.arguments import Vector, real
from core.numbers import whole

Values = Float[np.ndarray, "..."]

MOST_POINTS = 500

FUNCTIONS: dict[str, Callable[[Values], Values]] = {
    "sine": lambda x: np.sin(4.5 * x),
    "cubic": lambda x: 2 * x**3 - x,
    "bump": lambda x: np.exp(-12 * x**2),
    "step": lambda x: np.where(x < 0, -0.5, 0.5),
    "line": lambda x: 0.8 * x,
}
"""What there is to learn, f: y = f(x) + noise."""


@dataclass(frozen=True, slots=True)
class World:
    """Args:
    function: a key of FUNCTIONS.
    noise: σ, the standard deviation of a normal error on each y, in the unit of y.
    reach: x is uniform within [-reach, reach].
    """

    function: str = "sine"
    noise: float = 0.25
    reach: float = 1.0

    def __post_init__(self) -> None:
        """Raises ValueError for an unknown function, a negative noise, and a reach that is not above 0."""
        if self.function not in FUNCTIONS:
            raise ValueError(f"function = {self.function!r} must be one of {', '.join(FUNCTIONS)}")
        real("noise", self.noise, 0.0, 1e6)
        real("reach", self.reach, 1e-6, 1e6)

    def truth(self, x: Values) -> Values:
        """f(x) without noise: [...] -> [...]."""
        return FUNCTIONS[self.function](x)

    def nodes(self, count: int = 96) -> tuple[Vector, Vector]:
        """Gauss-Legendre places and weights that sum to 1: a mean over the uniform x, exact for polynomials.

        With 96 nodes it is exact up to degree 191; the square of a fit of degree 20 has 40.
        """
        t, weight = np.polynomial.legendre.leggauss(count)
        return self.reach * t, weight / 2


def sample(world: World, count: int, *, seed: int, stream: int = 0) -> tuple[Vector, Vector]:
    """Points of a world, x and y: [point]. More points of one seed begin with the fewer.

    Args:
        count: 1 to 500.
        stream: 0 training, 1 validation, 2 test: different points under one seed. The first two training points lie at
            the ends of the range, so that no polynomial is asked beyond its points, where it knows nothing.

    Raises:
        ValueError: for a count out of range.

    Invariant: x does not depend on the noise, and y - f(x) is proportional to it.
    """
    x, y = samples(world, count, draws=1, seed=seed, stream=stream, ends=stream == 0)
    return x[0], y[0]


def samples(
    world: World, count: int, *, draws: int, seed: int, stream: int = 0, ends: bool = False
) -> tuple[Float[np.ndarray, "draw point"], Float[np.ndarray, "draw point"]]:
    """Many data sets at once: x and y, [draw point]; see `sample`, which is the case of one draw.

    Args:
        ends: whether the first two points of each lie at the ends of the range.
    """
    number = whole("count", count, 1, MOST_POINTS)
    rng = np.random.default_rng([seed, stream])
    # Drawn point by point, so that a data set with more points begins with the one that has fewer.
    place, error = rng.random((MOST_POINTS, draws)), rng.standard_normal((MOST_POINTS, draws))
    if ends:
        place[:2] = np.array([[0.0], [1.0]])
    x = world.reach * (2 * place[:number].T - 1)
    return x, world.truth(x) + world.noise * error[:number].T
