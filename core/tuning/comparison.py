"""Recorded runs of every method side by side: the chosen rates, the range over seeds, and what leads beyond noise."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from core.checks import Check
from core.numbers import NORMAL_95, wilson
from core.tuning.runs import METHODS, TuningParams, TuningRun
from core.tuning.texts import TEST

SEEDS = 2
"""With fewer seeds that ended nothing is known of how seeds differ, so nothing is told apart."""


@dataclass(frozen=True, slots=True)
class SeedRange:
    """A quantity over the seeds of one method that ended: its mean, its range, and how many they are."""

    mean: float
    low: float
    high: float
    seeds: int


@dataclass(frozen=True, eq=False)
class TuningRecord:
    """Recorded runs: each method at the learning rates of seed 0, and at the chosen one for every seed."""

    runs: tuple[TuningRun, ...]

    def name(self, params: TuningParams) -> str:
        """What runs are told apart by: their method."""
        return params.method

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that were run, in the order of METHODS."""
        found = {run.params.method for run in self.runs}
        return tuple(method for method in METHODS if method in found)

    def chosen_rate(self, method: str) -> float:
        """The rate with the best validation accuracy at seed 0; of equal ones the smaller, which moves less.

        Raises:
            KeyError: for a method without a run at seed 0 that was not stopped.
        """
        tried = [run for run in self.tried(method) if not run.stopped]
        if not tried:
            raise KeyError(method)
        best = max(tried, key=lambda run: (run.validation_accuracy, -run.params.rate))
        return best.params.rate

    def chosen(self, method: str) -> tuple[TuningRun, ...]:
        """The runs of a method at its chosen rate, one for each seed, in their order."""
        rate = self.chosen_rate(method)
        found = [run for run in self.runs if self.name(run.params) == method and run.params.rate == rate]
        return tuple(sorted(found, key=lambda run: run.params.seed))

    def ended(self, method: str) -> tuple[TuningRun, ...]:
        """The chosen runs that were not stopped: a model that diverged is no result of its method."""
        return tuple(run for run in self.chosen(method) if not run.stopped)

    def tried(self, method: str) -> tuple[TuningRun, ...]:
        """The runs of seed 0 at each rate, from the smallest."""
        found = [run for run in self.runs if self.name(run.params) == method and run.params.seed == 0]
        return tuple(sorted(found, key=lambda run: run.params.rate))

    def beside(self, method: str) -> tuple[TuningRun, ...]:
        """The runs of a method at other rates than the chosen one."""
        rate = self.chosen_rate(method)
        return tuple(run for run in self.runs if self.name(run.params) == method and run.params.rate != rate)

    def over_seeds(self, method: str, quantity: str) -> SeedRange:
        """A field of the chosen runs over the seeds that ended: "id_accuracy", "ood_accuracy", "seconds"."""
        values = [float(getattr(run, quantity)) for run in self.ended(method)]
        return SeedRange(float(np.mean(values)), min(values), max(values), len(values))

    def leads(self, method: str, other: str, quantity: str) -> bool:
        """Whether the accuracy of a method lies above that of another one by more than noise.

        Two kinds of noise: each seed of the one must lie above each seed of the other, and the means must differ by
        more than the TEST texts of one set let them by chance, 1.96 sqrt(p (1 - p) / TEST + q (1 - q) / TEST). Neither
        leads where fewer than SEEDS of its seeds ended.
        """
        first, second = self.over_seeds(method, quantity), self.over_seeds(other, quantity)
        variance = sum(found.mean * (1 - found.mean) / TEST for found in (first, second))
        enough = min(first.seeds, second.seeds) >= SEEDS
        return enough and first.low > second.high and first.mean - second.mean > NORMAL_95 * math.sqrt(variance)

    def beats_a_guess(self, method: str, quantity: str) -> bool:
        """Whether the mean accuracy is above a half by more than chance, on as many texts as one test set has.

        False where fewer than SEEDS seeds ended.
        """
        found = self.over_seeds(method, quantity)
        return found.seeds >= SEEDS and wilson(found.mean * TEST, TEST)[0] > 0.5

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks of the chosen runs, of each the worst over methods and seeds."""
        return worst_of(run for method in self.methods for run in self.chosen(method))


def worst_of(runs: Iterable[TuningRun]) -> tuple[Check, ...]:
    """Of each check of some runs the worst."""
    by_name: dict[str, list[Check]] = {}
    for check in (check for run in runs for check in run.checks):
        by_name.setdefault(check.name, []).append(check)
    # What is no number counts as the worst.
    worst = (max(found, key=lambda check: (math.isnan(check.error), check.error)) for found in by_name.values())
    return tuple(replace(check, detail=f"{check.detail}, the worst of all runs") for check in worst)
