"""Recall: pairs asked back of attention, of state spaces by size, and of a hybrid."""

import numpy as np
import streamlit as st

from components.jobs import job_panel
from components.page import Badge, Page
from core.checks import Check
from core.jobs import promise
from core.state_space import (
    PAIR_COUNTS,
    STACKS,
    STATE_SIZES,
    RecallParams,
    RecallRun,
    gated_mean,
    recall_seconds,
    recorded_recall,
    selective_scan,
    train_recall,
)
from pages.architecture.state_space.figures.recalls import by_pairs, by_states
from pages.architecture.state_space.panels.room import room
from pages.architecture.state_space.words import pairs_title, recall_title

ABOVE = 205


def draw(page: Page) -> None:
    """Accuracy by the size of the state at the left, by the number of pairs at the right."""
    first, second, third, fourth = st.columns([1.7, 1.7, 1.5, 1], vertical_alignment="bottom")
    with first:
        pairs = page.controls.choice("recall_pairs", "Pairs", list(PAIR_COUNTS))
    with second:
        states = page.controls.choice("recall_states", "State N", list(STATE_SIZES))
    with third:
        page.controls.select("recall_stack", "Train now", list(STACKS))
    with fourth:
        page.controls.number("recall_seed", "Seed", 0, 99)
    record, params = recorded_recall(), _params(page)
    page.badges(Badge.RECORDED, Badge.TOY)
    run = job_panel(
        train_recall,
        params,
        start="Train it here",
        cost=f"{promise(recall_seconds(params)).capitalize()} of one core; recorded are seeds 0 to 2.",
    )
    left, right = st.columns(2)
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
                                  ("hybrid", "hybrid", 2))
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
    """The recorded runs are whole; and the simplest selective model is a gate."""
    rng = np.random.default_rng(page.controls.value("recall_seed"))
    z, u = rng.normal(size=64), rng.normal(size=64)
    gate, step = 1 / (1 + np.exp(-z)), np.logaddexp(0, z)
    ones = np.ones((64, 1))
    scanned = selective_scan(u[:, None], step[:, None], [[-1.0]], ones, ones, method="zoh")[:, 0]
    error = float(np.abs(gated_mean(gate, u) - scanned).max())
    bound = 64 * 4 * float(np.finfo(float).eps) * float(np.abs(u).max())
    gated = Check("The gate h = (1 − g) h + g u is a selective scan", error, bound, "A = −1, B = C = 1, zoh; 4 L ε |u|")
    return (*recorded_recall().checks(page.controls.value("recall_pairs")), gated)


def script(page: Page) -> str:
    """A script that prints the recorded numbers on screen, and how to train one anew."""
    value = page.controls.value
    return f"""from core.state_space import recorded_recall

# Recorded by: python -m core.assets record state_space recall
record = recorded_recall()
for stack, states in (("state space", {value("recall_states")}), ("attention", 2), ("hybrid", 2)):
    print(stack, f"{{record.spread(stack, states, {value("recall_pairs")}).mean:.0%}}")
# To train one anew: train_recall({_params(page)!r})
"""
