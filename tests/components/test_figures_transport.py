"""The figures of the transport page, by their data."""

import numpy as np
import pytest

from components.figures import transport as figures
from components.figures import transport_datasets, transport_matching, transport_steps
from components.theme import Look
from core.transport import cloud, line_transport, solve, solve_by_hand

LOOK = Look()


def matching(count: int, method: str = "exact") -> tuple[object, object]:
    run = solve(cloud("moons", count), cloud("rings", count, seed=1), method=method)
    masses = (run.source_weights, run.target_weights)
    return run, transport_matching.matching(
        run.source, run.target, run.plan, look=LOOK, title="<b>t</b>", weights=masses
    )


def test_a_thousand_points_stay_under_the_limit() -> None:
    for method in ("exact", "sinkhorn"):
        _, fig = matching(1000, method)
        assert len(fig.to_json()) < 400_000


def test_the_plan_is_drawn_sorted_and_keeps_its_mass() -> None:
    run, fig = matching(30)
    heat = next(trace for trace in fig.data if trace.type == "heatmap")
    order = np.argsort(run.source[:, 0]), np.argsort(run.target[:, 0])
    assert np.allclose(heat.z, run.plan[order[0]][:, order[1]])
    lines = [trace for trace in fig.data if trace.type == "scatter" and trace.mode == "lines" and not trace.xaxis]
    assert sum(np.isnan(trace.x).sum() for trace in lines) == 30
    assert "&lt;b&gt;" in fig.layout.title.text


def test_marginals_show_what_a_bad_plan_gets_wrong() -> None:
    x, y = cloud("moons", 30), cloud("rings", 30, seed=1)
    run = solve(x, y, method="sinkhorn", reg=0.005, domain="log", max_iter=20)
    fig = transport_matching.matching(
        x, y, run.plan, look=LOOK, title="", weights=(run.source_weights, run.target_weights)
    )
    bars = [trace for trace in fig.data if trace.type == "bar"]
    assert np.allclose(bars[0].x, run.plan.sum(1)[np.argsort(x[:, 0])])
    assert np.allclose(bars[1].y, run.plan.sum(0)[np.argsort(y[:, 0])])
    assert np.abs(bars[1].y - 1 / 30).max() > 0.005


@pytest.mark.parametrize("shape", [(3, 4), (150, 151), (1000, 400)])
def test_blocks_keep_the_sum(shape: tuple[int, int]) -> None:
    matrix = np.random.default_rng(0).random(shape)
    drawn = transport_matching.blocks(matrix, 150)
    assert max(drawn.shape) <= 150
    assert drawn.sum() == pytest.approx(matrix.sum())


def test_a_plan_of_no_numbers_is_drawn_empty() -> None:
    x, y = cloud("moons", 20), cloud("rings", 20)
    fig = transport_matching.matching(
        x, y, np.full((20, 20), np.nan), look=LOOK, title="", weights=(np.ones(20), np.ones(20))
    )
    assert not next(trace for trace in fig.data if trace.type == "heatmap").z.any()


def test_a_moving_cloud_has_a_frame_for_every_time_and_starts_where_asked() -> None:
    frames = np.stack([cloud("moons", 25) + t for t in range(5)])
    fig = figures.moving(frames, cloud("rings", 25), look=LOOK, title="", start=3, labels=list("abcde"))
    assert [frame.name for frame in fig.frames] == list("abcde")
    assert np.allclose(fig.data[-2].x, frames[3, :, 0])
    assert np.allclose(fig.frames[4].data[0].y, frames[4, :, 1], atol=1e-6)
    assert fig.frames[4].traces == (len(fig.data) - 2,)


def test_prices_share_one_scale_around_zero() -> None:
    u, v = np.array([1.0, -3.0]), np.array([0.5])
    fig = figures.prices(np.zeros((2, 2)), np.ones((1, 2)), u, v, look=LOOK, title="")
    assert [(trace.marker.cmin, trace.marker.cmax) for trace in fig.data] == [(-3, 3), (-3, 3)]


def test_infeasible_answers_are_crosses() -> None:
    fig = figures.against_regularization(
        np.array([1.0, 0.1]), np.array([2.0, np.nan]), np.array([True, False]), optimum=1.0, look=LOOK, title=""
    )
    assert list(fig.data[0].marker.symbol) == ["circle", "x"]
    assert np.isfinite(fig.data[0].y).all()


def test_infinite_divergence_is_shaded() -> None:
    shifts = np.linspace(0, 1, 3)
    series = [("KL", np.array([0.0, 1.0, np.inf]), "#000000")]
    fig = figures.shift_measures(shifts, series, at=0.5, look=LOOK, title="")
    assert any("infinite" in (note.text or "") for note in fig.layout.annotations)
    assert np.isnan(fig.data[0].y[-1])


def test_the_small_plan_marks_the_loop() -> None:
    costs = np.array([[4.0, 1], [2, 6]])
    step = solve_by_hand(costs, np.ones(2), np.ones(2)).steps[0]
    fig = transport_steps.small_plan(
        step.plan,
        costs,
        (step.source_price, step.target_price),
        (np.ones(2), np.ones(2)),
        basis=step.basis,
        entering=step.entering,
        change=step.change,
        reduced=step.reduced_cost,
        look=LOOK,
        title="",
    )
    words = [note.text for note in fig.layout.annotations]
    assert len(words) == 4
    assert sum(" +" in text for text in words) == 2
    assert sum(" −" in text for text in words) == 2


def test_the_shaded_area_lies_between_the_quantiles() -> None:
    along = line_transport([0.0, 1.0, 4.0], [1.0, 2.0])
    fig = transport_steps.along_line(
        along.levels,
        along.source_quantile,
        along.target_quantile,
        points=(np.array([0.0, 1.0, 4.0]), np.array([1.0, 2.0])),
        look=LOOK,
        title="",
    )
    area = next(trace for trace in fig.data if trace.fill == "toself")
    half = len(area.x) // 2
    upper, lower = area.y[:half], area.y[half:][::-1]
    assert np.abs(upper - lower)[::2] @ along.mass == pytest.approx(along.cost)


def test_classes_are_text_and_cells_can_be_clicked() -> None:
    names = (["<script>", "b"], ["c", "d"])
    table = np.array([[1.0, 2], [3, 4]])
    fig = transport_datasets.class_tables(table, table / 10, names, look=LOOK, title="", chosen=(0, 1))
    spec = fig.to_json().replace("\\u003c", "<").replace("\\u003e", ">")
    assert "<script" not in spec
    targets = [trace for trace in fig.data if trace.type == "scatter"]
    assert [list(pair) for pair in targets[0].customdata] == [[0, 0], [0, 1], [1, 0], [1, 1]]
    planes = (np.zeros((2, 2)), np.ones((2, 2)))
    fig = transport_datasets.datasets(
        planes, (np.array([0, 1]), np.array([0, 1])), names, look=LOOK, title="", chosen=(0, 0)
    )
    assert "<script" not in fig.to_json().replace("\\u003c", "<")
