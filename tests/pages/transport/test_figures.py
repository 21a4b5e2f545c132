"""The figures of the transport page, by their data."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from components.theme import Look
from core.orca import ARMS, TASKS, recorded_alignment
from core.transport import cloud, line_transport, solve, solve_by_hand
from pages.adaptation.transport.figures import datasets as transport_datasets
from pages.adaptation.transport.figures import line as transport_line
from pages.adaptation.transport.figures import matching as transport_matching
from pages.adaptation.transport.figures import moves as figures
from pages.adaptation.transport.figures import steps as transport_steps
from pages.adaptation.transport.panels import alignment

LOOK = Look()


@pytest.mark.parametrize("tuned", [True, False])
@pytest.mark.parametrize("task", TASKS)
def test_the_names_of_the_arms_keep_apart_on_an_axis_that_holds_all_seeds(task: str, tuned: bool) -> None:
    found = recorded_alignment(task, tune_body=tuned)
    page: Any = SimpleNamespace(look=Look(presenter=True))
    means = dict(zip(ARMS, found.accuracy.mean(axis=1), strict=True))
    fig = alignment._curves(page, means, found.eval_steps, "t", found.accuracy)
    heights = np.sort([note.y for note in fig.layout.annotations if note.text in ARMS])
    assert len(heights) == len(ARMS)
    # A line of a projector's type is about a fifteenth of the axis, which reaches a little beyond the curves.
    assert np.diff(heights).min() > 0.079 * np.ptp(found.accuracy)


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


def test_the_name_of_the_color_bar_keeps_clear_of_the_axis_on_a_projector() -> None:
    run = solve(cloud("moons", 9), cloud("rings", 9, seed=1))
    for look in (LOOK, Look(presenter=True)):
        fig = transport_matching.matching(
            run.source, run.target, run.plan, look=look, title="t", weights=(run.source_weights, run.target_weights)
        )
        inside = fig.layout.height - fig.layout.margin.t - 8
        # The axis' name, the bar's name, the bar, its numbers: lines of type with their leading.
        needed = 2 * 1.35 * look.size + 10 + 1.35 * (look.size - 1) + 4
        assert fig.layout.yaxis2.domain[0] * inside >= needed
        assert fig.layout.yaxis2.domain == fig.layout.yaxis4.domain


@pytest.mark.parametrize("apart", [0.0, 5.0])
def test_one_unit_is_as_long_along_both_axes(apart: float) -> None:
    x, y, flat = cloud("moons", 20), cloud("rings", 20), np.ones(20)
    plan = np.eye(20) / 20
    drawn = [
        transport_matching.matching(x, y, plan, look=LOOK, title="", weights=(flat, flat), apart=apart),
        figures.moving(np.stack([x, y]), y, look=LOOK, title="", start=0, labels=["0", "1"]),
        figures.prices(x, y, flat, flat, look=LOOK, title=""),
    ]
    for fig in drawn:
        assert fig.layout.yaxis.scaleanchor == "x"
    names, place = (["a"], ["b"]), np.zeros(20, dtype=int)
    both = transport_datasets.datasets((x, y), (place, place), names, look=LOOK, title="", chosen=(0, 0)).layout
    assert (both.yaxis.scaleanchor, both.yaxis2.matches, both.xaxis2.matches) == ("x", "y", "x")
    assert np.ptp(both.xaxis.domain) == pytest.approx(np.ptp(both.xaxis2.domain))


def test_the_drawn_moves_are_a_fair_sample_of_the_mass() -> None:
    x, y = cloud("moons", 400), cloud("rings", 400, seed=1)
    run = solve(x, y, method="sinkhorn")
    inner = np.linalg.norm(y, axis=1) < 1.4
    due = run.plan[:, inner].sum() / run.plan.sum()
    i, j, chosen = transport_matching.drawn_moves(run.plan)
    # Four standard errors of a share among as many units.
    bound = 4 * np.sqrt(due * (1 - due) / transport_matching.MAX_LINES)
    assert chosen.marks[inner[j]].sum() / chosen.marks.sum() == pytest.approx(due, abs=bound)
    assert chosen.share == pytest.approx(run.plan[i, j].sum() / run.plan.sum(), abs=1e-6)
    heaviest = np.argsort(-run.plan, axis=None)[: len(i)]
    assert inner[heaviest % 400].mean() < 0.1 < due


def test_ink_goes_with_mass_where_all_moves_are_drawn() -> None:
    plan = np.diag([0.5, 0.25, 0.125, 0.125])
    points = np.arange(8.0).reshape(4, 2)
    fig = transport_matching.matching(points, points, plan, look=LOOK, title="", weights=(np.ones(4), np.ones(4)))
    lines = [trace for trace in fig.data if trace.type == "scatter" and trace.mode == "lines" and not trace.xaxis]
    ink = sorted(trace.line.width * trace.opacity for trace in lines)
    assert ink == pytest.approx([ink[-1] / 4, ink[-1] / 2, ink[-1]])


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


@pytest.mark.parametrize("count", [30, 150, 160, 400])
def test_a_plan_in_blocks_fills_its_axes(count: int) -> None:
    _, fig = matching(count)
    heat = next(trace for trace in fig.data if trace.type == "heatmap")
    assert list(fig.layout.xaxis2.range) == [-0.5, heat.z.shape[1] - 0.5]
    assert list(fig.layout.yaxis2.range) == [heat.z.shape[0] - 0.5, -0.5]


def test_equal_masses_stay_even_in_blocks() -> None:
    drawn = transport_matching.blocks(np.full((1, 400), 1 / 400), 150)[0]
    assert np.allclose(drawn[:-1], 3 / 400)
    assert drawn[-1] <= 3 / 400


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
        np.array([1.0, 0.1]), np.array([2.0, np.nan]), np.array([True, False]), optimum=1.0, at=0.1, look=LOOK, title=""
    )
    assert list(fig.data[0].marker.symbol) == ["circle", "x"]
    assert np.isfinite(fig.data[0].y).all()
    assert fig.data[0].cliponaxis is False


def test_infinite_divergence_is_shaded() -> None:
    shifts, values = np.linspace(0, 1, 3), np.array([0.0, 1.0, np.inf])
    fig = figures.shift_measure(shifts, values, name="KL", color="#000000", at=0.5, look=LOOK, title="", height=300)
    assert any("infinite" in (note.text or "") for note in fig.layout.annotations)
    assert np.isnan(fig.data[0].y[-1])
    assert fig.layout.yaxis.title.text == "KL"


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
    loop = {(shape.x0 + 0.47, shape.y0 + 0.47): shape.line for shape in fig.layout.shapes if shape.line.width >= 3}
    assert {place: line.color for place, line in loop.items()} == {
        (j, i): LOOK.role("accepted" if step.change[i, j] > 0 else "rejected") for i, j in np.ndindex(2, 2)
    }
    assert step.entering is not None
    assert loop[step.entering[::-1]].width == 5


def line_figure(bin_width: float | None, x: list[float], y: list[float], **weights: list[float]) -> tuple[Any, Any]:
    along = line_transport(x, y, **weights)
    masses = weights.get("source_weights"), weights.get("target_weights")
    fig = transport_line.along_line(
        along,
        (np.array(x), np.array(y)),
        (
            np.full(len(x), 1 / len(x)) if masses[0] is None else np.array(masses[0]),
            np.full(len(y), 1 / len(y)) if masses[1] is None else np.array(masses[1]),
        ),
        bin_width=bin_width,
        look=LOOK,
        title="",
    )
    return along, fig


def test_the_shaded_area_lies_between_the_quantiles() -> None:
    along, fig = line_figure(None, [0.0, 1.0, 4.0], [1.0, 2.0])
    area = next(trace for trace in fig.data if trace.fill == "toself")
    half = len(area.x) // 2
    upper, lower = area.y[:half], area.y[half:][::-1]
    assert np.abs(upper - lower)[::2] @ along.mass == pytest.approx(along.cost)


def test_points_on_a_line_are_as_large_as_their_masses_and_every_piece_is_a_line() -> None:
    along, fig = line_figure(None, [0.0, 1.0], [2.0, 3.0], source_weights=[0.2, 0.8], target_weights=[0.5, 0.5])
    dots = [trace for trace in fig.data if trace.mode == "markers"]
    sizes = np.asarray(dots[0].marker.size)
    assert (sizes[1] / sizes[0]) ** 2 == pytest.approx(4)
    ways = [trace for trace in fig.data if trace.mode == "lines" and not trace.xaxis]
    assert sum(int(np.isnan(trace.x).sum()) for trace in ways) == len(along.mass) == 3
    assert sorted({trace.line.width for trace in ways}) == [1.5, 2.25, 3.0]


def test_bars_grow_away_from_the_middle_by_their_mass() -> None:
    masses = {"source_weights": [0.25, 0.75], "target_weights": [0.5, 0.5]}
    _, fig = line_figure(2.0, [0.0, 2.0], [0.0, 2.0], **masses)
    source, target = (trace for trace in fig.data if trace.type == "bar")
    assert source.width == 2.0
    assert source.base == 1.0
    assert target.base == 0.0
    assert source.y[1] / source.y[0] == pytest.approx(3)
    assert (target.y < 0).all()
    assert np.allclose(source.customdata, masses["source_weights"])


def test_classes_are_text_and_cells_can_be_clicked() -> None:
    names = (["<script>", "b"], ["c", "d"])
    table = np.array([[1.0, 2], [3, 4]])
    fig = transport_datasets.class_table(table, names, label="W", look=LOOK, title="", chosen=(0, 1))
    spec = fig.to_json().replace("\\u003c", "<").replace("\\u003e", ">")
    assert "<script" not in spec
    targets = [trace for trace in fig.data if trace.type == "scatter"]
    assert [list(pair) for pair in targets[0].customdata] == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert fig.layout.shapes[0].x0 == 0.5
    assert fig.layout.shapes[0].y1 == 0.5
    planes = (np.zeros((2, 2)), np.ones((2, 2)))
    fig = transport_datasets.datasets(
        planes, (np.array([0, 1]), np.array([0, 1])), names, look=LOOK, title="", chosen=(0, 0)
    )
    assert "<script" not in fig.to_json().replace("\\u003c", "<")


def test_the_chosen_classes_are_strong_and_lie_above() -> None:
    points, place = np.arange(12.0).reshape(6, 2), np.array([0, 1, 2, 0, 1, 2])
    names = ["p", "q", "r"]
    fig = transport_datasets.datasets(
        (points, points + 1), (place, place), (names, names), look=LOOK, title="", chosen=(1, 0)
    )
    for trace, strong in zip(fig.data, (1, 0), strict=True):
        assert list(trace.text[-2:]) == [names[strong]] * 2
        assert list(trace.marker.size) == [6] * 4 + [11] * 2
        assert len(set(trace.marker.color)) == 3
    means = {(note.text, note.xref): (note.x, note.y) for note in fig.layout.annotations}
    assert means["q", "x"] == (5.0, 6.0)
    assert means["q", "x2"] == (6.0, 7.0)


def test_a_hundred_labels_are_named_in_steps() -> None:
    names = [f"label {k}" for k in range(100)]
    fig = transport_datasets.class_table(np.eye(100), (names, names), label="mass", look=LOOK, title="", chosen=(0, 0))
    assert list(fig.layout.yaxis.ticktext) == names[::4]
    assert fig.layout.height == transport_datasets.TALLEST


def test_a_target_that_is_drawn_elsewhere_is_said_to_be() -> None:
    x, y = cloud("moons", 20), cloud("rings", 20, seed=1)
    masses = (np.full(20, 0.05), np.full(20, 0.05))
    for apart, words in ((0.0, "feature 1"), (4.25, "feature 1; the target is drawn 4.25 to the right")):
        fig = transport_matching.matching(x, y, np.eye(20) / 20, look=LOOK, title="t", weights=masses, apart=apart)
        assert fig.layout.xaxis.title.text == words
        assert np.asarray(fig.data[-1].x) == pytest.approx(y[:, 0] + apart, rel=1e-5)
