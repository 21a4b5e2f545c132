"""The figures of the page on prompts, by their data."""

from dataclasses import replace

import numpy as np

from components.theme import Look
from core.prompting import COUNTS, TASKS, Difference, PromptParams, recorded_run
from pages.prompting.prompts.figures.ensembles import NAMES, ensembles_figure
from pages.prompting.prompts.figures.examples import copied_figure, counts_figure, labels_figure
from pages.prompting.prompts.figures.formats import balance_figure, map_figure, scored_figure
from pages.prompting.prompts.figures.items import GAP, ROWS, items_figure
from pages.prompting.prompts.figures.orders import entropy_figure, orders_figure, places_figure
from pages.prompting.prompts.panels.examples import runs

LOOK = Look()


def test_bars_are_the_probabilities_of_the_right_answers_and_carry_their_items() -> None:
    run = recorded_run("sentiment", PromptParams(examples=4))
    assert run is not None
    found = run.evaluation()
    fig = items_figure(found, 13, look=LOOK, title="t", start=ROWS)
    bars, accuracy = fig.data[:2]
    np.testing.assert_allclose(bars.x, found.truth[ROWS : 2 * ROWS], atol=1e-6)
    assert [row[0] for row in bars.customdata] == list(range(ROWS, 2 * ROWS))
    assert accuracy.x[0] == found.accuracy and accuracy.y[0] == -GAP
    low, high = found.interval
    ends = [accuracy.x[0] - accuracy.error_x.arrayminus[0], accuracy.x[0] + accuracy.error_x.array[0]]
    assert np.allclose(ends, [low, high])
    colors = [LOOK.role("accepted" if right else "rejected") for right in found.correct[ROWS : 2 * ROWS]]
    assert list(bars.marker.color) == colors
    assert fig.layout.shapes[-1].x0 == 0.5


def test_markup_of_an_item_is_escaped_in_the_figure() -> None:
    found = runs("capitals", 0)[0]
    task = found.task
    items = (replace(task.items[0], text="<b>x</b>"), *task.items[1:])
    fig = items_figure(replace(found, task=replace(task, items=items)), 0, look=LOOK, title="t")
    assert "&lt;b&gt;x" in fig.layout.yaxis.ticktext[1]


def test_a_dot_for_each_draw_and_a_line_through_the_means() -> None:
    accuracies = {task: {k: [each.accuracy for each in runs(task, k)] for k in COUNTS} for task in TASKS}
    fig = counts_figure(accuracies, look=LOOK, title="t")
    dots, line = fig.data[:2]
    assert len(dots.y) == sum(map(len, accuracies["capitals"].values()))
    np.testing.assert_allclose(line.y, [np.mean(values) for values in accuracies["capitals"].values()])
    assert [note.text for note in fig.layout.annotations] == list(TASKS)


def test_losses_have_their_intervals() -> None:
    loss = Difference(-0.2, -0.3, -0.1)
    fig = labels_figure({"shuffled": {"x": loss}, "random": {"x": loss}}, look=LOOK, title="t")
    assert [trace.x for trace in fig.data] == [(-0.2,), (-0.2,)]
    assert np.allclose(fig.data[0].error_x.array, 0.1) and np.allclose(fig.data[0].error_x.arrayminus, 0.1)


def test_origins_are_stacked_to_one() -> None:
    shares = {0: np.array([0.1, 0.2, 0.3, 0.4]), 8: np.array([1.0, 0, 0, 0])}
    assert np.allclose(np.sum([trace.y for trace in copied_figure(shares, look=LOOK, title="t").data], axis=0), 1)


def test_orders_stand_from_the_worst_to_the_best() -> None:
    shares = np.array([0.9, 0.5, 0.7])
    ends = [True, False, True]
    fig = orders_figure(["a", "b", "c"], shares, [(0.4, 0.95)] * 3, ends, look=LOOK, title="t")
    assert list(fig.layout.xaxis.ticktext) == ["b", "c", "a"]
    assert fig.data[0].y == (0.7, 0.9) and fig.data[1].y == (0.5,)
    assert fig.data[1].x == (0,)


def test_places_and_entropies_are_drawn_as_measured() -> None:
    effects = np.array([[0.1, -0.1], [0.3, -0.3]])
    bars, dots = places_figure(effects, "a", look=LOOK, title="t").data
    assert np.allclose(bars.y, [0.2, -0.2]) and np.allclose(dots.y, effects.ravel())
    fig = entropy_figure(np.array([0.1, 0.6]), np.array([0.5, 0.9]), [1], look=LOOK, title="t", name="E")
    assert fig.data[0].x[0] == 0.1 and fig.data[1].y[0] == 0.9 and fig.layout.shapes[0].y0 == 0.7


def test_maps_curves_and_bars_are_drawn_as_measured() -> None:
    table = np.array([[0.5, 0.9], [0.7, 0.8]])
    assert np.allclose(map_figure(table, ["x", "y"], ["u", "v"], "task", look=LOOK, title="t").data[0].z, table)
    shares = np.array([0.1, 0.5, 0.9])
    curves = {"raw": shares, "first": shares[::-1], "second": shares}
    fig = balance_figure(curves, shares, 0.5, look=LOOK, title="t")
    assert np.allclose(fig.data[1].y, shares[::-1]) and fig.layout.shapes[0].x0 == 0.5
    fig = scored_figure({"sum": 0.8}, {"sum": (0.6, 0.9)}, {"A": 1.0}, look=LOOK, title="t")
    assert fig.data[0].y[0] == 0.8 and np.isclose(fig.data[0].error_y.arrayminus[0], 0.2) and fig.data[1].y == (1.0,)
    found = {name: np.linspace(0.5, 1, 8) for name in NAMES}
    fig = ensembles_figure(found, look=LOOK, title="t")
    assert len(fig.data) == 4 and np.allclose(fig.data[0].x, np.arange(1, 9))
