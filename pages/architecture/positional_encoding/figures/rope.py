"""Figures of RoPE: the pairs of dimensions as clock hands that turn, and the two ways to pair them."""

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from components.figures.lines import lines
from components.theme import MONO, Look, escape, figure
from pages.architecture.positional_encoding.figures.codes import marked

ROOM = 1.32
"""Height of a row of dials in widths of a dial: the number below each needs some."""

RADIUS = 0.43


def clock_hands(
    query: np.ndarray,
    key: np.ndarray,
    *,
    parts: np.ndarray,
    wavelengths: np.ndarray,
    frames: Sequence[str],
    readings: Sequence[str],
    look: Look,
    title: str,
    height: int | None = None,
) -> go.Figure:
    """Each pair of dimensions as a dial: the query's hand and the key's, at a row of places one token apart.

    Nothing moves until somebody presses play or steps the slider.

    Args:
        query, key: directions in radians, clockwise from the top, [frame pair].
        parts: what each pair adds to the score, [pair]; it is the color of the dial's face.
        wavelengths: tokens for a full turn, [pair].
        frames: the name of each frame.
        readings: the sentence above the dials in each frame.
    """
    count = len(parts)
    columns = min(count, math.ceil(math.sqrt(count * 3.45)))
    x, y = np.arange(count) % columns, np.arange(count) // columns * ROOM
    top = float(np.abs(parts).max()) or 1.0
    fig = figure(look, title=title, height=height, showlegend=False, margin_b=84, margin_t=44)
    fig.update_layout(shapes=_faces(x, y, parts / top, look))
    fig.add_trace(_targets(x, y, parts, wavelengths, top, look))
    fig.add_traces([_hand(x, y, query[0], look.role("query")), _hand(x, y, key[0], look.role("key"))])
    fig.add_trace(_reading(readings[0], look))
    # Plain dicts: a go.Frame would be validated twice, which costs more than all the rest.
    fig.frames = [
        {
            "name": name,
            "traces": [1, 2, 3],
            "data": [
                {"type": "scatter", **_places(x, y, query[place])},
                {"type": "scatter", **_places(x, y, key[place])},
                {"type": "scatter", "text": [readings[place]]},
            ],
        }
        for place, name in enumerate(frames)
    ]
    fig.update_layout(updatemenus=[_buttons(look)], sliders=[_steps(frames, look)])
    rows = int(y[-1] / ROOM) + 1
    fig.update_xaxes(visible=False, range=[-0.55, columns - 0.45], fixedrange=True)
    fig.update_yaxes(visible=False, range=[rows * ROOM - 0.66, -0.9], scaleanchor="x", fixedrange=True)
    return fig


def _faces(x: np.ndarray, y: np.ndarray, shares: np.ndarray, look: Look) -> list[dict[str, object]]:
    colors = sample_colorscale(look.diverging, list((shares + 1) / 2))
    return [
        {
            "type": "circle",
            "x0": float(left - RADIUS),
            "x1": float(left + RADIUS),
            "y0": float(below - RADIUS),
            "y1": float(below + RADIUS),
            "fillcolor": color,
            "opacity": 0.55,
            "line": {"color": look.quiet, "width": 1},
            "layer": "below",
        }
        for left, below, color in zip(x, y, colors, strict=True)
    ]


def _targets(
    x: np.ndarray, y: np.ndarray, parts: np.ndarray, wavelengths: np.ndarray, top: float, look: Look
) -> go.Scatter:
    """Invisible points that carry the hover text and the color bar, with each wavelength written below its dial."""
    return go.Scatter(
        x=x,
        y=y + RADIUS + 0.17,
        mode="markers+text",
        text=[length_in_words(length) for length in wavelengths],
        textfont={"family": MONO, "size": look.size - 3, "color": look.quiet},
        customdata=np.stack([np.arange(len(parts)), wavelengths, parts], axis=1),
        hovertemplate="pair %{customdata[0]}<br>turns once in %{customdata[1]:,.1f} tokens<br>"
        "adds %{customdata[2]:.3f} to the score<extra></extra>",
        marker={
            "color": parts,
            "opacity": 0,
            "size": 40,
            "cmin": -top,
            "cmax": top,
            "colorscale": look.diverging,
            "showscale": True,
            "colorbar": {"title": {"text": "adds to score", "side": "top"}, "thickness": 12, "outlinewidth": 0},
        },
    )


def length_in_words(length: float) -> str:
    """A wavelength in few characters: 6.3, 628, 12.4k, 438k, 1.2M."""
    for size, unit in ((1e6, "M"), (1e3, "k"), (1.0, "")):
        if length >= size or size == 1.0:
            amount = length / size
            return f"{amount:.0f}{unit}" if amount >= 99.5 else f"{amount:.3g}{unit}"
    return ""


def _places(x: np.ndarray, y: np.ndarray, angles: np.ndarray) -> dict[str, np.ndarray]:
    """The hands of one vector as one line with gaps."""
    gap = np.full(len(x), np.nan)
    return {
        "x": np.stack([x, x + RADIUS * np.sin(angles), gap], axis=1).ravel().astype(np.float32),
        "y": np.stack([y, y - RADIUS * np.cos(angles), gap], axis=1).ravel().astype(np.float32),
    }


def _hand(x: np.ndarray, y: np.ndarray, angles: np.ndarray, color: str) -> go.Scatter:
    return go.Scatter(**_places(x, y, angles), mode="lines", line={"color": color, "width": 3}, hoverinfo="skip")


def _reading(text: str, look: Look) -> go.Scatter:
    return go.Scatter(
        x=[-0.5],
        y=[-0.72],
        mode="text",
        text=[text],
        textposition="middle right",
        textfont={"family": MONO, "size": look.size, "color": look.ink},
        hoverinfo="skip",
        cliponaxis=False,
    )


def _animation(*, play: bool) -> dict[str, object]:
    frame = {"duration": 180 if play else 0, "redraw": False}
    return {"frame": frame, "transition": {"duration": 0}, "fromcurrent": True, "mode": "immediate"}


def _buttons(look: Look) -> dict[str, object]:
    return {
        "type": "buttons",
        "direction": "left",
        "x": 0.0,
        "y": -0.03,
        "xanchor": "left",
        "yanchor": "top",
        "showactive": False,
        "bgcolor": look.paper,
        "bordercolor": look.quiet,
        "font": {"color": look.ink},
        "pad": {"t": 12, "l": 4},
        "buttons": [
            {"label": "▶ Play", "method": "animate", "args": [None, _animation(play=True)]},
            {"label": "❚❚ Pause", "method": "animate", "args": [[None], _animation(play=False)]},
        ],
    }


def _steps(frames: Sequence[str], look: Look) -> dict[str, object]:
    return {
        "x": 0.0,
        "len": 0.98,
        "y": -0.03,
        "yanchor": "top",
        # In pixels, as the buttons are: a share of the width would put the slider under them in a narrow figure. They
        # are as wide as their words, 14 sizes of the type together.
        "pad": {"t": 6, "l": 14 * look.size},
        "currentvalue": {"visible": False},
        "bordercolor": look.quiet,
        "font": {"color": look.quiet, "size": look.size - 2},
        "tickcolor": look.quiet,
        "steps": [{"label": name, "method": "animate", "args": [[name], _animation(play=False)]} for name in frames],
    }


def score_curve(
    scores: np.ndarray, distances: np.ndarray, *, at: int, look: Look, title: str, height: int = 360
) -> go.Figure:
    """The score of one query and one key against the distance between them, with the present distance marked.

    Args:
        scores: [distance].
        distances: tokens that the key lies behind the query, ascending.
        at: one of the distances.
    """
    fig = lines(
        {"score": scores},
        look=look,
        title=title,
        x_label="distance of the key behind the query (tokens)",
        y_label="score",
        x=distances,
        colors={"score": look.role("query")},
        height=height,
    )
    fig.update_traces(mode="lines")
    fig.update_layout(margin_r=24)
    score = float(scores[int(np.flatnonzero(distances == at)[0])])
    return marked(fig, at, score, f"{score:.2f} at distance {at}", look=look)


def layouts(order: np.ndarray, *, look: Look, title: str) -> go.Figure:
    """The two layouts of a head, one above the other: each dimension's way from the paper's place to the other.

    Args:
        order: y = x[order] takes the interleaved layout to the half layout, [dimension].
    """
    count = len(order)
    fig = figure(look, title=title, height=300, showlegend=False)
    source = np.arange(count)
    pair = source // 2
    colors = sample_colorscale("Viridis", list(pair / max(count // 2 - 1, 1) * 0.9))
    for target, dimension in enumerate(order):
        fig.add_trace(
            go.Scatter(
                x=[dimension, target],
                y=[1, 0],
                mode="lines",
                line={"color": colors[dimension], "width": 1.5},
                hoverinfo="skip",
            )
        )
    for y, dimensions in ((1, source), (0, order)):
        fig.add_trace(
            go.Scatter(
                x=source,
                y=np.full(count, y),
                mode="markers+text",
                text=[str(dimension) for dimension in dimensions],
                textfont={"family": MONO, "size": look.size - 2, "color": "#FFFFFF"},
                marker={"symbol": "square", "size": 26, "color": [colors[dimension] for dimension in dimensions]},
                customdata=pair[dimensions],
                hovertemplate="dimension %{text} of the paper's layout<br>pair %{customdata}<extra></extra>",
            )
        )
    fig.update_xaxes(title_text="place in the vector", showgrid=False, range=[-0.8, count - 0.2], dtick=1)
    fig.update_yaxes(
        showgrid=False,
        range=[-0.35, 1.35],
        tickvals=[0, 1],
        ticktext=[escape("half (transformers)"), escape("interleaved (paper)")],
    )
    return fig
