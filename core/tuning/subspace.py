"""Training in a random subspace: how few directions of a network's weights are enough for a task. Needs no torch."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int
from threadpoolctl import threadpool_limits

from core.checks import Check
from core.digits import SIDE, digit_images
from core.numbers import whole
from core.tuning.arguments import real

Weights = Float[np.ndarray, "weight"]

PIXELS, HIDDEN, NAMES = SIDE * SIDE, 24, 10
WEIGHTS = PIXELS * HIDDEN + HIDDEN + HIDDEN * NAMES + NAMES
"""Of a network with one hidden layer, between the pixels of a digit and its ten names."""

TRAINED_ON, TESTED = 1000, 500
"""Digits, of 1,797."""

SHARE = 0.9
"""The intrinsic dimension is the smallest d that reaches this share of the accuracy of training all weights."""


@dataclass(frozen=True, slots=True)
class SubspaceParams:
    """One training within a random subspace.

    Args:
        dimension: d, directions that may be moved along, from 1; WEIGHTS trains all weights as they are.
        seed: of the start, the directions and the split, 0 to 9,999.
        steps: of Adam with all digits, 1 to 1,000.
        rate: its learning rate, above 0 and at most 10.
    """

    dimension: int = 50
    seed: int = 0
    steps: int = 120
    rate: float = 0.1

    def __post_init__(self) -> None:
        whole("dimension", self.dimension, 1, WEIGHTS)
        whole("seed", self.seed, 0, 9999)
        whole("steps", self.steps, 1, 1000)
        real("rate", self.rate, 1e-9, 10)


@dataclass(frozen=True, eq=False)
class SubspaceRun:
    """What came of it.

    Args:
        params: see SubspaceParams.
        accuracy: on digits that it never saw.
        start: the same before the first step.
        loss: mean cross entropy before each step, in nats [step].
        slope_error: the largest difference of the slope along a direction, by hand and by a difference quotient.
        apart: the largest entry of |P^T P - 1|, with the directions as the columns of P.
    """

    params: SubspaceParams
    accuracy: float
    start: float
    loss: Float[np.ndarray, "step"]
    slope_error: float
    apart: float

    @property
    def checks(self) -> tuple[Check, ...]:
        """The slopes are those of the loss, and the directions are orthonormal."""
        rounding = float(np.finfo(np.float64).eps)
        # A central difference of width h errs by about h² and by a rounding over h; h is the cube root of the latter.
        return (
            Check("Slope along the directions: a difference quotient", self.slope_error, 100 * rounding ** (2 / 3)),
            Check("The directions are orthonormal", self.apart, 8 * rounding * WEIGHTS**0.5, "largest entry"),
        )


def train_in_subspace(params: SubspaceParams) -> SubspaceRun:
    """Trains theta = theta_0 + P z over z alone, on the digits.

    P has d orthonormal columns, drawn evenly over all such; z starts at 0. The network is one hidden layer of tanh.

    Returns:
        The run. Invariant: the same params give the same run.

    Source: Li et al. 2018, measuring the intrinsic dimension (1804.08838); here P is orthonormal and dense.
    """
    # On one thread: beside other work, threads that wait for each other at each of many small products took twenty
    # times as long, and a slider waits for this.
    with threadpool_limits(1, user_api="blas"):
        return _trained(params)


def _trained(params: SubspaceParams) -> SubspaceRun:
    """Adam over z."""
    task = _Task(params.seed)
    directions = task.directions(params.dimension)
    place = np.zeros(params.dimension)
    mean, square = np.zeros_like(place), np.zeros_like(place)
    losses = []
    for step in range(1, params.steps + 1):
        loss, slope = task.loss(task.start + directions.out(place))
        losses.append(loss)
        along = directions.into(slope)
        mean, square = 0.9 * mean + 0.1 * along, 0.99 * square + 0.01 * along**2
        moved = (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
        place = place - params.rate * task.gentle(params.dimension) * moved
    return SubspaceRun(
        params=params,
        accuracy=task.accuracy(task.start + directions.out(place)),
        start=task.accuracy(task.start),
        loss=np.array(losses),
        slope_error=task.slope_error(directions),
        apart=directions.apart,
    )


@dataclass(frozen=True, eq=False)
class _Directions:
    """Orthonormal columns P, or all axes, for which P is not written out."""

    columns: Float[np.ndarray, "weight dimension"] | None

    def out(self, place: Float[np.ndarray, "dimension"]) -> Weights:
        return place if self.columns is None else self.columns @ place

    def into(self, slope: Weights) -> Float[np.ndarray, "dimension"]:
        return slope if self.columns is None else self.columns.T @ slope

    @property
    def apart(self) -> float:
        if self.columns is None:
            return 0.0
        return float(np.abs(self.columns.T @ self.columns - np.eye(self.columns.shape[1])).max())


class _Task:
    """The digits of a seed, the weights from which training starts, and the loss."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        pixels, names = digit_images()
        order = self._rng.permutation(len(pixels))
        train, test = order[:TRAINED_ON], order[-TESTED:]
        self.images, self.names = pixels[train], names[train]
        self.test_images, self.test_names = pixels[test], names[test]
        first = self._rng.normal(size=(PIXELS, HIDDEN)) / np.sqrt(PIXELS)
        second = self._rng.normal(size=(HIDDEN, NAMES)) / np.sqrt(HIDDEN)
        self.start = np.concatenate([first.ravel(), np.zeros(HIDDEN), second.ravel(), np.zeros(NAMES)])

    def directions(self, dimension: int) -> _Directions:
        if dimension == WEIGHTS:
            return _Directions(None)
        return _Directions(np.linalg.qr(self._rng.normal(size=(WEIGHTS, dimension)))[0])

    def gentle(self, dimension: int) -> float:
        """One step of Adam moves each coordinate alike: with many of them the weights would move farther."""
        return float(np.sqrt(50 / dimension)) if dimension > 50 else 1.0

    def loss(self, weights: Weights) -> tuple[float, Weights]:
        """Mean cross entropy of the training digits, and its slope."""
        first, bias, second, last = _parts(weights)
        inner = np.tanh(self.images @ first + bias)
        logits = inner @ second + last
        logits = logits - logits.max(1, keepdims=True)
        sums = np.exp(logits).sum(1, keepdims=True)
        rows = np.arange(len(self.names))
        loss = float((np.log(sums[:, 0]) - logits[rows, self.names]).mean())
        apart = np.exp(logits) / sums
        apart[rows, self.names] -= 1
        apart /= len(rows)
        back = (apart @ second.T) * (1 - inner**2)
        slope = [self.images.T @ back, back.sum(0), inner.T @ apart, apart.sum(0)]
        return loss, np.concatenate([part.ravel() for part in slope])

    def accuracy(self, weights: Weights) -> float:
        first, bias, second, last = _parts(weights)
        logits = np.tanh(self.test_images @ first + bias) @ second + last
        return float((logits.argmax(1) == self.test_names).mean())

    def slope_error(self, directions: _Directions) -> float:
        """The slope at the start along three ways within the subspace, by hand and by central differences."""
        width = float(np.finfo(np.float64).eps) ** (1 / 3)
        slope, worst = directions.into(self.loss(self.start)[1]), 0.0
        for axis in np.random.default_rng(0).normal(size=(3, len(slope))):
            axis /= np.linalg.norm(axis)
            ahead, behind = (self.loss(self.start + side * width * directions.out(axis))[0] for side in (1, -1))
            worst = max(worst, abs((ahead - behind) / (2 * width) - float(slope @ axis)))
        return worst


def _parts(weights: Weights) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The two matrices with the numbers added behind them."""
    sizes = (PIXELS * HIDDEN, HIDDEN, HIDDEN * NAMES, NAMES)
    first, bias, second, last = np.split(weights, np.cumsum(sizes)[:-1])
    return first.reshape(PIXELS, HIDDEN), bias, second.reshape(HIDDEN, NAMES), last


@dataclass(frozen=True, eq=False)
class SubspaceRecord:
    """Accuracies over the dimension of the subspace and over seeds.

    Args:
        dimensions: of the subspace [dimension].
        accuracy: on digits never seen [dimension seed].
        whole: with all weights trained [seed].
        start: before training [seed].
        checks: of all runs, of each the worst.
        opening: the run of the usual parameters, with which a page can open.
    """

    dimensions: Int[np.ndarray, "dimension"]
    accuracy: Float[np.ndarray, "dimension seed"]
    whole: Float[np.ndarray, "seed"]
    start: Float[np.ndarray, "seed"]
    checks: tuple[Check, ...]
    opening: SubspaceRun

    @property
    def goal(self) -> float:
        """SHARE of the mean accuracy of training all weights."""
        return SHARE * float(self.whole.mean())

    @cached_property
    def d90(self) -> tuple[int | None, ...]:
        """For each seed the smallest recorded d that reaches SHARE of what all weights reach; None where none does."""
        reached = self.accuracy >= SHARE * self.whole
        return tuple(int(self.dimensions[column.argmax()]) if column.any() else None for column in reached.T)
