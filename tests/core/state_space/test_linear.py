"""Discretization, kernel, recurrence and convolution against scipy.signal, closed forms and each other."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal as reference  # type: ignore[import-untyped]

from core.state_space import (
    LIMIT,
    SYSTEMS,
    System,
    convolution,
    discretize,
    fft_convolution,
    kernel,
    recurrence,
    respond,
    spectral_radius,
    states,
    system,
)

METHODS = {"bilinear": "bilinear", "zoh": "zoh", "euler": "euler"}


def stable(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A random system whose eigenvalues have real parts below 0, with B and C."""
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(n, n))
    a -= np.eye(n) * (np.linalg.eigvals(a).real.max() + 0.3)
    return a, rng.normal(size=n), rng.normal(size=n)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n", [1, 2, 7])
def test_discretize_is_scipys(method: str, n: int) -> None:
    a, b, c = stable(n, n)
    mine, mine_b = discretize(a, b, 0.3, method=method)
    theirs = reference.cont2discrete((a, b[:, None], c[None], [[0.0]]), 0.3, METHODS[method])
    assert mine == pytest.approx(theirs[0], abs=1e-12)
    assert mine_b == pytest.approx(theirs[1][:, 0], abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_a_small_step_gives_the_system_back(method: str) -> None:
    a, b, _ = stable(4, 3)
    a_bar, b_bar = discretize(a, b, 1e-6, method=method)
    assert (a_bar - np.eye(4)) / 1e-6 == pytest.approx(a, abs=1e-4)
    assert b_bar / 1e-6 == pytest.approx(b, abs=1e-4)


def test_zoh_needs_no_inverse() -> None:
    a_bar, b_bar = discretize([[0.0, 1.0], [0.0, 0.0]], [0.0, 1.0], 0.5, method="zoh")
    assert a_bar == pytest.approx(np.array([[1.0, 0.5], [0.0, 1.0]]))
    assert b_bar == pytest.approx(np.array([0.125, 0.5]))


def test_a_step_at_2_over_an_eigenvalue_is_refused_also_where_rounding_hides_it() -> None:
    turned = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    for eigenvalue in (20.0, 20.0 * (1 + 1e-16)):
        with pytest.raises(ValueError, match="2 / λ"):
            discretize(turned @ np.diag([eigenvalue, -1.0, -2.0]) @ turned.T, np.ones(3), 0.1)
    assert np.isfinite(discretize(turned @ np.diag([20.0 + 1e-6, -1.0, -2.0]) @ turned.T, np.ones(3), 0.1)[0]).all()
    # Entries of very different sizes are no such step.
    assert discretize([[-1e20, 0.0], [0.0, -1.0]], [1.0, 1.0], 0.5)[0][1, 1] == pytest.approx(0.6)
    assert discretize([[-1.0, 1e20], [0.0, -1.0]], [1.0, 1.0], 0.5)[0][1, 1] == pytest.approx(0.6)


@pytest.mark.parametrize("step", [0, -1.0, float("nan"), float("inf"), "a", True, 1j, [0.1, 0.2], []])
@pytest.mark.parametrize("method", METHODS)
def test_a_step_that_is_no_number_above_0_is_named(step: object, method: str) -> None:
    with pytest.raises(ValueError, match=r"^step = .* must be above 0 and finite\.$"):
        discretize([[-1.0]], [1.0], step, method=method)  # type: ignore[arg-type]


def test_a_step_may_come_as_an_array_of_one() -> None:
    for step in (np.float32(0.5), np.array(0.5), [0.5]):
        assert discretize([[-1.0]], [1.0], step)[0][0, 0] == pytest.approx(0.6)


def test_a_fading_system_is_not_blamed_for_numbers_that_are_too_large() -> None:
    with pytest.raises(ValueError, match=r"size 0\.5, but the other numbers are large"):
        recurrence([[0.5]], [1.0], [2.0], 0.0, [1e308])


def test_b_keeps_its_shape() -> None:
    assert discretize([[-1.0]], [[1.0]], 0.1)[1].shape == (1, 1)
    assert discretize([[-1]], [1], 0.1)[1].shape == (1,)


def test_the_scalar_bilinear_rule() -> None:
    a_bar, b_bar = discretize([[-1.0]], [1.0], 0.5)
    assert a_bar[0, 0] == pytest.approx(0.75 / 1.25)
    assert b_bar[0] == pytest.approx(0.5 / 1.25)


@settings(max_examples=40, deadline=None)
@given(n=st.integers(1, 6), length=st.integers(1, 80), seed=st.integers(0, 999), skip=st.floats(-2, 2))
def test_the_three_ways_agree_and_so_does_scipy(n: int, length: int, seed: int, skip: float) -> None:
    a, b, c = stable(n, seed)
    a_bar, b_bar = discretize(a, b, 0.2)
    u = np.random.default_rng(seed).normal(size=length)
    weights, y = kernel(a_bar, b_bar, c, length), recurrence(a_bar, b_bar, c, skip, u)
    assert convolution(weights, u, D=skip) == pytest.approx(y, abs=1e-10)
    assert fft_convolution(weights, u, D=skip) == pytest.approx(y, abs=1e-10)
    # scipy's x_{k+1} = A x_k + B u_k lags by one: with y_k = C A x_k + (C B + D) u_k it is the same output.
    lagging = (a_bar, b_bar[:, None], (c @ a_bar)[None], np.array([[c @ b_bar + skip]]), 1.0)
    assert reference.dlsim(lagging, u)[1][:, 0] == pytest.approx(y, abs=1e-9)


def test_the_kernel_starts_with_c_b_and_is_the_impulse_response() -> None:
    a, b, c = stable(3, 1)
    a_bar, b_bar = discretize(a, b, 0.1)
    weights = kernel(a_bar, b_bar, c, 50)
    assert weights[0] == pytest.approx(c @ b_bar)
    assert weights[7] == pytest.approx(c @ np.linalg.matrix_power(a_bar, 7) @ b_bar)
    assert recurrence(a_bar, b_bar, c, 0.0, np.eye(1, 50)[0]) == pytest.approx(weights, abs=1e-12)


def test_the_newest_input_acts_at_once() -> None:
    y = recurrence([[0.5]], [2.0], [3.0], 1.0, [1.0, 0.0, 1.0])
    assert y.tolist() == [7.0, 3.0, 8.5]
    assert states([[0.5]], [2.0], [1.0, 0.0, 1.0])[:, 0].tolist() == [2.0, 1.0, 2.5]


def test_without_padding_the_end_comes_around() -> None:
    weights, u = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 0.0, 0.0, 1.0])
    assert fft_convolution(weights, u) == pytest.approx(np.array([1.0, 2, 3, 5]))
    assert fft_convolution(weights, u, pad=False) == pytest.approx(np.array([3.0, 5, 7, 5]))


@settings(max_examples=30, deadline=None)
@given(lags=st.integers(1, 40), length=st.integers(1, 40), seed=st.integers(0, 99))
def test_convolution_is_lfilter_also_for_a_kernel_of_another_length(lags: int, length: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights, u = rng.normal(size=lags), rng.normal(size=length)
    expected = reference.lfilter(weights, [1.0], u)
    assert convolution(weights, u) == pytest.approx(expected, abs=1e-12)
    assert fft_convolution(weights, u) == pytest.approx(expected, abs=1e-10)


def test_a_transform_reaches_as_far_as_the_direct_sums() -> None:
    """Sums over a whole transform are larger than any output."""
    for kernel_size, signal_size in ((1e154, 1e153), (1e-170, 1e-130), (1e-200, 1e250), (0.0, 1e300)):
        weights, u = np.full(4, kernel_size), np.full(4, signal_size)
        expected = convolution(weights, u)
        assert fft_convolution(weights, u) == pytest.approx(expected, rel=1e-12, abs=0)
    with pytest.raises(ValueError, match="too large"):
        fft_convolution([1e160], [1e160])


def test_a_signal_of_one_sample() -> None:
    assert convolution([2.0, 5.0], [3.0], D=1.0).tolist() == [9.0]
    assert fft_convolution([2.0], [3.0], pad=False) == pytest.approx([6.0])


def test_a_system_that_grows_out_of_float64_is_refused_with_its_eigenvalue() -> None:
    with pytest.raises(ValueError, match=r"largest eigenvalue of Ā has the size 2"):
        kernel([[2.0]], [1.0], [1.0], 2000)
    with pytest.raises(ValueError, match="largest eigenvalue"):
        recurrence([[-3.0]], [1.0], [1.0], 0.0, np.ones(1000))
    assert kernel([[2.0]], [1.0], [1.0], 100)[-1] == 2.0**99


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: discretize([[1.0, 2.0]], [1.0], 0.1), "shape of A"),
        (lambda: discretize([[-1.0]], [1.0, 2.0], 0.1), "shape of B"),
        (lambda: discretize([[-1.0]], [1.0], 0.0), "step = 0.0 must be above 0"),
        (lambda: discretize([[-1.0]], [1.0], -1.0), "above 0"),
        (lambda: discretize([[-1.0]], [1.0], float("nan")), "above 0"),
        (lambda: discretize([[-1.0]], [1.0], float("inf")), "above 0"),
        (lambda: discretize([[-1e200]], [1.0], 1e200), "leaves the range of float64: step"),
        (lambda: discretize([[-1e200]], [1.0], 1e200, method="euler"), "leaves the range of float64: step"),
        (lambda: discretize([[-1.0]], [1.0], 0.1, method="tustin"), "one of bilinear, zoh, euler"),
        (lambda: discretize([[float("nan")]], [1.0], 0.1), "finite"),
        (lambda: discretize([[2.0]], [1.0], 1.0), "2 / λ"),
        (lambda: discretize([[1j]], [1.0], 1.0), "real numbers"),
        (lambda: kernel([[0.5]], [1.0], [1.0], 0), "length is 0"),
        (lambda: kernel([[0.5]], [1.0], [1.0, 2.0], 4), "shape of C"),
        (lambda: recurrence([[0.5]], [1.0], [1.0], 0.0, []), "shape of u"),
        (lambda: recurrence([[0.5]], [1.0], [1.0], [0.0, 1.0], [1.0]), "shape of D"),
        (lambda: convolution([], [1.0]), "shape of kernel"),
        (lambda: convolution([1.0], [[1.0]]), "shape of u"),
        (lambda: fft_convolution([1.0], [float("inf")]), "finite"),
        (lambda: convolution(["a"], [1.0]), "real numbers"),
        (lambda: spectral_radius([[1.0, 2.0]]), "shape of A"),
    ],
)
def test_bad_input_is_named_with_what_is_allowed(call: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()  # type: ignore[operator]


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("n", [1, 2, 5, 64])
@pytest.mark.parametrize("step", [0.01, 0.3, 2.0])
def test_every_named_system_passes_its_checks(name: str, n: int, step: float) -> None:
    u = np.random.default_rng(0).normal(size=120)
    found = respond(system(name, n), u, step=step)
    assert [check.name for check in found.checks if not check.passed] == []
    assert found.radius <= 1 + 1e-9


def test_each_check_turns_red_when_its_input_is_damaged() -> None:
    u = np.random.default_rng(1).normal(size=100)
    found = respond(system("oscillator", 4), u, step=0.2)
    outputs = found.outputs.copy()
    outputs[2, 30] += 1e-9
    assert not dataclasses.replace(found, outputs=outputs).checks[0].passed
    assert not dataclasses.replace(found, kernel=found.kernel * (1 + 1e-9)).checks[1].passed
    # A system that squares its input is not linear, and one that knows the clock does not shift.
    outputs = found.outputs.copy()
    outputs[0] **= 2
    assert not dataclasses.replace(found, outputs=outputs).checks[2].passed
    outputs = found.outputs * np.linspace(1, 1.001, 100)
    assert not dataclasses.replace(found, outputs=outputs).checks[3].passed


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("length", [1, 2, 3, 100])
def test_the_bound_of_rounding_is_its_sum_step_by_step(name: str, length: int) -> None:
    u = np.random.default_rng(1).normal(size=length)
    found = respond(system(name, 5), u, step=0.2)
    reach, read, impulse = 0.0, np.asarray(found.system.C), states(found.A, found.B, np.eye(1, length)[0])
    for _ in range(length):
        reach, read = reach + np.abs(read).sum(), read @ found.A
    one_step = [(np.abs(found.A) @ np.abs(h).T).max() + np.abs(h).max() for h in (found.states, impulse)]
    sums = np.convolve(np.abs(found.kernel), np.abs(u))[:length].max() * length
    transforms = 6 * np.log2(2 * length) * np.linalg.norm(found.kernel) * np.linalg.norm(u)
    recursed = 7 * reach * (one_step[0] + np.abs(u).sum() * one_step[1])
    assert found.rounding == pytest.approx(np.finfo(float).eps * (recursed + sums + transforms), rel=1e-9)


def test_a_growing_system_is_followed_up_to_a_limit() -> None:
    from core.state_space import System

    grows = System(np.array([[0.5]]), np.ones(1), np.ones(1), 0.0)
    found = respond(grows, np.ones(500), step=0.2)
    assert found.asked == 500
    assert len(found.u) < 500
    assert found.radius > 1
    assert float(np.abs(found.kernel).max()) <= LIMIT
    assert all(check.passed for check in found.checks)


def test_a_system_that_explodes_before_it_fades_is_followed_as_far_as_a_figure_can_show() -> None:
    """The delay line by Euler: every eigenvalue 0.92, and 10^85 on the way."""
    found = respond(system("delay line", 64), np.ones(1000), step=0.03, method="euler")
    assert found.radius < 1
    assert 2 <= len(found.u) < found.asked == 1000
    assert np.isfinite(found.states.astype(np.float32)).all()
    assert all(check.passed for check in found.checks)
    # And one that overflows on the way.
    assert len(respond(system("delay line", 256), np.ones(4096), step=0.0075, method="euler").u) < 100


def test_an_eigenvalue_that_leaves_nothing_to_draw_is_named() -> None:
    from core.state_space import System

    grows = System(np.array([[300.0]]), np.ones(1), np.ones(1), 0.0)
    with pytest.raises(ValueError, match=r"largest eigenvalue of Ā = 3.77e\+260 must be at most 1e\+12"):
        respond(grows, np.ones(9), step=2.0, method="zoh")


@pytest.mark.parametrize("size", [0.0, 1e-9, 1e-300, 1e9])
@pytest.mark.parametrize("name", SYSTEMS)
def test_the_checks_pass_for_a_signal_of_any_size(name: str, size: float) -> None:
    """Silence too: what an impulse does is rounded as an impulse is, not as the signal."""
    found = respond(system(name, 4), size * np.sin(np.arange(200)), step=0.2)
    assert [check.name for check in found.checks if not check.passed] == []
    assert not dataclasses.replace(found, kernel=found.kernel * (1 + 1e-9)).checks[1].passed


def test_the_terms_of_a_moment_sum_to_the_output() -> None:
    u = np.random.default_rng(2).normal(size=60)
    found = respond(system("delay line", 6), u, step=0.1)
    assert found.terms(37).sum() == pytest.approx(found.outputs[0][37])
    assert len(found.terms(0)) == 1


@pytest.mark.parametrize(("step", "largest"), [(0.2, 9 / 11), (1.0, 31 / 33)])
def test_the_largest_eigenvalue_of_a_large_hippo_is_that_of_its_diagonal(step: float, largest: float) -> None:
    """Eigenvalues -1 to -64, each mapped by (1 + λΔ/2) / (1 - λΔ/2); of Ā itself a library finds them 4 % too large."""
    assert respond(system("HiPPO", 64), np.ones(8), step=step).radius == pytest.approx(largest, rel=1e-12)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n", [1, 2, 7])
def test_the_radius_is_that_of_the_discrete_matrix(method: str, n: int) -> None:
    a, b, c = stable(n, n)
    found = respond(System(a, b, c, 0.0), np.ones(8), step=0.3, method=method)
    assert found.radius == pytest.approx(spectral_radius(found.A), rel=1e-9)
