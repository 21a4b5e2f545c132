"""The figures of the convolution page: what they draw, from arrays alone."""

import numpy as np
import plotly.graph_objects as go
import pytest

from components.theme import Look
from core.convolution import (
    ALEXNET,
    NETWORKS,
    Conv,
    activity,
    cell,
    channels_of,
    convolve,
    digits_data,
    im2col_of,
    named_kernel,
    picture,
    recorded_run,
    shapes,
)
from pages.foundations.convolution.figures.boxes import SLANT, boxes, edge, kinds
from pages.foundations.convolution.figures.panes import Pane, in_rows, mosaic, number_in_words
from pages.foundations.convolution.figures.way import way
from pages.foundations.convolution.figures.window import carries_products, window
from tests.components.checking import decoded

LOOK = Look()
HOUSE = channels_of(picture("house"), "gray")
KERNEL = named_kernel("vertical edges")[None, None]


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1)])
def test_the_window_lies_where_the_cell_looks(stride: int, padding: int) -> None:
    options = {"stride": stride, "padding": padding}
    cells = convolve(HOUSE, KERNEL, **options)[0]
    one = cell(HOUSE, KERNEL, 5, 7, **options)
    carried = im2col_of(HOUSE, KERNEL, dilation=1, **options).T
    fig = decoded(window(HOUSE[0], cells, one, (5, 7), carried, look=LOOK, title="t").to_dict())
    frame, mark = fig["layout"]["shapes"]
    assert (frame["x0"], frame["y0"]) == (7 * stride - padding - 0.5, 5 * stride - padding - 0.5)
    assert frame["x1"] - frame["x0"] == 3
    assert (mark["x0"], mark["y0"], mark["x1"], mark["y1"]) == (6.5, 4.5, 7.5, 5.5)
    np.testing.assert_array_equal(fig["data"][0]["z"], HOUSE[0].astype(np.float32))
    np.testing.assert_allclose(fig["data"][2]["z"], one.products.sum(axis=0), atol=1e-6)
    row = fig["data"][4]["customdata"][5 * cells.shape[1] + 7]
    np.testing.assert_allclose(row, [5, 7, cells[5, 7], *one.window.ravel()], atol=1e-6)


def test_only_the_largest_maps_carry_no_products() -> None:
    for side, taps in ((3, 9), (5, 25), (7, 49), (3, 27)):
        assert carries_products((64 - side + 1) ** 2, taps)
    assert not carries_products(60 * 60, 75)
    assert carries_products(26 * 26, 147)
    assert not carries_products(58 * 58, 147)
    cells = convolve(HOUSE, KERNEL)[0]
    fig = window(HOUSE[0], cells, cell(HOUSE, KERNEL, 0, 0), (0, 0), np.zeros((cells.size, 0)), look=LOOK, title="t")
    assert "click for its products" in fig.to_dict()["data"][4]["hovertemplate"]


@pytest.mark.parametrize("side", [5, 7])
def test_large_maps_carry_their_pixels_in_percent(side: int) -> None:
    image = np.random.default_rng(0).random((1, 64, 64))
    kernel = named_kernel("blur", side)[None, None]
    cells = convolve(image, kernel, bias=0.5)[0]
    carried = im2col_of(image, kernel, stride=1, padding=0, dilation=1).T
    one = cell(image, kernel, 9, 40, bias=0.5)
    targets = decoded(window(image[0], cells, one, (9, 40), carried, look=LOOK, title="t").to_dict())["data"][4]
    place = 9 * cells.shape[1] + 40
    row = np.asarray(targets["customdata"])[place]
    assert row[:2].tolist() == [9, 40]
    np.testing.assert_allclose(row[2:] / 100, one.window.ravel(), atol=0.00501)
    assert targets["marker"]["color"][place] == pytest.approx(cells[9, 40], rel=1e-6)
    assert targets["hovertemplate"].count("%·(") == side**2
    assert targets["hovertemplate"].count("<br>") == side + 1
    assert "+ 0.5<br>= %{marker.color:.3g}" in targets["hovertemplate"]
    assert np.asarray(targets["customdata"]).nbytes <= 240_000


def test_numbers_in_cells() -> None:
    assert [number_in_words(value) for value in (0.0, 1e-9, -1.5, 0.12345)] == ["0", "0", "−1.5", "0.123"]


def test_a_number_in_a_bright_cell_of_a_dark_page_is_dark() -> None:
    pane, dark = Pane(np.array([[-2.0, 0.5]]), "kernel", written=True), Look(dark=True)
    light, (plain, again) = (
        decoded(mosaic([pane], look=look, title="t", height=300).to_dict())["data"] for look in (LOOK, dark)
    )
    assert [list(trace["text"][0]) for trace in light] == [["−2", "0.5"]]
    # Not one letter more than the number: the browser makes it as small as its text is long.
    assert list(plain["text"][0]) == ["", "0.5"] and list(again["text"][0]) == ["−2", ""]
    assert again["textfont"]["color"] == dark.paper
    assert again["z"][0][0] == -2 and np.isnan(again["z"][0][1])


def test_panes_do_not_overlap() -> None:
    placed = in_rows([[Pane(np.eye(3), "a"), Pane(np.eye(3), "b")], [Pane(np.eye(2), "c")]])
    lefts = [pane.box for pane in placed]
    assert lefts[0][1] < lefts[1][0]
    assert lefts[2][3] < lefts[0][2]
    fig = decoded(mosaic(placed, look=LOOK, title="t", height=300).to_dict())
    assert [note["text"] for note in fig["layout"]["annotations"]] == ["a", "b", "c"]


def test_boxes_are_to_scale() -> None:
    found = shapes(ALEXNET, input=(3, 227, 227))
    fig = decoded(boxes((3, 227, 227), found, 1, look=LOOK, title="t", height=400).to_dict())
    fronts = [trace for trace in fig["data"] if trace.get("fill") == "toself"][::3]
    tall = [max(trace["y"]) - min(trace["y"]) for trace in fronts[:9]]
    wide = [max(trace["x"]) - min(trace["x"]) for trace in fronts[:9]]
    sides = np.array([227, *(layer.shape[1] for layer in found[:8])])
    channels = np.array([3, *(layer.shape[0] for layer in found[:8])])
    np.testing.assert_allclose(np.array(tall) / tall[0], sides / 227, rtol=1e-9)
    np.testing.assert_allclose(np.array(wide)[1:] / wide[1], channels[1:] / 96, rtol=1e-9)
    bars = [trace for trace in fig["data"] if trace["type"] == "bar"]
    assert [float(np.sum(trace["y"])) for trace in bars] == pytest.approx([100, 100])
    assert kinds(found)[:3] == ["conv 1", "pool 1", "conv 2"]


@pytest.mark.parametrize(("look", "height"), [(LOOK, 382), (Look(presenter=True), 310)])
@pytest.mark.parametrize("name", ["AlexNet, two groups", "VGG-16"])
def test_the_names_of_the_bars_lie_below_the_sizes_of_the_boxes(name: str, look: Look, height: int) -> None:
    network = NETWORKS[name]
    found = shapes(network.layers, input=network.input)
    layout = go.Figure(decoded(boxes(network.input, found, 1, look=look, title="t", height=height).to_dict())).layout
    # A title of 32 pixels is written above the figure; 12 more, the ticks and a small edge are not for the plots.
    slanted = layout.xaxis2.tickangle != 0
    plot = layout.height - 44 - (4.2 if slanted else 3) * look.size
    gap = (layout.yaxis.domain[0] - layout.yaxis2.domain[1]) * plot
    assert gap >= (2 * 1.3 + 1.3) * look.size - 1
    assert layout.yaxis2.domain[1] * plot >= 75
    assert layout.yaxis.domain[1] == 1
    assert all(("<br>" in label) != slanted for label in layout.xaxis2.ticktext[1:])


@pytest.mark.parametrize("chosen", [1, 3, 8])
def test_the_receptive_field_is_outlined_to_scale(chosen: int) -> None:
    found = shapes(ALEXNET, input=(3, 227, 227))
    data = decoded(boxes((3, 227, 227), found, chosen, look=LOOK, title="", height=400).to_dict())["data"]
    field = next(trace for trace in data if trace.get("name") == "receptive field")
    share = min(found[chosen - 1].receptive_field, 227) / 227
    assert field["y"][2] - field["y"][1] == pytest.approx(share)
    assert field["x"][1] - field["x"][0] == pytest.approx(SLANT * share)
    side = data[2]
    for axis in ("x", "y"):
        inside, around = field[axis], side[axis]
        assert min(inside) - min(around) == pytest.approx(max(around) - max(inside))
        assert min(inside) >= min(around) - 1e-9


def test_the_strip_that_no_window_reads_is_drawn() -> None:
    found = shapes([Conv(96, 11, stride=4)], input=(3, 224, 224))[0]
    fig = decoded(edge(found, 224, look=LOOK, title="t", height=300).to_dict())
    *windows, strip = fig["layout"]["shapes"]
    assert windows[-1]["x1"] == 222.5
    assert windows[-1]["x1"] - windows[-1]["x0"] == 11
    assert (strip["x0"], strip["x1"]) == (222.5, 223.5)


@pytest.mark.parametrize("drawn", [False, True])
def test_the_way_holds_every_map(drawn: bool) -> None:
    run = recorded_run()
    seen = activity(run.weights[-1], digits_data(run.params).test[:1])
    fig = decoded(way(seen, look=LOOK, title="t", height=400, drawn=drawn).to_dict())
    maps = [trace for trace in fig["data"] if trace["type"] == "heatmap"]
    assert len(maps) == 1 + 8 + 16
    np.testing.assert_allclose(maps[9]["z"], seen.second[0, 0], atol=1e-5)
    bars = next(trace for trace in fig["data"] if trace["type"] == "bar")
    assert float(np.sum(bars["x"])) == pytest.approx(1, abs=1e-6)
    assert any(trace.get("name") == "cells" for trace in fig["data"]) == drawn
