"""The margins that a figure is told, against those that plotly finds when it draws the figure."""

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import plotly
import plotly.graph_objects as go
import pytest
from playwright.sync_api import Browser, Page
from plotly.subplots import make_subplots

from components.theme import MONO, Look, drawn, figure
from tests.benchmarks.client import ROOT

EDGES = "lrtb"
PLACES = """async fig => {
    const place = document.querySelector('div')
    Plotly.purge(place)
    await Plotly.newPlot(place, fig.data, {...fig.layout, width: 900})
    const {margin, _size, _pushmargin} = place._fullLayout
    const asked = edge => Math.max(...Object.entries(_pushmargin).filter(([name]) => name !== 'base')
        .map(([, push]) => push[edge].size))
    return ['l', 'r', 't', 'b'].map(edge => [margin[edge], _size[edge], asked(edge)])
}"""
FONTS = "".join(
    f"@font-face {{ font-family: {family!r}; font-weight: 100 900; src: url(data:font/woff2;base64,"
    f"{b64encode((ROOT / f'static/fonts/{file}-latin-wght-normal.woff2').read_bytes()).decode()}) }}"
    for family, file in (("Inter", "inter"), ("JetBrains Mono", "jetbrains-mono"))
)
NAMES = ["a random network", "a trained one", "both"]


@pytest.fixture(scope="module")
def plotter(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.set_content(f"<style>{FONTS}</style><div></div>")
    page.evaluate("fonts => Promise.all(fonts.map(font => document.fonts.load(font)))", ["13px Inter", f"13px {MONO}"])
    page.add_script_tag(path=str(Path(plotly.__file__).parent / "package_data" / "plotly.min.js"))
    yield page
    page.close()


def numbers(look: Look, **axes: Any) -> go.Figure:
    axes = {"xaxis": {"title": {"text": "step"}}, "yaxis": {"title": {"text": "loss"}}, **axes}
    return figure(look, title="t", height=400, traces=[go.Scatter(x=[0, 40], y=[-1.5, 1.5])], **axes)


def shares(look: Look) -> go.Figure:
    return numbers(look, yaxis={"title": {"text": "share"}, "tickformat": ".0%", "range": [0, 1]})


def bare(look: Look) -> go.Figure:
    return numbers(look, xaxis={"title": {"text": ""}}, yaxis={"showticklabels": False})


def named(look: Look) -> go.Figure:
    bars = [go.Bar(x=[1, 2, 3], y=NAMES, orientation="h")]
    return figure(look, title="t", height=400, traces=bars, xaxis={"title": {"text": "step"}}, yaxis={})


def in_two_lines(look: Look) -> go.Figure:
    names = [name.replace(" ", "<br>", 1) for name in NAMES]
    return numbers(look, xaxis={"tickvals": [0, 20, 40], "ticktext": names, "tickangle": 0})


def a_map(look: Look) -> go.Figure:
    font = {"family": MONO, "size": look.size - 1}
    words = ["·candle", "·mountain", "·table"]
    side = {"tickvals": [0, 1, 2], "ticktext": words, "tickfont": font, "title": {"text": "token"}}
    cells = go.Heatmap(z=np.eye(3), showscale=False)
    return figure(look, title="t", height=400, traces=[cells], xaxis={**side, "tickangle": -60}, yaxis=side)


def with_room_at_the_right(look: Look) -> go.Figure:
    return numbers(look, margin={"r": 90, "t": 60})


def beside(look: Look) -> go.Figure:
    base = make_subplots(rows=1, cols=2)
    base.add_traces([go.Scatter(x=[0, 1], y=[0, 1]), go.Scatter(x=[0, 1], y=[0, 1], xaxis="x2", yaxis="y2")])
    return figure(look, title="t", height=400, base=base, showlegend=False).update_xaxes(title_text="step")


FIGURES = [numbers, shares, bare, named, in_two_lines, a_map, with_room_at_the_right, beside]


@pytest.mark.parametrize("look", [Look(), Look(presenter=True)], ids=["desk", "presented"])
@pytest.mark.parametrize("made", FIGURES, ids=lambda made: made.__name__)
def test_a_figure_is_drawn_once_and_little_stays_empty(made: Any, look: Look, plotter: Page) -> None:
    edges = plotter.evaluate(PLACES, json.loads(drawn(made(look), look).to_json()))
    for edge, (told, used, asked) in zip(EDGES, edges, strict=True):
        assert used == pytest.approx(told, abs=1), f"{edge}: plotly draws it again"
        if edge in "lb":
            assert told <= max(asked, 8) + 0.2 * asked + 6, f"{edge}: {told} pixels for {asked}"


def test_a_figure_that_is_told_too_little_is_seen_here(plotter: Page) -> None:
    fig = json.loads(drawn(numbers(Look()), Look()).to_json())
    fig["layout"]["margin"] |= {"l": 8}
    told, used, _ = plotter.evaluate(PLACES, fig)[0]
    assert used > told + 1


def test_given_margins_are_kept_where_they_are_larger() -> None:
    layout = json.loads(drawn(numbers(Look(), margin={"l": 200, "b": 90}), Look()).to_json())["layout"]
    assert layout["margin"] == {"l": 200, "r": 8, "t": 44, "b": 90}


def test_an_axis_that_plotly_gives_no_room_is_told_none() -> None:
    quiet = {"automargin": False, "title": {"text": "loss"}}
    layout = json.loads(drawn(numbers(Look(), yaxis=quiet), Look()).to_json())["layout"]
    assert layout["margin"]["l"] == 8
