"""How the recorded runs are made: `python -m core.assets record tuning [NAME]`."""

from collections.abc import Callable, Iterator

import numpy as np

from core.assets import keep, versions_of
from core.tuning.costs import CostRecord
from core.tuning.jobs import tune_parts
from core.tuning.parameters import Shape
from core.tuning.parts import SHIFTS, PartsParams, PartsRecord, PartsRun
from core.tuning.records import COSTS_FILE, PARTS_FILE, THEORY_FILE, TheoryGrid
from core.tuning.runs import METHODS, TuningParams, counted
from core.tuning.theory import WAYS, LinearTheoryParams, linear_theory

TEXTS, TOKENS = 8, 16
"""Of the update whose cost is measured: about those of the task."""

MEASURED = tuple(method for method in METHODS if method != "lp_ft")
"""An update of LP-FT is one of full tuning."""

FEATURE_ERRORS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5)
THEORY_SEEDS = range(8)

PARTS_SEEDS = range(5)


def costs() -> Iterator[str]:
    """One update of each method: bytes and seconds."""
    from core.models import load_causal_lm
    from core.tuning.with_torch.costs import measure_step

    lm, found = load_causal_lm(), []
    for method in MEASURED:
        found.append(measure_step(lm, TuningParams(method), texts=TEXTS, tokens=TOKENS))
        yield str(found[-1])
    numbers = counted(Shape(), TuningParams())
    what = "Bytes and seconds of one update of SmolLM2 by method."
    yield _kept("costs", CostRecord(tuple(found), TEXTS, TOKENS, numbers), COSTS_FILE, what)


def parts() -> Iterator[str]:
    """One part of a small network tuned at a time, for each shift."""
    runs: list[PartsRun] = []
    for shift in SHIFTS:
        for seed in PARTS_SEEDS:
            runs.append(tune_parts(PartsParams(shift, seed)))
            yield f"{shift} {seed}  {runs[-1].pretrained:.3f} {runs[-1].before:.3f}  {runs[-1].accuracy}"
    what = f"{len(runs)} small networks, one part tuned at a time on a shift of the digits."
    yield _kept("parts", PartsRecord(tuple(runs)), PARTS_FILE, what)


def theory() -> str:
    """Three ways to tune two linear layers, over the error of the features."""
    found = [
        [linear_theory(LinearTheoryParams(seed=seed, feature_error=error)) for seed in THEORY_SEEDS]
        for error in FEATURE_ERRORS
    ]
    # Single precision is more than a figure shows, and half the file.
    history = {way: np.array([[one.history[way] for one in row] for row in found], np.float32) for way in WAYS}
    grid = TheoryGrid(np.array(FEATURE_ERRORS), found[0][0].steps, history)
    return _kept("theory", grid, THEORY_FILE, "Errors of probe, full tuning and LP-FT of two linear layers.")


RECIPES: dict[str, Callable[..., object]] = {"theory": theory, "parts": parts, "costs": costs}


def _kept(recipe: str, result: object, file: str, what: str) -> str:
    """Keeps a result and says how large the file is."""
    path = keep(
        result,
        file,
        recipe=f"python -m core.assets record tuning {recipe}",
        seed=0,
        licence="Apache-2.0",
        description=what,
        versions=versions_of("torch", "transformers", "peft", "numpy"),
    )
    return f"{file}: {path.stat().st_size / 1e3:.0f} kB"
