"""What one update costs: bytes and seconds, by method."""

import streamlit as st

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.tuning import METHODS, TuningParams, recorded_costs, recorded_memory
from pages.adaptation.fine_tuning.figures import bars
from pages.adaptation.fine_tuning.topic import NAMES
from pages.adaptation.fine_tuning.words import costs_reading, memory_title, seconds_title

ABOVE = 165
SHOWN = {method: NAMES[method] if method != "full" else "Full, LP-FT" for method in METHODS if method != "lp_ft"}


def draw(page: Page) -> None:
    """Bytes at the left, seconds at the right."""
    record, look = recorded_costs(), page.look
    left, right = st.columns(2)
    with left:
        words = memory_title(record)
        fig = bars.costs(
            record, SHOWN, bars.MEMORY_PARTS, look=look, title=words, label="MB held for one update", scale=1e6,
            height=room(look, ABOVE), marks={method: recorded_memory().totals(method) for method in SHOWN},
            marked="asked of the system",
        )  # fmt: skip
        page.plot(fig, name="memory", alt=f"Bars: memory of one update by method, in its parts. {words}.")
    with right:
        words = seconds_title(record)
        fig = bars.costs(
            record, SHOWN, bars.SECONDS_PARTS, look=look, title=words, label="seconds of one update, one thread",
            scale=1.0, height=room(look, ABOVE),
        )  # fmt: skip
        page.plot(fig, name="seconds", alt=f"Bars: seconds of one update by method, in its parts. {words}.")
    page.note(costs_reading(record, recorded_memory(), TuningParams().steps))


def checks() -> tuple[Check, ...]:
    """The tensors hold what the shapes say, and the system gave at least that."""
    return (*recorded_costs().checks, *recorded_memory().checks)


def script() -> str:
    """A script that prints the recorded costs."""
    return """from core.tuning import recorded_costs, recorded_memory

# Recorded by: python -m core.assets record tuning costs
for cost in recorded_costs().costs:
    print(cost.method, f"{cost.memory / 1e6:,.0f} MB, {cost.seconds:.2f} s", cost)
# Recorded by: python -m core.assets record tuning memory
for found in recorded_memory().memories:
    print(found.method, f"asked of the system {found.memory / 1e6:,.0f} MB, of them {found.weights / 1e6:,.0f} at rest")
for check in (*recorded_costs().checks, *recorded_memory().checks):
    print(check.name, check.error, check.bound)
"""
