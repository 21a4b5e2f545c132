"""Least squares with Legendre polynomials: against numpy and scikit-learn, at any scale, and what is refused."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial import Legendre
from numpy.polynomial.legendre import legvander
from sklearn.linear_model import Ridge

from core.learning import fit, never_rises, normal_equations

SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed: int, n: int = 15) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.uniform(-2, 3, n)
    return x, np.sin(2 * x) + 0.3 * rng.standard_normal(n)


def between(x: np.ndarray) -> np.ndarray:
    return 2 * (x - x.min()) / (x.max() - x.min()) - 1


@given(seed=SEEDS, degree=st.integers(0, 8))
def test_without_ridge_it_is_numpys_fit(seed: int, degree: int) -> None:
    x, y = drawn(seed)
    found, peer = fit(x, y, degree=degree), Legendre.fit(x, y, degree)
    assert np.allclose(found.coefficients, peer.coef, rtol=1e-6, atol=1e-8)
    assert np.allclose(found.predict(x), peer(x), atol=1e-8)
    assert found.error(x, y) == pytest.approx(np.mean((y - peer(x)) ** 2), rel=1e-8, abs=1e-14)


@given(seed=SEEDS, degree=st.integers(1, 12), power=st.floats(-4, 4))
def test_with_ridge_it_is_scikit_learns(seed: int, degree: int, power: float) -> None:
    x, y = drawn(seed)
    table = legvander(between(x), degree)[:, 1:]
    peer = Ridge(alpha=10.0**power, solver="svd").fit(table, y)
    found = fit(x, y, degree=degree, ridge=10.0**power)
    assert found.coefficients[0] == pytest.approx(peer.intercept_, abs=1e-8)
    assert np.allclose(found.coefficients[1:], peer.coef_, atol=1e-8)


@given(seed=SEEDS, n=st.integers(2, 8), more=st.integers(0, 12))
def test_it_interpolates_with_the_least_norm(seed: int, n: int, more: int) -> None:
    x, y = drawn(seed, n)
    if np.diff(np.sort(x)).min() < 0.02:
        return
    degree = n - 1 + more
    found = fit(x, y, degree=degree)
    peer = np.linalg.pinv(legvander(between(x), degree)) @ y
    assert found.interpolates
    assert np.allclose(found.predict(x), y, atol=1e-5)
    assert np.allclose(found.coefficients, peer, atol=1e-4 * (1 + np.abs(peer).max()))


def test_fewer_coefficients_or_a_price_do_not_interpolate() -> None:
    x, y = drawn(0, 6)
    assert not fit(x, y, degree=4).interpolates
    assert not fit(x, y, degree=9, ridge=0.1).interpolates
    assert fit([0, 0, 1, 1], [1, 2, 3, 4], degree=1).interpolates


@given(seed=SEEDS, n=st.integers(2, 40), ridge=st.sampled_from([0.0, 1e-6, 0.01, 1.0, 100.0]))
def test_what_is_minimized_never_rises_and_its_slope_is_zero(seed: int, n: int, ridge: float) -> None:
    x, y = drawn(seed, n)
    fits = [fit(x, y, degree=degree, ridge=ridge) for degree in range(21)]
    assert never_rises(fits, x, y).passed
    assert all(normal_equations(found, x, y).passed for found in fits)


def test_a_fit_that_is_not_the_least_is_seen() -> None:
    x, y = drawn(3)
    fits = [fit(x, y, degree=degree) for degree in range(6)]
    off = replace(fits[4], coefficients=fits[4].coefficients + 1e-3)
    assert not normal_equations(off, x, y).passed
    worse = replace(fits[4], coefficients=1.2 * fits[4].coefficients)
    assert not never_rises([*fits[:4], worse, fits[5]], x, y).passed


@given(seed=SEEDS, powers=st.tuples(st.integers(-300, 300), st.integers(-150, 150)))
def test_units_change_nothing(seed: int, powers: tuple[int, int]) -> None:
    x, y = drawn(seed, 9)
    plain = fit(x, y, degree=3, ridge=0.1)
    far = fit(np.ldexp(x, powers[0]), np.ldexp(y, powers[1]), degree=3, ridge=0.1)
    assert np.allclose(np.ldexp(far.coefficients, -powers[1]), plain.coefficients, rtol=1e-12)


@pytest.mark.parametrize(
    ("x", "y", "degree"),
    [
        ([0.0, 5e-324], [1.0, 2.0], 1),
        ([-1.7e308, 1.7e308], [1e308, -1e308], 1),
        ([1.0, np.nextafter(1.0, 2.0)], [0.0, 1.0], 1),
        ([0, 1, 2], [0, 0, 0], 5),
        ([-1e-310, 1e-310, 3e-310], [1.0, 2.0, 0.0], 2),
    ],
)
def test_the_edges_of_float64(x: list[float], y: list[float], degree: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = fit(x, y, degree=degree)
        assert np.allclose(found.predict(x), y, rtol=1e-12, atol=1e-12)


def test_far_away_it_is_infinite_and_never_no_number() -> None:
    found = fit([0, 1, 2], [0.0, 1.0, 4.0], degree=2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert found.predict([1e300, -1e300]).tolist() == [np.inf, np.inf]
        assert found.error([1e300], [0.0]) == np.inf
    assert fit([0, 1], [0.0, -1.0], degree=1).predict([3.0])[0] == pytest.approx(-3.0)


def test_a_huge_price_leaves_the_mean_and_a_tiny_one_the_fit() -> None:
    x, y = drawn(1)
    assert fit(x, y, degree=5, ridge=1e300).predict([0.3])[0] == pytest.approx(y.mean())
    assert np.allclose(fit(x, y, degree=5, ridge=1e-300).coefficients, fit(x, y, degree=5).coefficients, atol=1e-10)


@pytest.mark.parametrize(
    ("x", "y", "more", "words"),
    [
        ([1.0], [1.0], {}, "2 or more"),
        ([], [], {}, "2 or more"),
        ([1.0, 1.0, 1.0], [1.0, 2.0, 3.0], {}, "all x are 1"),
        ([1.0, 2.0, 3.0], [1.0, 2.0], {}, "3 values and y has 2"),
        ([1.0, np.nan], [1.0, 2.0], {}, "nan at place 1"),
        ([1.0, 2.0], [np.inf, 2.0], {}, "inf at place 0"),
        (["a", "b"], [1.0, 2.0], {}, "must hold numbers"),
        ([[1.0, 2.0]], [[1.0, 2.0]], {}, "one row"),
        ([1.0, 2.0], [1.0, 2.0], {"degree": -1}, "from 0 to 1000"),
        ([1.0, 2.0], [1.0, 2.0], {"degree": 1001}, "1001"),
        ([1.0, 2.0], [1.0, 2.0], {"ridge": -0.1}, "-0.1"),
        ([1.0, 2.0], [1.0, 2.0], {"ridge": float("nan")}, "nan"),
        ([1.0, 2.0], [1.0, 2.0], {"ridge": float("inf")}, "inf"),
        ([1.0, 2.0], [1.0, 2.0], {"degree": True}, "True"),
    ],
    ids=str,
)
def test_what_cannot_be_fitted_is_refused_in_words(x: list, y: list, more: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words.replace("(", r"\(")):
        fit(x, y, **{"degree": 1, **more})


def test_points_of_an_error_are_checked_too() -> None:
    found = fit([0, 1], [0, 1], degree=1)
    for bad in (lambda: found.error([], []), lambda: found.error([1], [1, 2]), lambda: found.predict([np.nan])):
        with pytest.raises(ValueError, match=r"must|needs"):
            bad()
    assert found.predict([]).shape == (0,)


@pytest.mark.parametrize("unit", [1e-300, 1e-170, 1.0, 1e160, 1e300])
@pytest.mark.filterwarnings("error")
def test_checks_hold_in_any_unit_of_y_and_still_fail(unit: float) -> None:
    rng = np.random.default_rng(4)
    x, y = rng.uniform(-1, 1, 20), unit * rng.standard_normal(20)
    fits = [fit(x, y, degree=degree) for degree in range(12)]
    assert never_rises(fits, x, y).passed
    assert all(normal_equations(found, x, y).passed for found in fits)
    assert not never_rises(fits[::-1], x, y).passed
    assert not normal_equations(replace(fits[3], coefficients=1.001 * fits[3].coefficients), x, y).passed


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("draw", ["normal", "cubed", "twice"])
def test_training_error_never_rises_also_where_points_crowd(draw: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(20 + seed)
    x = {"normal": x, "cubed": x**3, "twice": np.repeat(x[:12], 2)}[draw]
    y = rng.standard_normal(len(x))
    errors = np.array([fit(x, y, degree=degree).error(x, y) for degree in range(31)])
    assert (np.diff(errors) <= 1e-12 * errors[0]).all()
