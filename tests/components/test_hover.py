"""What a figure says under the mouse to those who have nothing to click."""

import plotly.graph_objects as go
import pytest

from components.hover import watched, without_hints


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("click: the signal passes here<extra></extra>", ""),
        ("click: a point of the source<br>%{x:.4g}, %{y:.4g}<extra></extra>", "%{x:.4g}, %{y:.4g}<extra></extra>"),
        ("source at %{x}<br>click takes it away<extra></extra>", "source at %{x}<extra></extra>"),
        ("row %{y}, column %{x}: click to turn it<extra></extra>", "row %{y}, column %{x}<extra></extra>"),
        ("row %{y}<br>%{customdata[2]:.3g}: click for its products", "row %{y}<br>%{customdata[2]:.3g}"),
        (
            "test, degree %{x}<br>error %{y:.3g}<extra>test</extra>",
            "test, degree %{x}<br>error %{y:.3g}<extra>test</extra>",
        ),
    ],
)
def test_what_a_click_does_is_left_out(said: str, left: str) -> None:
    assert without_hints(said) == left


def test_a_figure_is_copied_only_where_it_names_a_click() -> None:
    quiet = go.Figure(go.Scatter(x=[1], y=[1], hovertemplate="%{x}<extra></extra>"))
    assert watched(quiet) is quiet
    loud = go.Figure([go.Scatter(x=[1], y=[1], hovertemplate="click: here<extra></extra>"), *quiet.data])
    first, second = watched(loud).to_dict()["data"]
    assert "hovertemplate" not in first
    assert first["hoverinfo"] == "skip"
    assert second["hovertemplate"] == "%{x}<extra></extra>"
    assert loud.data[0].hovertemplate == "click: here<extra></extra>", "the figure stays as it is"
