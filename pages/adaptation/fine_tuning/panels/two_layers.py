"""Two linear layers tuned in three ways, and the same three ways on SmolLM2 beside them."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import streamlit as st

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.tuning import WAYS, LinearTheory, recorded_runs, recorded_theory
from pages.adaptation.fine_tuning import results
from pages.adaptation.fine_tuning.comparing import ways_rates, ways_title
from pages.adaptation.fine_tuning.figures.theory import theory
from pages.adaptation.fine_tuning.words import moves_title, theory_reading, theory_title

if TYPE_CHECKING:
    import pandas as pd

ABOVE = 130


@dataclass(frozen=True, eq=False)
class World:
    """One world that the controls ask for, and its place among those that are recorded."""

    page: Page

    @cached_property
    def found(self) -> LinearTheory:
        """The world, tuned."""
        value = self.page.controls.value
        error, steps = float(value("feature_error")), int(value("steps"))
        return results.theory_of(int(value("world")), error, steps, float(value("rate")))

    @property
    def row(self) -> int:
        """The place of the error of its features in the recorded grid."""
        return int(abs(recorded_theory().feature_errors - self.found.params.feature_error).argmin())

    @property
    def mark(self) -> int:
        """The place of its steps in the recorded grid."""
        return int(abs(recorded_theory().steps - self.found.params.steps).argmin())


def draw(page: Page) -> None:
    """Errors over the error of the features; what has moved in one world; and the real runs."""
    _controls(page)
    world, grid = World(page), recorded_theory()
    words, moved = theory_title(grid, world.row, world.mark), moves_title(world.found)
    real = ways_title(recorded_runs(), WAYS)
    fig = theory(grid, world.mark, world.found, recorded_runs(), look=page.look, title=words, moved=moved,
                 height=room(page.look, ABOVE))  # fmt: skip
    page.plot(
        fig,
        name="theory",
        alt=f"Errors of three ways to tune over the error of the features. {words}. {moved}. {real}.",
        roomy=True,
    )
    page.note(f"{theory_reading(world.found)} {real}. {ways_rates(recorded_runs(), WAYS)}")


def _controls(page: Page) -> None:
    first, second, third, fourth = st.columns([3.7, 1.9, 1, 1.4], vertical_alignment="bottom")
    with first:
        errors = [float(error) for error in recorded_theory().feature_errors]
        page.controls.choice("feature_error", "Error of the features ε", errors)
    with second:
        page.controls.slider("steps", "Steps", 0, 1500, step=25)
    with third:
        page.controls.number("world", "World", 0, 99)
    with fourth:
        page.controls.slider("rate", "Learning rate", 0.01, 1.0, step=0.01)


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of the world."""
    return World(page).found.checks


def data(page: Page) -> "pd.DataFrame":
    """Errors by the error of the features, way and world."""
    import pandas as pd

    grid, mark = recorded_theory(), World(page).mark
    return pd.DataFrame(
        {
            "feature_error": error,
            "way": way,
            "world": seed,
            "in_distribution": grid.errors(way, shifted=False, mark=mark)[row, seed],
            "all_directions": grid.errors(way, shifted=True, mark=mark)[row, seed],
        }
        for row, error in enumerate(grid.feature_errors)
        for way in WAYS
        for seed in range(grid.seeds)
    )


def script(page: Page) -> str:
    """A script that tunes the world with `core` alone."""
    return f"""from core.tuning import LinearTheoryParams, linear_theory

found = linear_theory({World(page).found.params!r})
print("in distribution", found.id_error)
print("all directions", found.ood_error)
print("moved", found.change, found.seen_change.max(), found.unseen_change.max(initial=0))
for check in found.checks:
    print(check.name, check.error, check.bound)
"""
