"""Figures of the fine-tuning page: what can be read on what color."""

import numpy as np
import pytest
from plotly.colors import sample_colorscale, unlabel_rgb

from components.theme import Look
from core.tuning import TASKS, recorded_transfer
from pages.adaptation.fine_tuning.figures.transfer import transfer
from tests.components.test_theme import contrast


@pytest.mark.parametrize("dark", [False, True])
def test_each_share_can_be_read_on_its_cell(dark: bool) -> None:
    record, look = recorded_transfer(), Look(dark=dark)
    field, words = transfer(record, look=look, title="", height=400).data
    shares = np.array(field.z)
    assert list(words.text) == [f"{record.cell(learned, task).share:.0%}" for learned in record.rows for task in TASKS]
    papers = sample_colorscale(look.diverging, list(shares.ravel()))
    for ink, paper in zip(words.textfont.color, papers, strict=True):
        assert contrast(ink, "#" + "".join(f"{round(part):02X}" for part in unlabel_rgb(paper))) >= 4.5
    places = list(zip(words.x, words.y, strict=True))
    assert places == [(column, row) for row in field.y for column in field.x]
