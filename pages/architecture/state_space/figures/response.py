"""The main figure: a signal, the state that it moves, the kernel, and the output three ways."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.figures.fields import cells
from components.figures.kept import kept
from components.theme import Look, figure
from core.state_space import Response

WAY_LINES = {
    "recurrence": ("query", 7.0, "solid", 0.35),
    "convolution": ("key", 3.0, "solid", 1.0),
    "FFT": ("value", 2.0, "dot", 1.0),
}
"""The three ways lie on each other: a broad, a thin and a dotted line show all of them."""

LEVELS = np.linspace(1, -1, 9)
MOST_COLUMNS = 512
"""Columns of the field of states; a longer signal is shown thinned."""


@kept
def response(found: Response, moment: int, *, look: Look, title: str, knots: int = 0) -> go.Figure:
    """Signal and output over the states at the left; the kernel over the state of one moment at the right.

    Args:
        moment: the sample whose state stands as bars.
        knots: of a signal that is drawn by clicks on a grid of points; 0 for any other signal.
    """
    fig = make_subplots(
        rows=2,
        cols=2,
        column_widths=[0.64, 0.36],
        row_heights=[0.6, 0.4],
        vertical_spacing=0.2,
        horizontal_spacing=0.1,
        subplot_titles=("", "kernel K", "", f"state after sample {moment}"),
    )
    k = np.arange(len(found.u))
    upper = [_input(k, found.u, look), *_ways(k, found, look), _clicks(k, found.outputs[0])]
    if knots:
        upper.append(_grid(len(found.u), knots))
    places = [(1, 1)] * len(upper) + [(1, 2), (2, 1), (2, 2)]
    for trace, (row, column) in zip(
        [*upper, _kernel(found, look), _states(found, look), _bars(found.states[moment], look)], places, strict=True
    ):
        fig.add_trace(trace, row=row, col=column)
    marks = [
        {"type": "line", "x0": moment, "x1": moment, "y0": 0, "y1": 1, "xref": x, "yref": f"{y} domain",
         "line": {"color": look.ink, "width": 1, "dash": "dot"}}
        for x, y in (("x", "y"), ("x3", "y3"))
    ]  # fmt: skip
    styled = figure(look, title=title, height=None, base=fig, shapes=marks, showlegend=True, legend={"y": 1.0})
    _axes(styled, found)
    return styled


def _axes(fig: go.Figure, found: Response) -> None:
    end = len(found.u) - 0.5
    fig.update_xaxes(showgrid=False)
    fig.update_xaxes(title_text="sample k", range=[-0.5, end], row=1, col=1)
    fig.update_xaxes(title_text="lag j", row=1, col=2)
    fig.update_xaxes(title_text="sample k", range=[-0.5, end], row=2, col=1)
    fig.update_xaxes(title_text="state", tickvals=_state_ticks(found.system.size), row=2, col=2)
    fig.update_yaxes(title_text="u and y", row=1, col=1)
    fig.update_yaxes(title_text="C Āʲ B̄", row=1, col=2)
    fig.update_yaxes(title_text="state", tickvals=_state_ticks(found.system.size), autorange="reversed", row=2, col=1)
    top = float(np.abs(found.states).max()) or 1.0
    fig.update_yaxes(title_text="h", range=[-1.05 * top, 1.05 * top], row=2, col=2)


def _state_ticks(size: int) -> list[int]:
    return list(range(0, size, max(1, -(-size // 8))))


def _input(k: np.ndarray, u: np.ndarray, look: Look) -> go.Scatter:
    return go.Scatter(
        x=k,
        y=u.astype(np.float32),
        name="input u",
        mode="lines+markers" if len(u) <= 64 else "lines",
        line={"color": look.role("mass"), "width": 1.5, "shape": "hv"},
        hovertemplate="k %{x}<br>u %{y:.4f}<extra></extra>",
    )


def _ways(k: np.ndarray, found: Response, look: Look) -> list[go.Scatter]:
    return [
        go.Scatter(
            x=k,
            y=output.astype(np.float32),
            name=f"y by {way}",
            mode="lines" if len(k) > 1 else "markers",
            opacity=opacity,
            line={"color": look.role(role), "width": width, "dash": dash},
            hovertemplate=f"k %{{x}}<br>y %{{y:.6f}}<extra>{way}</extra>",
        )
        for (way, (role, width, dash, opacity)), output in zip(WAY_LINES.items(), found.outputs, strict=True)
    ]


def _clicks(k: np.ndarray, y: np.ndarray) -> go.Scatter:
    """Points without a mark, which set the moment when they are clicked."""
    return go.Scatter(
        x=k,
        y=y.astype(np.float32),
        mode="markers",
        marker={"opacity": 0, "size": 12},
        customdata=[["moment", int(place), 0] for place in k],
        showlegend=False,
        hoverinfo="skip",
    )


def _grid(length: int, count: int) -> go.Scatter:
    """Faint points: a click on one moves the signal's knot there."""
    knots = np.linspace(0, length - 1, count)
    points: list[dict[str, Any]] = [
        {"x": float(x), "y": float(y), "data": ["knot", place, float(y)]}
        for place, x in enumerate(knots)
        for y in LEVELS
    ]
    return go.Scatter(
        x=[point["x"] for point in points],
        y=[point["y"] for point in points],
        customdata=[point["data"] for point in points],
        mode="markers",
        marker={"symbol": "square", "size": 11, "opacity": 0.12, "color": "#8A8F98"},
        showlegend=False,
        hovertemplate="click: the signal passes here<extra></extra>",
    )


def _kernel(found: Response, look: Look) -> go.Scatter | go.Bar:
    k, values = np.arange(len(found.kernel)), found.kernel.astype(np.float32)
    shared = {"x": k, "y": values, "showlegend": False, "hovertemplate": "lag %{x}<br>K %{y:.5f}<extra></extra>"}
    if len(k) <= 64:
        return go.Bar(marker={"color": look.role("key")}, **shared)
    return go.Scatter(mode="lines", line={"color": look.role("key"), "width": 2}, fill="tozeroy", **shared)


def _states(found: Response, look: Look) -> go.Heatmap:
    step = max(1, -(-len(found.u) // MOST_COLUMNS))
    shown = found.states[::step].T
    trace = cells(
        shown,
        look=look,
        x_label="sample",
        y_label="state",
        label="h",
        x=np.arange(0, len(found.u), step),
        y=np.arange(found.system.size),
    )
    trace.update(showscale=False)
    return trace


def _bars(state: np.ndarray, look: Look) -> go.Bar:
    colors = np.where(state >= 0, look.role("key"), look.role("query"))
    return go.Bar(
        x=np.arange(len(state)),
        y=state.astype(np.float32),
        marker={"color": colors.tolist()},
        showlegend=False,
        hovertemplate="state %{x}<br>h %{y:.4f}<extra></extra>",
    )
