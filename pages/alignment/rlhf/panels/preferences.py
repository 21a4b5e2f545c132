"""Panels about preferences: the likelihood by hand, scores against pairs, a reward model fitted to chosen raters."""

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.figures.lines import lines
from components.jobs import job_panel
from components.page import Page
from components.phrases import signed
from components.theme import Look
from core.checks import Check
from core.jobs import promise
from core.rlhf import (
    NetworkFit,
    Rater,
    RunHistory,
    RunParams,
    bradley_terry_loss,
    choose,
    recorded_run,
    seconds_of,
    train,
)
from pages.alignment.rlhf import results
from pages.alignment.rlhf.figures import series as figures
from pages.alignment.rlhf.main import Shown
from pages.alignment.rlhf.words.seeds import ranking_claim


def preferences(page: Page) -> None:
    """The log-likelihood by hand, and two ways to ask raters."""
    with page.figure_first():
        left, right = st.columns(2)
        with left:
            _likelihood(page)
        with right:
            _two_ways(page)


def _low(look: Look) -> int:
    """The height of charts that leave room for the inputs above and the sentence below them on one screen."""
    return room(look, 268 if look.presenter else 240)


def _likelihood(page: Page) -> None:
    st.markdown("**The likelihood, by hand**")
    gap = page.controls.slider("gap", "Reward gap between chosen and rejected (points)", -5.0, 5.0, step=0.1)
    chance = float(1 / (1 + np.exp(-gap)))
    title = signed(f"A gap of {gap:+.1f} wins with probability {chance:.2f}")
    fig = figures.sigmoid_figure(gap, look=page.look, title=title, height=_low(page.look))
    page.plot(fig, name="sigmoid", alt=f"Probability that the chosen response wins, and its loss. {title}.")
    loss = float(bradley_terry_loss(gap, 0.0))
    page.note(
        signed(
            f"Eight such pairs have the likelihood <b>{chance:.3f}⁸ = {chance**8:.2e}</b>, a product that soon "
            f"underflows. Its logarithm is a sum: <b>8 × {np.log(chance):.3f} = {8 * np.log(chance):.3f}</b>. "
            f"The loss is minus its mean, <b>{loss:.3f}</b> nats. Its slope pushes the chosen reward up and the "
            f"rejected one down by <b>{1 - chance:.3f}</b> each: the surer of the label, the less a pair teaches."
        )
    )


def likelihood_checks(page: Page) -> list[Check]:
    """The loss of the gap on screen and its slope against the probability."""
    gap = page.controls.value("gap")
    chance, loss = float(1 / (1 + np.exp(-gap))), float(bradley_terry_loss(gap, 0.0))
    slope = (float(bradley_terry_loss(gap + 1e-5, 0.0)) - float(bradley_terry_loss(gap - 1e-5, 0.0))) / 2e-5
    return [
        Check("exp(−loss) is the probability", abs(float(np.exp(-loss)) - chance), 1e-12),
        Check("The slope is −(1 − probability)", abs(slope + 1 - chance), 1e-8, "against finite differences"),
    ]


def _two_ways(page: Page) -> None:
    st.markdown("**Scores or pairs?** Ten raters judge 30 items: half hand out few fives, half many.")
    one, two = st.columns(2)
    with one:
        strict = page.controls.slider("strict", "Fives by strict raters (%)", 1, 50)
    with two:
        generous = page.controls.slider("generous", "Fives by generous raters (%)", 1, 90)
    table = results.aggregation_over_seeds(strict / 100, generous / 100)
    names = ("raw scores", "centered scores", "pairs")
    mean = dict(zip(names, table.mean(0), strict=True))
    title = ranking_claim(dict(zip(names, table.T, strict=True)), "share of item pairs in true order")
    fig = figures.bars(
        mean,
        look=page.look,
        title=title,
        y_label="share in true order",
        errors=table.std(0, ddof=1),
        height=_low(page.look),
    )
    page.plot(fig, name="aggregation", alt=f"Agreement with the true order for three ways of asking. {title}.")
    page.note(
        f"Mean and spread over 12 draws of raters; 150 labels each way. Pairs reach <b>{mean['pairs']:.0%}</b>: a pair "
        f"costs two noisy judgments, but needs no common scale. Raw scores reach <b>{mean['raw scores']:.0%}</b>, and "
        f"<b>{mean['centered scores']:.0%}</b> once each rater's own mean and spread are taken out (“centered”), which "
        "needs many scores of every rater."
    )


def reward_model(shown: Shown) -> None:
    """Raters on sliders, a reward model fitted to their labels at once, and a policy trained on it if one likes."""
    page = shown.page
    _rater(page)
    params = chosen(shown)
    rest = (
        "" if recorded_run(params) else f" It takes {promise(FIT)}, and a few seconds more where torch is not loaded."
    )
    with st.spinner(f"Fitting the reward model.{rest}", show_time=True):
        fit = results.fit_of(params)
    pairs = params.pairs
    left, right = st.columns(2)
    with left:
        _learning_curve(page, fit)
    with right:
        _calibration(page, fit)
    kept = shown.history.reward_fit
    page.note(
        signed(
            f"{fit.warning} Fitted to <b>{pairs}</b> label{'s' * (pairs > 1)}: loss <b>{fit.loss[-1]:.2f}</b> nats on "
            f"them, <b>{fit.held_out_loss[-1]:.2f}</b> on 1,000 unseen pairs. It agrees with these raters on "
            f"<b>{fit.accuracy[-1]:.0%}</b> of unseen pairs, which is RewardBench's measure, and with the gold order "
            f"on <b>{fit.gold_accuracy:.0%}</b>. Correlation of its reward with length: "
            f"<b>{fit.length_correlation:+.2f}</b>. The reward model of the run in the main figure agrees with its "
            f"raters on <b>{kept.accuracy[-1]:.0%}</b> and with gold on <b>{kept.gold_accuracy:.0%}</b>."
        )
    )
    _policy_on_it(page, params)


FIT = 0.5
"""Seconds of processor that a fit takes at most, on the machine on which promises are measured."""


def _rater(page: Page) -> None:
    controls, places = page.controls, st.columns(5)
    with places[0]:
        controls.slider("noise", "Noise (points)", 0.0, 5.0, step=0.1)
    with places[1]:
        controls.slider("length_bias", "Liking for length (points a word)", -1.0, 1.0, step=0.05)
    with places[2]:
        controls.slider("careless", "Labels by a coin (%)", 0, 100)
    with places[3]:
        controls.slider("poison", "Labels turned around (%)", 0, 100)
    with places[4]:
        controls.slider("fit_pairs", "Pairs", 1, 8000)


def chosen(shown: Shown) -> RunParams:
    """The run whose reward model is on screen: a rater on sliders, and the seed of the run in the main figure."""
    value = shown.page.controls.value
    rater = Rater(
        noise=round(value("noise"), 2),
        length_bias=round(value("length_bias"), 2),
        careless=value("careless") / 100,
        poison=value("poison") / 100,
    )
    return RunParams(rater=rater, pairs=value("fit_pairs"), seed=shown.history.params.seed)


def fit_recorded(shown: Shown) -> bool:
    """Whether the reward model on screen was recorded with its run."""
    try:
        return shown.page is not None and recorded_run(chosen(shown)) is not None
    except ValueError:
        # A link may hold values that no rater has; the sliders set them right once they are drawn, which is later.
        return False


GAPS = np.linspace(-3, 3, 7)
"""Differences of worth at which a rater's labels are counted, in points."""


def rater_checks(shown: Shown) -> list[Check]:
    """Labels of the rater on the sliders, counted, against their formula; and the identities of the recorded run."""
    params = chosen(shown)
    run = recorded_run(params)
    return [labels_follow_the_formula(params.rater), *(run.checks if run else ())]


def labels_follow_the_formula(rater: Rater, *, count: int = 4000) -> Check:
    """P(first) = (1 - q) m + q (1 - m), with m = c / 2 + (1 - c) sigmoid(gap / s).

    q is the share of labels turned around, c the share of labels by a coin and s the noise.
    Without noise the larger worth wins.
    """
    gaps = np.repeat(GAPS, count)
    drawn = choose(gaps, np.zeros_like(gaps), rater, seed=1).reshape(len(GAPS), count).mean(1)
    sure = (np.sign(GAPS) + 1) / 2 if rater.noise == 0 else 1 / (1 + np.exp(-np.clip(GAPS / rater.noise, -700, 700)))
    mind = rater.careless / 2 + (1 - rater.careless) * sure
    right = (1 - rater.poison) * mind + rater.poison * (1 - mind)
    off = np.abs(drawn - right) / np.sqrt(right * (1 - right) / count + 1e-12)
    return Check(
        "Labels are as frequent as the rater's formula says",
        float(off.max()),
        4.5,
        f"largest error in standard errors, at {len(GAPS)} gaps with {count} labels each",
    )


def _learning_curve(page: Page, fit: NetworkFit) -> None:
    least = int(fit.updates[fit.held_out_loss.argmin()])
    last = int(fit.updates[-1])
    title = (
        f"Learning curve: unseen pairs are learned best after {least} updates, then it learns by heart"
        if least < last and fit.held_out_loss[-1] > fit.held_out_loss.min() + 0.02
        else f"Learning curve: the loss on unseen pairs ends at {fit.held_out_loss[-1]:.2f} nats"
    )
    curves = {"fitted": fit.loss, "unseen": fit.held_out_loss, "accuracy": fit.accuracy}
    fig = lines(
        curves,
        look=page.look,
        title=title,
        x_label="update",
        y_label="loss (nats); accuracy (share)",
        x=fit.updates,
        height=300,
        beside=np.zeros(1),
    )
    fig.update_yaxes(rangemode="tozero")
    page.plot(fig, name="learning_curve", alt=f"Losses and accuracy while the reward model is fitted. {title}.")


def _calibration(page: Page, fit: NetworkFit) -> None:
    title = f"Calibration: agrees with its raters on {fit.accuracy[-1]:.0%}, with gold on {fit.gold_accuracy:.0%}"
    fig = figures.calibration(fit.predicted, fit.observed, look=page.look, title=title, height=300)
    page.plot(fig, name="calibration", alt=f"Calibration of the reward model on held-out pairs. {title}.")


def _policy_on_it(page: Page, params: RunParams) -> None:
    """What PPO makes of this reward model: recorded, or trained when somebody asks."""
    st.markdown("**What does a policy make of this reward model?** PPO without a penalty, 150 steps.")
    history = recorded_run(params) or job_panel(
        train,
        params,
        start="Train a policy on it",
        cost=f"It takes {promise(seconds_of(params))} on one core.",
        draw_partial=lambda curves: _fate(page, curves["proxy"], curves["gold"], "Proxy and gold so far"),
    )
    if history is not None:
        _fate(page, history.proxy, history.gold, _fate_title(history))


def _fate_title(history: RunHistory) -> str:
    best = float(history.gold[history.peak])
    return signed(
        f"Proxy ends at {history.proxy[-1]:.1f}, gold at {history.gold[-1]:.1f}; "
        f"gold was best at step {history.peak}, {best:.1f}"
    )


def _fate(page: Page, proxy: np.ndarray, gold: np.ndarray, title: str) -> None:
    roles = {"proxy": page.look.role("proxy"), "gold": page.look.role("gold")}
    fig = lines(
        {"proxy": proxy, "gold": gold},
        look=page.look,
        title=title,
        x_label="step",
        y_label="reward (points)",
        colors=roles,
        height=300,
    )
    page.plot(fig, name="fate", alt=f"Proxy and gold of a policy trained on the fitted reward. {title}.")
