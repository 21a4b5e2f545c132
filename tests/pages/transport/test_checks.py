"""Each check of the page's panels can fail: its input is spoiled, and it turns red."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.checks import Check
from core.transport import Transport, barycentric_map, cloud, solve, solve_by_hand
from pages.adaptation.transport import main, results
from pages.adaptation.transport.main import Shown
from pages.adaptation.transport.panels import hand, line, prices, shift, sinkhorn, way
from pages.adaptation.transport.results import Cloud, Problem
from pages.adaptation.transport.topic import DEFAULTS

X, Y = cloud("moons", 40), cloud("rings", 40, seed=1)


def with_values(**values: Any) -> Any:
    return SimpleNamespace(controls=SimpleNamespace(value={**DEFAULTS, **values}.__getitem__))


def failed(checks: Sequence[Check]) -> list[str]:
    return [check.name for check in checks if not check.passed]


def shown(method: str, run: Transport | None = None, **options: Any) -> Shown:
    problem = Problem(
        Cloud("moons", 40, 0), Cloud("rings", 40, 1), "as given", "sqeuclidean", method, tuple(options.items())
    )
    return Shown(with_values(), problem, run or results.solution_of(problem), "auto", 1000, 0.05)


@pytest.mark.parametrize("metric", ["sqeuclidean", "euclidean"])
def test_a_wrong_cost_of_the_way_is_seen(metric: str) -> None:
    run = solve(X, Y, metric=metric)
    assert failed(way._time_checks(run, 0.4)) == []
    assert failed(way._time_checks(replace(run, cost=1.001 * run.cost), 0.4)) == [way.POWERS[metric][1]]


def test_mass_that_is_lost_on_the_way_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    run = solve(X, Y, method="sinkhorn")
    whole = way.displacement
    monkeypatch.setattr(way, "displacement", lambda run, t: tuple(part[1:] for part in whole(run, t)))
    assert failed(way._time_checks(run, 0.4)) == ["The moving cloud carries all mass"]


def test_images_that_are_no_means_are_seen() -> None:
    run = solve(X, Y, method="sinkhorn")
    images = barycentric_map(run)
    assert failed(way._barycenter_checks(run, images)) == []
    assert "The images have the mean of what arrives" in failed(way._barycenter_checks(run, images + 1e-6))
    far = images.copy()
    far[0] += 10
    assert "No image lies beyond the target" in failed(way._barycenter_checks(run, far))


def test_prices_that_earn_another_sum_are_seen() -> None:
    seen = shown("sinkhorn", reg=0.5)
    assert failed(prices.checks(seen)) == []
    u, v = seen.run.potentials
    wrong = replace(seen.run, potentials=(u + 1e-3, v))
    assert failed(prices.checks(shown("sinkhorn", wrong, reg=0.5))) == ["Prices times masses give Sinkhorn's objective"]
    assert prices.checks(shown("exact")) == []


@pytest.mark.parametrize(
    ("method", "factor", "name"),
    [
        ("sinkhorn", 0.5, "Not below the exact optimum"),
        ("gaussian", 5.0, "Not above the exact optimum"),
        ("sliced", 5.0, "Not above the exact optimum"),
        ("partial", 5.0, "Not above the exact optimum"),
    ],
)
def test_a_cost_on_the_wrong_side_of_the_optimum_is_seen(method: str, factor: float, name: str) -> None:
    seen = shown(method)
    assert name not in failed(main.checks(seen))
    wrong = replace(seen.run, cost=factor * seen.run.cost)
    assert name in failed(main.checks(shown(method, wrong)))


def test_an_objective_above_the_optimum_is_seen() -> None:
    seen = shown("unbalanced")
    assert failed(main.checks(seen)) == []
    wrong = replace(seen.run, objective=10 * seen.run.objective + 10)
    assert failed(main.checks(shown("unbalanced", wrong))) == ["Not above the exact optimum"]


@pytest.mark.parametrize("scale", [1e-3, 1.0])
def test_the_bars_over_lines_stand_where_their_costs_are(scale: float) -> None:
    run = solve(scale * X, scale * Y, method="sliced")
    (_, bars) = main._right_half(shown("sliced", run))
    assert bars is not None
    middles, counts = np.array(bars[0]), bars[1]
    half = np.diff(middles).min() / 2
    for middle, count in zip(middles, counts, strict=True):
        within = np.abs(run.history - middle) <= half * (1 + 1e-6)
        assert within.sum() == count


def test_the_bars_of_a_gaussian_cost_are_its_parts_at_any_mass() -> None:
    parts = []
    for mass in (1, 20):
        even = np.full(40, mass / 40)
        run = solve(X, Y + 3, method="gaussian", source_weights=even, target_weights=even)
        (_, bars) = main._right_half(shown("gaussian", run))
        assert bars is not None
        assert bars[1].sum() == pytest.approx(run.cost)
        parts.append(bars[1])
    assert parts[1] == pytest.approx(20 * parts[0])


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        (lambda found: replace(found, value=found.value - found.cross), "The divergence of the source to itself is 0"),
        (lambda found: replace(found, value=-1.0), "The divergence is not negative"),
    ],
    ids=["self", "negative"],
)
def test_a_wrong_divergence_is_seen(changed: Callable[[Any], Any], name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = shown("exact")
    assert failed(sinkhorn.checks(seen)) == []
    right = results.divergence_of
    monkeypatch.setattr(results, "divergence_of", lambda problem, reg: changed(right(problem, reg)))
    assert name in failed(sinkhorn.checks(seen))


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("wasserstein", "W₂² of a moved cloud is the square of the way"),
        ("divergence", "KL and MMD² of a cloud to itself are 0"),
        ("discrepancy", "MMD² stays within 0 and 2"),
    ],
)
def test_a_wrong_measure_of_a_shift_is_seen(field: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    page = with_values()
    read = shift._shifts(page)
    assert failed(shift.checks(page)) == []
    monkeypatch.setattr(shift, "_shifts", lambda page: replace(read, **{field: getattr(read, field) + 3}))
    assert name in failed(shift.checks(page))


def test_a_wrong_last_step_by_hand_is_seen() -> None:
    found = solve_by_hand(np.array([[4.0, 1], [2, 6]]), np.array([3.0, 2]), np.array([2.0, 3]))
    wrong = replace(found, steps=(replace(found.steps[-1], cost=found.steps[-1].cost + 0.1),))
    assert failed([hand._peer(found), hand._no_cheaper_vertex(found)]) == []
    assert len(failed([hand._peer(wrong), hand._no_cheaper_vertex(wrong)])) == 2


def test_a_wrong_plan_on_a_line_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    page = with_values()
    assert failed(line.checks(page)) == []
    along = line.on_a_line(page).in_order()
    spoiled = (
        replace(along, cost=along.cost + 0.1),
        replace(along, source_index=np.roll(along.source_index, 1), levels=along.levels**2),
        replace(
            along,
            **{
                name: np.repeat(getattr(along, name), 3)
                for name in ("source_index", "target_index", "source_quantile", "target_quantile")
            },
            levels=np.linspace(0, 1, 3 * len(along.mass) + 1),
        ),
    )
    names = []
    for wrong in spoiled:
        monkeypatch.setattr(line.OnALine, "in_order", lambda self, wrong=wrong: wrong)
        names.append(failed(line.checks(page)))
    assert [any(word in " ".join(found) for found in names) for word in ("Sorting costs", "carry all", "staircase")]
    assert all(names)
