"""Panels about other ways to learn from preferences: DPO, and labels by an AI."""

from dataclasses import replace

import numpy as np
import streamlit as st

from components.figures.lines import lines
from components.page import Page
from core.checks import Check
from core.rlhf import (
    RunHistory,
    fit_dpo,
    recorded_run,
    usual,
)
from pages.alignment.rlhf.choices import LABELERS
from pages.alignment.rlhf.figures import series as figures
from pages.alignment.rlhf.main import Shown, checks_over
from pages.alignment.rlhf.panels.formulas import REFERENCE, REWARDS

ARMS = {
    "500": ("500 labels by people", "a person", 500),
    "8000": ("8000 labels by people", "a person", 8000),
    "AI": ("8000 labels by an AI", "an AI", 8000),
    "AI long": ("8000 labels by an AI that likes length", "an AI that likes length", 8000),
    "AI first": ("8000 labels by an AI that likes what it sees first", "an AI that likes the first", 8000),
}
"""Who labels: what it is called in words, its key among the labelers, and how many pairs it labels."""


def dpo(shown: Shown) -> None:
    """Log-probabilities of chosen and rejected responses while DPO learns, and its optimum in closed form."""
    page, run = shown.page, _dpo_run(shown)
    if run is None:
        st.info("Choose DPO above to train it.")
        return
    chosen, rejected = run.metrics["logps/chosen"], run.metrics["logps/rejected"]
    smooth = {"chosen": _smooth(chosen), "rejected": _smooth(rejected)}
    moved = {name: float(values[-1] - values[0]) for name, values in smooth.items()}
    title = (
        f"While the margin grows, the chosen log-probability moves by {moved['chosen']:+.1f} nats, "
        f"the rejected by {moved['rejected']:+.1f}"
    )
    colors = {"chosen": page.look.role("accepted"), "rejected": page.look.role("rejected")}
    fig = lines(
        smooth, look=page.look, title=title, x_label="step", y_label="log π of the response (nats)", colors=colors
    )
    page.plot(fig, name="dpo", alt=f"Log-probabilities of chosen and rejected responses. {title}.")
    margin = float(np.mean(run.metrics["rewards/margins"][-10:]))
    page.note(
        f"DPO with β <b>{run.params.beta:g}</b> on <b>{run.params.pairs}</b> pairs, mean of 15 steps. The loss sees "
        "the "
        f"margin only, which ends at <b>{margin:.2f}</b>. Both log-probabilities may fall as long as the rejected one "
        f"falls faster; the mass goes to responses in neither column. Gold goes from <b>{run.gold[0]:.2f}</b> to "
        f"<b>{run.gold[-1]:.2f}</b>."
    )
    _dpo_optimum(shown)


def _dpo_run(shown: Shown) -> RunHistory | None:
    """The run on screen where it is one of DPO, else the recorded one that is nearest; None where none is."""
    params = shown.history.params
    if params.algorithm == "dpo":
        return shown.history
    near = recorded_run(usual("dpo", beta=params.beta or 0.1, pairs=params.pairs))
    return near or recorded_run(usual("dpo", beta=0.1))


def dpo_checks(shown: Shown) -> list[Check]:
    """The identities of the run, and of the fit in the small world."""
    run, beta = _dpo_run(shown), shown.page.controls.value("world_beta")
    return [*(run.checks if run else ()), *fit_dpo(REFERENCE, REWARDS, beta=beta).checks]


def _dpo_optimum(shown: Shown) -> None:
    page = shown.page
    st.markdown("**The optimum of DPO** is that of RLHF with the same β, in a world of three responses.")
    beta = page.controls.slider("world_beta", "β in the small world", 0.05, 5.0, step=0.05)
    fit = fit_dpo(REFERENCE, REWARDS, beta=beta)
    groups = {"reference": REFERENCE, "DPO": fit.policy, "π_ref exp(r/β)/Z": fit.optimum}
    title = f"DPO ends at {fit.policy[0]:.3f}, {fit.policy[1]:.3f}, {fit.policy[2]:.3f}: the closed form"
    fig = figures.grouped_bars(
        groups, ["reward 1", "reward 0", "reward −1"], look=page.look, title=title, y_label="probability"
    )
    page.plot(fig, name="dpo_optimum", alt=f"Probabilities of three responses. {title}.")


def _smooth(values: np.ndarray, width: int = 15) -> np.ndarray:
    """A running mean, since each step sees another minibatch."""
    if len(values) < width:
        return values
    return np.convolve(values, np.ones(width) / width, mode="valid")


def _labeled() -> dict[str, RunHistory]:
    """The recorded run of each arm."""
    return {
        name: run
        for name, (_, labeler, pairs) in ARMS.items()
        if (run := recorded_run(replace(usual(beta=0.1, pairs=pairs), rater=LABELERS[labeler]))) is not None
    }


def labels_checks() -> list[Check]:
    """The identities of the recorded runs."""
    return checks_over(_labeled().values())


def ai_labels(page: Page) -> None:
    """People who are noisy against AI labelers that are consistent and biased."""
    runs = _labeled()
    final = {name: float(run.gold[-1]) for name, run in runs.items()}
    best = max(final, key=final.__getitem__)
    title = f"Best final gold, {final[best]:.1f}: {ARMS[best][0]}"
    fig = figures.bars(final, look=page.look, title=title, y_label="final gold (points)", height=295)
    page.plot(fig, name="labels", alt=f"Final gold by who labeled the pairs. {title}.")
    said = "".join(
        f"<li>“{name}”, {ARMS[name][0]}: <b>{run.reward_fit.gold_accuracy:.0%}</b> of unseen pairs in gold order, "
        f"<b>{run.length[-1]:.1f}</b> words, gold <b>{run.gold[-1]:.1f}</b></li>"
        for name, run in runs.items()
    )
    page.note(
        f"PPO, β 0.1, seed 0, at the end: <ul>{said}</ul>An AI labeler is cheap and consistent, and its errors are the "
        "same ones every time: more of its labels do not average a bias away. The panel “Reward model” lets you choose "
        "error and bias of a labeler yourself."
    )
