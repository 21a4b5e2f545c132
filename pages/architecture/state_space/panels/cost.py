"""What it costs: times by length, measured here, and the transform without padding on the signal on screen."""

import streamlit as st

from components.page import Page
from core.checks import Check
from core.state_space import around_the_circle
from pages.architecture.state_space import results
from pages.architecture.state_space.figures import curves
from pages.architecture.state_space.main import Shown
from pages.architecture.state_space.panels.room import room
from pages.architecture.state_space.words import circle_title, cost_title

ABOVE = 150
COMPARED = 1 << 13
"""The length at which direct sums and transform are compared in words."""


def draw(shown: Shown) -> None:
    """Times at the left, the circle at the right."""
    page = shown.page
    left, right = st.columns([1.25, 1])
    with right:
        pad = page.controls.switch("pad", "Zeros behind the signal")
    with left:
        states = page.controls.slider("cost_states", "States N of the timed system", 1, 64)
    costs = results.costs_of(states)
    circle = around_the_circle(shown.found.kernel, shown.found.u)
    with left:
        words = cost_title(costs)
        fig = curves.costs(costs, look=page.look, title=words, height=room(page.look, ABOVE))
        page.plot(fig, name="costs", alt=f"Seconds by length for four kinds of work, log-log. {words}.")
    with right:
        words = circle_title(circle.share, pad=pad)
        fig = curves.circle(circle, pad=pad, look=page.look, title=words, height=room(page.look, ABOVE))
        page.plot(fig, name="circle", alt=f"Direct sums and the FFT on the signal of the main figure. {words}.")
    page.note(
        f"At <b>{COMPARED:,}</b> samples the direct sums take <b>{costs.ratio(COMPARED):.0f}</b> times as long as the "
        "FFT. What the FFT leaves out is the kernel, K<sub>j</sub> = C Ā<sup>j</sup> B̄, built here by L products with "
        "Ā "
        "(dotted): S4's structured matrix exists to make that cheap. At the right: the signal of the main figure."
    )


def checks(page: Page) -> tuple[Check, ...]:
    """The timed ways agree."""
    return results.costs_of(page.controls.value("cost_states")).checks


def script(page: Page) -> str:
    """A script that measures the times anew."""
    return f"""from core.state_space import measure_costs

costs = measure_costs({page.controls.value("cost_states")})
for way in ("direct", "recurrence", "FFT"):
    print(way, "grows as L to the", round(costs.slope(way), 1))
print("the timed ways differ by", costs.apart)
"""
