"""Panels about over-optimization: what data and penalty do, the functional forms, ensembles, and length."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from components.page import Page
from components.phrases import listed, signed
from core.checks import Check
from core.rlhf import (
    BETAS,
    CHANCE,
    PAIRS,
    PENALTIES,
    PLACES,
    SEEDS,
    WIDTHS,
    FormFit,
    RunHistory,
    RunParams,
    best_gold,
    binned,
    end_gold,
    fit_form,
    grid,
    length_arms,
    recorded_among,
    recorded_arms,
    recorded_run,
    recorded_variants,
    usual,
)
from pages.alignment.rlhf.figures import series as figures
from pages.alignment.rlhf.main import Shown, checks_over
from pages.alignment.rlhf.words.overoptimization import (
    MEETING,
    beta_ends_claim,
    blindness_claim,
    fall_claim,
    fate_claim,
    forms_claim,
    length_claim,
    length_gold_claim,
    opened_claim,
    pairs_claim,
    recorded_sizes_claim,
    stopping_claim,
)
from pages.alignment.rlhf.words.seeds import Runs, drawn_from, ranking_claim

USUAL_REWARD = "32 hidden units"


def over_optimization(shown: Shown) -> None:
    """What more data and a larger penalty do, the two functional forms, accuracy against fate, ensembles."""
    page, params = shown.page, shown.history.params
    left, right = st.columns(2)
    beta = params.beta if params.beta in BETAS else 0.0
    by_pairs = recorded_arms({count: usual(beta=beta, pairs=count) for count in PAIRS})
    with left:
        _more_data(page, beta, by_pairs)
    with right:
        _larger_beta(page, params)
    page.note(
        "PPO, means over the seeds of each title; whiskers are their spread. Best is the largest mean of "
        "gold over five steps, end the mean of the last ten: what lies between them is lost to over-optimization. A "
        f"difference is clear where p of a paired t test over the seeds is below {CHANCE:g}; each is tested alone. "
        f"{fall_claim(by_pairs)}"
    )
    _forms(shown)
    left, right = st.columns(2)
    with left:
        _fates(page)
        _opened(page)
    with right:
        _ensembles(page)
        _sizes(page)


def _more_data(page: Page, beta: float, runs: Mapping[int, Runs]) -> None:
    title = f"β {beta:g}. {pairs_claim(runs)}"
    _bars(page, {f"{count} pairs": arm for count, arm in runs.items()}, name="by_pairs", title=title)


def _larger_beta(page: Page, params: RunParams) -> None:
    pairs = params.pairs if params.pairs in PAIRS else 500
    runs = recorded_arms({beta: usual(beta=beta, pairs=pairs) for beta in BETAS})
    chosen = params.beta if params.beta in BETAS[1:] else 0.3
    title = f"{pairs} pairs. {beta_ends_claim(runs, chosen)}"
    _bars(page, {f"β {beta:g}": arm for beta, arm in runs.items()}, name="by_beta", title=title)


def _bars(page: Page, runs: Mapping[str, Runs], *, name: str, title: str) -> None:
    """Gold at its best and at the end, mean and spread over the seeds of each arm."""
    golds = {"best": list(map(best_gold, runs.values())), "end": list(map(end_gold, runs.values()))}
    means = {word: np.array([gold.mean() for gold in arms]) for word, arms in golds.items()}
    spreads = {word: np.array([gold.std(ddof=1) for gold in arms]) for word, arms in golds.items()}
    fig = figures.grouped_bars(means, list(runs), look=page.look, title=title, y_label="gold (points)", errors=spreads)
    page.plot(fig, name=name, alt=f"Gold at its best and at the end. {title}.")


def _forms(shown: Shown) -> None:
    """Both forms fitted to the run and to best-of-n, where there is enough of a curve."""
    params = shown.history.params
    st.markdown("**Two functional forms**, fitted by least squares to the means of bins of d = √KL.")
    learned = shown.history if not shown.by_n else recorded_run(usual(pairs=params.pairs, seed=params.seed))
    chosen = recorded_run(usual("best_of_n", pairs=params.pairs, seed=params.seed))
    runs = {"learned": learned, "best-of-n": chosen}
    for column, (name, run) in zip(st.columns(2), runs.items(), strict=True):
        with column:
            if run is None or np.count_nonzero(binned(run.kl, run.gold)[0] > 1e-9) < 3:
                st.info(f"There is no curve to fit, {name}: the run was not recorded, or it stayed near its start.")
            else:
                _draw_forms(shown.page, name, run)


def both_forms(run: RunHistory) -> tuple[FormFit, FormFit]:
    """The log form and the linear one, fitted to the bins of a run."""
    kl, mean = binned(run.kl, (run.gold - run.gold[0]).astype(float))
    return fit_form(kl, mean, "rl"), fit_form(kl, mean, "best_of_n")


def _draw_forms(page: Page, name: str, run: RunHistory) -> None:
    gain = (run.gold - run.gold[0]).astype(float)
    kl, mean = binned(run.kl, gain)
    seeds = [other for other in recorded_arms({name: run.params})[name] if other.params != run.params]
    fits = [both_forms(one) for one in (run, *seeds)]
    rl, bon = fits[0]
    d, steps = np.sqrt(kl), np.sqrt(np.maximum(run.kl, 0))
    title = forms_claim("The run" if name == "learned" else "Best-of-n", d, mean, fits)
    fig = figures.forms(
        {f"each step, {name}": (steps, gain), "mean of a bin": (d, mean)},
        {"d (a − b log d)": (d, rl.fitted), "d (a − b d)": (d, bon.fitted)},
        look=page.look,
        title=title,
    )
    page.plot(fig, name=f"forms_{name}", alt=f"Gain of gold against the square root of KL, with two fits. {title}.")
    told = (
        f"Each of the <b>{len(kl)}</b> bins counts alike, however many steps lie in it. "
        + " ".join(
            f"{word} form: a = <b>{fit.a:.2f}</b>, b = <b>{fit.b:.2f}</b>, residual <b>{fit.residual:.2f}</b> points, "
            f"peak <b>{fit.peak:.2f}</b> (measured <b>{mean.max():.2f}</b>), R² <b>{fit.explained:.2f}</b>."
            for word, fit in (("Log", rl), ("Linear", bon))
        )
        + " The paper found the log form for RL and the linear one for best-of-n, on large models; this toy need not "
        "agree."
    )
    page.note(signed(told))


def _fates(page: Page) -> None:
    runs = recorded_among(params for params in grid() if params.beta in (0.0, 0.1))
    accuracy = np.array([run.reward_fit.accuracy[-1] for run in runs])
    gold = np.array([run.gold[-10:].mean() for run in runs])
    pairs = np.array([run.params.pairs for run in runs])
    models = sorted({(run.params.pairs, run.params.seed) for run in runs})
    own = [[(run.params.pairs, run.params.seed) == model for run in runs] for model in models]
    title = fate_claim(*(np.array([values[rows].mean() for rows in own]) for values in (accuracy, gold, pairs)))
    page.plot(
        figures.fates(accuracy, gold, [f"{run.params.pairs} pairs" for run in runs], look=page.look, title=title),
        name="fates",
        alt=f"Final gold against the accuracy of the reward model, for {len(runs)} runs. {title}.",
    )
    page.note(
        f"The <b>{len(runs)}</b> PPO runs with β 0 and 0.1 of {drawn_from(runs)}. Accuracy is measured on "
        "what the start says; the policy ends where no pair was ever labeled. Each reward model has two runs, "
        "whose mean gold counts. Spearman's ρ compares rankings: 1 is the same order, 0 no relation. "
        "At one number of pairs: differences from the mean of the models with as many."
    )


def _ensembles(page: Page) -> None:
    base = RunParams()
    arms = {
        "one model": base,
        "mean of 4": replace(base, ensemble=4),
        "worst of 4": replace(base, ensemble=4, rule="worst"),
    }
    final = {name: end_gold(runs) for name, runs in recorded_arms(arms).items()}
    table = recorded_variants()
    final |= {f"mean − {weight:g} spread": table.end_gold(f"penalty {weight:g}") for weight in PENALTIES[1:]}
    few = len(final["one model"])
    leashed = {f"one, β {beta:g}": usual(beta=beta) for beta in BETAS[2:]}
    final |= {name: end_gold(runs)[:few] for name, runs in recorded_arms(leashed).items()}
    title = ranking_claim(final, "final gold")
    fig = figures.lying_bars(
        {name: float(gold.mean()) for name, gold in final.items()},
        look=page.look,
        title=title,
        x_label="final gold (points)",
        errors=np.array([gold.std(ddof=1) for gold in final.values()]),
    )
    page.plot(fig, name="ensembles", alt=f"Final gold of kinds of reward, and of one under β. {title}.")
    kls = ", ".join(f"{table.end_kl(f'penalty {weight:g}').mean():.0f}" for weight in PENALTIES)
    last, none = (f"penalty {weight:g}" for weight in (PENALTIES[-1], PENALTIES[0]))
    golds = table.gold_at(last, MEETING), table.gold_at(none, MEETING)
    st.caption(
        "500 pairs, β 0 but where it is named, mean and spread over three seeds. All members see the same pairs. With "
        f"0, 1 and 3 standard deviations of the four taken off (Coste et al. take off the variance), runs end at a KL "
        f"of {kls} nats. {stopping_claim(*golds, PENALTIES[-1], MEETING)}"
    )


def _sizes(page: Page) -> None:
    """Gold at its best and at the end for reward models of five sizes."""
    table = recorded_variants()
    arms = {width: f"width {width}" for width in WIDTHS}
    best, end = ({width: found(arm) for width, arm in arms.items()} for found in (table.best_gold, table.end_gold))
    title = recorded_sizes_claim(table)
    groups = {"best": best, "end": end}
    fig = figures.grouped_bars(
        {name: np.array([gold.mean() for gold in golds.values()]) for name, golds in groups.items()},
        [f"{width}" for width in WIDTHS],
        look=page.look,
        title=title,
        y_label="gold (points)",
        errors={name: np.array([gold.std(ddof=1) for gold in golds.values()]) for name, golds in groups.items()},
    )
    fig.update_xaxes(title_text="hidden units of the reward model")
    page.plot(fig, name="sizes", alt=f"Gold at its best and at the end by the size of the reward model. {title}.")
    shares = listed([f"{table.accuracy[table.place(arm)].mean():.0%} at {width}" for width, arm in arms.items()])
    st.caption(
        f"500 pairs, β 0, mean and spread over three seeds. "
        f"Share of noisy labels of unseen pairs that it gets right: {shares} hidden units."
    )


OPENED = {
    **{f"{width} hidden units": f"width {width}" for width in WIDTHS},
    **{
        f"4 models, {weight:g} spread off" if weight else "4 models, mean": f"penalty {weight:g}"
        for weight in PENALTIES
    },
}
"""The recorded arms that can be opened, by the name shown."""


def _opened(page: Page) -> None:
    """Proxy and gold along the recorded runs of one size, or of one penalty on spread."""
    name = str(page.controls.select("opened", "Open the runs of a reward model", list(OPENED)))
    table = recorded_variants()
    arm = OPENED.get(name, OPENED[USUAL_REWARD])
    curves = {side: table.curves(arm, side) for side in ("proxy", "gold")}
    title = opened_claim(name, table.best_gold(arm), table.end_gold(arm), table.end_kl(arm))
    colors = {side: page.look.role(side) for side in curves}
    fig = figures.over_seeds(
        curves, look=page.look, title=title, x_label="step", y_label="reward (points)", colors=colors
    )
    page.plot(fig, name="opened", alt=f"Proxy and gold along three runs. {title}.")
    st.caption(
        f"500 pairs, β 0, {len(SEEDS)} seeds: thin lines, and their mean. A penalty takes so many standard deviations "
        f"of the four models off their mean. “{USUAL_REWARD}” is the usual run. These runs kept their curves alone, "
        "so the main figure, which needs what a policy says, cannot open them."
    )


def length_runs() -> dict[str, Runs]:
    """The recorded runs of each arm, over seeds."""
    return dict(recorded_arms(length_arms(0)))


def length_checks() -> list[Check]:
    """The identities of the runs of all arms."""
    return checks_over(run for arm in length_runs().values() for run in arm)


def length(page: Page) -> None:
    """Fair raters and raters who like length, each with a reward model that sees length and with one that is blind."""
    runs = length_runs()
    left, right = st.columns(2)
    with left:
        curves = {name: [run.length for run in arm] for name, arm in runs.items()}
        _arms(page, curves, "length", length_claim(runs), "length (words)")
    with right:
        curves = {name: [run.gold for run in arm] for name, arm in runs.items()}
        _arms(page, curves, "length_gold", length_gold_claim(runs), "gold (points)")
    told = ", ".join(
        signed(f"“{name}” <b>{np.mean([run.reward_fit.length_correlation for run in arm]):+.2f}</b>")
        for name, arm in runs.items()
    )
    page.note(
        f"PPO on 2000 pairs, β 0, {len(runs['fair'])} seeds: thin lines, and their mean. Raters are fair, or they add "
        "0.6 points a word in their minds (“liked”). A blind model sees shares of words only. "
        f"A response is cut after {PLACES} words. "
        f"{blindness_claim(runs)} Correlation of the learned reward with length on unseen responses: {told}."
    )


def _arms(page: Page, curves: Mapping[str, Sequence[np.ndarray]], name: str, title: str, y_label: str) -> None:
    fig = figures.over_seeds(curves, look=page.look, title=title, x_label="step", y_label=y_label, height=340)
    page.plot(fig, name=name, alt=f"Four arms over the steps of a run. {title}.")
