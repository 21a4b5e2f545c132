"""Where guess and truth are written: beside what a figure shows, wherever there is room."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from components.lessons.ground import (
    FEWEST,
    PAD,
    PHONE,
    PROJECTED,
    ROOMY,
    WIDTHS,
    WORDS,
    Box,
    Plot,
    around,
    plot_of,
    size_of,
    widths,
)
from components.lessons.marks import marked
from components.lessons.placing import along_line, beside_point, best_arrow
from components.lessons.plotted import with_traces
from components.theme import Look
from core.lessons import Axis, Number, Point, Reading, Series

LOOK = Look()


def figure(*traces: Any, **layout: Any) -> go.Figure:
    return go.Figure(list(traces)).update_layout(
        height=400, xaxis_range=[0, 10], yaxis_range=[0, 10], showlegend=False, **layout
    )


def plot(fig: go.Figure) -> Plot:
    rows = with_traces(fig)
    return plot_of(fig.to_dict()["layout"], rows, rows[0][1], LOOK)


def holds(box: Box, point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def test_an_arrow_comes_from_where_no_line_is() -> None:
    level = go.Scatter(x=[0, 10], y=[5, 5], name="level")
    for height, free in ((6.4, -42.0), (3.6, 42.0)):
        shown = plot(figure(level, go.Scatter(x=[0, 10], y=[height, height])))
        at = (5.0, 5.0)
        assert way(shown, at, (0, -free)) == (0, free)
        assert way(shown, at, (0, free)) != (0, free), "there is the first note"
    alone = plot(figure(level))
    assert way(alone, (5, 5), (0, 42)) == (0, 42), "it stays where nothing is covered"


def way(shown: Plot, at: tuple[float, float], first: tuple[float, float]) -> tuple[float, float]:
    """Where the word of an arrow at a point stands from there."""
    arrow = beside_point([shown], at, "truth", first, LOOK)
    return arrow.across, arrow.up


def test_a_note_beside_a_point_is_free_however_broad_its_figure_is_drawn() -> None:
    """It has its size in pixels: in a broad figure it stands upon other numbers than in a narrow one."""
    fig = figure(go.Scatter(x=[5], y=[5], mode="markers"))
    rows = with_traces(fig)
    narrow, _, broad = (plot_of(fig.to_dict()["layout"], rows, rows[0][1], LOOK, pixels) for pixels in WIDTHS)
    best = best_arrow([narrow], (5, 5), "truth", (80, 0), LOOK)
    assert best_arrow([narrow, broad], (5, 5), "truth", (80, 0), LOOK) == best
    x, y = broad.at(5, 5)
    broad.places = np.array([[x + best.across, y + best.up]] * 9)
    other = best_arrow([narrow, broad], (5, 5), "truth", (80, 0), LOOK)
    assert (other.across, other.up) != (best.across, best.up)


def test_no_note_lies_upon_the_legend() -> None:
    """It stands above the plot, where a note finds room else."""
    point = go.Scatter(x=[5], y=[5], mode="markers", name="point")
    for legend in (False, True):
        shown = plot(figure(point).update_layout(showlegend=legend))
        above = (10.0, shown.height - 10.0, 50.0, shown.height + 18.0)
        assert (shown.cost(above) >= WORDS) == legend, "it is words"
        beside = (300.0, shown.height - 10.0, 340.0, shown.height + 8.0)
        assert 0 <= shown.cost(beside) < WORDS


def test_notes_beside_each_other_keep_their_borders_apart() -> None:
    """Each has four pixels of a border, of which a word without one knows nothing."""
    shown = plot(figure(go.Scatter(x=[5, 5], y=[5, 5], mode="markers")))
    first = beside_point([shown], (5, 5), "truth", (0, 60), LOOK)
    second = beside_point([shown], (5, 5), "your guess", (0, 38), LOOK)
    high = LOOK.size * 1.4
    assert abs(first.up - second.up) >= high + 8 or abs(first.across - second.across) >= 60


def test_marks_are_free_on_a_phone_too() -> None:
    """There a figure that keeps no width is less than half as broad as on any screen."""
    fall = go.Scatter(x=list(range(30)), y=[9, 5, 1, *[0.5] * 27], name="fall")
    fig = figure(fall, go.Scatter(x=[1], y=[0], mode="markers")).update_xaxes(range=[-1, 30])
    fig.update_layout(margin={"r": 60})
    for at in (3, 7, 12):
        drawn = marked(fig, Point(Reading("fall", "highest at")), str(at), LOOK, PHONE).to_dict()
        rows, layout = with_traces(fig), fig.to_dict()["layout"]
        phone, *screens = widths(fig.to_dict(), LOOK, PHONE)
        assert tuple(screens) == WIDTHS
        assert phone < PHONE - 60
        shown = plot_of(layout, rows, rows[0][1], LOOK, phone)
        name, truth = (box_of(shown, note) for note in drawn["layout"]["annotations"])
        assert not (name[0] < truth[2] and truth[0] < name[2] and name[1] < truth[3] and truth[1] < name[3])
        for box in (name, truth):
            assert 0 <= box[0] <= box[2] <= shown.width + 60
            assert not [place for place in shown.places if holds(box, (float(place[0]), float(place[1])))]


def test_a_wall_is_broad_and_no_phone() -> None:
    fig = figure(go.Scatter(x=[5], y=[5]))
    assert widths(fig.to_dict(), Look(presenter=True), PHONE) == PROJECTED
    assert widths(fig.to_dict(), LOOK, ROOMY)[0] > 2 * widths(fig.to_dict(), LOOK, PHONE)[0] - 100
    assert min(widths(fig.update_layout(margin={"r": 400}).to_dict(), LOOK, PHONE)) == FEWEST


def test_no_arrow_runs_over_words() -> None:
    level = go.Scatter(x=[0, 10], y=[5, 5], name="level")
    shown = plot(figure(level))
    at = shown.at(5, 5)
    shown.words.append((at[0] - 40, at[1] + 20, at[0] + 40, at[1] + 26))
    assert way(shown, (5, 5), (0, 60)) == (0, -60)


def test_an_arrow_ends_before_the_number_of_its_bar() -> None:
    bars = go.Bar(x=["a", "b"], y=[3, 4], text=["3", "4"], textposition="outside")
    shown = plot(figure(bars).update_xaxes(range=None))
    at = shown.at(0, 3)
    arrow = beside_point([shown], (0, 3), "truth", (0, 60), LOOK)
    (number,) = [box for box in shown.words if box[0] < at[0] < box[2] and box[3] < at[1] + 30]
    assert (arrow.across, arrow.up) == (0, 60)
    assert at[1] + arrow.standoff >= number[3]
    free = plot(figure(go.Bar(x=["a", "b"], y=[3, 4])).update_xaxes(range=None))
    assert beside_point([free], (0, 3), "truth", (0, 60), LOOK).standoff == 0


@pytest.mark.parametrize("lying", [False, True])
@pytest.mark.parametrize("mode", ["group", "stack"])
def test_a_name_lies_across_no_bar(mode: str, *, lying: bool) -> None:
    def bars(*heights: float) -> go.Bar:
        x, y = ["a", "b", "c"], list(heights)
        return go.Bar(x=y, y=x, orientation="h") if lying else go.Bar(x=x, y=y)

    fig = figure(bars(8, 8, 0), bars(2, 2, 0), barmode=mode)
    shown = plot(fig.update_layout({f"{'y' if lying else 'x'}axis": {"range": None}}))
    beside = 0.2 if mode == "stack" else -0.2
    inside = shown.at(4, beside) if lying else shown.at(beside, 4)
    assert shown.cost((inside[0] - 9, inside[1] - 9, inside[0] + 9, inside[1] + 9)) > 4
    named = along_line([shown], 4, "your guess: 4", upright=lying, look=LOOK)
    assert named.along > 0.7, "over the place without bars"
    assert named.cost == 0


def test_a_name_stands_beside_the_start_of_a_curve_and_beside_words() -> None:
    curve = go.Scatter(x=[0, 1, 3, 10], y=[4.5, 5.5, 9, 9.5], name="rank r")
    shown = plot(figure(curve))
    named = along_line([shown], 5, "your guess: 0.5", upright=False, look=LOOK)
    assert named.along > 0.5
    words = figure(curve).add_annotation(x=9, y=5.4, text="as many single entries", showarrow=False)
    shown = plot(words)
    other = along_line([shown], 5, "your guess: 0.5", upright=False, look=LOOK)
    assert other != named
    upright = along_line([shown], 5, "your guess: 5", upright=True, look=LOOK)
    assert upright.anchor[0] == "left"


@pytest.mark.parametrize("turned", [False, True])
def test_a_point_lies_where_the_figure_draws_it(*, turned: bool) -> None:
    fig = figure(go.Scatter(x=[2], y=[2]), margin={"t": 44, "b": 8})
    if turned:
        fig.update_yaxes(range=[10, 0])
    shown = plot(fig)
    assert shown.places == pytest.approx(np.array([shown.at(2, 2)]))
    assert shown.at(2, 2) == pytest.approx((0.2 * shown.width, (0.8 if turned else 0.2) * shown.height))


def test_what_nobody_sees_is_covered() -> None:
    seen, hidden = go.Scatter(x=[5], y=[5], mode="markers"), {"marker": {"opacity": 0}}
    assert len(plot(figure(seen, go.Scatter(x=[1, 2], y=[1, 2], mode="markers", **hidden))).places) == 1
    assert len(plot(figure(seen, go.Scatter(x=[1, 2], y=[1, 2], mode="markers", visible=False))).places) == 1
    assert len(plot(figure(seen, go.Scatter(x=[1, 2], y=[1, 2], mode="lines"))).places) > 10


def test_the_numbers_of_a_stack_stay_in_sight() -> None:
    bars = [go.Bar(x=["a", "b"], y=[3, 4], text=["3", "4"]), go.Bar(x=["a", "b"], y=[4, 2], text=["4", "2"])]
    fig = figure(*bars, barmode="stack").update_xaxes(range=None)
    middles = [(box[0] + box[2]) / 2 for box in plot(fig).words], [(box[1] + box[3]) / 2 for box in plot(fig).words]
    shown = plot(fig)
    assert middles[1] == pytest.approx([shown.at(0, y)[1] for y in (1.5, 2, 5, 5)])


def test_marks_are_written_where_no_point_is() -> None:
    many = go.Scatter(x=list(range(11)), y=[1, 4, 6, 7, 7.5, 8, 8.2, 8.4, 8.5, 8.6, 8.7], name="one")
    fig = figure(many)
    for guess, answer in (
        (Number(Reading("one", "first"), 0, 10), "4"),
        (Number(Reading("one", "last"), 0, 10), "8.5"),
        (Point(Reading("one", "highest at")), "9"),
    ):
        layout = marked(fig, guess, answer, LOOK).to_dict()["layout"]
        shown = plot(fig)
        for note in layout["annotations"]:
            where = box_of(shown, note)
            assert not [x for x, y in zip(many.x, many.y, strict=True) if holds(where, shown.at(x, y))], note["text"]


def box_of(shown: Plot, note: dict[str, Any]) -> Box:
    """Where a note of ours stands in a plot without logarithmic axes."""
    size = size_of(note["text"], LOOK.size)
    x = note["x"] * shown.width if "domain" in note["xref"] else shown.at(note["x"], 0)[0]
    y = note["y"] * shown.height if "domain" in note["yref"] else shown.at(0, note["y"])[1]
    if note["showarrow"]:
        return around(x + note["ax"], y - note["ay"], size)
    return around(x, y, size, (note["xanchor"], note["yanchor"]))


def test_a_box_beside_the_plot_costs_more_than_one_over_a_line() -> None:
    axis = Axis("", 0, 1)
    empty = Plot(
        Series("", np.array([]), np.array([]), axis, axis), 100, 100, (False, False), (0, 0), np.full((9, 2), 50.0)
    )
    assert empty.cost((40, 40, 60, 60)) == 9
    assert empty.cost((20, 20, 40, 40)) == 0
    assert empty.cost((20, 20, 50 - PAD, 50 - PAD)) == 9, "its edge counts"
    assert empty.cost((-30, 20, 20, 40)) > 9
