"""The figure of transport along a line: two distributions matched in order, and their quantile functions."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import TITLE_ROOM, Look, figure
from core.transport import LineTransport
from pages.adaptation.transport.figures.compact import compact

SIDES = (("source", 1.0, 1.0), ("target", 0.0, -1.0))
"""Name, height at which its mass stands, and to which side its bars grow."""

TALLEST = 0.7
"""The largest bar, where the way between both sides is 1."""


def along_line(
    along: LineTransport,
    places: tuple[np.ndarray, np.ndarray],
    masses: tuple[np.ndarray, np.ndarray],
    *,
    bin_width: float | None,
    look: Look,
    title: str,
    height: int = 300,
) -> go.Figure:
    """Left: two distributions, matched in order. Right: their quantile functions, the area between shaded.

    Args:
        along: the plan. places, masses: both sides, in any order.
        bin_width: draws bars of that width; points without it.
    """
    traces = [*_ways(along, look), *_sides(places, masses, bin_width, look), *_quantiles(along, look)]
    reach = TALLEST + 0.1 if bin_width is not None else 0.25
    layout: dict[str, Any] = {
        "showlegend": False,
        "margin": {"t": TITLE_ROOM + 34, "r": 64},
        "bargap": 0,
        "barmode": "overlay",
        "xaxis": {"domain": [0, 0.48], "title": {"text": "place on the line"}},
        "yaxis": {
            "tickvals": [0, 1],
            "ticktext": ["target", "source"],
            "range": [-reach, 1 + reach],
            "showgrid": False,
        },
        "xaxis2": {
            "domain": [0.58, 1],
            "anchor": "y2",
            "title": {"text": "mass below"},
            "range": [0, float(along.levels[-1])],
        },
        "yaxis2": {"anchor": "x2"},
        "annotations": [*_names(along, look), *_headings(look)],
    }
    return figure(look, title=title, height=height, traces=traces, **layout)


def _ways(along: LineTransport, look: Look) -> list[go.Scatter]:
    """A line for each piece of the plan; a trace for each step of thickness."""
    steps = np.ceil(along.mass / (along.mass.max() or 1.0) * 4)
    traces = []
    for step in np.unique(steps):
        these = steps == step
        ends = [along.source_quantile[these], along.target_quantile[these]]
        gap = np.full(int(these.sum()), np.nan)
        traces.append(
            go.Scatter(
                x=compact(np.column_stack([*ends, gap]).ravel()),
                y=np.tile([1.0, 0.0, np.nan], int(these.sum())),
                mode="lines",
                line={"color": look.role("mass"), "width": 0.75 * float(step)},
                hoverinfo="skip",
            )
        )
    return traces


def _sides(
    places: tuple[np.ndarray, np.ndarray], masses: tuple[np.ndarray, np.ndarray], bin_width: float | None, look: Look
) -> list[go.Bar | go.Scatter]:
    """Both distributions, as bars away from the middle or as points whose area is their mass."""
    most = max(float(mass.max()) for mass in masses) or 1.0
    traces: list[go.Bar | go.Scatter] = []
    for (name, level, way), at, mass in zip(SIDES, places, masses, strict=True):
        shared: dict[str, Any] = {
            "x": compact(at),
            "customdata": mass.astype(np.float32),
            "hovertemplate": name + " at %{x:.4g}<br>mass %{customdata:.4g}<extra></extra>",
        }
        fill = {"color": look.role(name), "line": {"width": 1, "color": look.paper}}
        if bin_width is not None:
            heights = (way * TALLEST * mass / most).astype(np.float32)
            traces.append(go.Bar(**shared, y=heights, base=level, width=bin_width, marker=fill))
        else:
            size = (16 * np.sqrt(mass / most)).astype(np.float32)
            dot = fill | {"size": size, "opacity": 1}
            traces.append(go.Scatter(**shared, y=np.full(len(at), level), mode="markers", marker=dot))
    return traces


def _quantiles(along: LineTransport, look: Look) -> list[go.Scatter]:
    """Both quantile functions as steps, and the area between them."""
    steps = np.repeat(along.levels, 2)[1:-1].astype(np.float32)
    curves = [np.repeat(compact(values), 2) for values in (along.source_quantile, along.target_quantile)]
    axes = {"xaxis": "x2", "yaxis": "y2", "mode": "lines"}
    area = go.Scatter(
        x=np.concatenate([steps, steps[::-1]]),
        y=np.concatenate([curves[0], curves[1][::-1]]),
        fill="toself",
        fillcolor="rgba(138,143,152,0.3)",
        line={"width": 0},
        hoverinfo="skip",
        **axes,
    )
    lines = [
        go.Scatter(
            x=steps,
            y=curve,
            line={"color": look.role(name), "width": 3},
            hovertemplate=name + ": mass %{x:.3g} lies below %{y:.4g}<extra></extra>",
            **axes,
        )
        for (name, _, _), curve in zip(SIDES, curves, strict=True)
    ]
    return [area, *lines]


def _names(along: LineTransport, look: Look) -> list[dict[str, Any]]:
    """The name of each curve at its end, above and below each other where both end at one place."""
    ends = [float(along.source_quantile[-1]), float(along.target_quantile[-1])]
    every = np.concatenate([along.source_quantile, along.target_quantile])
    close = abs(ends[0] - ends[1]) < 0.08 * (float(np.ptp(every)) or 1.0)
    return [
        {
            "x": 1.01,
            "xref": "x2 domain",
            "y": end,
            "yref": "y2",
            "yshift": (9 if place == int(np.argmax(ends)) else -9) if close else 0,
            "text": name,
            "showarrow": False,
            "xanchor": "left",
            "font": {"color": look.word(look.role(name))},
        }
        for place, ((name, _, _), end) in enumerate(zip(SIDES, ends, strict=True))
    ]


def _headings(look: Look) -> list[dict[str, Any]]:
    """What each half shows, above it: an axis title at the side would lie on the other half where there is no room."""
    return [
        {
            "x": x,
            "xref": "paper",
            "xanchor": "left",
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "text": text,
            "showarrow": False,
            "font": {"color": look.quiet},
        }
        for x, text in ((0, "matched in order"), (0.58, "place (quantile)"))
    ]
