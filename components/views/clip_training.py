"""The CLIP page's training panel: the diagonal of a batch appears, recorded or live."""

import numpy as np
import streamlit as st

from components import clip_results as results
from components.figures import clip as figures
from components.figures.lines import lines
from components.jobs import job_panel
from components.page import Page
from components.views.clip import Shown
from core.clip import ClipHistory, ClipTraining, CorpusParams, clip_history, recorded_history

RECORDED, LIVE = "the recorded run of this model", "a run of my own, live"


def training(shown: Shown) -> None:
    """The history of a training run: the recorded one of the model on screen, or one that is run now."""
    page = shown.page
    if page.controls.choice("run", "Show", [RECORDED, LIVE]) == RECORDED:
        _draw(page, recorded_history(shown.model))
        return
    left, middle, right = st.columns(3)
    with left:
        correlation = page.controls.slider("correlation", "Class-named pictures on their usual background (%)", 50, 100)
    with middle:
        steps = page.controls.slider("steps", "Steps", 50, 800, step=50)
    with right:
        seed = page.controls.number("seed", "Seed", 0, 99)
    params = ClipTraining(
        CorpusParams(correlation=correlation / 100, n_scenes=min(8000, 20 * steps)), steps=steps, batch=64, seed=seed
    )
    cost = f"About {steps * 0.17:.0f} to {steps * 0.35:.0f} s on one core; others on this machine can watch it too."
    history = job_panel(
        clip_history, params, start="Train a CLIP", cost=cost, draw_partial=lambda part: _draw(page, part, live=True)
    )
    if history is not None:
        _draw(page, history)
        page.checks_of_panel(history.checks)


def _draw(page: Page, history: ClipHistory, *, live: bool = False) -> None:
    """The newest similarity matrix of the fixed batch, and the accuracy and the loss so far."""
    similarity = history.similarity[-1]
    count = len(similarity)
    lead = float(np.trace(similarity) / count - (similarity.sum() - np.trace(similarity)) / (count * (count - 1)))
    step = history.checkpoints[-1]
    title = f"Step {step}: true pairs lie {lead:.2f} above the others"
    pictures = [results.data_address(image) for image in history.images]
    fig = figures.similarity(similarity, history.captions, pictures, look=page.look, title=title, height=430)
    left, right = st.columns([3, 2])
    name = "live" if live else "run"
    with left:
        page.plot(fig, name=f"{name}_batch", alt=f"Cosines of twelve pictures with twelve captions. {title}.")
    average, worst = history.group_accuracy.mean(axis=(1, 2)), history.group_accuracy.min(axis=(1, 2))
    with right:
        fig = lines(
            {"average": average, "worst": worst},
            look=page.look,
            title=f"Zero-shot: {average[-1]:.0%}, worst group {worst[-1]:.0%}",
            x_label="step",
            y_label="accuracy on 96 test pictures",
            x=np.array(history.checkpoints),
            colors={"average": page.look.quiet, "worst": page.look.role("rejected")},
            height=430,
        )
        page.plot(fig, name=f"{name}_accuracy", alt="Zero-shot accuracy over the steps.")
    if len(history.loss):
        floor = np.log(history.params.batch)
        page.note(
            f"The loss went from {history.loss[0]:.2f} to <b>{history.loss[-20:].mean():.2f}</b> nats; guessing costs "
            f"{floor:.2f}. It cannot reach 0: captions repeat within a batch, so a true pair has equals in it. "
            f"The learned factor on the cosines is now {history.scale[-1]:.1f}."
        )
