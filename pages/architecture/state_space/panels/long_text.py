"""What a long text costs: memory and tokens a second by length, and a small stack that is pruned and repaired."""

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.page import Badge, Page
from core.checks import Check
from core.state_space import (
    LLAMA,
    NEMOTRON,
    PUBLISHED,
    Decoder,
    Writing,
    break_even,
    mixed,
    recorded_pruning,
    write_tokens,
)
from pages.architecture.state_space.figures.budgets import memory, operations, throughput
from pages.architecture.state_space.figures.recalls import cuts
from pages.architecture.state_space.topic import BUDGET, PRUNING, WORK
from pages.architecture.state_space.words.long_text import (
    budget_reading,
    budget_title,
    pruning_reading,
    pruning_title,
    speed_title,
    work_reading,
    work_title,
)

ABOVE = 195
EXPONENTS = np.arange(6, 21)
"""Lengths are the powers of 2 with these."""

UPRIGHT = "Upright: the chosen length and, at the left, the break-even where there is one."
"""What the two lines are that stand upright in the figures."""


def draw(page: Page) -> None:
    """One of the two views."""
    first, *others = st.columns([3.2, 1.7, 1.3, 1.5], vertical_alignment="bottom")
    with first:
        view = page.controls.choice("long_view", "View", [BUDGET, WORK, PRUNING])
    if view == PRUNING:
        _pruning(page)
        return
    with others[0]:
        page.controls.slider("attention_layers", "Layers with attention, of 32", 0, 32)
    with others[1]:
        page.controls.select("batch", "Sequences at once", [1, 4, 16, 64, 256])
    with others[2]:
        page.controls.slider("long_length", "Length: 2 to the", int(EXPONENTS[0]), int(EXPONENTS[-1]))
    _budget(page)


def _models(page: Page) -> tuple[Decoder, ...]:
    return (*PUBLISHED, mixed(page.controls.value("attention_layers")))


def _writings(page: Page) -> list[Writing]:
    return [write_tokens(model, page.controls.value("batch"), 2**EXPONENTS) for model in _models(page)]


def _budget(page: Page) -> None:
    page.badges(Badge.EXACT)
    written, at = _writings(page), 2 ** page.controls.value("long_length")
    own, crossing = written[-1].model, break_even(written[-1].model, LLAMA)
    left, right = st.columns(2, gap="medium")
    with left:
        words = budget_title(crossing, own.name)
        fig = memory(written, at, crossing, look=page.look, title=words, height=room(page.look, ABOVE))
        page.plot(fig, name="memory", alt=f"Bytes of one sequence by its length, for four models, log-log. {words}.")
    if page.controls.value("long_view") == WORK:
        with right:
            words = work_title(written, at)
            fig = operations(written, at, look=page.look, title=words, height=room(page.look, ABOVE))
            page.plot(fig, name="work", alt=f"Operations for one token by length, for four models, log-log. {words}.")
        page.note(f"{work_reading(written, at)} {UPRIGHT}")
        return
    with right:
        words = speed_title(written, at)
        fig = throughput(written, at, look=page.look, title=words, height=room(page.look, ABOVE))
        page.plot(fig, name="throughput", alt=f"Tokens a second by length under the roofline of an H100. {words}.")
    page.note(f"{budget_reading(written, at, break_even(NEMOTRON, LLAMA))} {UPRIGHT}")


def _pruning(page: Page) -> None:
    page.badges(Badge.RECORDED, Badge.TOY)
    runs = recorded_pruning()
    words = pruning_title(*_shares(page))
    fig = cuts(runs, look=page.look, title=words, height=room(page.look, ABOVE - 30))
    page.plot(fig, name="cuts", alt=f"Bars with dots for seeds: accuracy of a stack, cut, and repaired. {words}.")
    page.note(pruning_reading(runs))


def _shares(page: Page) -> tuple[list[float], ...]:
    runs = recorded_pruning()
    return (
        [run.whole for run in runs],
        [float(run.cut.max()) for run in runs],
        [float(run.repaired[0]) for run in runs],
        [float(run.repaired[1]) for run in runs],
    )


def checks(page: Page) -> tuple[Check, ...]:
    """The roofline's identities for the model of the slider; or that a cut stack has as much less as one layer has."""
    if page.controls.value("long_view") == PRUNING:
        return tuple(recorded_pruning()[0].checks)
    return tuple(check for written in _writings(page)[-1:] for check in written.checks)


def script(page: Page) -> str:
    """A script that computes the numbers on screen with `core` alone."""
    value = page.controls.value
    if value("long_view") == PRUNING:
        return """from core.state_space import recorded_pruning

# Recorded by: python -m core.assets record state_space pruning
for run in recorded_pruning():
    print(run.params.seed, round(run.whole, 3), run.cut.round(3), run.repaired.round(3))
"""
    return f"""import numpy as np

from core.state_space import LLAMA, PUBLISHED, break_even, mixed, write_tokens

length = np.array([2**{value("long_length")}])
for model in (*PUBLISHED, mixed({value("attention_layers")})):
    written = write_tokens(model, {value("batch")}, length)
    print(model.name, f"{{written.tokens_a_second[0]:,.0f}} tokens/s, {{written.work[0]:.3g}} operations a token,",
          "break-even at", break_even(model, LLAMA))
"""
