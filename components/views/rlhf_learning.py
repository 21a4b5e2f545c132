"""Panels about what is learned: preferences, over-optimization, DPO, labels by an AI."""

from dataclasses import replace

import numpy as np
import streamlit as st

from components import rlhf_results as results
from components.figures import rlhf_panels as figures
from components.figures.lines import lines
from components.page import Badge
from components.views.rlhf import Shown
from core.checks import Check
from core.rlhf import (
    SEEDS,
    FormFit,
    RunHistory,
    RunParams,
    bradley_terry_loss,
    fit_dpo,
    fit_form,
    grid,
    recorded_among,
    recorded_run,
    usual,
)


def preferences(shown: Shown) -> None:
    """The log-likelihood by hand, the fit of the run's reward model, and two ways to ask raters."""
    left, right = st.columns(2)
    with left:
        _likelihood(shown)
    with right:
        _calibration(shown)
    page, fit = shown.page, shown.history.reward_fit
    curves = {"pairs it was fitted to": fit.loss, "unseen pairs": fit.held_out_loss}
    title = f"Learning curve: unseen loss is least after {fit.updates[fit.held_out_loss.argmin()]} updates"
    fig = lines(curves, look=page.look, title=title, x_label="update", y_label="loss (nats)", x=fit.updates, height=300)
    page.plot(fig, name="learning_curve", alt=f"Loss of the reward model while it is fitted. {title}.")
    _two_ways(shown)


def _likelihood(shown: Shown) -> None:
    page = shown.page
    gap = page.controls.slider("gap", "Reward gap between chosen and rejected (points)", -5.0, 5.0, step=0.1)
    chance = float(1 / (1 + np.exp(-gap)))
    title = f"A gap of {gap:+.1f} wins with probability {chance:.2f}"
    fig = figures.sigmoid_figure(gap, look=page.look, title=title)
    page.plot(fig, name="sigmoid", alt=f"Probability that the chosen response wins, and its loss. {title}.")
    loss = float(bradley_terry_loss(gap, 0.0))
    page.note(
        f"Eight such pairs have the likelihood <b>{chance:.3f}⁸ = {chance**8:.2e}</b>, a product that soon "
        f"underflows. Its logarithm is a sum: <b>8 × {np.log(chance):.3f} = {8 * np.log(chance):.3f}</b>. "
        f"The loss is minus its mean, <b>{loss:.3f}</b> nats. Its slope pushes the chosen reward up and the "
        f"rejected one down by <b>{1 - chance:.3f}</b> each: a pair that is settled teaches little."
    )
    slope = (float(bradley_terry_loss(gap + 1e-5, 0.0)) - float(bradley_terry_loss(gap - 1e-5, 0.0))) / 2e-5
    page.checks_of_panel(
        [
            Check("exp(−loss) is the probability", abs(float(np.exp(-loss)) - chance), 1e-12),
            Check("The slope is −(1 − probability)", abs(slope + 1 - chance), 1e-8, "against finite differences"),
        ]
    )


def _calibration(shown: Shown) -> None:
    page, fit = shown.page, shown.history.reward_fit
    title = f"The run's reward model is right on {fit.accuracy[-1]:.0%} of unseen pairs"
    fig = figures.calibration(fit.predicted, fit.observed, look=page.look, title=title)
    page.plot(fig, name="calibration", alt=f"Calibration of the reward model on held-out pairs. {title}.")
    page.note(
        f"Fitted to <b>{shown.history.params.pairs}</b> pairs: loss <b>{fit.loss[-1]:.2f}</b> on them, "
        f"<b>{fit.held_out_loss[-1]:.2f}</b> on unseen ones. It agrees with the gold order in "
        f"<b>{fit.gold_accuracy:.0%}</b> of unseen pairs; the raters' noise keeps the first number lower. "
        f"Correlation with length: <b>{fit.length_correlation:+.2f}</b>."
    )


def _two_ways(shown: Shown) -> None:
    page = shown.page
    st.markdown("**Scores or pairs?** Ten raters judge 30 items: half hand out few fives, half many.")
    one, two = st.columns(2)
    with one:
        strict = page.controls.slider("strict", "Share of fives by strict raters (%)", 1, 50)
    with two:
        generous = page.controls.slider("generous", "Share of fives by generous raters (%)", 1, 90)
    table = results.aggregation_over_seeds(strict / 100, generous / 100)
    names = ("raw scores", "scores, each rater centered", "pairs")
    mean = dict(zip(names, table.mean(0), strict=True))
    best = max(mean, key=mean.__getitem__)
    title = f"Best order of the items: {best}, {mean[best]:.0%} of item pairs right"
    fig = figures.bars(mean, look=page.look, title=title, y_label="share of item pairs in true order", height=320,
                       errors=table.std(0))  # fmt: skip
    page.plot(fig, name="aggregation", alt=f"Agreement with the true order for three ways of asking. {title}.")
    page.note(
        f"Mean and spread over 12 draws of raters; 150 labels each way. Pairs reach <b>{mean['pairs']:.0%}</b>: a pair "
        "costs two noisy judgments, but needs no common scale. Scores catch up once each rater's own mean and spread "
        "are taken out, which needs many scores of every rater."
    )


def over_optimization(shown: Shown) -> None:
    """The two functional forms on the run and on best-of-n, equal accuracy with unequal fate, ensembles and length."""
    params = shown.history.params
    st.markdown("**Two functional forms**, fitted to measured curves by least squares; d = √KL.")
    learned = shown.history if not shown.by_n else recorded_run(usual(pairs=params.pairs, seed=params.seed))
    chosen = recorded_run(usual("best_of_n", pairs=params.pairs, seed=params.seed))
    parts = {name: run for name, run in (("learned", learned), ("best-of-n", chosen)) if run is not None}
    fits = {name: _fitted(run) for name, run in parts.items()}
    for name, (rl, bon) in fits.items():
        _draw_forms(shown, name, parts[name], rl, bon)
    _same_accuracy(shown)
    columns = st.columns(2)
    with columns[0]:
        _ensembles(shown)
    with columns[1]:
        _length(shown)


def _fitted(run: RunHistory) -> tuple[FormFit, FormFit]:
    gain = (run.gold - run.gold[0]).astype(float)
    return fit_form(run.kl.astype(float), gain, "rl"), fit_form(run.kl.astype(float), gain, "best_of_n")


def _draw_forms(shown: Shown, name: str, run: RunHistory, rl: FormFit, bon: FormFit) -> None:
    page = shown.page
    d = np.sqrt(np.maximum(run.kl, 0))
    better = "d (a − b log d)" if rl.residual < bon.residual else "d (a − b d)"
    left = max(min(rl.explained, bon.explained), -9.99), max(rl.explained, bon.explained)
    who = "The run" if name == "learned" else "Best-of-n"
    title = f"{who}: {better} fits better and explains {left[1]:.0%} of the variance"
    fig = figures.forms(
        {f"measured, {name}": (d, run.gold - run.gold[0])},
        {"d (a − b log d)": (d, rl.fitted), "d (a − b d)": (d, bon.fitted)},
        look=page.look,
        title=title,
    )
    page.plot(fig, name=f"forms_{name}", alt=f"Gain of gold against the square root of KL, with two fits. {title}.")
    page.note(
        f"log form: a = <b>{rl.a:.2f}</b>, b = <b>{rl.b:.2f}</b>, residual <b>{rl.residual:.2f}</b> points. "
        f"linear form: a = <b>{bon.a:.2f}</b>, b = <b>{bon.b:.2f}</b>, residual <b>{bon.residual:.2f}</b> points. "
        "The paper found the log form for RL and the linear one for best-of-n, on large models; this toy need not "
        "agree."
    )


def _same_accuracy(shown: Shown) -> None:
    page = shown.page
    runs = recorded_among(params for params in grid() if params.beta in (0.0, 0.1))
    if not runs:
        return
    accuracy = np.array([run.reward_fit.accuracy[-1] for run in runs])
    gold = np.array([run.gold[-1] for run in runs])
    labels = [f"{run.params.pairs} pairs" for run in runs]
    close = [
        (abs(gold[i] - gold[j]), i, j)
        for i in range(len(runs))
        for j in range(i)
        if abs(accuracy[i] - accuracy[j]) < 0.011 and runs[i].params.beta == runs[j].params.beta
    ]
    _, i, j = max(close, default=(0.0, 0, 0))
    title = f"Accuracies {accuracy[i]:.3f} and {accuracy[j]:.3f}, yet final gold {gold[i]:.1f} and {gold[j]:.1f}"
    page.plot(
        figures.fates(accuracy, gold, labels, look=page.look, title=title),
        name="fates",
        alt=f"Final gold against the accuracy of the reward model, for {len(runs)} runs. {title}.",
    )
    page.note(
        f"All <b>{len(runs)}</b> recorded PPO runs with β 0 and 0.1. Accuracy is measured on what the start says; "
        "the policy ends where no pair was ever labeled. So accuracy alone does not foretell a run's fate."
    )


def _ensembles(shown: Shown) -> None:
    page = shown.page
    base = RunParams()
    rows = {
        "one model": [replace(base, seed=seed) for seed in SEEDS],
        "mean of 4": [replace(base, ensemble=4, seed=seed) for seed in SEEDS],
        "worst of 4": [replace(base, ensemble=4, rule="worst", seed=seed) for seed in SEEDS],
    }
    found = {name: recorded_among(wanted) for name, wanted in rows.items()}
    if not all(found.values()):
        return
    final = {name: float(np.mean([run.gold[-1] for run in runs])) for name, runs in found.items()}
    best = max(final, key=final.__getitem__)
    title = f"Ensembles: “{best}” ends best, gold {final[best]:.1f}"
    errors = np.array([np.std([run.gold[-1] for run in runs]) for runs in found.values()])
    fig = figures.bars(final, look=page.look, title=title, y_label="final gold (points)", errors=errors)
    page.plot(fig, name="ensembles", alt=f"Final gold of three kinds of reward. {title}.")
    st.caption("500 pairs, β 0, mean and spread over three seeds. All members see the same pairs.")


def _length(shown: Shown) -> None:
    page = shown.page
    liked = results.LABELERS["a person who likes length"]
    base = RunParams(pairs=2000)
    arms = {
        "fair raters": base,
        "length liked": replace(base, rater=liked),
        "length liked, but unseen": replace(base, rater=liked, sees_length=False),
    }
    found = {name: recorded_run(params) for name, params in arms.items()}
    there = {name: run for name, run in found.items() if run is not None}
    if len(there) < 2:
        return
    title = "Length: " + ", ".join(f"{run.length[-1]:.0f}" for run in there.values()) + " words at the end"
    fig = lines(
        {name: run.length for name, run in there.items()},
        look=page.look,
        title=title,
        x_label="step",
        y_label="length (words)",
        height=340,
    )
    page.plot(fig, name="length", alt=f"Length of the responses in three arms. {title}.")
    ends = ", ".join(f"{name} <b>{run.gold[-1]:.1f}</b>" for name, run in there.items())
    page.note(f"2000 pairs, β 0. Final gold: {ends}. In the last arm the reward model sees shares of words only.")


def dpo(shown: Shown) -> None:
    """Log-probabilities of chosen and rejected responses while DPO learns, and its optimum in closed form."""
    page, params = shown.page, shown.history.params
    run = shown.history
    if params.algorithm != "dpo":
        found = recorded_run(usual("dpo", beta=params.beta or 0.1, pairs=params.pairs))
        if found is None:
            found = recorded_run(usual("dpo", beta=0.1))
        if found is None:
            st.info("Choose DPO above to train it.")
            return
        run = found
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
    page.stamp(Badge.RECORDED, Badge.TOY)
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


def _dpo_optimum(shown: Shown) -> None:
    page = shown.page
    st.markdown("**The optimum of DPO** is that of RLHF with the same β, in a world of three responses.")
    reference, rewards = np.array([0.2, 0.5, 0.3]), np.array([1.0, 0.0, -1.0])
    beta = page.controls.slider("world_beta", "β in the small world", 0.05, 5.0, step=0.05)
    fit = fit_dpo(reference, rewards, beta=beta)
    groups = {"reference": reference, "DPO": fit.policy, "π_ref exp(r/β)/Z": fit.optimum}
    title = f"DPO ends at {fit.policy[0]:.3f}, {fit.policy[1]:.3f}, {fit.policy[2]:.3f}: the closed form"
    fig = figures.grouped_bars(
        groups, ["reward 1", "reward 0", "reward −1"], look=page.look, title=title, y_label="probability"
    )
    page.plot(fig, name="dpo_optimum", alt=f"Probabilities of three responses. {title}.")
    page.checks_of_panel(fit.checks)


def _smooth(values: np.ndarray, width: int = 15) -> np.ndarray:
    """A running mean, since each step sees another minibatch."""
    if len(values) < width:
        return values
    return np.convolve(values, np.ones(width) / width, mode="valid")


def ai_labels(shown: Shown) -> None:
    """People who are noisy against AI labelers that are consistent and biased."""
    page = shown.page
    arms = {
        "500 by people": ("a person", 500),
        "8000 by people": ("a person", 8000),
        "8000 by an AI": ("an AI", 8000),
        "8000 by an AI that likes length": ("an AI that likes length", 8000),
        "8000 by an AI that likes the first": ("an AI that likes the first", 8000),
    }
    found = {
        name: recorded_run(replace(usual(beta=0.1, pairs=pairs), rater=results.LABELERS[labeler]))
        for name, (labeler, pairs) in arms.items()
    }
    there = {name: run for name, run in found.items() if run is not None}
    if not there:
        st.info("No runs with AI labels were recorded.")
        return
    final = {name: float(run.gold[-1]) for name, run in there.items()}
    best = max(final, key=final.__getitem__)
    title = f"Best final gold, {final[best]:.1f}: {best}"
    fig = figures.bars(final, look=page.look, title=title, y_label="final gold (points)")
    page.stamp(Badge.RECORDED, Badge.TOY)
    page.plot(fig, name="labels", alt=f"Final gold by who labeled the pairs. {title}.")
    said = "; ".join(
        f"{name}: {run.reward_fit.gold_accuracy:.0%} of unseen pairs in gold order, {run.length[-1]:.1f} words"
        for name, run in there.items()
    )
    page.note(
        f"PPO, β 0.1, seed 0. {said}. An AI labeler is cheap and consistent, and its errors are the same ones every "
        "time: more of its labels do not average a bias away."
    )
