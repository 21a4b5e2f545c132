"""Panels of the decoding page that hold for more than one race: theory, costs, exactness, exits, memory, tiles."""

from dataclasses import replace

import numpy as np
import streamlit as st

from components import decoding_results as results
from components.figures import decoding as figures
from components.figures import decoding_memory as memory
from components.figures.lines import lines
from components.jobs import job_panel
from components.page import Page
from components.views import decoding_words as words
from components.views.decoding import Shown, laws_shown
from core.checks import Check
from core.decoding import (
    KINDS,
    PHRASES,
    Calm,
    CostParams,
    DraftModel,
    EarlyExit,
    Greedy,
    Race,
    Shape,
    acceptance_rate,
    flash_attention,
    flash_traffic,
    forecast,
    goodness,
    kv_bytes,
    measure_costs,
    race,
    sample_phrases,
    standard_attention,
    standard_traffic,
    tiles,
    unfold,
    valid_share,
)

TRIALS = 5_000
PLACES = 12
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
    params = CostParams(dtype=shown.race.params.dtype)
    mine = job_panel(measure_costs, params, start="Measure this machine", cost="About 15 seconds on one core.")
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
    kept, redrawn = results.two_rules(laws.target, laws.draft, TRIALS, seed)
    target = np.array(laws.target)
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
            )
        ]
    )
    where = f"the distributions before token {place} of the answer" if along else "a target of four tokens"
    if source == REAL and not drawn:
        st.caption(f"{shown.chosen} drafts from no distribution of its own, so four tokens stand in for the model.")
    st.caption(
        f"{TRIALS:,} draws from {where}. The draft alone would be accepted {laws.overlap:.0%} of the time. "
        f"The almost right rule draws anew from the target after a rejection; its χ² is {misfit.statistic:.0f} "
        f"where {misfit.critical:.0f} is the limit of chance."
    )
    _where_texts_part(shown)


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
    swept = job_panel(race, params, start="Sweep the threshold", cost="Six runs of 32 tokens: about half a minute.")
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


def roofline_panel(shown: Shown) -> None:
    """Where decoding stands under the machine's roof, and what the key/value cache adds."""
    live = None if shown.recorded else shown.race.costs
    costs = live or results.kept_costs().get(shown.race.params.dtype)
    if costs is None:
        st.info("No costs are recorded for this precision.")
        return
    page = shown.page
    length = page.controls.slider("length", "Tokens seen", 128, 8192, step=128)
    ridge = costs.peak / costs.bandwidth
    whose = "this machine" if live else "the recorded machine"
    title = f"One token brings {_intensity(costs):.1f} operations per byte; {whose} is busy only from {ridge:.0f}"
    page.plot(memory.roof_figure(costs, past=costs.params.past, look=page.look, title=title), name="roof", alt=title)
    number = 4 if costs.params.dtype == "float32" else 2
    grouped = kv_bytes(Shape(), length, bytes_per_number=number) / 1e6
    every = kv_bytes(Shape(kv_heads=9), length, bytes_per_number=number) / 1e6
    weights = Shape().weights * number / 1e6
    page.note(
        f"One call reads <b>{weights:.0f}</b> MB of weights. At {length:,} tokens the cache adds "
        f"<b>{grouped:.0f}</b> MB; without grouped queries it would add <b>{every:.0f}</b> MB, three times as much."
    )


def _intensity(costs: results.Costs) -> float:
    from core.decoding import bytes_moved, operations

    number = 4 if costs.params.dtype == "float32" else 2
    past = costs.params.past
    return operations(Shape(), 1, past=past) / bytes_moved(Shape(), 1, past=past, bytes_per_number=number)


def flash(page: Page) -> None:
    """Tiled attention block by block on a small matrix, with its exact equality, and the bytes it saves."""
    left, right = st.columns(2)
    with left:
        block = page.controls.slider("block", "Rows in a block", 1, 8)
    rng = np.random.default_rng(0)
    query, key, value = rng.standard_normal((3, 12, 8))
    steps = list(tiles(query, key, value, block=block))
    with right:
        at = page.controls.slider("tile", "Tile", 0, len(steps) - 1)
    tile = steps[at]
    met = np.zeros((12, 12), bool)
    for done in steps[: at + 1]:
        top, start = done.query_block * block, done.key_block * block
        met[top : top + block, start : start + block] = True
    title = f"Tile {at + 1} of {len(steps)}: only {tile.scores.size} of 144 scores are held at a time"
    scores = query @ key.T / np.sqrt(8)
    page.plot(
        memory.tile_figure(tile, scores, met, block=block, look=page.look, title=title),
        name="tiles",
        alt=title,
        roomy=True,
    )
    whole = standard_attention(query, key, value)
    error = float(np.abs(flash_attention(query, key, value, block=block) - whole).max())
    page.checks_of_panel([Check("Tiled attention is attention", error, 1e-12, "largest difference of an output")])
    sram = np.geomspace(1024, 400_000, 40).astype(int)
    tiled = np.array([flash_traffic(4096, 64, sram=int(size)) for size in sram]) * 2 / 1e6
    standard = np.full(len(sram), standard_traffic(4096, 64) * 2 / 1e6)
    at_96 = standard_traffic(4096, 64) / flash_traffic(4096, 64, sram=49_152)
    title = f"With 96 kB of fast memory, tiles move {at_96:.1f} times fewer bytes for 4,096 tokens"
    fig = lines(
        {"standard": standard, "tiles": tiled},
        look=page.look,
        title=title,
        x_label="fast memory (kB, 2 bytes a number)",
        y_label="MB moved by one head",
        x=sram * 2 / 1e3,
        colors={"standard": page.look.quiet, "tiles": page.look.accent("efficiency")},
        log_y=True,
    )
    fig.update_xaxes(type="log", tickvals=[2, 5, 10, 20, 50, 100, 200, 500])
    page.plot(fig, name="traffic", alt=title)
    st.caption("The operations stay the same. The result is exact. Only the trips to slow memory become fewer.")


def at_once(shown: Shown) -> None:
    """A language of two phrases, decoded in few parallel steps, and the way that loses nothing."""
    page = shown.page
    left, right = st.columns(2)
    with left:
        tokens = page.controls.slider("tokens", "Tokens n", 2, 8)
    with right:
        steps = page.controls.slider("parallel", "Parallel steps k", 1, tokens)
    sampled = sample_phrases(tokens, steps, samples=20_000, seed=0)
    share = f"{sampled.valid:.1%} of the texts are valid, {sampled.expected:.1%} in closed form"
    title = f"{tokens} tokens in {steps} steps: {share}"
    page.plot(
        memory.phrase_figure(sampled.choice[:16], PHRASES, look=page.look, title=title),
        name="phrases",
        alt=title,
        roomy=True,
    )
    first = " ".join(PHRASES[int(place)][at] for at, place in enumerate(sampled.choice[0]))
    page.note(
        f"The language has two phrases, “{' '.join(PHRASES[0][:tokens])}” and “{' '.join(PHRASES[1][:tokens])}”. "
        f"The first text decoded reads “{first}”. Every marginal is perfect; tokens drawn at once still disagree."
    )
    spread = 4 * float(np.sqrt(valid_share(tokens, steps) * (1 - valid_share(tokens, steps)) / 20_000))
    page.checks_of_panel(
        [
            Check(
                "Sampling agrees with 2^(1 − ⌈n/k⌉)",
                abs(sampled.valid - sampled.expected),
                max(spread, 1e-12),
                "4 standard deviations",
            )
        ]
    )
    _guesses(page, shown.kind if shown.kind in KINDS else results.USUAL)


def _guesses(page: Page, kind: str) -> None:
    """Jacobi decoding on the real model: guesses that are corrected until they stand."""
    run, raced = results.kept_guesses(kind), results.kept_race(kind, "float32")
    if run is None or raced is None:
        return
    unfolding = unfold(run, places=PLACES)
    calls, places = unfolding.token.shape
    title = f"Jacobi decoding loses nothing: on “{kind}” {places} tokens stand after {calls - 1} calls"
    page.plot(
        memory.guess_grid(unfolding, run.pieces, look=page.look, title=title), name="guesses", alt=title, roomy=True
    )
    page.note(
        "The lossless way to write at once is to guess and to check. Each call reads eight guesses and corrects them "
        "all. A guess stands when all before it stand and the target agrees with it. Gray stands, green will stand, "
        "orange is still wrong. A right guess behind a wrong one can be corrected away."
    )
    greedy = raced.reference.token_ids[: len(run.token_ids)]
    differing = sum(one != other for one, other in zip(run.token_ids, greedy, strict=True))
    detail = f"tokens that differ, of {len(greedy)}; float32"
    page.checks_of_panel([Check("The guesses end in the greedy text", float(differing), 0.0, detail)])
