"""A stack of layers: its volumes as boxes to scale, and what each layer costs."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import ENLARGED, Look, figure, mixed
from core.convolution import Conv, Dense, LayerShape, Pool, Shape

WIDEST = 0.62
"""The width of the deepest box, in places; the places are one apart."""

SLANT = 0.3
"""How much of a box's side its slanted edge runs to the right and up, in shares of the tallest box."""

MOST_UPRIGHT = 14
"""So many names of layers stand upright side by side, in two lines each; more are slanted."""


def kinds(found: Sequence[LayerShape]) -> list[str]:
    """A name for each layer: conv 1, pool 1, conv 2, ..."""
    counts: dict[str, int] = {}
    names = []
    for layer in found:
        kind = {Conv: "conv", Pool: "pool", Dense: "dense"}[type(layer.layer)]
        counts[kind] = counts.get(kind, 0) + 1
        names.append(f"{kind} {counts[kind]}")
    return names


def color_of(layer: LayerShape | None, look: Look) -> str:
    """The color of a layer's box and bars; the input's without a layer."""
    if layer is None:
        return look.role("mass")
    roles = {Conv: "query", Pool: "target", Dense: "value"}
    return look.role(roles[type(layer.layer)])


def boxes(
    picture: Shape, found: Sequence[LayerShape], chosen: int, *, look: Look, title: str, height: int
) -> go.Figure:
    """The picture and each layer's output as a box, above what each layer has of parameters and of work.

    Rows and columns of all boxes share one scale, channels another; what one cell of the chosen layer sees is outlined
    on the picture to the same scale. The units of a dense layer stand as a bar, whose
    height is to the scale of the longest of them. A click on a box carries the layer's number, from 1 on.

    Args:
        chosen: the layer that is looked at, from 1 on.
    """
    volumes = [picture, *(layer.shape for layer in found)]
    flat = [False, *(isinstance(layer.layer, Dense) for layer in found)]
    parts = _scales(volumes, flat)
    traces: list[Any] = []
    for place, (shape, dense) in enumerate(zip(volumes, flat, strict=True)):
        layer = found[place - 1] if place else None
        traces += _box(place, shape, dense, parts, color_of(layer, look), look, lit=place == chosen)
    traces += [_field(picture, found[chosen - 1], parts, look), _targets(volumes, found), *_bars(found, look)]
    names = ["input", *kinds(found)]
    crowded, slanted = len(names) > 9, len(names) > MOST_UPRIGHT
    work, volume = _domains(look, height, slanted=slanted)
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=False,
        barmode="group",
        bargap=0.3,
        annotations=_sizes(volumes, look, crowded=crowded) + _side_names(look),
        margin={"t": 44, "l": 8, "r": 8, "b": 8},
        xaxis={"visible": False, "range": [-0.6, len(volumes) - 0.2], "anchor": "y"},
        yaxis={"visible": False, "range": [-0.06, 1.32], "domain": volume},
        xaxis2={"tickvals": list(range(len(names))),
                "ticktext": names if slanted else [name.replace(" ", "<br>") for name in names],
                "range": [-0.6, len(volumes) - 0.2], "showgrid": False, "anchor": "y2",
                "tickangle": -50 if slanted else 0},
        yaxis2={"domain": work, "title": {"text": "% of all"}, "rangemode": "tozero", "nticks": 4},
    )  # fmt: skip


def _domains(look: Look, height: int, *, slanted: bool) -> tuple[list[float], list[float]]:
    """Where the bars end and the boxes begin: alike high, with two lines of sizes and the bars' names between them."""
    below = 4.2 if slanted else 3
    plot = height * (ENLARGED if look.presenter else 1) - 44 - below * look.size
    between = (2 * 1.3 * look.size + 1.3 * look.size) / plot
    return [0.0, (1 - between) / 2], [(1 + between) / 2, 1.0]


def _scales(volumes: Sequence[Shape], flat: Sequence[bool]) -> tuple[float, float, float]:
    """The longest side, the most channels of a box, and the most units of a dense layer."""
    solid = [shape for shape, dense in zip(volumes, flat, strict=True) if not dense]
    units = [shape[0] for shape, dense in zip(volumes, flat, strict=True) if dense]
    return max(max(shape[1:]) for shape in solid), max(shape[0] for shape in solid), max(units, default=1)


def _width(channels: int, most: float) -> float:
    return max(WIDEST * channels / most, 0.012)


def _box(
    place: int, shape: Shape, dense: bool, parts: tuple[float, float, float], color: str, look: Look, *, lit: bool
) -> list[go.Scatter]:
    """Front, top and side of a box; a dense layer has a front alone."""
    longest, most, units = parts
    if dense:
        width, tall, deep = 0.08, shape[0] / units, 0.0
    else:
        width, tall, deep = _width(shape[0], most), shape[1] / longest, SLANT * shape[2] / longest
    left = place - width / 2
    front = ([left, left + width, left + width, left, left], [0, 0, tall, tall, 0])
    faces = [front]
    if deep:
        end, high = left + width, tall + deep
        up = ([left, end, end + deep, left + deep, left], [tall, tall, high, high, tall])
        side = ([end, end + deep, end + deep, end, end], [0, deep, high, tall, 0])
        faces += [up, side]
    edge = {"color": look.role("key") if lit else look.paper, "width": 2.5 if lit else 1}
    shades = (0.85, 0.55, 0.7)
    return [
        go.Scatter(x=x, y=y, mode="lines", fill="toself", fillcolor=mixed(color, look.paper, shade), line=edge,
                   hoverinfo="skip")
        for (x, y), shade in zip(faces, shades, strict=False)
    ]  # fmt: skip


def _field(picture: Shape, layer: LayerShape, parts: tuple[float, float, float], look: Look) -> go.Scatter:
    """The receptive field of a layer, in the middle of the picture's side; no larger than the picture."""
    longest, most, _ = parts
    channels, rows, columns = picture
    tall, deep = (min(layer.receptive_field, side) / longest for side in (rows, columns))
    low, left = (rows / longest - tall) / 2, SLANT * (columns / longest - deep) / 2
    near, far = left, left + SLANT * deep
    start = _width(channels, most) / 2
    return go.Scatter(
        x=[start + near, start + far, start + far, start + near, start + near],
        y=[near + low, far + low, far + low + tall, near + low + tall, near + low],
        mode="lines",
        line={"color": look.role("key"), "width": 2},
        name="receptive field",
        hoverinfo="skip",
    )


def _targets(volumes: Sequence[Shape], found: Sequence[LayerShape]) -> go.Scatter:
    """Invisible marks in front of the boxes, which carry the layer and what it does."""
    rows = [[place, *shape] for place, shape in enumerate(volumes)]
    rows = [[*row, *((0, 0, 1) if not row[0] else _costs(found[row[0] - 1]))] for row in rows]
    return go.Scatter(
        x=np.arange(len(volumes)),
        y=np.full(len(volumes), 0.25),
        mode="markers",
        name="layers",
        customdata=np.array(rows, dtype=np.float64),
        marker={"symbol": "square", "size": 44, "opacity": 0},
        hovertemplate="%{customdata[1]:,} × %{customdata[2]} × %{customdata[3]}<br>%{customdata[4]:,} parameters<br>"
        "%{customdata[5]:,} multiply-adds<br>receptive field %{customdata[6]}<extra></extra>",
    )


def _costs(layer: LayerShape) -> tuple[int, int, int]:
    return layer.parameters, layer.multiply_adds, layer.receptive_field


def _bars(found: Sequence[LayerShape], look: Look) -> list[go.Bar]:
    """The share of each layer in all parameters and in all work, in percent."""
    x = np.arange(1, len(found) + 1)
    series = {
        "parameters": [layer.parameters for layer in found],
        "multiply-adds": [layer.multiply_adds for layer in found],
    }
    colors = (look.role("kl"), look.role("draft"))
    return [
        go.Bar(x=x, y=100 * np.array(values) / (sum(values) or 1), name=name, marker={"color": color}, xaxis="x2",
               yaxis="y2", hovertemplate="%{y:.1f} % of all " + name + "<extra></extra>")
        for (name, values), color in zip(series.items(), colors, strict=True)
    ]  # fmt: skip


def _sizes(volumes: Sequence[Shape], look: Look, *, crowded: bool) -> list[dict[str, Any]]:
    """The shape below each box."""
    return [
        {
            "x": place,
            "y": -0.04,
            "yanchor": "top",
            "showarrow": False,
            "text": f"{shape[0]:,}" + ("" if shape[1:] == (1, 1) else f"<br>× {shape[1]} × {shape[2]}"),
            "font": {"size": look.size - (3 if crowded else 1), "color": look.quiet},
        }
        for place, shape in enumerate(volumes)
    ]


def _side_names(look: Look) -> list[dict[str, Any]]:
    """What the two bars of a layer are, in their colors."""
    words = (("■ parameters", look.role("kl"), 0, "left"), ("■ multiply-adds", look.role("draft"), 1, "right"))
    return [
        {"xref": "x2 domain", "yref": "y2 domain", "x": x, "y": 1.02, "xanchor": anchor, "yanchor": "bottom",
         "showarrow": False, "text": text, "font": {"color": look.word(color), "size": look.size}}
        for text, color, x, anchor in words
    ]  # fmt: skip


def edge(found: LayerShape, before: int, *, look: Look, title: str, height: int) -> go.Figure:
    """The end of a layer's input row: its last windows, and the pixels behind them that none of them reads.

    Args:
        before: rows of the layer's input.
    """
    layer = found.layer
    assert isinstance(layer, Conv | Pool)
    stride, padding = layer.stride or layer.kernel, layer.padding
    extent = (layer.dilation if isinstance(layer, Conv) else 1) * (layer.kernel - 1) + 1
    count = found.shape[1]
    numbers = range(max(count - 4, 0), count)
    starts = {number: number * stride - padding for number in numbers}
    last = before + padding
    shapes = [_bar(start, start + extent, number - numbers[0], look.role("query")) for number, start in starts.items()]
    shapes.append(_bar(last - found.unread[0], last, -1, look.role("rejected")))
    return figure(
        look,
        title=title,
        height=height,
        traces=[go.Scatter(x=[starts[numbers[0]], last], y=[0, 0], mode="markers", marker={"opacity": 0},
                           hoverinfo="skip")],
        shapes=shapes,
        showlegend=False,
        xaxis={"title": {"text": "row of the input"}, "range": [starts[numbers[0]] - 1.5, last + 1.5]},
        yaxis={"tickvals": [-1, *range(len(numbers))], "ticktext": ["never read", *(f"window {n}" for n in numbers)],
               "range": [-1.6, len(numbers) - 0.4], "showgrid": False},
    )  # fmt: skip


def _bar(start: float, stop: float, height: float, color: str) -> dict[str, Any]:
    return {"type": "rect", "x0": start - 0.5, "x1": stop - 0.5, "y0": height - 0.3, "y1": height + 0.3,
            "fillcolor": color, "line": {"width": 0}}  # fmt: skip
