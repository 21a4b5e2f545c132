"""What the learning page computes, shared between visitors: keyed by names and numbers, and by a table's bytes."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from components.results import shared
from core.learning import (
    COUNTS,
    Decomposition,
    DecompositionParams,
    DoubleDescent,
    Fit,
    GuessersParams,
    Guessing,
    OneSet,
    RandomFeatureParams,
    Selection,
    SelectionParams,
    Ways,
    WaysParams,
    World,
    decomposition,
    fit,
    guessing,
    one_set,
    random_features,
    sample,
    selection,
    ways,
)
from pages.foundations.learning.panels.table import Points, parted, rows_of

HIGHEST = 20
RIDGES = {"none": 0.0, "0.0001": 1e-4, "0.001": 1e-3, "0.01": 0.01, "0.1": 0.1, "1": 1.0, "10": 10.0}
"""What a ridge may be, as it stands on screen."""
TEST_POINTS = 500
REPEATS = 10
"""Seeds of the double descent, whose median is drawn."""


@dataclass(frozen=True)
class Data:
    """Where the points come from.

    Args:
        world: a function with noise; None for a table.
        points, validation: how many points of the function.
        added: points that the visitor put in, (x, y) each; they join the training points.
        content: the table of a visitor, as bytes.
    """

    world: World | None
    points: int
    validation: int
    seed: int
    added: Points = ()
    content: bytes = b""

    @cached_property
    def sets(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Training, validation and test points, [point 2] each. Raises ValueError for a table that cannot be read."""
        if self.world is None:
            training, validation, test = parted(rows_of(self.content), self.seed)
        else:
            counts = (self.points, self.validation, TEST_POINTS)
            training, validation, test = (
                np.column_stack(sample(self.world, count, seed=self.seed, stream=stream))
                for stream, count in enumerate(counts)
            )
        return (np.concatenate([training, np.array(self.added).reshape(-1, 2)]), validation, test)


@dataclass(frozen=True, eq=False)
class Comparison:
    """The fits of every degree to one data set.

    Args:
        errors: name of the set -> [degree], its mean squared error.
        squares: [degree point], the squared errors on the test points.
    """

    data: Data
    fits: tuple[Fit, ...]
    errors: dict[str, np.ndarray]
    squares: np.ndarray

    @property
    def chosen(self) -> int:
        """The degree of least validation error."""
        return int(self.errors["validation"].argmin())

    @property
    def best(self) -> int:
        """The degree of least test error."""
        return int(self.errors["test"].argmin())


@shared(megabytes=20, size=lambda found: 40_000 + found.squares.nbytes)
def comparison_of(data: Data, ridge: float) -> Comparison:
    """Every degree fitted to the training points. Raises ValueError for points that cannot be fitted."""
    training, validation, test = data.sets
    fits = tuple(fit(*training.T, degree=degree, ridge=ridge) for degree in range(HIGHEST + 1))
    squares = np.array([(test[:, 1] - found.predict(test[:, 0])) ** 2 for found in fits])
    errors = {
        "training": np.array([found.error(*training.T) for found in fits]),
        "validation": np.array([found.error(*validation.T) for found in fits]),
        "test": squares.mean(axis=1),
    }
    return Comparison(data, fits, errors, squares)


@shared(megabytes=20, size=lambda found: 4 * found.risk.nbytes)
def selection_of(params: SelectionParams) -> Selection:
    """Degrees chosen over many data sets."""
    return selection(params)


@shared(megabytes=5, size=lambda found: 4 * found.test.nbytes)
def guessing_of(params: GuessersParams) -> Guessing:
    """Contests of guessers."""
    return guessing(params)


@shared(megabytes=20, size=lambda found: 2 * found.curves.nbytes)
def decomposition_of(params: DecompositionParams) -> Decomposition:
    """Fits to many data sets, and their bias and variance."""
    return decomposition(params)


@shared(megabytes=5, size=lambda runs: 2000 * len(runs))
def descents_of(noise: float, ridge: float) -> tuple[DoubleDescent, ...]:
    """The double descent of REPEATS seeds."""
    return tuple(random_features(RandomFeatureParams(COUNTS, 100, noise, ridge, seed)) for seed in range(REPEATS))


@shared(megabytes=5, size=lambda found: 4 * found.generative.nbytes)
def ways_of(params: WaysParams) -> Ways:
    """Both classifiers over the number of samples."""
    return ways(params)


@shared(megabytes=5, size=lambda found: 4 * found.x.nbytes)
def one_set_of(params: WaysParams, points: int) -> OneSet:
    """Both classifiers on one data set."""
    return one_set(params, points)
