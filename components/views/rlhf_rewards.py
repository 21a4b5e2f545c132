"""Panels about where rewards come from: answering or abstaining, checkers, best-of-n on real text."""

from html import escape

import numpy as np
import streamlit as st

from components import rlhf_results as results
from components.figures import rlhf_panels as figures
from components.figures.lines import lines
from components.page import Badge
from components.views.rlhf import Shown
from core.checks import Check
from core.rlhf import (
    CHECKERS,
    AbstainParams,
    VerifierParams,
    best_of_n_divergence,
    best_of_n_kl,
    best_of_n_weights,
    recorded_answers,
)


def abstain(shown: Shown) -> None:
    """A policy that may say "I don't know", trained with the rewards on the sliders."""
    page = shown.page
    try:
        params = _abstain_params(shown)
    except ValueError as error:
        st.warning(str(error))
        return
    history = results.abstention_of(params)
    right, wrong, answered = (float(part[-1]) for part in (history.accuracy, history.hallucination, history.answered))
    threshold = history.threshold
    where = "Always answer" if threshold <= 0 else "Never answer" if threshold > 1 else f"Answer above {threshold:.0%}"
    title = f"{where}: {right:.0%} right, {wrong:.0%} wrong, {1 - answered:.0%} abstained"
    series = {
        "right": (history.accuracy, "accepted"),
        "wrong": (history.hallucination, "rejected"),
        "abstained": (1 - history.answered, "mass"),
        "refused though sure": (history.over_refusal, "query"),
    }
    curves = {name: values for name, (values, _) in series.items()}
    colors = {name: page.look.role(role) for name, (_, role) in series.items()}
    page.stamp(Badge.MEASURED, Badge.TOY)
    fig = lines(curves, look=page.look, title=title, x_label="update", y_label="share of questions", colors=colors)
    page.plot(fig, name="abstain", alt=f"Shares of right, wrong and abstained answers during training. {title}.")
    page.note(
        f"Answering pays when the confidence is above (abstain − wrong) / (right − wrong) = <b>{threshold:.2f}</b>. "
        f"The policy earns <b>{history.reward[-1]:.2f}</b> a question; who knew each question's true confidence could "
        f"earn <b>{history.best_reward:.2f}</b>. It refuses <b>{history.over_refusal[-1]:.0%}</b> of the questions "
        "worth answering: raise the share of hard questions in training, and it refuses easy ones too."
    )
    page.checks_of_panel(history.checks)
    _idk(shown)


def _abstain_params(shown: Shown) -> AbstainParams:
    """The run on the sliders; ValueError where right does not earn more than wrong."""
    controls, columns = shown.page.controls, st.columns(5)
    labels = {"reward_right": "Right", "reward_abstain": "“I don't know”", "reward_wrong": "Wrong"}
    rewards = []
    for column, (name, label) in zip(columns, labels.items(), strict=False):
        with column:
            rewards.append(round(controls.slider(name, label, -3.0, 3.0, step=0.1), 2))
    with columns[3]:
        hard = controls.slider("hard", "Hard questions in training (%)", 0, 100)
    with columns[4]:
        steps = controls.slider("abstain_steps", "Updates", 50, 2000, step=50)
    return AbstainParams(correct=rewards[0], abstain=rewards[1], wrong=rewards[2], steps=steps, hard=hard / 100)


def _idk(shown: Shown) -> None:
    page = shown.page
    st.markdown("**Why examples of “I don't know” are not enough**")
    overlap = page.controls.slider("overlap", "How well the annotator knows what the model knows (%)", 0, 100, step=10)
    pairs = [results.idk_of(overlap / 100, seed) for seed in range(5)]
    trained, unseen, wrong = (
        np.mean([getattr(one, name) for one in pairs], axis=0) for name in ("trained", "unseen", "hallucination")
    )
    groups = {
        "examples by the annotator": np.array([trained[0], unseen[0]]),
        "rewards for own outcomes": np.array([trained[1], unseen[1]]),
    }
    gap = unseen[1] - unseen[0]
    title = (
        f"On new questions, rewards beat examples by {gap:.2f}"
        if gap > 0.02
        else "An annotator who knows what the model knows does as well as rewards"
    )
    fig = figures.grouped_bars(
        groups, ["questions trained on", "new questions"], look=page.look, title=title, y_label="mean reward (1, 0, −1)"
    )
    page.plot(fig, name="idk", alt=f"Mean reward of two ways to teach abstaining. {title}.")
    page.note(
        f"Wrong answers on new questions: <b>{wrong[0]:.0%}</b> with examples, <b>{wrong[1]:.0%}</b> with rewards. The "
        "annotator writes “I don't know” where the annotator does not know, which teaches the model to guess where "
        "only "
        "the annotator knew. Rewards follow the model's own hits and misses. Mean of five draws."
    )


def checkers(shown: Shown) -> None:
    """GRPO on small sums, against an exact checker and two that can be fooled."""
    page = shown.page
    one, two = st.columns([2, 3])
    with one:
        checker = page.controls.choice("checker", "The checker accepts", list(CHECKERS))
    with two:
        st.caption(f"“{checker}”: {CHECKERS[checker]}.")
    history = results.checker_run(VerifierParams(checker=checker))
    series = {"reward": history.reward, "exactly right": history.exact, "silent groups": history.silent}
    colors = {
        "reward": page.look.role("proxy"),
        "exactly right": page.look.role("gold"),
        "silent groups": page.look.role("mass"),
    }
    fooled = history.reward[-1] - history.exact[-1] > 0.2
    title = (
        f"The checker pays {history.reward[-1]:.0%}, yet {history.exact[-1]:.0%} of answers are right"
        if fooled
        else f"An exact checker cannot be fooled: {history.exact[-1]:.0%} of answers are right"
    )
    page.stamp(Badge.MEASURED, Badge.TOY)
    fig = lines(series, look=page.look, title=title, x_label="step", y_label="share", colors=colors)
    page.plot(fig, name="checkers", alt=f"Reward, true accuracy and silent groups. {title}.")
    said = "; ".join(f"{question} = <b>{escape(answer)}</b>" for question, answer in history.examples)
    page.note(
        f"At the end: {said}. <b>{history.length[-1]:.1f}</b> numbers an answer. No preference was asked for: the "
        "checker is the reward. Where it sees less than the task, the policy finds what it does not see. Silent groups "
        "have equal rewards and teach nothing; they are all that is left when every answer is paid."
    )
    page.checks_of_panel(history.checks)


def real_text(shown: Shown) -> None:
    """Best-of-n on recorded answers of a language model."""
    page, answers = shown.page, recorded_answers()
    one, two, three = st.columns([3, 2, 2])
    with one:
        asked = page.controls.select("prompt", "Prompt", list(answers.prompts))
    with two:
        likes = page.controls.choice("judge", "Raters", ["like length", "fair"])
    with three:
        count = page.controls.slider("n", "n", 1, answers.tokens.shape[1])
    place = answers.prompts.index(asked)
    table = answers.biased if likes == "like length" else answers.fair
    every = np.arange(1, answers.tokens.shape[1] + 1)
    expected, relevance = results.best_of_n_table(likes)
    chosen = int(np.argmax(table[place][:count]))
    kl = best_of_n_divergence(table[place], answers.atoms(place), count)
    mean = expected.mean(0)
    title = f"Best of {count}: {mean[count - 1]:.0f} tokens on average, best of 1: {mean[0]:.0f}"
    page.stamp(Badge.RECORDED)
    left, right = st.columns(2)
    with left:
        fig = lines(
            {"this prompt": expected[place], "all prompts": mean},
            look=page.look,
            title=title,
            x_label="n",
            y_label="expected length (tokens)",
            x=every,
        )
        page.plot(fig, name="text_length", alt=f"Expected length of the chosen answer against n. {title}.")
    with right:
        st.caption(f"The best of the first {count} answers: {answers.tokens[place, chosen]} tokens")
        st.text(answers.texts[place][chosen] or "(nothing)")
    accuracy = answers.accuracy[0 if likes == "like length" else 1]
    page.note(
        f"Reward <b>{table[place, chosen]:+.2f}</b>, log-probability "
        f"<b>{answers.log_probability[place, chosen]:.1f}</b> "
        f"nats. KL of the best of {count} draws from these answers: <b>{kl:.2f}</b>, the formula: "
        f"<b>{best_of_n_kl(count):.2f}</b> nats. Relevance to the prompt moves from "
        f"<b>{relevance.mean(0)[0]:.2f}</b> to "
        f"<b>{relevance.mean(0)[count - 1]:.2f}</b>. The head is right on <b>{accuracy:.0%}</b> of its raters' "
        "unseen pairs "
        "and "
        f"never sees the length itself; the raters valued one spread of length like {answers.bias:g} of relevance. "
        "Curves are expectations over all subsets, the text is one draw."
    )
    total = float(abs(best_of_n_weights(table[place], count).sum() - 1))
    page.checks_of_panel(
        [
            Check("The weights of all subsets sum to 1", total, 1e-9),
            Check("KL stays under log n − (n − 1)/n", max(0.0, kl - best_of_n_kl(count)), 1e-9),
        ]
    )
