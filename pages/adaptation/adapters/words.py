"""The sentences and the mathematics of the page about adapters."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, Context

import numpy as np

from components.phrases import listed
from components.scene import Equation
from core.tuning import (
    INTRUDES_BELOW,
    SHARE,
    WEIGHTS,
    ChangeRecord,
    DirectionsRecord,
    LoraPair,
    MergeRecord,
    SubspaceRecord,
    SubspaceRun,
    TransferRun,
    TuningRecord,
    WeightChange,
    energy,
)


def energy_title(changes: Sequence[WeightChange], rank: int) -> str:
    """What a rank keeps beside as many entries, and on how many seeds the rank keeps more."""
    kept, entries = (np.array([getattr(change, kind)[rank - 1] for change in changes]) for kind in _KINDS)
    said = f"Rank {rank} keeps {kept.mean():.0%} of the change of {changes[0].module} in layer {changes[0].layer}"
    said += f", as many entries keep {entries.mean():.0%}"
    more, fewer = int((kept > entries).sum()), int((kept < entries).sum())
    if more == len(changes):
        return f"{said}: low-rank rather than sparse, on each of {more} seeds"
    if fewer == len(changes):
        return f"{said}: the entries keep more, on each of {fewer} seeds"
    return f"{said}; the rank keeps more on {more} of {len(changes)} seeds"


_KINDS = ("by_rank", "by_entry")


def energy_reading(changes: Sequence[WeightChange], rank: int) -> str:
    """The sizes behind the curves: shape, length and density of the change, and the rank that keeps nine tenths."""
    first, ranks = changes[0], [change.rank_for(0.9) for change in changes]
    rows, columns = first.shape
    return (
        f"{first.module} is {rows} × {columns}; rank <b>{rank}</b> is <b>{rank * (rows + columns):,}</b> numbers of "
        f"{rows * columns:,}. Tuning SmolLM2 moved <b>{_least_most([change.moved for change in changes], '.1%')}</b> "
        f"of its entries, by <b>{_least_most([change.size for change in changes], '.2%')}</b> of its length; 90% of "
        f"that takes rank <b>{_least_most(ranks, 'd')}</b>, over {len(changes)} seeds."
    )


TUNERS = {"full": "full tuning", "lora": "LoRA"}
"""Methods whose changes are kept -> their names within a sentence."""


def intruders_title(record: ChangeRecord) -> str:
    """How many leading directions of tuned matrices resemble none of the old ones, by method."""
    said = []
    for method, name in TUNERS.items():
        found = record.chosen(method)
        if found:
            count, top = sum(change.intruders for change in found), sum(len(change.nearest) for change in found)
            said.append(f"{count} of {top} by {name}")
    return f"New directions among the leading ones of tuned matrices: {listed(said)}"


def intruders_reading(record: ChangeRecord) -> str:
    """What is compared, at which learning rates, and how near the least near direction is."""
    parts = []
    for method, name in TUNERS.items():
        found = record.chosen(method)
        if found:
            least = min(float(change.nearest.min()) for change in found)
            parts.append(
                f"{name} at learning rate {found[0].rate:g}: <b>{len(found)}</b> matrices, the least near direction "
                f"at <b>{least:.3f}</b>, changes of <b>{_least_most([change.size for change in found], '.2%')}</b>"
            )
    return (
        "A mark is one of the first ten singular vectors of a matrix after tuning: how near is the nearest singular "
        f"vector of the old matrix? Where its |cosine| is below {INTRUDES_BELOW:g} it is new, an intruder. Here "
        f"{'; '.join(parts)}. Published "
        "runs that train far longer find intruders in LoRA and hardly any in full tuning."
    )


def _least_most(values: Sequence[float], form: str) -> str:
    low, high = format(min(values), form), format(max(values), form)
    return low if low == high else f"{low} to {high}"


def thin_title(rank: int, share: float, rows: int, columns: int) -> str:
    """What two thin matrices keep, and with how many numbers."""
    numbers = rank * (rows + columns)
    beside = f"{numbers} numbers instead of {rows * columns}"
    if share > 1 - 1e-12:
        return f"Rank {rank} says all of it: {beside}"
    return f"Rank {rank} keeps {share:.1%} of the energy: {beside}"


def thin_reading(change: np.ndarray, rank: int, alpha: int, residual: float) -> str:
    """Which entries are 0, what is left, and the same as LoRA would store it."""
    rows, columns = change.shape
    zeros, ranks = int((change == 0).sum()), int(np.linalg.matrix_rank(change))
    kept = energy(change).by_entry[rank - 1]
    return (
        f"ΔW has <b>{zeros}</b> entries of 0 among {change.size}, and rank <b>{ranks}</b>: the number of its singular "
        f"values that are not 0. With rank {rank} a length of <b>{residual:.3g}</b> is left of "
        f"<b>{np.linalg.norm(change):.3g}</b>; its {min(rank * (rows + columns), change.size)} largest entries alone "
        f"keep <b>{kept:.1%}</b> of the energy. LoRA starts at B = 0, so W + α/r B A is W, and adds "
        f"<b>{alpha / rank:g}</b> times B A in the end."
    )


LEARNED = 0.05
"""A task counts as learned where the error is below this share of its change."""


def pair_title(found: LoraPair) -> str:
    """What each adapter does for its own task, and what both do when they are added."""
    if found.stopped:
        return (
            f"Stopped after {found.loss.shape[1] - 1} steps: with α/r = {found.params.scale:.3g} the descent diverges"
        )
    own = [found.errors(0)["first"], found.errors(1)["second"]]
    both = [found.errors(task)["both"] for task in (0, 1)]
    learned = sum(error < LEARNED for error in own)
    start = {0: "Neither adapter learns its task", 1: "One adapter alone learns its task"}
    said = start.get(learned, "Each adapter learns its task")
    return f"{said}: it errs by {max(own):.2g} at most; added, both err by {_least_most(both, '.2f')}"


def pair_reading(found: LoraPair, record: TuningRecord) -> str:
    """What is trained here, and the same identities in SmolLM2."""
    params, side = found.params, found.frozen.shape[0]
    runs = record.chosen("lora")
    numbers = 2 * side * params.rank
    return (
        f"W is {side} × {side} and frozen; each task asks for a change of rank 3 and length 1. A starts at random, B "
        f"at 0: the loss starts at <b>{found.loss[0, 0]:.3g}</b>, that of W alone. Each adapter has <b>{numbers}</b> "
        f"numbers, W {side * side}; added is <b>{params.scale:.3g}</b> times B A. Added together, each adapter is "
        "noise to the other's task. In SmolLM2's recorded runs the states moved by "
        f"<b>{max(run.start_change for run in runs):g}</b> at the start, and merging changed them by at most "
        f"<b>{max(run.merge_gap for run in runs):.0e}</b> of their largest entry, over {len(runs)} seeds."
    )


def merging_title(record: MergeRecord) -> str:
    """How far merging moves the logits of SmolLM2, beside what the adapters themselves do."""
    gap = max(max(run.gap.values()) for run in record.runs)
    moved = max(max(run.moved.values()) for run in record.runs)
    return (
        f"On the tokens of {record.compared} questions merging moves no logit of SmolLM2 by more than {_at_most(gap)}, "
        f"the adapters by up to {_at_most(moved)}"
    )


def _at_most(value: float) -> str:
    """A number of two digits that is never below the value."""
    return f"{float(Context(prec=2, rounding=ROUND_CEILING).create_decimal(repr(float(value)))):.2g}"


def merging_reading(record: MergeRecord, *, recorded: bool) -> str:
    """What was trained, what both adapters do together, and what merging costs at use.

    Args:
        recorded: whether the runs are those that come with the code, or one of now.
    """
    first = record.runs[0]
    params, seeds = first.params, [run.params.seed for run in record.runs]
    who = f"Recorded, seeds {listed([str(seed) for seed in seeds])}" if recorded else f"Now, seed {seeds[0]}"
    said = "; ".join(
        f"{name} <b>{record.share('none', task).share:.0%}</b> without, <b>{record.share(own, task).share:.0%}</b> "
        f"with its adapter, <b>{record.share(other, task).share:.0%}</b> with the other"
        f"{_already(record, other, task)}, <b>{record.share('both', task).share:.0%}</b> with both"
        f"{_apart_from(record, own, task)}"
        for task, (name, own, other) in enumerate(
            (("meals", "first", "second"), ("animals or plants", "second", "first"))
        )
    )
    bare, beside, after = (first.operations[kind] for kind in ("bare", "beside", "merged"))
    return (
        f"{who}: rank <b>{params.rank}</b>, α <b>{params.alpha}</b>, beside {listed(_short(params.modules))}, "
        f"{params.steps} updates of 8 questions each. Right of {first.questions * len(seeds)} new questions: {said}. "
        f"Beside the weights an adapter adds <b>{beside / bare - 1:.2%}</b> of operations; merged it adds "
        f"<b>{after / bare - 1:.0%}</b>. {_rounding(record)}"
    )


def _rounding(record: MergeRecord) -> str:
    """What of the difference after merging is the model's own rounding, as the same comparison in float64 tells."""
    rounded = max(max(run.gap.values()) for run in record.runs)
    exact = max(max(run.exact_gap.values()) for run in record.runs)
    if exact >= rounded:
        return f"In float64 merging moves a logit by up to {_at_most(exact)}: its rounding in float32 hides nothing."
    return (
        f"In float64 merging moves a logit by at most <b>{_at_most(exact)}</b>, since the merged weights are kept in "
        f"float32; the rest of {_at_most(rounded)} is the rounding of the model's products."
    )


def _already(record: MergeRecord, other: str, task: int) -> str:
    """Whether the adapter of the other task answers this one beyond what the bare model does."""
    alone, none = record.share(other, task), record.share("none", task)
    return " (already answered)" if alone.low > none.high else ""


def _apart_from(record: MergeRecord, own: str, task: int) -> str:
    """Whether both adapters answer a task as well as its own one alone, as far as their intervals tell.

    Both answer the same questions, of which only counts are kept: intervals that overlap leave a difference open.
    """
    alone, both = record.share(own, task), record.share("both", task)
    if both.share == alone.share:
        return ", as many"
    if both.high < alone.low:
        return ", fewer"
    return ", more" if both.low > alone.high else " (intervals overlap)"


def _short(modules: Sequence[str]) -> list[str]:
    return [name.removesuffix("_proj") for name in modules]


SITS = {
    "lora": "Gray is frozen: the seven matrices of one layer, of 30. LoRA puts A below and B beside {beside}; B is 0 "
    "at the start. Added into the matrix afterwards, they cost nothing at use.",
    "adapter": "Gray is frozen. A bottleneck of two flat matrices, D and U, stands behind o and one behind down, each "
    "with a skip around it; U is 0 at the start, so that nothing changes. They stay, and each token passes them.",
    "ia3": "Gray is frozen. One factor for each key, each value, and each input of down: lines one number wide. They "
    "are 1 at the start. They can be multiplied into the matrices afterwards.",
    "prefix": "Gray is frozen. In every layer each learned token has a key and a value of 192 numbers, above k and v; "
    "no word stands behind them. It is no identity at the start, and every text gets longer.",
    "prompt": "Gray is frozen. One row of 576 numbers for each learned token, once for the whole model, in front of "
    "the embedded text; all layers read them like words. It is no identity at the start.",
}
"""Where a method sits, what it is at the start, and what it costs at use."""

BESIDE = {"q v": "q and v", "attention": "the four of attention", "MLP": "the three of the MLP", "all": "all of them"}
"""The matrices beside which LoRA stands, within a sentence."""


def sits(method: str, place: str) -> str:
    """Where a method sits; of LoRA beside which matrices, a key of BESIDE."""
    return SITS[method].format(beside=BESIDE[place])


def scale_title(name: str, size: int, numbers: int, whole: int) -> str:
    """What a method trains in all layers."""
    what = {"LoRA": f"LoRA of rank {size}", "Adapters": f"Adapters of width {size}", "IA3": "IA3"}
    said = what.get(name, f"A {name.lower()} of {size} tokens")
    return f"{said} {'train' if name == 'Adapters' else 'trains'} {numbers:,} numbers, {numbers / whole:.2%} of SmolLM2"


def tasks_title(stored: dict[str, float], tasks: int) -> str:
    """Gigabytes of the largest and the smallest."""
    most, least = max(stored, key=lambda name: stored[name]), min(stored, key=lambda name: stored[name])
    return f"{tasks} tasks take {stored[most]:.3g} GB by {most}, {stored[least]:.3g} GB by {least}"


def tasks_note(whole: int, tasks: int) -> str:
    """What the bars are made of."""
    return (
        f"Full tuning stores all {whole:,} numbers for each of {tasks} tasks. Everything else stores the model once, "
        "and for each task what it trains and a head of two classes. Prompt and prefix can be switched from text to "
        "text within a batch; a merged LoRA cannot."
    )


def subspace_title(record: SubspaceRecord) -> str:
    """The intrinsic dimension over seeds, or that it was not reached."""
    found = [d for d in record.d90 if d is not None]
    seeds = len(record.d90)
    if len(found) < seeds:
        return f"Nine tenths of the full accuracy are reached on {len(found)} of {seeds} seeds only"
    return (
        f"{_least_most(found, 'd')} random directions of {WEIGHTS:,} reach nine tenths of the full accuracy, on each "
        f"of {seeds} seeds"
    )


def subspace_reading(run: SubspaceRun, record: SubspaceRecord) -> str:
    """The run of now, and all weights."""
    params = run.params
    return (
        f"Now: <b>{params.dimension}</b> directions, seed <b>{params.seed}</b>: the loss falls from "
        f"<b>{run.loss[0]:.2f}</b> to <b>{run.loss[-1]:.2f}</b> nats in {params.steps} steps, and "
        f"<b>{run.accuracy:.0%}</b> of 500 new digits are right, <b>{run.start:.0%}</b> before. With all "
        f"{WEIGHTS:,} weights it is <b>{record.whole.mean():.0%}</b>, the mean of {len(record.whole)} seeds."
    )


def directions_title(record: DirectionsRecord) -> str:
    """What few directions of LoRA's numbers reach, beside all of them and none."""
    most = record.dimensions[-1]
    few, whole = record.change(most), record.change(0)
    said = f"{most} random directions of LoRA's {record.of(0)[0].trained:,} numbers: {few.after:.0%} right"
    gains = [d for d in record.dimensions if record.change(d).beyond_noise and record.change(d).after > few.before]
    above = f"{listed(gains)} above untrained beyond noise" if gains else "no number of them is above untrained"
    return f"{said}, untrained {few.before:.0%}, all {whole.after:.0%}; {above}{'' if gains else ' beyond noise'}"


def directions_reading(record: DirectionsRecord) -> str:
    """What is trained, on what, and what it takes for nine tenths of LoRA's gain."""
    run, most = record.of(0)[0], record.dimensions[-1]
    start, whole = _right(record.untrained), _right(record.of(0))
    goal = start + SHARE * (whole - start)
    enough = [d for d in record.dimensions if (_right(record.of(d)) >= goal).all()]
    said = f"<b>{enough[0]}</b> directions" if enough else "none of these"
    return (
        f"SmolLM2 answers whether a review of a meal is positive or negative; LoRA of rank 4 beside q and v learns it "
        f"in {run.params.steps} updates of 8 questions, within θ₀ + P z with z alone trained, or as it is. Each dot "
        f"is a seed with <b>{run.questions}</b> new questions. Nine tenths of LoRA's gain on every seed: {said}. "
        f"The loss falls from <b>{_loss(record.of(0), first=True):.2f}</b> to <b>{_loss(record.of(most)):.2f}</b> nats "
        f"along {most} directions, to <b>{_loss(record.of(0)):.2f}</b> along all. Of the slope d random directions get "
        "the share √(d / all numbers), so few learn slowly: more updates may bring more."
    )


def _loss(runs: Sequence[TransferRun], *, first: bool = False) -> float:
    """The mean loss over seeds: of the first update, or of the last three."""
    return float(np.mean([run.loss[:1] if first else run.loss[-3:].mean(keepdims=True) for run in runs]))


def _right(runs: Sequence[TransferRun]) -> np.ndarray:
    """Shares of right answers, by seed."""
    ordered = sorted(runs, key=lambda run: run.params.seed)
    return np.array([sum(run.right.values()) / (run.questions * len(run.right)) for run in ordered])


EQUATIONS = (
    Equation(
        r"W' = W + \frac{\alpha}{r}\,B A, \qquad B \in \mathbb R^{m \times r},\; A \in \mathbb R^{r \times n}",
        {
            "W": "a frozen matrix of the model, m × n",
            "B, A": "the two trained matrices; B is 0 at the start, so that nothing changes",
            "r, α": "the rank, and the factor of what is added",
        },
    ),
    Equation(
        r"\min_{\operatorname{rank} M \le r} \lVert \Delta W - M \rVert_F^2 = \sum_{i > r} \sigma_i^2, \qquad "
        r"\text{energy}(r) = \frac{\sum_{i \le r} \sigma_i^2}{\sum_i \sigma_i^2}",
        {
            "ΔW": "the change of a matrix",
            "σ_i": "its singular values, from the largest; the rank is the number of those that are not 0",
            r"\lVert \cdot \rVert_F": "the root of the sum of all squared entries",
        },
    ),
    Equation(
        r"y' = y + U\,\mathrm{gelu}(D y + c) + e",
        {
            "y": "what attention or the MLP gives, d numbers for each token",
            "D, U": "an adapter's two matrices, m × d and d × m; U and e are 0 at the start",
            "c, e": "numbers that are added",
            "m": "the width of the adapter",
        },
    ),
    Equation(
        r"\theta = \theta_0 + P z",
        {
            "θ, θ₀": "all weights, and their values at the start",
            "P": "orthonormal random directions, one a column, d of them",
            "z": "what is trained",
        },
    ),
)
