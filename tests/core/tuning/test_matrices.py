"""Low rank and energy against Eckart and Young, against plain loops, and at the edges of float64."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import svdvals

from core.tuning import energy, low_rank


def random(rows: int, columns: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(rows, columns))


@settings(max_examples=40)
@given(rows=st.integers(1, 12), columns=st.integers(1, 12), seed=st.integers(0, 999), power=st.integers(-150, 150))
def test_the_best_low_rank_is_eckart_and_youngs(rows: int, columns: int, seed: int, power: int) -> None:
    values = random(rows, columns, seed) * 10.0**power
    sizes = svdvals(values)
    for rank in range(1, min(rows, columns) + 1):
        thin, flat, residual = low_rank(values, rank)
        assert thin.shape == (rows, rank)
        assert flat.shape == (rank, columns)
        tail = np.linalg.norm(sizes[rank:] / sizes[0]) * sizes[0]
        assert residual == pytest.approx(tail, rel=1e-9, abs=1e-13 * sizes[0])
        assert np.linalg.matrix_rank(thin @ flat) <= rank


def test_no_other_factors_come_nearer() -> None:
    values = random(9, 7)
    rng = np.random.default_rng(1)
    thin, flat, residual = low_rank(values, 3)
    for _ in range(50):
        other = (thin + 0.05 * rng.normal(size=thin.shape)) @ (flat + 0.05 * rng.normal(size=flat.shape))
        assert np.linalg.norm(values - other) > residual


@settings(max_examples=40)
@given(rows=st.integers(1, 10), columns=st.integers(1, 10), seed=st.integers(0, 999), power=st.integers(-300, 300))
def test_energy_is_that_of_a_plain_loop(rows: int, columns: int, seed: int, power: int) -> None:
    plain = random(rows, columns, seed)
    found = energy(plain * 10.0**power)
    sizes, entries = svdvals(plain) ** 2, np.sort(plain.ravel() ** 2)[::-1]
    for rank in range(1, min(rows, columns) + 1):
        assert found.by_rank[rank - 1] == pytest.approx(sizes[:rank].sum() / sizes.sum(), rel=1e-9)
        count = min(rank * (rows + columns), rows * columns)
        assert found.by_entry[rank - 1] == pytest.approx(entries[:count].sum() / entries.sum(), rel=1e-9)
    for shares in (found.by_rank, found.by_entry):
        assert shares.shape == (min(rows, columns),)
        assert shares[-1] == 1
        assert (np.diff(shares) >= 0).all()


def test_what_is_sparse_and_what_is_low_in_rank() -> None:
    sparse = np.zeros((20, 20))
    np.fill_diagonal(sparse, np.arange(1, 21))
    assert energy(sparse).by_entry[0] == 1 > energy(sparse).by_rank[0]
    low = np.outer(np.arange(1, 21), np.ones(20))
    assert energy(low).by_rank[0] == 1 > energy(low).by_entry[0]


@pytest.mark.parametrize("scale", [1e-320, 1e-308, 1e300, 5.9e307])
def test_the_ends_of_float64_hold(scale: float) -> None:
    values = np.array([[3.0, 0.0], [0.0, 2.0]]) * scale
    thin, flat, residual = low_rank(values, 1)
    assert thin @ flat == pytest.approx(np.array([[3.0, 0.0], [0.0, 0.0]]) * scale, rel=1e-3, abs=0)
    assert residual == pytest.approx(2 * scale, rel=1e-3)
    assert energy(values).by_rank == pytest.approx([9 / 13, 1], rel=1e-3)


def test_whole_numbers_lists_and_a_matrix_of_zeros() -> None:
    assert low_rank([[1, 2], [2, 4]], 1)[2] == pytest.approx(0, abs=1e-14)
    assert low_rank(np.zeros((3, 2)), 2)[2] == 0
    assert low_rank(np.ones((2, 2), np.float32), 1)[0].dtype == np.float64
    with pytest.raises(ValueError, match="not 0"):
        energy(np.zeros((3, 2)))


@pytest.mark.parametrize("rank", [0, 3, -1, 1.0, True, "1", None])
def test_a_rank_outside_the_matrix_is_refused(rank: object) -> None:
    with pytest.raises(ValueError, match=r"rank is .* from 1 to 2"):
        low_rank(np.ones((2, 5)), rank)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "values",
    [np.ones(3), np.ones((2, 2, 2)), np.ones((0, 3)), [["a"]], [[1j]], [[1.0, np.nan]], [[np.inf]], [[1], [1, 2]],
     None, [[10**400]], np.ma.array([[1.0, 2.0]], mask=[[False, True]]), torch.ones(2, 2, requires_grad=True),
     torch.ones(2, 2, dtype=torch.bfloat16)],
)  # fmt: skip
def test_what_is_no_matrix_is_refused(values: object) -> None:
    for work in (energy, lambda given: low_rank(given, 1)):
        with pytest.raises(ValueError, match="matrix"):
            work(values)  # type: ignore[operator]


def test_tensors_and_the_largest_numbers_are_taken() -> None:
    assert energy(torch.tensor([[3.0, 0.0], [0.0, 1.0]])).by_rank == pytest.approx([0.9, 1.0])
    largest = np.finfo(np.float64).max
    thin, flat, residual = low_rank(np.full((2, 2), largest), 1)
    assert thin @ (flat / largest) == pytest.approx(np.ones((2, 2)))
    assert residual < 1e-12 * largest
