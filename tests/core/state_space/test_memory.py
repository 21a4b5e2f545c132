"""HiPPO-LegS against scipy's exponential, numpy's Legendre polynomials and least squares."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm  # type: ignore[import-untyped]

from core.state_space import (
    discretize,
    hippo_legs,
    legendre,
    legs_memory,
    plain_recurrence,
    powers,
    projection,
    read_by_least_squares,
    read_evenly,
    read_warped,
    relative_error,
    remember,
    share_in_legs,
    signal,
    states,
)


@pytest.mark.parametrize("n", [1, 2, 3, 16])
def test_the_matrix_is_the_papers(n: int) -> None:
    a, b = hippo_legs(n)
    for row in range(n):
        assert b[row] == pytest.approx((2 * row + 1) ** 0.5)
        for column in range(n):
            expected = 0.0
            if row > column:
                expected = -(((2 * row + 1) * (2 * column + 1)) ** 0.5)
            elif row == column:
                expected = -(row + 1.0)
            assert a[row, column] == pytest.approx(expected)
    assert np.sort(np.linalg.eigvals(a).real) == pytest.approx(-np.arange(n, 0, -1.0))


def test_above_the_diagonal_stands_a_plain_0() -> None:
    assert not np.signbit(np.triu(hippo_legs(4)[0], 1)).any()


@pytest.mark.parametrize("n", [0, -1, 257, 500, True])
def test_a_number_of_states_out_of_range_is_refused(n: int) -> None:
    with pytest.raises(ValueError, match="a whole number from 1 to 256"):
        hippo_legs(n)


def test_the_polynomials_are_numpys() -> None:
    x = np.linspace(0, 1, 37)
    for m in range(12):
        expected = np.polynomial.legendre.Legendre.basis(m)(2 * x - 1) * (2 * m + 1) ** 0.5
        assert legendre(12, x)[:, m] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("n", [1, 2, 5, 12])
def test_the_memory_moves_by_the_exponential_of_the_matrix(n: int) -> None:
    """c(k+1) from c(k) as exp(A log((k+1)/k)) says, with the input held: an independent way to the same flow."""
    a, b = hippo_legs(n)
    u = np.random.default_rng(n).normal(size=12)
    found, c = legs_memory(u, n), np.zeros(n)
    c[0] = u[0]
    assert found[0] == pytest.approx(c)
    for k in range(1, 12):
        block = np.zeros((n + 1, n + 1))
        block[:n, :n], block[:n, n] = a, b * u[k]
        c = (expm(block * np.log((k + 1) / k)) @ np.append(c, 1.0))[:n]
        assert found[k] == pytest.approx(c, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(n=st.integers(1, 40), length=st.integers(1, 90), seed=st.integers(0, 99))
def test_the_coefficients_are_the_least_squares(n: int, length: int, seed: int) -> None:
    u = np.random.default_rng(seed).normal(size=length)
    assert legs_memory(u, n)[-1] == pytest.approx(projection(u, n), abs=1e-9)


def test_the_projection_is_the_integral() -> None:
    u = np.random.default_rng(0).normal(size=9)
    fine = (np.arange(90_000) + 0.5) / 90_000
    held = u[(fine * 9).astype(int)]
    assert projection(u, 6) == pytest.approx(legendre(6, fine).T @ held / 90_000, abs=1e-6)


def test_it_reaches_the_least_squares_on_a_smooth_signal() -> None:
    """Nearly the error of numpy's own least squares over the samples, which minimizes just that error."""
    u = signal("waves", 1000)
    basis = legendre(32, (np.arange(1000) + 0.5) / 1000)
    best = relative_error(u, basis @ np.linalg.lstsq(basis, u, rcond=None)[0])
    assert relative_error(u, read_evenly(legs_memory(u, 32)[-1], 1000)) < 1.3 * best + 1e-3


def test_the_fixed_system_is_right_in_its_own_basis_only() -> None:
    x = np.linspace(0, 1, 800)
    u, age = np.sin(5 * x) + 0.3 * np.cos(11 * x), 3.0
    a, b = hippo_legs(32)
    last = states(*discretize(a, b, age / 800, method="zoh"), u)[-1]
    warped, plain = read_warped(last, 800, age / 800), read_evenly(last, 800)
    assert relative_error(u[-80:], warped[-80:]) < 0.1
    assert relative_error(u, plain) > 0.8


def test_the_state_of_the_fixed_system_is_the_weighted_projection() -> None:
    """c_n = integral over ages of e^-s sqrt(2n+1) P_n(2 e^-s - 1) u: checked by a fine sum."""
    a, b = hippo_legs(6)
    step, length = 0.01, 900
    u = np.random.default_rng(3).normal(size=length)
    last = states(*discretize(a, b, step, method="zoh"), u)[-1]
    fine = (np.arange(length * 50) + 0.5) * step / 50
    held = u[::-1][(fine / step).astype(int)]
    expected = (legendre(6, np.exp(-fine)) * np.exp(-fine)[:, None]).T @ held * step / 50
    assert last == pytest.approx(expected, abs=1e-6)


def test_a_state_that_tells_all_gives_the_signal_back() -> None:
    a, b = np.eye(8, k=-1), np.eye(8)[0]
    u = np.random.default_rng(4).normal(size=8)
    assert read_by_least_squares(a, b, states(a, b, u)[-1], 8) == pytest.approx(u)


@pytest.mark.parametrize("name", ["impulse", "step", "square", "waves"])
@pytest.mark.parametrize("n", [1, 4, 32, 64])
def test_the_checks_of_the_memories_pass(name: str, n: int) -> None:
    found = remember(signal(name, 300), n, age=3.0)
    assert [check.name for check in found.checks if not check.passed] == []
    assert found.errors["with 1/t"] >= found.errors["best possible"] - 1e-9


def test_each_check_of_the_memories_can_fail() -> None:
    found = remember(signal("waves", 300), 8, age=3.0)
    off = found.even.copy()
    off[3] += 1e-6
    assert not dataclasses.replace(found, even=off).checks[0].passed
    assert not dataclasses.replace(found, A=found.A.T).checks[1].passed
    assert not dataclasses.replace(found, A=found.A * 1.01).checks[1].passed
    assert not dataclasses.replace(found, even=found.even * 3).checks[2].passed


def test_relative_errors_at_the_edges() -> None:
    assert relative_error([0.0, 0.0], [0.0, 0.0]) == 0
    assert relative_error([0.0], [1.0]) == np.inf
    for size in (1e-300, 1e300):
        assert relative_error([size], [0.9 * size]) == pytest.approx(0.1)
    with pytest.raises(ValueError, match="length of found"):
        relative_error([1.0], [1.0, 2.0])


@settings(max_examples=20, deadline=None)
@given(n=st.integers(1, 12), radius=st.floats(0, 2), seed=st.integers(0, 99))
def test_powers_are_those_of_the_matrix(n: int, radius: float, seed: int) -> None:
    a, b = plain_recurrence(radius, n, seed=seed)
    assert np.abs(np.linalg.eigvals(a)).max() == pytest.approx(radius, rel=1e-9, abs=1e-300)
    by_hand = [np.linalg.norm(np.linalg.matrix_power(a, k) @ b) / np.linalg.norm(b) for k in range(9)]
    assert powers(a, b, 9) == pytest.approx(by_hand, rel=1e-6, abs=1e-12)


def test_powers_of_one_state_are_plain_powers() -> None:
    assert powers([[0.5]], [3.0], 4).tolist() == [1, 0.5, 0.25, 0.125]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: powers([[0.5]], [0.0], 4), "B = .* must be a vector that is not 0"),
        (lambda: powers([[0.5]], [1.0], 0), "count is 0"),
        (lambda: powers([[3.0]], [1.0], 1000), "largest eigenvalue"),
        (lambda: plain_recurrence(-1.0, 4), "radius = -1.0 must be at least 0"),
        (lambda: plain_recurrence(float("nan"), 4), "radius"),
        (lambda: plain_recurrence(1.0, 65), "1 to 64"),
    ],
)
def test_powers_out_of_range(call: Callable[[], object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()


def test_what_legs_holds_of_one_sample_falls_as_1_in_t() -> None:
    """A sample of width 1/t at the start: its projection on N polynomials has the size N / t once it is narrow."""
    held = share_in_legs(4, 2001)
    assert held[0] == pytest.approx(1)
    assert held[2000] == pytest.approx(4 / 2001, rel=1e-2)
    assert (np.diff(held) < 0).all()


def test_a_signal_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        legs_memory([1.0, float("nan")], 4)
    with pytest.raises(ValueError, match="whole number"):
        legs_memory([1.0], 0)
    with pytest.raises(ValueError, match="shape of u"):
        legs_memory([], 4)


@pytest.mark.parametrize("size", [1e308, 1e200, 1e-200, 1e-308])
def test_a_memory_of_a_signal_of_any_size(size: float) -> None:
    """It is linear in the signal, and sums near the end of float64 are no reason for a number that is none."""
    u = np.array([1.0, -1.0, 0.5, 0.25])
    assert legs_memory(0.5 * size * u, 5) / size == pytest.approx(0.5 * legs_memory(u, 5), rel=1e-12, abs=1e-15)
