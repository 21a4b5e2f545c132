"""Averages of clouds against closed forms, POT's linear programs and its own free-support barycenter."""

from dataclasses import replace
from typing import Any

import numpy as np
import ot
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.transport import Barycenter, averages, barycenter, barycenter_identities, barycentric_map, cloud, solve

NAMES = ["letter A", "letter B", "rings", "square"]


def drawn(names: list[str], count: int = 60) -> list[np.ndarray]:
    return [cloud(name, count) for name in names]


def assigned(one: np.ndarray, other: np.ndarray) -> float:
    """W2^2 between clouds of equally many points, by another solver than the one of the rounds."""
    return float(ot.emd2([], [], ((one[:, None] - other) ** 2).sum(axis=-1)))


@pytest.mark.parametrize("t", [0.0, 0.2, 0.5, 1.0])
def test_of_two_clouds_it_stands_on_the_way_between_them(t: float) -> None:
    one, other = drawn(NAMES[:2])
    found, whole = barycenter([one, other], [1 - t, t]), assigned(one, other)
    assert found.distances == pytest.approx([t**2 * whole, (1 - t) ** 2 * whole], abs=1e-12)
    assert found.cost == pytest.approx(found.least, abs=1e-12)
    assert len(found.history) == 1


def test_of_more_it_is_no_worse_than_that_of_pot_and_near_the_bound() -> None:
    clouds, weights = drawn(NAMES), np.array([0.4, 0.3, 0.2, 0.1])
    found = barycenter(clouds, weights)
    assert found.distances == pytest.approx([assigned(found.points, side) for side in clouds], abs=1e-12)
    uniform = [np.full(60, 1 / 60)] * 4
    other = ot.lp.free_support_barycenter(clouds, uniform, clouds[0], weights=weights, numItermax=100, stopThr=1e-12)
    theirs = float(weights @ [assigned(other, side) for side in clouds])
    assert found.cost <= theirs * (1 + 1e-4)
    pairs = sum(weights[i] * weights[j] * assigned(clouds[i], clouds[j]) for i in range(4) for j in range(i + 1, 4))
    assert found.least == pytest.approx(pairs)
    assert found.least <= found.cost < 1.3 * found.least


@given(
    st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), min_size=1, max_size=4),
    st.lists(st.floats(0.01, 10), min_size=4, max_size=4),
)
@settings(max_examples=25, deadline=None)
def test_of_one_cloud_moved_it_is_that_cloud_moved_by_the_mean(
    moves: list[tuple[float, float]], weights: list[float]
) -> None:
    shape, shifts = cloud("rings", 20), np.array(moves)
    w = np.array(weights[: len(moves)])
    found = barycenter([shape + shift for shift in shifts], w)
    expected = shape + (w / w.sum()) @ shifts
    assert assigned(found.points, expected) < 1e-16 * (1 + np.abs(shifts).max()) ** 2 * 1e4


def test_a_blurred_plan_makes_the_average_too_small() -> None:
    clouds = drawn(NAMES[:3], 40)
    sharp, blurred = (barycenter(clouds, method=method) for method in ("exact", "sinkhorn"))
    assert blurred.cost > 1.1 * sharp.cost
    assert blurred.points.std() < sharp.points.std()


RED = {
    "points": {"Mean of the average, off the weighted mean", "Distances to the clouds, apart from their duals"},
    "weights": {"Mean of the average, off the weighted mean"},
    "distances": {"Distances to the clouds, apart from their duals"},
    "history": {"Rise of the cost in a round"},
    "least": {"Cost below the least possible"},
}


@pytest.mark.parametrize("damage", RED)
def test_an_average_passes_and_a_damaged_one_fails(damage: str) -> None:
    clouds = drawn(NAMES[:3])
    found = barycenter(clouds)
    assert all(check.passed for check in barycenter_identities(found, clouds))
    changed: dict[str, Any] = {
        "points": found.points + 0.01,
        "weights": np.array([0.4, 0.3, 0.3]),
        "distances": found.distances * 1.001,
        "history": found.history[::-1],
        "least": 1.2 * found.cost,
    }
    damaged: Barycenter = replace(found, **{damage: changed[damage]})
    assert {check.name for check in barycenter_identities(damaged, clouds) if not check.passed} == RED[damage]


def test_an_average_without_rounds_has_no_check_of_rounds() -> None:
    pair = drawn(NAMES[:2])
    names = [check.name for check in barycenter_identities(barycenter(pair), pair)]
    assert "Rise of the cost in a round" not in names
    assert len(names) == 3


def test_a_cloud_of_no_weight_plays_no_part() -> None:
    clouds = drawn(NAMES[:3])
    found = barycenter(clouds, [2, 2, 0])
    assert found.points == pytest.approx(barycenter(clouds[:2]).points)
    assert found.weights.tolist() == [0.5, 0.5, 0]
    assert len(found.distances) == 3
    assert barycenter(clouds, [0, 7, 0]).points == pytest.approx(clouds[1])


@pytest.mark.parametrize(
    ("clouds", "options", "words"),
    [
        ([], {}, "no cloud"),
        ([[[0, 0]], [[0, 0, 0]]], {}, "features"),
        ([[[0, np.nan]]], {}, "cloud 1"),
        ([[[0, 0]], [[1, 1]]], {"weights": [0, 0]}, "all 0"),
        ([[[0, 0]], [[1, 1]]], {"weights": [1, -1]}, "cloud"),
        ([[[0, 0]], [[1, 1]]], {"weights": [1]}, "cloud"),
        ([[[0, 0]]], {"method": "average"}, "exact, sinkhorn"),
    ],
)
def test_what_has_no_average_is_refused(clouds: Any, options: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        barycenter(clouds, **options)


def test_clouds_of_other_sizes_and_whole_numbers_have_one() -> None:
    found = barycenter([[[0, 0]], [[2, 0], [4, 0]], [[6, 0], [6, 0], [6, 0]]])
    assert found.masses.sum() == pytest.approx(1)
    assert found.masses @ found.points == pytest.approx([3, 0])


@pytest.mark.parametrize("sizes", [(30, 30), (30, 20), (1, 1)])
def test_the_cheapest_way_between_clouds_is_the_one_that_the_solver_proves(sizes: tuple[int, int]) -> None:
    one, other = (np.random.default_rng(size).normal(size=(size, 2)) for size in sizes)
    cost, goals = averages._cheapest(one, other)
    run = solve(one, other)
    assert cost == pytest.approx(run.lower_bound, abs=1e-12)
    assert goals == pytest.approx(barycentric_map(run), abs=1e-12)
