"""The figures of the vote: the answers to each problem, and the majority over the number of chains."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure


def answers_and_curves(
    counts: Mapping[str, float],
    truth: str,
    curves: Mapping[str, tuple[np.ndarray, np.ndarray]],
    *,
    look: Look,
    title: str,
    headings: tuple[str, str],
    height: int,
    band: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None,
) -> go.Figure:
    """How often each answer came at the left; at the right shares over k, each curve named at its end.

    Args:
        counts: answer -> how often, or its probability in percent. truth: the right one.
        curves: name -> k and the share right.
        band: k, and the ends of an interval around the first curve.
    """
    inks = [look.role("accepted") if name == truth else look.role("rejected") for name in counts]
    bars = go.Bar(
        x=list(counts.values()),
        y=list(counts),
        orientation="h",
        marker={"color": inks},
        hovertemplate="%{y}: %{x}<extra></extra>",
    )
    colors = [look.role("query"), look.role("draft"), look.role("kl")]
    lines = [
        go.Scatter(
            x=k, y=share, mode="lines+markers" if len(k) < 12 else "lines", name=name, xaxis="x2", yaxis="y2",
            line={"color": color, "width": 2.5, "dash": "dot" if place else "solid"},
            hovertemplate=f"{name}<br>k = %{{x}}: %{{y:.1%}}<extra></extra>",
        )
        for place, ((name, (k, share)), color) in enumerate(zip(curves.items(), colors, strict=False))
    ]  # fmt: skip
    traces: list[Any] = [bars, *([_band(band, colors[0])] if band else []), *lines]
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=False,
        margin={"t": 64, "r": 8},
        xaxis={"domain": [0, 0.3], "title": {"text": headings[0]}},
        yaxis={"type": "category", "categoryorder": "array", "categoryarray": list(counts)[::-1], "showgrid": False,
               "title": {"text": "answer"}},
        xaxis2={"domain": [0.42, 1], "anchor": "y2", "title": {"text": "k, chains in the vote"}, "showgrid": False},
        yaxis2={"anchor": "x2", "tickformat": ".0%", "range": [-0.02, 1.02], "title": {"text": headings[1]}},
        annotations=_legend(list(curves), colors, look),
    )  # fmt: skip


def _band(band: tuple[np.ndarray, np.ndarray, np.ndarray], color: str) -> go.Scatter:
    k, low, high = band
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return go.Scatter(
        x=np.concatenate([k, k[::-1]]), y=np.concatenate([low, high[::-1]]), xaxis="x2", yaxis="y2", mode="lines",
        fill="toself", fillcolor=f"rgba({red},{green},{blue},0.18)", line={"width": 0}, hoverinfo="skip",
    )  # fmt: skip


def _legend(names: Sequence[str], colors: Sequence[str], look: Look) -> list[dict[str, Any]]:
    told = " &nbsp; ".join(
        f'<span style="color:{look.word(color)}">● {name}</span>' for name, color in zip(names, colors, strict=False)
    )
    return [{"text": told, "showarrow": False, "x": 0.42, "xref": "paper", "xanchor": "left", "y": 1.01,
             "yref": "paper", "yanchor": "bottom", "font": {"size": look.size}}]  # fmt: skip
