"""Recall: pairs asked back of attention, of state spaces by size, and of a hybrid; and the simplest selective model."""

import streamlit as st

from components.figures.heights import room
from components.jobs import job_panel
from components.page import Badge, Page
from core.checks import Check
from core.jobs import promise
from core.state_space import (
    MOST_SURE,
    PAIR_COUNTS,
    STACKS,
    STATE_SIZES,
    Gated,
    RecallParams,
    RecallRun,
    recall_seconds,
    recorded_recall,
    train_recall,
)
from pages.architecture.state_space import results
from pages.architecture.state_space.figures.gates import gated
from pages.architecture.state_space.figures.recalls import by_pairs, by_states
from pages.architecture.state_space.topic import ASKED, GATE
from pages.architecture.state_space.words.recall import pairs_title, recall_title
from pages.architecture.state_space.words.selection import gate_reading, gate_title

ABOVE = 205


def draw(page: Page) -> None:
    """One of the two views."""
    first, *others, last = st.columns([2.2, 1.2, 1.5, 1.4, 0.9], vertical_alignment="bottom")
    with first:
        view = page.controls.choice("recall_view", "View", [ASKED, GATE])
    with last:
        page.controls.number("recall_seed", "Seed", 0, 99)
    if view == GATE:
        with others[1]:
            page.controls.slider("gate_sure", "How sure the gate is, |z|", 0.0, MOST_SURE, step=0.5)
        _gate(page)
        return
    with others[0]:
        page.controls.choice("recall_pairs", "Pairs", list(PAIR_COUNTS))
    with others[1]:
        page.controls.choice("recall_states", "State N", list(STATE_SIZES))
    with others[2]:
        page.controls.select("recall_stack", "Train now", list(STACKS))
    _asked(page)


def _gated(page: Page) -> Gated:
    return results.gate_of(float(page.controls.value("gate_sure")), page.controls.value("recall_seed"))


def _gate(page: Page) -> None:
    page.badges(Badge.MEASURED, Badge.TOY)
    found = _gated(page)
    words = gate_title(found)
    fig = gated(found, look=page.look, title=words, height=room(page.look, ABOVE - 45))
    page.plot(fig, name="gate", roomy=True, alt=f"Samples, and what a gate and a scan keep of them. {words}.")
    page.note(gate_reading(found))


def _asked(page: Page) -> None:
    """Accuracy by the size of the state at the left, by the number of pairs at the right."""
    pairs, states = page.controls.value("recall_pairs"), page.controls.value("recall_states")
    record, params = recorded_recall(), _params(page)
    page.badges(Badge.RECORDED, Badge.TOY)
    run = job_panel(
        train_recall,
        params,
        start="Train it here",
        cost=f"{promise(recall_seconds(params)).capitalize()} of one core; recorded are seeds 0 to 2.",
    )
    left, right = st.columns(2, gap="medium")
    with left:
        words = recall_title(record, states, pairs)
        fig = by_states(record, pairs, states, run, look=page.look, title=words, height=room(page.look, ABOVE))
        page.plot(fig, name="by_states", alt=f"Share of right values by the size of the state. {words}.")
    with right:
        words = pairs_title(record, states)
        fig = by_pairs(record, states, look=page.look, title=words, height=room(page.look, ABOVE))
        page.plot(fig, name="by_pairs", alt=f"Share of right values by the number of pairs. {words}.")
    _note(page, run)


def _params(page: Page) -> RecallParams:
    value = page.controls.value
    states = value("recall_states") if value("recall_stack") == "state space" else 2
    return RecallParams(value("recall_stack"), states, value("recall_pairs"), seed=value("recall_seed"))


def _note(page: Page, run: RecallRun | None) -> None:
    record, states = recorded_recall(), page.controls.value("recall_states")
    sizes = ", ".join(
        f"{name} <b>{record.parameters(stack, size):,}</b>"
        for name, stack, size in (("attention", "attention", 2), ("state space", "state space", states),
                                  ("hybrid with N = 2", "hybrid", 2))
    )  # fmt: skip
    live = ""
    if run is not None:
        live = f" Trained here: <b>{run.accuracy[-1]:.0%}</b> (ring) in <b>{run.seconds:.1f}</b> s."
    page.note(
        f"Two layers, <b>{record.runs[0].params.steps}</b> updates; marks are means over "
        f"<b>{record.spread('attention', 2, PAIR_COUNTS[0]).seeds}</b> seeds, bars their range. Parameters: {sizes}. "
        "Attention keeps every pair, a state has N numbers for each channel, and one layer of attention is enough to "
        "look "
        f"a pair up.{live}"
    )


def checks(page: Page) -> tuple[Check, ...]:
    """The recorded runs are whole; or the simplest selective model is a gate."""
    if page.controls.value("recall_view") == GATE:
        return _gated(page).checks
    return recorded_recall().checks(page.controls.value("recall_pairs"))


def script(page: Page) -> str:
    """A script that prints the recorded numbers on screen, and how to train one anew."""
    value = page.controls.value
    if value("recall_view") == GATE:
        return f"""from core.state_space import gate

found = gate({float(value("gate_sure"))!r}, seed={value("recall_seed")})
print("gate and scan differ by", found.apart, "and h is off by", round(found.astray, 4))
print("steps", sorted(set(found.delta.round(4))))
"""
    return f"""from core.state_space import recorded_recall

# Recorded by: python -m core.assets record state_space recall
record = recorded_recall()
for stack, states in (("state space", {value("recall_states")}), ("attention", 2), ("hybrid", 2)):
    print(stack, f"{{record.spread(stack, states, {value("recall_pairs")}).mean:.0%}}")
# To train one anew: train_recall({_params(page)!r})
"""
