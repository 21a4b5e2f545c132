"""The main figure of the page about adapters: what ranks and what entries keep of the change of full tuning."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from components.course import FIGURE, PANEL
from components.page import Page
from core.checks import Check
from core.tuning import Energy, WeightChange, recorded_changes
from pages.adaptation.adapters import results
from pages.adaptation.adapters.figures.energy import energy_curves
from pages.adaptation.adapters.words import energy_reading, energy_title

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: the changes of one matrix over seeds, and noise of its shape."""

    page: Page
    changes: Sequence[WeightChange]
    rank: int

    @property
    def noise(self) -> Energy:
        """What ranks and entries keep of random numbers in a matrix of this shape."""
        return results.noise(*self.changes[0].shape)


def at_rest(page: Page) -> bool:
    """Whether a panel stands first that reads none of these controls: they stay, unseen, and keep their values."""
    return bool(page.controls.value(PANEL) != FIGURE)


def controls(page: Page) -> Shown:
    """Draws the controls."""
    record = recorded_changes()
    first, second, third = st.columns([2.2, 1.4, 2], vertical_alignment="bottom")
    with first:
        module = page.controls.choice("module", "Matrix of the layer", record.modules("full"))
    with second:
        layer = page.controls.choice("layer", "Layer, of 0 to 29", record.layers)
    with third:
        rank = page.controls.slider("rank", "Rank r", 1, 64)
    return Shown(page, record.of("full", layer, module), int(rank))


def main_figure(shown: Shown) -> None:
    """Both curves with their range over seeds, and those of noise."""
    words = energy_title(shown.changes, shown.rank)
    fig = energy_curves(shown.changes, shown.noise, shown.rank, look=shown.page.look, title=words)
    shown.page.plot(
        fig,
        name="energy",
        alt=f"What ranks and what as many entries keep of the change of full tuning. {words}.",
    )


def reading(shown: Shown) -> str:
    """The live sentence."""
    return energy_reading(shown.changes, shown.rank)


def checks(shown: Shown) -> tuple[Check, ...]:
    """The identities of the recorded changes."""
    return recorded_changes().checks


def export_frame(shown: Shown) -> "pd.DataFrame":
    """Shares by seed and rank."""
    import pandas as pd

    return pd.DataFrame(
        {
            "seed": change.seed,
            "rank": rank + 1,
            "by_rank": change.by_rank[rank],
            "by_entry": change.by_entry[rank],
            "noise_by_rank": shown.noise.by_rank[rank],
            "noise_by_entry": shown.noise.by_entry[rank],
        }
        for change in shown.changes
        for rank in range(len(change.by_rank))
    )


def script(shown: Shown) -> str:
    """A script that reads the recorded curves of the matrix on screen."""
    first = shown.changes[0]
    return f"""from core.tuning import recorded_changes

# Recorded by: python -m core.assets record tuning methods
for change in recorded_changes().of("full", {first.layer}, {first.module!r}):
    kept = change.by_rank[{shown.rank - 1}], change.by_entry[{shown.rank - 1}]
    print("seed", change.seed, "rank {shown.rank} keeps", kept, "rank for 90 %", change.rank_for(0.9))
for check in recorded_changes().checks:
    print(check.name, check.error, check.bound)
"""


def source_functions() -> list[Callable[..., Any]]:
    """The core functions behind the page."""
    from core.tuning import energy, low_rank, prepare, train_in_subspace, trainable_parameters

    return [energy, low_rank, trainable_parameters, train_in_subspace, prepare]
