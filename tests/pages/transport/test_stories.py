"""Each lead sentence of a story, held to the numbers of that story."""

from dataclasses import replace

import numpy as np

from core.transport import Transport
from pages.adaptation.transport import results
from pages.adaptation.transport.main import METHODS
from pages.adaptation.transport.results import Cloud, DatasetPair, Problem
from pages.adaptation.transport.topic import CROSSED, DEFAULTS, PRESETS


def solved(name: str) -> tuple[Transport, float, str]:
    """The result of a story of Sinkhorn, the exact optimum, and its lead sentence."""
    preset = next(preset for preset in PRESETS if preset.name == name)
    value = {**DEFAULTS, **preset.values}
    source = Cloud(value["source"], value["points"], value["seed"])
    target = Cloud(value["target"], value["points"], value["seed"] + 1, (value["shift_x"], value["shift_y"]))
    problem = Problem(source, target, value["weights"], "sqeuclidean", METHODS[value["method"]])
    reg = 10 ** value["reg"] * results.mean_cost_of(source, target, "sqeuclidean")
    options = (("reg", reg), ("domain", value["domain"]), ("max_iter", value["iterations"]))
    best = results.optimum_of(problem)
    assert best is not None
    return results.solution_of(replace(problem, options=options)), best, preset.look_at


def test_blur_spreads_and_costs_more() -> None:
    run, best, lead = solved("Blur")
    assert "spreads each point's mass over many partners" in lead
    assert (run.plan > 1e-3 / 60).sum(axis=1).min() >= 10
    assert "rises above the optimum" in lead
    assert run.feasible
    assert run.cost > 1.5 * best


def test_a_lie_has_right_rows_wrong_columns_and_a_good_cost() -> None:
    run, best, lead = solved("When Sinkhorn lies")
    assert "rows are right, columns are not, and the cost looks good" in lead
    assert run.row_error < 1e-9
    assert run.column_error > 0.1
    assert run.cost < best


def test_underflow_empties_whole_rows_and_loses_mass() -> None:
    run, best, lead = solved("Underflow")
    assert "is 0 for whole rows" in lead
    assert (np.exp(-run.cost_matrix / run.reg).max(axis=1) == 0).any()
    assert "a cost near 0 is an error" in lead
    assert run.mass < 0.01
    assert run.cost < 1e-4 * best


def test_equal_points_with_other_labels_are_seen_with_y_alone() -> None:
    found = results.distance_of(DatasetPair(CROSSED, 200), "exact", 1.0)
    assert found.feature_only == 0
    assert found.value > 1


def test_a_letter_becomes_the_other() -> None:
    flow = results.flow_of(Cloud("letter A", 70, 0), Cloud("letter B", 70, 1), "wasserstein", 0.15)
    assert flow.values[-1] < 1e-3 * flow.values[0]
