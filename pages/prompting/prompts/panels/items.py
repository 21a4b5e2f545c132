"""The answers to what the controls ask for, recorded or measured, and every item as a table."""

from dataclasses import replace

import numpy as np
import streamlit as st

from components.jobs import job_panel
from components.loading import ensure_loaded
from components.page import Page
from components.phrases import span
from components.screens import alive
from core.jobs import promise
from core.numbers import wilson
from core.prompting import TASKS, Evaluation, EvaluationParams, PromptParams, evaluate_all, evaluation_seconds
from pages.prompting.prompts import results
from pages.prompting.prompts.main import Asked, Shown, export_frame

AT_ONCE = 12
"""Items that are asked while the visitor waits."""


def opening(page: Page) -> Shown:
    """The recorded answers to the default prompt."""
    name = page.controls.defaults["task"]
    asked = Asked(name, TASKS[name], PromptParams(examples=page.controls.defaults["examples"]))
    found = results.recorded(asked.task, asked.prompt, name)
    assert found is not None
    return Shown(page, asked, found, recorded=True)


def answered(page: Page, asked: Asked, *, resting: bool) -> Shown | None:
    """The answers to a prompt: recorded, of a job, or measured now on the first items; None while a model loads.

    Args:
        resting: the main figure is not in sight; then nothing is measured for it, and the opening stands for it.

    Raises:
        ValueError: for a prompt that is too long.
    """
    found = results.recorded(asked.task, asked.prompt, asked.name)
    if found is not None:
        return Shown(page, asked, found, recorded=True)
    if resting:
        return opening(page)
    found = results.asked_all(asked.task, asked.prompt)
    if found is not None:
        return Shown(page, asked, found, recorded=False)
    if not ensure_loaded(results.MODEL):
        return None
    tokens = results.longest(asked.task, asked.prompt)
    if tokens > results.MOST_TOKENS:
        raise ValueError(f"the longest prompt has {tokens:,} tokens; here it may have {results.MOST_TOKENS}")
    first = _first(asked, tokens)
    offered = len(asked.task.items) > AT_ONCE
    if offered:
        _ask_all(asked, tokens)
    return Shown(page, asked, first, recorded=False, offered=offered)


def _first(asked: Asked, tokens: int) -> Evaluation:
    """The answers to the first items; while the model reads, a line says what it does and for how long."""
    some = replace(asked.task, items=asked.task.items[:AT_ONCE])
    takes = promise(evaluation_seconds(EvaluationParams(results.MODEL, some, asked.prompt), tokens, loaded=True))
    with st.spinner(f"SmolLM2 reads {len(some.items)} prompts of up to {tokens} tokens: {takes}"):
        return results.measured(some, asked.prompt)


def _ask_all(asked: Asked, tokens: int) -> None:
    params = EvaluationParams(results.MODEL, asked.task, asked.prompt)
    job_panel(
        evaluate_all,
        params,
        start=f"Ask all {len(asked.task.items)} items",
        cost=f"Below are the first {AT_ONCE}. All take {promise(evaluation_seconds(params, tokens))}.",
        draw_partial=_so_far,
    )


def _so_far(right: np.ndarray) -> None:
    """The share right so far, as a bar."""
    share = float(np.mean(right))
    st.progress(share, text=f"{share:.0%} of {len(right)} right so far, {span(wilson(int(right.sum()), len(right)))}")


def table(shown: Shown) -> None:
    """Every item with its answer, the truth, and the probabilities."""
    frame = export_frame(shown)
    st.dataframe(frame, hide_index=True, width="stretch", height=420)
    wrong = int((~shown.found.correct).sum())
    shown.page.note(
        f"<b>{wrong}</b> of <b>{len(frame)}</b> answers are wrong." + alive(" Click a bar above to see its prompt.")
    )
