"""Five scores side by side: how they spread with the dimension, how they learn, what they cost."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from components.theme import CATEGORIES, Look, escape, figure
from core.attention import DIMENSIONS, SCORES

COLORS = {kind: CATEGORIES[place] for kind, place in zip(SCORES, (1, 0, 4, 2, 3), strict=True)}
"""A score has the same color in every figure of the panel."""

LEGEND = {"orientation": "h", "x": 0, "y": -0.26, "yanchor": "top"}


def by_dimension(
    rows: np.ndarray,
    *,
    look: Look,
    title: str,
    y_label: str,
    height: int,
    expected: np.ndarray | None = None,
    log_y: bool = False,
) -> go.Figure:
    """A curve for each score over the dimension, and its formula dashed.

    Args:
        rows: [score dimension].
        expected: the same by formula.
    """
    fig = figure(look, title=title, height=height, margin={"t": 44, "b": 96})
    for kind, row in zip(SCORES, rows, strict=True):
        _curve(fig, np.array(DIMENSIONS), row, kind, "lines+markers" if expected is None else "markers")
    if expected is not None:
        # The dot product spreads as the bilinear score does: a ring around its points.
        fig.update_traces(
            marker={"symbol": "circle-open", "size": 12, "line_width": 2}, selector={"name": SCORES["dot"]}
        )
    for kind, row in zip(SCORES, [] if expected is None else expected, strict=False):
        line = {"color": COLORS[kind], "dash": "dash", "width": 1.5}
        fig.add_scatter(x=DIMENSIONS, y=row, mode="lines", line=line, showlegend=False, hoverinfo="skip")
    _over_dimensions(fig, np.array(DIMENSIONS), look)
    fig.update_yaxes(title_text=y_label, type="log" if log_y else "linear")
    if log_y:
        ticks = [0.1, 0.3, 1, 3, 10]
        fig.update_yaxes(tickvals=ticks, ticktext=[f"{tick:g}" for tick in ticks])
    else:
        fig.update_yaxes(range=[0, 1.04])
    return fig


def learning(
    accuracy: np.ndarray, steps: np.ndarray, *, look: Look, title: str, height: int, guess: float
) -> go.Figure:
    """Right answers over the steps of training: the mean over seeds, and the range from the worst to the best.

    Args:
        accuracy: [score seed point].
        guess: what a guess has right.
    """
    fig = figure(look, title=title, height=height, margin={"t": 44, "b": 96})
    x = steps.astype(np.float32)
    for kind, runs in zip(SCORES, accuracy, strict=True):
        edge = np.concatenate([runs.min(axis=0), runs.max(axis=0)[::-1]]).astype(np.float32)
        fig.add_scatter(
            x=np.concatenate([x, x[::-1]]),
            y=edge,
            mode="lines",
            fill="toself",
            fillcolor=COLORS[kind],
            opacity=0.14,
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
        )
        _curve(fig, steps, runs.mean(axis=0), kind, "lines")
    fig.add_hline(guess, line={"color": look.quiet, "dash": "dot"})
    fig.add_annotation(
        x=float(steps[-1]),
        y=guess,
        text="a guess",
        xanchor="right",
        yanchor="bottom",
        showarrow=False,
        font={"color": look.quiet},
    )
    fig.update_xaxes(title_text="step of training", showgrid=False)
    fig.update_yaxes(title_text="right answers", range=[0, 1.04], tickformat=".0%")
    fig.update_layout(showlegend=True, legend={**LEGEND, "font_size": look.size - 2})
    return fig


def by_width(accuracy: np.ndarray, widths: np.ndarray, *, look: Look, title: str, height: int) -> go.Figure:
    """Right answers at the end over the dimension: the mean over seeds as a line, each seed as a point.

    Args:
        accuracy: [score width seed].
    """
    fig = figure(look, title=title, height=height, margin={"t": 44, "b": 96})
    for kind, runs in zip(SCORES, accuracy, strict=True):
        _curve(fig, widths, runs.mean(axis=1), kind, "lines")
        fig.add_scatter(
            x=np.repeat(widths, runs.shape[1]),
            y=runs.ravel().astype(np.float32),
            mode="markers",
            marker={"color": COLORS[kind], "size": 6, "opacity": 0.6},
            showlegend=False,
            hovertemplate=f"d = %{{x}}<br>right %{{y:.3f}}<extra>{escape(SCORES[kind])}</extra>",
        )
    _over_dimensions(fig, widths, look)
    fig.update_yaxes(title_text="right answers at the end", range=[0, 1.04], tickformat=".0%")
    return fig


def costs(seconds: Mapping[str, float], *, look: Look, title: str, height: int) -> go.Figure:
    """Bars of the time that each score takes, on a logarithmic axis, in thousandths of a second."""
    names = [SCORES[kind] for kind in seconds]
    milliseconds = 1e3 * np.array(list(seconds.values()))
    bar = go.Bar(
        x=milliseconds.astype(np.float32),
        y=names,
        orientation="h",
        marker_color=[COLORS[kind] for kind in seconds],
        text=[f"{value:.3g} ms" for value in milliseconds],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}<br>%{x:.3g} ms<extra></extra>",
    )
    fig = figure(look, title=title, height=height, traces=[bar], margin={"t": 44, "l": 140, "r": 24})
    low, high = np.log10(milliseconds.min()), np.log10(milliseconds.max())
    fig.update_xaxes(
        type="log",
        title_text="milliseconds of processor",
        range=[low - 0.6, high + 1.4],
        dtick=1,
        exponentformat="none",
        showgrid=False,
    )
    fig.update_yaxes(autorange="reversed")
    return fig


def _curve(fig: go.Figure, x: np.ndarray, y: np.ndarray, kind: str, mode: str) -> None:
    fig.add_scatter(
        x=x,
        y=np.asarray(y, dtype=np.float32),
        mode=mode,
        name=escape(SCORES[kind]),
        line={"color": COLORS[kind], "width": 2.5},
        marker={"color": COLORS[kind], "size": 7},
        hovertemplate=f"%{{x}}<br>%{{y:.3f}}<extra>{escape(SCORES[kind])}</extra>",
    )


def _over_dimensions(fig: go.Figure, ticks: np.ndarray, look: Look) -> None:
    fig.update_xaxes(
        type="log", tickvals=ticks, ticktext=[str(d) for d in ticks], title_text="dimension d", showgrid=False
    )
    fig.update_layout(showlegend=True, legend={**LEGEND, "font_size": look.size - 2})
