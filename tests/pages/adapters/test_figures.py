"""Figures of the page about adapters: names that stand clear of what they name."""

from components.theme import Look
from core.tuning import recorded_changes
from pages.adaptation.adapters.figures.energy import energy_curves
from pages.adaptation.adapters.results import noise


def test_the_names_of_the_curves_stand_clear_of_them() -> None:
    changes = recorded_changes().of("full", 29, "o_proj")
    fig = energy_curves(changes, noise(*changes[0].shape), 4, look=Look(), title="")
    shifts = {note.text: note.xshift for note in fig.layout.annotations}
    assert shifts["<b>rank r</b>"] <= -6
    assert shifts["<b>as many single entries</b>"] >= 6
