"""Panels about over-optimization: what data and penalty do, the functional forms, ensembles, and length."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from components.figures.lines import lines
from components.page import Page
from core.checks import Check
from core.rlhf import (
    BETAS,
    PAIRS,
    SEEDS,
    FormFit,
    RunHistory,
    RunParams,
    fit_form,
    grid,
    recorded_among,
    recorded_run,
    usual,
)
from pages.alignment.rlhf.choices import LABELERS
from pages.alignment.rlhf.figures import series as figures
from pages.alignment.rlhf.main import Shown, checks_over

LAST = 10
"""Steps at the end of a run over which its gold is averaged."""


def over_optimization(shown: Shown) -> None:
    """What more data and a larger penalty do, the two functional forms, equal accuracy with unequal fate, ensembles."""
    page, params = shown.page, shown.history.params
    left, right = st.columns(2)
    with left:
        _more_data(page, params.beta if params.beta in BETAS else 0.0)
    with right:
        _larger_beta(page, params.pairs if params.pairs in PAIRS else 500)
    page.note(
        "Means of three seeds of PPO. Best is the peak of gold on the way, end the mean of the last ten steps: what "
        "lies between them is lost to over-optimization."
    )
    _forms(shown)
    left, right = st.columns(2)
    with left:
        _same_accuracy(page)
    with right:
        _ensembles(page)


def _more_data(page: Page, beta: float) -> None:
    runs = [[run for seed in SEEDS if (run := recorded_run(usual(beta=beta, pairs=n, seed=seed)))] for n in PAIRS]
    step = [np.mean([run.peak for run in group]) for group in runs]
    best, end = _best_and_end(runs)
    title = (
        f"From {PAIRS[0]} to {PAIRS[-1]} pairs, β {beta:g}: gold peaks at {best[-1]:.1f} instead of {best[0]:.1f}, at "
        f"step {step[-1]:.0f} instead of {step[0]:.0f}"
    )
    places = [f"{count} pairs" for count in PAIRS]
    _bars(page, {"best": best, "end": end}, places, name="by_pairs", title=title)


def _larger_beta(page: Page, pairs: int) -> None:
    runs = [[run for seed in SEEDS if (run := recorded_run(usual(beta=b, pairs=pairs, seed=seed)))] for b in BETAS]
    kl = [np.mean([run.kl[-1] for run in group]) for group in runs]
    best, end = _best_and_end(runs)
    title = (
        f"From β {BETAS[0]:g} to {BETAS[-1]:g}, {pairs} pairs: KL ends at {kl[-1]:.1f} instead of {kl[0]:.1f} nats, "
        f"gold at {end[-1]:.1f} instead of {end[0]:.1f}"
    )
    _bars(page, {"best": best, "end": end}, [f"β {beta:g}" for beta in BETAS], name="by_beta", title=title)


def _best_and_end(runs: Sequence[Sequence[RunHistory]]) -> tuple[np.ndarray, np.ndarray]:
    """Gold at its peak and at the end, mean over the runs of each group."""
    best = np.array([np.mean([run.gold[run.peak] for run in group]) for group in runs])
    end = np.array([np.mean([run.gold[-LAST:].mean() for run in group]) for group in runs])
    return best, end


def _bars(page: Page, groups: dict[str, np.ndarray], places: list[str], *, name: str, title: str) -> None:
    fig = figures.grouped_bars(groups, places, look=page.look, title=title, y_label="gold (points)")
    page.plot(fig, name=name, alt=f"Gold at its best and at the end. {title}.")


def _forms(shown: Shown) -> None:
    """Both forms fitted to the run and to best-of-n, where there is enough of a curve."""
    params = shown.history.params
    st.markdown("**Two functional forms**, fitted to measured curves by least squares; d = √KL.")
    learned = shown.history if not shown.by_n else recorded_run(usual(pairs=params.pairs, seed=params.seed))
    chosen = recorded_run(usual("best_of_n", pairs=params.pairs, seed=params.seed))
    runs = {"learned": learned, "best-of-n": chosen}
    for column, (name, run) in zip(st.columns(2), runs.items(), strict=True):
        with column:
            if run is None or np.count_nonzero(run.kl > 0) < 2:
                st.info(f"There is no curve to fit, {name}: the run was not recorded, or it left its start only once.")
            else:
                _draw_forms(shown.page, name, run, *_fitted(run))


def _fitted(run: RunHistory) -> tuple[FormFit, FormFit]:
    gain = (run.gold - run.gold[0]).astype(float)
    return fit_form(run.kl.astype(float), gain, "rl"), fit_form(run.kl.astype(float), gain, "best_of_n")


def _draw_forms(page: Page, name: str, run: RunHistory, rl: FormFit, bon: FormFit) -> None:
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


def _same_accuracy(page: Page) -> None:
    runs = recorded_among(params for params in grid() if params.beta in (0.0, 0.1))
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


def _ensembles(page: Page) -> None:
    base = RunParams()
    rows = {
        "one model": [replace(base, seed=seed) for seed in SEEDS],
        "mean of 4": [replace(base, ensemble=4, seed=seed) for seed in SEEDS],
        "worst of 4": [replace(base, ensemble=4, rule="worst", seed=seed) for seed in SEEDS],
    }
    found = {name: recorded_among(wanted) for name, wanted in rows.items()}
    final = {name: float(np.mean([run.gold[-1] for run in runs])) for name, runs in found.items()}
    best = max(final, key=final.__getitem__)
    title = f"Ensembles: “{best}” ends best, gold {final[best]:.1f}"
    errors = np.array([np.std([run.gold[-1] for run in runs]) for runs in found.values()])
    fig = figures.bars(final, look=page.look, title=title, y_label="final gold (points)", errors=errors)
    page.plot(fig, name="ensembles", alt=f"Final gold of three kinds of reward. {title}.")
    st.caption("500 pairs, β 0, mean and spread over three seeds. All members see the same pairs.")


def _length_arms() -> dict[str, RunHistory]:
    """The recorded runs with fair raters, with some who like length, and with a reward model that cannot see it."""
    liked = LABELERS["a person who likes length"]
    base = RunParams(pairs=2000)
    arms = {
        "fair": base,
        "liked": replace(base, rater=liked),
        "unseen": replace(base, rater=liked, sees_length=False),
    }
    return {name: run for name, params in arms.items() if (run := recorded_run(params)) is not None}


def length_checks() -> list[Check]:
    """The identities of the three runs."""
    return checks_over(_length_arms().values())


def length(page: Page) -> None:
    """Raters who like length, fair ones, and a reward model that cannot see it: length and gold of three policies."""
    runs = _length_arms()
    left, right = st.columns(2)
    with left:
        title = "Length at the end: " + ", ".join(f"“{name}” {run.length[-1]:.0f} words" for name, run in runs.items())
        _arms(page, {name: run.length for name, run in runs.items()}, "length", title, "length (words)")
    with right:
        title = "Gold at the end: " + ", ".join(f"“{name}” {run.gold[-1]:.1f}" for name, run in runs.items())
        _arms(page, {name: run.gold for name, run in runs.items()}, "length_gold", title, "gold (points)")
    told = ", ".join(f"“{name}” <b>{run.reward_fit.length_correlation:+.2f}</b>" for name, run in runs.items())
    page.note(
        "PPO on 2000 pairs, β 0. Raters are fair, or they add 0.6 points a word in their minds (“liked”). In the third "
        "arm they like length, too, but the reward model cannot see it: it sees shares of words only. Correlation of "
        f"the learned reward with length on unseen responses: {told}. Shares give length away: the longer a response, "
        "the smaller they are."
    )


def _arms(page: Page, curves: dict[str, np.ndarray], name: str, title: str, y_label: str) -> None:
    fig = lines(curves, look=page.look, title=title, x_label="step", y_label=y_label, height=340)
    page.plot(fig, name=name, alt=f"Three arms over the steps of a run. {title}.")
