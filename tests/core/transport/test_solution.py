"""Solving: against a linear program, sorting, closed forms, and each other."""

import dataclasses
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from core import transport
from core.transport import cloud, cost_matrix, line_transport, sinkhorn_divergence, solve
from core.transport.methods import SAFE_EXPONENT

SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed: int, n: int = 9, m: int = 7, d: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    a, b = rng.random(n) + 0.05, rng.random(m) + 0.05
    return rng.standard_normal((n, d)), rng.standard_normal((m, d)) + 0.5, a / a.sum(), b / b.sum()


def by_linear_program(costs: np.ndarray, a: np.ndarray, b: np.ndarray) -> float:
    """The optimum by an independent solver, HiGHS."""
    n, m = costs.shape
    equations = np.concatenate([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    return float(linprog(costs.ravel(), A_eq=equations, b_eq=np.concatenate([a, b])).fun)


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.integers(1, 9), st.integers(1, 9), st.sampled_from(["sqeuclidean", "euclidean", "cosine"]))
def test_exact_is_the_optimum_of_the_linear_program(seed: int, n: int, m: int, metric: str) -> None:
    x, y, a, b = drawn(seed, n, m)
    result = solve(x, y, source_weights=a, target_weights=b, metric=metric)
    assert result.cost == pytest.approx(by_linear_program(cost_matrix(x, y, metric=metric), a, b), abs=1e-9)
    assert result.feasible
    assert result.converged
    assert result.lower_bound == pytest.approx(result.cost, abs=1e-9)
    assert all(check.passed for check in result.checks), result.checks


def test_points_without_mass_leave_the_prices_feasible() -> None:
    x, y, a, b = drawn(3)
    a[2] = b[4] = 0.0
    a, b = a / a.sum(), b / b.sum()
    result = solve(x, y, source_weights=a, target_weights=b)
    assert all(check.passed for check in result.checks), result.checks
    assert result.cost == pytest.approx(by_linear_program(cost_matrix(x, y), a, b), abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.sampled_from([1, 2, 3]))
def test_on_a_line_sorting_is_optimal(seed: int, p: int) -> None:
    x, y, a, b = drawn(seed, 9, 7, 1)
    along = line_transport(x, y, source_weights=a, target_weights=b, p=p)
    assert along.cost == pytest.approx(by_linear_program(np.abs(x - y.T) ** p, a, b), abs=1e-9)
    assert along.mass.sum() == pytest.approx(1)
    assert len(along.mass) <= 15
    equal = line_transport(x[:7], y, p=p)
    assert equal.cost == pytest.approx((np.abs(np.sort(x[:7, 0]) - np.sort(y[:, 0])) ** p).mean())


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.sampled_from([1, 2, 3]))
def test_sorting_costs_what_the_network_simplex_finds(seed: int, p: int) -> None:
    x, y, a, b = drawn(seed, 9, 7, 1)
    weights = {"source_weights": 3 * a, "target_weights": 3 * b}
    peer = transport.line_cost_by_simplex(x, y, p=p, **weights)
    assert line_transport(x, y, p=p, **weights).cost == pytest.approx(peer, rel=1e-9)


def test_equal_histograms_cost_nothing_and_a_shift_costs_its_way() -> None:
    bins, shares = np.arange(6.0), np.array([0.1, 0.4, 0.5, 0.0, 0.0, 0.0])
    weights = {"source_weights": shares, "target_weights": np.roll(shares, 3)}
    assert line_transport(bins, bins, source_weights=shares, target_weights=shares).cost == 0
    assert [line_transport(bins, bins, p=p, **weights).cost for p in (1, 2, 3)] == pytest.approx([3, 9, 27])


def test_w1_is_the_area_between_the_quantile_functions_and_between_the_distributions() -> None:
    x, y, a, b = drawn(1, 9, 7, 1)
    along = line_transport(x, y, source_weights=a, target_weights=b, p=1)
    grid = np.linspace(-6, 6, 200_001)
    below = [
        np.concatenate([[0], np.cumsum(w[np.argsort(z[:, 0])])])[np.searchsorted(np.sort(z[:, 0]), grid, "right")]
        for z, w in ((x, a), (y, b))
    ]
    assert along.cost == pytest.approx(np.abs(below[0] - below[1]).sum() * (grid[1] - grid[0]), abs=1e-3)
    assert along.cost == pytest.approx(
        solve(x, y, source_weights=a, target_weights=b, metric="euclidean").cost, abs=1e-12
    )


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_w2_is_a_metric_and_moves_as_it_must(seed: int) -> None:
    x, y, a, b = drawn(seed)
    z = np.random.default_rng(seed + 1).standard_normal((5, 3))
    weights = {"source_weights": a, "target_weights": b}

    def distance(left: np.ndarray, right: np.ndarray, **more: Any) -> float:
        return float(np.sqrt(solve(left, right, **more).cost))

    whole = distance(x, y, **weights)
    assert whole == pytest.approx(distance(y, x, source_weights=b, target_weights=a), abs=1e-9)
    assert whole <= distance(x, z, source_weights=a) + distance(z, y, target_weights=b) + 1e-9
    assert distance(3 * x, 3 * y, **weights) == pytest.approx(3 * whole)
    assert distance(x, x[::-1]) == pytest.approx(0, abs=1e-9)
    v = np.array([0.3, -2.0, 1.0])
    assert distance(x, x + v) ** 2 == pytest.approx(v @ v)
    shifted = whole**2 + v @ v + 2 * v @ (b @ y - a @ x)
    assert distance(x, y + v, **weights) ** 2 == pytest.approx(shifted, abs=1e-9)
    assert solve(x, y, metric="euclidean", **weights).cost <= whole + 1e-9


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.sampled_from(["sqeuclidean", "euclidean", "cosine"]))
def test_identities_of_a_distance_hold_for_exact_and_fail_for_another_number(seed: int, metric: str) -> None:
    x, y, a, b = drawn(seed)
    run = solve(x, y, source_weights=3 * a, target_weights=3 * b, metric=metric)
    checks = transport.metric_identities(run)
    assert len(checks) == {"sqeuclidean": 4, "euclidean": 3, "cosine": 2}[metric]
    assert all(check.passed for check in checks), checks
    wrong = transport.metric_identities(dataclasses.replace(run, cost=1.01 * run.cost))
    assert not wrong[0].passed
    with pytest.raises(ValueError, match="must be exact"):
        transport.metric_identities(solve(x, y, method="sinkhorn"))


def test_the_bures_distance_is_that_of_pot() -> None:
    x, y, a, b = drawn(5, 40, 30)
    run = solve(x, y, source_weights=2 * a, target_weights=2 * b, method="gaussian")
    assert transport.bures_identity(run).passed
    assert not transport.bures_identity(dataclasses.replace(run, cost=1.001 * run.cost)).passed


def test_gaussian_is_the_bures_distance_and_a_lower_bound() -> None:
    x, y, a, b = drawn(5, 40, 30)
    from core.transport.library import ot

    peer = ot.gaussian.empirical_bures_wasserstein_distance(x, y, reg=0, ws=a[:, None], wt=b[:, None])
    found = solve(x, y, source_weights=a, target_weights=b, method="gaussian")
    assert found.cost == pytest.approx(float(peer) ** 2)
    assert found.cost <= solve(x, y, source_weights=a, target_weights=b).cost
    one = transport.Gaussian(np.array([1.0]), np.array([[4.0]]))
    other = transport.Gaussian(np.array([3.0]), np.array([[0.25]]))
    assert transport.bures_squared(one, other) == pytest.approx(2**2 + 1.5**2)


def test_sliced_sees_a_translation_as_its_square_over_the_dimension() -> None:
    x = drawn(0, 50)[0]
    found = solve(x, x + np.array([1.0, 2.0, -2.0]), method="sliced", n_projections=4000, seed=1)
    assert found.cost == pytest.approx(9 / 3, rel=0.05)
    assert found.history.shape == (4000,)
    assert found.plan is None
    assert found.feasible is None


def test_sinkhorn_comes_down_to_exact_and_tends_to_independence() -> None:
    x, y, a, b = drawn(2)
    weights = {"source_weights": a, "target_weights": b}
    best = solve(x, y, **weights).cost
    runs = [solve(x, y, method="sinkhorn", reg=reg, max_iter=50_000, **weights) for reg in (1e4, 1.0, 0.1, 0.01)]
    costs = [run.cost for run in runs]
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] == pytest.approx(best, rel=1e-2)
    assert all(run.feasible and run.cost >= best - 1e-6 for run in runs)
    assert np.allclose(runs[0].plan, np.outer(a, b), atol=1e-4)
    assert all(run.objective >= run.cost for run in runs)
    assert all(run.lower_bound <= best + 1e-9 for run in runs)


def test_sinkhorn_potentials_give_the_plan_and_the_objective() -> None:
    x, y, a, b = drawn(2)
    for domain in ("plain", "stabilized", "log"):
        run = solve(x, y, source_weights=a, target_weights=b, method="sinkhorn", reg=0.5, domain=domain)
        assert run.potentials is not None
        u, v = run.potentials
        assert np.allclose(np.outer(a, b) * np.exp((u[:, None] + v - run.cost_matrix) / 0.5), run.plan, atol=1e-7), (
            domain
        )
        assert u @ a + v @ b == pytest.approx(run.objective, rel=1e-7), domain
        parts = run.plan * np.log(run.plan / np.outer(a, b))
        assert run.objective == pytest.approx(run.cost + 0.5 * parts.sum(), abs=1e-7)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("shift", [0.0, 3.0])
def test_up_to_the_safe_exponent_the_plain_domain_keeps_all_digits(seed: int, shift: float) -> None:
    """An outlier and masses of 1e-6 on both sides: scalings as large as the bound allows."""
    x, y, a, b = drawn(seed)
    x, y = np.vstack([x, x[:1] + 6]), np.vstack([y, y[:1] - 6]) + shift
    a, b = (np.append(side * (1 - 1e-6), 1e-6) for side in (a, b))
    largest = float(cost_matrix(x, y).max())
    given: dict[str, Any] = {"source_weights": a, "target_weights": b, "method": "sinkhorn", "max_iter": 300}
    reg = largest / SAFE_EXPONENT
    plain, log = (solve(x, y, reg=reg, domain=domain, **given) for domain in ("auto", "log"))
    assert plain.plan == pytest.approx(log.plan, abs=1e-9)
    assert plain.mass == pytest.approx(1, abs=1e-12)
    assert plain.plan == pytest.approx(solve(x, y, reg=reg, domain="plain", **given).plan, abs=0)


def test_when_sinkhorn_lies_it_is_caught() -> None:
    x, y = cloud("moons", 100), cloud("rings", 100, seed=1)
    best = solve(x, y).cost
    quiet = solve(x, y, method="sinkhorn", reg=0.003, domain="log", max_iter=100, optimum=best)
    assert quiet.row_error < 1e-9
    assert quiet.column_error > 0.1
    assert quiet.cost < best
    assert quiet.feasible is False
    assert quiet.converged is False
    assert not all(check.passed for check in quiet.checks)
    empty = solve(x, y, method="sinkhorn", reg=0.0008, domain="plain", optimum=best)
    assert empty.mass < 0.9
    assert empty.feasible is False
    broken = solve(x, y, method="sinkhorn", reg=0.0008, domain="stabilized")
    assert broken.feasible is False
    assert "underflows" in broken.message
    far = solve(x, y + np.array([4.0, 0.0]), method="sinkhorn", reg=0.016, domain="plain")
    assert far.mass < 0.01
    assert far.cost < 0.01
    assert "lost its mass" in far.message


def test_a_cost_below_a_known_optimum_is_flagged_even_with_right_marginals() -> None:
    x, y, _, _ = drawn(0)
    assert solve(x, y).feasible
    assert solve(x, y, optimum=solve(x, y).cost * 1.01).feasible is False


def test_an_exact_solver_that_stops_early_says_so() -> None:
    x, y = cloud("moons", 300), cloud("rings", 300, seed=1)
    stopped = solve(x, y, max_iter=50)
    assert not stopped.converged
    assert stopped.message


def test_a_warm_start_gives_the_same_cost() -> None:
    x, y = cloud("moons", 120), cloud("rings", 120, seed=1)
    cold = solve(x, y + 0.05)
    for start in (solve(x, y), solve(x, y).potentials):
        warm = solve(x, y + 0.05, start=start)
        assert warm.cost == pytest.approx(cold.cost, abs=1e-12)
        assert all(check.passed for check in warm.checks)
    with pytest.raises(ValueError, match="prices for"):
        solve(x, y, start=solve(x[:50], y))
    with pytest.raises(ValueError, match="start has 120"):
        solve(x[:50], y, start=cold.potentials)


def test_partial_moves_what_it_was_asked_and_the_cheapest_of_it() -> None:
    x, y, a, b = drawn(4)
    costs = [
        solve(x, y, source_weights=a, target_weights=b, method="partial", mass=m).cost for m in (0.2, 0.5, 0.8, 1.0)
    ]
    assert costs == sorted(costs)
    assert costs[-1] == pytest.approx(solve(x, y, source_weights=a, target_weights=b).cost)
    half = solve(x, y, source_weights=a, target_weights=3 * b, method="partial", mass=0.5)
    assert half.mass == pytest.approx(0.5)
    assert half.feasible
    assert (half.plan.sum(1) <= a + 1e-9).all()


def test_unbalanced_tends_to_exact_where_wrong_masses_are_dear() -> None:
    x, y, a, b = drawn(4)
    weights = {"source_weights": a, "target_weights": b}
    best = solve(x, y, **weights).cost
    dear = solve(x, y, method="unbalanced", unbalanced=100.0, max_iter=100_000, **weights)
    assert 0.9 * best < dear.cost < best
    assert dear.converged
    blurred = solve(x, y, method="unbalanced", unbalanced=100.0, reg=1.0, max_iter=100_000, **weights)
    assert blurred.cost == pytest.approx(solve(x, y, method="sinkhorn", reg=1.0, **weights).cost, rel=0.1)
    assert blurred.converged
    assert not solve(x, y, method="unbalanced", unbalanced=100.0, max_iter=5, **weights).converged
    cheap = solve(x, y, method="unbalanced", unbalanced=0.1, **weights)
    assert cheap.mass < 0.9
    assert cheap.objective < best
    assert solve(x, y, source_weights=a, target_weights=4 * b, method="unbalanced").mass > 1


def test_unbalanced_at_a_high_price_stays_below_the_optimum_in_the_iterations_it_has() -> None:
    x, y = cloud("moons", 60), cloud("rings", 60, seed=1)
    best, unit = solve(x, y).cost, float(cost_matrix(x, y).mean())
    found = [solve(x, y, method="unbalanced", unbalanced=price * unit) for price in (0.01, 1.0, 10.0, 100.0)]
    objectives = [run.objective for run in found]
    assert objectives == sorted(objectives)
    assert objectives[-1] <= best
    assert objectives[-1] == pytest.approx(best, rel=5e-3)


def test_unbalanced_meets_its_own_optimality_condition() -> None:
    x, y, a, b = drawn(4)
    run = solve(x, y, source_weights=a, target_weights=b, method="unbalanced", unbalanced=2.0, max_iter=50_000)
    rows, columns = run.plan.sum(1), run.plan.sum(0)
    slope = run.cost_matrix + 2.0 * (np.log(rows / a)[:, None] + np.log(columns / b))
    assert np.abs(slope[run.plan > 1e-3]).max() < 1e-2
    assert slope.min() > -1e-2


def test_gromov_ignores_a_rotation_into_more_dimensions() -> None:
    x = cloud("letter A", 40)
    turned = np.column_stack([x, np.zeros(40)]) @ np.linalg.qr(np.random.default_rng(0).standard_normal((3, 3)))[0]
    run = solve(x, turned + 7, method="gromov")
    assert run.feasible
    within = cost_matrix(x, x), cost_matrix(turned, turned)
    four = np.einsum("ij,kl,ikjl->", run.plan, run.plan, (within[0][:, :, None, None] - within[1]) ** 2)
    assert run.cost == pytest.approx(four, abs=1e-9)


def test_divergence_of_a_cloud_to_itself_is_zero_and_the_objective_is_not() -> None:
    x, y, a, b = drawn(6)
    own = sinkhorn_divergence(x, x, source_weights=a, target_weights=a, reg=1.0)
    assert own.value == pytest.approx(0, abs=1e-12)
    assert own.cross > 0.1
    apart = sinkhorn_divergence(x, y, source_weights=a, target_weights=b, reg=1.0)
    assert apart.value > 0
    assert apart.value == pytest.approx(apart.cross - (apart.self_source + apart.self_target) / 2)


BAD: list[tuple[dict[str, Any], str]] = [
    ({"source": [[0.0], [np.nan]]}, "row 1, column 0"),
    ({"source": [[0.0], [np.inf]]}, "finite"),
    ({"source": []}, "shape"),
    ({"source": [["a"], ["b"]]}, "numbers"),
    ({"source": [[1.0], [1.0, 2.0]]}, "equal length"),
    ({"source": [[1.0, 2.0]]}, "gromov"),
    ({"source": [[1.0, 2.0]], "method": "sliced"}, "gromov"),
    ({"source_weights": [1.0, -0.5]}, "-0.5"),
    ({"source_weights": [0.0, 0.0]}, "all 0"),
    ({"source_weights": [np.nan, 1.0]}, "finite"),
    ({"source_weights": [1.0]}, "one for each of 2"),
    ({"source_weights": [2.0, 2.0]}, "weighs 4 and the target 1.*unbalanced"),
    ({"source_weights": [2.0, 2.0], "method": "sinkhorn"}, "sinkhorn moves all mass"),
    ({"source_weights": [1.0, 1.0], "method": "sliced"}, "sliced moves all mass"),
    ({"method": "magic"}, "exact, sinkhorn"),
    ({"metric": "taxi"}, "sqeuclidean, euclidean, cosine"),
    ({"metric": "cosine"}, "zero vector"),
    ({"metric": "cosine", "method": "sliced"}, "sqeuclidean, euclidean"),
    ({"method": "exact", "reg": 1.0}, "does not take reg"),
    ({"method": "sinkhorn", "reg": 0.0}, "larger than 0"),
    ({"method": "sinkhorn", "domain": "odd"}, "plain"),
    ({"method": "sinkhorn", "max_iter": 0}, "1 to"),
    ({"method": "partial", "mass": 1.5}, "at most 1"),
    ({"method": "unbalanced", "unbalanced": -1.0}, "larger than 0"),
    ({"method": "gaussian", "source": [[1.0]]}, "at least 2"),
    ({"method": "sliced", "n_projections": 0}, "1 to 10000"),
]


@pytest.mark.parametrize(("change", "words"), BAD, ids=[words for _, words in BAD])
def test_bad_input_is_refused_in_plain_words(change: dict[str, Any], words: str) -> None:
    arguments = {"source": [[0.0], [1.0]], "target": [[2.0], [3.0], [4.0]], **change}
    with pytest.raises(ValueError, match=words):
        solve(**arguments)


@pytest.mark.parametrize("method", ["exact", "sinkhorn", "sliced", "partial", "unbalanced", "gromov"])
def test_one_point_and_identical_points_are_solved(method: str) -> None:
    lone = solve([[1.0, 2.0]], [[1.0, 2.0]], method=method)
    assert lone.cost == pytest.approx(0, abs=1e-12)
    stacked = solve(np.ones((4, 2)), np.ones((3, 2)) + np.array([3.0, 0.0]), method=method)
    wanted = {"sliced": None, "partial": 0.8 * 9, "gromov": 0.0, "unbalanced": None}.get(method, 9.0)
    if wanted is not None:
        assert stacked.cost == pytest.approx(wanted)
    assert np.isfinite(stacked.cost)


def test_solving_brings_no_torch_and_the_card_no_solver() -> None:
    code = """
import sys
import warnings
from core.transport import recorded_matching
recorded_matching()
assert "ot" not in sys.modules
from core.transport import solve
from core.orca import AlignParams, align
solve([[0.0], [1.0]], [[1.0], [3.0]])
assert "torch" not in sys.modules
"""
    root = Path(__file__).parent.parent.parent.parent
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)


def red(result: transport.Transport) -> set[str]:
    return {check.name for check in dataclasses.replace(result).checks if not check.passed}


@pytest.mark.parametrize("method", ["exact", "sinkhorn", "partial"])
def test_a_plan_that_was_tampered_with_turns_its_checks_red(method: str) -> None:
    x, y, a, b = drawn(7)
    whole = solve(x, y, source_weights=a, target_weights=b, method=method)
    assert red(whole) == set()
    assert whole.plan is not None
    below, off, blurred = whole.plan.copy(), whole.plan.copy(), 0.9 * whole.plan + 0.1 * np.outer(a, b)
    below[0, 0] -= 1.0
    off[0, 0] += 1e-3
    assert "No mass is negative" in red(dataclasses.replace(whole, plan=below))
    if method != "partial":
        marginals = {"Rows sum to the source's masses", "Columns sum to the target's masses"}
        assert marginals <= red(dataclasses.replace(whole, plan=off))
    if method == "exact":
        assert red(dataclasses.replace(whole, plan=blurred)) == {"At most n + m - 1 entries"}
        assert whole.potentials is not None
        dearer = whole.potentials[0] + 0.1, whole.potentials[1]
        prices = {"Prices times masses give the cost (no duality gap)", "No price exceeds its cost"}
        assert red(dataclasses.replace(whole, potentials=dearer)) == prices
    if method == "sinkhorn":
        assert red(dataclasses.replace(whole, cost=0.5 * whole.lower_bound)) == {"The cost is not below a proven bound"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"method": "gromov", "max_iter": 0}, "max_iter is 0; it must be a whole number from 1"),
        ({"method": "gromov", "max_iter": -1}, "max_iter is -1"),
        ({"method": "gromov", "starts": 1.5}, "starts is 1.5; it must be a whole number from 1 to 100"),
        ({"method": "gromov", "starts": True}, "starts is True"),
        ({"method": "sinkhorn", "max_iter": 2.5}, "max_iter is 2.5"),
        ({"method": "sinkhorn", "tolerance": "small"}, "tolerance is 'small'; it must be a finite number"),
        ({"method": "partial", "mass": "half"}, "mass is 'half'"),
        ({"method": "partial", "mass": np.nan}, "mass is nan"),
        ({"method": "exact", "max_iter": 0}, "max_iter is 0"),
        ({"method": "exact", "start": (1, 2)}, "start has 1 and 1 prices"),
        ({"method": "exact", "start": "ab"}, "an earlier result, or the prices of both sides"),
        ({"method": "exact", "start": ([np.nan, 0.0], [0.0])}, "no finite numbers"),
        ({"method": "sliced", "seed": -1}, "seed is -1; it must be a whole number of 0 or more"),
        ({"method": "sliced", "n_projections": 1.5}, "n_projections is 1.5"),
        ({"source": np.array([[1j], [2j]])}, "complex"),
        ({"optimum": np.nan}, "optimum is nan"),
    ],
    ids=str,
)
def test_options_of_another_kind_are_refused_with_value_and_range(change: dict[str, Any], words: str) -> None:
    given: dict[str, Any] = {"source": [[0.0], [1.0]], "target": [[1.0]]} | change
    with pytest.raises(ValueError, match=words):
        solve(given.pop("source"), given.pop("target"), **given)


def test_prices_to_set_out_from_may_be_lists() -> None:
    x, y, a, b = drawn(3)
    found = solve(x, y, source_weights=a, target_weights=b)
    assert found.potentials is not None
    again = solve(x, y, source_weights=a, target_weights=b, start=tuple(map(list, found.potentials)))
    assert again.cost == pytest.approx(found.cost)


def test_a_loose_tolerance_makes_no_plan() -> None:
    x, y, a, b = drawn(3)
    found = solve(x, y, source_weights=a, target_weights=b, method="sinkhorn", tolerance=1.0)
    assert not found.feasible
    assert not found.converged
    assert "the tolerance leaves" in found.message


@pytest.mark.parametrize(("rho", "reg"), [(0.01, 1e-5), (1e-3, 1e-6), (1e-5, 1e-2), (1e-8, 1e-8)])
def test_a_price_far_below_every_cost_moves_next_to_nothing(rho: float, reg: float) -> None:
    """Where exp(-M / rho) is 0 nothing moves, and the objective is rho times both masses, plus reg KL(0 | a b^T)."""
    x, y = [[0.0, 0.0], [1.0, 0.0], [3.0, 2.0]], [[1.0, 1.0], [2.0, 2.0], [0.0, 5.0]]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = solve(x, y, method="unbalanced", unbalanced=rho, reg=reg)
    assert found.converged, found.message
    assert found.mass < 1e-9
    assert found.objective == pytest.approx(2 * rho + reg, rel=1e-6)


def test_a_line_cost_beyond_the_range_of_numbers_is_refused() -> None:
    assert line_transport([1.0], [3.0], p=300).cost == pytest.approx(2.0**300)
    with pytest.raises(ValueError, match="1e308"):
        line_transport([1.0], [400.0], p=300)
    with pytest.raises(ValueError, match="p is inf"):
        line_transport([1.0], [2.0], p=np.inf)
