"""The task "answer or abstain": a policy that may say "I don't know", and what its three rewards make of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from components.figures.lines import lines
from components.page import Badge, Page, Panel, Scene
from components.phrases import signed
from core.checks import Check
from core.rlhf import (
    AbstainHistory,
    AbstainParams,
    IdkComparison,
    abstention_threshold,
    compare_idk,
    difference,
    train_abstention,
)
from pages.alignment.rlhf import results, scripts
from pages.alignment.rlhf.figures import series as figures
from pages.alignment.rlhf.panels import refusals
from pages.alignment.rlhf.words.equations import EQUATIONS
from pages.alignment.rlhf.words.learning import hardness_claim, idk_claim

if TYPE_CHECKING:
    import pandas as pd

DIET = (
    "With 95% hard questions the policy refuses no more after 50 updates than with half of them hard, three times as "
    "much after 400, and no more than that after 1,200."
)
"""What feeding and length of training do to over-refusal, at the usual rewards."""

REWARDS = {"reward_right": "Right earns", "reward_abstain": "“I don't know” earns", "reward_wrong": "Wrong earns"}


def ask(page: Page) -> AbstainParams | None:
    """The run on the sliders; None, and a word why, where right does not earn more than wrong."""
    controls, places = page.controls, st.columns([2.4, 2.4, 2.4, 1.3], vertical_alignment="bottom")
    rewards = []
    for place, (name, label) in zip(places, REWARDS.items(), strict=False):
        with place:
            rewards.append(round(controls.slider(name, label, -3.0, 3.0, step=0.1), 2))
    with places[3], page.more():
        hard = controls.slider("hard", "Hard questions in training (%)", 0, 100)
        steps = controls.slider("abstain_steps", "Updates", 50, 2000, step=50)
        blur = controls.slider("blur", "Error in what it feels it knows (logits)", 0.0, 3.0, step=0.1)
        misjudged = controls.slider("misjudged", "Verdicts that are wrong (%)", 0, 50, step=5)
        beta = controls.slider("abstain_beta", "β, the KL penalty", 0.0, 1.0, step=0.1)
    right, abstain, wrong = rewards
    more = {"steps": steps, "hard": hard / 100, "blur": blur, "misjudged": misjudged / 100, "beta": round(beta, 2)}
    try:
        return AbstainParams(correct=right, abstain=abstain, wrong=wrong, **more)
    except ValueError:
        st.warning(signed(f"“Right earns”, {right:g}, must be above “Wrong earns”, {wrong:g}: move one of them."))
        return None


def show(page: Page, params: AbstainParams | None) -> Scene | None:
    """The training, measured now, and what else there is to see of this task."""
    if params is None:
        return None
    history = results.abstention_of(params)
    return Scene(
        badges=(Badge.MEASURED, Badge.TOY),
        draw=lambda: _figure(page, history),
        reading=lambda: _reading(history),
        panels=(
            Panel("As the rewards vary", lambda: _sweeps(page, params)),
            Panel(
                "What refuses everything",
                lambda: refusals.refusals(page, params),
                stands="instead",
                badges=(Badge.RECORDED, Badge.TOY),
                checks=refusals.checks,
                script=refusals.script,
            ),
            Panel(
                "Examples of “I don't know”",
                lambda: _idk(page),
                stands="instead",
                badges=(Badge.MEASURED, Badge.TOY),
                checks=lambda: idk_checks(_draws(page)),
                script=lambda: scripts.idk(page.controls.values()),
            ),
        ),
        checks=lambda: history.checks,
        equations=EQUATIONS,
        code=lambda: [train_abstention, abstention_threshold, compare_idk],
        data=lambda: _frame(history),
        script=lambda: _script(params),
    )


def headline(history: AbstainHistory) -> str:
    """The finding in words."""
    threshold = history.threshold
    right, wrong, answered = (float(part[-1]) for part in (history.accuracy, history.hallucination, history.answered))
    where = (
        "Always answering pays"
        if threshold <= 0
        else "Answering never pays"
        if threshold >= 1
        else f"Answering pays above {threshold:.0%} confidence"
    )
    return f"{where}: the policy ends {right:.0%} right, {wrong:.0%} wrong, {1 - answered:.0%} silent"


def _figure(page: Page, history: AbstainHistory) -> None:
    series = {
        "right": (history.accuracy, "accepted"),
        "wrong": (history.hallucination, "rejected"),
        "silent": (1 - history.answered, "mass"),
    }
    if history.threshold < 1:
        series["over-refused"] = (history.over_refusal, "query")
    title = headline(history)
    fig = lines(
        {name: values for name, (values, _) in series.items()},
        look=page.look,
        title=title,
        x_label="update",
        y_label="share of all, or of those worth an answer",
        colors={name: page.look.role(role) for name, (_, role) in series.items()},
        height=None,
        beside=np.zeros(1),
    )
    fig.update_yaxes(tickformat=".0%", rangemode="tozero")
    page.plot(fig, name="abstain", alt=f"Shares of right, wrong and silent answers during training. {title}.")


def _reading(history: AbstainHistory) -> str:
    wrong, refused, threshold = history.hallucination, history.over_refusal, history.threshold
    limit = f"(silent − wrong) / (right − wrong) = <b>{threshold:.2f}</b>"
    where = (
        f"Answering would pay above a confidence of {limit}, which no question reaches"
        if threshold >= 1
        else f"Answering pays at any confidence, since {limit} is not above 0"
        if threshold <= 0
        else f"Answering pays above a confidence of {limit}"
    )
    over = (
        "no question is worth an answer"
        if threshold >= 1
        else f"questions refused though worth an answer from <b>{refused[0]:.0%}</b> to <b>{refused[-1]:.0%}</b>"
    )
    return signed(
        f"{where}. Wrong answers go from <b>{wrong[0]:.0%}</b> to <b>{wrong[-1]:.0%}</b>, {over}. "
        f"Reward: <b>{history.reward[-1]:.2f}</b>, of "
        f"at most <b>{history.best_reward:.2f}</b>."
    )


def _sweeps(page: Page, params: AbstainParams) -> None:
    left, right = st.columns(2)
    with left:
        _by_reward(page, params)
    with right:
        _by_hardness(page, params)
    page.note(
        "Each point is a policy trained anew and measured on the same 4,000 questions, half of them hard; on the right "
        "a mean of three seeds. “Over-refused” is a share of the questions worth an answer, the rest of all. Silence "
        "costs right answers too, since the policy only feels what it knows. Move the hard questions and the updates "
        f"under More. {DIET}"
    )


def _by_reward(page: Page, params: AbstainParams) -> None:
    rewards = np.round(np.linspace(params.wrong, params.correct, 13), 3)
    runs = tuple(replace(params, abstain=float(reward)) for reward in rewards)
    ends = results.abstention_ends_of(runs)
    title = f"Paying silence: wrong from {ends[0, 1]:.0%} to {ends[-1, 1]:.0%}, right from {ends[0, 0]:.0%} to " + (
        f"{ends[-1, 0]:.0%}"
    )
    names = {"right": "accepted", "wrong": "rejected", "silent": "mass"}
    fig = lines(
        dict(zip(names, ends.T[:3], strict=True)),
        look=page.look,
        title=title,
        x_label="reward for “I don't know”",
        y_label="share of questions",
        x=rewards,
        colors={name: page.look.role(role) for name, role in names.items()},
    )
    fig.update_yaxes(tickformat=".0%")
    fig.add_vline(params.abstain, line={"color": page.look.quiet, "dash": "dot", "width": 1})
    page.plot(fig, name="abstain_rewards", alt=f"Where training ends, by the reward for abstaining. {title}.")


def _by_hardness(page: Page, params: AbstainParams) -> None:
    shares = np.linspace(0, 1, 11)
    ends = results.abstention_over_seeds(tuple(replace(params, hard=float(share)) for share in shares))
    title = hardness_claim(ends[:, :, 3], shares)
    names = {"wrong": "rejected", "over-refused": "query"}
    fig = lines(
        {"wrong": ends[:, :, 1].mean(0), "over-refused": ends[:, :, 3].mean(0)},
        look=page.look,
        title=title,
        x_label="hard questions in training (%)",
        y_label="share of all, or of those worth an answer",
        x=100 * shares,
        colors={name: page.look.role(role) for name, role in names.items()},
        beside=np.zeros(1),
    )
    fig.update_yaxes(tickformat=".0%", rangemode="tozero")
    fig.add_vline(100 * params.hard, line={"color": page.look.quiet, "dash": "dot", "width": 1})
    page.plot(fig, name="abstain_hard", alt=f"Where training ends, by the share of hard questions. {title}.")


def _draws(page: Page) -> list[IdkComparison]:
    """Both ways to teach silence, on five draws of questions and annotators."""
    return [results.idk_of(page.controls.value("overlap") / 100, seed) for seed in range(5)]


def idk_checks(draws: Sequence[IdkComparison]) -> list[Check]:
    """With rewards 1, 0 and −1 the reward is the share answered minus twice the share wrong."""
    sides = [
        np.array([getattr(one, name) for one in draws], dtype=float) for name in ("unseen", "answered", "hallucination")
    ]
    reward, answered, wrong = sides
    off = float(np.abs(reward - (answered - 2 * wrong)).max())
    return [Check("Reward = answered − 2 wrong, on new questions", off, 1e-12, "largest error over draws and ways")]


def _idk(page: Page) -> None:
    page.controls.slider("overlap", "How well the annotator knows what the model knows (%)", 0, 100, step=10)
    draws = _draws(page)
    trained, unseen, wrong = (
        np.array([getattr(one, name) for one in draws]) for name in ("trained", "unseen", "hallucination")
    )
    names = ("examples by the annotator", "rewards for own outcomes")
    both = {name: np.stack([trained[:, place], unseen[:, place]]) for place, name in enumerate(names)}
    title = idk_claim(*unseen.T)
    fig = figures.grouped_bars(
        {name: values.mean(1) for name, values in both.items()},
        ["questions trained on", "new questions"],
        look=page.look,
        title=title,
        y_label="mean reward (1, 0, −1)",
        errors={name: values.std(1, ddof=1) for name, values in both.items()},
    )
    page.plot(fig, name="idk", alt=f"Mean reward of two ways to teach abstaining. {title}.")
    page.note(
        f"Wrong answers on new questions: <b>{wrong[:, 0].mean():.0%}</b> with examples, "
        f"<b>{wrong[:, 1].mean():.0%}</b> with rewards. {guesses_claim(*wrong.T)} Rewards follow the model's own hits "
        "and misses. Here right always earns 1, silence 0 and wrong −1. Mean and spread of five draws."
    )


def guesses_claim(examples: Sequence[float], rewards: Sequence[float]) -> str:
    """Whether the annotator's silence makes the model guess, by the shares wrong on new questions, over draws."""
    gap = difference(examples, rewards)
    if gap.clear and gap.mean > 0:
        return (
            "The annotator writes “I don't know” where the annotator does not know, which teaches the model to guess "
            "where only the annotator knew."
        )
    return f"Over {gap.seeds} draws that is no clear difference: annotator and model know much the same."


def _frame(history: AbstainHistory) -> "pd.DataFrame":
    import pandas as pd

    names = ("answered", "accuracy", "hallucination", "over_refusal", "reward")
    return pd.DataFrame({"update": np.arange(len(history.reward)), **{name: getattr(history, name) for name in names}})


def _script(params: AbstainParams) -> str:
    return f"""from core.rlhf import AbstainParams, train_abstention

history = train_abstention({params!r})
print("right", history.accuracy[-1], " wrong", history.hallucination[-1], " over-refused", history.over_refusal[-1])
for check in history.checks:
    print(check.name, check.error, check.bound)
"""
