"""What the transport page computes, shared between visitors: keyed by names and numbers, and by a file's bytes."""

from dataclasses import dataclass

import numpy as np

from components.results import shared
from core.transport import (
    DatasetDistance,
    Divergence,
    Flow,
    Labeled,
    ShiftReadings,
    Transport,
    cloud,
    crossed,
    dataset_distance,
    digits,
    gradient_flow,
    read_table,
    sentences,
    shift_readings,
    sinkhorn_divergence,
    solve,
)

YOUR_FILE = "your file"

WEIGHTS = ("equal", "heavier to the right", "source weighs twice")


@dataclass(frozen=True)
class Cloud:
    """A cloud by name, size and seed, moved by a shift; or a visitor's table by its bytes."""

    name: str
    count: int
    seed: int
    shift: tuple[float, float] = (0.0, 0.0)
    content: bytes = b""

    def points(self) -> np.ndarray:
        """The points. Raises ValueError for a table that cannot be read."""
        points = (
            read_table(self.content).points if self.name == YOUR_FILE else cloud(self.name, self.count, seed=self.seed)
        )
        moved = points.copy()
        moved[:, 0] += self.shift[0]
        if moved.shape[1] > 1:
            moved[:, 1] += self.shift[1]
        return moved


@dataclass(frozen=True)
class Problem:
    """A transport problem as the page's controls describe it; options are pairs of a name and a value."""

    source: Cloud
    target: Cloud
    weights: str
    metric: str
    method: str
    options: tuple[tuple[str, object], ...] = ()

    def masses(self) -> tuple[np.ndarray, np.ndarray]:
        """The weights of both sides."""
        x, y = self.source.points(), self.target.points()
        a, b = np.full(len(x), 1 / len(x)), np.full(len(y), 1 / len(y))
        if self.weights == "heavier to the right":
            a = np.exp(x[:, 0] - x[:, 0].max())
            a = a / a.sum()
        elif self.weights == "source weighs twice":
            a = 2 * a
        return a, b


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


def optimum_of(problem: Problem) -> float | None:
    """The exact cost of the same problem, where there is one to compare with: equal masses and equal features."""
    if problem.weights == "source weighs twice":
        return None
    return solution_of(Problem(problem.source, problem.target, problem.weights, problem.metric, "exact")).cost


@shared(megabytes=10, size=lambda found: 1000 + found.gradient.nbytes)
def divergence_of(source: Cloud, target: Cloud, reg: float) -> Divergence:
    """The debiased divergence of two clouds with equal masses."""
    return sinkhorn_divergence(source.points(), target.points(), reg=reg)


@dataclass(frozen=True, eq=False)
class Sweep:
    """Sinkhorn at falling regularization: [reg] arrays of the share of the mean cost, cost, error and a verdict."""

    share: np.ndarray
    cost: np.ndarray
    error: np.ndarray
    feasible: np.ndarray


@shared(megabytes=5, size=lambda sweep: 5000)
def sweep_of(problem: Problem, domain: str, max_iter: int) -> Sweep:
    """Sinkhorn at 13 regularizations over three decades below the mean cost."""
    x, y, (a, b) = problem.source.points(), problem.target.points(), problem.masses()
    shares = np.logspace(0, -3, 13)
    best = optimum_of(problem)
    mean = float(mean_cost_of(problem))
    runs = [
        solve(
            x,
            y,
            source_weights=a,
            target_weights=b,
            metric=problem.metric,
            method="sinkhorn",
            reg=float(share) * mean,
            domain=domain,
            max_iter=max_iter,
            optimum=best,
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
def mean_cost_of(problem: Problem) -> float:
    """The mean of the cost matrix, the unit in which the page gives the regularization; 1 where it is 0."""
    from core.transport import cost_matrix

    x, y = problem.source.points(), problem.target.points()
    return float(cost_matrix(x, y, metric=problem.metric).mean()) or 1.0


@shared(megabytes=5, size=lambda read: 4 * read.shifts.nbytes)
def shifts_of(source: Cloud, cells: int) -> ShiftReadings:
    """A cloud moving away from itself, up to eight units."""
    points = source.points()
    return shift_readings(points, points, np.linspace(0, 8, 33), cells=cells)


@shared(megabytes=60, size=lambda flow: flow.positions.nbytes)
def flow_of(source: Cloud, target: Cloud, loss: str, step_size: float) -> Flow:
    """Thirty steps of particles down a distance."""
    return gradient_flow(source.points(), target.points(), loss=loss, steps=30, step_size=step_size)


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


CROSSED = "equal points, other labels"
SENTENCES_HALVES = "sentences in MiniLM"


def _labeled(content: bytes, which: str) -> Labeled:
    table = read_table(content)
    if not table.labels:
        raise ValueError(f"the {which} file has no column called label; labels are what this distance compares")
    return Labeled(table.points, table.labels)


@shared(megabytes=60, size=lambda found: found.plan.nbytes)
def distance_of(pair: DatasetPair, inner: str, label_weight: float) -> DatasetDistance:
    """The distance between two labeled datasets."""
    one, other = pair.load()
    return dataset_distance(one.x, one.y, other.x, other.y, inner=inner, label_weight=label_weight)


@shared(megabytes=20, size=lambda planes: sum(plane.nbytes for plane in planes))
def planes_of(pair: DatasetPair) -> tuple[np.ndarray, np.ndarray]:
    """Both datasets in the plane of the two largest principal components of their union; as they are in 2-D."""
    one, other = pair.load()
    if one.x.shape[1] == 2:
        return one.x, other.x
    both = np.concatenate([one.x, other.x])
    center = both.mean(axis=0)
    axes = np.linalg.svd(both - center, full_matrices=False)[2][:2]
    return (one.x - center) @ axes.T, (other.x - center) @ axes.T
