"""Training within a random subspace: a small network, recorded and now, and LoRA's numbers in SmolLM2, recorded."""

from typing import TYPE_CHECKING

import streamlit as st

from components.figures.heights import room
from components.page import Badge, Page
from core.checks import Check
from core.tuning import SubspaceRun, recorded_directions, recorded_subspaces
from pages.adaptation.adapters import results
from pages.adaptation.adapters.figures.directions import directions
from pages.adaptation.adapters.figures.subspace import subspaces
from pages.adaptation.adapters.topic import NETWORKS, SMOLLM2
from pages.adaptation.adapters.words import (
    directions_reading,
    directions_title,
    subspace_reading,
    subspace_title,
)

if TYPE_CHECKING:
    import pandas as pd

ABOVE = 185


def draw(page: Page) -> None:
    """Accuracy over the number of directions, each seed a dot."""
    first, second, third = st.columns([1.6, 2.4, 1], vertical_alignment="bottom")
    with first:
        network = page.controls.choice("network", "Trained", list(NETWORKS))
    if network == SMOLLM2:
        page.badges(Badge.RECORDED)
        _lora(page)
        return
    page.badges(Badge.TOY, Badge.RECORDED, Badge.MEASURED)
    with second:
        page.controls.slider("dimension", "Random directions d", 1, 500)
    with third:
        page.controls.number("seed", "Seed", 0, 9999)
    run, record = _run(page), recorded_subspaces()
    words = subspace_title(record)
    fig = subspaces(record, run, look=page.look, title=words, height=room(page.look, ABOVE))
    page.plot(fig, name="subspaces", alt=f"Accuracy over the number of random directions. {words}.", roomy=True)
    page.note(subspace_reading(run, record))


def _lora(page: Page) -> None:
    """SmolLM2's right answers over the number of directions of LoRA's numbers."""
    record, look = recorded_directions(), page.look
    words = directions_title(record)
    fig = directions(record, look=look, title=words, height=room(look, ABOVE))
    page.plot(fig, name="directions", alt=f"Right answers over the number of random directions of LoRA. {words}.")
    page.note(directions_reading(record))


def _run(page: Page) -> SubspaceRun:
    return results.trained(int(page.controls.value("dimension")), int(page.controls.value("seed")))


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of the run of now, or of the recorded ones."""
    return recorded_directions().checks if page.controls.value("network") == SMOLLM2 else _run(page).checks


def data(page: Page) -> "pd.DataFrame":
    """The recorded accuracies."""
    import pandas as pd

    if page.controls.value("network") == SMOLLM2:
        return pd.DataFrame(
            {"trained": run.trained, "seed": run.params.seed, "right": hits, "questions": run.questions}
            for run in recorded_directions().runs
            for hits in run.right.values()
        )
    record = recorded_subspaces()
    return pd.DataFrame(
        {"dimension": dimension, "seed": seed, "accuracy": record.accuracy[row, seed], "all_weights": full}
        for row, dimension in enumerate(record.dimensions)
        for seed, full in enumerate(record.whole)
    )


def script(page: Page) -> str:
    """A script that trains the run of now, or prints the recorded ones."""
    if page.controls.value("network") == SMOLLM2:
        return """from core.tuning import recorded_directions

# Recorded by: python -m core.assets record tuning directions
for run in recorded_directions().runs:
    print("trained", run.trained, "seed", run.params.seed, run.right, "of", run.questions, run.loss.round(2))
"""
    return f"""from core.tuning import SubspaceParams, recorded_subspaces, train_in_subspace

run = train_in_subspace({_run(page).params!r})
print(run.start, run.accuracy, run.loss[-1])
for check in run.checks:
    print(check.name, check.error, check.bound)
# Recorded by: python -m core.assets record tuning subspaces
print(recorded_subspaces().d90)
"""
