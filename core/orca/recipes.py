"""How the recorded alignments are made: `python -m core.assets record orca [NAME]`."""

from collections.abc import Callable, Iterator

import numpy as np

from core.assets import keep, versions_of
from core.orca.experiment import ARMS, TASKS, AlignParams, AlignResult, recording
from core.orca.jobs import align
from core.progress import portion


def alignments(*, tasks: tuple[str, ...] = TASKS) -> Iterator[str]:
    """Every arm of the named tasks, with the body tuned and frozen.

    Args:
        tasks: digits, signals.

    Raises:
        ValueError: for another task.
    """
    for params in [AlignParams(task=task, tune_body=tune_body) for tune_body in (True, False) for task in tasks]:
        result = align(params, on_progress=portion(None))
        keep(
            result,
            recording(params),
            recipe=f"python -m core.assets record orca alignments --tasks {params.task}",
            seed=params.seeds[0],
            licence="Apache-2.0",
            description=f"MiniLM's encoder learns {params.task}, body {'tuned' if params.tune_body else 'frozen'}.",
            versions=versions_of("torch", "transformers", "numpy"),
        )
        yield from _table(result)


RECIPES: dict[str, Callable[..., object]] = {"alignments": alignments}


def _table(result: AlignResult) -> Iterator[str]:
    """The last accuracies of each arm and the fall of the distance."""
    yield f"{result.params.task}, body {'tuned' if result.params.tune_body else 'frozen'}, {result.seconds:.0f} s"
    for name, runs in zip(ARMS, result.accuracy, strict=True):
        yield f"  {name:22} {np.round(runs.mean(axis=0), 3)}  last by seed {np.round(runs[:, -1], 3)}"
    yield f"  distance {result.distance[:, 0].round(2)} to {result.distance[:, -1].round(2)}"
    for check in result.checks:
        yield f"  {'pass' if check.passed else 'FAIL'} {check.name}: {check.error:.2g} (bound {check.bound:.2g})"
