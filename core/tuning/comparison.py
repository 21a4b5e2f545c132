"""Runs of every method side by side, and the learning rates that are chosen among them."""

from dataclasses import dataclass

from core.tuning.runs import TuningRun


@dataclass(frozen=True, eq=False)
class TuningRecord:
    """Recorded runs: each method at the learning rates of seed 0, and at the chosen one for every seed."""

    runs: tuple[TuningRun, ...]

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

    def tried(self, method: str) -> tuple[TuningRun, ...]:
        """The runs of seed 0 at each rate, from the smallest."""
        found = [run for run in self.runs if run.params.method == method and run.params.seed == 0]
        return tuple(sorted(found, key=lambda run: run.params.rate))
