"""The series of a figure, as plotly sends them."""

from datetime import datetime

import numpy as np
import plotly.graph_objects as go
import pytest
from plotly.subplots import make_subplots

from components.lessons.plotted import ROOM, plotted


def test_lines_keep_their_names_numbers_and_axes() -> None:
    fig = make_subplots(rows=1, cols=2)
    fig.add_trace(go.Scatter(x=np.array([1, 2], np.int16), y=np.array([3.0, np.nan]), name="one"), 1, 1)
    fig.add_trace(go.Scatter(x=[1, 10, 100], y=[None, 5, 7], name="two"), 1, 2)
    fig.update_layout(xaxis={"title": {"text": "step"}}, yaxis_range=[10, 0])
    fig.update_layout(xaxis2={"type": "log", "range": [0, 2]}, xaxis2_title_text="n")
    one, two = plotted(fig)
    assert (one.name, one.axes, two.axes) == ("one", ("x", "y"), ("x2", "y2"))
    assert (one.across.title, two.across.title) == ("step", "n")
    assert one.x.tolist() == [1, 2]
    assert np.isnan(one.y[1])
    assert (one.upwards.low, one.upwards.high) == (0, 10), "an axis may run down"
    assert (two.across.low, two.across.high, two.across.log) == (1, 100, True)
    assert np.isnan(two.y[0])
    assert two.upwards.low == pytest.approx(5 - ROOM * 2)


@pytest.mark.parametrize(
    ("heights", "ends"),
    [([2, 4], (0, 4 * (1 + ROOM))), ([-4, -2], (-4 * (1 + ROOM), 0)), ([-1, 3], (-1 - 4 * ROOM, 3 + 4 * ROOM))],
)
def test_an_axis_that_begins_at_0_in_the_figure_begins_there(heights: list[float], ends: tuple[float, float]) -> None:
    """As plotly chooses its ends: without room where numbers lie on one side of 0 alone."""
    fig = go.Figure(go.Scatter(x=[1, 10], y=heights)).update_layout(yaxis_rangemode="tozero")
    fig.update_xaxes(type="log", rangemode="tozero")
    (series,) = plotted(fig)
    assert (series.upwards.low, series.upwards.high) == pytest.approx(ends)
    assert series.across.low == pytest.approx(10**-ROOM), "a logarithmic axis holds no 0"


def test_words_are_numbered_in_their_order_and_bars_begin_at_0() -> None:
    fig = go.Figure([go.Bar(x=["b", "a"], y=[3, 5], name="up"), go.Bar(x=["c"], y=[4], name="more")])
    up, more = plotted(fig)
    assert up.across.categories == ("b", "a", "c")
    assert more.x.tolist() == [2]
    assert up.upwards.low < 0 < 5 < up.upwards.high


def test_what_lies_has_its_words_on_the_other_axis() -> None:
    bars, dots = plotted(
        go.Figure(
            [
                go.Bar(x=[3, 5], y=["a", "b"], orientation="h", name="bars"),
                go.Scatter(x=[4], y=["b"], mode="markers", name="dots"),
            ]
        )
    )
    assert bars.lying
    assert dots.lying
    assert bars.across.categories == ("a", "b")
    assert (bars.x.tolist(), bars.y.tolist(), dots.x.tolist(), dots.y.tolist()) == ([0, 1], [3, 5], [1], [4])


def test_maps_and_empty_traces_are_left_out() -> None:
    assert plotted(go.Figure([go.Heatmap(z=[[1]]), go.Scatter(y=[1])])) == []
    (series,) = plotted(go.Figure(go.Scatter(x=[], y=[], name="none")))
    assert len(series.x) == 0
    assert (series.across.low, series.across.high) == (-0.05, 1.05)


def test_a_gap_among_words_is_no_place() -> None:
    (series,) = plotted(go.Figure(go.Scatter(x=["a", None, "b"], y=[1, 2, 3])))
    assert series.across.categories == ("a", "b")
    assert (series.x[0], series.x[2]) == (0, 1)
    assert np.isnan(series.x[1])


def test_dates_and_rows_of_categories_are_left_out() -> None:
    dates = go.Scatter(x=[datetime(2024, 1, 1), datetime(2024, 1, 2)], y=[1, 2], name="dates")
    double = go.Bar(x=[["a", "a"], ["b", "c"]], y=[1, 2], name="double")
    line = go.Scatter(x=[1, 2], y=[1, 2], name="line")
    assert [series.name for series in plotted(go.Figure([dates, line]))] == ["line"]
    assert [series.name for series in plotted(go.Figure([double, line]))] == ["line"]


def test_bars_of_a_stack_begin_where_those_below_them_end() -> None:
    bars = [go.Bar(x=["a", "b"], y=[1, -2], name="one"), go.Bar(x=["b", "a"], y=[-3, 4], name="two")]
    one, two = plotted(go.Figure(bars).update_layout(barmode="relative"))
    assert one.base is not None
    assert two.base is not None
    assert (one.base.tolist(), two.base.tolist()) == ([0, 0], [-2, 1])
    assert one.upwards.low < -5 < 5 < one.upwards.high
    assert two.y.tolist() == [-3, 4], "a reading is the bar's own height"
    assert plotted(go.Figure(bars))[0].base is None


@pytest.mark.parametrize("lying", [False, True])
def test_bars_of_a_group_stand_beside_their_place(*, lying: bool) -> None:
    def bar(places: list[object], heights: list[float], **more: object) -> go.Bar:
        return go.Bar(x=heights, y=places, orientation="h", **more) if lying else go.Bar(x=places, y=heights, **more)

    three = [bar(["a", "b"], [1, 2]), bar(["a", "b"], [3, 4]), bar(["b"], [5])]
    assert [one.beside for one in plotted(go.Figure(three))] == pytest.approx([-0.8 / 3, 0, 0.8 / 3])
    wide = go.Figure(three[:2]).update_layout(barmode="group", bargap=0.5)
    assert [one.beside for one in plotted(wide)] == pytest.approx([-0.125, 0.125])
    numbers = go.Figure([bar([0, 4, 6], [1, 2, 3]), bar([0, 4, 6], [1, 2, 3])])
    assert [one.beside for one in plotted(numbers)] == pytest.approx([-0.4, 0.4]), "places are 2 apart at least"
    apart = go.Figure([bar(["a"], [1]), bar(["b"], [2])])
    assert [one.beside for one in plotted(apart)] == [0, 0], "no two share a place"
    alike = go.Figure([bar(["a"], [1], offsetgroup="one"), bar(["a"], [2], offsetgroup="one"), bar(["a"], [2])])
    assert [one.beside for one in plotted(alike)] == pytest.approx([-0.2, -0.2, 0.2])
    for mode in ("stack", "overlay"):
        assert [one.beside for one in plotted(go.Figure(three).update_layout(barmode=mode))] == [0, 0, 0]


@pytest.mark.parametrize(
    ("x", "wanted"),
    [
        ([0, 1, 2], (0, 2)),
        ([3, 4, 9], (3, 9)),
        ([0.5, 1, 2], ()),
        (["a", "b"], ()),
        ([-3, 4], (-3, 4)),
        ([0, 1, 2, 3, 900], (0, 100)),
        ([2, 3, 40], (0, 100)),
    ],
)
def test_an_axis_of_whole_numbers_says_which_they_are(x: list[float] | list[str], wanted: tuple[float, ...]) -> None:
    fig = go.Figure(go.Scatter(x=x, y=[1] * len(x), name="s"))
    if 40 in x or 900 in x:
        fig.update_xaxes(range=[-5, 100.5])
    (series,) = plotted(fig)
    assert series.across.counts == wanted
    assert series.upwards.counts == ()
