"""Figures of the CLIP page: arrays in, plotly figures out."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from components.theme import MAGNITUDE, Look, escape, figure

_PICTURE, _CURVE, _TABLE = (0.0, 0.36), (0.43, 0.72), (0.855, 0.995)


def counterfactual(
    picture: str,
    shares: np.ndarray,
    before: np.ndarray,
    after: np.ndarray | None,
    tables: Sequence[tuple[str, np.ndarray]],
    *,
    at: float,
    look: Look,
    title: str,
    classes: Sequence[str],
    backgrounds: Sequence[str],
    height: int = 508,
) -> go.Figure:
    """One bird while its background fades: the picture, the probabilities of both classes, and the group tables.

    Args:
        picture: data address of the picture at the present share.
        shares: of water, 0 to 1.
        before, after: probabilities [share class] without and with the repair; None where there is no repair.
        tables: (name, accuracy [class background]) for one or two group tables.
        at: the present share of water.
    """
    colors = [look.role("land"), look.role("water")]
    traces: list[go.Scatter | go.Heatmap] = [
        _curve(shares, values[:, place], colors[place], dash, f"{label}, {name}")
        for values, dash, name in ((before, "solid", "as it is"), (after, "dot", "repaired"))
        if values is not None
        for place, label in enumerate(classes)
    ]
    notes = _end_labels(before, classes, colors)
    if after is not None:
        notes.append(_above("dotted: repaired", "", look))
    layout: dict[str, object] = {
        "images": [
            {
                "source": picture,
                "xref": "paper",
                "yref": "paper",
                "x": _PICTURE[0],
                "y": 1,
                "sizex": _PICTURE[1],
                "sizey": 1,
                "sizing": "contain",
                "xanchor": "left",
                "yanchor": "top",
            }
        ],
        "shapes": [
            {
                "type": "line",
                "x0": 100 * at,
                "x1": 100 * at,
                "y0": 0,
                "y1": 1,
                "yref": "y domain",
                "line": {"color": look.quiet, "width": 1},
            }
        ],
        "xaxis": {
            "title": {"text": "water in the background (%)"},
            "range": [0, 100],
            "domain": _CURVE,
            "showgrid": False,
        },
        "yaxis": {"title": {"text": "probability"}, "range": [-0.02, 1.02], "tickvals": [0, 0.5, 1]},
    }
    for place, (name, table) in enumerate(tables):
        axis = str(place + 2)
        traces.append(group_cells(table, classes, backgrounds).update(xaxis=f"x{axis}", yaxis=f"y{axis}"))
        notes.append(_above(name, axis, look))
        layout |= _table_axes(axis, of=len(tables))
    fig = figure(look, title=title, height=height, showlegend=False, base=go.Figure(data=traces))
    # Set at once: plotly checks all notes again each time one is added.
    return fig.update_layout(annotations=notes, **layout)


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


def _above(text: str, axis: str, look: Look) -> dict[str, object]:
    """A quiet note above the plot with these axes."""
    return {
        "text": escape(text),
        "x": 0.5,
        "y": 1.0,
        "xref": f"x{axis} domain",
        "yref": f"y{axis} domain",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": look.quiet},
    }


def _table_axes(axis: str, *, of: int) -> dict[str, object]:
    """The axes of one group table, stacked from the top."""
    bottom, top = (0.10, 0.94) if of == 1 else ((0.56, 0.94) if axis == "2" else (0.02, 0.40))
    title = "background" if of == 1 else ""
    return {
        f"xaxis{axis}": {"domain": _TABLE, "anchor": f"y{axis}", "showgrid": False, "title": {"text": title}},
        f"yaxis{axis}": {
            "domain": [bottom, top],
            "anchor": f"x{axis}",
            "autorange": "reversed",
            "showgrid": False,
        },
    }


def group_cells(table: np.ndarray, classes: Sequence[str], backgrounds: Sequence[str]) -> go.Heatmap:
    """Accuracies as colored cells with their percentages."""
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
        texttemplate="%{z:.0%}",
        textfont={"size": 17},
        hovertemplate="%{y} on %{x}: %{z:.3f}<extra></extra>",
    )


def similarity(
    cosines: np.ndarray,
    texts: Sequence[str],
    pictures: Sequence[str],
    *,
    look: Look,
    title: str,
    label: str = "cosine",
    height: int = 460,
) -> go.Figure:
    """Pictures across, texts down, so that texts can be read; the color follows the cosine.

    Args:
        cosines: [picture text].
        pictures: data addresses, drawn above their columns.
    """
    fig = figure(look, title=title, height=height)
    count = len(pictures)
    fig.add_trace(
        go.Heatmap(
            z=cosines.T.astype(np.float32),
            y=[f"{place} {_short(text)}" for place, text in enumerate(texts)],
            colorscale=MAGNITUDE,
            colorbar={"title": {"text": label, "side": "top"}, "thickness": 12, "outlinewidth": 0},
            texttemplate="%{z:.2f}" if cosines.size <= 240 else None,
            xgap=1,
            ygap=1,
            hovertemplate="picture %{x}<br>%{y}<br>" + label + " %{z:.3f}<extra></extra>",
        )
    )
    for place, address in enumerate(pictures):
        fig.add_layout_image(
            source=address,
            xref="x",
            yref="y domain",
            x=place - 0.46,
            y=1.02,
            sizex=0.92,
            sizey=0.24,
            sizing="contain",
            xanchor="left",
            yanchor="bottom",
        )
    labels = [_short(text) for text in texts]
    fig.update_xaxes(title_text="picture", range=[-0.5, count - 0.5], showgrid=False, tickvals=list(range(count)))
    fig.update_yaxes(
        autorange="reversed",
        showgrid=False,
        domain=[0, 0.76],
        tickvals=[f"{place} {text}" for place, text in enumerate(labels)],
        ticktext=labels,
    )
    return fig


def _short(text: str) -> str:
    return escape(text if len(text) <= 44 else text[:43] + "…")


def treatments(
    rows: Mapping[str, tuple[float, float, float]], *, look: Look, title: str, height: int = 420
) -> go.Figure:
    """Average and worst group of each treatment, as two dots on a line.

    Args:
        rows: name -> (average, worst group, standard error of the worst group).
    """
    names = list(rows)
    average, worst, error = (np.array([row[place] for row in rows.values()], np.float32) for place in range(3))
    fig = figure(look, title=title, height=height, showlegend=True)
    between = np.stack([worst, average, np.full_like(worst, np.nan)], axis=1).ravel()
    fig.add_trace(
        go.Scatter(
            x=between,
            y=[escape(name) for name in names for _ in range(3)],
            mode="lines",
            line={"color": look.faint, "width": 6},
            showlegend=False,
            hoverinfo="skip",
        )
    )
    for label, values, color, bars in (
        ("average of the groups", average, look.quiet, None),
        ("worst group", worst, look.role("rejected"), {"type": "data", "array": error, "thickness": 1.2, "width": 4}),
    ):
        fig.add_trace(
            go.Scatter(
                x=values,
                y=[escape(name) for name in names],
                mode="markers",
                name=label,
                error_x=bars,
                marker={"size": 12, "color": color},
                hovertemplate="%{y}<br>" + label + " %{x:.3f}<extra></extra>",
            )
        )
    fig.update_layout(legend={"x": 1, "xanchor": "right", "y": 1.0})
    fig.update_xaxes(title_text="accuracy (the bar is one standard error)", range=[-0.02, 1.04], tickformat=".0%")
    fig.update_yaxes(autorange="reversed", showgrid=False)
    return fig


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
    fig = figure(look, title=title, height=height, showlegend=True)
    colors, symbols = (look.role("land"), look.role("water")), ("circle-open", "cross-thin-open")
    for group, name in enumerate(names):
        inside = places[groups == group].astype(np.float32)
        fig.add_trace(
            go.Scatter(
                x=inside[:, 0],
                y=inside[:, 1],
                mode="markers",
                name=escape(name),
                marker={"color": colors[group % 2], "symbol": symbols[group // 2], "size": 8, "opacity": 0.75},
                hovertemplate=escape(name) + "<extra></extra>",
            )
        )
    reach = 0.8 * float(np.abs(places).max())
    for name, (direction, color) in arrows.items():
        length = float(np.linalg.norm(direction)) or 1.0
        x, y = (float(part) * reach / length for part in direction)
        fig.add_annotation(
            x=x,
            y=y,
            ax=0,
            ay=0,
            axref="x",
            ayref="y",
            showarrow=True,
            arrowhead=2,
            arrowwidth=3,
            arrowcolor=color,
            text="",
        )
        fig.add_annotation(
            x=x * 1.08, y=y * 1.08, text=escape(name), showarrow=False, font={"color": color}, bgcolor=look.paper
        )
    fig.update_layout(legend={"x": 1, "xanchor": "right", "y": 1, "yanchor": "top", "orientation": "v"})
    fig.update_xaxes(title_text=f"first axis ({shares[0]:.0%} of the variance)", zeroline=False)
    fig.update_yaxes(title_text=f"second axis ({shares[1]:.0%} of the variance)", scaleanchor="x")
    return fig


def overlays(
    picture: str, maps: Sequence[tuple[str, np.ndarray, bool]], *, look: Look, title: str, height: int = 400
) -> go.Figure:
    """Heat maps laid over the same picture, side by side; the first place shows the picture alone.

    Args:
        picture: data address.
        maps: (name, values [row column], signed) for each overlay; signed ones are colored around 0.
    """
    fig = figure(look, title=title, height=height, showlegend=False)
    count = len(maps) + 1
    width = 1 / count
    for place in range(count):
        left, right = place * width + 0.01, (place + 1) * width - 0.01
        axis = "" if place == 0 else str(place + 1)
        fig.update_layout(
            {
                f"xaxis{axis}": {"domain": [left, right], "visible": False, "range": [0, 1], "anchor": f"y{axis}"},
                f"yaxis{axis}": {
                    "domain": [0, 0.92],
                    "visible": False,
                    "range": [1, 0],
                    "anchor": f"x{axis}",
                    "scaleanchor": f"x{axis}",
                },
            }
        )
        fig.add_layout_image(
            source=picture,
            xref=f"x{axis}",
            yref=f"y{axis}",
            x=0,
            y=0,
            sizex=1,
            sizey=1,
            sizing="stretch",
            layer="below",
        )
        name = "the picture" if place == 0 else maps[place - 1][0]
        fig.add_annotation(
            text=escape(name),
            x=(left + right) / 2,
            y=0.95,
            xref="paper",
            yref="paper",
            showarrow=False,
            yanchor="bottom",
            font={"color": look.quiet},
        )
        if place:
            fig.add_trace(_overlay(maps[place - 1], look).update(xaxis=f"x{axis}", yaxis=f"y{axis}"))
        else:
            fig.add_trace(go.Scatter(x=[0.5], y=[0.5], mode="markers", marker={"opacity": 0}, hoverinfo="skip"))
    return fig


def _overlay(entry: tuple[str, np.ndarray, bool], look: Look) -> go.Heatmap:
    name, values, signed = entry
    rows, columns = values.shape
    reach = float(np.abs(values).max()) or 1.0
    colors = {"colorscale": look.diverging, "zmin": -reach, "zmax": reach} if signed else {"colorscale": MAGNITUDE}
    return go.Heatmap(
        z=values.astype(np.float32),
        x=(np.arange(columns) + 0.5) / columns,
        y=(np.arange(rows) + 0.5) / rows,
        opacity=0.62,
        showscale=False,
        hovertemplate=escape(name) + " %{z:.3f}<extra></extra>",
        **colors,
    )
