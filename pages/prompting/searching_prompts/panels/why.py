"""Why prompt at all: what each way to adapt a model needs, and from how many questions on tuning has cost less."""

from typing import Any

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.page import Badge, Page
from core.checks import Check
from core.prompting import (
    TRIAL_BATCH,
    WAYS,
    AdaptationParams,
    Need,
    Way,
    adaptation_checks,
    break_even,
    needs,
    recorded_trial_memory,
    recorded_trials,
    ways,
)
from pages.prompting.searching_prompts import findings, trials
from pages.prompting.searching_prompts.figures.costs import costs_figure
from pages.prompting.searching_prompts.topic import QUESTIONS_ASKED, TABLE

ABOVE = 130


def draw(page: Page) -> None:
    """The table, made by running each way, or the two costs against the questions."""
    places = st.columns([2.6, 1.6, 1.8, 1.7, 2.3], vertical_alignment="bottom")
    with places[0]:
        view = page.controls.choice("why_view", "View", [TABLE, QUESTIONS_ASKED])
    if view == TABLE:
        page.badges(Badge.RECORDED)
        _table(page)
        return
    with places[1]:
        page.controls.slider("examples", "Examples in the prompt", 1, 64)
    with places[2]:
        page.controls.slider("example_tokens", "Tokens of an example", 5, 200, step=5)
    with places[3]:
        page.controls.slider("updates", "Updates of a tuning", 10, 1000, step=10)
    with places[4]:
        page.controls.switch("kept", "Keep keys and values")
    page.badges(Badge.EXACT, Badge.RECORDED)
    _costs(page, ways(_params(page)))


def _params(page: Page) -> AdaptationParams:
    value = page.controls.value
    return AdaptationParams(
        int(value("examples")), int(value("example_tokens")), int(value("updates")), bool(value("kept"))
    )


def _table(page: Page) -> None:
    record = recorded_trials()
    rows = needs(record)
    page.finding(trials.needs_title(rows))
    st.dataframe([_row(need) for need in rows], hide_index=True, width="stretch", height="content")
    question, examples = record.tokens
    page.note(
        f"Plurals by SmolLM2, the same 12 examples for each way: <b>{examples}</b> tokens in the prompt, or tuned on, "
        f"{TRIAL_BATCH} in an update. A question has <b>{question}</b> tokens and takes "
        f"<b>{1000 * record.reading[0]:.0f}</b> ms of one core. Counted are weights, gradients and Adam’s moments in "
        "float32; measured is the most that a process took beyond the loaded model, activations included. "
        f"{trials.by_heart(record)}{trials.at_other_rates(record)}<b>“Few-shot”</b> here means examples in the prompt, "
        "without learning; the word also names tuning on few examples, the last four rows."
    )


def _row(need: Need) -> dict[str, Any]:
    low, high = need.interval
    return {
        "way": need.name,
        "weights, gradients": "yes" if need.learned else "no",
        "right (95 %)": f"{need.share:.0%} ({low:.0%} to {high:.0%})",
        "runs": len(need.right),
        "learned": f"{need.learned:,}" if need.learned else "none",
        "memory counted": findings.size(need.memory) if need.memory else "none",
        "memory measured": findings.size(recorded_trial_memory().of(need.name)) if need.memory else "none",
        "to keep": findings.size(need.storage),
        "to adapt": f"{need.seconds:.0f} s" if need.learned else "nothing",
        "more a question": f"{1000 * need.extra:.0f} ms" if need.extra else "nothing",
    }


def _costs(page: Page, found: dict[str, Way]) -> None:
    title = findings.break_even_title(found)
    fig = costs_figure(found, look=page.look, title=title, height=room(page.look, ABOVE))
    page.plot(fig, name="costs", alt=f"Operations beyond the bare questions, by the number of questions. {title}.")
    few = found[WAYS[1]]
    crossings = ", ".join(f"{name} <b>{findings.questions(break_even(few, found[name]))}</b>" for name in WAYS[2:])
    kept = bool(page.controls.value("kept"))
    page.note(
        f"Operations of examples in the prompt: before the first question <b>{findings.operations(few.before)}</b>, at "
        f"each <b>{findings.operations(few.each)}</b>. They have cost more than tuning after "
        f"so many questions: {crossings}. {trials.measured_break_even(recorded_trials(), kept=kept)}"
    )


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of the arithmetic, or those of the recorded tunings, the worst of all."""
    if page.controls.value("why_view") != TABLE:
        return adaptation_checks(_params(page))
    changes = [trial.frozen_change for trial in recorded_trials().trials if trial.params.method != "full"]
    # Python's max would pass over NaN.
    frozen, detail = float(np.max(changes, initial=0.0)), f"bit for bit, {len(changes)} tunings"
    return (Check("Weights of SmolLM2 that were not to be trained, largest change", frozen, 0.0, detail),)


def script(page: Page) -> str:
    """A script that computes the table or the costs with `core` alone."""
    if page.controls.value("why_view") == TABLE:
        return """from core.prompting import needs, recorded_trials

for need in needs(recorded_trials()):
    print(f"{need.name}: {need.share:.0%}", need.learned, need.memory, need.storage)
    print(f"  {need.seconds:.0f} s to adapt, {need.extra:.3f} s more at each question")
"""
    return f"""from core.prompting import AdaptationParams, break_even, ways

found = ways({_params(page)!r})
for way in found.values():
    crossing = break_even(found["few-shot prompt"], way) if way.gradients else None
    print(way.name, way.learned, way.memory, way.storage, f"{{way.before:.2e}} {{way.each:.2e}}", crossing)
"""
