"""The main figure of the page about adapters: a small network trained in random subspaces of its weights."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import streamlit as st

from components.course import FIGURE, PANEL
from components.page import Page
from core.checks import Check
from core.tuning import SubspaceRun, recorded_subspaces
from pages.adaptation.adapters import results
from pages.adaptation.adapters.figures.subspace import subspaces
from pages.adaptation.adapters.words import subspace_reading, subspace_title

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: the run of now among the recorded ones."""

    page: Page
    dimension: int
    seed: int

    @cached_property
    def run(self) -> SubspaceRun:
        """The run of now, where something shows it."""
        return results.trained(self.dimension, self.seed)


def at_rest(page: Page) -> bool:
    """Whether a panel stands first that reads none of these controls: they stay, unseen, and keep their values."""
    return bool(page.controls.value(PANEL) != FIGURE)


def controls(page: Page) -> Shown:
    """Draws the controls."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        dimension = page.controls.slider("dimension", "Random directions d", 1, 500)
    with right:
        seed = page.controls.number("seed", "Seed", 0, 9999)
    return Shown(page, int(dimension), int(seed))


def main_figure(shown: Shown) -> None:
    """Accuracy over the number of directions, each recorded seed a dot, the run of now a ring."""
    words = subspace_title(recorded_subspaces())
    fig = subspaces(recorded_subspaces(), shown.run, look=shown.page.look, title=words)
    shown.page.plot(fig, name="subspaces", alt=f"Accuracy over the number of random directions. {words}.")


def reading(shown: Shown) -> str:
    """The live sentence."""
    return subspace_reading(shown.run, recorded_subspaces())


def checks(shown: Shown) -> tuple[Check, ...]:
    """The identities of the run of now."""
    return shown.run.checks


def export_frame() -> "pd.DataFrame":
    """The recorded accuracies."""
    import pandas as pd

    record = recorded_subspaces()
    return pd.DataFrame(
        {"dimension": dimension, "seed": seed, "accuracy": record.accuracy[row, seed], "all_weights": full}
        for row, dimension in enumerate(record.dimensions)
        for seed, full in enumerate(record.whole)
    )


def script(shown: Shown) -> str:
    """A script that trains the run of now."""
    return f"""from core.tuning import SubspaceParams, recorded_subspaces, train_in_subspace

run = train_in_subspace({shown.run.params!r})
print(run.start, run.accuracy, run.loss[-1])
for check in run.checks:
    print(check.name, check.error, check.bound)
# Recorded by: python -m core.assets record tuning subspaces
print(recorded_subspaces().d90)
"""


def source_functions() -> list[Callable[..., Any]]:
    """The core functions behind the page."""
    from core.tuning import energy, low_rank, train_in_subspace, trainable_parameters

    return [train_in_subspace, low_rank, energy, trainable_parameters]
