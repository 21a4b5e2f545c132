"""At any scale of points and masses, and with points without mass: the same answer, or a plain word."""

import dataclasses
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from core.transport import (
    METHODS,
    Transport,
    against_optimum,
    bures_identity,
    cloud,
    cost_matrix,
    dataset_distance,
    gradient_flow,
    metric_identities,
    sinkhorn_divergence,
    solve,
    vertex_costs,
)
from core.transport.library import ot
from core.transport.methods import kl

SEEDS = st.integers(0, 2**32 - 1)
SCALES = st.floats(-9, 9).map(lambda power: 10.0**power)
POWERS = {"sqeuclidean": 2, "euclidean": 1, "cosine": 0}
Sides = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def drawn(seed: int, n: int = 9, m: int = 7, d: int = 3) -> Sides:
    rng = np.random.default_rng(seed)
    a, b = rng.random(n) + 0.05, rng.random(m) + 0.05
    return rng.standard_normal((n, d)), rng.standard_normal((m, d)) + 0.5, a / a.sum(), b / b.sum()


def run(sides: Sides, **options: Any) -> Transport:
    x, y, a, b = sides
    return solve(x, y, source_weights=a, target_weights=b, **options)


def unbalanced_objective(plan: np.ndarray, costs: np.ndarray, a: np.ndarray, b: np.ndarray, rho: float) -> float:
    return float((plan * costs).sum()) + rho * (kl(plan.sum(1), a) + kl(plan.sum(0), b))


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=25, deadline=None)
@given(SEEDS, SCALES, SCALES, st.sampled_from(list(POWERS)))
def test_scaled_points_and_masses_scale_the_cost(
    method: str, seed: int, points: float, masses: float, metric: str
) -> None:
    if metric == "cosine" and method == "sliced":
        metric = "euclidean"
    if method == "gaussian":
        metric = "sqeuclidean"
    x, y, a, b = drawn(seed)
    whole = run((x, y, a, b), method=method, metric=metric)
    scaled = run((points * x, points * y, masses * a, masses * b), method=method, metric=metric)
    twice = 2 if method == "gromov" else 1
    factor = (points ** POWERS[metric] * masses) ** twice
    if method == "sinkhorn" and not whole.converged:
        assert "not converged yet" in whole.message
        assert scaled.cost == pytest.approx(factor * whole.cost, rel=1e-4)
        return
    assert scaled.cost == pytest.approx(factor * whole.cost, rel=1e-6)
    assert scaled.feasible is not False
    assert scaled.converged, scaled.message
    assert all(check.passed for check in scaled.checks), scaled.checks


@settings(max_examples=20, deadline=None)
@given(SEEDS, SCALES, st.sampled_from(["exact", "gaussian", "means"]))
def test_scaled_datasets_scale_their_distance(seed: int, scale: float, inner: str) -> None:
    x, y, _, _ = drawn(seed, 12, 12)
    labels = np.arange(12) % 3
    whole = dataset_distance(x, labels, y, labels, inner=inner)
    scaled = dataset_distance(scale * x, labels, scale * y, labels, inner=inner)
    assert scaled.value == pytest.approx(scale**2 * whole.value, rel=1e-6)
    assert scaled.feature_only == pytest.approx(scale**2 * whole.feature_only, rel=1e-6)
    assert np.allclose(scaled.label_distances, scale**2 * whole.label_distances, rtol=1e-6, atol=0)
    assert all(check.passed for check in scaled.checks), scaled.checks


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=20, deadline=None)
@given(SEEDS, st.integers(1, 5), st.integers(0, 4))
def test_points_without_mass_might_as_well_not_be_there(method: str, seed: int, left: int, right: int) -> None:
    x, y, a, b = drawn(seed)
    rng = np.random.default_rng(seed)
    a[rng.permutation(9)[:left]] = 0
    b[rng.permutation(7)[:right]] = 0
    a, b = a / a.sum(), b / b.sum()
    whole, rest = run((x, y, a, b), method=method), run((x[a > 0], y[b > 0], a[a > 0], b[b > 0]), method=method)
    assert whole.cost == pytest.approx(rest.cost, rel=1e-9, abs=1e-12)
    assert whole.objective == pytest.approx(rest.objective, rel=1e-9, abs=1e-12)
    assert (whole.feasible, whole.converged, whole.message) == (rest.feasible, rest.converged, rest.message)
    # Sinkhorn may need more iterations than it has: then its checks must say so.
    assert all(check.passed for check in whole.checks) == (whole.feasible is not False), whole.checks
    if whole.plan is not None:
        assert not whole.plan[a == 0].any()
        assert not whole.plan[:, b == 0].any()
    if whole.potentials is not None:
        assert all(np.isfinite(side).all() for side in whole.potentials)


def test_prices_of_points_without_mass_are_those_that_they_would_have_with_very_little() -> None:
    x, y, a, b = drawn(5)
    a[2] = b[4] = 0.0
    a, b = a / a.sum(), b / b.sum()
    none = run((x, y, a, b), method="sinkhorn", reg=0.5, max_iter=20_000)
    a[2] = b[4] = 1e-14
    little = run((x, y, a, b), method="sinkhorn", reg=0.5, max_iter=20_000)
    assert none.potentials is not None
    assert little.potentials is not None
    free = none.potentials[0][0] - little.potentials[0][0]
    assert np.allclose(none.potentials[0] - free, little.potentials[0], atol=1e-6)
    assert np.allclose(none.potentials[1] + free, little.potentials[1], atol=1e-6)


@settings(max_examples=25, deadline=None)
@given(SEEDS, SCALES, st.floats(0.05, 1.0))
def test_partial_is_the_optimum_of_its_linear_program_at_any_scale(seed: int, scale: float, part: float) -> None:
    x, y, a, b = drawn(seed)
    found = run((scale * x, scale * y, scale * a, scale * b), method="partial", mass=part * scale)
    costs = cost_matrix(x, y)
    rows, columns = np.kron(np.eye(9), np.ones(7)), np.kron(np.ones(9), np.eye(7))
    best = linprog(
        costs.ravel(),
        A_ub=np.concatenate([rows, columns]),
        b_ub=np.concatenate([a, b]),
        A_eq=np.ones((1, costs.size)),
        b_eq=[part],
    )
    assert found.cost == pytest.approx(scale**3 * best.fun, rel=1e-6)
    assert found.mass == pytest.approx(part * scale)
    assert found.feasible


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.floats(-3, 3), st.floats(-9, 9), st.floats(-2, 2))
def test_unbalanced_meets_its_own_dual_and_no_peer_undercuts_it(
    seed: int, price: float, mass: float, ratio: float
) -> None:
    x, y, a, b = drawn(seed)
    a, b = a * 10**mass, b * 10 ** (mass + ratio)
    costs = cost_matrix(x, y)
    rho = float(costs.mean()) * 10**price
    found = run((x, y, a, b), method="unbalanced", unbalanced=rho)
    assert found.converged, found.message
    assert found.plan is not None
    assert found.plan.min() >= 0
    own = unbalanced_objective(found.plan, costs, a, b, rho)
    assert own == pytest.approx(found.objective, rel=1e-6)
    f, g = -rho * np.log(found.plan.sum(1) / a), -rho * np.log(found.plan.sum(0) / b)
    over = max(float((f[:, None] + g - costs).max()), 0.0)
    f = f - over
    dual = -rho * float(a @ np.expm1(-f / rho) + b @ np.expm1(-g / rho))
    assert found.objective >= dual * (1 - 1e-9)
    peer = ot.unbalanced.mm_unbalanced(a / a.sum(), b / a.sum(), costs, rho, numItermax=2000, stopThr=1e-14)
    assert found.objective <= a.sum() * unbalanced_objective(peer, costs, a / a.sum(), b / a.sum(), rho) * (1 + 1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_unbalanced_with_reg_agrees_with_pot(seed: int) -> None:
    x, y, a, b = drawn(seed)
    a, b = 5 * a, 3 * b
    rng = np.random.default_rng(seed)
    costs = cost_matrix(x, y)
    reg, rho = (float(costs.mean()) * 10 ** rng.uniform(*bounds) for bounds in ((-1.3, 0.3), (-1, 1.5)))
    found = run((x, y, a, b), method="unbalanced", unbalanced=rho, reg=reg)
    assert found.converged
    options = {"numItermax": 100_000, "stopThr": 1e-12}
    plans = [
        ot.unbalanced.sinkhorn_unbalanced(a, b, costs, reg, rho, **options),
        ot.unbalanced.sinkhorn_unbalanced(a, b, costs, reg, rho, method="sinkhorn_translation_invariant", **options),
        ot.unbalanced.lbfgsb_unbalanced(a, b, costs, reg, rho, numItermax=5000),
    ]
    values = [unbalanced_objective(plan, costs, a, b, rho) + reg * kl(plan, np.outer(a, b)) for plan in plans]
    assert found.objective <= min(values) * (1 + 1e-9)
    assert found.objective == pytest.approx(min(values), rel=1e-7)
    assert np.allclose(found.plan, plans[int(np.argmin(values))], atol=1e-4 * a.sum())


def test_unbalanced_with_a_small_reg_is_near_unbalanced_without() -> None:
    x, y, a, b = drawn(1)
    sharp = run((x, y, a, 2 * b), method="unbalanced")
    blurred = run((x, y, a, 2 * b), method="unbalanced", reg=1e-3)
    assert blurred.converged
    assert sharp.objective <= blurred.objective <= sharp.objective + 0.05


def test_unbalanced_that_stops_early_says_so() -> None:
    for more in ({}, {"reg": 0.05}):
        found = run(drawn(0), method="unbalanced", max_iter=2, **more)
        assert not found.converged
        assert "may be" in found.message


@pytest.mark.parametrize(("n", "m", "d"), [(6, 7, 8), (20, 20, 64), (20, 30, 64), (2, 9, 5), (40, 30, 3), (8, 8, 8)])
@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_the_bures_distance_has_a_second_way_at_any_shape_and_scale(n: int, m: int, d: int, scale: float) -> None:
    x, y, a, b = drawn(n, n, m, d)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = run((scale * x, scale * y, 3 * a, 3 * b), method="gaussian")
        assert bures_identity(found).passed, bures_identity(found)
        same = run((scale * x, scale * x, a, a), method="gaussian")
        assert bures_identity(same).passed, bures_identity(same)
    assert not bures_identity(dataclasses.replace(found, cost=1.001 * found.cost)).passed
    if min(n, m) > d:
        peer = ot.gaussian.empirical_bures_wasserstein_distance(x, y, reg=0, ws=a[:, None], wt=b[:, None])
        assert found.cost == pytest.approx(3 * scale**2 * float(peer) ** 2, rel=1e-6)


def test_gromov_keeps_the_best_of_its_starts() -> None:
    x, y = cloud("spiral in 3-D", 40), cloud("spiral", 40, seed=1)
    found, once = solve(x, y, method="gromov"), solve(x, y, method="gromov", starts=1)
    assert len(found.starts) == 10
    assert found.cost == pytest.approx(found.starts.min())
    assert found.cost <= once.cost
    assert found.spread == pytest.approx(np.ptp(found.starts))
    assert found.spread > 0
    assert once.spread == 0
    assert once.cost == pytest.approx(found.starts[0])
    assert found.feasible
    assert found.converged
    assert not solve(x, y, method="gromov", max_iter=1).converged
    with pytest.raises(ValueError, match="1 to 100"):
        solve(x, y, method="gromov", starts=0)


@pytest.mark.parametrize("method", ["sinkhorn", "unbalanced", "partial", "sliced", "gaussian"])
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_on_which_side_of_the_optimum_a_result_lies_is_checked_and_can_fail(method: str, scale: float) -> None:
    for count in (3, 20):
        for x, y in ((cloud("moons", count), cloud("rings", count, seed=1)), (cloud("moons", count),) * 2):
            found, best = solve(scale * x, scale * y, method=method), solve(scale * x, scale * y).cost
            assert against_optimum(found, best).passed, (count, against_optimum(found, best))
        found, best = solve(x, y + 2, method=method), solve(x, y + 2).cost
        wrong = 0.999 * best if method == "sinkhorn" else 1.001 * best
        assert not against_optimum(dataclasses.replace(found, cost=wrong, objective=wrong), best).passed


@pytest.mark.parametrize(
    "options", [{"method": "sinkhorn", "reg": 0.05}, {"method": "unbalanced"}, {"method": "sliced"}]
)
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_rounding_is_no_fault_where_all_points_are_one(options: dict[str, Any], scale: float) -> None:
    rng = np.random.default_rng(0)
    for _ in range(10):
        place = scale * rng.standard_normal((1, 3))
        (a, x), (b, y) = ((rng.random(count) + 0.01, np.repeat(place, count, axis=0)) for count in (1, 6))
        masses = {"source_weights": 1e8 * a / a.sum(), "target_weights": 1e8 * b / b.sum()}
        found = solve(x, y, metric="euclidean", **options, **masses)
        assert found.feasible is not False
        assert found.converged
        assert all(check.passed for check in (*found.checks, against_optimum(found, 0.0)))


@pytest.mark.parametrize("scale", [1e-7, 1.0, 1e7])
def test_what_an_exact_cost_must_fulfil_holds_at_any_scale_and_fails_for_another_number(scale: float) -> None:
    found = solve(scale * cloud("moons", 30), scale * cloud("rings", 30, seed=1))
    assert all(check.passed for check in metric_identities(found)), metric_identities(found)
    wrong = dataclasses.replace(found, cost=1.001 * found.cost)
    assert not any(check.passed for check in metric_identities(wrong)[:3])


def test_far_from_the_origin_a_shift_still_costs_its_closed_form() -> None:
    found = solve(1.7e9 + cloud("moons", 30), 1.7e9 + cloud("rings", 30, seed=1))
    assert all(check.passed for check in metric_identities(found)), metric_identities(found)


def test_a_plan_that_is_none_is_not_called_one() -> None:
    """Each verdict against a plan of another total, of other marginals, or with too cheap an answer."""
    from core.transport.methods import Found
    from core.transport.solution import judge

    x, y, a, b = drawn(0)
    costs = cost_matrix(x, y)
    good = run((x, y, a, b))
    assert good.plan is not None
    for method in ("exact", "sinkhorn", "partial"):
        for mass in (1e-9, 1.0, 1e9):
            plan = good.plan * mass
            names = {"method": method, "metric": "sqeuclidean"}
            prices = good.potentials
            assert judge(Found(plan, prices), costs, x, y, mass * a, mass * b, **names).feasible
            assert not judge(Found(1.01 * plan, prices), costs, x, y, mass * a, mass * b, **names).feasible
    blurred = run((x, y, a, b), method="sinkhorn")
    slack = judge(Found(blurred.plan, good.potentials), costs, x, y, a, b, method="exact", metric="sqeuclidean")
    assert not slack.converged


def test_the_divergence_scales_and_leaves_out_points_without_mass() -> None:
    x, y, a, b = drawn(3)
    whole = sinkhorn_divergence(x, y, source_weights=a, target_weights=b)
    scaled = sinkhorn_divergence(1e-6 * x, 1e-6 * y, source_weights=1e5 * a, target_weights=1e5 * b)
    assert scaled.value == pytest.approx(1e-7 * whole.value, rel=1e-5)
    a[0] = 0
    a /= a.sum()
    less = sinkhorn_divergence(x, y, source_weights=a, target_weights=b)
    gone = sinkhorn_divergence(x[1:], y, source_weights=a[1:], target_weights=b)
    assert less.value == pytest.approx(gone.value, rel=1e-9)


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_vertices_and_flows_do_not_depend_on_the_unit(scale: float) -> None:
    rng = np.random.default_rng(0)
    costs = rng.random((3, 4))
    found = vertex_costs(costs, scale * np.array([3.0, 2, 4]), scale * np.array([2.0, 4, 1, 2]))
    assert np.allclose(found, scale * vertex_costs(costs, np.array([3.0, 2, 4]), np.array([2.0, 4, 1, 2])))
    flow = gradient_flow(scale * cloud("letter A", 20), scale * cloud("letter B", 20), steps=2)
    assert all(check.passed for check in flow.checks), flow.checks


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("points", [1e-120, 1e70, 2e99, 1e101])
@pytest.mark.parametrize("masses", [1e-120, 1.0, 1e100, 1e101])
def test_numbers_near_the_end_of_their_range_give_a_figure_or_a_plain_word(
    method: str, points: float, masses: float
) -> None:
    x, y, a, b = drawn(0)
    x, y = x / np.abs(x).max(), y / np.abs(y).max()
    whole = run((x, y, a, b), method=method)
    twice = 2 if method == "gromov" else 1
    unit = twice * 2 * np.log10(points)
    wanted = unit + twice * np.log10(masses) + np.log10(whole.cost)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            found = run((points * x, points * y, masses * a, masses * b), method=method)
        except ValueError as error:
            assert max(points, masses) > 1e100 or max(unit, wanted) > 300, error
            assert "1e+100" in str(error) or "1e308" in str(error)
            return
    if min(unit, wanted) > -300:
        assert np.log10(found.cost) == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("n", "m", "d"), [(1, 1, 1), (1, 5, 2), (3, 3, 2), (3, 4, 64), (2, 2, 8)])
def test_few_rows_and_many_columns_are_solved(method: str, n: int, m: int, d: int) -> None:
    sides = drawn(n + m, n, m, d)
    if method == "gaussian" and n == 1:
        with pytest.raises(ValueError, match="at least 2"):
            run(sides, method=method)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = run(sides, method=method)
    assert np.isfinite(found.cost)
    assert found.converged, found.message
    assert found.feasible is not False
    assert all(check.passed for check in found.checks), found.checks
