"""How the recorded runs are made: `python -m core.assets record tuning [NAME]`."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing import get_context
from typing import Any

import numpy as np

from core.assets import AssetError, keep, kept, versions_of
from core.tuning.changes import ChangeRecord, WeightChange
from core.tuning.comparison import TuningRecord
from core.tuning.costs import CostRecord, MemoryRecord, StepMemory
from core.tuning.jobs import tune_parts
from core.tuning.merging import MergeParams, MergeRecord, MergeRun
from core.tuning.parameters import Shape
from core.tuning.parts import SHIFTS, PartsParams, PartsRecord, PartsRun
from core.tuning.places import VARIANTS, LoraRecord, name_of, variant
from core.tuning.records import (
    CHANGE_FILE,
    COSTS_FILE,
    DIRECTIONS_FILE,
    MEMORY_FILE,
    MERGING_FILE,
    METHODS_FILE,
    PARTS_FILE,
    PLACES_FILE,
    REHEARSAL_FILE,
    SUBSPACE_FILE,
    THEORY_FILE,
    TRANSFER_FILE,
    TheoryGrid,
)
from core.tuning.rehearsal import RehearsalRecord, Rehearsed
from core.tuning.runs import CANDIDATES, METHODS, STEPS, TuningParams, TuningRun, counted
from core.tuning.subspace import WEIGHTS, SubspaceParams, SubspaceRecord, train_in_subspace
from core.tuning.tasks import FAMILIES, MOST_EACH, TASKS
from core.tuning.texts import draw_sets
from core.tuning.theory import WAYS, LinearTheoryParams, linear_theory
from core.tuning.transfer import (
    DirectionsRecord,
    TransferParams,
    TransferRecord,
)

SEEDS = (0, 1, 2)
ORDER = ("probe", "full", "last", "lora", "adapter", "prompt", "ia3", "prefix", "norms", "lp_ft")
"""Of the recorded methods: a recording that is cut off has the first ones."""

INSIDE = {"lp_ft": CANDIDATES["lp_ft"]}
"""Rates that have every seed, whichever is chosen: LP-FT moves between the probe and full tuning by its rate."""

LOOKED_AT = ("full", "lora")
"""Methods whose weight changes are kept."""

TEXTS, TOKENS = 8, 16
"""Of the update whose cost is measured: about those of the task."""

MEASURED = tuple(method for method in METHODS if method != "lp_ft")
"""An update of LP-FT is one of full tuning."""

MEMORY_RUNS = 2
"""Processes in which the memory of each method is measured."""

FORGETFUL = ("norms",)
"""Methods that are run with rehearsal: the one that forgets most."""

EVERY = (1,)
"""In so many updates one text is rehearsed beside the 16 reviews of each: 6 % of the texts."""

ALONG, LORA_DIMENSIONS, PULL = "meals", (1, 3, 10, 30, 100), 3.0
"""The task that LoRA learns along few directions, how many, and the learning rate of z times their root: each update
then moves LoRA's numbers by the same length."""

FEATURE_ERRORS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5)
THEORY_SEEDS = range(8)

DIMENSIONS = (1, 2, 5, 10, 20, 35, 50, 75, 100, 150, 200, 300, 500, 1000)
SUBSPACE_SEEDS = range(5)

PARTS_SEEDS = range(5)


def methods() -> Iterator[str]:
    """Every method at each of its rates with seed 0, then with the others at the chosen one and at those INSIDE; kept
    after each run.

    Of full tuning and LoRA, the change of some weights is kept too. A recording that was cut off goes on with the runs
    that it lacks; without the files it begins anew.
    """
    runs, changes = _so_far()
    for method in ORDER:
        for rate in CANDIDATES[method]:
            yield from _added(TuningParams(method, rate, 0, STEPS), runs, changes)
        try:
            chosen = TuningRecord(tuple(runs)).chosen_rate(method)
        except KeyError:
            yield f"{method}: every rate diverges, so it has no other seeds"
            continue
        for rate in dict.fromkeys((chosen, *INSIDE.get(method, ()))):
            for seed in SEEDS[1:]:
                yield from _added(TuningParams(method, rate, seed, STEPS), runs, changes)


def _added(params: TuningParams, runs: list[TuningRun], changes: list[WeightChange]) -> Iterator[str]:
    """One run more, unless it is there already; then all of them are kept."""
    if any(run.params == params for run in runs):
        return
    yield _run(params, runs, changes)
    what = f"{len(runs)} runs of SmolLM2: accuracy in and out of distribution, and forgetting, by method."
    yield _kept("methods", TuningRecord(tuple(runs)), METHODS_FILE, what)
    what = f"Energy by rank and by entry of {len(changes)} weight changes of SmolLM2, and new directions."
    yield _kept("methods", ChangeRecord(tuple(changes)), CHANGE_FILE, what)


def _so_far() -> tuple[list[TuningRun], list[WeightChange]]:
    """What an earlier recording has kept."""
    try:
        return list(kept(METHODS_FILE, TuningRecord).runs), list(kept(CHANGE_FILE, ChangeRecord).changes)
    except AssetError:
        return [], []


def _run(params: TuningParams, runs: list[TuningRun], changes: list[WeightChange]) -> str:
    """One run; where its weights are looked at, what has changed in them."""
    from core.models import load_causal_lm
    from core.tuning.with_torch.changes import changes_of
    from core.tuning.with_torch.training.runs import run_on

    lm, found = load_causal_lm(), list[WeightChange]()
    looked = (lambda tuned: found.extend(changes_of(tuned, lm, params))) if params.method in LOOKED_AT else None
    run = run_on(lm, params, draw_sets(params.seed), on_trained=looked)
    runs.append(run)
    changes.extend(found)
    return _said(run)


def _said(run: TuningRun) -> str:
    """A run in a line."""
    params = run.params
    return (
        f"{run.seconds:5.1f} s  {params.method} {params.rate:g} seed {params.seed}  validation "
        f"{run.validation_accuracy:.3f}  in {run.id_accuracy:.3f}  out {run.ood_accuracy:.3f}  "
        f"loss {run.loss[0]:.3f} {run.loss[-5:].mean():.3f}  perplexity {run.perplexity.round(1)}"
    )


def rehearsal() -> Iterator[str]:
    """The method that forgets most, with a few per cent of other texts; kept after each run, so that it can go on."""
    from core.models import load_causal_lm
    from core.tuning.with_torch.training.runs import run_on

    try:
        found = list(kept(REHEARSAL_FILE, RehearsalRecord).runs)
    except AssetError:
        found = []
    lm, chosen = load_causal_lm(), kept(METHODS_FILE, TuningRecord)
    for every, method, seed in ((every, method, seed) for every in EVERY for method in FORGETFUL for seed in SEEDS):
        params = TuningParams(method, chosen.chosen_rate(method), seed, STEPS)
        if any((one.every, one.run.params) == (every, params) for one in found):
            continue
        found.append(Rehearsed(every, run_on(lm, params, draw_sets(seed), rehearse=every)))
        yield f"every {every}: {_said(found[-1].run)}"
        what = f"{len(found)} runs of SmolLM2 that rehearse other texts: accuracy and forgetting."
        yield _kept("rehearsal", RehearsalRecord(tuple(found)), REHEARSAL_FILE, what)


def places() -> Iterator[str]:
    """LoRA by rank and place over seeds, at the rate that was chosen for rank 4 beside q and v; kept after each run."""
    from core.models import load_causal_lm
    from core.tuning.with_torch.costs import measure_step
    from core.tuning.with_torch.training.runs import run_on

    lm, chosen = load_causal_lm(), kept(METHODS_FILE, TuningRecord).chosen("lora")
    try:
        runs = list(kept(PLACES_FILE, LoraRecord).runs)
    except AssetError:
        runs = list(chosen)
    wanted = [variant(*one, chosen[0].params.rate, seed, STEPS) for seed in SEEDS for one in VARIANTS]
    what = "LoRA in SmolLM2 by rank and place: accuracy in and out of distribution, and what an update costs."
    for params in wanted:
        if any(run.params == params for run in runs):
            continue
        runs.append(run_on(lm, params, draw_sets(params.seed)))
        yield f"{name_of(params)}: {_said(runs[-1])}"
        yield _kept("places", LoraRecord(tuple(runs), {}), PLACES_FILE, what)
    measured = {
        name_of(params): measure_step(lm, params, texts=TEXTS, tokens=TOKENS) for params in wanted[: len(VARIANTS)]
    }
    yield _kept("places", LoraRecord(tuple(runs), measured), PLACES_FILE, what)


def transfer() -> Iterator[str]:
    """LoRA tuned on one task, and on all but a family, and tested on all; kept after each run, so that it can go on."""
    families = [tuple(name for name, task in TASKS.items() if task.family != family) for family in FAMILIES]
    rows = [(), *((task,) for task in TASKS), *families]
    wanted = [TransferParams(tasks, seed) for seed in SEEDS for tasks in rows]
    yield from _transferred(
        wanted, "transfer", TransferRecord, TRANSFER_FILE, "LoRA tuned on some tasks and tested on others"
    )


def directions() -> Iterator[str]:
    """LoRA's numbers of one task along few random directions; kept after each run, so that it can go on."""
    wanted = []
    for seed in SEEDS:
        given: dict[str, Any] = {"seed": seed, "asked": (ALONG,), "each": MOST_EACH}
        wanted += [TransferParams((), **given), TransferParams((ALONG,), **given)]
        wanted += [TransferParams((ALONG,), rate=PULL / d**0.5, dimension=d, **given) for d in LORA_DIMENSIONS]
    what = "LoRA trained along few random directions of its numbers"
    yield from _transferred(wanted, "directions", DirectionsRecord, DIRECTIONS_FILE, what)


def _transferred(
    wanted: list[TransferParams], recipe: str, kind: type[TransferRecord] | type[DirectionsRecord], file: str, what: str
) -> Iterator[str]:
    """The runs that are not there already, kept after each."""
    from core.models import load_causal_lm
    from core.tuning.with_torch.training.transfer import run_transfer

    try:
        runs = list(kept(file, kind).runs)
    except AssetError:
        runs = []
    lm = load_causal_lm()
    for params in wanted:
        if any(run.params == params for run in runs):
            continue
        began = time.process_time()
        runs.append(run_transfer(lm, params))
        run = runs[-1]
        yield (
            f"{time.process_time() - began:5.1f} s  {'+'.join(params.tasks) or 'nothing'} d {params.dimension} seed "
            f"{params.seed}: {run.right} loss {run.loss[:1].round(2)} {run.loss[-3:].round(2)}"
        )
        yield _kept(recipe, kind(tuple(runs)), file, f"{len(runs)} runs of SmolLM2: {what}.")


def merging() -> Iterator[str]:
    """Two adapters in SmolLM2, alone, added, switched and merged, over seeds; kept after each, so that it can go on."""
    from core.models import load_causal_lm
    from core.tuning.with_torch.training.merging import run_merging

    try:
        runs = list(kept(MERGING_FILE, MergeRecord).runs)
    except AssetError:
        runs = list[MergeRun]()
    lm = load_causal_lm()
    for params in (MergeParams(seed=seed) for seed in SEEDS):
        if any(run.params == params for run in runs):
            continue
        began = time.process_time()
        runs.append(run_merging(lm, params))
        run = runs[-1]
        yield f"{time.process_time() - began:5.1f} s  seed {params.seed}: {run.right} merged {run.gap} of {run.moved}"
        what = f"{len(runs)} runs of SmolLM2 with two LoRA adapters: logits and right answers, beside and merged."
        yield _kept("merging", MergeRecord(tuple(runs)), MERGING_FILE, what)


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


def memory() -> Iterator[str]:
    """What the same updates ask of the system, each method in MEMORY_RUNS processes of its own."""
    found = list[StepMemory]()
    with get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for method in (method for _ in range(MEMORY_RUNS) for method in MEASURED):
            found.append(pool.apply(_memory, (method,)))
            yield str(found[-1])
    what = f"Most memory of updates of SmolLM2 by method, {MEMORY_RUNS} processes each."
    yield _kept("memory", MemoryRecord(tuple(found), kept(COSTS_FILE, CostRecord)), MEMORY_FILE, what)


def _memory(method: str) -> StepMemory:
    from core.models import load_causal_lm
    from core.tuning.with_torch.costs import measure_memory

    return measure_memory(load_causal_lm(), TuningParams(method), texts=TEXTS, tokens=TOKENS)


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


def subspaces() -> str:
    """A small network trained in random subspaces of its weights, over their dimension and seeds."""
    table = [
        [train_in_subspace(SubspaceParams(dimension, seed)) for seed in SUBSPACE_SEEDS]
        for dimension in (*DIMENSIONS, WEIGHTS)
    ]
    accuracy = np.array([[run.accuracy for run in row] for row in table])
    groups = zip(*(run.checks for row in table for run in row), strict=True)
    worst = [max(group, key=lambda check: check.error) for group in groups]
    record = SubspaceRecord(
        dimensions=np.array(DIMENSIONS),
        accuracy=accuracy[:-1],
        whole=accuracy[-1],
        start=np.array([run.start for run in table[0]]),
        checks=tuple(replace(check, detail="the worst of all runs") for check in worst),
        opening=train_in_subspace(SubspaceParams()),
    )
    return _kept("subspaces", record, SUBSPACE_FILE, "Accuracy on digits of a network trained in random subspaces.")


RECIPES: dict[str, Callable[..., object]] = {
    "theory": theory,
    "parts": parts,
    "costs": costs,
    "memory": memory,
    "methods": methods,
    "rehearsal": rehearsal,
    "places": places,
    "merging": merging,
    "transfer": transfer,
    "directions": directions,
    "subspaces": subspaces,
}


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
