"""The panel with every series of the run on screen."""

import numpy as np
import streamlit as st

from components.phrases import signed
from core.rlhf import VAR_EXPLAINED, RunHistory, recorded_critic
from pages.alignment.rlhf.figures.run import series_figure
from pages.alignment.rlhf.main import Shown, spoken, worked
from pages.alignment.rlhf.words.critic import critic_words, explained_of
from pages.alignment.rlhf.words.equations import BLINDNESS, GOLD
from pages.alignment.rlhf.words.learning import ZERO, not_zero

MORE_SERIES = {
    "loss/policy_avg": "policy loss",
    "policy/clipfrac_avg": "share of words clipped",
    "frac_reward_zero_std": "share of silent groups",
    "reward_std": "reward_std (points)",
    "objective/beta": "β",
    "grad_norm": "gradient norm",
    "rewards/margins": "DPO margin",
}


def every_series(shown: Shown) -> None:
    """All that was written down at each step, as small multiples, and what the policy says at the step."""
    page, history = shown.page, shown.history
    look = page.look
    page.note(f"{GOLD} {worked(shown)} {BLINDNESS}")
    series = {
        "KL (nats)": (look.role("kl"), history.kl),
        "length (words)": (look.ink, history.length),
        "entropy (nats a word)": (look.role("query"), history.entropy),
        **{MORE_SERIES[name]: (look.quiet, history.metrics[name]) for name in MORE_SERIES if moves(history, name)},
    }
    explained = explained_of(history, recorded_critic())
    if explained is not None:
        series[VAR_EXPLAINED] = (look.quiet, np.clip(explained, -1, None))
    columns = [column for _ in range(0, len(series), 4) for column in st.columns(4)]
    for place, (title, (color, values)) in enumerate(series.items()):
        x_label = "n (steps of the scale)" if shown.by_n else "step"
        fig = series_figure(values, look=look, title=title, color=color, x_label=x_label)
        with columns[place]:
            alt = signed(f"{title} over the run: from {values[0]:.2f} to {values[-1]:.2f}.")
            page.plot(fig, name=f"series_{place}", alt=alt)
    page.note(signed(f"{about(history)} {critic_words(history, recorded_critic())}"))
    page.note(spoken(shown))


def about(history: RunHistory) -> str:
    """What to know of the series, by the algorithm of the run."""
    algorithm = history.params.algorithm
    if algorithm == "best_of_n":
        return "No policy is trained here: the start is sampled n times and the reward model picks one."
    exact = "KL is exact at every place, summed along the samples."
    if algorithm == "dpo":
        return f"{exact} The loss of DPO starts at log 2 = 0.69, where the margin is 0, and falls as the margin grows."
    if algorithm == "reinforce" or "loss/first_epoch" not in history.metrics:
        # A run that diverges before its first step is over has no loss.
        return exact
    if np.abs(history.metrics["loss/first_epoch"]).max(initial=0) >= ZERO:
        mean = float(history.metrics["loss/policy_avg"].mean())
        return f"{exact} The loss is {mean:.2f} on average although advantages have mean 0: {not_zero(history.params)}."
    return (
        f"{exact} The loss hovers around 0 although the policy moves: advantages have mean 0, and every ratio starts "
        "at 1."
    )


def moves(history: RunHistory, name: str) -> bool:
    """Whether a run has a series that is not one number throughout."""
    values = history.metrics.get(name)
    return values is not None and bool(np.nanmax(values) > np.nanmin(values))
