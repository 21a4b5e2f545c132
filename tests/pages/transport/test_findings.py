"""What the page says of its numbers: each wording over results for which it holds, and over the edges."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.orca import TASKS, recorded_alignment
from core.transport import (
    Transport,
    barycentric_map,
    cloud,
    dataset_distance,
    digits,
    displacement,
    fair_sample,
    gradient_flow,
    solve,
)
from pages.adaptation.transport import aligning, findings
from pages.adaptation.transport.topic import QUESTIONS

X, Y = cloud("moons", 60), cloud("rings", 60, seed=1)
RUNS = [recorded_alignment(task, tune_body=tuned) for task in TASKS for tuned in (True, False)]


def moved(**options: Any) -> Transport:
    return solve(X, Y, **options)


def test_a_permutation_is_called_so_from_the_plan_alone() -> None:
    even = moved()
    assert findings.what_the_plan_does(even) == "No point splits its mass: the plan is a permutation."
    heavy = np.exp(X[:, 0])
    tilted = moved(source_weights=heavy / heavy.sum())
    rows = (tilted.plan > 0).sum(axis=1)
    words = findings.what_the_plan_does(tilted)
    assert words.startswith(f"{(rows > 1).sum()} of 60 source points split their mass: {rows.sum()} moves")
    assert words.endswith("a vertex has 119 at most.")
    gathered = solve(X, Y[:20])
    assert (
        findings.what_the_plan_does(gathered) == "No source point splits its mass, and 20 targets take it from several."
    )
    assert (
        findings.what_the_plan_does(solve(X[:2], Y[:1]))
        == "No source point splits its mass, and 1 target takes it from several."
    )
    one = solve(X[:1], Y[:2])
    assert (
        findings.what_the_plan_does(one)
        == "1 of 1 source points split its mass: 2 moves, where a vertex has 2 at most."
    )
    assert findings.what_the_plan_does(moved(method="sinkhorn")) == ""


def test_a_mean_over_lines_is_told_as_one_where_there_are_several() -> None:
    for count, words in ((1, "along one random line"), (7, "on average over 7 lines")):
        assert words in findings.title("A to B", moved(method="sliced", n_projections=count), None)


def test_what_stays_and_what_is_too_much_is_told_on_both_sides() -> None:
    run = moved(source_weights=np.full(60, 2 / 60), method="unbalanced", unbalanced=2.0)
    rows, columns = run.plan.sum(axis=1), run.plan.sum(axis=0)
    words = findings.what_the_plan_does(run)
    assert f"{(2 / 60 - rows).clip(0).sum():.2f} of the source stays" in words
    assert f"the target receives {(columns - 1 / 60).clip(0).sum():.2f} too much" in words
    part = findings.what_the_plan_does(moved(method="partial", mass=0.6))
    assert part == "0.40 of the source stays, and 0.40 of the target stays empty."
    assert "half a percent" in findings.what_the_plan_does(moved(method="partial", mass=1.0))


def test_the_marginals_are_an_error_only_where_the_method_promises_them() -> None:
    assert findings.of_the_marginals(moved()) == "row error <b>0</b>, column error <b>0</b>"
    blurred = replace(moved(), row_error=2e-5, column_error=0.3)
    assert findings.of_the_marginals(blurred) == "row error <b>2e-05</b>, column error <b>0.30</b>"
    for method in ("partial", "unbalanced"):
        run = moved(method=method, **({"mass": 0.6} if method == "partial" else {}))
        said = findings.of_the_marginals(run)
        assert f"rows miss <b>{run.row_error:.2f}</b> and columns <b>{run.column_error:.2f}</b> of their masses" in said
        assert "no error here" in said


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (2e-5, "Not converged yet: 2e-05 of the mass is in the wrong place"),
        (0.0049, "Not converged yet: 0.005 of the mass is in the wrong place"),
        (0.3, "Not a transport plan: 30% of the mass is in the wrong place"),
        (np.nan, "Not a transport plan: it holds no numbers"),
    ],
)
def test_a_small_error_is_not_rounded_to_none(wrong: float, words: str) -> None:
    run = replace(moved(), feasible=False, column_error=wrong, row_error=wrong)
    assert findings.title("A to B", run, None) == words
    lost = replace(moved(), feasible=False, column_error=0.9, mass=0.002)
    assert findings.title("A to B", lost, None) == "Not a transport plan: 99.8% of the mass is lost"


def test_the_shortest_way_is_claimed_for_exact_plans_of_distances_alone() -> None:
    shortest = "the cheapest stop between the two"
    for metric, power in (("sqeuclidean", 2), ("euclidean", 1)):
        run = moved(metric=metric)
        assert shortest in findings.of_the_way(run, run.cost)
        places, masses = displacement(run, 0.3)
        assert solve(X, places, target_weights=masses, metric=metric).cost == pytest.approx(0.3**power * run.cost)
    best = moved().cost
    others = [
        moved(metric="cosine"),
        moved(method="sinkhorn"),
        moved(method="partial", mass=0.5),
        moved(method="unbalanced"),
        moved(method="gromov", starts=2),
        moved(method="sinkhorn", reg=0.003, domain="log", max_iter=10),
    ]
    said = [findings.of_the_way(run, best) for run in others]
    assert not any(shortest in words for words in said)
    assert len(set(said)) == len(said)
    blurred = others[1]
    assert f"{blurred.cost / best - 1:.0%} more than the cheapest" in said[1]
    assert "half a percent" in findings.of_the_way(blurred, blurred.cost)
    assert "no way" in findings.of_the_way(blurred, None)


@pytest.mark.parametrize("method", ["gaussian", "sliced"])
def test_a_distance_does_not_grow_with_the_mass(method: str) -> None:
    light = moved(method=method)
    mass = np.full(60, 20 / 60)
    heavy = moved(method=method, source_weights=mass, target_weights=mass)
    root = f", a distance of <b>{np.sqrt(light.cost):.3f}</b>"
    assert findings.as_distance(light) == root
    assert findings.as_distance(heavy) == f"{root} for each unit of a mass of 20"
    assert findings.as_distance(replace(light, metric="euclidean")) == ""


def test_an_image_is_said_to_shrink_where_it_does() -> None:
    exact, blurred = moved(), moved(method="sinkhorn", reg=2.0)
    assert findings.of_the_images(exact, barycentric_map(exact)) == (
        "No point splits its mass, so each image is a target point."
    )
    images = barycentric_map(blurred)
    kept = images.var(axis=0).sum() / Y.var(axis=0).sum()
    assert kept < 0.9
    assert f"keeps {kept:.0%} of the variance" in findings.of_the_images(blurred, images)


def test_prices_are_compared_with_what_they_prove() -> None:
    exact = moved()
    assert "exactly what the plan costs" in findings.of_the_prices(exact, findings.earned(exact))
    assert "not proved" in findings.of_the_prices(exact, findings.earned(exact) + 0.01)
    blurred = moved(method="sinkhorn", reg=0.5)
    said = findings.of_the_prices(blurred, findings.earned(blurred))
    assert "regularized objective" in said
    assert f"{blurred.objective:.4g}: " in said
    assert f"{blurred.cost:.4g} of its plan" in said
    assert "not converged" in findings.of_the_prices(blurred, 0.9 * blurred.objective)


@pytest.mark.parametrize("mass", [1.0, 3.0, 0.01])
def test_sinkhorns_prices_earn_its_objective_at_any_mass(mass: float) -> None:
    even = np.full(60, mass / 60)
    run = moved(source_weights=even, target_weights=even, method="sinkhorn", reg=0.5)
    assert findings.earned(run) == pytest.approx(run.objective, rel=1e-5)


def test_a_local_optimum_is_told_with_its_starts() -> None:
    run = solve(cloud("spiral in 3-D", 30), cloud("spiral", 30), method="gromov", starts=5)
    assert run.cost == run.starts.min()
    assert f"The best of 5 starts, which end at {run.starts.min():.3g} to {run.starts.max():.3g}." == (
        findings.of_the_starts(run)
    )
    assert f"at most GW = {run.cost:.3g}" in findings.title("A to B", run, None)
    assert "All of 3 starts" in findings.of_the_starts(replace(run, starts=np.full(3, run.cost)))
    assert "One start" in findings.of_the_starts(replace(run, starts=run.starts[:1]))


def test_a_sample_says_what_it_carries() -> None:
    assert findings.what_is_drawn(fair_sample(np.ones(5), 5)) == ""
    chosen = fair_sample(np.ones(2000), 500)
    assert "500 of 2,000 moves" in findings.what_is_drawn(chosen)
    assert "carry 25% of it" in findings.what_is_drawn(chosen)


def test_a_mean_over_lines_has_its_error() -> None:
    run = moved(method="sliced", n_projections=50)
    error = run.history.std(ddof=1) / np.sqrt(50)
    assert f"± <b>{error:.2g}</b>" in findings.on_average(run)
    assert findings.on_average(moved(method="sliced", n_projections=1)) == ""
    far = moved(method="sliced", n_projections=5000)
    assert abs(run.cost - far.cost) < 4 * error


def test_the_sweep_counts_what_is_no_plan() -> None:
    assert findings.of_the_sweep(np.array([True, True]), 1000) == "All 2 answers are plans, within 1,000 iterations"
    assert findings.of_the_sweep(np.array([True, False]), 50) == "1 of 2 answers are no plans after 50 iterations"


def test_a_flow_falls_only_where_it_does() -> None:
    fall = gradient_flow(X[:20], Y[:20], steps=5)
    assert (np.diff(fall.values) <= 0).all()
    assert (
        findings.of_the_flow(fall) == f"It falls at every step, to {fall.values[-1] / fall.values[0]:.0%} of the start"
    )
    far = replace(fall, values=np.geomspace(1.0, 2e-4, 6))
    assert findings.of_the_flow(far) == "It falls at every step, to 0.02% of the start"
    rise = replace(fall, positions=fall.positions[:3], values=np.array([1.0, 0.5, 0.6]))
    assert findings.of_the_flow(rise) == "It rises at 1 of 2 steps, and ends at 60% of the start"
    assert "0% of the start" in findings.of_the_flow(replace(fall, values=np.zeros(6)))


def test_a_pair_lies_below_within_or_above_the_floor() -> None:
    one, other = digits("the other half", 20)
    found = dataset_distance(one.x, one.y, other.x, other.y, inner="means")
    floor = np.array([[found.feature_only, found.value]]) + np.array([[-1.0, 1.0], [1.0, 2.0]])
    assert findings.against_the_floor(found, floor).endswith("is within it by points, below it with labels.")
    assert findings.against_the_floor(found, floor - 5).endswith("is above it by points and with labels.")


def test_labels_at_home_are_counted() -> None:
    one, other = digits("the same half", 40)
    found = dataset_distance(one.x, one.y, other.x, other.y)
    assert findings.at_home(found) == (10, 10)
    swapped = replace(found, label_distances=np.roll(found.label_distances, 1, axis=1))
    assert findings.at_home(swapped) == (0, 10)
    assert findings.at_home(replace(found, target_classes=tuple("abcdefghij"))) == (0, 0)


def test_the_answer_on_alignment_is_what_the_recorded_runs_say() -> None:
    answer = next(question.answer for question in QUESTIONS if question.show == {"panel": "Cross-modal"})
    aligned, plain, loud = (np.stack([run.accuracy[arm] for run in RUNS]) for arm in range(3))
    assert "four recorded runs of three seeds" in answer
    assert aligned.shape[:2] == (4, 3)
    assert "starts faster in every seed" in answer
    assert (aligned[..., 0] > plain[..., 0]).all()
    apart = [bool(a[:, -1].min() > p[:, -1].max()) for a, p in zip(aligned, plain, strict=True)]
    level = [not aligning.differ(a[:, 0], o[:, 0]) for a, o in zip(aligned, loud, strict=True)]
    assert "starts level with it in three of them" in answer
    assert sum(level) == 3
    assert "three of the four" in answer
    assert apart == [run.params.task == "signals" and run.params.tune_body for run in RUNS]
    assert all(a[:, -1].max() >= p[:, -1].min() for a, p in zip(aligned, plain, strict=True))
    fourth = apart.index(True)
    assert "0.07 higher" in answer
    assert aligned[fourth][:, -1].mean() - plain[fourth][:, -1].mean() == pytest.approx(0.07, abs=0.005)
    assert "ends as high" in answer
    assert loud[fourth][:, -1].max() >= aligned[fourth][:, -1].max()
