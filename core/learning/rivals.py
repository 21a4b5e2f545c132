"""Generative against discriminative on the same points, over the number of points."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.learning.classifiers import Logistic, NaiveBayes, logistic, naive_bayes
from core.numbers import whole

TEST_POINTS = 1000
DRAWS = 40
SAMPLE_SIZES = (4, 8, 16, 32, 64, 128, 256, 512)
"""Training points, half of each class."""

Cloud = Float[np.ndarray, "draw point d"]
Labels = Int[np.ndarray, "draw point"]


def _independent(noise: Cloud, label: Labels, rng: np.random.Generator) -> Cloud:
    return np.asarray(noise + _sides(label) * _toward(noise.shape[-1], 0.8, 0.8))


def _correlated(noise: Cloud, label: Labels, rng: np.random.Generator) -> Cloud:
    """The first two features err together: where the second is too large, so is the first, and can be corrected."""
    together = noise.copy()
    together[..., 1] = 0.7 * noise[..., 0] + np.sqrt(0.51) * noise[..., 1]
    return np.asarray(together + _sides(label) * _toward(noise.shape[-1], 0.8, 0.2))


def _outliers(noise: Cloud, label: Labels, rng: np.random.Generator) -> Cloud:
    """A tenth of one class lies far out, on its own side of the boundary: as easy to tell, but far from normal."""
    far = (rng.random(label.shape) < 0.1) & (label == 1)
    return np.asarray(_independent(noise, label, rng) + far[..., None] * _toward(noise.shape[-1], 6.0, 6.0))


def _sides(label: Labels) -> Float[np.ndarray, "draw point 1"]:
    return np.where(label == 1, 1.0, -1.0)[..., None]


def _toward(d: int, first: float, second: float) -> Float[np.ndarray, "d"]:
    return np.concatenate([[first, second], np.zeros(d - 2)])


CLASSES: dict[str, Callable[[Cloud, Labels, np.random.Generator], Cloud]] = {
    "independent normal": _independent,
    "correlated": _correlated,
    "far outliers": _outliers,
}
"""Two classes: the density is right, its independence is wrong, its normal shape is wrong."""


@dataclass(frozen=True, slots=True)
class WaysParams:
    """Args:
    classes: a key of CLASSES.
    features: d, 2 to 30; the first two tell the classes apart, the others are noise.
    """

    classes: str = "independent normal"
    features: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        """Raises ValueError for unknown classes and for a number of features out of range."""
        if self.classes not in CLASSES:
            raise ValueError(f"classes = {self.classes!r} must be one of {', '.join(CLASSES)}")
        whole("features", self.features, 2, 30)


@dataclass(frozen=True, eq=False)
class Ways:
    """Errors of both classifiers over many data sets.

    Args:
        generative, discriminative: [size draw], the share of wrong answers on TEST_POINTS new points, for SAMPLE_SIZES.
    """

    generative: Float[np.ndarray, "size draw"]
    discriminative: Float[np.ndarray, "size draw"]


@dataclass(frozen=True, eq=False)
class OneSet:
    """One data set [point d] with classes [point], and what either classifier makes of it."""

    x: Float[np.ndarray, "point d"]
    y: Int[np.ndarray, "point"]
    density: NaiveBayes
    boundary: Logistic


def ways(params: WaysParams) -> Ways:
    """Trains both classifiers on DRAWS data sets of each of SAMPLE_SIZES, and tries them on new points.

    Both are lines between the classes: normal densities with pooled variances, and logistic regression.

    Invariant: both see the same training points and the same test points.
    Source: Ng and Jordan, On Discriminative vs. Generative Classifiers, NIPS 2001.
    """
    fresh, truth = labeled_points(params, TEST_POINTS, draws=1, stream=51)
    errors = []
    for size in SAMPLE_SIZES:
        x, y = labeled_points(params, size, draws=DRAWS)
        models = naive_bayes(x, y, pooled=True), logistic(x, y)
        errors.append([(model.predict(fresh[0]) != truth[0]).mean(axis=-1) for model in models])
    generative, discriminative = np.swapaxes(np.array(errors), 0, 1)
    return Ways(generative, discriminative)


def one_set(params: WaysParams, points: int) -> OneSet:
    """Both classifiers on one data set of `points` points, 4 to 512; raises ValueError for another number."""
    x, y = labeled_points(params, whole("points", points, 4, 512), draws=1)
    return OneSet(x[0], y[0], naive_bayes(x[0], y[0], pooled=True), logistic(x[0], y[0]))


def labeled_points(params: WaysParams, count: int, *, draws: int, stream: int = 50) -> tuple[Cloud, Labels]:
    """Data sets and their classes, [draw point d] and [draw point]; classes come in turn, so that each has half."""
    rng = np.random.default_rng([params.seed, stream, count])
    label = np.tile(np.arange(count) % 2, (draws, 1))
    return CLASSES[params.classes](rng.standard_normal((draws, count, params.features)), label, rng), label
