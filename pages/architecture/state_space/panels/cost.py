"""What it costs: times by length, measured here, and the transform without padding on the signal on screen."""

import streamlit as st

from components.figures.heights import room
from components.page import Badge
from core.checks import Check
from core.state_space import Costs, around_the_circle, recorded_costs
from pages.architecture.state_space import results
from pages.architecture.state_space.figures import curves
from pages.architecture.state_space.main import Shown
from pages.architecture.state_space.words.responses import circle_title, cost_title, memory_words

ABOVE = 150
COMPARED = 1 << 13
"""The length at which direct sums and transform are compared in words."""


MEASURED = "state_space_measured"
"""Where the session keeps that times were asked for; they are no part of a link, since they differ each time."""


def draw(shown: Shown) -> None:
    """Times at the left, the circle at the right."""
    page = shown.page
    left, right = st.columns([1.25, 1])
    with right:
        pad = page.controls.switch("pad", "Zeros behind the signal")
    with left:
        st.button("Measure on this machine", icon=":material/timer:", key="state_space_measure", on_click=_ask)
    costs = _costs()
    page.badges(Badge.MEASURED if costs is not recorded_costs() else Badge.RECORDED)
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
        f"FFT. {memory_words(costs)} What the FFT leaves out is the kernel, K<sub>j</sub> = C Ā<sup>j</sup> B̄, built "
        "here by L products with Ā (dotted): S4's structured matrix exists to make that cheap. At the right: the main "
        "figure's signal."
    )


def _ask() -> None:
    st.session_state[MEASURED] = True


def _costs() -> Costs:
    """The recorded times, or those of this machine once they were asked for."""
    return results.measured_costs() if st.session_state.get(MEASURED) else recorded_costs()


def checks() -> tuple[Check, ...]:
    """The timed ways agree."""
    return _costs().checks


def script() -> str:
    """A script that reads the recorded times, or measures them anew where they were measured."""
    call = "measure_costs" if st.session_state.get(MEASURED) else "recorded_costs"
    return f"""from core.state_space import {call}

costs = {call}()
for way in ("direct", "recurrence", "FFT"):
    print(way, f"grows as L^{{costs.slope(way):.1f}}")
print("the timed ways differ by", costs.apart)
"""
