"""Two trainings that differ in one setting, from the same starts: which ends lower on fresh points, and how surely."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from jaxtyping import Float

from core.learning.training import NetworkParams, NetworkRun, train_starts

SEEDS = 6
"""Starts of each side. If both were alike, one would end lower in all six of them with probability 2 / 2⁶ = 3 %."""

Verdict = Literal["as it is", "changed", "neither"]


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


def duel(
    one: NetworkParams,
    other: NetworkParams,
    *,
    seeds: int = SEEDS,
    on_progress: Callable[[float], None] | None = None,
) -> Duel:
    """Trains both settings from `seeds` starts each, on the same points.

    Args:
        one, other: their seeds are replaced by 0, 1, 2, ...
        seeds: at least 1.
        on_progress: called with the share that is done, after each epoch of either side.

    Raises:
        ValueError: for seeds below 1, or a parameter out of range.

    Invariant: a setting against itself wins nowhere.
    """
    if seeds < 1:
        raise ValueError(f"seeds = {seeds} must be at least 1.")
    told = on_progress or (lambda share: None)
    starts = tuple(range(seeds))
    runs = train_starts(one, starts, on_progress=lambda share: told(share / 2))
    return Duel(runs, train_starts(other, starts, on_progress=lambda share: told((1 + share) / 2)))


def _end(run: NetworkRun) -> float:
    if run.diverged_at is not None:
        return float("inf")
    return float(run.test_loss[-1] if len(run.test.y) else run.train_loss[-1])
