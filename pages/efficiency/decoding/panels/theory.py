"""Panels of the decoding page that hold theory against a race: windows, costs, exactness, early exits."""

from dataclasses import replace

import numpy as np
import streamlit as st

from components.figures.lines import lines
from components.jobs import job_panel
from core.checks import Check
from core.decoding import (
    Calm,
    DraftModel,
    EarlyExit,
    Greedy,
    Race,
    acceptance_rate,
    forecast,
    goodness,
    overlap,
    race,
)
from pages.efficiency.decoding import results, words
from pages.efficiency.decoding.figures import memory
from pages.efficiency.decoding.figures import race as figures
from pages.efficiency.decoding.main import Shown, laws_shown
from pages.efficiency.decoding.panels.live import measured_here

TRIALS = 5_000
REAL, TOY = "of the model", "four tokens"
THRESHOLDS = (0.1, 0.3, 0.5, 0.7, 0.9)


def theory(shown: Shown) -> None:
    """Speedup against window by the published formula and with the measured cost of verification."""
    run, page = shown.run, shown.page
    costs = shown.race.costs or results.kept_costs().get(shown.race.params.dtype)
    if costs is None or not run.proposed:
        st.info("Choose a method that drafts.")
        return
    expected = forecast(run, costs)
    best, earned = expected.best
    unit = words.unit_of(run.method)
    advice = f"{best} {unit} earn most, {earned:.2f} times greedy" if earned > 1 else "no draft pays"
    title = f"At an acceptance of {acceptance_rate(run):.2f}, {advice}"
    fig = memory.speed_by_window(expected, shown.race.speedup(shown.chosen), unit=unit, look=page.look, title=title)
    page.plot(fig, name="theory", alt=title)
    st.caption(
        "“Free” is the published formula: a call costs the same whatever it reads. “Measured” takes the cost T(k) that "
        f"was measured before the race. {words.forecast_of(run.method)} "
        f"With {expected.own} {unit}, theory expects {expected.tokens_here:.2f} tokens for each call, and "
        f"{run.tokens_per_call:.2f} were counted: {words.surprise_of(run.method)}."
    )


def verification(shown: Shown) -> None:
    """T(k) / T(1), recorded, and on this machine on request."""
    page = shown.page
    kept = results.kept_costs()
    if not kept:
        st.info("No costs are recorded. Measure them below.")
    else:
        base = kept.get("float32") or next(iter(kept.values()))
        title = f"Verifying 4 tokens at once costs {base.ratio_at(4):.2f} times one token in {base.params.dtype}"
        page.plot(memory.cost_curves(kept, look=page.look, title=title), name="costs", alt=title)
        times = ", ".join(f"{costs.seconds[0] * 1e3:.0f} ms in {name}" for name, costs in kept.items())
        st.caption(
            f"Recorded with {base.threads} thread and {base.params.past} tokens in the cache; T(1) is {times}. "
            "Were reading the weights all there is to pay, every curve would lie on the line at 1."
        )
    mine = measured_here(shown.race.params.dtype)
    if mine is not None:
        title = f"This machine: 4 tokens cost {mine.ratio_at(4):.2f} times one, 8 cost {mine.ratio_at(8):.2f}"
        fig = memory.cost_curves({shown.race.params.dtype: mine}, look=page.look, title=title)
        page.plot(fig, name="own_costs", alt=title)


def exactness(shown: Shown) -> None:
    """Speculative sampling with its chi-square, on the model's own laws or on four tokens, beside the wrong rule."""
    page = shown.page
    left, right = st.columns(2)
    with left:
        source = page.controls.choice("source", "Distributions", [REAL, TOY])
    with right:
        seed = page.controls.number("seed", "Seed", 0, 99)
    drawn = isinstance(shown.run.method, EarlyExit | DraftModel)
    along = laws_shown(shown) if source == REAL and drawn else None
    if source == REAL and drawn and along is None:
        return
    place = min(int(page.controls.value("place")), len(along.laws) - 1) if along else 0
    laws = along.laws[place] if along else results.TOY
    kept, redrawn, accepted = results.two_rules(laws.target, laws.draft, TRIALS, seed)
    target = np.array(laws.target)
    chance = overlap(target, np.array(laws.draft))
    fit, misfit = goodness(kept, target), goodness(redrawn, target)
    title = (
        f"Drawing from the residual keeps the law (χ² {fit.statistic:.1f}), drawing anew gives {misfit.statistic:.0f}"
    )
    shares = {"target": target, "draft": kept / TRIALS, "residual": redrawn / TRIALS}
    fig = figures.law_bars(shares, laws.tokens, look=page.look, title=title)
    for trace, name in zip(fig.data, ("target", "with the residual", "redrawn from the target"), strict=True):
        trace.name = name
    page.plot(fig, name="exactness", alt=title)
    page.checks_of_panel(
        [
            Check(
                f"χ² of speculative sampling, {fit.degrees} degrees of freedom",
                fit.statistic,
                fit.critical,
                f"{TRIALS:,} draws; the bound is passed by chance once in 1,000 times",
            ),
            _acceptance_check(accepted, chance),
        ]
    )
    where = f"the distributions before token {place} of the answer" if along else "a target of four tokens"
    if source == REAL and not drawn:
        st.caption(f"{shown.chosen} drafts from no distribution of its own, so four tokens stand in for the model.")
    st.caption(
        f"{TRIALS:,} draws from {where}. A draft token should be accepted {chance:.0%} of the time. "
        f"The almost right rule draws anew from the target after a rejection; its χ² is {misfit.statistic:.0f} "
        f"where {misfit.critical:.0f} is the limit of chance."
    )
    _where_texts_part(shown)


def _acceptance_check(accepted: float, chance: float) -> Check:
    """The share accepted against sum min(p, q). Where few draws are rejected, they are Poisson: 4 draws more."""
    bound = (4 * float(np.sqrt(max(chance * (1 - chance), 0.0) * TRIALS)) + 4) / TRIALS
    return Check("Accepted is Σ min(p, q)", abs(accepted - chance), bound, "share; 4 standard deviations and 4 draws")


def _where_texts_part(shown: Shown) -> None:
    """Which texts of the race leave greedy's, and why."""
    if shown.race.params.temperature > 0:
        return
    for name, run in shown.race.runs.items():
        apart = shown.race.parts_at(name)
        if apart is not None:
            st.caption(f"On this prompt, {name} leaves greedy's text at token {apart}: {words.why_apart(run.method)}.")


def leaving_early(shown: Shown) -> None:
    """The layers that CALM ran for each token."""
    run = shown.race.runs.get("CALM")
    if run is None or not isinstance(run.method, Calm):
        st.info("The trained exits are missing, so there is no CALM run to show.")
        return
    layers = max(step.depth for step in run.steps)
    depth = np.array([step.depth for step in run.steps])
    early = float((depth < layers).mean())
    title = f"CALM leaves early for {early:.0%} of the tokens and runs {depth.mean():.1f} of {layers} layers on average"
    fig = figures.depth_bars(run, layers, look=shown.page.look, title=title)
    shown.page.plot(fig, name="depth", alt=title)
    st.caption(
        f"Threshold {run.method.threshold} on the gap between the two likeliest tokens. {_fate_of_calm(shown.race)} "
        f"Speed: {shown.race.speedup('CALM'):.2f} times greedy. Every exit that is asked and says no costs time."
    )
    _threshold_sweep(shown)


def _fate_of_calm(race: Race) -> str:
    if race.params.temperature > 0:
        return "Each text is drawn, so it differs from the others by chance."
    apart = race.parts_at("CALM")
    return "It wrote greedy's text." if apart is None else f"Its text leaves greedy's at token {apart}."


def _threshold_sweep(shown: Shown) -> None:
    """CALM at several thresholds and temperature 0, run on request: speed and how much of greedy's text is left."""
    page = shown.page
    left, right = st.columns(2)
    with left:
        confidence = page.controls.choice("confidence", "Confidence", ["softmax", "saturation", "classifier"])
    with right:
        decay = page.controls.slider("decay", "Decay of the threshold", 0, 8)
    calm = {f"{bound:.2f}": Calm(confidence, bound, float(decay)) for bound in THRESHOLDS}
    methods = {"greedy": Greedy(), **calm}
    params = replace(shown.race.params, methods=methods, max_new_tokens=32, repeats=1, temperature=0.0, tune=False)
    swept = job_panel(race, params, start="Sweep the threshold", cost="Six runs of 32 tokens: about 15 seconds.")
    if swept is None:
        return
    same = np.array([_agreement(swept, name) for name in calm])
    speed = np.array([swept.speedup(name) for name in calm])
    title = f"At threshold {THRESHOLDS[0]} {same[0]:.0%} of greedy's tokens are left, at {speed[0]:.2f} times its speed"
    fig = lines(
        {"same tokens": same, "speed, greedy = 1": speed},
        look=page.look,
        title=title,
        x_label="threshold",
        y_label="share, and times greedy",
        x=np.array(THRESHOLDS),
        colors={"same tokens": page.look.role("accepted"), "speed, greedy = 1": page.look.accent("efficiency")},
    )
    page.plot(fig, name="sweep", alt=title)


def _agreement(swept: Race, name: str) -> float:
    """The share of greedy's text that stands before the first difference."""
    apart = swept.parts_at(name)
    return 1.0 if apart is None else apart / max(len(swept.reference.token_ids), 1)
