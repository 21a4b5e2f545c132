"""What the tunings of SmolLM2 found: titles and sentences, each from its numbers."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape

import numpy as np

from components.phrases import listed, span
from core.numbers import wilson
from core.prompting import IN_FRONT, TASKS, TRIAL_TASKS, TUNINGS, WAYS, Need, Trial, TrialRecord, break_even, ways
from pages.prompting.searching_prompts.findings import questions

SAID = {
    "prompt": "soft prompt",
    "prefix": "prefix",
    "lora": "LoRA",
    "full": "full tuning",
}
"""A method of the trials as the page calls it."""


def trial_title(trials: Sequence[Trial], shown: int) -> str:
    """What a tuning has on the items that it never saw, beside the same examples in the prompt.

    Args:
        trials: the tuning, and those that differ from it in their seed alone. shown: items right with the examples in
            the prompt.
    """
    task, name = trials[0].params.task, SAID[trials[0].params.method]
    items, runs = len(TASKS[task].items), "one run" if len(trials) == 1 else f"{len(trials)} runs"
    right = [_right(trial) for trial in trials]
    said = f"In {runs} a learned {name} has {_ends(right)} of {items} {task} right"
    return f"{said}; the same examples in the prompt {shown}: {_against(right, [shown], items)}"


def _right(trial: Trial) -> int:
    """Items right at the end."""
    return round(float(trial.accuracy[-1]) * len(TASKS[trial.params.task].items))


def _ends(counts: Sequence[int]) -> str:
    low, high = min(counts), max(counts)
    return str(low) if low == high else f"{low} to {high}"


def _against(one: Sequence[int], other: Sequence[int], items: int) -> str:
    """Whether every run of one is surely above or below every run of another, by Wilson's intervals over the items.

    Runs are not pooled: they are asked the same items.

    Args:
        one, other: items right in each run. items: that each was asked.
    """
    if wilson(min(one), items)[0] > wilson(max(other), items)[1]:
        return "more"
    return "fewer" if wilson(max(one), items)[1] < wilson(min(other), items)[0] else "no sure difference"


def lengths_title(record: TrialRecord, task: str, lengths: Sequence[int]) -> str:
    """Whether a longer prompt or prefix is right more often, run by run."""
    items = len(TASKS[task].items)
    known = [tokens for tokens in lengths if all(record.of(method, task, tokens) for method in IN_FRONT)]
    if len(known) < 2:
        return "Not recorded"
    parts: list[str] = []
    runs: set[int] = set()
    for method in IN_FRONT:
        short, long = ([_right(trial) for trial in record.of(method, task, known[at])] for at in (0, -1))
        words = {"more": "gains", "fewer": "loses"}.get(_against(long, short, items), "has no sure gain")
        parts.append(f"a {SAID[method]} {words} ({_ends(short)}, then {_ends(long)} of {items} right)")
        runs |= {len(short), len(long)}
    each = f"{min(runs)} to {max(runs)} runs" if len(runs) > 1 else "one run" if runs == {1} else f"{runs.pop()} runs"
    return f"From {known[0]} to {known[-1]} vectors {', '.join(parts)}; {each} each"


def swapped_title(swaps: np.ndarray, method: str) -> str:
    """What a prompt or prefix does before the items of another task.

    Args:
        swaps: share right, rows by the task that it was learned for [3 3]. method: "prompt" or "prefix".
    """
    known = np.isfinite(swaps)
    own, others = np.diag(swaps), swaps[known & ~np.eye(len(swaps), dtype=bool)]
    name = SAID[method]
    most = float(others.max()) if others.size else 0.0
    least = float(own[np.isfinite(own)].min())
    if most < least / 4:
        return f"The words stay, the {name} decides: own task at least {least:.0%} right, another’s at most {most:.0%}"
    return f"A {name} has at least {least:.0%} on its own task, up to {most:.0%} on another"


def learned_words(trial: Trial, record: TrialRecord) -> str:
    """What was learned, how much of it, and what came of it over seeds; texts are escaped."""
    params = trial.params
    trials = record.of(params.method, params.task, params.tokens)
    shares = [float(one.accuracy[-1]) for one in trials]
    known = "one recorded seed" if len(trials) == 1 else f"<b>{len(trials)}</b> recorded seeds"
    seeds = f" With {known} it ends at <b>{_shares(shares)}</b>." if trials else ""
    kept = (
        f"<b>{trial.learned:,}</b> numbers are learned in <b>{params.steps}</b> updates, <b>{trial.seconds:.0f}</b> s"
    )
    return f"{kept} of one core.{seeds} {_shape(trial)}"


def _shares(shares: Sequence[float]) -> str:
    low, high = min(shares), max(shares)
    return f"{low:.0%}" if low == high else span((low, high))


def _shape(trial: Trial) -> str:
    if trial.params.method == "prompt":
        near = ", ".join(f"<code>{escape(piece)}</code> {cosine:.2f}" for piece, cosine in trial.nearest[:4])
        words = f" Nearest tokens: {near}." if near else ""
        return f"They stand in for {trial.params.tokens} input vectors, before the first layer alone.{words}"
    keys, values = trial.moved.mean(axis=0)
    layers = len(trial.moved)
    return (
        f"They are keys and values of {trial.params.tokens} places in each of {layers} layers; "
        f"keys moved by <b>{keys:.0%}</b> of their length, values by <b>{values:.0%}</b>, mean over layers."
    )


def answered(trials: Sequence[Trial], asked: str) -> list[dict[str, str]]:
    """A line for each word: what is written to it behind what was learned for each task, and what is right.

    Args:
        trials: one for each task of TRIAL_TASKS that is recorded. asked: the task whose words are put.
    """
    place, rows = TRIAL_TASKS.index(asked), []
    for number, item in enumerate(TASKS[asked].items):
        row = {"word": item.text}
        row |= {f"for {trial.params.task}": trial.answers[place][number] for trial in trials if trial.answers[place]}
        rows.append({**row, f"right for {asked}": item.answer})
    return rows


def by_heart(record: TrialRecord) -> str:
    """Names tunings that give the examples' answers surely and yet most of the others wrongly; empty without any."""
    found = {method: record.of(method, TRIAL_TASKS[0]) for method in SAID}
    names = [SAID[method] for method, trials in found.items() if trials and all(map(_by_heart, trials))]
    if not names:
        return ""
    verb = "has" if len(names) == 1 else "have"
    said = listed(names)
    counts = {len(trials) for method, trials in found.items() if SAID[method] in names}
    runs = "one run" if counts == {1} else f"{min(counts)} runs" if len(counts) == 1 else f"at least {min(counts)} runs"
    return f"{said[:1].upper()}{said[1:]} {verb} the twelve by heart and most other plurals wrong, in {runs} each. "


def at_other_rates(record: TrialRecord) -> str:
    """What the tunings of the first task have at another rate of learning; empty without any."""
    parts = [
        f"{SAID[trial.params.method]} at {trial.params.learning_rate:g} instead of {TUNINGS[trial.params.method]:g} "
        f"<b>{_right(trial)}</b> (loss {_last_loss(trial):.2g} nats)"
        for trial in record.at_other_rates(TRIAL_TASKS[0])
    ]
    items = len(TASKS[TRIAL_TASKS[0]].items)
    return f"At another rate of learning, one run each, of {items} right: {', '.join(parts)}. " if parts else ""


def _by_heart(trial: Trial) -> bool:
    return _last_loss(trial) < 0.05 and float(trial.accuracy[-1]) < 0.5


def _last_loss(trial: Trial) -> float:
    """The mean over the last ten updates, in nats a token."""
    return float(trial.loss[-10:].mean())


def needs_title(rows: Sequence[Need]) -> str:
    """What the examples bring in the prompt, and what the same ones bring by tuning."""
    shown = next(row for row in rows if row.name == WAYS[1])
    tuned = [row for row in rows if row.learned]
    if not tuned:
        return f"Twelve examples in the prompt: {shown.share:.0%} right, and nothing was learned"
    best = max(tuned, key=lambda row: float(np.mean(row.right)))
    against = _against(best.right, shown.right, shown.asked)
    says = f"Twelve examples in the prompt: {shown.share:.0%} right, no gradient"
    runs = "one run" if len(best.right) == 1 else f"mean of {len(best.right)} runs"
    return f"{says}; the best tuning on them, {best.name}: {best.share:.0%}, {runs}, {against}"


def measured_break_even(record: TrialRecord, *, kept: bool) -> str:
    """The break-even of the recorded tuning with LoRA, by the clock and by the formula; empty without one."""
    found = record.of("lora", TRIAL_TASKS[0])
    if not found:
        return ""
    trial, pool = found[0], len(TASKS[TRIAL_TASKS[0]].pool)
    counted = ways(record.formula(trial, kept=kept))
    formula = break_even(counted[WAYS[1]], counted["LoRA"])
    spent = float(np.mean([one.seconds for one in found]))
    clock = record.break_even(replace(trial, seconds=spent), kept=kept)
    runs = "one run" if len(found) == 1 else f"mean of {len(found)} runs"
    return (
        f"Measured: {pool} examples of {record.tokens[1] / pool:.0f} tokens against {trial.params.steps} small updates "
        f"of LoRA, <b>{spent:.0f}</b> s ({runs}): after <b>{questions(clock)}</b> by the clock, "
        f"<b>{questions(formula)}</b> by the formula{_apart(clock, formula)}."
    )


def _apart(clock: float | None, formula: float | None) -> str:
    """What is said where the two differ by more than half."""
    if clock is None or not formula or abs(clock / formula - 1) <= 0.5:
        return ""
    return ", as operations do not tell the seconds of so short a text"
