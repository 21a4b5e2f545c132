"""The guess beside the truth in a page's figure."""

from itertools import product
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from components.lessons.blank import empty_axes, places
from components.lessons.ground import Box
from components.lessons.marks import marked
from components.lessons.plotted import plotted
from components.lessons.survey import PHONE
from components.theme import Look, untitled
from core.lessons import Between, Curve, Guess, Number, OneOf, Point, Reading
from tests.components.checking import checked

LOOK = Look()
READINGS = tuple(Reading(name, "last") for name in ("loss", "other"))


def figure(*, log: bool = False) -> go.Figure:
    fig = go.Figure([go.Scatter(x=[1, 10, 100], y=[5, 1, 3], name="loss"), go.Scatter(x=[1], y=[9], name="other")])
    fig.update_layout(height=400, title_text="Found", xaxis_type="log" if log else "linear")
    return fig.add_annotation(text="there before", x=0, y=0)


def parts(guess: Guess, answer: str | None, fig: go.Figure) -> dict[str, Any]:
    return dict(checked(marked(fig, guess, answer, LOOK)).to_dict())


@pytest.mark.parametrize(
    ("guess", "answer", "words"),
    [
        (OneOf(("a", "b"), READINGS), "0", ["<b>truth: other</b>", "<b>your guess: loss</b>"]),
        (OneOf(("a", "b"), READINGS), "1", ["<b>your guess: right, other</b>"]),
        (OneOf(("a", "b")), "1", []),
        (Between(("a", "b"), READINGS[0], (2,)), "0", ["<b>truth: 3<br>your guess: a</b>"]),
        (Between(("<2", "b"), READINGS[0], (2,)), "0", ["<b>truth: 3<br>your guess: &lt;2</b>"]),
        (Between(("a" * 60, "b"), READINGS[0], (2,)), "0", [f"<b>truth: 3<br>your guess: {'a' * 39}…</b>"]),
        (Between(("a", "b"), READINGS[0], (2,)), "1", ["<b>your guess: right (3)</b>"]),
        (Between(("a", "b"), Reading("loss", "rise"), (2,)), "1", ["<b>truth: it changes by −2<br>your guess: b</b>"]),
        (Number(READINGS[0], 0, 10), "4", ["<b>your guess: 4</b>", "<b>truth: 3</b>"]),
        (Number(Reading("loss", "rise"), 0, 10), "4", ["<b>truth: it changes by −2<br>your guess: 4</b>"]),
        (Point(Reading("loss", "lowest at")), "20", ["<b>your guess: 20</b>", "<b>truth: 10</b>"]),
        (Curve("loss"), "1 5; 100 3", ["<b>your guess</b>", "<b>truth</b>"]),
        (Curve("nothing of the name"), "1 5; 100 3", []),
    ],
)
@pytest.mark.parametrize("log", [False, True])
def test_guess_and_truth_stand_in_the_figure(guess: Guess, answer: str, words: list[str], *, log: bool) -> None:
    fig = figure(log=log)
    shown = parts(guess, answer, fig)
    assert [note["text"] for note in shown["layout"]["annotations"]] == ["there before", *words]
    assert len(shown["data"]) == 2 + (guess == Curve("loss"))
    assert len(fig.data) == 2
    assert len(fig.layout.annotations) == 1


@pytest.mark.parametrize(
    ("guess", "words"),
    [
        (OneOf(("a", "b"), READINGS), ["<b>truth: other</b>"]),
        (OneOf(("a", "b")), []),
        (Between(("a", "b"), READINGS[0], (2,)), ["<b>truth: 3</b>"]),
        (Number(READINGS[0], 0, 10), ["<b>truth: 3</b>"]),
        (Number(None, 0, 10, truth=4), []),
        (Point(Reading("loss", "lowest at")), ["<b>truth: 10</b>"]),
        (Curve("loss"), ["<b>truth</b>"]),
    ],
)
def test_without_a_guess_the_truth_stands_alone(guess: Guess, words: list[str]) -> None:
    shown = parts(guess, None, figure())
    assert [note["text"] for note in shown["layout"]["annotations"]] == ["there before", *words]
    assert not shown["layout"].get("shapes")
    assert len(shown["data"]) == 2


def test_a_note_names_its_line_where_the_figure_tells_lines_apart() -> None:
    """On a phone the names of a broad figure's lines may be out of sight; a narrow one is in sight as a whole."""
    asked, told = OneOf(("a", "b"), READINGS), []
    plain = figure().update_layout(showlegend=False)
    named = go.Figure(plain).add_annotation(text="<b>loss</b>", x=50, y=2).add_annotation(text="other", x=2, y=8)
    for fig in (figure(), plain, named, go.Figure(plain).add_annotation(text="other", x=2, y=8)):
        told += [note["text"] for note in parts(asked, None, fig)["layout"]["annotations"] if "truth" in note["text"]]
    assert told == ["<b>truth: other</b>", "<b>truth</b>", "<b>truth: other</b>", "<b>truth</b>"]
    narrow = marked(figure(), asked, None, LOOK, PHONE).to_dict()["layout"]["annotations"]
    assert narrow[-1]["text"] == "<b>truth</b>"
    one = OneOf(("a", "b"), (Reading("loss", "first"), Reading("loss", "last")))
    assert "<b>truth</b>" in [note["text"] for note in parts(one, None, figure())["layout"]["annotations"]]


def test_a_note_leaves_the_name_out_where_that_covers_less() -> None:
    readings = tuple(Reading(name, "value", "4") for name in ("a row of bars with a long name", "other"))
    bars = [go.Bar(x=[str(at) for at in range(9)], y=[top] * 9, name=one.series)
            for one, top in zip(readings, (10, 9.5), strict=True)]  # fmt: skip
    crowded = go.Figure(bars).update_layout(height=400, title_text="Found", bargap=0.05, yaxis_range=[0, 10.4])
    (note,) = parts(OneOf(("a", "b"), readings), None, crowded)["layout"]["annotations"]
    assert note["text"] == "<b>truth</b>"


@pytest.mark.parametrize("height", [1.0, 4.0, 9.0])
def test_plotly_draws_each_arrow_however_broad_its_note_is(height: float) -> None:
    """It looks from the head to the lower right: through a corner it meets three edges, as from inside of the note."""
    fig = go.Figure(go.Scatter(x=list("uvw"), y=[height] * 3, name="a")).update_layout(height=400, yaxis_range=[0, 10])
    for at in "uvw":
        (note,) = parts(Between(("a", "b"), Reading("a", "value", at), (2,)), None, fig)["layout"]["annotations"]
        for wide, high in product(range(20, 200), (21, 22, 39, 40)):
            box = note["ax"] - wide / 2, note["ay"] - high / 2, note["ax"] + wide / 2, note["ay"] + high / 2
            assert crossings(box) % 2 == 0


def crossings(box: Box) -> int:
    """How many edges of a box, in pixels to the right and downwards, meet the line from 0 to the lower right."""
    left, top, right, bottom = box
    level = sum(y >= 0 and left <= y <= right for y in (top, bottom))
    return level + sum(x >= 0 and top <= x <= bottom for x in (left, right))


def test_the_true_line_is_named_upon_it_and_away_from_other_lines() -> None:
    x = list(range(11))
    fig = go.Figure(
        [go.Scatter(x=x, y=[5 + max(0, at - 5) for at in x], name="gold"), go.Scatter(x=x, y=[5] * 11, name="proxy")]
    ).update_layout(height=400, title_text="Found")
    (truth,) = parts(Curve("gold"), None, fig)["layout"]["annotations"]
    assert truth["y"] == 5 + max(0, truth["x"] - 5)
    assert truth["x"] > 7, "where the two lines have parted"


def test_a_name_that_fits_nowhere_along_its_line_stands_at_the_truth() -> None:
    bars = go.Bar(x=[str(at) for at in range(9)], y=[10] * 9, name="a")
    fig = go.Figure(bars).update_layout(height=400, title_text="Found", bargap=0.05)
    layout = parts(Number(Reading("a", "value", "4"), 0, 10), "5", fig)["layout"]
    assert [note["text"] for note in layout["annotations"]] == ["<b>truth: 10<br>your guess: 5</b>"]
    assert layout["shapes"][0]["y0"] == 5


def test_a_number_lies_level_and_a_place_upright() -> None:
    (level,) = parts(Number(READINGS[0], 0, 10), "4", figure())["layout"]["shapes"]
    assert (level["y0"], level["y1"], level["xref"]) == (4, 4, "x domain")
    (upright,) = parts(Point(Reading("loss", "lowest at")), "20", figure())["layout"]["shapes"]
    assert (upright["x0"], upright["x1"], upright["yref"]) == (20, 20, "y domain")


def test_the_axis_reaches_a_guess_beyond_it() -> None:
    fig = figure().update_layout(yaxis_range=[0, 6])
    shown = parts(Number(READINGS[0], 0, 10), "9", fig)["layout"]
    assert shown["yaxis"]["range"] == [0, pytest.approx(9.36)]
    assert (shown["shapes"][0]["y0"], shown["annotations"][1]["y"]) == (9, 9)
    assert fig.layout.yaxis.range == (0, 6)
    turned = parts(Number(READINGS[0], 0, 10), "9", figure().update_layout(yaxis_range=[6, 0]))["layout"]
    assert turned["yaxis"]["range"] == [pytest.approx(9.36), 0]
    below = parts(Point(Reading("loss", "lowest at")), "-40", figure())["layout"]
    assert below["xaxis"]["range"][0] < -40 < 100 < below["xaxis"]["range"][1]


def test_an_axis_that_is_longer_for_a_guess_keeps_the_room_of_names_at_its_other_end() -> None:
    fig = figure()
    top = max(float(np.max(trace.y)) for trace in fig.data)
    place = {"x": 1.0, "xref": "x domain", "xanchor": "left", "showarrow": False}
    fig.update_layout(annotations=[{**place, "y": 1.15 * top, "text": "a name above its curve"}])
    low = min(float(np.min(trace.y)) for trace in fig.data)
    shown = parts(Number(READINGS[0], low - top, top), f"{low - 0.5 * (top - low)}", fig)["layout"]
    assert shown["yaxis"]["range"][1] > 1.15 * top, "a name beyond the end of its axis is not drawn"


def test_a_guess_far_beyond_the_axis_is_told_with_the_truth() -> None:
    fig = figure().update_layout(yaxis_range=[0, 6])
    shown = parts(Number(READINGS[0], 0, 100), "13", fig)["layout"]
    assert "shapes" not in shown or not shown["shapes"]
    assert [note["text"] for note in shown["annotations"]] == [
        "there before",
        "<b>truth: 3<br>your guess: 13, beyond the axis</b>",
    ]
    assert shown["annotations"][1]["y"] == 3
    log = parts(Point(Reading("loss", "lowest at")), "-3", figure(log=True))["layout"]
    assert log["annotations"][1]["text"] == "<b>truth: 10<br>your guess: −3, beyond the axis</b>"


@pytest.mark.parametrize(
    ("guess", "answer", "words"),
    [
        (OneOf(("a", "b"), READINGS), "0", ["<b>truth: other, beyond the axis</b>", "<b>your guess: loss</b>"]),
        (OneOf(("a", "b"), READINGS), "1", ["<b>your guess: right, other, beyond the axis</b>"]),
        (Between(("a", "b"), READINGS[1], (2,)), "1", ["<b>your guess: right (9, beyond the axis)</b>"]),
        (Number(READINGS[1], 0, 10), "4", ["<b>your guess: 4</b>", "<b>truth: 9, beyond the axis</b>"]),
        (Number(READINGS[1], 0, 90), "80", ["<b>truth: 9, beyond the axis<br>your guess: 80, beyond the axis</b>"]),
    ],
)
def test_a_truth_beyond_the_axis_stands_at_its_edge_and_is_said_to(guess: Guess, answer: str, words: list[str]) -> None:
    """Where the line leaves the axis on its way there is another place than the one that is asked about."""
    fig = figure().update_layout(yaxis_range=[0, 6])
    fig.data[1].update(x=[1, 20], y=[2, 9])
    notes = parts(guess, answer, fig)["layout"]["annotations"][1:]
    assert [note["text"].replace("<br>beyond", " beyond") for note in notes] == words
    (truth,) = [note for note in notes if "beyond the axis" in note["text"]]
    assert (truth["x"], truth["y"]) == (20, 6)
    narrow = marked(fig, guess, answer, LOOK, PHONE).to_dict()["layout"]["annotations"][1:]
    named = isinstance(guess, OneOf)
    assert (": other" in narrow[0]["text"] or "right, other" in narrow[0]["text"]) == named, "no line is seen there"


@pytest.mark.parametrize("tied", [{"yaxis_matches": "y2"}, {"yaxis_scaleanchor": "x"}, {"yaxis_type": "log"}])
def test_an_axis_that_is_tied_stays_as_it_is(tied: dict[str, str]) -> None:
    before = figure().update_layout(yaxis_range=[0, 1], **tied)
    shown = parts(Number(READINGS[0], 0, 100), "11", before)["layout"]
    assert tuple(shown["yaxis"]["range"]) == (0, 1)


def stack(*, lying: bool = False, numbered: bool = False) -> go.Figure:
    heights = {"a": [70.0, 10.0], "b": [14.0, 20.0], "c": [16.0, 110.0]}
    places, words = ["0", "1"], ["12", "34"] if numbered else None
    bars = [
        go.Bar(x=row, y=places, orientation="h", name=name, text=words)
        if lying
        else go.Bar(x=places, y=row, name=name, text=words)
        for name, row in heights.items()
    ]
    return go.Figure(bars).update_layout(height=400, barmode="stack", title_text="Found")


@pytest.mark.parametrize("lying", [False, True])
def test_a_mark_points_at_its_part_of_a_stack(*, lying: bool) -> None:
    readings = tuple(Reading(name, "value", "0") for name in "abc")
    for numbered in (False, True):
        fig = stack(lying=lying, numbered=numbered)
        notes = parts(OneOf(("a", "b", "c"), readings), "2", fig)["layout"]["annotations"]
        at = {note["text"]: note["x" if lying else "y"] for note in notes}
        assert at == {"<b>truth: a</b>": 35, "<b>your guess: c</b>": 84 + 8}
        assert [note["standoff"] > LOOK.size / 2 for note in notes] == [numbered] * 2, "a number there stays in sight"


def test_a_number_of_a_bar_upon_others_is_told_there_and_by_no_line() -> None:
    guess = Number(Reading("c", "value", "1"), 0, 256)
    layout = parts(guess, "150", stack())["layout"]
    assert not layout.get("shapes")
    (note,) = layout["annotations"]
    assert (note["text"], note["y"]) == ("<b>truth: 110 (this part)<br>your guess: 150</b>", 30 + 55)
    below = parts(Number(Reading("a", "value", "1"), 0, 256), "50", stack())["layout"]
    assert below["shapes"][0]["y0"] == 50, "the lowest bar begins at 0"


@pytest.mark.parametrize("lying", [False, True])
def test_a_mark_points_at_its_bar_of_a_group(*, lying: bool) -> None:
    fig = stack(lying=lying).update_layout(barmode="group")
    readings = tuple(Reading(name, "value", "0") for name in "abc")
    notes = parts(OneOf(("a", "b", "c"), readings), "2", fig)["layout"]["annotations"]
    at = {note["text"]: note["y" if lying else "x"] for note in notes}
    assert at == {"<b>truth: a</b>": pytest.approx(-0.8 / 3), "<b>your guess: c</b>": pytest.approx(0.8 / 3)}


def test_empty_axes_show_the_axes_and_no_number() -> None:
    fig = figure(log=True)
    series = plotted(fig)[0]
    empty = empty_axes(series, LOOK, height=300, traces=[places(series)])
    layout = checked(empty).to_dict()["layout"]
    assert layout["xaxis"]["type"] == "log"
    assert layout["xaxis"]["range"][0] < 0 < 2 < layout["xaxis"]["range"][1]
    given = empty.to_dict()["data"]
    assert {trace.get("name") for trace in given} == {None, "places"}
    title, _ = untitled(empty, LOOK)
    assert title == ""


@pytest.mark.parametrize("packed", [False, True])
def test_empty_logarithmic_axes_name_the_numbers_of_the_figure(*, packed: bool) -> None:
    """Plotly's own, between powers of ten, are digits alone: a 2 may be 20. Places of a level axis may be found ones,
    and stay unknown."""
    given = np.array([1.0, 16, 64]) if packed else [1, 16, 64]
    fig = figure(log=True).update_xaxes(tickvals=given, ticktext=["1", "16", "64"]).update_yaxes(tickvals=[3])
    layout = empty_axes(plotted(fig)[0], LOOK, height=300).to_dict()["layout"]
    assert (layout["xaxis"]["tickvals"], layout["yaxis"].get("tickvals")) == ([1, 16, 64], None)


def beside_and_alone() -> None:
    import streamlit as st

    from components.lessons.guessing import _in_column

    left, right = st.columns(2)
    with left, st.container():
        st.write(str(_in_column()))
    with right:
        st.write(str(_in_column()))
    with st.container():
        st.write(str(_in_column()))


def test_a_figure_knows_whether_it_stands_beside_another() -> None:
    app = AppTest.from_function(beside_and_alone).run()
    assert [one.value for one in app.markdown] == ["True", "True", "False"]
