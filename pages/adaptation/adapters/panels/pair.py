"""LoRA inside: two adapters trained from B = 0, merged, switched and added: beside one matrix, and in SmolLM2."""

import streamlit as st

from components.figures.heights import room
from components.page import Badge, Page
from components.refusals import told
from core.checks import Check
from core.tuning import LoraPair, LoraParams, lora_pair, recorded_runs
from pages.adaptation.adapters.figures.pair import pair
from pages.adaptation.adapters.panels import merged
from pages.adaptation.adapters.topic import INSIDE, MODEL
from pages.adaptation.adapters.words import pair_reading, pair_title

ABOVE = 165


def found(page: Page) -> LoraPair:
    """The two adapters that the controls ask for; raises ValueError for numbers outside their ranges."""
    value = page.controls.value
    return lora_pair(LoraParams(rank=int(value("r")), alpha=int(value("strength")), seed=int(value("pair_seed"))))


def draw(page: Page) -> None:
    """The toy, or SmolLM2 itself."""
    model = page.controls.value("inside") == MODEL
    first, *others = st.columns([1.9, 1.4, 1.4, 2, 0.9] if model else [1.9, 2, 2, 1], vertical_alignment="bottom")
    with first:
        page.controls.choice("inside", "Two adapters in", list(INSIDE))
    with others[0]:
        page.controls.slider("r", "Rank r", 1, 24)
    with others[1]:
        page.controls.slider("strength", "α", 1, 64)
    with others[-1]:
        page.controls.number("pair_seed", "Seed", 0, 9999)
    if model:
        merged.draw(page, others[2])
    else:
        _one_matrix(page)


def _one_matrix(page: Page) -> None:
    """Losses, and errors of each state on both tasks."""
    page.badges(Badge.TOY, Badge.MEASURED)
    try:
        shown = found(page)
    except ValueError as error:
        told(error)
        return
    words = pair_title(shown)
    fig = pair(shown, look=page.look, title=words, height=room(page.look, ABOVE))
    page.plot(
        fig, name="pair", alt=f"Losses of two adapters, and errors of both tasks by what is added. {words}.", roomy=True
    )
    page.note(pair_reading(shown, recorded_runs()))


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of the two adapters, and those of LoRA in SmolLM2."""
    if page.controls.value("inside") == MODEL:
        return merged.checks(page)
    try:
        shown = found(page)
    except ValueError:
        return ()
    return (*shown.checks, *(check for run in recorded_runs().chosen("lora")[:1] for check in run.checks))


def script(page: Page) -> str:
    """A script that trains the same."""
    value = page.controls.value
    if value("inside") == MODEL:
        return merged.script(page)
    return f"""from core.tuning import LoraParams, lora_pair

found = lora_pair(LoraParams(rank={value("r")!r}, alpha={value("strength")!r}, seed={value("pair_seed")!r}))
print("loss", found.loss[:, 0], found.loss[:, -1], "stopped", found.stopped)
for task in (0, 1):
    print("task", task + 1, found.errors(task))
for check in found.checks:
    print(check.name, check.error, check.bound)
"""
