"""How the recorded trainings are made: `python -m core.assets record convolution [NAME]`."""

from collections.abc import Callable, Iterator

import numpy as np

from core.assets import keep, versions_of
from core.convolution.jobs import train_digits
from core.convolution.records import SPREAD, run_file
from core.convolution.training import LABELS, DigitsCurves, DigitsSpread, DigitsTraining
from core.progress import portion

SEEDS = (0, 1, 2, 3, 4)
LICENCE = "CC0-1.0"


def digits() -> Iterator[str]:
    """Trains the network on digits with true and with shuffled labels, and keeps both runs."""
    for labels in LABELS:
        params = DigitsTraining(labels=labels)
        run = train_digits(params, on_progress=portion(None))
        path = keep(
            run,
            run_file(labels),
            recipe="python -m core.assets record convolution digits",
            seed=params.seed,
            licence=LICENCE,
            description=f"A small network trained on {params.train} digits with {labels} labels: "
            f"{run.curves.train[-1]:.3f} of them right, {run.curves.test[-1]:.3f} of the test.",
            versions=versions_of("torch", "numpy", "scikit-learn"),
        )
        yield f"{labels}: {run.seconds:.1f} s, {path.stat().st_size / 1e3:.0f} kB"


def spread() -> str:
    """The last accuracies of the same trainings over five seeds."""
    runs = [[_curves(labels, seed) for seed in SEEDS] for labels in LABELS]
    found = DigitsSpread(
        SEEDS,
        np.array([[run.train[-1] for run in row] for row in runs]),
        np.array([[run.test[-1] for run in row] for row in runs]),
    )
    path = keep(
        found,
        SPREAD,
        recipe="python -m core.assets record convolution spread",
        seed=None,
        licence=LICENCE,
        description=f"Last accuracies of trainings on digits over the seeds {SEEDS[0]} to {SEEDS[-1]}.",
        versions=versions_of("torch", "numpy", "scikit-learn"),
    )
    return f"{SPREAD}: {path.stat().st_size / 1e3:.1f} kB"


def _curves(labels: str, seed: int) -> DigitsCurves:
    return train_digits(DigitsTraining(labels=labels, seed=seed), on_progress=portion(None)).curves


RECIPES: dict[str, Callable[..., object]] = {"digits": digits, "spread": spread}
