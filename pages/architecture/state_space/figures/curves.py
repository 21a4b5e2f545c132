"""Curves over lengths and updates: times on two log axes, the circle without padding, powers, accuracies."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.theme import Look, escape, figure
from core.state_space import Circle, CopyingPair, CopyingRun, Costs

COST_LINES = {
    "direct": ("direct sums", "key"),
    "recurrence": ("recurrence", "query"),
    "FFT": ("FFT", "value"),
    "kernel": ("building the kernel", "target"),
}


def costs(found: Costs, *, look: Look, title: str, height: int) -> go.Figure:
    """Seconds over length, both in powers."""
    traces = []
    for way, (name, role) in COST_LINES.items():
        color = look.role(role)
        traces.append(
            go.Scatter(
                x=found.lengths[way],
                y=found.seconds[way],
                mode="lines+markers",
                line={"color": color, "width": 2.5, "dash": "dot" if way == "kernel" else "solid"},
                name=name,
                hovertemplate=f"{name}<br>L %{{x:,}}<br>%{{y:.3g}} s<extra></extra>",
            )
        )
    powers = [2**exponent for exponent in range(6, 18, 2)]
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=True,
        xaxis={
            "type": "log",
            "title": {"text": "length L"},
            "tickvals": powers,
            "ticktext": [f"{p:,}" for p in powers],
        },
        yaxis={"type": "log", "title": {"text": "seconds of one run"}, "exponentformat": "power", "dtick": 1},
    )


def circle(found: Circle, *, pad: bool, look: Look, title: str, height: int) -> go.Figure:
    """The direct sums and the FFT, with padding or without."""
    k, chosen = np.arange(len(found.direct)), found.padded if pad else found.unpadded
    traces = [
        go.Scatter(x=k, y=found.direct, name="direct sums", mode="lines",
                   line={"color": look.role("mass"), "width": 6}, opacity=0.6),
        go.Scatter(x=k, y=chosen, name="FFT with zeros" if pad else "FFT without zeros", mode="lines",
                   line={"color": look.role("value" if pad else "rejected"), "width": 2}),
    ]  # fmt: skip
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=True,
        xaxis={"title": {"text": "sample k"}, "showgrid": False},
        yaxis={"title": {"text": "output y"}},
    )


def accuracy(
    bands: Mapping[str, Sequence[CopyingRun]], chosen: CopyingPair, *, look: Look, title: str, height: int
) -> go.Figure:
    """Accuracy over updates: the range over recorded seeds as a band, the chosen seed as a line.

    Args:
        bands: name of an arm -> its recorded runs.
    """
    traces: list[go.Scatter] = []
    runs = dict(zip(bands, (chosen.selective, chosen.fixed), strict=True))
    for (name, recorded), role in zip(bands.items(), ("accepted", "rejected"), strict=True):
        color = look.role(role)
        curves, steps = np.stack([run.accuracy for run in recorded]), recorded[0].steps
        edge = {"x": steps, "mode": "lines", "line": {"width": 0}, "showlegend": False, "hoverinfo": "skip"}
        traces.append(go.Scatter(y=curves.min(axis=0), **edge))
        traces.append(go.Scatter(y=curves.max(axis=0), fill="tonexty", fillcolor=_faded(color), **edge))
        traces.append(
            go.Scatter(
                x=runs[name].steps,
                y=runs[name].accuracy,
                name=escape(name),
                mode="lines+markers",
                marker={"size": 5},
                line={"color": color, "width": 2.5},
                hovertemplate=f"{name}<br>update %{{x}}<br>%{{y:.1%}} right<extra></extra>",
            )
        )
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=True,
        shapes=[{"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": 0.125, "y1": 0.125,
                 "line": {"color": look.quiet, "width": 1, "dash": "dot"}}],
        annotations=[{"x": 1, "xref": "paper", "xanchor": "right", "y": 0.125, "yanchor": "bottom",
                      "text": "guessing", "showarrow": False, "font": {"color": look.quiet}}],
        xaxis={"title": {"text": "update"}, "showgrid": False, "rangemode": "tozero", "ticklabelstandoff": 6},
        yaxis={"title": {"text": "share of right answers"}, "range": [0, 1.04], "tickformat": ".0%"},
    )  # fmt: skip


def gates(arms: Mapping[str, Mapping[str, float]], *, look: Look, title: str, height: int) -> go.Figure:
    """The learned steps by kind of token, one group of bars for each arm."""
    roles = ("accepted", "rejected")
    bars = [
        go.Bar(
            x=list(found),
            y=list(found.values()),
            text=[f"{value:.2f}" for value in found.values()],
            textposition="outside",
            name=escape(name),
            marker={"color": look.role(role)},
            hovertemplate=f"{name}<br>%{{x}}: Δ %{{y:.3f}}<extra></extra>",
        )
        for (name, found), role in zip(arms.items(), roles, strict=True)
    ]
    return figure(
        look,
        title=title,
        height=height,
        traces=bars,
        showlegend=True,
        barmode="group",
        xaxis={"title": {"text": "kind of token"}, "showgrid": False},
        yaxis={"title": {"text": "learned step Δ"}, "range": [0, 2.25]},
    )


def side_by_side(
    series: Sequence[tuple[str, np.ndarray, str]],
    signal: np.ndarray,
    best: np.ndarray,
    *,
    look: Look,
    title: str,
    height: int,
) -> go.Figure:
    """A signal in grey, and in each of four fields what one memory gives back.

    Args:
        series: name with its error, the reading [time], and its color.
        best: the best possible reading [time], dotted in the first field.
    """
    fig = make_subplots(
        rows=2, cols=2, shared_xaxes=True, shared_yaxes=True, vertical_spacing=0.14, horizontal_spacing=0.05,
        subplot_titles=[name for name, _, _ in series],
    )  # fmt: skip
    k = np.arange(len(signal))
    top = 1.6 * float(np.abs(signal).max()) or 1.0
    for place, (_, reading, color) in enumerate(series):
        at = {"row": place // 2 + 1, "col": place % 2 + 1}
        fig.add_trace(
            go.Scatter(x=k, y=signal.astype(np.float32), mode="lines", line={"color": look.role("mass"), "width": 6},
                       opacity=0.5, hoverinfo="skip"),
            **at,
        )  # fmt: skip
        fig.add_trace(
            go.Scatter(
                x=k,
                y=reading.astype(np.float32),
                mode="lines",
                line={"color": color, "width": 2},
                hovertemplate="sample %{x}<br>%{y:.3f}<extra></extra>",
            ),
            **at,
        )
        fig.update_xaxes(title_text="sample, newest at the right" if place > 1 else "", showgrid=False, **at)
    fig.add_trace(
        go.Scatter(x=k, y=best.astype(np.float32), mode="lines", line={"color": look.ink, "width": 1.5, "dash": "dot"},
                   hovertemplate="best possible<br>sample %{x}<br>%{y:.3f}<extra></extra>"),
        row=1, col=1,
    )  # fmt: skip
    fig.update_yaxes(range=[-top, top])
    fig.update_yaxes(title_text="u", col=1)
    return figure(look, title=title, height=height, base=fig, showlegend=False, margin={"t": 64})


def _faded(color: str) -> str:
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.18)"
