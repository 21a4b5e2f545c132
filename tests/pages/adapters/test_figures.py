"""Figures of the page about adapters: names that stand clear of what they name, numbers that can be read."""

import pytest

from components.theme import Look
from core.tuning import recorded_changes, recorded_merging
from pages.adaptation.adapters.figures.energy import energy_curves
from pages.adaptation.adapters.figures.merged import merged
from pages.adaptation.adapters.results import noise
from tests.components.test_theme import contrast


def test_the_names_of_the_curves_stand_clear_of_them() -> None:
    changes = recorded_changes().of("full", 29, "o_proj")
    fig = energy_curves(changes, noise(*changes[0].shape), 4, look=Look(), title="")
    shifts = {note.text: note.xshift for note in fig.layout.annotations}
    assert shifts["<b>rank r</b>"] <= -6
    assert shifts["<b>as many single entries</b>"] >= 6


@pytest.mark.parametrize("dark", [False, True])
def test_shares_can_be_read_on_their_bars(dark: bool) -> None:
    bars = merged(recorded_merging(), look=Look(dark=dark), title="", height=300).data[:2]
    assert all(contrast(bar.insidetextfont.color, bar.marker.color) >= 4.5 for bar in bars)
