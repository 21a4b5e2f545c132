"""Accuracy by the length of the text: curves over seeds, with the trained length marked."""

import math
from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, escape, figure

MARGINS = {"t": 56, "b": 126}
"""Below, room for three rows of names, so that figures side by side have axes of one height."""
LEGEND = {"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom"}


def by_length(
    curves: Mapping[str, np.ndarray],
    lengths: np.ndarray,
    *,
    trained: int,
    level: tuple[str, np.ndarray],
    colors: Mapping[str, str],
    look: Look,
    title: str,
    height: int,
    now: Mapping[str, np.ndarray] | None = None,
) -> go.Figure:
    """The mean accuracy over seeds, and the range from the worst seed to the best as a band.

    Args:
        curves: name -> [seed length].
        lengths: of the texts, drawn in equal steps for equal factors.
        trained: the longest text in training, marked.
        level: what a simpler reader reaches, and its name; [length].
        colors: name -> color.
        now: name -> [length], a run that was trained just now, dashed in the color of its name.
    """
    fig = figure(look, title=title, height=height, margin=MARGINS)
    x = lengths.astype(np.float32)
    for name, runs in curves.items():
        if len(runs) > 1:
            _band(fig, x, runs, colors[name])
        _curve(fig, x, runs.mean(axis=0), name, {"color": colors[name], "width": 2.5}, "lines+markers")
    for name, run in (now or {}).items():
        _curve(fig, x, run, f"{name}, just trained", {"color": colors[name], "width": 3, "dash": "dash"}, "lines")
    _curve(fig, x, level[1], level[0], {"color": look.quiet, "width": 1.5, "dash": "dot"}, "lines")
    fig.add_vline(trained, line={"color": look.quiet, "dash": "dot"})
    fig.add_annotation(
        x=math.log10(trained),
        y=1,
        yref="paper",
        text=f"trained to {trained}",
        xanchor="center",
        yanchor="bottom",
        showarrow=False,
        font={"color": look.quiet},
    )
    fig.update_xaxes(
        type="log", tickvals=lengths, ticktext=[str(n) for n in lengths], title_text="length (symbols)", showgrid=False
    )
    fig.update_yaxes(title_text="right answers", range=[0, 1.04], tickvals=[0, 0.25, 0.5, 0.75, 1], tickformat=".0%")
    fig.update_layout(legend={**LEGEND, "font_size": look.size - 2}, showlegend=True)
    return fig


def _band(fig: go.Figure, x: np.ndarray, runs: np.ndarray, color: str) -> None:
    """From the worst seed to the best."""
    fig.add_scatter(
        x=np.concatenate([x, x[::-1]]),
        y=np.concatenate([runs.min(axis=0), runs.max(axis=0)[::-1]]).astype(np.float32),
        mode="lines",
        fill="toself",
        fillcolor=color,
        opacity=0.16,
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
    )


def _curve(fig: go.Figure, x: np.ndarray, y: np.ndarray, name: str, line: dict[str, object], mode: str) -> None:
    fig.add_scatter(
        x=x,
        y=y.astype(np.float32),
        mode=mode,
        name=escape(name),
        line=line,
        hovertemplate=f"length %{{x}}<br>right %{{y:.3f}}<extra>{escape(name)}</extra>",
    )
