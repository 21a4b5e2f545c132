"""Plotly's objects made in one pass are what plotly makes of the same."""

import importlib.util
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from plotly.subplots import make_subplots
from plotly.utils import PlotlyJSONEncoder

from components.plotting import PLOTLYS_OWN, copied, hasten, put


@contextmanager
def as_plotly_does() -> Iterator[None]:
    """Plotly's own way, for comparison."""
    put(PLOTLYS_OWN)
    try:
        yield
    finally:
        hasten()


def plain() -> go.Figure:
    fig = go.Figure(
        [
            go.Scatter(
                x=np.arange(3),
                y=pd.Series([1.0, np.nan, 2.0]),
                marker={"color": ["#fff", "#000", "red"], "line_width": 2, "size": np.array([1, 2, 3])},
                line_color="#0072B2",
                customdata=[["a", 1], ["b", 2], ["c", 3]],
                error_y={"type": "data", "array": [1, 2, 3]},
                textfont_size=9,
            ),
            go.Bar(x=["a", "b"], y=[True, 2], text=("x", None), marker=go.bar.Marker(color=np.float32([1, 2]))),
            {"type": "heatmap", "z": np.eye(3, dtype=np.uint8)[:, ::-1], "colorscale": "Viridis", "showscale": False},
        ],
        {
            "title": "a title",
            "xaxis": {"title": "x", "tickvals": [1, 2], "title_font_size": 4, "range": None},
            "annotations": [{"text": "one", "x": 1}, {"text": "two", "font_color": "#123456"}],
            "shapes": [],
            "margin_t": 76,
            "yaxis2": {"overlaying": "y", "side": "right"},
        },
    )
    fig.update_xaxes(title_text="renamed", showgrid=False).update_traces(opacity=0.5, selector={"type": "bar"})
    fig.add_annotation(text="three", x=0, y=0).add_hline(3, line_dash="dot").add_shape(type="rect", x0=0, x1=1)
    fig.layout.yaxis2.title.text = "right"
    fig.frames = [go.Frame(data=[go.Scatter(y=[1])], name="later", traces=[0])]
    return fig


def gridded() -> go.Figure:
    fig = make_subplots(1, 2, subplot_titles=("left", "right"), shared_yaxes=True, specs=[[{}, {"secondary_y": True}]])
    trace = go.Scatter(y=[1, 2])
    fig.add_trace(trace, 1, 1).add_trace(trace, 1, 2, secondary_y=True)
    trace.y = [5, 6]  # the figure has its own copy
    return fig.update_annotations(font={"size": 9}).update_yaxes(range=[0, 1], row=1, col=2)


@pytest.mark.parametrize("draw", [plain, gridded], ids=lambda draw: draw.__name__)
def test_a_figure_is_the_one_that_plotly_makes(draw: Any) -> None:
    hastened = draw()
    with as_plotly_does():
        slow = draw()
        assert hastened.to_plotly_json()["layout"] == slow.to_plotly_json()["layout"]
    assert hastened.to_dict() == slow.to_dict()
    assert hastened.layout.title.text == slow.layout.title.text
    assert [note.text for note in hastened.layout.annotations] == [note.text for note in slow.layout.annotations]
    assert hastened.data[0].line.color == slow.data[0].line.color
    assert [frame.data[0].y for frame in hastened.frames] == [frame.data[0].y for frame in slow.frames]


COLORS: dict[str, Any] = {
    "a list": ["#0072B2", "rgb(1,22,255)", "#abcdef"],
    "a tuple": ("#0072B2", "#D55E00", "#0072B2"),
    "an array": np.array(["#0072B2", "#D55E00"])[np.array([0, 1, 1])],
    "an array of objects": np.array(["#0072B2", "rgb(1,2,3)", "red"], dtype=object),
    "some by name": ["#0072B2", "red", "rgba(1, 2, 3, 0.5)"],
    "numbers and texts": ["#0072B2", 2, 3.5],
    "none": [],
    "no points": np.array([], dtype=str),
    "one": "#0072B2",
    "numbers": np.arange(3),
}


@pytest.mark.parametrize("name", COLORS)
def test_the_colors_of_points_are_what_plotly_makes_of_them(name: str) -> None:
    def made() -> str:
        trace = go.Scatter(y=[1, 2, 3], marker={"color": COLORS[name]})
        sent = json.dumps(go.Figure(trace).to_plotly_json()["data"], sort_keys=True, cls=PlotlyJSONEncoder)
        return f"{trace.to_plotly_json()} {type(trace.marker.color)} {sent}"

    ours = made()
    with as_plotly_does():
        assert made() == ours


WRONG: dict[str, Any] = {
    "a name": lambda: go.Scatter(colour="red"),
    "a name inside": lambda: go.Scatter(marker={"colour": "red"}),
    "a name in a list": lambda: go.Layout(annotations=[{"txt": "a"}]),
    "a color": lambda: go.Bar(marker={"color": "no color"}),
    "a color of many": lambda: go.Scatter(marker={"color": ["#0072B2", "rgb(1,2)", "#0072B"]}),
    "a color of an array": lambda: go.Scatter(marker={"color": np.array(["#0072B2", "#0072B2 no"])}),
    "a color where one is asked for": lambda: go.Scatter(line={"color": ["#0072B2", "#0072B2"]}),
    "a number": lambda: go.Figure([], {"height": -1}),
    "a choice": lambda: go.Figure([], {"xaxis": {"type": "logarithmic"}}),
    "a trace": lambda: go.Figure([3]),
    "a part": lambda: go.Scatter(marker="red"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_plotly_refuses_is_refused_in_its_words(name: str) -> None:
    with pytest.raises(ValueError) as ours:
        WRONG[name]()
    with as_plotly_does(), pytest.raises(ValueError) as plotlys:
        WRONG[name]()
    assert str(ours.value) == str(plotlys.value)


def test_a_figure_does_not_follow_what_its_arrays_become() -> None:
    numbers, rows = np.arange(3.0), [[1, 2], [3, 4]]
    fig = go.Figure([go.Scatter(y=numbers, customdata=rows)])
    before = fig.to_json()
    numbers[0], rows[0][0] = 9, 9
    assert fig.to_json() == before
    assert not fig.data[0].y.flags.writeable


def test_a_copy_shares_only_what_nobody_writes_to() -> None:
    fixed, free = np.arange(3.0), np.arange(3.0)
    fixed.flags.writeable = False
    whole = {"fixed": fixed, "free": free, "list": [1, {"a": free}]}
    made = copied(whole)
    assert made["fixed"] is fixed
    assert made["free"] is not free
    assert made["list"][1]["a"] is not free
    free[0] = 7
    assert made["free"][0] == made["list"][1]["a"][0] == 0


def test_a_figure_is_drawn_while_another_run_imports_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first visitors of a server come together: one's page imports pandas while another's is drawn."""
    spec = importlib.util.find_spec("pandas")
    assert spec is not None
    half = importlib.util.module_from_spec(spec)
    half.__spec__ = spec
    spec._initializing = True  # type: ignore[attr-defined]  # as the import system marks what is on its way
    monkeypatch.setitem(sys.modules, "pandas", half)
    drawn = go.Figure(go.Scatter(y=[1, 2]), {"xaxis": {"domain": [0, 0.5]}, "title": "half"})
    assert "0.5" in drawn.to_json()
