"""Where guess and truth are written: beside what a figure shows, wherever there is room."""

from itertools import product
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from components.lessons.ground import PAD, WORDS, Arrow, Box, Plot, around, size_of
from components.lessons.marks import marked
from components.lessons.placing import FREE, SCREEN, along_line, best_arrow, in_more_lines, keep_note
from components.lessons.plotted import with_traces
from components.lessons.survey import (
    BROAD,
    FEWEST,
    PHONE,
    PROJECTED,
    ROOMY,
    WIDTHS,
    plot_of,
    widths,
    with_room_for_words,
)
from components.theme import Look
from core.lessons import Axis, Number, Point, Reading, Series, Take

LOOK = Look()


def figure(*traces: Any, **layout: Any) -> go.Figure:
    return go.Figure(list(traces)).update_layout(
        height=400, xaxis_range=[0, 10], yaxis_range=[0, 10], showlegend=False, **layout
    )


def plot(fig: go.Figure) -> Plot:
    rows = with_traces(fig)
    return plot_of(fig.to_dict()["layout"], rows, rows[0][1], LOOK)


def beside_point(
    plots: list[Plot], at: tuple[float, float], words: str, first: tuple[float, float], look: Look
) -> Arrow:
    """The arrow from a note at a point, which is not to be covered any more."""
    arrow = best_arrow(plots, at, words, first, look)
    keep_note(plots, at, words, arrow, look)
    return arrow


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
        above = (10.0, shown.height - 10.0, 50.0, shown.height + 7.0)
        assert (shown.cost(above) >= WORDS) == legend, "it is words"
        beside = (300.0, shown.height - 10.0, 340.0, shown.height + 7.0)
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
        assert [full - screen > 60 for full, screen in zip(WIDTHS, screens, strict=True)] == [True] * 3
        assert phone < PHONE - 60
        shown = plot_of(layout, rows, rows[0][1], LOOK, phone)
        name, truth = (box_of(shown, note) for note in drawn["layout"]["annotations"])
        assert not (name[0] < truth[2] and truth[0] < name[2] and name[1] < truth[3] and truth[1] < name[3])
        for box in (name, truth):
            assert 0 <= box[0] <= box[2] <= shown.width + 60
            assert not [place for place in shown.places if holds(box, (float(place[0]), float(place[1])))]


def test_a_wall_is_broad_and_no_phone() -> None:
    fig = figure(go.Scatter(x=[5], y=[5]))
    wall = Look(presenter=True)
    margins = [full - shown for full, shown in zip(PROJECTED, widths(fig.to_dict(), wall, PHONE), strict=True)]
    assert margins[0] == margins[1] > 0
    named = go.Figure(fig).update_layout(margin={"r": 200})
    assert widths(named.to_dict(), wall, PHONE)[0] <= PROJECTED[0] - 200 - margins[0] / 2, (
        "names take room from the plot"
    )
    assert max(widths(fig.to_dict(), wall, PHONE, in_column=True)) < PROJECTED[0]
    assert widths(fig.to_dict(), LOOK, ROOMY)[0] > 2 * widths(fig.to_dict(), LOOK, PHONE)[0] - 100
    assert min(widths(fig.update_layout(margin={"r": 400}).to_dict(), LOOK, PHONE)) == FEWEST


def test_no_arrow_runs_over_words() -> None:
    level = go.Scatter(x=[0, 10], y=[5, 5], name="level")
    shown = plot(figure(level))
    at = shown.at(5, 5)
    shown.words.append((at[0] - 40, at[1] + 20, at[0] + 40, at[1] + 26))
    assert way(shown, (5, 5), (0, 60)) == (0, -60)


def test_no_other_word_keeps_an_arrow_off_its_point() -> None:
    """It would seem to mean what lies between."""
    curve = go.Scatter(x=[0, 5, 10], y=[9, 5, 9], name="level")
    words = {"x": 5, "y": 4.6, "text": "the same prompt, held out", "showarrow": False, "yanchor": "top"}
    shown = plot(figure(curve).add_annotation(words))
    arrow = beside_point([shown], (5, 5), "truth", (0, -60), LOOK)
    assert arrow.standoff == 0
    assert arrow.up > 0


def test_a_line_is_covered_before_a_point_of_data_is() -> None:
    for mode in ("lines", "lines+markers"):
        shown = plot(figure(go.Scatter(x=[0, 4, 5, 6, 10], y=[5] * 5, mode=mode)))
        at = shown.at(5, 5)
        note = (at[0] - 4, at[1] - 9, at[0] + 4, at[1] + 9)
        apart = (at[0] + 20, at[1] - 9, at[0] + 28, at[1] + 9)
        assert (shown.cost(note) > shown.cost(apart) + 4) == ("markers" in mode)


def test_a_note_that_the_end_of_its_figure_cuts_costs_a_word() -> None:
    """A figure has twelve pixels above its plot: the title stands elsewhere."""
    shown = plot(figure(go.Scatter(x=[5], y=[5], mode="markers")))
    whole, cut = ((10.0, shown.height - 11.0, 50.0, shown.height + 12 - PAD + off) for off in (0, 8))
    assert shown.cost(whole) == 0
    assert shown.cost(cut) >= WORDS


def test_the_note_at_the_truth_leaves_the_name_of_a_guess_a_place() -> None:
    """It has fewer places: beside the note at the truth it would lie upon the number of a bar."""
    bars = go.Bar(x=["a", "b", "c"], y=[2.214, 1.446, 0.83], text=["2.214", "1.446", "0.830"], textposition="outside")
    fig = go.Figure(bars).update_layout(
        height=350, margin_t=92, showlegend=True, yaxis_range=[0, 2.33], xaxis_domain=[0.76, 1]
    )
    guess = Number(Reading("", "value", "c"), 0, 2.2)
    for answer in ("1.65", "1.6", "1.7"):
        drawn = marked(fig, guess, answer, LOOK).to_dict()
        rows, layout = with_traces(fig), fig.to_dict()["layout"]
        for broad in widths(fig.to_dict(), LOOK, ROOMY):
            shown = plot_of(layout, rows, rows[0][1], LOOK, broad)
            for note, word in product(drawn["layout"]["annotations"], shown.words):
                box = box_of(shown, note)
                assert min(box[2] - word[0], word[2] - box[0], box[3] - word[1], word[3] - box[1]) < 3


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


def test_an_arrow_is_as_near_as_can_be_to_a_point_that_a_word_covers() -> None:
    """It comes from the side on which the word ends soonest, and over no word."""
    fig = figure(go.Scatter(x=[0, 5, 10], y=[5, 5, 5])).add_annotation(
        x=5, y=5, yshift=6, text="a coin", showarrow=False
    )
    arrow = best_arrow([plot(fig)], (5, 5), "truth", (0, 60), LOOK)
    assert arrow.up < 0
    assert 0 < arrow.standoff < 6


def test_a_note_looks_farther_where_all_near_places_are_taken() -> None:
    shown = plot(figure(go.Scatter(x=[5], y=[5], mode="markers")))
    x, y = shown.at(5, 5)
    across, up = np.meshgrid(np.arange(-200.0, 201, 8), np.arange(-50.0, 51, 8))
    shown.places = np.stack([x + across.ravel(), y + up.ravel()], axis=1)
    arrow = best_arrow([shown], (5, 5), "truth", (0, 42), LOOK)
    assert arrow.cost < FREE
    assert abs(arrow.up) > 50


def test_notes_make_no_axis_longer() -> None:
    """Else the curve would shrink to a part of a phone's plot, into which the words of a note do not fit."""
    given = go.Figure(go.Scatter(x=[0, 10], y=[1, 2], name="one")).update_layout(height=300, yaxis_range=[0, 3])
    layout = marked(given, Number(Reading("one", "last"), 0, 3), "2.5", LOOK, PHONE).to_dict()["layout"]
    assert layout["xaxis"]["autorangeoptions"] == {"clipmin": -0.5, "clipmax": 10.5}
    assert "autorangeoptions" not in layout["yaxis"]
    bars = go.Figure(go.Bar(x=["a", "b"], y=[1, 2], name="one"))
    layout = marked(bars, Number(Reading("one", "last"), 0, 3), "1.5", LOOK, PHONE).to_dict()["layout"]
    assert layout["xaxis"]["range"] == [-0.5, 1.5]
    turned = marked(bars.update_xaxes(autorange="reversed"), Number(Reading("one", "last"), 0, 3), "1", LOOK).to_dict()
    assert turned["layout"]["xaxis"]["range"] == [1.5, -0.5]
    points = go.Figure(go.Scatter(x=["a", "b"], y=[1, 2], name="one"))
    layout = marked(points, Number(Reading("one", "last"), 0, 3), "1.5", LOOK, PHONE).to_dict()["layout"]
    assert layout["xaxis"]["range"] == [-0.05, 1.05]


def test_an_axis_has_room_for_the_words_of_its_figure() -> None:
    """Plotly makes it longer for them, and what is plotted stands lower."""
    level = go.Scatter(x=[1, 5], y=[1, 2], name="level")
    words = {"x": 3, "y": 2, "text": "no positions at all", "showarrow": False, "yanchor": "bottom", "yshift": 40}
    for fixed in (False, True):
        fig = go.Figure(level).update_layout(height=300, showlegend=False).add_annotation(words)
        if fixed:
            fig.update_yaxes(range=[0.5, 2.05])
        layout = fig.to_dict()["layout"]
        rows = with_room_for_words(layout, with_traces(fig), LOOK, 300)
        shown = plot_of(layout, rows, rows[0][1], LOOK, 300)
        (word,) = shown.words
        assert (word[3] <= shown.height + 2) != fixed
        assert rows[0][1].across == with_traces(fig)[0][1].across


def test_a_legend_below_takes_its_rows_from_the_plots() -> None:
    lines = [go.Scatter(x=[0, 10], y=[0, at], name=f"a name of some letters {at}") for at in range(6)]
    fig = go.Figure(lines).update_layout(height=430, legend={"y": -0.2, "yanchor": "top"}, showlegend=True)
    rows, layout = with_traces(fig), fig.to_dict()["layout"]
    phone, broad = (plot_of(layout, rows, rows[0][1], LOOK, pixels).height for pixels in (300, 1180))
    assert broad - phone > 4 * 1.3 * LOOK.size


def test_the_line_of_a_guess_runs_behind_the_words_of_its_figure() -> None:
    curve = go.Scatter(x=[0, 10], y=[1, 9], name="one")
    fig = figure(curve).add_annotation(x=8, y=4, text="in its way", showarrow=False)
    fig.add_annotation(x=2, y=8, text="out of it", showarrow=False)
    notes = marked(fig, Number(Reading("one", "last"), 0, 10), "4", LOOK).to_dict()["layout"]["annotations"]
    assert [note.get("bgcolor") for note in notes[:2]] == [LOOK.paper, None]
    assert not any(note.get("bgcolor") for note in fig.to_dict()["layout"]["annotations"])


@pytest.mark.parametrize("take", ["first", "last"])
def test_the_name_of_a_guess_is_in_sight_with_the_truth_on_a_phone(take: Take) -> None:
    """A broad figure is moved sideways there, and shows a part of itself at once."""
    fig = figure(go.Scatter(x=[0, 10], y=[5, 5.5], name="one"))
    drawn = marked(fig, Number(Reading("one", take), 0, 10), "2", LOOK, BROAD).to_dict()["layout"]["annotations"]
    rows = with_traces(fig)
    shown = plot_of(fig.to_dict()["layout"], rows, rows[0][1], LOOK, widths(fig.to_dict(), LOOK, BROAD)[0])
    name, truth = (box_of(shown, note) for note in drawn)
    assert max(name[2], truth[2]) - min(name[0], truth[0]) <= SCREEN


def test_a_note_stands_above_the_plot_beside_the_legend_and_not_upon_it() -> None:
    """Of several rows of entries the last one leaves room too."""
    bars = [go.Bar(x=["a", "b"], y=[8, 9], name=name) for name in ("one", "other")]
    shown = plot(figure(*bars).update_layout(showlegend=True, margin_t=92).update_xaxes(range=None))
    entries = sorted({box for box in shown.words if box[1] >= shown.height})
    assert len(entries) == 2
    assert entries[0][2] <= entries[1][0] + 1 < 200
    beside, upon = ((at, shown.height - 8, at + 60, shown.height + 17) for at in (400.0, 20.0))
    shown.places = shown.places[:0]
    assert shown.cost(beside) < shown.cost(upon) / 4, "there is nothing"
    names = [go.Scatter(x=[5], y=[5], mode="markers", name=f"a name of some letters {at}") for at in range(3)]
    fig = figure(*names).update_layout(showlegend=True, margin_t=120)
    rows = with_traces(fig)
    narrow = plot_of(fig.to_dict()["layout"], rows, rows[0][1], LOOK, 460)
    last = min(box[1] for box in narrow.words)
    assert [box[2] < 240 for box in narrow.words if box[1] == last] == [True, True]


def test_a_line_alone_reaches_both_ends_of_its_axis() -> None:
    """Plotly leaves room beside points and words only; a word of the figure's end lies where the axis does."""
    for mode, ends in (("lines", (0, 500)), ("lines+markers", (-25, 525)), (None, (-25, 525))):
        fig = go.Figure(go.Scatter(x=[0, 100, 500], y=[1, 2, 3], mode=mode)).update_layout(height=300)
        rows = with_room_for_words(fig.to_dict()["layout"], with_traces(fig), LOOK, 640)
        assert (rows[0][1].across.low, rows[0][1].across.high) == pytest.approx(ends)
    fixed = go.Figure(go.Scatter(x=[0, 500], y=[1, 2], mode="lines")).update_layout(height=300, xaxis_range=[-9, 600])
    rows = with_room_for_words(fixed.to_dict()["layout"], with_traces(fixed), LOOK, 640)
    assert (rows[0][1].across.low, rows[0][1].across.high) == (-9, 600)


def test_a_broad_note_has_one_more_line_where_it_covers_less_so() -> None:
    assert in_more_lines("truth: 26.3%<br>your guess: 60%, beyond the axis") == (
        "truth: 26.3%<br>your guess: 60%,<br>beyond the axis"
    )
    assert in_more_lines("truth: 110 (this part)<br>your guess: 154") == (
        "truth: 110 (this part)<br>your guess: 154"
    ), "short lines stay"
    assert in_more_lines("your guess: about half of the time") == "your guess:<br>about half of the time"
    assert in_more_lines("a line of many letters without a place") == "a line of many letters without a place"
    bars = go.Bar(x=list("abcdefgh"), y=[9, 7, 8, 9, 8, 1, 0.5, 1], name="share")
    guess = Number(Reading("share", "value", "d"), 0, 100)
    for start, top, lines in ((0, 40, 2), (0.6, 9, 3)):
        fig = go.Figure(bars).update_layout(height=400, showlegend=False, xaxis_domain=[start, 1], yaxis_range=[0, top])
        (note,) = marked(fig, guess, "90", LOOK).to_dict()["layout"]["annotations"]
        assert note["text"].count("<br>") + 1 == lines


def test_a_note_lies_beside_its_axis_where_only_a_narrow_place_is_left() -> None:
    """Upon the axis it would cover a number of it."""
    bars = go.Bar(x=["noise", "data", "query"], y=[0, 9, 8.6], text=["0", "9", "8.6"], textposition="outside")
    shown = plot(figure(bars).update_xaxes(range=None))
    x, _ = shown.at(0, 0)
    wide = size_of("your guess: right", LOOK.size)[0]
    shown.words = [(wide + 3 * PAD, 0.0, shown.width, shown.height), (0.0, 0.0, shown.width, 130.0)]
    arrow = best_arrow([shown], (0, 0), "your guess: right", (0, 42), LOOK)
    assert x + arrow.across - wide / 2 >= 0
