"""The CLIP page's training panel: the diagonal of a batch appears, recorded or live."""

import numpy as np
import streamlit as st

from components.figures.lines import lines
from components.jobs import job_panel
from components.page import Page
from core.clip import ClipHistory, ClipTraining, CorpusParams, clip_history, recorded_history
from pages.prompting.clip_spurious import results
from pages.prompting.clip_spurious.figures import scores as figures
from pages.prompting.clip_spurious.main import Shown

RECORDED, LIVE = "the recorded run of this model", "a run of my own, live"


def training(shown: Shown) -> None:
    """The history of a training run: the recorded one of the model on screen, or one that is run now."""
    page = shown.page
    if page.controls.choice("run", "Show", [RECORDED, LIVE]) == RECORDED:
        _replay(page, recorded_history(shown.model))
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
    low, high = 6 + 0.17 * steps, 12 + 0.35 * steps
    cost = f"About {low:.0f} to {high:.0f} s of one core; others on this machine can watch it too."
    history = job_panel(
        clip_history, params, start="Train a CLIP", cost=cost, draw_partial=lambda part: _draw(page, part, live=True)
    )
    if history is not None:
        _replay(page, history)
        page.checks_of_panel(history.checks)


def _replay(page: Page, history: ClipHistory) -> None:
    """A run that has ended, at any of its checkpoints."""
    last = len(history.checkpoints) - 1
    place = page.controls.slider("checkpoint", f"Back and forth in time, in {last} steps of the run", 0, last)
    _draw(page, history, at=place)


def _draw(page: Page, history: ClipHistory, *, at: int = -1, live: bool = False) -> None:
    """The similarity matrix of the fixed batch at one checkpoint, and the accuracy and the loss up to there."""
    similarity, step = history.similarity[at], history.checkpoints[at]
    count = len(similarity)
    lead = float(np.trace(similarity) / count - (similarity.sum() - np.trace(similarity)) / (count * (count - 1)))
    title = f"Step {step}: true pairs lie {lead:.2f} above the others"
    pictures = [results.data_address(image) for image in history.images]
    fig = figures.similarity(similarity, history.captions, pictures, look=page.look, title=title)
    left, right = st.columns([3, 2])
    name = "live" if live else "run"
    with left:
        page.plot(
            fig, name=f"{name}_batch", alt=f"Cosines of twelve pictures with twelve captions. {title}.", roomy=True
        )
    average, worst = history.group_accuracy.mean(axis=(1, 2)), history.group_accuracy.min(axis=(1, 2))
    with right:
        fig = lines(
            {"average": average, "worst": worst},
            look=page.look,
            title=f"Zero-shot: {average[at]:.0%}, worst group {worst[at]:.0%}",
            x_label="step",
            y_label="accuracy on 96 test pictures",
            x=np.array(history.checkpoints),
            colors={"average": page.look.quiet, "worst": page.look.role("rejected")},
            height=430,
        )
        fig.add_vline(x=step, line={"color": page.look.quiet, "width": 1})
        page.plot(fig, name=f"{name}_accuracy", alt="Zero-shot accuracy over the steps.")
    page.note(f"{_leads(similarity)}{_losses(history, step)}")


def _leads(similarity: np.ndarray) -> str:
    """How far true pairs lie above wrong ones of the same class, and above those of the other class."""
    half = len(similarity) // 2
    own = np.arange(len(similarity)) < half
    same, true = own[:, None] == own[None], np.eye(len(similarity), dtype=bool)
    within = similarity[true].mean() - similarity[same & ~true].mean()
    across = similarity[true].mean() - similarity[~same].mean()
    return (
        f"True pairs lie <b>{within:.2f}</b> above wrong ones of their own class and <b>{across:.2f}</b> above those "
        "of the other class."
    )


def _losses(history: ClipHistory, step: int) -> str:
    """What the loss has come to after so many steps, beside what guessing costs."""
    if step == 0:
        return " Nothing has been learned yet."
    recent = history.loss[max(0, step - 20) : step].mean()
    return (
        f" The loss went from {history.loss[0]:.2f} to <b>{recent:.2f}</b> nats; guessing costs "
        f"{np.log(history.params.batch):.2f}. It cannot reach 0: captions repeat within a batch, so a true pair has "
        f"equals in it. The learned factor on the cosines is now {history.scale[step - 1]:.1f}."
    )
