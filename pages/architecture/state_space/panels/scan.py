"""The recurrence as a tree of pairs: its rounds one by one, what each place covers, depth, work and seconds."""

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.state_space import one_after_another, scan_cost, scan_rounds
from pages.architecture.state_space import results
from pages.architecture.state_space.figures.trees import tree
from pages.architecture.state_space.words.selection import scan_reading, scan_title

ABOVE = 165
TIMED = 1024


def _steps(page: Page) -> tuple[np.ndarray, np.ndarray]:
    """Factors and terms of h_k = a_k h_{k-1} + b_k: halves and ones, so that sums can be followed by eye."""
    length = page.controls.value("scan_length")
    return np.full(length, 0.5), np.ones(length)


def draw(page: Page) -> None:
    """The tree up to a round, and what it takes."""
    left, right, _ = st.columns([1, 1, 1])
    with left:
        length = page.controls.slider("scan_length", "Steps L", 2, 16)
    cost = scan_cost(length)
    with right:
        done = page.controls.slider("scan_round", "Rounds done", 0, cost.depth)
    a, b = _steps(page)
    words = scan_title(cost, done)
    fig = tree(scan_rounds(a, b), done, look=page.look, title=words, height=room(page.look, ABOVE))
    page.plot(fig, name="scan", roomy=True, alt=f"Rows of places, each joined with one 2^j places before. {words}.")
    page.note(
        "Every step here is h<sub>k</sub> = 0.5 h<sub>k−1</sub> + 1. "
        + scan_reading(results.scan_times(TIMED), scan_cost(TIMED))
    )


def checks(page: Page) -> tuple[Check, ...]:
    """The tree's last row is the sequential pass, here and at the length that was timed."""
    a, b = _steps(page)
    rounds, sequential = scan_rounds(a, b), one_after_another(a, b)
    error = float(np.abs(rounds[-1][1] - sequential).max())
    eps, times = float(np.finfo(float).eps), results.scan_times(TIMED)
    return (
        Check("Parallel equals sequential, on screen", error, 8 * len(a) * eps, "8 L ε, all terms below 2"),
        Check("Parallel equals sequential, as timed", times.apart, 8 * TIMED * eps, "relative, L = 1,024"),
    )


def script(page: Page) -> str:
    """A script that joins the pairs on screen with `core` alone."""
    length = page.controls.value("scan_length")
    return f"""import numpy as np

from core.state_space import parallel_scan, scan_cost

print(parallel_scan(np.full({length}, 0.5), np.ones({length})))
print(scan_cost({length}))
"""
