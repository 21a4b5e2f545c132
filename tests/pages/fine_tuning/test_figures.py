"""Figures of the fine-tuning page: what can be read on what color."""

import numpy as np
import pytest
from plotly.colors import sample_colorscale, unlabel_rgb

from components.theme import Look
from core.tuning import (
    TASKS,
    LinearTheoryParams,
    linear_theory,
    recorded_runs,
    recorded_theory,
    recorded_transfer,
)
from pages.adaptation.fine_tuning.figures.theory import theory
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


@pytest.mark.parametrize("mark", [0, 30, 60])
def test_the_line_of_full_tuning_begins_at_perfect_features_and_those_without_an_error_later(mark: int) -> None:
    grid, found = recorded_theory(), linear_theory(LinearTheoryParams(feature_error=0.0))
    fig = theory(grid, mark, found, recorded_runs(), look=Look(), title="", moved="", height=400)
    begins = {}
    for trace in fig.data:
        if trace.name in ("probe", "full", "LP-FT"):
            kept = np.isfinite(np.asarray(trace.y, float))
            begins[trace.name] = np.asarray(trace.x, float)[kept][0], np.asarray(trace.y, float)[kept][0]
    assert {name: x for name, (x, _) in begins.items()} == {"probe": 0.05, "full": 0.0, "LP-FT": 0.05}
    assert begins["full"][1] == pytest.approx(grid.errors("full", shifted=True, mark=mark)[0].mean())
