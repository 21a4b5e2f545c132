"""The main figure of the fine-tuning page: two linear layers tuned in three ways; its controls, reading and script."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import streamlit as st

from components.course import FIGURE, PANEL
from components.page import Page
from core.checks import Check
from core.tuning import WAYS, LinearTheory, recorded_theory
from pages.adaptation.fine_tuning import results
from pages.adaptation.fine_tuning.figures.theory import theory
from pages.adaptation.fine_tuning.words import moves_title, theory_reading, theory_title

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: one world, and its place among those that are recorded."""

    page: Page
    world: int
    feature_error: float
    steps: int
    rate: float

    @cached_property
    def found(self) -> LinearTheory:
        """The world, tuned where something shows it."""
        return results.theory_of(self.world, self.feature_error, self.steps, self.rate)

    @property
    def row(self) -> int:
        """The place of the error of its features in the recorded grid."""
        return int(abs(recorded_theory().feature_errors - self.feature_error).argmin())

    @property
    def mark(self) -> int:
        """The place of its steps in the recorded grid."""
        return int(abs(recorded_theory().steps - self.steps).argmin())


def at_rest(page: Page) -> bool:
    """Whether a panel stands first that reads none of these controls: they stay, unseen, and keep their values."""
    return bool(page.controls.value(PANEL) != FIGURE)


def controls(page: Page) -> Shown:
    """Draws the controls."""
    first, second, third, fourth = st.columns([3.7, 1.9, 1, 0.9], vertical_alignment="bottom")
    with first:
        errors = [float(error) for error in recorded_theory().feature_errors]
        error = page.controls.choice("feature_error", "Error of the features ε", errors)
    with second:
        steps = page.controls.slider("steps", "Steps", 0, 1500, step=25)
    with third:
        world = page.controls.number("world", "World", 0, 99)
    with fourth, page.more():
        rate = page.controls.slider("rate", "Learning rate of the world at the right", 0.01, 1.0, step=0.01)
    return Shown(page, int(world), float(error), int(steps), float(rate))


def main_figure(shown: Shown) -> None:
    """Errors over the error of the features; what has moved in one world."""
    grid, found = recorded_theory(), shown.found
    words, moved = theory_title(grid, shown.row, shown.mark), moves_title(found)
    fig = theory(grid, shown.mark, found, look=shown.page.look, title=words, moved=moved)
    shown.page.plot(
        fig,
        name="theory",
        alt=f"Errors of three ways to tune over the error of the features. {words}. {moved}.",
        roomy=True,
    )


def reading(shown: Shown) -> str:
    """The live sentence."""
    return theory_reading(shown.found)


def checks(shown: Shown) -> tuple[Check, ...]:
    """The identities of the world on the right."""
    return shown.found.checks


def export_frame(shown: Shown) -> "pd.DataFrame":
    """Errors by the error of the features, way and world."""
    import pandas as pd

    grid = recorded_theory()
    return pd.DataFrame(
        {
            "feature_error": error,
            "way": way,
            "world": seed,
            "in_distribution": grid.errors(way, shifted=False, mark=shown.mark)[row, seed],
            "all_directions": grid.errors(way, shifted=True, mark=shown.mark)[row, seed],
        }
        for row, error in enumerate(grid.feature_errors)
        for way in WAYS
        for seed in range(grid.seeds)
    )


def script(shown: Shown) -> str:
    """A script that tunes the world on the right with `core` alone."""
    return f"""from core.tuning import LinearTheoryParams, linear_theory

found = linear_theory({shown.found.params!r})
print("in distribution", found.id_error)
print("all directions", found.ood_error)
print("moved", found.change, found.seen_change.max(), found.unseen_change.max(initial=0))
for check in found.checks:
    print(check.name, check.error, check.bound)
"""


def source_functions() -> list[Callable[..., Any]]:
    """The core functions behind the page."""
    from core.tuning import linear_theory, prepare, run_on, trainable_parameters, tune

    return [linear_theory, tune, prepare, run_on, trainable_parameters]
