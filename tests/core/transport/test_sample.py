"""The sample of a plan's moves: fair in every run of neighbors, whole where there are few."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.transport import fair_sample, moves_of

MASSES = some.lists(some.floats(1e-6, 1.0), min_size=2, max_size=60).map(np.array)


@given(MASSES, some.integers(1, 20), some.integers(0, 5))
def test_any_run_of_neighbors_gets_its_share_up_to_a_unit(masses: np.ndarray, most: int, seed: int) -> None:
    found = fair_sample(masses, most, seed=seed)
    if len(masses) <= most:
        assert found.whole
        assert found.share == 1
        assert np.array_equal(found.marks, masses)
        return
    units = np.zeros(len(masses))
    units[found.places] = found.marks
    assert units.sum() == most
    due = np.concatenate([[0.0], np.cumsum(masses)]) * most / masses.sum()
    got = np.concatenate([[0.0], np.cumsum(units)])
    off = (got - due)[:, None] - (got - due)
    assert np.abs(off).max() < 1 + 1e-9
    assert found.share == pytest.approx(masses[found.places].sum() / masses.sum())


def test_the_seed_fixes_the_sample() -> None:
    masses = np.random.default_rng(0).random(500)
    one, same, other = (fair_sample(masses, 40, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(one.places, same.places)
    assert not np.array_equal(one.places, other.places)


@pytest.mark.parametrize("masses", [[0.0, 1.0], [-1.0, 1.0], [np.nan, 1.0], [np.inf, 1.0]])
def test_what_is_no_mass_is_refused(masses: list[float]) -> None:
    with pytest.raises(ValueError, match="above 0"):
        fair_sample(np.array(masses), 1)


def test_entries_that_are_negligible_or_no_numbers_are_no_moves() -> None:
    i, j = moves_of(np.array([[0.5, 1e-9], [np.nan, 0.25]]))
    assert list(zip(i.tolist(), j.tolist(), strict=True)) == [(0, 0), (1, 1)]
