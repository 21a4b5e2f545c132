"""The editable table: edits as the browser reports them, and numbers there and back as text."""

import numpy as np
import pandas as pd
import pytest

from components.grid import with_edits
from components.numbers import as_text, numbers, table
from pages.adaptation.transport.panels.hand import Small


def test_edits_change_their_cells_and_leave_the_table_that_was_given() -> None:
    frame = pd.DataFrame([[1.0, 2.0], [3.0, 4.0]], index=["source 1", "mass"], columns=["target 1", "mass"])
    edited = with_edits(frame, {1: {"target 1": 7}, 0: {"mass": None}})
    assert edited.loc["mass", "target 1"] == 7
    assert np.isnan(edited.loc["source 1", "mass"])
    assert frame.loc["mass", "target 1"] == 3


@pytest.mark.parametrize("values", [[1.0, 2.5, 0.0], [1 / 3, 1e-7, 123456.789], [float("nan"), -2.0]])
def test_numbers_survive_as_text(values: list[float]) -> None:
    assert np.allclose(numbers(as_text(values), "x"), values, rtol=1e-11, equal_nan=True)


def test_a_problem_is_the_text_that_it_was_read_from() -> None:
    small = Small(np.array([[4.0, 1.5], [2.0, 6.0]]), np.array([3.0, 2.0]), np.array([1.0, 4.0]))
    assert small.values() == {"costs": "4 1.5 / 2 6", "supply": "3 2", "demand": "1 4"}
    assert np.array_equal(table(small.values()["costs"], "costs"), small.costs)


def test_a_word_that_only_python_reads_as_a_number_is_none() -> None:
    with pytest.raises(ValueError, match="costs: '1_0' is no number"):
        numbers("3 1_0", "costs")
