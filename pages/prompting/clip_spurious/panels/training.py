"""The CLIP page's training panel: the diagonal of a batch appears, recorded or live."""

import numpy as np
import streamlit as st

from components.figures.lines import lines
from components.jobs import job_panel
from components.page import Badge, Page
from core.checks import Check
from core.clip import ClipHistory, ClipTraining, CorpusParams, clip_history, recorded_history
from core.jobs import find
from pages.prompting.clip_spurious import results
from pages.prompting.clip_spurious.figures.cosines import similarity
from pages.prompting.clip_spurious.main import Shown
from pages.prompting.clip_spurious.topic import LIVE, RECORDED
from pages.prompting.clip_spurious.words import leads_in_words, step_in_words


def training(shown: Shown) -> None:
    """The history of a training run: the recorded one of the model on screen, or one that is run now."""
    page = shown.page
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        recorded = page.controls.choice("run", "Show", [RECORDED, LIVE]) == RECORDED
    page.badges(Badge.RECORDED if recorded else Badge.MEASURED, Badge.TOY)
    history = recorded_history(shown.model) if recorded else _own_run(page)
    if history is not None:
        last = len(history.checkpoints) - 1
        with right:
            place = page.controls.slider("checkpoint", f"Back and forth in time, in {last} steps of the run", 0, last)
        _draw(page, history, at=place)


def _own_run(page: Page) -> ClipHistory | None:
    """A visitor's own run; None while it has not ended."""
    left, middle, right = st.columns(3)
    with left:
        page.controls.slider("correlation", "Class-named pictures on their usual background (%)", 50, 100)
    with middle:
        steps = page.controls.slider("steps", "Steps", 50, 800, step=50)
    with right:
        page.controls.number("seed", "Seed", 0, 99)
    low, high = 6 + 0.17 * steps, 12 + 0.35 * steps
    cost = f"About {low:.0f} to {high:.0f} s of one core; others on this machine can watch it too."
    return job_panel(
        clip_history,
        _own_params(page),
        start="Train a CLIP",
        cost=cost,
        draw_partial=lambda part: _draw(page, part, live=True),
    )


def _own_params(page: Page) -> ClipTraining:
    """The run that the sliders ask for."""
    correlation, steps, seed = map(page.controls.value, ("correlation", "steps", "seed"))
    corpus = CorpusParams(correlation=correlation / 100, n_scenes=min(8000, 20 * steps))
    return ClipTraining(corpus, steps=steps, batch=64, seed=seed)


def checks(shown: Shown) -> tuple[Check, ...]:
    """The identities of the run on screen; none while it has not ended."""
    page = shown.page
    if page.controls.value("run") == RECORDED:
        return recorded_history(shown.model).checks
    job = find(clip_history, _own_params(page))
    return job.result().checks if job is not None and job.state == "finished" else ()


def _draw(page: Page, history: ClipHistory, *, at: int = -1, live: bool = False) -> None:
    """The similarity matrix of the fixed batch at one checkpoint, and the accuracy and the loss up to there."""
    cosines, step = history.similarity[at], history.checkpoints[at]
    title = step_in_words(step, cosines)
    pictures = [results.data_address(image) for image in history.images]
    fig = similarity(cosines, history.captions, pictures, look=page.look, title=title, low=True, short=True)
    left, right = st.columns([3, 2])
    name = "live" if live else "run"
    with left:
        page.plot(fig, name=f"{name}_batch", alt=f"Cosines of twelve pictures with twelve captions. {title}.")
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
            height=360,
        )
        fig.add_vline(x=step, line={"color": page.look.quiet, "width": 1})
        page.plot(fig, name=f"{name}_accuracy", alt="Zero-shot accuracy over the steps.")
    page.note(f"{_leads(cosines)}{_losses(history, step)}")
    st.caption(
        "The accuracy is taken on 24 pictures of each group while the run goes on, so a group that is half right is "
        "known to about 19 points. The main figure counts 1200 pictures."
    )


def script(shown: Shown) -> str:
    """A script that prints the last numbers of the recorded run, or does the visitor's own."""
    if shown.page.controls.value("run") == RECORDED:
        start = f"""# The run itself: python -m core.assets record clip weights --names {shown.model}
from core import clip

history = clip.recorded_history({shown.model!r})
"""
    else:
        start = f"""from core import clip
from core.clip import ClipTraining, CorpusParams


def tell(part, message, history=None):
    print(f"{{part:.0%}} {{message}}")


_, history = clip.train_clip({_own_params(shown.page)!r}, on_progress=tell)
"""
    return f"""{start}for step, groups in zip(history.checkpoints, history.group_accuracy):
    print(f"Step {{step}}: zero-shot {{groups.mean():.0%}}, worst group {{groups.min():.0%}}")
print(f"Loss {{history.loss[0]:.2f}} to {{history.loss[-20:].mean():.2f}} nats")
"""


def _leads(cosines: np.ndarray) -> str:
    """How far true pairs lie above wrong ones of the same class, and above those of the other class."""
    half = len(cosines) // 2
    own = np.arange(len(cosines)) < half
    same, true = own[:, None] == own[None], np.eye(len(cosines), dtype=bool)
    within = cosines[true].mean() - cosines[same & ~true].mean()
    across = cosines[true].mean() - cosines[~same].mean()
    return leads_in_words(float(within), float(across))


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
