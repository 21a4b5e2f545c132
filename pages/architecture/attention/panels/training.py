"""How heads come to differ: a small attention model trained in front of the visitor, twice."""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.figures.lines import lines
from components.page import Page
from core.attention import HeadHistory, HeadTraining
from core.checks import Check

RESULT = "attention_head_training"


def head_training(page: Page) -> None:
    """Trains from identical and from random heads on request, and shows how alike the heads stay."""
    st.markdown(
        "A model of one layer with four heads learns to name tokens that lie at different distances behind. "
        "Everything is the same in both runs but the start: once all heads get the same numbers, once each its own."
    )
    with st.container(width=160):
        seed = page.controls.number("seed", "Seed", 0, 99)
    runs: dict[int, tuple[HeadHistory, HeadHistory]] = st.session_state.setdefault(RESULT, {})
    if seed not in runs:
        if not st.button("Train both now", icon=":material/play_arrow:", type="primary"):
            st.caption("It takes a few seconds on one core.")
            return
        runs[seed] = _train_both(seed)
    identical, random = runs[seed]
    _show(page, identical, random)


def training_checks(page: Page) -> list[Check]:
    """The identities of the runs on screen; none before they were trained."""
    runs: dict[int, tuple[HeadHistory, HeadHistory]] = st.session_state.get(RESULT, {})
    return [check for run in runs.get(page.controls.value("seed"), ()) for check in run.checks]


def _train_both(seed: int) -> tuple[HeadHistory, HeadHistory]:
    from core.attention import train_heads

    bar = st.progress(0.0, "Starting")
    st.button("Cancel", key="attention_cancel_training")
    params = [HeadTraining(seed=seed, identical=identical) for identical in (True, False)]
    both = tuple(
        train_heads(
            param,
            on_progress=partial(_fill, bar, done),
        )
        for done, param in enumerate(params)
    )
    bar.empty()
    return both[0], both[1]


def _fill(bar: DeltaGenerator, done: int, part: float, words: str, so_far: object = None) -> None:
    bar.progress((done + part) / 2, words)


def _show(page: Page, identical: HeadHistory, random: HeadHistory) -> None:
    title = (
        f"Heads that start alike stay alike ({identical.similarity[-1]:.2f}); "
        f"heads that start at random part ({random.similarity[-1]:.2f})"
    )
    left, right = st.columns(2)
    colors = {"identical start": page.look.role("rejected"), "random start": page.look.role("accepted")}
    with left:
        fig = lines(
            {"identical start": identical.similarity, "random start": random.similarity},
            look=page.look,
            title="Similarity of the heads",
            x_label="step",
            y_label="mean cosine between heads",
            colors=colors,
        )
        page.plot(fig, name="similarity", alt=title)
    with right:
        fig = lines(
            {"identical start": identical.loss, "random start": random.loss},
            look=page.look,
            title="Loss",
            x_label="step",
            y_label="loss (nats)",
            colors=colors,
        )
        page.plot(fig, name="training_loss", alt="Loss over the steps for both starts.")
    page.note(
        f"{title}. The largest difference between two heads of the identical start is "
        f"<b>{identical.difference.max():.1e}</b> after {len(identical.loss)} steps: the same numbers get the same "
        f"gradient, so four heads do the work of one, at a loss of <b>{identical.loss[-1]:.2f}</b> against "
        f"<b>{random.loss[-1]:.2f}</b>."
    )
