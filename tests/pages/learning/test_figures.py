"""The figures of the learning page, by their data."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.lessons.marks import TRUTH
from components.theme import Look
from core.learning import OUTPUTS, WaysParams, World, one_set, recorded_digits, ways
from pages.foundations.learning.figures.descent import descent
from pages.foundations.learning.figures.hero import PLACES, hero, view_of
from pages.foundations.learning.figures.losses import risks
from pages.foundations.learning.figures.pairs import spaced
from pages.foundations.learning.figures.ways import digits, plane
from pages.foundations.learning.results import Data, comparison_of, descents_of

LOOK = Look()


def main_figure(degree: int = 15, ridge: float = 0.0, *, truth: bool = True):  # type: ignore[no-untyped-def]
    world = World()
    found = comparison_of(Data(world, 20, 20, 5), ridge)
    training, validation, _ = found.data.sets
    x = np.linspace(-1, 1, 241)
    return found, hero(
        {"training": training, "validation": validation},
        (x, found.fits[degree].predict(x)),
        found.errors,
        degree=degree,
        look=LOOK,
        title="<b>t</b>",
        truth=world.truth(x) if truth else None,
        floor=0.0625,
    )


def test_the_main_figure_shows_points_curve_and_errors() -> None:
    found, fig = main_figure()
    traces = {trace.name: trace for trace in fig.data if trace.xaxis is None or trace.name.startswith("least")}
    assert np.allclose(traces["training"].x, found.data.sets[0][:, 0])
    assert np.allclose(traces["validation"].y, found.data.sets[1][:, 1])
    test = next(trace for trace in fig.data if trace.name == "test")
    assert np.allclose(test.y, found.errors["test"])
    assert "function" in traces
    assert "function" not in {trace.name for trace in main_figure(truth=False)[1].data}
    words = main_figure()[1].to_plotly_json()
    assert TRUTH not in traces, "it is what a lesson calls the answer to its question"
    assert TRUTH not in str(words["layout"]["annotations"])
    assert traces["least validation error"].x[0] == found.chosen
    assert "&lt;b&gt;" in fig.layout.title.text
    assert len(fig.to_json()) < 100_000


def test_every_place_for_a_click_lies_in_the_window_and_carries_itself() -> None:
    _, fig = main_figure()
    grid = fig.data[0]
    assert grid.marker.opacity == grid.unselected.marker.opacity == 0
    assert len(grid.x) == PLACES[0] * PLACES[1]
    assert np.allclose(np.asarray(grid.customdata)[:, 0], grid.x)
    assert np.allclose(np.asarray(grid.customdata)[:, 1], grid.y)
    low, high = fig.layout.yaxis.range
    assert low < min(grid.y)
    assert max(grid.y) < high


@pytest.mark.parametrize("points", [20, 200])
def test_the_axis_of_errors_has_two_numbers_at_least(points: int) -> None:
    found = comparison_of(Data(World(), points, 20, 5), 0.0)
    training, validation, _ = found.data.sets
    sets, curve = {"training": training, "validation": validation}, (np.zeros(2), np.zeros(2))
    fig = hero(sets, curve, found.errors, degree=15, look=LOOK, title="t", truth=None, floor=0.0625)
    axis = fig.layout.yaxis2
    low, high = axis.range
    ticks = np.log10(axis.tickvals) if axis.tickvals else np.arange(np.ceil(low), high)
    assert np.count_nonzero((ticks >= low) & (ticks <= high)) >= 2


def test_the_window_holds_all_points_and_not_the_curve() -> None:
    points = np.array([[0.0, 1.0], [2.0, 5.0]])
    (left, right), (low, high) = view_of({"training": points, "validation": points}, None)
    assert left < 0 < 2 < right
    assert low < 1 < 5 < high < 6
    (_, _), (low, high) = view_of({"training": points, "validation": points}, np.array([-9.0, 9.0]))
    assert low < -9 < 9 < high


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=5), st.floats(-5, -1), st.floats(0, 5))
def test_names_keep_apart_within_the_axis(heights: list[float], low: float, high: float) -> None:
    at = {str(place): float(np.clip(height, low, high)) for place, height in enumerate(heights)}
    found = np.sort(list(spaced(at, (low, high), 0.08).values()))
    assert found[0] >= low - 1e-9
    assert found[-1] <= high + 1e-9
    assert (np.diff(found) >= 0.08 * (high - low) - 1e-9).all()


@pytest.mark.parametrize(("look", "height"), [(Look(presenter=True), 210), (Look(presenter=True), 300), (LOOK, 360)])
def test_names_keep_a_line_apart_in_a_low_figure(look: Look, height: int) -> None:
    fig = descent(descents_of(0.5, 0.0), floor=0.25, look=look, title="t", height=height)
    low, high = fig.layout.yaxis.range
    levels = sorted(note.y for note in fig.layout.annotations if note.text in ("test", "training", "noise"))
    assert len(levels) == 3
    # Title, ticks and the axis' name take about 94 pixels.
    assert np.diff(levels).min() * (fig.layout.height - 94) / (high - low) >= 1.19 * look.size


@pytest.mark.parametrize("fresh", [False, True])
def test_a_boundary_is_where_the_classifier_changes_its_mind(fresh: bool) -> None:
    params = WaysParams(features=4)
    found, one = ways(params), one_set(params, 64)
    fig = plane(found, one, fresh=fresh, seed=0, look=LOOK, title="t", height=340)
    rest = one.x.mean(axis=0)[2:]
    lines = {
        trace.name: trace
        for trace in fig.data
        if trace.mode == "lines" and trace.name in ("generative", "discriminative")
    }
    for name, model in (("generative", one.density), ("discriminative", one.boundary)):
        ends = np.column_stack([lines[name].x, lines[name].y])
        along = np.diff(ends, axis=0)[0]
        normal = np.array([-along[1], along[0]]) / np.linalg.norm(along)
        middle = ends.mean(axis=0)
        near = [np.concatenate([middle + side * 1e-6 * normal, rest])[None] for side in (-1, 1)]
        assert model.predict(near[0])[0] != model.predict(near[1])[0]
    assert any(trace.name == "drawn from the densities" for trace in fig.data) == fresh


def test_digits_are_ten_pictures() -> None:
    fig = digits(recorded_digits(), whole=True, seed=0, look=LOOK, title="t", height=340)
    heat = next(trace for trace in fig.data if trace.type == "heatmap")
    assert np.asarray(heat.z).shape == (20, 50)


def test_the_descent_shows_medians() -> None:
    runs = descents_of(0.5, 0.0)
    fig = descent(runs, floor=0.25, look=LOOK, title="t", height=340)
    test = next(trace for trace in fig.data if trace.name == "test")
    assert np.allclose(test.y, np.median([run.test_error for run in runs], axis=0))
    assert len(fig.layout.shapes) == 2
    assert len(descent(runs, floor=0.0, look=LOOK, title="t", height=340).layout.shapes) == 1


@pytest.mark.parametrize("output", OUTPUTS)
def test_each_loss_has_its_least_at_its_mark(output: str) -> None:
    kind = OUTPUTS[output]
    values = kind.read([float(word) for word in kind.values.split()])
    fig = risks(kind, values, look=LOOK, title="t", height=340)
    for loss in kind.losses:
        curve = next(trace for trace in fig.data if trace.name == loss.name)
        mark = next(trace for trace in fig.data if trace.name == f"least {loss.name}")
        assert mark.x[0] == loss.best(values)
        step = abs(curve.x[1] - curve.x[0])
        least = np.asarray(curve.x)[np.nanargmin(curve.y)]
        assert loss.risk(np.array([mark.x[0]]), values)[0] <= loss.risk(np.array([least]), values)[0] + 1e-12
        assert np.nanmin(curve.y) <= 0.02 + step


def test_no_name_at_the_right_lies_over_another() -> None:
    """With many points all errors end near the noise."""
    world, floor = World(), 0.0625
    found = comparison_of(Data(world, 200, 20, 5), 0.0)
    training, validation, _ = found.data.sets
    x = np.linspace(-1, 1, 9)
    sets = {"training": training, "validation": validation}
    for fig in (
        hero(sets, (x, x), found.errors, degree=15, look=LOOK, title="t", truth=None, floor=floor),
        descent(descents_of(0.5, 0.0), floor=floor, look=LOOK, title="t", height=340),
    ):
        placed = {note.text: note for note in fig.layout.annotations}
        low, high = fig.layout[f"yaxis{placed['noise'].yref[1:]}"].range
        heights = sorted(placed[name].y for name in ("training", "test", "noise"))
        assert np.diff(heights).min() >= 0.08 * (high - low) - 1e-9
