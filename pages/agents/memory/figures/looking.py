"""Attention to the needed thing by layer and place, and that of the head that looks at it most."""

import numpy as np
import plotly.graph_objects as go

from components.theme import MAGNITUDE, Look, figure
from core.agents import Looking
from core.numbers import mean_interval

LEFT, RIGHT = (0.0, 0.42), (0.56, 1.0)


def looking_figure(seen: Looking, *, look: Look, title: str, height: int) -> go.Figure:
    """Left: the mean over heads and lists, by layer and place. Right: one head's weight, with intervals over lists.

    Args:
        seen: the recorded attention. look: paper and type. title: the finding. height: pixels.
    """
    places = [int(place) + 1 for place in seen.positions]
    table = seen.by_layer
    layer, head = seen.head
    named = f"layer {layer}, head {head}, over {seen.by_place.shape[1]} lists"
    return figure(
        look,
        title=title,
        height=height,
        traces=[
            go.Heatmap(
                z=table, x=[str(place) for place in places], y=list(range(len(table))), zmin=0,
                colorscale=MAGNITUDE, name="mean over heads",
                colorbar={"x": LEFT[1] + 0.01, "len": 1.0, "thickness": 12, "tickformat": ".2f", "outlinewidth": 0},
                hovertemplate="layer %{y}, place %{x}: %{z:.3f}<extra></extra>",
            ),
            _one_head(seen, places, look),
        ],
        showlegend=False,
        margin={"t": 66, "r": 12},
        annotations=[_heading("mean over all heads", LEFT[0], look), _heading(named, RIGHT[0], look)],
        xaxis={"domain": LEFT, "title": {"text": "place of the needed pair"}, "type": "category", "showgrid": False},
        yaxis={"title": {"text": "layer"}, "showgrid": False},
        xaxis2={"domain": RIGHT, "anchor": "y2", "title": {"text": "place of the needed pair"}, "tickvals": places,
                "showgrid": False},
        yaxis2={"anchor": "x2", "title": {"text": "attention to the needed word"}, "rangemode": "tozero"},
    )  # fmt: skip


def _one_head(seen: Looking, places: list[int], look: Look) -> go.Scatter:
    means = seen.by_place.mean(axis=1)
    ends = np.array([mean_interval(row) for row in seen.by_place])
    color = look.role("query")
    return go.Scatter(
        x=places, y=means, xaxis="x2", yaxis="y2", mode="lines+markers", name="one head",
        line={"color": color, "width": 2.5}, marker={"size": 8},
        error_y={"type": "data", "symmetric": False, "array": ends[:, 1] - means, "arrayminus": means - ends[:, 0],
                 "thickness": 1.5, "width": 4, "color": color},
        hovertemplate="place %{x}: %{y:.3f}<extra></extra>",
    )  # fmt: skip


def _heading(text: str, at: float, look: Look) -> dict[str, object]:
    return {"text": text, "x": at, "xref": "paper", "y": 1.01, "yref": "paper", "xanchor": "left", "yanchor": "bottom",
            "showarrow": False, "font": {"color": look.quiet, "size": look.size}}  # fmt: skip
