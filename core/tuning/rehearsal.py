"""Rehearsal: a few per cent of other texts, read while a model learns its task. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.tuning.comparison import worst_of
from core.tuning.runs import BATCH, TuningRun


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A run in which in every so many updates one other text was read, too.

    Args:
        every: in how many updates one; 1 for each of them.
        run: what came of it.
    """

    every: int
    run: TuningRun

    @property
    def share(self) -> float:
        """The share of rehearsed texts among all that were read."""
        return 1 / (1 + BATCH * self.every)


@dataclass(frozen=True, eq=False)
class RehearsalRecord:
    """Runs with rehearsal, of some methods at their chosen rate, over seeds."""

    runs: tuple[Rehearsed, ...]

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that were run, in the order of the runs."""
        return tuple(dict.fromkeys(one.run.params.method for one in self.runs))

    def of(self, method: str, every: int) -> tuple[TuningRun, ...]:
        """The runs of a method, one for each seed, in their order."""
        found = [one.run for one in self.runs if (one.run.params.method, one.every) == (method, every)]
        return tuple(sorted(found, key=lambda run: run.params.seed))

    def shares(self, method: str) -> tuple[Rehearsed, ...]:
        """A run of each share that a method has, from the smallest."""
        found = {one.every: one for one in self.runs if one.run.params.method == method}
        return tuple(found[every] for every in sorted(found, reverse=True))

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks of the runs, of each the worst."""
        return worst_of(one.run for one in self.runs)


def grown(run: TuningRun) -> Float[np.ndarray, "text"]:
    """Perplexity of each of OTHER_TEXTS after tuning, over that before."""
    found: Float[np.ndarray, "text"] = run.perplexity / run.before
    return found
