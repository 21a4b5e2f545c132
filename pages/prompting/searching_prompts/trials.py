"""What the tunings of SmolLM2 found: titles and sentences, each from its numbers."""

from collections.abc import Sequence
from html import escape

import numpy as np

from components.phrases import listed, span
from core.numbers import wilson
from core.prompting import TASKS, TRIAL_TASKS, WAYS, Need, Trial, TrialRecord, break_even, ways
from pages.prompting.searching_prompts.findings import questions

SAID = {
    "prompt": "soft prompt",
    "prefix": "prefix",
    "lora": "LoRA",
    "full": "full tuning",
}
"""A method of the trials as the page calls it."""


def trial_title(trial: Trial, shown: int) -> str:
    """What a tuning has on the items that it never saw, beside the same examples in the prompt.

    Args:
        trial: the tuning. shown: items right with the examples in the prompt.
    """
    items = len(TASKS[trial.params.task].items)
    right = round(float(trial.accuracy[-1]) * items)
    name = SAID[trial.params.method]
    says = f"A learned {name} has {right} of {items} {trial.params.task} right"
    return f"{says}; the same examples in the prompt {shown}: {_against(right, items, shown, items)}"


def _against(one: int, of: int, other: int, all_others: int) -> str:
    """Whether Wilson's intervals of two shares overlap, in words for the first."""
    first, second = wilson(one, of), wilson(other, all_others)
    if first[0] <= second[1] and second[0] <= first[1]:
        return "no sure difference"
    return "more" if first[0] > second[1] else "fewer"


def pooled(trials: Sequence[Trial]) -> tuple[int, int]:
    """Items right over all seeds, and how many were asked."""
    items = len(TASKS[trials[0].params.task].items) if trials else 0
    return sum(round(float(trial.accuracy[-1]) * items) for trial in trials), items * len(trials)


def lengths_title(record: TrialRecord, task: str, lengths: Sequence[int]) -> str:
    """Whether a longer prompt or prefix is right more often, over all seeds together."""
    parts = []
    for method in ("prompt", "prefix"):
        known = [tokens for tokens in lengths if record.of(method, task, tokens)]
        if len(known) < 2:
            continue
        short, long = (pooled(record.of(method, task, tokens)) for tokens in (known[0], known[-1]))
        words = {"more": "gains", "fewer": "loses"}.get(_against(*long, *short), "no sure gain")
        change = f"{short[0] / short[1]:.0%} to {long[0] / long[1]:.0%}"
        parts.append(f"{SAID[method]} {words} ({change} from {known[0]} to {known[-1]} vectors)")
    said = ", ".join(parts)
    return f"{said[:1].upper()}{said[1:]}" if parts else "Not recorded"


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
    right, asked = pooled(trials)
    seeds = (
        f" Over <b>{len(trials)}</b> recorded seeds <b>{right / asked:.0%}</b> ({span(wilson(right, asked))})."
        if len(trials) > 1
        else ""
    )
    kept = (
        f"<b>{trial.learned:,}</b> numbers are learned in <b>{params.steps}</b> updates, <b>{trial.seconds:.0f}</b> s"
    )
    return f"{kept} of one core.{seeds} {_shape(trial)}"


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
    seeds = min(len(trials) for method, trials in found.items() if SAID[method] in names)
    ran = f"at one learning rate, in {'one seed' if seeds == 1 else f'{seeds} seeds'}"
    return f"{said[:1].upper()}{said[1:]} {verb} the twelve by heart and most other plurals wrong, {ran}. "


def _by_heart(trial: Trial) -> bool:
    return float(trial.loss[-10:].mean()) < 0.05 and float(trial.accuracy[-1]) < 0.5


def needs_title(rows: Sequence[Need]) -> str:
    """What the examples bring in the prompt, and what the same ones bring by tuning."""
    shown = next(row for row in rows if row.name == WAYS[1])
    tuned = [row for row in rows if row.learned]
    if not tuned:
        return f"Twelve examples in the prompt: {shown.right / shown.asked:.0%} right, and nothing was learned"
    best = max(tuned, key=lambda row: row.right / row.asked)
    against = _against(best.right, best.asked, shown.right, shown.asked)
    says = f"Twelve examples in the prompt: {shown.right / shown.asked:.0%} right, no gradient"
    tail = f"the best tuning on them, {best.name}: {best.right / best.asked:.0%}"
    return f"{says}; {tail}, {against}"


def measured_break_even(record: TrialRecord, *, kept: bool) -> str:
    """The break-even of the recorded tuning with LoRA, by the clock and by the formula; empty without one."""
    found = record.of("lora", TRIAL_TASKS[0])
    if not found:
        return ""
    trial, pool = found[0], len(TASKS[TRIAL_TASKS[0]].pool)
    counted = ways(record.formula(trial, kept=kept))
    formula = break_even(counted[WAYS[1]], counted["LoRA"])
    clock = record.break_even(trial, kept=kept)
    return (
        f"Measured: {pool} examples of {record.tokens[1] / pool:.0f} tokens against {trial.params.steps} small updates "
        f"of LoRA, <b>{trial.seconds:.0f}</b> s: after <b>{questions(clock)}</b> by the clock, "
        f"<b>{questions(formula)}</b> by the formula{_apart(clock, formula)}."
    )


def _apart(clock: float | None, formula: float | None) -> str:
    """What is said where the two differ by more than half."""
    if clock is None or not formula or abs(clock / formula - 1) <= 0.5:
        return ""
    return ", as operations do not tell the seconds of so short a text"
