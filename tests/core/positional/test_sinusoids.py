"""The sinusoidal code: loops, golden numbers, the shift map, and what fails."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.positional import (
    by_diagonal,
    offset_similarity,
    projected_similarity,
    shift_matrix,
    sinusoidal,
    sinusoidal_checks,
    toeplitz_spread,
)

EVEN = st.integers(1, 40).map(lambda half: 2 * half)
BASES = st.floats(1.5, 1e6)


def test_equals_the_formula_written_as_loops() -> None:
    code = sinusoidal(7, 6, base=100.0)
    for p in range(7):
        for i in range(3):
            angle = p / 100.0 ** (2 * i / 6)
            assert code[p, 2 * i] == pytest.approx(math.sin(angle), abs=1e-15)
            assert code[p, 2 * i + 1] == pytest.approx(math.cos(angle), abs=1e-15)


def test_count_sequence_array_and_tensor_agree() -> None:
    expected = sinusoidal(np.arange(9), 16)
    assert expected.dtype == np.float64
    assert np.array_equal(sinusoidal(9, 16), expected)
    assert np.array_equal(sinusoidal(np.int64(9), 16), expected)
    assert np.array_equal(sinusoidal(range(9), 16), expected)
    single, double = sinusoidal(torch.arange(9), 16), sinusoidal(torch.arange(9, dtype=torch.float64), 16)
    assert (single.dtype, double.dtype) == (torch.float32, torch.float64)
    assert np.array_equal(double.numpy(), expected)
    assert np.array_equal(single.numpy(), expected.astype(np.float32))
    assert torch.equal(torch.as_tensor(expected), double)


def test_golden_dot_products() -> None:
    offsets = np.array([0, 1, 2, 5, 10, 50, 100])
    found = offset_similarity(64, offsets)
    assert found == pytest.approx([32, 30.917, 28.304, 23.504, 21.052, 15.674, 17.875], abs=5e-4)
    five, six = offset_similarity(64, np.array([5, 6]))
    assert six > five  # not monotone


@given(d=EVEN, base=BASES, p=st.integers(0, 2000), k=st.integers(-500, 500))
def test_shift_is_one_orthogonal_map(d: int, base: float, p: int, k: int) -> None:
    shift = shift_matrix(d, k, base=base)
    here, there = sinusoidal(np.array([p, p + k]), d, base=base)
    assert shift @ here == pytest.approx(there, abs=1e-11)
    assert shift.T @ shift == pytest.approx(np.eye(d), abs=1e-14)
    assert shift_matrix(d, 3, base=base) @ shift == pytest.approx(shift_matrix(d, k + 3, base=base), abs=1e-11)


@given(d=EVEN, base=BASES, k=st.integers(0, 300), p=st.integers(0, 3000))
def test_dot_product_knows_the_offset_alone(d: int, base: float, k: int, p: int) -> None:
    first, second = sinusoidal(np.array([p, p + k]), d, base=base)
    assert first @ second == pytest.approx(offset_similarity(d, np.array([k]), base=base)[0], abs=1e-9)
    assert first @ first == pytest.approx(d / 2)


def test_a_matrix_between_destroys_the_toeplitz_form() -> None:
    projection = projected_similarity(sinusoidal(100, 64), seed=3)
    assert projection.spread_raw < 1e-12
    assert projection.spread > 1
    assert np.array_equal(projection.similarity, projected_similarity(sinusoidal(100, 64), seed=3).similarity)
    assert not np.array_equal(projection.similarity, projected_similarity(sinusoidal(100, 64), seed=4).similarity)


@given(n=st.integers(1, 12), seed=st.integers(0, 99))
def test_diagonals_are_those_of_numpy(n: int, seed: int) -> None:
    matrix = np.random.default_rng(seed).normal(size=(n, n))
    columns = by_diagonal(matrix)
    assert columns.shape == (n, 2 * n - 1)
    for k in range(1 - n, n):
        column = columns[:, n - 1 + k]
        assert np.array_equal(column[~np.isnan(column)], np.diagonal(matrix, k))
    assert toeplitz_spread(matrix) == max(np.ptp(np.diagonal(matrix, k)) for k in range(1 - n, n))


@pytest.mark.parametrize(("n", "d", "base"), [(2, 2, 1.5), (64, 64, 1e4), (1024, 512, 1e4), (300, 8, 10.0)])
def test_checks_pass_and_catch_another_base(n: int, d: int, base: float) -> None:
    good = sinusoidal(n, d, base=base)
    assert all(check.passed for check in sinusoidal_checks(good, 1, base=base))
    if d > 2:  # one pair turns by 1 radian whatever the base
        wrong = sinusoidal_checks(good, 1, base=2 * base)
        assert [check.passed for check in wrong] == [False, False, True]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((8, 7), "d_model = 7 must be an even"),
        ((8, 0), "d_model = 0 must be an even"),
        ((0, 8), "length is 0; it must be a whole number of 1"),
        (([], 8), "must be a row of at least 1"),
        ((np.zeros((2, 2)), 8), "must be a row of at least 1"),
    ],
)
def test_bad_input_is_named_with_its_range(arguments: tuple[object, int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        sinusoidal(*arguments)


@pytest.mark.parametrize("base", [1.0, 0.5, -3.0, math.nan, math.inf])
def test_base_must_be_above_one(base: float) -> None:
    with pytest.raises(ValueError, match="must be above 1"):
        sinusoidal(4, 8, base=base)


def test_other_bad_input() -> None:
    with pytest.raises(ValueError, match="must be square"):
        toeplitz_spread(np.zeros((2, 3)))
    with pytest.raises(ValueError, match="offset = 4 must be 1 to 3"):
        sinusoidal_checks(sinusoidal(4, 8), 4)


def test_checks_catch_a_map_that_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.positional import sinusoids

    code, matrix = sinusoidal(64, 16), sinusoids.shift_matrix
    monkeypatch.setattr(sinusoids, "shift_matrix", lambda *args, **kwargs: 1.001 * matrix(*args, **kwargs))
    assert [check.passed for check in sinusoidal_checks(code, 3)] == [True, False, False]
