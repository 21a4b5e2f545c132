"""By hand, on the way, down the slope: each against a second way to the same number."""

import dataclasses
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core import transport
from core.transport import cloud, cost_matrix, gradient_flow, sinkhorn_divergence, solve, solve_by_hand, vertex_costs
from core.transport.by_hand import north_west_corner
from core.transport.flows import value_and_gradient
from core.transport.slices import directions


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 6), st.booleans())
def test_the_simplex_reaches_the_optimum_and_never_climbs(seed: int, n: int, m: int, even: bool) -> None:
    rng = np.random.default_rng(seed)
    costs = rng.integers(0, 10, (n, m)).astype(np.float64)
    a = np.full(n, 1 / n) if even else rng.integers(1, 6, n).astype(np.float64)
    b = np.full(m, 1 / m) if even else rng.integers(1, 6, m).astype(np.float64)
    b *= a.sum() / b.sum()
    found = solve_by_hand(costs, a, b)
    seen = [step.cost for step in found.steps]
    assert all(later <= earlier + 1e-9 for earlier, later in pairwise(seen))
    assert all(step.basis.sum() == n + m - 1 for step in found.steps)
    assert all(step.plan.min() >= 0 for step in found.steps)
    assert all(check.passed for number in range(len(seen)) for check in found.checks(number)), found
    assert [check.name for check in found.checks()][-1] == "No price exceeds its cost"
    from core.transport.methods import exact

    assert seen[-1] == pytest.approx(float(np.vdot(exact(a, b, costs).plan, costs)), abs=1e-9)


def test_a_step_that_was_tampered_with_fails_its_checks() -> None:
    found = solve_by_hand(np.array([[4.0, 1], [2, 6]]), np.ones(2), np.ones(2))
    last = found.steps[-1]
    for wrong in (
        {"plan": last.plan + 0.1},
        {"source_price": last.source_price + 0.1},
        {"cost": last.cost + 0.1},
        {"reduced_cost": last.reduced_cost - 0.1},
    ):
        bad = dataclasses.replace(found, steps=(dataclasses.replace(last, **wrong),))
        assert not all(check.passed for check in bad.checks()), wrong


def test_a_step_changes_the_cost_by_what_its_reduced_cost_promises() -> None:
    costs = np.array([[4.0, 1, 7, 3], [2, 6, 1, 8], [9, 3, 5, 2], [1, 7, 4, 6]])
    steps = solve_by_hand(costs, np.array([3.0, 2, 4, 1]), np.array([2.0, 4, 1, 3])).steps
    assert len(steps) > 2
    for step, after in pairwise(steps):
        assert step.entering is not None
        promised = step.amount * step.reduced_cost[step.entering]
        assert after.cost - step.cost == pytest.approx(promised, abs=1e-12)
        assert np.abs(step.change.sum(0)).max() == 0
        assert np.abs(step.change.sum(1)).max() == 0


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_cheapest_vertex_is_the_optimum(seed: int) -> None:
    rng = np.random.default_rng(seed)
    costs, a = rng.random((3, 4)), rng.integers(1, 5, 3).astype(np.float64)
    b = np.full(4, a.sum() / 4)
    assert vertex_costs(costs, a, b)[0] == pytest.approx(solve_by_hand(costs, a, b).steps[-1].cost)


def test_equal_masses_have_as_many_vertices_as_permutations() -> None:
    assert len(vertex_costs(np.random.default_rng(0).random((4, 4)), np.full(4, 0.25), np.full(4, 0.25))) == 24


@pytest.mark.parametrize(
    ("costs", "a", "b", "words"),
    [
        (np.ones((7, 2)), np.ones(7), np.ones(2), "up to 6 x 6"),
        (np.full((2, 2), np.nan), np.ones(2), np.ones(2), "empty cell"),
        (np.ones((2, 2)), np.ones(2), 2 * np.ones(2), "weighs 2 and the target 4"),
        (np.ones((2, 2)), np.array([-1.0, 3.0]), np.ones(2), "-1"),
    ],
)
def test_by_hand_refuses_what_it_cannot_show(costs: np.ndarray, a: np.ndarray, b: np.ndarray, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        solve_by_hand(costs, a, b)


def test_north_west_corner_has_a_tree_even_where_sides_end_together() -> None:
    plan, basis = north_west_corner(np.full(4, 0.25), np.full(4, 0.25))
    assert np.array_equal(plan, np.eye(4) / 4)
    assert basis.sum() == 7


@pytest.mark.parametrize("t", [0.0, 0.3, 1.0])
def test_displacement_goes_straight_at_constant_speed(t: float) -> None:
    run = solve(cloud("moons", 30), cloud("rings", 40, seed=1))
    places, masses = transport.displacement(run, t)
    assert masses.sum() == pytest.approx(1)
    way = solve(run.source, places, target_weights=masses / masses.sum())
    assert way.cost == pytest.approx(t**2 * run.cost, abs=1e-9)
    with pytest.raises(ValueError, match="from 0 to 1"):
        transport.displacement(run, 1.5)
    with pytest.raises(ValueError, match="no plan"):
        transport.displacement(solve(run.source, run.target, method="sliced"), t)


def test_barycentric_map_of_a_matching_is_the_matching() -> None:
    run = solve(cloud("moons", 30), cloud("rings", 30, seed=1))
    assert run.plan is not None
    assert np.allclose(transport.barycentric_map(run), run.target[run.plan.argmax(1)])


def test_moving_a_cloud_shifts_w2_by_the_closed_form_while_kl_is_lost() -> None:
    x = cloud("Gaussian", 80)
    shifts = np.linspace(0, 8, 9)
    read = transport.shift_readings(x, x, shifts)
    assert np.allclose(read.wasserstein, shifts**2)
    assert read.divergence[0] == pytest.approx(0, abs=1e-12)
    assert np.isinf(read.divergence[-1])
    assert read.discrepancy[0] == pytest.approx(0, abs=1e-12)
    slopes = np.diff(read.discrepancy)
    assert slopes[-1] < slopes.max() / 5


def numerical_gradient(x: np.ndarray, value: object, step: float = 1e-5) -> np.ndarray:
    slope = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        bump = np.zeros_like(x)
        bump[place] = step
        slope[place] = (value(x + bump) - value(x - bump)) / (2 * step)  # type: ignore[operator]
    return slope


@pytest.mark.parametrize("loss", transport.LOSSES)
def test_gradients_are_those_of_the_values(loss: str) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((6, 2)), rng.standard_normal((8, 2)) + 1
    lines = directions(2, n_projections=20, seed=0)

    def value(points: np.ndarray) -> float:
        if loss == "sinkhorn":
            return sinkhorn_divergence(points, y, reg=0.5, max_iter=20_000).value
        return value_and_gradient(points, y, loss=loss, reg=0.5, lines=lines)[0]

    slope = value_and_gradient(x, y, loss=loss, reg=0.5, lines=lines)[1]
    assert np.allclose(slope, numerical_gradient(x, value), atol=1e-5)


@pytest.mark.parametrize("loss", transport.LOSSES)
def test_a_flow_checks_its_slope(loss: str) -> None:
    flow = gradient_flow(cloud("letter A", 40), cloud("letter B", 40, seed=1), loss=loss, steps=3)
    assert all(check.passed for check in flow.checks), flow.checks
    assert len(flow.checks) == (2 if loss == "wasserstein" else 1)


def test_a_flow_that_is_there_already_has_no_slope() -> None:
    flow = gradient_flow(cloud("moons", 20), cloud("moons", 20), steps=2)
    assert flow.values[-1] == pytest.approx(0, abs=1e-12)
    assert all(check.passed for check in flow.checks), flow.checks


def test_the_gradient_is_that_of_torch_through_sinkhorn() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((6, 2)), rng.standard_normal((5, 2))
    points, target = torch.tensor(x, requires_grad=True), torch.tensor(y)
    costs = ((points[:, None] - target) ** 2).sum(-1)
    u, v, reg = torch.zeros(6, dtype=torch.float64), torch.zeros(5, dtype=torch.float64), 1.0
    for _ in range(500):
        u = -reg * torch.logsumexp((v - costs) / reg - np.log(5), dim=1)
        v = -reg * torch.logsumexp((u[:, None] - costs) / reg - np.log(6), dim=0)
    (u.mean() + v.mean()).backward()
    run = solve(x, y, method="sinkhorn", reg=reg, max_iter=5000)
    assert run.objective == pytest.approx(float(u.mean() + v.mean()), abs=1e-8)
    assert points.grad is not None
    assert np.allclose(transport.gradient(run), points.grad.numpy(), atol=1e-7)


def test_a_flow_down_w2_shrinks_by_the_known_factor() -> None:
    flow = gradient_flow(cloud("moons", 40), cloud("rings", 40, seed=1), steps=5, step_size=0.2)
    assert np.allclose(flow.values[1:] / flow.values[:-1], 0.8**2)
    assert flow.positions.shape == (6, 40, 2)


@pytest.mark.parametrize("loss", transport.LOSSES)
def test_every_flow_comes_closer(loss: str) -> None:
    x, y = cloud("letter A", 40), cloud("letter B", 50)
    flow = gradient_flow(x, y, loss=loss, steps=15, step_size=0.3)
    assert solve(flow.positions[-1], y).cost < 0.35 * solve(x, y).cost


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"loss": "l2"}, "wasserstein, sinkhorn"), ({"steps": 0}, "1 to 500"), ({"step_size": 2.0}, "at most 1")],
)
def test_a_flow_refuses_what_it_does_not_know(wrong: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        gradient_flow([[0.0]], [[1.0]], **wrong)  # type: ignore[arg-type]


def test_mmd_is_the_mean_of_kernels() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((5, 2)), rng.standard_normal((6, 2))
    z, signs = np.concatenate([x, y]), np.array([1 / 5] * 5 + [-1 / 6] * 6)
    kernel = np.exp(-cost_matrix(z, z) / 2)
    assert transport.mean_discrepancy(x, y, bandwidth=1.0) == pytest.approx(signs @ kernel @ signs)
