"""What the transport page computes, shared between visitors: keyed by names and numbers, and by a file's bytes."""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from threading import RLock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from cachetools import cached

from components.results import shared
from core.checks import Check
from core.transport import (
    Compared,
    DatasetDistance,
    Divergence,
    Flow,
    Labeled,
    ShiftReadings,
    Table,
    Transport,
    cloud,
    common_plane,
    compared,
    compared_anew,
    cost_matrix,
    crossed,
    dataset_distance,
    digits,
    distance_identities,
    gradient_flow,
    metric_identities,
    read_table,
    reweighted,
    sentences,
    shift_readings,
    sinkhorn_divergence,
    solve,
    vertex_costs,
)
from pages.adaptation.transport import points
from pages.adaptation.transport.topic import CROSSED

YOUR_FILE = "your file"

YOUR_POINTS = "your points"

WEIGHTS = ("as given", "scaled to 1", "heavier to the right", "source weighs twice")
"""As given: equal masses that sum to 1, or those of a visitor's file."""

FLOW_STEPS = 30

FLOOR_DRAWS = 8
"""Pairs of unchanged halves, whose distances are the noise floor."""

SENTENCES_HALVES = "sentences in MiniLM"

MOST_COMPARED = 200
"""Rows of each file that Gromov-Wasserstein compares where two datasets share no features."""


@lru_cache(maxsize=8)
def table_of(content: bytes, mass_column: str | None) -> Table:
    """A visitor's table. Raises ValueError in words for one that cannot be read."""
    return read_table(content, masses=mass_column)


def evenly(count: int, most: int) -> np.ndarray:
    """Places of `count` rows, or of `most` of them at even distances where there are more."""
    return np.linspace(0, count - 1, min(count, most)).round().astype(int)


@dataclass(frozen=True)
class Cloud:
    """A cloud by name, size and seed, moved by a shift; or a visitor's table by its bytes and its column of masses.

    Of a table with more than `most` rows, that many are taken, evenly. Points that a visitor has set are a text.
    """

    name: str
    count: int
    seed: int
    shift: tuple[float, float] = (0.0, 0.0)
    content: bytes = b""
    mass_column: str | None = None
    most: int = 1000
    text: str = ""

    def points(self) -> np.ndarray:
        """The points. Raises ValueError for a table or a text that cannot be read."""
        moved = self._unmoved().copy()
        moved[:, 0] += self.shift[0]
        if moved.shape[1] > 1:
            moved[:, 1] += self.shift[1]
        return moved

    def _unmoved(self) -> np.ndarray:
        if self.name == YOUR_POINTS:
            return points.read(self.text)
        if self.name == YOUR_FILE:
            return np.asarray(self._table.points[self._rows])
        return cloud(self.name, self.count, seed=self.seed)

    @property
    def weighs(self) -> bool:
        """Whether a table brings masses of its own."""
        return self.name == YOUR_FILE and self._table.weights is not None

    def masses(self) -> np.ndarray:
        """The mass of each point: that of the table, or equal ones that sum to 1."""
        if self.name == YOUR_FILE and self._table.weights is not None:
            own: np.ndarray = self._table.weights[self._rows]
            return own
        count = len(self.points())
        return np.full(count, 1 / max(count, 1))

    @property
    def _table(self) -> Table:
        return table_of(self.content, self.mass_column)

    @property
    def _rows(self) -> np.ndarray:
        return evenly(len(self._table.points), self.most)


@dataclass(frozen=True)
class Problem:
    """A transport problem as the page's controls describe it; options are pairs of a name and a value."""

    source: Cloud
    target: Cloud
    weights: str
    metric: str
    method: str
    options: tuple[tuple[str, Any], ...] = ()

    def masses(self) -> tuple[np.ndarray, np.ndarray]:
        """The masses of both sides."""
        a, b = self.source.masses(), self.target.masses()
        if self.weights == "scaled to 1":
            return a / a.sum(), b / b.sum()
        if self.weights == "heavier to the right" and len(a):
            x = self.source.points()[:, 0]
            tilted = a * np.exp(x - x.max())
            return tilted * (a.sum() / tilted.sum()), b
        return (2 * a if self.weights == "source weighs twice" else a), b

    @cached_property
    def balanced(self) -> bool:
        """Whether both sides weigh the same."""
        left, right = (float(side.sum()) for side in self.masses())
        return abs(left - right) <= 1e-9 * max(left, right)

    @property
    def exact(self) -> "Problem":
        """The same problem for the exact method."""
        return replace(self, method="exact", options=())


def _size(run: Transport) -> int:
    return 2 * run.source.nbytes + 2 * (run.plan.nbytes if run.plan is not None else 0) + 10_000


@shared(megabytes=120, size=_size)
def solution_of(problem: Problem) -> Transport:
    """Solves the problem on screen. Raises ValueError in words for what cannot be solved."""
    a, b = problem.masses()
    return solve(
        problem.source.points(),
        problem.target.points(),
        source_weights=a,
        target_weights=b,
        metric=problem.metric,
        method=problem.method,
        **dict(problem.options),
    )


@cached(WeakKeyDictionary(), key=lambda run: run, lock=RLock())
def metric_checks_of(run: Transport) -> tuple[Check, ...]:
    """What an exact cost must fulfil as a distance, for a result of `solution_of`."""
    return metric_identities(run)


def optimum_of(problem: Problem) -> float | None:
    """The exact cost of the same problem, where there is one to compare with: equal masses and equal features."""
    return solution_of(problem.exact).cost if problem.balanced else None


@shared(megabytes=10, size=lambda found: 1000 + found.gradient.nbytes)
def divergence_of(problem: Problem, reg: float) -> Divergence:
    """The debiased divergence of both sides of a balanced problem."""
    a, b = problem.masses()
    return sinkhorn_divergence(
        problem.source.points(), problem.target.points(), source_weights=a, target_weights=b, reg=reg
    )


@dataclass(frozen=True, eq=False)
class Sweep:
    """Sinkhorn at falling regularization: [reg] arrays of the share of the mean cost, cost, error and a verdict."""

    share: np.ndarray
    cost: np.ndarray
    error: np.ndarray
    feasible: np.ndarray


@shared(megabytes=5, size=lambda sweep: 5000)
def sweep_of(problem: Problem, domain: str, max_iter: int, mean_cost: float, optimum: float | None) -> Sweep:
    """Sinkhorn at 13 regularizations over three decades below the mean cost, which the caller knows already."""
    x, y, (a, b) = problem.source.points(), problem.target.points(), problem.masses()
    shares = np.logspace(0, -3, 13)
    runs = [
        solve(
            x,
            y,
            source_weights=a,
            target_weights=b,
            metric=problem.metric,
            method="sinkhorn",
            reg=float(share) * mean_cost,
            domain=domain,
            max_iter=max_iter,
            optimum=optimum,
        )
        for share in shares
    ]
    return Sweep(
        shares,
        np.array([run.cost for run in runs]),
        np.array([max(run.row_error, run.column_error) for run in runs]),
        np.array([bool(run.feasible) for run in runs]),
    )


@shared(megabytes=1, size=lambda value: 100)
def mean_cost_of(source: Cloud, target: Cloud, metric: str) -> float:
    """The mean cost between points with mass, the unit of the page's regularization; 1 where it is 0 or none."""
    x, y = (side.points()[side.masses() > 0] for side in (source, target))
    return (float(cost_matrix(x, y, metric=metric).mean()) or 1.0) if len(x) and len(y) else 1.0


@shared(megabytes=5, size=lambda read: 4 * read.shifts.nbytes)
def shifts_of(source: Cloud, cells: int) -> ShiftReadings:
    """A cloud moving away from itself, up to eight units."""
    points = source.points()
    return shift_readings(points, points, np.linspace(0, 8, 33), cells=cells)


@shared(megabytes=60, size=lambda flow: flow.positions.nbytes)
def flow_of(source: Cloud, target: Cloud, loss: str, step_size: float) -> Flow:
    """FLOW_STEPS steps of particles down a distance."""
    return gradient_flow(source.points(), target.points(), loss=loss, steps=FLOW_STEPS, step_size=step_size)


@dataclass(frozen=True)
class DatasetPair:
    """Two labeled datasets by name, or two tables by their bytes."""

    name: str
    count: int
    contents: tuple[bytes, bytes] = (b"", b"")

    def load(self) -> tuple[Labeled, Labeled]:
        """Both datasets. Raises ValueError for a table without labels or one that cannot be read."""
        if self.name == CROSSED:
            return crossed(self.count - self.count % 4)
        if self.name == SENTENCES_HALVES:
            return sentences("even"), sentences("odd")
        if self.name == YOUR_FILE:
            return _labeled(self.contents[0], "first"), _labeled(self.contents[1], "second")
        return digits(self.name.removeprefix("digits: "), self.count)


def _labeled(content: bytes, which: str) -> Labeled:
    try:
        table = table_of(content, "")
    except ValueError as error:
        raise ValueError(f"{which} file: {error}") from error
    if not table.labels:
        raise ValueError(f"the {which} file has no column called label; labels are what this distance compares")
    return Labeled(table.points, table.labels)


@shared(megabytes=60, size=lambda found: found.plan.nbytes)
def distance_of(pair: DatasetPair, inner: str, label_weight: float) -> DatasetDistance:
    """The distance between two labeled datasets."""
    one, other = pair.load()
    return reweighted(_first_found(pair, inner), one.x, other.x, label_weight=label_weight)


@shared(megabytes=30, size=lambda found: found.plan.nbytes)
def _first_found(pair: DatasetPair, inner: str) -> DatasetDistance:
    """The distance with its usual weight of the labels, for the distances between them: another weight keeps those."""
    one, other = pair.load()
    return dataset_distance(one.x, one.y, other.x, other.y, inner=inner)


@shared(megabytes=1, size=lambda floor: 1000)
def floor_of(count: int, inner: str, label_weight: float) -> np.ndarray:
    """How far apart unchanged halves of the digits lie: [draw 2], by points alone and with labels.

    The draws have as many samples as the pair on screen, and none of them is its draw.
    """
    return np.array([(alone, halves.value(label_weight)) for alone, halves in _unchanged_halves(count, inner)])


@shared(megabytes=30, size=lambda draws: sum(halves.nbytes for _, halves in draws))
def _unchanged_halves(count: int, inner: str) -> tuple[tuple[float, Compared], ...]:
    """The draws of `floor_of`, each with how far apart the points alone are."""
    draws = (digits("the other half", count, seed=seed) for seed in range(1, FLOOR_DRAWS + 1))
    sides = [compared(one.x, one.y, other.x, other.y, inner=inner) for one, other in draws]
    return tuple((halves.value(0), halves) for halves in sides)


@cached(WeakKeyDictionary(), key=lambda pair, found: found, lock=RLock())
def identities_of(pair: DatasetPair, found: DatasetDistance) -> tuple[Check, ...]:
    """What the distance between these datasets must fulfil; `found` is that of `distance_of` for this pair."""
    one, other = pair.load()
    return distance_identities(one.x, one.y, other.x, other.y, found, anew=_compared_anew(pair, found.inner))


@shared(megabytes=30, size=lambda anew: sum(sides.nbytes for sides in anew))
def _compared_anew(pair: DatasetPair, inner: str) -> tuple[Compared, Compared, Compared]:
    """What the identities look at, found anew, as far as it is the same at every weight of the labels."""
    one, other = pair.load()
    return compared_anew(one.x, one.y, other.x, other.y, inner=inner)


@shared(megabytes=10, size=_size)
def shapes_apart(pair: DatasetPair) -> Transport:
    """Gromov-Wasserstein between the points of two datasets that share no features, without their labels."""
    one, other = (side.x[evenly(len(side.x), MOST_COMPARED)] for side in pair.load())
    return solve(one, other, method="gromov", starts=3)


@shared(megabytes=20, size=lambda planes: sum(plane.nbytes for plane in planes))
def planes_of(pair: DatasetPair) -> tuple[np.ndarray, np.ndarray]:
    """Both datasets in one plane."""
    one, other = pair.load()
    return common_plane(one.x, other.x)


@shared(megabytes=1, size=lambda found: found.nbytes)
def vertices_of(
    costs: tuple[tuple[float, ...], ...], supply: tuple[float, ...], demand: tuple[float, ...]
) -> np.ndarray:
    """The cost of every vertex of a small problem, the cheapest first."""
    return vertex_costs(np.array(costs), np.array(supply), np.array(demand))
