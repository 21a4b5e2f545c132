"""A small network trained by stochastic gradient descent, with its weights kept step by step."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import SupportsFloat

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check
from core.learning.arguments import real
from core.learning.networks import ACTIVATIONS, Net
from core.learning.patterns import PATTERNS, REACH, Pattern, pattern
from core.numbers import whole

Weights = Float[np.ndarray, "... parameter"]

LONGEST = 1e6
"""Weights of a greater length than this are said to have diverged."""

YOURS = "yours"
"""The pattern of a visitor: only the points of `own`."""

STARTS = ("random", "all equal")

FIRST = 20
"""So many updates from the start are kept one by one; later ones evenly."""
MOST_KEPT, MOST_NUMBERS = 280, 56_000
"""Steps, and numbers in all of them together, that are kept: 300 kB in a browser."""

FRESH = 500
"""Test points of a pattern."""

DIRECTIONS = 8
"""In so many random directions is the gradient held against a finite difference."""

AT_ONCE = 200_000
"""Numbers of one layer that are computed at once, 1.6 MB of them: they stay in the processor's cache."""

LARGEST_NOISE, LARGEST_SEED = 1e6, 2**63

LIMITS = {"neurons": 32, "layers": 6, "points": 2000, "epochs": 5000, "updates": 200_000}


@dataclass(frozen=True, slots=True)
class NetworkParams:
    """What decides a run, to the last bit.

    Args:
        data: a key of PATTERNS, or "yours" for the points of `own` alone.
        hidden: neurons of each hidden layer, up to 6 layers of 1 to 32; none makes it logistic regression.
        activation: a key of ACTIVATIONS.
        learning_rate: η, finite and at least 0.
        weight_decay: λ of λ/2 Σ W², biases left out; finite and at least 0.
        batch: points in an update, at least 1; more than there are means all.
        epochs: how often all points are gone through, 0 to 5000, and 200,000 updates at most.
        points: training points of a pattern, 1 to 2000; the test has 500 others.
        noise: standard deviation of the shift of each point, 0 to a million.
        seed: of the start and of the order of points.
        data_seed: of the points.
        start: "random", normal weights of variance 1 / inputs of the neuron (2 / inputs for relu), or "all equal",
            each weight 1/2; biases begin at 0.
        own: points added to the training set, each (x1, x2, class).
    """

    data: str = "circle"
    hidden: tuple[int, ...] = (4, 4)
    activation: str = "tanh"
    learning_rate: float = 0.1
    weight_decay: float = 0.0
    batch: int = 10
    epochs: int = 100
    points: int = 200
    noise: float = 0.0
    seed: int = 0
    data_seed: int = 0
    start: str = "random"
    own: tuple[tuple[float, float, int], ...] = ()

    @property
    def net(self) -> Net:
        """The network's shape."""
        return Net((2, *self.hidden, 1), self.activation)

    @property
    def batches(self) -> int:
        """Updates in an epoch."""
        return -(-self.train_points // self.batch)

    @property
    def train_points(self) -> int:
        """How many points it is trained on."""
        if self.data == YOURS:
            return len(self.own) - len(self.own) // 4
        return self.points + len(self.own)

    def checked(self) -> "NetworkParams":
        """Itself; raises ValueError, with the value and the allowed range, where a value is out of range."""
        for name, allowed in (("data", (*PATTERNS, YOURS)), ("activation", tuple(ACTIVATIONS)), ("start", STARTS)):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} = {getattr(self, name)!r} must be one of {', '.join(allowed)}.")
        if not isinstance(self.hidden, list | tuple) or len(self.hidden) > LIMITS["layers"]:
            raise ValueError(f"hidden = {self.hidden!r} must be up to {LIMITS['layers']} layers of 1 to 32 neurons.")
        for size in self.hidden:
            whole("hidden", size, 1, LIMITS["neurons"])
        for name in ("learning_rate", "weight_decay"):
            real(name, getattr(self, name), 0.0)
        real("noise", self.noise, 0.0, LARGEST_NOISE)
        for name, low, high in (("batch", 1, 10**9), ("epochs", 0, LIMITS["epochs"]), ("points", 1, LIMITS["points"])):
            whole(name, getattr(self, name), low, high)
        for name in ("seed", "data_seed"):
            whole(name, getattr(self, name), 0, LARGEST_SEED)
        _check_own(self.own)
        if self.data == YOURS and not self.own:
            raise ValueError("own has 0 points; the pattern “yours” needs 1 at least.")
        if self.batches * self.epochs > LIMITS["updates"]:
            raise ValueError(f"{self.batches * self.epochs:,} updates must be {LIMITS['updates']:,} at most.")
        return self


def _check_own(own: object) -> None:
    """Raises ValueError, with what it is, where a point is not x1, x2 and a class within what is allowed."""
    for point in own if isinstance(own, list | tuple) else (own,):
        if not (isinstance(point, list | tuple) and len(point) == 3 and _lies_within(*point)):
            raise ValueError(f"own point {point!r} must be x1 and x2 within ±{REACH:g}, and class 1 or -1.")


def _lies_within(x1: object, x2: object, label: object) -> bool:
    near = all(isinstance(value, SupportsFloat) and abs(float(value)) <= REACH for value in (x1, x2))
    return near and label in (-1, 1)


@dataclass(frozen=True, eq=False)
class NetworkRun:
    """A training, step by step. Index 0 is the start, before any update.

    Args:
        params: what decided it.
        train, test: the points. `test` has none where the visitor's own points are too few to spare any.
        steps: [step], how many updates had been made.
        weights: [step parameter], as `params.net` reads them.
        train_loss, test_loss: [step], in nats; the test loss is NaN where there is no test point.
        train_error, test_error: [step], the share of points on the wrong side.
        diverged_at: the update after which the weights were longer than a million or no numbers; None where none was.
            The steps end before it.
    """

    params: NetworkParams
    train: Pattern
    test: Pattern
    steps: Int[np.ndarray, " step"]
    weights: Float[np.ndarray, "step parameter"]
    train_loss: Float[np.ndarray, " step"]
    test_loss: Float[np.ndarray, " step"]
    train_error: Float[np.ndarray, " step"]
    test_error: Float[np.ndarray, " step"]
    diverged_at: int | None

    @property
    def epochs(self) -> Float[np.ndarray, " step"]:
        """How many epochs each step lies from the start."""
        return np.asarray(self.steps / self.params.batches)

    @property
    def size(self) -> int:
        """Bytes of what is kept."""
        return int(self.weights.nbytes + self.train.x.nbytes * 4 + self.steps.nbytes * 6)

    @cached_property
    def dead(self) -> tuple[int, ...]:
        """Of each hidden layer, how many neurons give 0 for every training point at the end."""
        outputs = self.params.net.forward(self.weights[-1], self.train.x)[1:-1]
        return tuple(int((layer == 0).all(axis=0).sum()) for layer in outputs)

    @cached_property
    def different(self) -> tuple[int, ...]:
        """Of each hidden layer, how many neurons differ at the end: two are the same where they say the same of each
        training point, to nine digits."""
        outputs = self.params.net.forward(self.weights[-1], self.train.x)[1:-1]
        return tuple(len(np.unique(np.round(layer, 9), axis=1).T) for layer in outputs)

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """What must hold of the run on screen; see `gradient_check` and `sent_check`."""
        return gradient_check(self), sent_check(self)


def train_network(params: NetworkParams, *, on_progress: Callable[[float], None] | None = None) -> NetworkRun:
    """Trains a multilayer perceptron by stochastic gradient descent on the cross entropy of two classes.

    In each epoch all points are gone through in a new order, a batch at a time: W <- W - η (∂L/∂W + λ W), and
    b <- b - η ∂L/∂b.

    Args:
        params: what decides the run.
        on_progress: called with the share that is done, after each epoch.

    Raises:
        ValueError: for a parameter out of range.

    Invariant: the same params give the same run; with η = 0 nothing changes.
    """
    told = None if on_progress is None else lambda epoch, _: on_progress(epoch / max(1, params.epochs))
    return train_starts(params, (params.seed,), on_epoch=told)[0]


def train_starts(
    params: NetworkParams, seeds: Sequence[int], *, on_epoch: Callable[[int, Weights], None] | None = None
) -> tuple[NetworkRun, ...]:
    """The same training from several starts, all at once: for each seed what `train_network` gives.

    Args:
        params: what decides the runs, but their seed.
        seeds: of the starts and of the orders of points, one at least.
        on_epoch: called before the first update and after each epoch, with how many there were and the weights [start
            parameter], which it must not change; those of a start that has diverged are any numbers or none.

    Raises:
        ValueError: for a parameter out of range, and for no seeds.

    Invariant: a run does not depend on which others it is trained with.
    """
    if not len(seeds):
        raise ValueError("seeds is empty; it must hold one seed or more.")
    every = [replace(params, seed=seed).checked() for seed in seeds]
    train, test = points_of(params)
    total = params.batches * params.epochs
    wanted = set(_kept(total, params.net.parameters).tolist())
    kept: dict[int, Weights] = {}
    ends: dict[int, tuple[int, Weights]] = {}
    before = np.empty(0)
    with np.errstate(over="ignore", invalid="ignore"):
        for step, flat in _updates(every, train):
            for start in np.flatnonzero(~(np.einsum("sp,sp->s", flat, flat) <= LONGEST**2)).tolist():
                ends.setdefault(start, (step, before[start]))
            if len(ends) == len(every):
                break
            before = flat.copy()
            if step in wanted:
                kept[step] = before
            if on_epoch is not None and step % params.batches == 0:
                on_epoch(step // params.batches, before)
    return tuple(_measured(one, train, test, *_of_start(place, kept, ends)) for place, one in enumerate(every))


def _of_start(
    start: int, kept: dict[int, Weights], ends: dict[int, tuple[int, Weights]]
) -> tuple[dict[int, Weights], int | None]:
    """The kept weights of one start with the last before it diverged, and the update that did it; None for no such."""
    if start not in ends:
        return {step: weights[start] for step, weights in kept.items()}, None
    diverged, last = ends[start]
    return {step: weights[start] for step, weights in kept.items() if step < diverged} | {diverged - 1: last}, diverged


def points_of(params: NetworkParams) -> tuple[Pattern, Pattern]:
    """Training and test points. Of a visitor's own pattern every fourth point is kept for the test."""
    own = np.array(params.own, dtype=float).reshape(-1, 3)
    if params.data == YOURS:
        spared = np.arange(len(own)) % 4 == 3
        return Pattern(own[~spared, :2], own[~spared, 2]), Pattern(own[spared, :2], own[spared, 2])
    drawn = pattern(params.data, params.points, noise=params.noise, seed=2 * params.data_seed)
    fresh = pattern(params.data, FRESH, noise=params.noise, seed=2 * params.data_seed + 1)
    return Pattern(np.vstack([drawn.x, own[:, :2]]), np.append(drawn.y, own[:, 2])), fresh


def _kept(total: int, parameters: int) -> Int[np.ndarray, " step"]:
    """Which updates are kept: the first ones, then evenly to the last."""
    most = max(2, min(MOST_KEPT, MOST_NUMBERS // parameters))
    first = np.arange(min(FIRST, most // 2, total) + 1)
    return np.unique(np.append(first, np.linspace(first[-1], total, most - len(first) + 1).round().astype(int)))


def kept_steps(params: NetworkParams) -> int:
    """How many steps of a run are kept, the start included."""
    return len(_kept(params.batches * params.epochs, params.net.parameters))


def _start(params: NetworkParams) -> Float[np.ndarray, " parameter"]:
    """The weights before any update."""
    net, rng = params.net, np.random.default_rng([params.seed, 0])
    flat = np.zeros(net.parameters)
    gain = 2.0 if params.activation == "relu" else 1.0
    for matrix, _ in net.layers(flat):
        drawn = rng.standard_normal(matrix.shape) * np.sqrt(gain / len(matrix))
        matrix[:] = 0.5 if params.start == "all equal" else drawn
    return flat


def _updates(every: Sequence[NetworkParams], train: Pattern) -> Iterator[tuple[int, Weights]]:
    """The starts, and the weights after each update with its number: one array [start parameter], which changes."""
    params = every[0]
    net, orders = params.net, [np.random.default_rng([one.seed, 1]) for one in every]
    flat, gradient = np.stack([_start(one) for one in every]), np.empty((len(every), params.net.parameters))
    layers, into = net.layers(flat), net.layers(gradient)
    shrink = params.learning_rate * params.weight_decay * net.is_matrix
    step = 0
    yield step, flat
    for _ in range(params.epochs):
        order = np.stack([rng.permutation(len(train.y)) for rng in orders])
        x, y = train.x[order], train.y[order]
        for at in range(0, len(train.y), params.batch):
            net.backward(layers, x[:, at : at + params.batch], y[:, at : at + params.batch], into)
            flat -= params.learning_rate * gradient + shrink * flat
            step += 1
            yield step, flat


def _measured(
    params: NetworkParams, train: Pattern, test: Pattern, kept: dict[int, Weights], diverged: int | None
) -> NetworkRun:
    """The run with its losses and errors at each kept step."""
    weights = np.stack(list(kept.values()))
    on_train = _told(params.net, weights, train)
    on_test = _told(params.net, weights, test) if len(test.y) else np.full((2, len(weights)), np.nan)
    (train_loss, train_error), (test_loss, test_error) = on_train, on_test
    return NetworkRun(
        params,
        train,
        test,
        np.array(list(kept)),
        weights,
        train_loss,
        test_loss,
        train_error,
        test_error,
        diverged,
    )


def _told(net: Net, weights: Weights, data: Pattern) -> Float[np.ndarray, "2 step"]:
    """Loss and error of each step, so many steps at once as keep what is computed for them small."""
    most = max(1, AT_ONCE // (len(data.y) * max(net.sizes)))
    parts = [net.told(weights[at : at + most], data.x, data.y) for at in range(0, len(weights), most)]
    return np.concatenate(parts, axis=1)


def gradient_check(run: NetworkRun, *, gradient: Float[np.ndarray, " parameter"] | None = None) -> Check:
    """∇L·v at the last step against finite differences along random v, in the imaginary direction: Im L(w + ihv) / h.

    That difference subtracts nothing, so h may be so small that its own error vanishes (Squire and Trapp 1998). What
    is left is rounding, of which sums with terms of both signs may cost digits: half of them are allowed.

    Args:
        run: the training.
        gradient: another gradient to hold against it; the run's own without it.
    """
    net, flat = run.params.net, run.weights[-1]
    told = net.gradient(flat, run.train.x, run.train.y) if gradient is None else gradient
    size = net.gradient_size(flat, run.train.x, run.train.y)
    along = np.random.default_rng(0).standard_normal((DIRECTIONS, net.parameters))
    gaps = [abs(told @ v - net.slope(flat, v, run.train.x, run.train.y)) / ((np.abs(v) @ size) or 1.0) for v in along]
    return Check(
        "Backward against finite differences",
        float(np.max(gaps)),
        float(np.sqrt(np.finfo(float).eps)),
        f"along {DIRECTIONS} random directions, relative to the size of what is summed; half the digits of float64",
    )


def sent_check(run: NetworkRun, *, sent: Float[np.ndarray, " parameter"] | None = None) -> Check:
    """The loss from the weights as the browser has them, in float32, against the loss of the run.

    Rounding moves each weight by 2⁻²⁴ of itself at most, so the loss by 2⁻²⁴ Σ |w| |∂L/∂w| to first order; as much
    again is allowed for the second.

    Args:
        run: the training.
        sent: other weights; the run's own in float32 without them.
    """
    net, flat = run.params.net, run.weights[-1]
    rounded = (flat if sent is None else sent).astype(np.float32).astype(float)
    size = float(np.abs(flat) @ net.gradient_size(flat, run.train.x, run.train.y))
    loss = float(run.train_loss[-1])
    gap = abs(net.loss(rounded, run.train.x, run.train.y) - loss)
    return Check(
        "Loss from the weights in the browser",
        gap,
        2.0**-23 * size + len(run.train.y) * float(np.finfo(float).eps) * (1 + loss),
        "nats; what rounding the weights to float32 may change",
    )
