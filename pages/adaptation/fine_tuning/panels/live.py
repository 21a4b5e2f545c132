"""A probe or LoRA trained before the visitor, beside the recorded runs."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.jobs import job_panel
from components.page import Badge, Page
from components.refusals import told
from core.checks import Check
from core.jobs import find, promise
from core.tuning import TuningParams, TuningRun, recorded_runs, tune, tuning_seconds
from pages.adaptation.fine_tuning.figures import runs as figures
from pages.adaptation.fine_tuning.main import METHOD_OF
from pages.adaptation.fine_tuning.topic import LORA, PROBE
from pages.adaptation.fine_tuning.words import live_title, own_reading

ABOVE = 300


def draw(page: Page) -> None:
    """The losses of the recorded seeds and of the run that is trained now; then its accuracy."""
    first, second, third, fourth = st.columns([1.4, 1, 1.6, 1.2], vertical_alignment="bottom")
    with first:
        page.controls.choice("live_method", "Method", [PROBE, LORA])
    with second:
        page.controls.number("live_seed", "Seed", 0, 9999)
    if page.controls.value("live_method") == LORA:
        with third:
            page.controls.slider("live_rank", "Rank r", 1, 64)
        with fourth:
            page.controls.number("live_alpha", "α", 1, 64)
    page.controls.text("own", "Your own reviews, one a line: judged when the training is over", lines=2)
    try:
        params = _params(page)
    except ValueError as error:
        told(error)
        return
    run = job_panel(
        tune,
        params,
        start="Train it here",
        cost=f"{promise(tuning_seconds(params)).capitalize()} of one core, and SmolLM2 (93 MB) is fetched if it is not "
        "there. Below: the recorded seeds.",
        draw_partial=lambda losses: _losses(page, params, losses, name="partial"),
    )
    page.badges(Badge.RECORDED if run is None else Badge.MEASURED)
    left, right = st.columns([1.5, 1])
    with left:
        _losses(page, params, None if run is None else run.loss, name="live")
    with right:
        words = live_title(run, params.method, recorded_runs())
        fig = figures.accuracies(
            recorded_runs(), params.method, run, look=page.look, title=words, height=room(page.look, ABOVE)
        )
        page.plot(fig, name="accuracies", alt=f"Accuracy on meals and on stories. {words}.")
    page.note(own_reading(run))


def _params(page: Page) -> TuningParams:
    value = page.controls.value
    method = METHOD_OF[value("live_method")]
    rate = recorded_runs().chosen_rate(method)
    own = tuple(line.strip() for line in value("own").splitlines() if line.strip())
    if method == "probe":
        return TuningParams(method, rate, value("live_seed"), own=own)
    return TuningParams(method, rate, value("live_seed"), rank=value("live_rank"), alpha=value("live_alpha"), own=own)


def _losses(page: Page, params: TuningParams, now: np.ndarray | None, *, name: str) -> None:
    recorded = recorded_runs().chosen(params.method)
    words = f"Loss of {page.controls.value('live_method')}: {len(recorded)} recorded seeds"
    words += "" if now is None else ", and the run of now"
    fig = figures.losses(recorded, now, look=page.look, title=words, height=room(page.look, ABOVE))
    page.plot(fig, name=name, alt=f"Cross entropy by update. {words}.")


def _finished(page: Page) -> TuningRun | None:
    try:
        job = find(tune, _params(page))
    except ValueError:
        return None
    return job.result() if job is not None and job.state == "finished" else None


def checks(page: Page) -> Sequence[Check]:
    """The identities of the run of now, or of the recorded ones while there is none."""
    run = _finished(page)
    return recorded_runs().checks if run is None else run.checks


def script(page: Page) -> str:
    """A script that trains the same run with `core` alone; nothing is trained on texts that are refused."""
    try:
        params = _params(page)
    except ValueError:
        params = TuningParams()
    return f"""from core.tuning import TuningParams, tune

run = tune({params!r})
print(f"in {{run.id_accuracy:.3f}}, out {{run.ood_accuracy:.3f}}, trained {{run.trainable:,}}")
print(run.own)
for check in run.checks:
    print(check.name, check.error, check.bound)
"""
