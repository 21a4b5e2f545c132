"""What ranks and what single entries keep of a change, over seeds, beside noise of the same shape."""

from collections.abc import Iterator, Sequence

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure, mixed
from core.tuning import Energy, WeightChange

ROLES = {"by_rank": "query", "by_entry": "key"}
SAID = {"by_rank": "rank r", "by_entry": "as many single entries"}

GAP = 8
"""Pixels between a curve's name and the curve, which may carry the mark of the rank there."""


def energy_curves(changes: Sequence[WeightChange], noise: Energy, rank: int, *, look: Look, title: str) -> go.Figure:
    """Shares of the squared norm over the rank, on a logarithmic axis; the chosen rank is marked."""
    last = len(noise.by_rank)
    names = [
        {"x": np.log10(last) - 0.02, "xanchor": "right", "yanchor": "top", "showarrow": False, **place}
        for place in _names(changes, noise, look)
    ]
    mark = {"type": "line", "x0": rank, "x1": rank, "yref": "y domain", "y0": 0, "y1": 1,
            "line": {"color": look.quiet, "dash": "dot"}}  # fmt: skip
    return figure(
        look,
        title=title,
        height=None,
        traces=[*_noise(noise, look), *_curves(changes, look)],
        shapes=[mark],
        annotations=names,
        showlegend=False,
        xaxis={"type": "log", "title": {"text": "rank r, or r (m + n) entries"},
               "showgrid": False, "range": [-0.02, np.log10(last) + 0.02], "tickvals": _ticks(last)},
        yaxis={"title": {"text": "share of the change's energy"}, "tickformat": ".0%", "range": [0, 1.02]},
    )  # fmt: skip


def _ticks(last: int) -> list[int]:
    return [tick for tick in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512) if tick <= last]


def _curves(changes: Sequence[WeightChange], look: Look) -> Iterator[go.Scatter]:
    """Of each kind the range over seeds, and the mean."""
    for kind, role in ROLES.items():
        table = np.array([getattr(change, kind) for change in changes])
        ranks, color = np.arange(1, table.shape[1] + 1), look.role(role)
        edge = {"x": ranks, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
        yield go.Scatter(y=table.min(0), **edge)
        yield go.Scatter(y=table.max(0), fill="tonexty", fillcolor=mixed(color, look.paper, 0.3), **edge)
        yield go.Scatter(
            x=ranks,
            y=table.mean(0),
            mode="lines",
            name=SAID[kind],
            line={"color": color, "width": 3},
            hovertemplate=f"{SAID[kind]}, r = %{{x}}<br>%{{y:.1%}}<extra></extra>",
        )


def _noise(noise: Energy, look: Look) -> Iterator[go.Scatter]:
    """The same of random numbers: dashes for ranks, dots for entries."""
    for kind, dash in (("by_rank", "dash"), ("by_entry", "dot")):
        values = getattr(noise, kind).astype(np.float32)
        yield go.Scatter(
            x=np.arange(1, len(values) + 1),
            y=values,
            mode="lines",
            name=f"noise, {SAID[kind]}",
            line={"color": look.quiet, "width": 1.5, "dash": dash},
            hovertemplate=f"noise, {SAID[kind]}, r = %{{x}}<br>%{{y:.1%}}<extra></extra>",
        )


def _names(changes: Sequence[WeightChange], noise: Energy, look: Look) -> Iterator[dict[str, object]]:
    """Each curve's name where the curve passes: at its own height, the curves of tuning in their color."""
    for kind, place in (("by_rank", 0.22), ("by_entry", 0.42)):
        values = np.mean([getattr(change, kind) for change in changes], axis=0)
        at = max(1, round(len(values) ** place))
        left = kind == "by_rank"
        yield {"x": np.log10(at), "y": float(values[at - 1]), "xanchor": "right" if left else "left",
               "xshift": -GAP if left else GAP, "yanchor": "bottom" if left else "top", "text": f"<b>{SAID[kind]}</b>",
               "font": {"color": look.word(look.role(ROLES[kind]))}}  # fmt: skip
    yield {"x": np.log10(len(noise.by_rank)), "y": 0.01, "xanchor": "right", "yanchor": "bottom",
           "text": "noise: ranks dashed, entries dotted", "font": {"color": look.quiet}}  # fmt: skip
