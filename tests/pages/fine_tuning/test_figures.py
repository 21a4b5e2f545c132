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
def test_lines_of_perfect_features_hold_their_errors_also_where_they_are_0(mark: int) -> None:
    grid, found = recorded_theory(), linear_theory(LinearTheoryParams(feature_error=0.0))
    fig = theory(grid, mark, found, recorded_runs(), look=Look(), title="", moved="", height=400)
    begins = {trace.name: (trace.x[0], trace.y[0]) for trace in fig.data if trace.name in ("probe", "full", "LP-FT")}
    full = grid.errors("full", shifted=True, mark=mark)[0].mean()
    assert begins == {"probe": (0, 0), "full": (0, pytest.approx(full)), "LP-FT": (0, 0)}
    bands = [trace for trace in fig.data if trace.showlegend is False and trace.line.width == 0]
    assert len(bands) == 6
    assert not any((np.asarray(trace.y, float) <= 0).any() for trace in bands), "a band has no end at 0"
