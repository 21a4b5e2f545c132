"""The panel on what a pretext itself has learned: pictures that it completed, turned back, rebuilt or matched."""

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.figures.lines import lines
from core.checks import Check
from core.convolution import PRETEXTS, SCORES, Example, example_check, recorded_encoders
from pages.foundations.representations import findings, results
from pages.foundations.representations.figures.palette import color_of
from pages.foundations.representations.figures.pictures import Strip, strips
from pages.foundations.representations.main import Shown

ABOVE = 90
COLUMNS = 6
"""Digits in sight."""

NAMES = {
    "inpainting": ("what it sees", "what it fills in", "what stood there"),
    "autoencoder": ("what it sees", "what it rebuilds", ""),
    "rotation": ("what it sees", "turned back", ""),
    "contrast": ("one view", "found nearest", "its other view"),
}
"""The rows of pictures: given, found, and wanted where that is not in sight already."""


def learned(shown: Shown) -> None:
    """Held-out digits through the pretext, and the loss of the five seeds over the training."""
    left, right = st.columns([3, 2])
    place = shown.trials.arms.index(shown.pretext)
    score, baseline = shown.trials.score[place], shown.trials.baseline[place]
    with left:
        title = findings.of_pretext(shown.pretext, score, baseline)
        fig = strips(
            rows_of(shown.pretext, _example(shown.pretext), shown),
            look=shown.page.look,
            title=title,
            height=room(shown.page.look, ABOVE),
            columns=COLUMNS,
        )
        shown.page.plot(fig, name="task", roomy=True, alt=f"Held-out digits before and after the pretext. {title}.")
    with right:
        _losses(shown, shown.trials.losses[place])
    shown.page.note(
        f"Score: {SCORES[shown.pretext]}, on the 597 digits held out; over five seeds {score.min():.3f} to "
        f"{score.max():.3f}, and {baseline.mean():.3f} without learning. "
        f"{findings.of_task_and_use(shown.trials, shown.pretext, shown.count)}"
    )


def _example(pretext: str) -> Example:
    return recorded_encoders().examples[PRETEXTS.index(pretext)]


def rows_of(pretext: str, example: Example, shown: Shown) -> dict[str, Strip]:
    """The rows of pictures of a pretext, framed by whether it was right where that can be told."""
    look = shown.page.look
    marks = ["" if np.isnan(right) else look.role("accepted" if right else "rejected") for right in example.right]
    pictures = (example.given, example.found, example.wanted)
    names = NAMES[pretext]
    return {
        name: Strip(part, marks=marks if place == 1 else ())
        for place, (name, part) in enumerate(zip(names, pictures, strict=True))
        if name
    }


def _losses(shown: Shown, losses: np.ndarray) -> None:
    mean = losses.mean(axis=0)
    title = f"The loss of its own task falls from {mean[0]:.2g} to {mean[-1]:.2g}" if mean[-1] < mean[0] else (
        f"The loss of its own task does not fall: {mean[0]:.2g} to {mean[-1]:.2g}")  # fmt: skip
    passes = np.arange(1, len(mean) + 1)
    color = color_of(shown.pretext, shown.page.look)
    fig = lines(
        {"mean of five seeds": mean},
        look=shown.page.look,
        title=title,
        x_label="pass over the 1,200 digits",
        y_label="loss of the pretext",
        x=passes,
        colors={"mean of five seeds": color},
        height=room(shown.page.look, ABOVE),
    )
    for seed in losses:
        fig.add_scatter(x=passes, y=seed.astype(np.float32), mode="lines", line={"color": color, "width": 1},
                        opacity=0.4, hoverinfo="skip", showlegend=False)  # fmt: skip
    fig.update_yaxes(rangemode="tozero")
    shown.page.plot(fig, name="losses", alt=f"Loss of the pretext over the training. {title}.")


def checks(shown: Shown) -> list[Check]:
    """What is shown as held out is held out, and completed pictures keep every pixel that was in sight."""
    return list(example_check(shown.pretext, _example(shown.pretext), results.held_out_digits()[0]))


def script(shown: Shown) -> str:
    """A script that reads the scores on screen."""
    return f"""from core.convolution import recorded_trials

trials = recorded_trials()
place = trials.arms.index({shown.pretext!r})
print(trials.score[place], trials.baseline[place])
print(trials.losses[place].mean(axis=0))
"""
