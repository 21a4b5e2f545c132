"""The panel in which a visitor trains a network on a pretext with settings of their own."""

from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.figures.lines import lines
from components.jobs import job_panel
from components.page import Badge
from core.checks import Check
from core.convolution import (
    COUNTS,
    DRAWS,
    RAW,
    PretrainParams,
    Trial,
    difference,
    pretrain_and_probe,
    whole_items_check,
)
from core.jobs import find, promise
from pages.foundations.representations import findings, results
from pages.foundations.representations.figures.curves import curves
from pages.foundations.representations.figures.palette import color_of
from pages.foundations.representations.figures.pictures import strips
from pages.foundations.representations.main import Shown
from pages.foundations.representations.panels.tasks import rows_of

ABOVE = 190

PASS = {"inpainting": 0.11, "autoencoder": 0.13, "rotation": 0.11, "contrast": 0.25}
"""Seconds of processor that a pass over 1,200 digits takes, on the machine on which promises are measured."""

STARTS, PROBES = 3.8, 1.0
"""Seconds until torch is there, and those of the probes."""

OWN = "your network"


def train_your_own(shown: Shown) -> None:
    """The settings, the training as a job, and its probe beside the recorded ones."""
    _inputs(shown)
    params = params_of(shown)
    trial = job_panel(
        pretrain_and_probe,
        params,
        start="Train and probe",
        cost=f"{params.epochs} passes over {params.images} digits, then {len(COUNTS) * DRAWS} probes: "
        f"{promise(seconds_of(params))} on one core. In view are the recorded networks.",
        draw_partial=lambda losses: _live(shown, params, losses),
    )
    if trial is None:
        _recorded(shown)
    else:
        _draw(shown, trial)


def _inputs(shown: Shown) -> None:
    page, pretext = shown.page, shown.pretext
    places = st.columns([2, 2, 2, 2, 1.4], vertical_alignment="bottom")
    with places[0]:
        page.controls.slider("passes", "Passes over the digits", 1, 120)
    with places[1]:
        page.controls.slider("seen", "Digits seen, unlabeled", 100, 1200, step=50)
    if pretext == "inpainting":
        with places[2]:
            page.controls.slider("hole", "Side of the hole (pixels)", 1, 7)
    if pretext == "contrast":
        with places[2]:
            page.controls.slider("turn", "Turn of a view, up to (°)", 0, 90)
        with places[3]:
            page.controls.slider("noise", "Noise of a view", 0.0, 1.0, step=0.05)
    with places[4], page.more():
        page.controls.slider("width", "Features", 2, 64)
        page.controls.number("train_seed", "Seed", 0, 99)
        if pretext == "contrast":
            page.controls.slider("shift", "Shift of a view, up to (pixels)", 0.0, 4.0, step=0.5)
            page.controls.slider("scale", "Scaling of a view, up to (%)", 0, 50)
            page.controls.slider("temperature", "Temperature", 0.05, 2.0, step=0.05)


def params_of(shown: Shown) -> PretrainParams:
    """The training that is asked for; settings of other pretexts stay at their defaults."""
    value, pretext = shown.page.controls.value, shown.pretext
    params = PretrainParams(
        pretext,
        seed=int(value("train_seed")),
        epochs=int(value("passes")),
        images=int(value("seen")),
        width=int(value("width")),
    )
    if pretext == "inpainting":
        return replace(params, hole=int(value("hole")))
    if pretext == "contrast":
        return replace(
            params,
            turn=float(value("turn")),
            scale=int(value("scale")) / 100,
            shift=float(value("shift")),
            noise=float(value("noise")),
            temperature=float(value("temperature")),
        )
    return params


def seconds_of(params: PretrainParams) -> float:
    """Seconds of processor that a training and its probes take on the machine on which promises are measured."""
    return STARTS + PROBES + PASS[params.pretext] * params.epochs * params.images / 1200


def _live(shown: Shown, params: PretrainParams, losses: Any) -> None:
    values = np.array(losses)
    title = f"After pass {len(values)} of {params.epochs} the loss is {values[-1]:.3g}, at first {values[0]:.3g}"
    fig = _loss_curve(shown, values, title)
    fig.update_xaxes(range=[0, params.epochs])
    shown.page.plot(fig, name="train_live", alt=f"The loss of the pretext so far. {title}.")


def _loss_curve(shown: Shown, values: np.ndarray, title: str) -> Any:
    fig = lines(
        {"loss": values},
        look=shown.page.look,
        title=title,
        x_label="pass over the digits",
        y_label="loss of the pretext",
        x=np.arange(1, len(values) + 1),
        colors={"loss": color_of(shown.pretext, shown.page.look)},
        height=240,
    )
    return fig.update_yaxes(rangemode="tozero")


def _recorded(shown: Shown) -> None:
    shown.page.badges(Badge.RECORDED)
    title = findings.compared(shown.pretext, shown.versus, shown.count, shown.found)
    fig = curves(
        shown.trials,
        arm=shown.pretext,
        versus=shown.versus,
        count=shown.count,
        look=shown.page.look,
        title=f"Recorded: {title}",
        height=room(shown.page.look, ABOVE),
    )
    shown.page.plot(fig, name="train_probes", alt=f"Accuracy of the recorded probes. {title}.", roomy=True)
    shown.page.note("Change a setting and train: your curve is drawn among these.")


def own_difference(shown: Shown, trial: Trial) -> Any:
    """How far the visitor's network lies above raw pixels, over the draws."""
    own = trial.accuracy[COUNTS.index(shown.count)][None]
    return difference(own, shown.trials.of(RAW, shown.count)[:1])


def _draw(shown: Shown, trial: Trial) -> None:
    shown.page.badges(Badge.MEASURED)
    page, height = shown.page, room(shown.page.look, ABOVE)
    found = own_difference(shown, trial)
    left, right = st.columns([2.2, 1])
    with left:
        title = findings.of_own(shown.pretext, shown.count, found)
        fig = curves(
            shown.trials,
            arm=shown.pretext,
            versus=RAW,
            count=shown.count,
            look=page.look,
            title=title,
            height=height,
            own={OWN: trial.accuracy},
        )
        page.plot(fig, name="train_probes", alt=f"Your network among the recorded ones. {title}.", roomy=True)
    with right:
        run = trial.run
        title = findings.of_pretext(shown.pretext, np.array([run.score]), np.array([run.baseline]))
        fig = strips(rows_of(shown.pretext, run.example, shown), look=page.look, title=title, height=height, columns=5)
        page.plot(fig, name="train_task", alt=f"Held-out digits before and after your network. {title}.")
    kept = shown.trials.of(shown.pretext, shown.count).mean()
    page.note(
        f"Right with {findings.per_class(shown.count)}: your network "
        f"<b>{trial.accuracy[COUNTS.index(shown.count)].mean():.1%}</b>, the recorded {shown.pretext} "
        f"<b>{kept:.1%}</b>. One seed decides nothing: change the seed under More and train again. "
        f"It took {run.seconds:.0f} s."
    )


def _finished(shown: Shown) -> Trial | None:
    job = find(pretrain_and_probe, params_of(shown))
    return job.result() if job is not None and job.state == "finished" else None


def checks(shown: Shown) -> list[Check]:
    """The identities of the training on screen, else of the recorded probes."""
    labels = results.held_out_digits()[1]
    trial = _finished(shown)
    if trial is None:
        return [whole_items_check(shown.trials.of(shown.pretext, shown.count), shown.count, labels)]
    own = trial.accuracy[COUNTS.index(shown.count)]
    return [*trial.run.checks, whole_items_check(own, shown.count, labels)]


def script(shown: Shown) -> str:
    """A script that trains and probes the network on screen with `core` alone."""
    return f"""from core.convolution import COUNTS, DRAWS, PretrainParams, accuracies, digit_labels, held_out, pretrain

run = pretrain({params_of(shown)!r})
features, labels = run.features[held_out()], digit_labels()[held_out()]
accuracy = accuracies(features, labels, counts=COUNTS, seeds=range(DRAWS))
print(accuracy[COUNTS.index({shown.count})].mean(), run.score, run.baseline)
"""
