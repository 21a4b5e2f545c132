"""The cosines of a learned table by another formula, and its diagonals."""

import numpy as np
import pytest

from core.positional import cosine_check, diagonal_spreads, position_cosine, recorded_positions


def test_the_check_of_the_cosines_can_fail() -> None:
    table = recorded_positions()
    cosine = position_cosine(table)
    assert cosine_check(table, cosine).passed
    for length in (2, 100):
        assert cosine_check(table[:length], cosine[:length, :length]).passed
    swapped = np.arange(512)
    swapped[[200, 300]] = 300, 200
    products = table.astype(np.float64) @ table.T.astype(np.float64)
    for wrong in (cosine[np.ix_(swapped, swapped)], products, cosine + 1e-8):
        assert not cosine_check(table, wrong).passed


def test_a_diagonal_is_as_wide_as_its_entries() -> None:
    matrix = np.random.default_rng(0).normal(size=(6, 6))
    expected = [np.ptp(np.diagonal(matrix, offset)) for offset in range(6)]
    assert diagonal_spreads(matrix) == pytest.approx(np.array(expected))
