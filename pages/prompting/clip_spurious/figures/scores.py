"""Figures of the CLIP page: arrays in, plotly figures out."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from components.theme import MAGNITUDE, Look, escape, figure
from pages.prompting.clip_spurious.figures.tables import percent_range

_BAR_BELOW = {
    "orientation": "h",
    "yref": "container",
    "y": 0,
    "yanchor": "bottom",
    "len": 0.6,
    "thickness": 8,
    "outlinewidth": 0,
    "nticks": 6,
    "tickangle": 0,
}
"""A flat color bar at the foot of a figure, which leaves the whole width to the plot."""


def fade(
    shares: np.ndarray,
    before: np.ndarray,
    after: np.ndarray | None,
    *,
    at: float,
    look: Look,
    title: str,
    classes: Sequence[str],
    height: int | None = None,
) -> go.Figure:
    """The probabilities of both classes while the background of one bird fades.

    Args:
        shares: of water, 0 to 1.
        before, after: probabilities [share class] without and with the repair; None where there is no repair.
        at: the present share of water.
    """
    colors = [look.role("land"), look.role("water")]
    traces = [
        _curve(shares, values[:, place], colors[place], dash, f"{label}, {name}")
        for values, dash, name in ((before, "solid", "as it is"), (after, "dot", "repaired"))
        if values is not None
        for place, label in enumerate(classes)
    ]
    notes = _end_labels(before, classes, [look.word(color) for color in colors])
    if after is not None:
        notes.append(_quiet_note("dotted: repaired", look))
    here = {"type": "line", "x0": 100 * at, "x1": 100 * at, "y0": 0, "y1": 1, "yref": "y domain"}
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=False,
        annotations=notes,
        shapes=[{**here, "line": {"color": look.quiet, "width": 1}}],
        xaxis={"title": {"text": "water in the background (%)"}, "range": [0, 100], "showgrid": False},
        yaxis={"title": {"text": "probability"}, "range": [-0.02, 1.02], "tickvals": [0, 0.5, 1]},
        margin={"t": 44 if after is None else 62, "r": round(5.2 * look.size)},
    )


def _curve(shares: np.ndarray, values: np.ndarray, color: str, dash: str, name: str) -> go.Scatter:
    return go.Scatter(
        x=(100 * shares).astype(np.float32),
        y=values.astype(np.float32),
        mode="lines",
        line={"color": color, "width": 3 if dash == "solid" else 2.5, "dash": dash},
        name=escape(name),
        hovertemplate="%{x:.0f} % water: %{y:.3f}<extra>" + escape(name) + "</extra>",
    )


def _end_labels(before: np.ndarray, classes: Sequence[str], colors: Sequence[str]) -> list[dict[str, object]]:
    """The names of the classes at the ends of their curves, a little apart where the curves meet."""
    low, apart = int(before[-1].argmin()), abs(before[-1, 0] - before[-1, 1]) > 0.16
    return [
        {
            "x": 1.01,
            "xref": "x domain",
            "y": min(max(float(before[-1, place]), 0.04), 0.96),
            "yshift": 0 if apart else (-9 if place == low else 9),
            "text": escape(label),
            "showarrow": False,
            "xanchor": "left",
            "font": {"color": colors[place]},
        }
        for place, label in enumerate(classes)
    ]


def _quiet_note(text: str, look: Look) -> dict[str, object]:
    """A quiet note above the plot."""
    return {
        "text": text,
        "x": 0.5,
        "y": 1.0,
        "xref": "x domain",
        "yref": "y domain",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": look.quiet},
    }


def group_tables(
    tables: Sequence[tuple[str, np.ndarray, np.ndarray]],
    *,
    look: Look,
    title: str,
    classes: Sequence[str],
    backgrounds: Sequence[str],
    height: int | None = None,
) -> go.Figure:
    """Accuracy by class and background, with its interval in each cell. Cells can be clicked.

    Args:
        tables: (name, accuracy [class background], interval [class background 2]) for one or two tables.

    The custom data of a cell are its class, its background, and the number of its table.
    """
    traces: list[go.Heatmap | go.Scatter] = []
    notes: list[dict[str, object]] = []
    layout: dict[str, object] = {}
    for place, (name, table, interval) in enumerate(tables):
        axis = str(place + 1) if place else ""
        at = {"xaxis": f"x{axis}", "yaxis": f"y{axis}"}
        traces += [
            group_cells(table, classes, backgrounds, interval=interval, size=look.size + 1, **at),
            _targets(table, interval, place, classes, backgrounds, **at),
        ]
        notes.append({**_quiet_note(escape(name), look), "xref": f"x{axis} domain", "yref": f"y{axis} domain"})
        layout |= _table_axes(axis, place, len(tables), table.shape)
    more = {"annotations": notes, "margin": {"t": 64}, "hoverdistance": -1, **layout}
    return figure(look, title=title, height=height, traces=traces, showlegend=False, **more)


def group_cells(
    table: np.ndarray,
    classes: Sequence[str],
    backgrounds: Sequence[str],
    *,
    interval: np.ndarray | None = None,
    size: int = 17,
    **more: object,
) -> go.Heatmap:
    """Accuracies as colored cells with their percentages, and with their intervals where these are given.

    Args:
        size: of the type in the cells, in pixels.
        more: further properties, such as the axes.
    """
    text = None
    if interval is not None:
        text = [
            [f"<b>{share:.0%}</b><br>{percent_range(ends)}" for share, ends in zip(*row, strict=True)]
            for row in zip(table, interval, strict=True)
        ]
    return go.Heatmap(
        z=table.astype(np.float32),
        x=[escape(name) for name in backgrounds],
        y=[escape(name) for name in classes],
        zmin=0,
        zmax=1,
        colorscale=MAGNITUDE,
        showscale=False,
        xgap=3,
        ygap=3,
        text=text,
        texttemplate="%{z:.0%}" if text is None else "%{text}",
        textfont={"size": size},
        hoverinfo="skip",
        **more,
    )


def _targets(
    table: np.ndarray,
    interval: np.ndarray,
    number: int,
    classes: Sequence[str],
    backgrounds: Sequence[str],
    **more: object,
) -> go.Scatter:
    """What is hovered and clicked: the browser does not tell of clicks on a heat map's own cells."""
    row, column = np.indices(table.shape).reshape(2, -1)
    labels, grounds = ([escape(name) for name in names] for names in (classes, backgrounds))
    said = [
        f"{labels[i]} {grounds[j]}<br>right {table[i, j]:.3f}<br>95 % interval "
        f"{interval[i, j, 0]:.3f} to {interval[i, j, 1]:.3f}"
        for i, j in zip(row, column, strict=True)
    ]
    return go.Scatter(
        x=[grounds[j] for j in column],
        y=[labels[i] for i in row],
        mode="markers",
        customdata=np.stack([row, column, np.full_like(row, number)], axis=1),
        text=said,
        marker={"symbol": "square", "size": 90, "opacity": 0, "color": "#62676E"},
        hovertemplate="%{text}<extra></extra>",
        **more,
    )


def _table_axes(axis: str, place: int, of: int, shape: tuple[int, ...]) -> dict[str, object]:
    """The axes of one group table, stacked from the top; their ranges are set, or plotly leaves room for markers."""
    bottom, top = (0.0, 1.0) if of == 1 else ((0.56, 1.0) if place == 0 else (0.0, 0.42))
    rows, columns = shape
    return {
        f"xaxis{axis}": {
            "anchor": f"y{axis}",
            "showgrid": False,
            "showticklabels": place == of - 1,
            "range": [-0.5, columns - 0.5],
        },
        f"yaxis{axis}": {
            "domain": [bottom, top],
            "anchor": f"x{axis}",
            "showgrid": False,
            "range": [rows - 0.5, -0.5],
            "tickangle": -90,
        },
    }


def similarity(
    cosines: np.ndarray,
    texts: Sequence[str],
    pictures: Sequence[str],
    *,
    look: Look,
    title: str,
    names: Sequence[str] | None = None,
    low: bool = False,
) -> go.Figure:
    """Pictures across, texts down, so that texts can be read; the color follows the cosine.

    Args:
        cosines: [picture text].
        pictures: data addresses, drawn above their columns.
        names: of the pictures, below their columns; their numbers without it.
        low: each text stands on one line, so that the rows are as low as the type allows.
    """
    labels, count = [one_line(text) if low else two_lines(text) for text in texts], len(pictures)
    rows = sum(15 if low else 14 + 13 * (1 + label.count("<br>")) for label in labels)
    top, bottom = (112, 76) if low else (118, 82)
    fig = figure(look, title=title, height=top + bottom + max(rows, 110), margin={"t": top, "b": bottom})
    fig.add_trace(
        go.Heatmap(
            z=cosines.T.astype(np.float32),
            y=list(range(len(labels))),
            colorscale=MAGNITUDE,
            colorbar=_BAR_BELOW,
            text=[[escape(text[:200])] * count for text in texts],
            texttemplate="%{z:.2f}" if cosines.size <= 240 else None,
            xgap=1,
            ygap=1,
            hovertemplate="picture %{x}<br>%{text}<br>cosine %{z:.3f}<extra></extra>",
        )
    )
    placed = {"xref": "x", "yref": "y domain", "y": 1, "sizex": 0.92, "sizey": 70 / max(rows, 110), "sizing": "contain"}
    fig.update_layout(
        images=[
            {"source": address, "x": place, "xanchor": "center", "yanchor": "bottom", **placed}
            for place, address in enumerate(pictures)
        ]
    )
    fig.update_xaxes(
        title_text="picture; the color is the cosine",
        range=[-0.5, count - 0.5],
        showgrid=False,
        tickvals=list(range(count)),
        ticktext=None if names is None else [escape(name[:14]) for name in names],
        tickangle=0 if names is None else None,
    )
    return fig.update_yaxes(
        range=[len(labels) - 0.5, -0.5], showgrid=False, tickvals=list(range(len(labels))), ticktext=labels
    )


def two_lines(text: str, *, length: int = 20) -> str:
    """A label of at most two lines, broken at a space where it is long, and cut where it is longer still."""
    if len(text) <= length:
        return escape(text)
    cut = text.rfind(" ", 0, length + 1)
    first, second = (text[:cut], text[cut + 1 :]) if cut > 0 else (text[:length], text[length:])
    return f"{escape(first)}<br>{escape(second if len(second) <= length else second[: length - 1] + '…')}"


def one_line(text: str, *, length: int = 34) -> str:
    """A label of one line, cut where it is longer."""
    return escape(text if len(text) <= length else text[: length - 1] + "…")


def treatments(
    rows: Mapping[str, tuple[float, float, tuple[float, float]]], *, look: Look, title: str, height: int = 420
) -> go.Figure:
    """Average and worst group of each treatment, as two dots on a line.

    Args:
        rows: name -> (average, worst group, interval of the worst group).
    """
    names = list(rows)
    average, worst = (np.array([row[place] for row in rows.values()], np.float32) for place in range(2))
    ends = np.array([row[2] for row in rows.values()], np.float32).reshape(-1, 2)
    bars = {"type": "data", "array": ends[:, 1] - worst, "arrayminus": worst - ends[:, 0], "symmetric": False}
    between = go.Scatter(
        x=np.stack([worst, average, np.full_like(worst, np.nan)], axis=1).ravel(),
        y=[escape(name) for name in names for _ in range(3)],
        mode="lines",
        line={"color": look.faint, "width": 6},
        showlegend=False,
        hoverinfo="skip",
    )
    dots = [
        go.Scatter(
            x=values,
            y=[escape(name) for name in names],
            mode="markers",
            name=label,
            error_x=error,
            marker={"size": 12, "color": color},
            hovertemplate="%{y}<br>" + label + " %{x:.3f}<extra></extra>",
        )
        for label, values, color, error in (
            ("average of the groups", average, look.quiet, None),
            ("worst group", worst, look.role("rejected"), {**bars, "thickness": 1.2, "width": 4}),
        )
    ]
    return figure(
        look,
        title=title,
        height=height,
        traces=[between, *dots],
        showlegend=True,
        legend={"x": 1, "xanchor": "right", "y": 1.0},
        xaxis={
            "title": {"text": "accuracy (bar: 95 % interval of the worst)"},
            "range": [-0.02, 1.04],
            "tickformat": ".0%",
        },
        yaxis={"autorange": "reversed", "showgrid": False},
    )


def scatter_map(
    places: np.ndarray,
    groups: np.ndarray,
    names: Sequence[str],
    arrows: Mapping[str, tuple[np.ndarray, str]],
    *,
    shares: np.ndarray,
    look: Look,
    title: str,
    height: int = 480,
) -> go.Figure:
    """Embeddings on their first two principal axes, colored by background and marked by class.

    Args:
        places: [picture, 2].
        groups: number of each picture's group: class * 2 + background.
        names: of the four groups.
        arrows: name -> (direction [2], color), drawn from the origin at one length.
        shares: part of the variance along the two axes.
    """
    colors, symbols = (look.role("land"), look.role("water")), ("circle-open", "cross-thin-open")
    inside = [places[groups == group].astype(np.float32) for group in range(len(names))]
    dots = [
        go.Scatter(
            x=inside[group][:, 0],
            y=inside[group][:, 1],
            mode="markers",
            name=escape(name),
            marker={"color": colors[group % 2], "symbol": symbols[group // 2], "size": 8, "opacity": 0.75},
            hovertemplate=escape(name) + "<extra></extra>",
        )
        for group, name in enumerate(names)
    ]
    first, second = (f"{share:.0%} of the variance" for share in shares[:2])
    return figure(
        look,
        title=title,
        height=height,
        traces=dots,
        showlegend=True,
        annotations=_arrows(arrows, 0.8 * float(np.abs(places).max()), look),
        legend={"x": 0, "xanchor": "left", "y": 1.0, "yanchor": "bottom"},
        xaxis={"title": {"text": f"first axis ({first})"}, "zeroline": False, "constrain": "domain"},
        yaxis={"title": {"text": f"second axis ({second})"}, "scaleanchor": "x"},
    )


def _arrows(arrows: Mapping[str, tuple[np.ndarray, str]], reach: float, look: Look) -> list[dict[str, object]]:
    """Directions as arrows of one length from the origin, each followed by its name."""
    notes: list[dict[str, object]] = []
    ends: list[tuple[float, float]] = []
    for name, (direction, color) in arrows.items():
        length = float(np.linalg.norm(direction)) or 1.0
        x, y = (float(part) * reach / length for part in direction)
        # Arrows that end at one place get their names one above the other.
        near = sum(abs(x - other[0]) + abs(y - other[1]) < 0.3 * reach for other in ends)
        ends.append((x, y))
        arrow = {"ax": 0, "ay": 0, "axref": "x", "ayref": "y", "showarrow": True, "arrowhead": 2, "arrowwidth": 3}
        place = {"x": x * 1.08, "y": y * 1.08, "yshift": (look.size + 7) * near, "showarrow": False}
        notes += [
            {"x": x, "y": y, "arrowcolor": color, "text": "", **arrow},
            {"text": escape(name), **place, "font": {"color": look.word(color)}, "bgcolor": look.paper},
        ]
    return notes


def overlay(
    picture: str, values: np.ndarray | None, *, signed: bool = False, look: Look, title: str, height: int = 330
) -> go.Figure:
    """A heat map laid over a picture, or the picture alone.

    Args:
        picture: data address of a square picture.
        values: [row column]; None shows the picture alone.
        signed: whether the colors are centered at 0.
    """
    laid = go.Scatter(x=[None], y=[None]) if values is None else _laid_over(values, signed, look)
    fig = figure(look, title=title, height=height, showlegend=False, base=go.Figure(data=[laid]))
    placed = {"xref": "x", "yref": "y", "x": 0, "y": 0, "sizex": 1, "sizey": 1, "sizing": "stretch", "layer": "below"}
    return fig.update_layout(
        images=[{"source": picture, **placed}],
        margin={"t": 40, "b": 44, "l": 0, "r": 8},
        xaxis={"visible": False, "range": [0, 1], "constrain": "domain"},
        yaxis={"visible": False, "range": [1, 0], "scaleanchor": "x", "constrain": "domain"},
    )


def _laid_over(values: np.ndarray, signed: bool, look: Look) -> go.Heatmap:
    rows, columns = values.shape
    reach = float(np.abs(values).max()) or 1.0
    colors = {"colorscale": look.diverging, "zmin": -reach, "zmax": reach} if signed else {"colorscale": MAGNITUDE}
    return go.Heatmap(
        z=values.astype(np.float32),
        x=(np.arange(columns) + 0.5) / columns,
        y=(np.arange(rows) + 0.5) / rows,
        opacity=0.62,
        colorbar={**_BAR_BELOW, "nticks": 4},
        hovertemplate="%{z:.3f}<extra></extra>",
        **colors,
    )
