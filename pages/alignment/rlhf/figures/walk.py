"""Figures of why a reward is hacked: the policy walking off the labeled data, and a run to be stopped."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from components.figures.lines import lines
from components.phrases import listed
from components.theme import Look


def walked(
    proxy: np.ndarray,
    gold: np.ndarray,
    seen: np.ndarray,
    said: Mapping[str, np.ndarray],
    *,
    look: Look,
    title: str,
    x_label: str,
    height: int,
) -> go.Figure:
    """Proxy and gold as lines over a count, the labeled answers as bars, the policy's answers as points.

    Args:
        proxy, gold: at each count, from 0.
        seen: share of the labeled answers at each count.
        said: "count", "proxy" and "gold" of the policy's answers.
    """
    colors = {name: look.role(name) for name in ("proxy", "gold")}
    fig = lines(
        {"proxy": proxy, "gold": gold},
        look=look,
        title=title,
        x_label=x_label,
        y_label="reward (points)",
        colors=colors,
        height=height,
        beside=np.concatenate([said["proxy"], said["gold"]]),
    )
    fig.update_traces(mode="lines")
    fig.add_traces([_points(said, name, color, look, x_label) for name, color in colors.items()])
    every = np.concatenate([proxy, gold, said["proxy"], said["gold"]])
    low, high = float(every.min()), float(every.max())
    pad = PAD * (high - low or 1.0)
    fig.update_yaxes(range=[low - pad, high + pad])
    _labeled(fig, seen, look)
    _name_bars(fig, seen, look)
    return fig


def _points(said: Mapping[str, np.ndarray], name: str, color: str, look: Look, x_label: str) -> go.Scatter:
    """One reward of the policy's answers, each over its count."""
    return go.Scatter(
        x=said["count"].astype(np.float32),
        y=said[name].astype(np.float32),
        mode="markers",
        name=f"{name} of what it says",
        marker={"size": 10, "color": color, "opacity": 0.8, "line": {"color": look.ink, "width": 1}},
        hovertemplate=f"{x_label} %{{x}}<br>{name} %{{y:.2f}}<extra></extra>",
    )


def _labeled(fig: go.Figure, seen: np.ndarray, look: Look) -> None:
    """The labeled answers as bars below the lines, on an axis of their own."""
    fig.add_trace(
        go.Bar(
            x=np.arange(len(seen)),
            y=seen.astype(np.float32),
            yaxis="y2",
            name="labeled answers",
            marker={"color": look.role("query"), "opacity": 0.25},
            hovertemplate="%{y:.1%} of the labeled answers<extra></extra>",
        )
    )
    top = float(seen.max()) or 1.0
    fig.update_xaxes(range=[-0.7, len(seen) - 0.1], dtick=2)
    fig.update_layout(
        yaxis2={"overlaying": "y", "side": "right", "range": [0, BARS * top], "visible": False, "fixedrange": True}
    )


PAD = 0.06
"""What stays free above and below the values, as a part of what they span."""

BARS = 2.6
"""How many times the height of the highest bar the plot is."""

NAME = "labeled"

NAME_LONG = 0.17
"""How much of the plot's width the name of the bars takes at most: on a phone."""

CELLS = 100
"""Into how many parts the plot's width and its height are divided, where a place for the name is sought."""

AROUND = 2
"""Cells that stay free around the name."""


def _name_bars(fig: go.Figure, seen: np.ndarray, look: Look) -> None:
    """Names the bars beside one of the higher ones, at the nearest place where no line, point or other bar is."""
    (left, right), (low, high) = fig.layout.xaxis.range, fig.layout.yaxis.range
    corner, span = np.array([left, low]), np.array([right - left, high - low])
    # Ticks and the axis' name take about 50 pixels below the plot, the title's room 44 above it.
    size = np.array([NAME_LONG, 1.2 * look.size / (fig.layout.height - 94)])
    taken = np.zeros((CELLS, CELLS), dtype=int)
    for drawn in fig.data:
        if drawn.type == "scatter":
            curve = (np.stack([drawn.x, drawn.y], 1).astype(float) - corner) / span
            x, y = np.clip(_between(curve) if drawn.mode == "lines" else curve, 0, 0.999).T * CELLS
            taken[x.astype(int), y.astype(int)] = 1
    places = np.arange(len(seen))
    edges = (places[:, None] + [-0.4, 0.4] - left) / span[0]
    heights = seen / (BARS * seen.max())
    for (begin, end), height in zip(edges, heights, strict=True):
        taken[int(begin * CELLS) : int(end * CELLS) + 1, : int(np.ceil(height * CELLS))] = 1
    x, y = _free_place(taken, edges, heights, size) * span + corner
    font = {"color": look.word(look.role("query"))}
    fig.add_annotation(x=x, y=y, text=NAME, showarrow=False, xanchor="left", yanchor="bottom", font=font)


def _between(curve: np.ndarray) -> np.ndarray:
    """A curve with fifty points for each of its steps, [point 2]."""
    at = np.linspace(0, len(curve) - 1, 50 * len(curve))
    return np.stack([np.interp(at, np.arange(len(curve)), values) for values in curve.T], 1)


def _free_place(taken: np.ndarray, edges: np.ndarray, heights: np.ndarray, size: np.ndarray) -> np.ndarray:
    """The lower left corner of the name, in parts of the plot; the nearest to a bar where no place is free.

    Args:
        taken: cells where something is, [x y]. edges: of the bars [bar 2]. heights: of the bars. size: of the name.
    """
    wide, tall = (np.ceil(size * CELLS) + 2 * AROUND).astype(int)
    before = np.pad(taken.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    inside = before[wide:, tall:] - before[:-wide, tall:] - before[wide:, :-tall] + before[:-wide, :-tall]
    corners = (np.indices(inside.shape) + AROUND) / CELLS
    # From the highest bars, each with its upper right corner, to the nearest part of the name.
    high = heights >= heights.max() / 4
    ends = np.stack([edges[high, 1], heights[high]])[:, :, None, None]
    gaps = np.maximum(corners[:, None] - ends, ends - corners[:, None] - size[:, None, None, None])
    far = np.hypot(*np.maximum(gaps, 0)).min(0)
    best = np.unravel_index(np.where(inside == 0, far, far + 10).argmin(), far.shape)
    return corners[:, *best]


def bet(
    curves: Mapping[str, np.ndarray],
    stops: Mapping[str, int],
    *,
    look: Look,
    title: str,
    height: int,
) -> go.Figure:
    """The series that are seen before gold is, and the steps at which to stop as lines, named in the legend."""
    names = {"proxy": "proxy", "gold": "gold"}
    colors = {name: look.role(names[name]) for name in curves if name in names} | {"entropy": look.role("query")}
    fig = lines(
        curves,
        look=look,
        title=title,
        x_label="step",
        y_label="points, nats a word",
        colors=colors,
        height=height,
    )
    return _stops(fig, stops, look)


def leash(kl: np.ndarray, rule: float, stops: Mapping[str, int], *, look: Look, title: str, height: int) -> go.Figure:
    """KL after each step in nats, the KL of the rule as a level, and the steps at which to stop."""
    fig = lines(
        {"KL": kl},
        look=look,
        title=title,
        x_label="step",
        y_label="KL (nats)",
        colors={"KL": look.role("kl")},
        height=height,
    )
    fig.add_hline(y=rule, line={"color": look.ink, "width": 1.5, "dash": "dot"})
    return _stops(fig, stops, look)


STROKES = ("solid", "dot", "dash")
"""Of the lines of the steps, in their order."""


def _stops(fig: go.Figure, stops: Mapping[str, int], look: Look) -> go.Figure:
    """The steps at which to stop as lines, named above the plot by their strokes, since they may be near each other.

    Those at one step share a line.
    """
    fig.update_traces(showlegend=False)
    there = {step: [name for name, other in stops.items() if other == step] for step in stops.values()}
    for stroke, (step, names) in zip(STROKES, there.items(), strict=False):
        line = {"color": look.ink, "width": 1.5, "dash": stroke}
        fig.add_vline(x=step, line=line, name=f"{listed(names)}: {step}", showlegend=True)
    return fig.update_layout(showlegend=True)
