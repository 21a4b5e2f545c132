"""Panels about other ways to learn from preferences: DPO, and labels by an AI."""

from itertools import product

import numpy as np
import streamlit as st

from components.figures.lines import lines
from components.page import Page
from components.phrases import signed
from core.checks import Check
from core.rlhf import LABELERS as LABEL_ARMS
from core.rlhf import (
    LOSS_NAMES,
    PAIRS,
    REWARD_METRICS,
    LabelTable,
    RunHistory,
    VariantTable,
    end_gold,
    fit_dpo,
    labeler_arms,
    recorded_arms,
    recorded_labels,
    recorded_run,
    recorded_variants,
    shared_level,
    usual,
)
from pages.alignment.rlhf.choices import NAMES
from pages.alignment.rlhf.figures import series as figures
from pages.alignment.rlhf.main import Shown, checks_over, told_in_view
from pages.alignment.rlhf.panels.formulas import REFERENCE, REWARDS
from pages.alignment.rlhf.words.learning import (
    LOSSES,
    averaging_claim,
    dpo_claim,
    ipo_claim,
    losses_claim,
    mass_claim,
)
from pages.alignment.rlhf.words.seeds import Runs, nats, ranking_claim, span


def dpo(shown: Shown) -> None:
    """Log-probabilities of chosen and rejected responses while DPO learns, and its optimum in closed form."""
    page, run = shown.page, _dpo_run(shown)
    if run is None:
        st.info("Choose DPO as the algorithm to train it.")
        return
    if shown.nearest is not None and run is shown.history:
        told_in_view(shown, run, shown.nearest.why)
    chosen, rejected = run.metrics["logps/chosen"], run.metrics["logps/rejected"]
    smooth = {"chosen": _smooth(chosen), "rejected": _smooth(rejected)}
    moved = moves(run)
    title = dpo_claim(*moved)
    colors = {"chosen": page.look.role("accepted"), "rejected": page.look.role("rejected")}
    fig = lines(
        smooth, look=page.look, title=title, x_label="step", y_label="log π of the response (nats)", colors=colors
    )
    page.plot(fig, name="dpo", alt=f"Log-probabilities of chosen and rejected responses. {title}.")
    margin = float(np.mean(run.metrics["rewards/margins"][-10:]))
    other = "" if run is shown.history else f"{NAMES[shown.history.params.algorithm]} is chosen; this panel shows DPO. "
    page.note(
        signed(
            f"{other}DPO with β <b>{run.params.beta:g}</b> on <b>{run.params.pairs}</b> pairs, mean of 15 steps, seed "
            f"{run.params.seed} of {len(moved[0])} recorded. The loss sees the "
            f"margin only, which ends at <b>{margin:.2f}</b>, and not where each of the two goes. {mass_claim(*moved)} "
            "The title compares each pair with itself at the start; the curves are of another minibatch at each step. "
            f"Gold goes from <b>{run.gold[0]:.2f}</b> to <b>{run.gold[-1]:.2f}</b>."
        )
    )
    _losses(page)
    _dpo_optimum(shown)


def _losses(page: Page) -> None:
    """IPO, hinge and KTO beside DPO on the same pairs: gold, and what TRL logs of them."""
    table = recorded_variants()
    final = {name: table.end_gold(f"loss {kind}") for kind, name in LOSS_NAMES.items()}
    level = shared_level(lambda kl: [table.gold_at(f"loss {kind}", kl) for kind in LOSS_NAMES])
    if level is None:
        raise ValueError("The four losses share no level of KL.")
    met = {name: table.gold_at(f"loss {kind}", level) for kind, name in LOSS_NAMES.items()}
    title, groups = losses_claim(met, level), {f"at {nats(level)}": met, "at the end": final}
    # In a presenter's type the table of four losses needs more than a half.
    left, right = st.columns([1, 1.5] if page.look.presenter else 2)
    with left:
        fig = figures.grouped_bars(
            {when: np.array([gold.mean() for gold in golds.values()]) for when, golds in groups.items()},
            list(final),
            look=page.look,
            title=title,
            y_label="gold (points)",
            errors={when: np.array([gold.std(ddof=1) for gold in golds.values()]) for when, golds in groups.items()},
            height=300,
        )
        page.plot(fig, name="losses", alt=f"Gold of four losses on the same pairs, at one KL and at the end. {title}.")
    with right:
        st.html(losses_table(table))
    page.note(
        "Four losses, learning from the same 500 pairs with β 0.1: gold and the numbers of TRL at the end, mean and "
        "spread of three seeds. All take log-probabilities of whole responses; for IPO TRL takes means over tokens. "
        "The losses end at different KL, so gold is compared where all have come by; what they have at the end is not "
        f"what a nat buys. {ipo_claim(table.end_rewards('loss ipo')[REWARD_METRICS.index('rewards/margins')])}"
    )
    st.caption(LOSSES)


def losses_table(table: VariantTable) -> str:
    """What TRL logs of each loss, at the end, and the divergence, in HTML."""
    ends = [[table.end_kl(f"loss {kind}"), *table.end_rewards(f"loss {kind}")] for kind in LOSS_NAMES]
    head = "".join(f"<th>{name}</th>" for name in LOSS_NAMES.values())
    rows = "".join(
        f"<tr><th>{name}</th>{''.join(f'<td>{_spread(values[place])}</td>' for values in ends)}</tr>"
        for place, name in enumerate(("KL (nats)", *REWARD_METRICS))
    )
    return f'<div class="grid" tabindex="0"><table><tr><th></th>{head}</tr>{rows}</table></div>'


def _spread(values: np.ndarray) -> str:
    return signed(f"{values.mean():.2f} ± {values.std(ddof=1):.2f}")


def moves(run: RunHistory) -> tuple[list[float], list[float]]:
    """By how much chosen and rejected moved from the start to the last steps, for each recorded seed of a run.

    It is the mean of log(pi / pi_ref) over the last minibatches, each response against itself. What one minibatch has
    more than another of unlikely responses would outweigh a small move.
    """
    runs = recorded_arms({"dpo": run.params})["dpo"] or (run,)
    implied = [[one.metrics[f"rewards/{side}"] / one.params.beta for one in runs] for side in ("chosen", "rejected")]
    chosen, rejected = ([float(_smooth(values)[-1]) for values in side] for side in implied)
    return chosen, rejected


def _dpo_run(shown: Shown) -> RunHistory | None:
    """The run on screen where it is one of DPO, else the recorded one that is nearest; None where none is.

    It has the β, the pairs and the seed of the run on screen where such a one was recorded; of these the last is given
    up first.
    """
    params = shown.history.params
    if params.algorithm == "dpo":
        return shown.history
    asked = product((params.beta or 0.1, 0.1), (params.pairs, 500), (params.seed, 0))
    runs = (recorded_run(usual("dpo", beta=beta, pairs=pairs, seed=seed)) for beta, pairs, seed in asked)
    return next((run for run in runs if run is not None), None)


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
    off = float(np.abs(fit.policy - fit.optimum).max())
    title = f"DPO ends at {', '.join(f'{part:.3f}' for part in fit.policy)}, {off:.0e} from the closed form at most"
    fig = figures.grouped_bars(
        groups, ["reward 1", "reward 0", "reward −1"], look=page.look, title=title, y_label="probability"
    )
    page.plot(fig, name="dpo_optimum", alt=f"Probabilities of three responses. {title}.")


def _smooth(values: np.ndarray, width: int = 15) -> np.ndarray:
    """A running mean, since each step sees another minibatch."""
    if len(values) < width:
        return values
    return np.convolve(values, np.ones(width) / width, mode="valid")


def _labeled() -> dict[str, Runs]:
    """The recorded runs of each arm, over seeds."""
    return dict(recorded_arms(labeler_arms(0)))


def labels_checks() -> list[Check]:
    """The identities of the recorded runs."""
    return checks_over(run for arm in _labeled().values() for run in arm)


def ai_labels(page: Page) -> None:
    """People who are noisy against AI labelers that are consistent and biased."""
    runs, table = _labeled(), recorded_labels()
    left, right = st.columns(2)
    with left:
        final = {name: end_gold(arm) for name, arm in runs.items()}
        title = ranking_claim(final, "final gold")
        fig = figures.bars(
            {name: float(gold.mean()) for name, gold in final.items()},
            look=page.look,
            title=title,
            y_label="final gold (points)",
            errors=np.array([gold.std(ddof=1) for gold in final.values()]),
            height=295,
        )
        page.plot(fig, name="labels", alt=f"Final gold by who labeled the pairs. {title}.")
    with right:
        _averaging(page, table)
    gold = dict(zip(LABEL_ARMS, table.gold_accuracy, strict=True))
    plain = gold["AI"]
    said = ", ".join(
        f"“{name}” <b>{np.mean([run.length[-10:].mean() for run in arm]):.0f}</b>" for name, arm in runs.items()
    )
    page.note(
        f"PPO, β 0.1, {len(runs['AI'])} seeds. “500” and “8000” are labels by people; the others are 8000 by an AI, "
        f"which is cheap and consistent, and may like length or what it sees first. Words at the end: {said}. "
        f"{averaging_claim(gold['AI long'], plain, PAIRS, 'length')} "
        f"{averaging_claim(gold['AI first'], plain, PAIRS, 'what is seen first')} By its formula a liking for the "
        "first keeps the order of two responses, averaged over both places, and so only adds noise; a liking for "
        "length can turn the order around."
    )


def _averaging(page: Page, table: LabelTable) -> None:
    """Accuracy of the reward model against the number of labels, by labeler."""
    curves = dict(zip(LABEL_ARMS, table.gold_accuracy.transpose(0, 2, 1), strict=True))
    worst = min(curves, key=lambda name: float(curves[name][:, -1].mean()))
    title = (
        f"With {PAIRS[-1]} labels: “{worst}” {curves[worst][:, -1].mean():.0%} of pairs in gold order, the others "
        + span([100 * curves[name][:, -1].mean() for name in curves if name != worst], 0)
        + "%"
    )
    fig = figures.over_seeds(
        curves,
        look=page.look,
        title=title,
        x_label="labels (each step is four times as many)",
        y_label="pairs in gold order",
        height=295,
    )
    fig.update_xaxes(tickvals=list(range(len(PAIRS))), ticktext=[str(count) for count in PAIRS])
    fig.update_yaxes(tickformat=".0%")
    page.plot(fig, name="averaging", alt=f"Accuracy of reward models against the number of labels. {title}.")
