"""A small network trained within a random subspace: recorded over seeds, and one run of now."""

from typing import TYPE_CHECKING

import streamlit as st

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.tuning import SubspaceRun, recorded_subspaces
from pages.adaptation.adapters import results
from pages.adaptation.adapters.figures.subspace import subspaces
from pages.adaptation.adapters.words import subspace_reading, subspace_title

if TYPE_CHECKING:
    import pandas as pd

ABOVE = 185


def draw(page: Page) -> None:
    """Accuracy over the number of directions, each seed a dot, the run of now a ring."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        page.controls.slider("dimension", "Random directions d", 1, 500)
    with right:
        page.controls.number("seed", "Seed", 0, 9999)
    run, record = _run(page), recorded_subspaces()
    words = subspace_title(record)
    fig = subspaces(record, run, look=page.look, title=words, height=room(page.look, ABOVE))
    page.plot(fig, name="subspaces", alt=f"Accuracy over the number of random directions. {words}.")
    page.note(subspace_reading(run, record))


def _run(page: Page) -> SubspaceRun:
    return results.trained(int(page.controls.value("dimension")), int(page.controls.value("seed")))


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of the run of now."""
    return _run(page).checks


def data() -> "pd.DataFrame":
    """The recorded accuracies."""
    import pandas as pd

    record = recorded_subspaces()
    return pd.DataFrame(
        {"dimension": dimension, "seed": seed, "accuracy": record.accuracy[row, seed], "all_weights": full}
        for row, dimension in enumerate(record.dimensions)
        for seed, full in enumerate(record.whole)
    )


def script(page: Page) -> str:
    """A script that trains the run of now."""
    return f"""from core.tuning import SubspaceParams, recorded_subspaces, train_in_subspace

run = train_in_subspace({_run(page).params!r})
print(run.start, run.accuracy, run.loss[-1])
for check in run.checks:
    print(check.name, check.error, check.bound)
# Recorded by: python -m core.assets record tuning subspaces
print(recorded_subspaces().d90)
"""
