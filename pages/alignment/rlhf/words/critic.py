"""What is said of PPO's value head: how much of the returns it foresees, under TRL's name."""

from dataclasses import replace

import numpy as np

from core.rlhf import BETAS, VAR_EXPLAINED, CriticTable, RunHistory
from pages.alignment.rlhf.words.seeds import span

LAST_STEPS = 20
"""Steps at the end of a run whose median is told: where returns are nearly alike, single ones are far off."""

NAMES = {"grpo": "GRPO", "dr_grpo": "Dr. GRPO", "reinforce": "REINFORCE", "dpo": "DPO", "best_of_n": "Best-of-n"}

INSTEAD = {
    "grpo": "the mean of a group takes its place",
    "dr_grpo": "the mean of a group takes its place",
    "reinforce": "the mean of the other responses takes its place",
    "dpo": "it learns from pairs, without returns",
    "best_of_n": "nothing is trained",
}

RECORDED = "recorded for the usual PPO runs on 500 pairs"


def explained_of(history: RunHistory, table: CriticTable) -> np.ndarray | None:
    """Explained variance at each step of a run: its own, or that recorded apart; None where there is none."""
    own = history.metrics.get(VAR_EXPLAINED)
    return own if own is not None else table.of(history.params)


def critic_words(history: RunHistory, table: CriticTable) -> str:
    """How much of the returns the value head foresees at the end, over the seeds, in HTML; or why nothing is told."""
    algorithm, values = history.params.algorithm, explained_of(history, table)
    if algorithm != "ppo":
        return f"There is no explained variance: {NAMES[algorithm]} has no value head; {INSTEAD[algorithm]}."
    if values is None:
        return f"{VAR_EXPLAINED} is {RECORDED}, and in runs that are trained now."
    what = (
        f"{VAR_EXPLAINED} is TRL's name of explained variance, 1 − mean (R − V)² / var R of returns R and the value "
        "head's guesses V, before each update: 1 foresees all, 0 is no better than the mean, the chart stops at −1."
    )
    if VAR_EXPLAINED not in history.metrics:
        what += f" It is {RECORDED} alone."
    seeds = table.over_seeds(history.params)
    last = (values[None] if seeds is None else seeds)[:, -LAST_STEPS:]
    alike = np.isnan(last).all(1)
    if alike.any():
        return f"{what} Here all returns are alike in the end, so that there is nothing left to foresee."
    return f"{what} {_ending(np.nanmedian(last, axis=1))}{_more_leash(history, table)}"


def _more_leash(history: RunHistory, table: CriticTable) -> str:
    """Where a run whose guesses end worse than the mean would end with the largest β, over the seeds."""
    now = table.over_seeds(history.params)
    held = table.over_seeds(replace(history.params, beta=BETAS[-1]))
    if now is None or held is None or history.params.beta == BETAS[-1]:
        return ""
    ends, others = (np.nanmedian(one[:, -LAST_STEPS:], axis=1) for one in (now, held))
    if not (ends.max() < 0 < others.min()):
        return ""
    told = span(others, 2)
    spread = history.sample_proxy.astype(float).std(axis=1)
    first, last = float(np.median(spread[:LAST_STEPS])), float(np.median(spread[-LAST_STEPS:]))
    alike = (
        f" Its kept answers become alike: the spread of their proxy goes from {first:.2f} to {last:.2f} points. So var "
        "R is small, and dividing by it makes the number large."
        if last < first / 2
        else ""
    )
    return f"{alike} With β {BETAS[-1]:g} the medians are <b>{told}</b>."


def _ending(ends: np.ndarray) -> str:
    """Where the medians of the last steps lie, one for each seed."""
    told = f"<b>{span(ends, 2)}</b>"
    over = f"in all {len(ends)} seeds" if len(ends) > 1 else "in this run"
    where = f"median of the last {LAST_STEPS} steps"
    if ends.max() < 0:
        return f"Here it ends worse than a guess of the mean {over}: {told}, {where}."
    if ends.min() > 0:
        return f"Here it ends better than a guess of the mean {over}: {told}, {where}."
    return f"Here the seeds end on both sides of a guess of the mean: {told}, {where}."
