"""Kumar et al.'s two linear layers: what a probe, full tuning and the two in a row do to directions never seen."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check
from core.numbers import whole
from core.tuning.arguments import made_of, real

Vector = Float[np.ndarray, "_"]
Features = Float[np.ndarray, "feature input"]

WAYS = ("probe", "full", "lp_ft")
"""Train the head alone; all from a random head; all from the trained head."""

MARKS = 61
"""Steps at which errors are kept, the first and the last among them, spread evenly."""

RUNAWAY = 1e6
"""Descent has diverged where its loss is so many times the first one."""


@dataclass(frozen=True, slots=True)
class LinearTheoryParams:
    """One world, one pretrained feature map, and how long it is tuned.

    Args:
        seed: of everything random, from 0.
        d: inputs, 2 to 200.
        k: features, 1 to d.
        seen: directions of the input that the training data have, 1 to d.
        n: training examples, 1 to 2,000.
        feature_error: how far the pretrained features are from the true ones, 0 to 10.
        steps: of gradient descent, 0 to 20,000.
        rate: its learning rate, 0 to 1.
    """

    seed: int = 0
    d: int = 50
    k: int = 5
    seen: int = 25
    n: int = 60
    feature_error: float = 0.1
    steps: int = 1500
    rate: float = 0.05

    def __post_init__(self) -> None:
        whole("seed", self.seed, 0, 2**32 - 1)
        whole("d", self.d, 2, 200)
        whole("k", self.k, 1, self.d)
        whole("seen", self.seen, 1, self.d)
        whole("n", self.n, 1, 2000)
        whole("steps", self.steps, 0, 20_000)
        real("feature_error", self.feature_error, 0, 10)
        real("rate", self.rate, 0, 1)


@dataclass(frozen=True, eq=False)
class World:
    """What a seed draws.

    Args:
        target: w* = B*^T v*, the true function, of length 1 [input].
        features: B_0, the pretrained features, with orthonormal rows.
        seen, unseen: orthonormal directions, one a row, that the training data have and have not.
        inputs: the training examples, one a row.
        head: the random head from which full tuning starts [feature].
    """

    target: Vector
    features: Features
    seen: Float[np.ndarray, "seen input"]
    unseen: Float[np.ndarray, "unseen input"]
    inputs: Float[np.ndarray, "example input"]
    head: Vector

    @cached_property
    def probe(self) -> Vector:
        """The head of least squares on the pretrained features; the shortest one where there are several."""
        wanted = self.inputs @ self.target
        return np.asarray(np.linalg.lstsq(self.inputs @ self.features.T, wanted, rcond=None)[0])


@dataclass(frozen=True, eq=False)
class LinearTheory:
    """What came of the three ways; `error` means the mean square over the population, on unit inputs of each direction.

    Args:
        params: see LinearTheoryParams.
        id_error: way -> error on inputs from the seen directions alone.
        ood_error: way -> error on inputs from all directions.
        seen_change, unseen_change: |(B_full - B_0) u| for each seen and each unseen direction u.
        change: way -> |B - B_0|, the Frobenius norm.
        steps: steps after which errors were kept, the same for both that descend [mark].
        history: way -> errors in and out of distribution at these steps [2 mark].
        slope: the derivative of the probe's loss by its head, over the lengths of the two that are multiplied for it.
        mismatch: way -> |U (B_0^T v - w*)|², the error on the unseen directions U of its head on the old features.
        stopped: way -> the step at which its descent diverged and was stopped; a way that did not is not named.
    """

    params: LinearTheoryParams
    id_error: dict[str, float]
    ood_error: dict[str, float]
    seen_change: Float[np.ndarray, "seen"]
    unseen_change: Float[np.ndarray, "unseen"]
    change: dict[str, float]
    steps: Int[np.ndarray, "mark"]
    history: dict[str, Float[np.ndarray, "2 mark"]]
    slope: float
    mismatch: dict[str, float]
    stopped: dict[str, int]

    @property
    def checks(self) -> tuple[Check, ...]:
        """The probe is the least squares; directions without data stay, and meet the new head."""
        params, rounding = self.params, float(np.finfo(np.float64).eps)
        moved = float(self.unseen_change.max(initial=0.0))
        # Each step rounds features of length 1 and what was added to them.
        drift = rounding * (params.steps + params.d) * (1 + self.change["full"])
        beyond = self.ood_error["full"] - self.id_error["full"]
        apart = abs(beyond - self.mismatch["full"]) / (1 + self.ood_error["full"])
        return (
            Check(
                "The probe is the least squares: slope of its loss",
                self.slope,
                rounding * (params.d + params.n),
                "over the lengths of features and residual, float64",
            ),
            Check("Full tuning leaves each direction without data", moved, drift, "a rounding at each step"),
            Check(
                "What full tuning adds out of distribution: its new head on the old features",
                apart,
                4 * drift,
                "on the unseen directions, relative",
            ),
        )


def draw_world(params: LinearTheoryParams) -> World:
    """What the seed draws: w*, B_0, the seen directions, the training examples and a random head.

    B* has orthonormal rows, v* has length 1, and B_0 holds the orthonormalized rows of B* + ε G with G ~ N(0, 1/d).
    """
    rng = np.random.default_rng(params.seed)
    d, k = params.d, params.k
    true = _orthonormal(rng.normal(size=(k, d)))
    head = rng.normal(size=k)
    directions = _orthonormal(rng.normal(size=(d, d)))
    seen = directions[: params.seen]
    return World(
        target=true.T @ (head / np.linalg.norm(head)),
        features=_orthonormal(true + params.feature_error * rng.normal(size=(k, d)) / np.sqrt(d)),
        seen=seen,
        unseen=directions[params.seen :],
        inputs=rng.normal(size=(params.n, params.seen)) @ seen,
        head=rng.normal(size=k),
    )


def linear_theory(params: LinearTheoryParams) -> LinearTheory:
    """Tunes f(x) = v^T B x in three ways on data that do not have every direction.

    The loss is the half mean square over the examples, y = w*·x without noise. The probe is its least squares over v
    with B = B_0; full tuning descends over v and B from a random head v ~ N(0, 1), LP-FT from the probe's head.

    Args:
        params: see LinearTheoryParams.

    Returns:
        Errors over the populations N(0, projection on the seen directions) and N(0, identity), and what has moved.
        Descent that diverges is stopped; its errors are then those of the step at which it was.

    Raises:
        ValueError: for anything but a LinearTheoryParams.

    Invariants: the gradient by B is v times a mean of inputs, so (B - B_0) u = 0 for each direction u without data;
    the probe moves nothing.
    Source: Kumar et al. 2022 (2202.10054), sections 3 and 4.
    """
    made_of(LinearTheoryParams, params)
    world = draw_world(params)
    probe, steps = world.probe, marks(params.steps)
    paths = {"full": _descend(world, world.head, params, steps), "lp_ft": _descend(world, probe, params, steps)}
    left = _errors(world, world.features, probe)
    tuned = {way: path.features - world.features for way, path in paths.items()}
    history = {"probe": np.repeat(np.array(left)[:, None], len(steps), axis=1)}
    history |= {way: path.history for way, path in paths.items()}
    return LinearTheory(
        params=params,
        id_error={way: float(history[way][0, -1]) for way in WAYS},
        ood_error={way: float(history[way][1, -1]) for way in WAYS},
        seen_change=np.linalg.norm(tuned["full"] @ world.seen.T, axis=0),
        unseen_change=np.linalg.norm(tuned["full"] @ world.unseen.T, axis=0),
        change={"probe": 0.0} | {way: float(np.linalg.norm(moved)) for way, moved in tuned.items()},
        steps=steps,
        history=history,
        slope=_relative_slope(world),
        mismatch={"probe": _unseen_error(world, probe)}
        | {way: _unseen_error(world, path.head) for way, path in paths.items()},
        stopped={way: path.stopped for way, path in paths.items() if path.stopped is not None},
    )


def marks(steps: int) -> Int[np.ndarray, "mark"]:
    """Steps from 0 to the last, at most MARKS of them, spread evenly."""
    return np.unique(np.round(np.linspace(0, steps, MARKS))).astype(np.int64)


@dataclass(frozen=True, eq=False)
class _Path:
    """Where a descent ended, its errors at the kept steps, and the step at which it was stopped."""

    features: Features
    head: Vector
    history: Float[np.ndarray, "2 mark"]
    stopped: int | None


def _descend(world: World, head: Vector, params: LinearTheoryParams, steps: Int[np.ndarray, "mark"]) -> _Path:
    """Gradient descent over head and features together."""
    features, head = world.features.copy(), head.copy()
    covariance = world.inputs.T @ world.inputs / params.n
    kept, first, stopped = [_errors(world, features, head)], None, None
    wanted = set(steps.tolist())
    for step in range(1, params.steps + 1):
        apart = features.T @ head - world.target
        slope = covariance @ apart
        loss = float(apart @ slope)
        first = loss if first is None else first
        if not loss <= RUNAWAY * max(first, 1.0):
            stopped = step - 1
            break
        # Both slopes are those of the step's start.
        features, head = features - params.rate * np.outer(head, slope), head - params.rate * (features @ slope)
        if step in wanted:
            kept.append(_errors(world, features, head))
    kept += [_errors(world, features, head)] * (len(steps) - len(kept))
    return _Path(features, head, np.array(kept).T, stopped)


def _errors(world: World, features: Features, head: Vector) -> tuple[float, float]:
    """The population's mean square on the seen directions, and on all of them."""
    apart = features.T @ head - world.target
    on_seen = world.seen @ apart
    return float(on_seen @ on_seen), float(apart @ apart)


def _unseen_error(world: World, head: Vector) -> float:
    """The mean square of a head on the pretrained features, on the unseen directions alone."""
    apart = world.unseen @ (world.features.T @ head - world.target)
    return float(apart @ apart)


def _relative_slope(world: World) -> float:
    """How far from right angles the probe's residual and its features are; 0 for a perfect fit."""
    features, wanted = world.inputs @ world.features.T, world.inputs @ world.target
    residual = features @ world.probe - wanted
    size = np.linalg.norm(features) * (np.linalg.norm(wanted) + np.linalg.norm(features) * np.linalg.norm(world.probe))
    return float(np.linalg.norm(features.T @ residual) / size)


def _orthonormal(rows: Float[np.ndarray, "row input"]) -> Float[np.ndarray, "row input"]:
    """Gram and Schmidt: orthonormal rows that span the same, each on the side of the row that it comes from."""
    columns, upper = np.linalg.qr(rows.T)
    signs = np.where(np.diag(upper) < 0, -1.0, 1.0)
    return np.asarray((columns * signs).T)
