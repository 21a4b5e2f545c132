"""`python -m core.orca record` runs the alignment experiments again and keeps them, with manifest entries."""

import argparse

import numpy as np

from core.assets import keep, versions_of
from core.orca.experiment import ARMS, TASKS, AlignParams, AlignResult, recording
from core.orca.jobs import align

COMMAND = "python -m core.orca record"


def main() -> None:
    """Reads the command line and records."""
    parser = argparse.ArgumentParser(prog="python -m core.orca", description=__doc__)
    parser.add_argument("action", choices=["record"], help="run every task, tuned and frozen, and keep the results")
    parser.add_argument("--task", choices=TASKS, help="only this task")
    only = parser.parse_args().task
    for tune_body in (True, False):
        for task in [only] if only else TASKS:
            record(AlignParams(task=task, tune_body=tune_body))


def record(params: AlignParams) -> None:
    """Runs one experiment, keeps it, and prints its table."""
    result = align(params, on_progress=lambda *_: None)
    keep(
        result,
        recording(params),
        recipe=COMMAND,
        seed=params.seeds[0],
        licence="Apache-2.0",
        description=f"MiniLM's encoder learns {params.task}, body {'tuned' if params.tune_body else 'frozen'}.",
        versions=versions_of("torch", "transformers", "numpy"),
    )
    table(result)


def table(result: AlignResult) -> None:
    """Prints the last accuracies of each arm and the fall of the distance."""
    print(f"{result.params.task}, body {'tuned' if result.params.tune_body else 'frozen'}, {result.seconds:.0f} s")
    for name, runs in zip(ARMS, result.accuracy, strict=True):
        print(f"  {name:22} {np.round(runs.mean(axis=0), 3)}  last by seed {np.round(runs[:, -1], 3)}")
    print(f"  distance {result.distance[:, 0].round(2)} to {result.distance[:, -1].round(2)}")
    for check in result.checks:
        print(f"  {'pass' if check.passed else 'FAIL'} {check.name}: {check.error:.2g} (bound {check.bound:.2g})")


if __name__ == "__main__":
    main()
