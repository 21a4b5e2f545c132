"""Why prompt at all: what each way to adapt a model needs, and from how many questions on tuning has cost less."""

from typing import Any

import streamlit as st

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.prompting import (
    BATCH,
    QUESTION,
    RANK,
    SMOLLM2,
    SOFT_TOKENS,
    WAYS,
    AdaptationParams,
    Way,
    adaptation_checks,
    break_even,
    ways,
)
from pages.prompting.searching_prompts import findings
from pages.prompting.searching_prompts.figures.costs import costs_figure
from pages.prompting.searching_prompts.topic import QUESTIONS_ASKED, TABLE

ABOVE = 130


def draw(page: Page) -> None:
    """The table, or the two costs against the questions."""
    places = st.columns([2.4, 1.7, 1.9, 1.9, 1.8], vertical_alignment="bottom")
    with places[0]:
        view = page.controls.choice("why_view", "View", [TABLE, QUESTIONS_ASKED])
    with places[1]:
        page.controls.slider("examples", "Examples in the prompt", 1, 64)
    with places[2]:
        page.controls.slider("example_tokens", "Tokens of an example", 5, 200, step=5)
    with places[3]:
        page.controls.slider("updates", "Updates of a tuning", 10, 1000, step=10)
    with places[4]:
        page.controls.switch("kept", "Keep keys and values")
    found = ways(_params(page))
    if view == TABLE:
        _table(page, found)
    else:
        _costs(page, found)


def _params(page: Page) -> AdaptationParams:
    value = page.controls.value
    return AdaptationParams(
        int(value("examples")), int(value("example_tokens")), int(value("updates")), bool(value("kept"))
    )


def _table(page: Page, found: dict[str, Way]) -> None:
    page.finding(findings.why_title(found))
    st.dataframe([_row(way) for way in found.values()], hide_index=True, width="stretch", height="content")
    page.note(
        f"{SMOLLM2.name}, float32, {BATCH} items of {QUESTION} tokens in an update; soft prompt and prefix of "
        f"<b>{SOFT_TOKENS}</b> vectors, LoRA of rank <b>{RANK}</b> on queries and values. Memory holds weights, "
        "gradients "
        "and Adam’s two moments; activations come on top. Counted, not timed. <b>“Few-shot”</b> here means examples "
        "in the "
        "prompt, without learning; the word also names tuning on few examples, the rows below."
    )


def _row(way: Way) -> dict[str, Any]:
    return {
        "way": way.name,
        "weights and gradients": "needed" if way.gradients else "no",
        "numbers learned": f"{way.learned:,}",
        "memory to learn": findings.size(way.memory) if way.gradients else "none",
        "kept for each task": findings.size(way.storage),
        "operations before the first question": findings.operations(way.before),
        "more at each question": findings.operations(way.each),
    }


def _costs(page: Page, found: dict[str, Way]) -> None:
    title = findings.break_even_title(found)
    fig = costs_figure(found, look=page.look, title=title, height=room(page.look, ABOVE))
    page.plot(fig, name="costs", alt=f"Operations beyond the bare questions, by the number of questions. {title}.")
    few = found[WAYS[1]]
    crossings = ", ".join(f"{name} <b>{findings.questions(break_even(few, found[name]))}</b>" for name in WAYS[2:])
    page.note(
        f"Operations of examples in the prompt: before the first question <b>{findings.operations(few.before)}</b>, at "
        f"each <b>{findings.operations(few.each)}</b>. They have cost more than tuning after "
        f"so many questions: {crossings}."
    )


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of the arithmetic."""
    return adaptation_checks(_params(page))


def script(page: Page) -> str:
    """A script that computes the table with `core` alone."""
    return f"""from core.prompting import AdaptationParams, break_even, ways

found = ways({_params(page)!r})
for way in found.values():
    crossing = break_even(found["few-shot prompt"], way) if way.gradients else None
    print(way.name, way.learned, way.memory, way.storage, f"{{way.before:.2e}} {{way.each:.2e}}", crossing)
"""
