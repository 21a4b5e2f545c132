"""Two trainings that differ in one setting, from the same starts: which ends lower on fresh points, and how surely."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from jaxtyping import Float

from core.learning.training import (
    FRESH,
    LONGEST,
    NetworkParams,
    NetworkRun,
    Weights,
    kept_steps,
    points_of,
    train_starts,
)
from core.numbers import whole
from core.progress import Progress, portion

SEEDS = 6
"""Starts of each side. If both were alike, one would end lower in all six of them with probability 2 / 2⁶ = 3 %."""

MOST_SEEDS = 100
LOOKS = 40
"""So often is a side looked at on its way, for those who wait."""

Verdict = Literal["as it is", "changed", "neither"]
Curve = tuple[Float[np.ndarray, "_"], Float[np.ndarray, "_"]]


@dataclass(frozen=True, slots=True)
class DuelParams:
    """Args:
    one, other: their seeds are replaced by 0, 1, 2, ...
    seeds: starts of each side, 1 to 100.
    """

    one: NetworkParams
    other: NetworkParams
    seeds: int = SEEDS


@dataclass(frozen=True, eq=False)
class DuelCurves:
    """Losses of two settings over the epochs; where a run diverged its curve ends.

    Args:
        as_it_is, changed: for each start (epochs, losses) [step]: test losses in nats, training losses without a test.
    """

    as_it_is: tuple[Curve, ...]
    changed: tuple[Curve, ...]


@dataclass(frozen=True, eq=False)
class Duel:
    """Runs of two settings over the same seeds.

    Args:
        runs: with the settings as they are. others: with one of them changed; as many.
    """

    runs: tuple[NetworkRun, ...]
    others: tuple[NetworkRun, ...]

    @cached_property
    def ends(self) -> Float[np.ndarray, "2 seed"]:
        """The last test loss of each run in nats, infinite where it diverged; the training loss without a test."""
        return np.array([[_end(run) for run in side] for side in (self.runs, self.others)])

    @property
    def curves(self) -> DuelCurves:
        """The losses of both sides at every kept step."""
        sides = [tuple((run.epochs, _losses(run)) for run in side) for side in (self.runs, self.others)]
        return DuelCurves(*sides)

    @property
    def wins(self) -> tuple[int, int]:
        """In how many seeds each side ends lower; a tie counts for neither."""
        as_it_is, changed = self.ends
        return int((as_it_is < changed).sum()), int((changed < as_it_is).sum())

    @property
    def verdict(self) -> Verdict:
        """The side that ends lower for every seed; neither where there is none."""
        as_it_is, changed = self.wins
        if as_it_is == len(self.runs):
            return "as it is"
        return "changed" if changed == len(self.runs) else "neither"

    @property
    def size(self) -> int:
        """Bytes of what is kept."""
        return sum(run.size for run in (*self.runs, *self.others))


def duel(params: DuelParams, /, *, on_progress: Progress | None = None) -> Duel:
    """Trains both settings from as many starts each, on the same points.

    Args:
        params: the two settings.
        on_progress: called up to some LOOKS times a side with the share that is done, with words, and with `DuelCurves`
            so far.

    Raises:
        ValueError: for seeds out of range, or a parameter out of range.
        Whatever `on_progress` raises, which ends the training.

    Invariant: a setting against itself wins nowhere.
    """
    starts = tuple(range(whole("seeds", params.seeds, 1, MOST_SEEDS)))
    one, other = _Side("as it is", params.one.checked()), _Side("changed", params.other.checked())

    def told(side: _Side, on_side: Progress) -> Callable[[int, Weights], None]:
        def after(epoch: int, weights: Weights) -> None:
            if side.looked(epoch, weights):
                on_side(epoch / side.total, side.words(epoch), DuelCurves(one.curves, other.curves))

        return after

    runs = train_starts(one.params, starts, on_epoch=told(one, portion(on_progress, 0.0, 0.5)))
    return Duel(runs, train_starts(other.params, starts, on_epoch=told(other, portion(on_progress, 0.5, 1.0))))


def duel_seconds(params: DuelParams) -> float:
    """How long a duel takes one thread of the machine on which promises are measured, in seconds.

    An update costs its calls, of which there are as many for six starts as for one, and its arithmetic; the losses of
    the kept steps come on top. Measured over networks of none to six layers, batches of 1 to 400, with each activation.
    """
    return sum(_side_seconds(one, params.seeds) for one in (params.one, params.other))


PER_UPDATE, PER_LAYER, PER_OUTPUT, PER_KEPT = 5e-5, 2.3e-6, 6.5e-8, 4e-8
"""Seconds of an update, of each layer in it, of each neuron's output in it, and of each neuron's in a kept loss."""


def _side_seconds(params: NetworkParams, seeds: int) -> float:
    updates, neurons = params.batches * params.epochs, sum(params.hidden) + 1
    batch, size = min(params.batch, params.train_points), seeds / SEEDS
    told = kept_steps(params) * (params.train_points + FRESH) * neurons
    layers = PER_LAYER * (len(params.hidden) + 1)
    return updates * (PER_UPDATE + layers + PER_OUTPUT * size * batch * neurons) + PER_KEPT * size * told


class _Side:
    """One side on its way: the losses of each start so far."""

    def __init__(self, name: str, params: NetworkParams) -> None:
        train, test = points_of(params)
        self.params, self.total = params, max(1, params.epochs)
        self._name, self._data = name, test if len(test.y) else train
        self._epochs: list[float] = []
        self._losses: list[Float[np.ndarray, " seed"]] = []

    @property
    def curves(self) -> tuple[Curve, ...]:
        """For each start its epochs and losses, as far as it has not diverged."""
        epochs = np.array(self._epochs)
        known = [(column, np.isfinite(column)) for column in np.array(self._losses).T]
        return tuple((epochs[finite], column[finite]) for column, finite in known)

    def words(self, epoch: int) -> str:
        """Where it is."""
        return f"{self._name.capitalize()}: epoch {epoch:,} of {self.total:,}"

    def looked(self, epoch: int, weights: Weights) -> bool:
        """Takes the losses down, at LOOKS epochs of all; returns whether this was one."""
        if epoch % -(-self.total // LOOKS) and epoch < self.total:
            return False
        known = np.einsum("sp,sp->s", weights, weights) <= LONGEST**2
        loss, _ = self.params.net.told(np.where(known[:, None], weights, 0.0), self._data.x, self._data.y)
        self._epochs.append(float(epoch))
        self._losses.append(np.where(known, loss, np.nan))
        return True


def _losses(run: NetworkRun) -> Float[np.ndarray, " step"]:
    return run.test_loss if len(run.test.y) else run.train_loss


def _end(run: NetworkRun) -> float:
    return float("inf") if run.diverged_at is not None else float(_losses(run)[-1])
