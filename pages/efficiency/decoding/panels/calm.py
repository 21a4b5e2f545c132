"""The decoding page's panel about leaving early: the layers that CALM ran, and a sweep of its threshold."""

from dataclasses import replace

import numpy as np
import streamlit as st

from components.figures.lines import lines
from components.jobs import job_panel
from core.checks import Check
from core.decoding import NOISE, Calm, Greedy, Method, Race, race, run_checks
from core.jobs import promise
from pages.efficiency.decoding import scripts
from pages.efficiency.decoding.figures.drafts import depth_bars
from pages.efficiency.decoding.main import Shown
from pages.efficiency.decoding.panels.live import again, latest, warn
from pages.efficiency.decoding.words.drafts import calm_title, sweep_title
from pages.efficiency.decoding.words.race import reference_of

THRESHOLDS = (0.1, 0.3, 0.5, 0.7, 0.9)
CONFIDENCE = (
    "An exit leaves where its confidence reaches the threshold. Softmax: the gap between the two likeliest tokens. "
    "Saturation: the cosine between the hidden states of two exits in a row. Classifier: a trained estimate that the "
    "exit agrees with the last layer. With a decay above 0, early tokens are checked more strictly than late ones."
)
SWEEP = (
    "**Another threshold?** A sweep races CALM at five thresholds, with the confidence and the decay that are chosen "
    "here. They do not move the bars, which are the run of the race."
)
SWEEP_TAKES = 22.0
"""Seconds of a processor."""


def leaving_early(shown: Shown) -> None:
    """The layers that CALM ran for each token."""
    run = shown.race.runs.get("CALM")
    if run is None or not isinstance(run.method, Calm):
        st.info("The trained exits are missing, so there is no CALM run to show.")
        return
    depth = [step.depth for step in run.steps]
    title = calm_title(depth)
    fig = depth_bars(run, max(depth), look=shown.page.look, title=title)
    shown.page.plot(fig, name="depth", alt=title)
    shown.page.note(
        f"Threshold {run.method.threshold} on the gap between the two likeliest tokens. {_fate_of_calm(shown.race)} "
        f"Speed: <b>{shown.race.speedup('CALM'):.2f}</b> times {reference_of(shown.race)}. "
        "Every exit that is asked and says no costs time. Whichever method is chosen, the bars are CALM's."
    )
    _threshold_sweep(shown)


def checks(shown: Shown) -> tuple[Check, ...]:
    """The identities of CALM's run; none where it did not race."""
    return run_checks(shown.race, "CALM")[:2] if "CALM" in shown.race.runs else ()


def script(shown: Shown) -> str:
    """A script for CALM's run; for the run of the chosen method where it did not race."""
    run = shown.race.runs.get("CALM")
    return scripts.race(shown.race, shown.chosen) if run is None else scripts.leaving_early(shown.race, run)


def _fate_of_calm(race: Race) -> str:
    if race.params.temperature > 0:
        return "Each text is drawn, so it differs from the others by chance."
    apart = race.parts_at("CALM")
    return "It wrote greedy's text." if apart is None else f"Its text leaves greedy's at token {apart}."


def _threshold_sweep(shown: Shown) -> None:
    """CALM at several thresholds and temperature 0, run on request: speed and how much of greedy's text is left."""
    page = shown.page
    st.markdown(SWEEP)
    left, right = st.columns(2)
    with left:
        confidence = page.controls.choice("confidence", "Confidence", ["softmax", "saturation", "classifier"])
    with right:
        decay = page.controls.slider("decay", "Decay of the threshold", 0, 8)
    st.caption(CONFIDENCE)
    calm = {f"{bound:.2f}": Calm(confidence, bound, float(decay)) for bound in THRESHOLDS}
    methods: dict[str, Method] = {"greedy": Greedy(), **calm}
    params = replace(
        shown.race.params, methods=methods, max_new_tokens=32, repeats=2, temperature=0.0, tune=False, attempt=0
    )
    cost = f"Six runs of 32 tokens, twice: {promise(SWEEP_TAKES)}."
    swept, asked = latest(race, params)
    if swept is None:
        swept = job_panel(race, asked, start="Sweep the threshold", cost=cost)
    else:
        warn(swept, "the sweep")
        again(race, params, start="Sweep again", cost=cost)
    if swept is None:
        return
    same = np.array([_agreement(swept, name) for name in calm])
    speed = np.array([swept.speedup(name) for name in calm])
    title = sweep_title(THRESHOLDS, same.tolist())
    fig = lines(
        {"greedy's, up to there": same, "speed, greedy = 1": speed},
        look=page.look,
        title=title,
        x_label="threshold",
        y_label="share, and times greedy",
        x=np.array(THRESHOLDS),
        colors={
            "greedy's, up to there": page.look.role("accepted"),
            "speed, greedy = 1": page.look.accent("efficiency"),
        },
    )
    page.plot(fig, name="sweep", alt=title)
    st.caption(
        "The green curve is the share of greedy's text before the first difference. The other is the speed by the "
        f"clock, each step's fastest of two rounds, the prompt included; differences under {NOISE:.0%} say nothing."
    )


def _agreement(swept: Race, name: str) -> float:
    """The share of greedy's text that stands before the first difference."""
    apart = swept.parts_at(name)
    return 1.0 if apart is None else apart / max(len(swept.reference.token_ids), 1)
