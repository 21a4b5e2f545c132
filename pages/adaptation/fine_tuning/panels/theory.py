"""Two linear layers, tuned in three ways on data that do not have every direction."""

import streamlit as st

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.tuning import LinearTheory, recorded_theory
from pages.adaptation.fine_tuning import results
from pages.adaptation.fine_tuning.figures.theory import errors, moves
from pages.adaptation.fine_tuning.words import moves_title, theory_reading, theory_title

ABOVE = 190


def draw(page: Page) -> None:
    """Errors over the error of the features at the left; what has moved in one world at the right."""
    grid = recorded_theory()
    first, second, third, fourth = st.columns([3, 2, 0.8, 0.9], vertical_alignment="bottom")
    with first:
        page.controls.choice("feature_error", "Error of the features ε", [float(e) for e in grid.feature_errors])
    with second:
        page.controls.slider("steps", "Steps", 0, 1500, step=25)
    with third:
        page.controls.number("world", "World", 0, 99)
    with fourth:
        page.controls.number("rate", "Rate", 0.0, 1.0, step=0.05)
    found, look = _found(page), page.look
    row = int(abs(grid.feature_errors - found.params.feature_error).argmin())
    mark = int(abs(grid.steps - found.params.steps).argmin())
    left, right = st.columns([1.25, 1])
    with left:
        words = theory_title(grid, row, mark)
        fig = errors(grid, mark, found.params.feature_error, look=look, title=words, height=room(look, ABOVE))
        page.plot(fig, name="errors", alt=f"Errors of three ways to tune over the error of the features. {words}.")
    with right:
        words = moves_title(found)
        fig = moves(found, look=look, title=words, height=room(look, ABOVE))
        page.plot(fig, name="moves", alt=f"Bars: how far full tuning moved the features by direction. {words}.")
    page.note(theory_reading(found))


def _found(page: Page) -> LinearTheory:
    value = page.controls.value
    return results.theory_of(value("world"), float(value("feature_error")), value("steps"), float(value("rate")))


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of the world on the right."""
    return _found(page).checks


def script(page: Page) -> str:
    """A script that tunes the world on the right with `core` alone."""
    return f"""from core.tuning import LinearTheoryParams, linear_theory

found = linear_theory({_found(page).params!r})
print("in distribution", found.id_error)
print("all directions", found.ood_error)
print("moved", found.change, found.seen_change.max(), found.unseen_change.max())
for check in found.checks:
    print(check.name, check.error, check.bound)
"""
