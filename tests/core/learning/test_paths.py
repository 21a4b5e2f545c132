"""Batches of fits: against the fit of one, choices against a loop, and the parts of the error."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.learning import (
    FUNCTIONS,
    DecompositionParams,
    SelectionParams,
    World,
    decomposition,
    fit,
    sample,
    selection,
)
from core.learning.paths import path, price
from core.learning.samples import samples


@pytest.mark.parametrize(("points", "ridge"), [(25, 0.0), (6, 0.0), (25, 0.01), (6, 0.01)])
def test_a_batch_is_many_fits(points: int, ridge: float) -> None:
    x, y = samples(World(), points, draws=6, seed=3, ends=True)
    at, _ = samples(World(), 9, draws=6, seed=3, stream=1)
    found = path(x, y, at, highest=9, ridge=ridge)
    for draw in range(6):
        for degree in range(10):
            one = fit(x[draw], y[draw], degree=degree, ridge=ridge).predict(at[draw])
            assert np.allclose(found[draw, degree], one, rtol=1e-6, atol=1e-7), (draw, degree)


def test_a_tiny_price_is_none_and_a_wrong_one_is_refused() -> None:
    assert price(1e-12) == 0.0
    assert price(1e-3) == 1e-3
    with pytest.raises(ValueError, match="-1"):
        price(-1.0)


@given(seed=st.integers(0, 1000), few=st.integers(3, 50), more=st.integers(51, 500))
def test_more_points_begin_with_the_fewer(seed: int, few: int, more: int) -> None:
    small, large = sample(World(), few, seed=seed), sample(World(), more, seed=seed)
    assert np.array_equal(small[0], large[0][:few])
    assert np.array_equal(small[1], large[1][:few])
    assert small[0][:2].tolist() == [-1.0, 1.0]
    calm = sample(World(noise=0.5), few, seed=seed)
    assert np.array_equal(calm[0], small[0])
    assert np.allclose(calm[1] - np.sin(4.5 * calm[0]), 2 * (small[1] - np.sin(4.5 * small[0])))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nodes_take_means_over_the_range(function: str) -> None:
    world = World(function, reach=1.5)
    x, weight = world.nodes()
    assert weight.sum() == pytest.approx(1.0)
    fine = world.truth(np.linspace(-1.5, 1.5, 200_001))
    assert world.truth(x) @ weight == pytest.approx(fine.mean(), abs=2e-3)


@pytest.mark.parametrize(
    ("bad", "words"), [({"function": "<b>"}, "sine"), ({"noise": -1.0}, "noise"), ({"reach": 0.0}, "reach")]
)
def test_a_world_that_is_none_is_refused(bad: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        World(**bad)


def test_choices_are_those_of_a_loop() -> None:
    params = SelectionParams(points=15, validation=12, highest=8, draws=8, seed=2)
    found = selection(params)
    x, y = samples(params.world, 15, draws=8, seed=2, stream=10, ends=True)
    x_new, y_new = samples(params.world, 160, draws=8, seed=2, stream=11)
    for draw in range(8):
        fits = [fit(x[draw], y[draw], degree=degree) for degree in range(9)]
        errors = [one.error(x_new[draw, :12], y_new[draw, :12]) for one in fits]
        assert found.chosen[draw] == np.argmin(errors)
        grid = np.linspace(-1, 1, 20_001)
        risks = [np.mean((one.predict(grid) - params.world.truth(grid)) ** 2) + 0.0625 for one in fits]
        assert np.allclose(found.risk[draw], risks, rtol=2e-3)
        assert found.excess(found.chosen)[draw] == pytest.approx(
            found.risk[draw, found.chosen[draw]] / found.risk[draw].min() - 1
        )
        assert found.folded[draw] == np.argmin([_folded(x[draw], y[draw], degree) for degree in range(9)])


def _folded(x: np.ndarray, y: np.ndarray, degree: int) -> float:
    total = 0.0
    for fold in range(5):
        out = (np.arange(len(x)) % 5 == fold) & (np.arange(len(x)) >= 2)
        total += ((fit(x[~out], y[~out], degree=degree).predict(x[out]) - y[out]) ** 2).sum()
    return total


@pytest.mark.parametrize(
    "params",
    [SelectionParams(), SelectionParams(ridge=0.01, seed=4), SelectionParams(points=5), SelectionParams(points=200)],
)
def test_selections_pass_their_checks(params: SelectionParams) -> None:
    assert all(check.passed for check in selection(params).checks)


def test_checks_of_a_selection_see_a_wrong_batch_and_a_wrong_risk() -> None:
    found = selection(SelectionParams(draws=60))
    assert [check.passed for check in replace(found, apart=1e-4).checks] == [False, True]
    assert [check.passed for check in replace(found, seen=1.3 * found.seen).checks] == [True, False]


@pytest.mark.parametrize(
    "bad", [{"points": 4}, {"points": 201}, {"validation": 0}, {"highest": 31}, {"draws": 1}, {"ridge": -1.0}], ids=str
)
def test_a_selection_out_of_range_is_refused(bad: dict) -> None:
    with pytest.raises(ValueError, match="must be"):
        selection(SelectionParams(**bad))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("degree", [0, 3, 9, 15, 20])
@pytest.mark.parametrize("points", [5, 20, 200])
def test_parts_add_up_and_meet_new_points(points: int, degree: int, seed: int) -> None:
    found = decomposition(DecompositionParams(points=points, degree=degree, seed=seed))
    assert all(check.passed for check in found.checks), found.checks


def test_parts_are_those_of_a_loop() -> None:
    params = DecompositionParams(points=12, degree=4, highest=5, fits=30, seed=1)
    found = decomposition(params)
    x, y = samples(params.world, 12, draws=30, seed=1, stream=20, ends=True)
    grid = np.linspace(-1, 1, 4001)
    curves = np.array([fit(x[draw], y[draw], degree=4).predict(grid) for draw in range(30)])
    truth = params.world.truth(grid)
    assert found.bias[4] == pytest.approx(np.mean((curves.mean(axis=0) - truth) ** 2), rel=2e-3)
    assert found.variance[4] == pytest.approx(np.mean(curves.var(axis=0)), rel=2e-3)
    assert found.floor == 0.0625


def test_checks_of_the_parts_see_a_wrong_one() -> None:
    found = decomposition(DecompositionParams())
    assert [check.passed for check in replace(found, bias=found.bias * 1.001).checks] == [False, True]
    assert [check.passed for check in replace(found, fresh=found.fresh * 1.3).checks] == [True, False]


@pytest.mark.parametrize("bad", [{"points": 4}, {"degree": 21}, {"degree": -1}, {"fits": 1}, {"highest": 31}], ids=str)
def test_a_decomposition_out_of_range_is_refused(bad: dict) -> None:
    with pytest.raises(ValueError, match="must be"):
        decomposition(DecompositionParams(**bad))
