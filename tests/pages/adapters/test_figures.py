"""Figures of the page about adapters: names that stand clear of what they name, numbers that can be read."""

import numpy as np
import pytest
from plotly.colors import sample_colorscale, unlabel_rgb

from components.theme import Look
from core.tuning import recorded_changes, recorded_merging
from pages.adaptation.adapters.figures.energy import energy_curves
from pages.adaptation.adapters.figures.merged import merged
from pages.adaptation.adapters.figures.thin import entries
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


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("columns", [4, 12])
def test_each_entry_of_a_matrix_can_be_read_on_its_cell(dark: bool, columns: int) -> None:
    look, values = Look(dark=dark), np.linspace(-9.0, 9.0, 4 * columns).reshape(4, columns)
    fig = entries(values, look=look, title="ΔW", x_label="column", y_label="row", top=9.0, height=300)
    papers = sample_colorscale(look.diverging, list((values / 18 + 0.5).ravel()))
    for ink, paper in zip(fig.data[1].textfont.color, papers, strict=True):
        assert contrast(ink, "#" + "".join(f"{round(part):02X}" for part in unlabel_rgb(paper))) >= 4.5
    assert fig.data[1].text[0] == "−9.0" and fig.data[1].text[-1] == "9.0"


def test_entries_are_whole_where_all_are_and_zero_has_no_sign() -> None:
    whole = np.array([[8.0, 9.0], [-1e-12, -3.0]])
    fig = entries(whole, look=Look(), title="", x_label="", y_label="", top=9.0, height=300)
    assert list(fig.data[1].text) == ["8", "9", "0", "−3"]
