"""The panel on when to stop: a bet on a step from what is seen without gold, and a rule by KL."""

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.page import Page
from components.phrases import signed
from components.screens import alive
from core.checks import Check
from core.rlhf import (
    PAIRS,
    SEEDS,
    RunHistory,
    recorded_among,
    usual,
)
from pages.alignment.rlhf.figures import walk as figures
from pages.alignment.rlhf.main import Shown, arguments_of, told_in_view
from pages.alignment.rlhf.panels.walk import run_of, why_other
from pages.alignment.rlhf.words.walk import (
    Stop,
    bet_claim,
    leash_claim,
    rule_claim,
    rule_stop,
    stop_at,
    stopped_claim,
)


def rivals() -> tuple[RunHistory, ...]:
    """The recorded runs over which the rule is judged: PPO without a penalty, three seeds of each number of pairs."""
    return recorded_among(usual(pairs=pairs, seed=seed) for pairs in PAIRS for seed in SEEDS)


def stop(shown: Shown) -> None:
    """A bet on the step at which to stop, from what is seen without gold; then gold."""
    page, run = shown.page, stopped_run(shown)
    told = told_in_view(shown, run, why_other(shown, run))
    with page.panel_controls():
        one, two, three = st.columns([2.2, 1.4, 1], vertical_alignment="bottom")
    with one:
        locked = page.controls.value("uncovered")
        page.controls.slider("bet", "Your bet: stop after this step", 0, 149, disabled=locked)
    with two:
        page.controls.slider("rule", "The rule: stop at a KL of (nats)", 0.5, 20.0, step=0.5)
    with three:
        uncovered = page.controls.switch("uncovered", "Uncover gold")
    bet, rule, best = stops_of(page, run)
    curves = {"proxy": run.proxy, "entropy": run.entropy}
    shown_stops = {"you": bet.step}
    title = signed(f"You stop at step {bet.step}: proxy {run.proxy[bet.step]:.1f}, KL {run.kl[bet.step]:.1f} nats")
    if uncovered:
        curves["gold"] = run.gold
        shown_stops |= {"rule": rule.step, "best": best.step}
        title = bet_claim(bet, rule, best)
    height = room(page.look, (212 if page.look.presenter else 176) + told)
    fig = figures.bet(curves, shown_stops, look=page.look, title=title, height=height)
    level = float(page.controls.value("rule"))
    leashed = leash_claim(run, level)
    kl = figures.leash(run.kl, level, shown_stops, look=page.look, title=leashed, height=height)
    left, right = st.columns([1.7, 1])
    with left:
        page.plot(fig, name="bet", alt=f"What is seen of a run while it goes on. {title}.")
    with right:
        page.plot(kl, name="bet_kl", alt=f"KL of the run, and the KL of the rule. {leashed}.")
    page.note(signed(reading(page, run, uncovered=uncovered)))


def stopped_run(shown: Shown) -> RunHistory:
    """The run on screen; one of PPO in place of best-of-n, which has no steps."""
    return run_of(shown) if shown.by_n else shown.history


def stops_of(page: Page, run: RunHistory) -> tuple[Stop, Stop, Stop]:
    """The visitor's stop, that of the rule, and the best one."""
    value = page.controls.value
    return stop_at(run, value("bet")), rule_stop(run, value("rule")), stop_at(run, run.peak)


def reading(page: Page, run: RunHistory, *, uncovered: bool) -> str:
    """What is known at the bet; what it earned once gold is uncovered."""
    bet, _, best = stops_of(page, run)
    if not uncovered:
        return (
            f"Nobody sees gold while a model is trained. At step {bet.step} the proxy is "
            f"<b>{run.proxy[bet.step]:.2f}</b>, KL <b>{run.kl[bet.step]:.1f}</b> nats, entropy "
            f"<b>{run.entropy[bet.step]:.2f}</b> nats a word."
            + alive(" Choose the step that you think has most gold, then uncover it.")
        )
    kl = float(page.controls.value("rule"))
    return (
        f"Your bet is fixed now: step {bet.step}, gold <b>{bet.gold:.2f}</b>. {stopped_claim(run, kl)} The best step, "
        f"{best.step}: <b>{best.gold:.2f}</b>. Gold is a mean over five steps. {rule_claim(rivals(), kl)}"
    )


def checks(shown: Shown) -> tuple[Check, ...]:
    """The stops by the run's series; the identities of the run."""
    run = stopped_run(shown)
    return (*rule_checks(run, stops_of(shown.page, run)[1], shown.page.controls.value("rule")), *run.checks)


def rule_checks(run: RunHistory, rule: Stop, kl: float) -> tuple[Check, ...]:
    """Where the rule stops, from KL step by step, and its gold, from the five steps around."""
    width = min(5, len(run.gold))
    around = run.gold[np.clip(rule.step - width // 2 + np.arange(width), 0, len(run.gold) - 1)]
    return (
        _met_check(run, rule, kl),
        Check("Its gold is the mean of the five steps around", float(abs(around.mean() - rule.gold)), 1e-5, "points"),
    )


def _met_check(run: RunHistory, rule: Stop, kl: float) -> Check:
    """Whether KL is below the rule at each step before the stop and not at it; at every step where it never stops."""
    below = run.kl < kl
    if rule.met:
        off = int((~below[: rule.step]).sum()) + int(below[rule.step])
        return Check("The rule stops where KL first reaches it", float(off), 0.5, "steps on the wrong side")
    off = int((~below).sum()) + len(run.kl) - 1 - rule.step
    return Check("KL never reaches the rule, which runs to the end", float(off), 0.5, "steps on the wrong side")


def script(shown: Shown) -> str:
    """Gold at the three stops, with `core` alone."""
    params, value = stopped_run(shown).params, shown.page.controls.value
    return f"""from core.rlhf import Rater, RunParams, train

run = train(RunParams({arguments_of(params)}))
gold = run.smooth_gold
reached = [step for step, kl in enumerate(run.kl) if kl >= {value("rule")!r}]
print("your stop", gold[min({value("bet")}, len(gold) - 1)])
print("the rule", gold[reached[0]] if reached else f"never stops; at the end {{gold[-1]}}")
print("the best step", run.peak, gold[run.peak])
"""
