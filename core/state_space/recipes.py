"""How the recorded runs are made: `python -m core.assets record state_space [NAME]`."""

from collections.abc import Callable, Iterator

from core.assets import keep, versions_of
from core.state_space.copying import CopyingParams, CopyingRecord, CopyingRun
from core.state_space.costs import measure_costs
from core.state_space.jobs import prune_and_distill, train_copying, train_recall
from core.state_space.recalls import PAIR_COUNTS, STATE_SIZES, PruningParams, RecallParams, RecallRecord, RecallRun
from core.state_space.records import COPYING, COSTS, PRUNING, RECALL

COPYING_SEEDS = range(3)
COPYING_STEPS = 350
"""Updates on scattered copying: what both arms reach is a matter of the budget, which the page names."""

FIXED_STEPS = 200
"""Updates on fixed copying, which is easier."""

RECALL_SEEDS = range(3)
RECALL_STEPS = 500

PRUNING_SEEDS = range(3)


def copying() -> Iterator[str]:
    """Both arms on scattered and on fixed copying."""
    runs: list[CopyingRun] = []
    for seed in COPYING_SEEDS:
        for scattered, steps in ((True, COPYING_STEPS), (False, FIXED_STEPS)):
            for selective in (True, False):
                runs.append(train_copying(CopyingParams(selective, scattered, steps, seed)))
                yield f"{runs[-1].seconds:5.1f} s  {runs[-1].accuracy[-1]:.3f}  {runs[-1].params}"
    what = f"{len(runs)} runs of one state-space layer on copying: accuracy by updates, and the learned steps."
    yield _kept("copying", CopyingRecord(tuple(runs)), COPYING, what)


def recall() -> Iterator[str]:
    """Two layers of each kind on recall."""
    runs: list[RecallRun] = []
    arms = [("attention", 2), ("hybrid", 2), *(("state space", states) for states in STATE_SIZES)]
    for seed in RECALL_SEEDS:
        for pairs in PAIR_COUNTS:
            for stack, states in arms:
                runs.append(train_recall(RecallParams(stack, states, pairs, RECALL_STEPS, seed)))
                yield f"{runs[-1].seconds:5.1f} s  {runs[-1].accuracy[-1]:.3f}  {runs[-1].params}"
    what = f"{len(runs)} runs of two layers on recall: accuracy by updates."
    yield _kept("recall", RecallRecord(tuple(runs)), RECALL, what)


def pruning() -> Iterator[str]:
    """Three layers cut to two, and repaired."""
    runs = []
    for seed in PRUNING_SEEDS:
        run = prune_and_distill(PruningParams(seed=seed))
        runs.append(run)
        yield f"{run.whole:.3f}  cut {run.cut.round(3)}  repaired {run.repaired.round(3)}  {run.milliseconds}"
    yield _kept("pruning", tuple(runs), PRUNING, f"{len(runs)} stacks of three layers on recall, cut and repaired.")


def costs() -> str:
    """Seconds of the three ways and of the kernel, by length, on this machine."""
    return _kept("costs", measure_costs(), COSTS, "Seconds of direct sums, recurrence, FFT and kernel by length.")


RECIPES: dict[str, Callable[..., object]] = {"copying": copying, "recall": recall, "pruning": pruning, "costs": costs}


def _kept(recipe: str, result: object, file: str, what: str) -> str:
    """Keeps a result and says how large the file is."""
    path = keep(
        result,
        file,
        recipe=f"python -m core.assets record state_space {recipe}",
        seed=0,
        licence="Apache-2.0",
        description=what,
        versions=versions_of("torch", "numpy"),
    )
    return f"{file}: {path.stat().st_size / 1e3:.0f} kB"
