"""Every format at every place as a table of shares, and the means beside it."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from components.theme import MAGNITUDE, Look, figure
from core.agents import RetrievalCurve
from core.numbers import mean_interval
from pages.agents.memory.findings import by_list

LEFT, RIGHT = (0.0, 0.56), (0.66, 1.0)

DARK, LIGHT_FROM = "#1A1C1F", 0.55
"""The words of cells whose share is above this, where the scale is light."""


def formats_figure(
    curves: Sequence[RetrievalCurve],
    gains: Mapping[str, tuple[float, float, float]],
    *,
    look: Look,
    title: str,
    height: int,
) -> go.Figure:
    """Left: the share found by format and place. Right: the mean over the places, and what it gains on its base.

    Args:
        curves: of as many pairs each. gains: by format, the mean difference from its base, and its interval.
        look: paper and type. title: the finding. height: pixels.
    """
    names = [one.format for one in curves]
    places = [str(int(place) + 1) for place in curves[0].positions]
    order = {"categoryorder": "array", "categoryarray": names[::-1], "showgrid": False}
    return figure(
        look,
        title=title,
        height=height,
        traces=[_table(curves, names, places), _numbers(curves, places, look), _means(curves, look)],
        showlegend=False,
        margin={"t": 66, "r": 12},
        annotations=[
            _heading("share found", LEFT[0], look),
            _heading("mean over lists, gain on its base", RIGHT[0], look),
            *(_gain(name, *gains[name], look) for name in names if name in gains),
        ],
        xaxis={"domain": LEFT, "title": {"text": "place of the needed pair"}, "type": "category", "showgrid": False},
        yaxis=order,
        xaxis2={"domain": RIGHT, "anchor": "y2", "range": [0, 1], "tickformat": ".0%",
                "title": {"text": "share found, measured places"}},
        yaxis2={**order, "anchor": "x2", "showticklabels": False, "range": [-0.5, len(names) - 0.5]},
    )  # fmt: skip


def _table(curves: Sequence[RetrievalCurve], names: list[str], places: list[str]) -> go.Heatmap:
    shares = [[float(share) for share in one.shares] for one in curves]
    return go.Heatmap(
        z=shares,
        x=places,
        y=names,
        zmin=0,
        zmax=1,
        colorscale=MAGNITUDE,
        showscale=False,
        xgap=2,
        ygap=2,
        hovertemplate="%{y}, place %{x}: %{z:.0%}<extra></extra>",
        name="share found",
    )


def _numbers(curves: Sequence[RetrievalCurve], places: list[str], look: Look) -> go.Scatter:
    """The shares as words on the cells, dark where the cell is light."""
    cells = [
        (place, one.format, float(share)) for one in curves for place, share in zip(places, one.shares, strict=True)
    ]
    return go.Scatter(
        x=[place for place, _, _ in cells],
        y=[name for _, name, _ in cells],
        mode="text",
        text=[f"{share:.0%}" for *_, share in cells],
        textfont={"size": look.size, "color": [DARK if share > LIGHT_FROM else "#FFFFFF" for *_, share in cells]},
        hoverinfo="skip",
        name="shares in words",
    )


def _means(curves: Sequence[RetrievalCurve], look: Look) -> go.Scatter:
    means = [float(by_list(one).mean()) for one in curves]
    ends = [mean_interval(by_list(one)) for one in curves]
    return go.Scatter(
        x=means,
        y=[one.format for one in curves],
        xaxis="x2",
        yaxis="y2",
        mode="markers",
        name="mean",
        marker={"size": 11, "color": look.role("query")},
        error_x={"type": "data", "symmetric": False, "thickness": 2, "width": 5, "color": look.role("query"),
                 "array": [high - mean for mean, (_, high) in zip(means, ends, strict=True)],
                 "arrayminus": [mean - low for mean, (low, _) in zip(means, ends, strict=True)]},
        hovertemplate="%{y}: %{x:.0%}<extra></extra>",
    )  # fmt: skip


def _heading(text: str, at: float, look: Look) -> dict[str, object]:
    return {"text": text, "x": at, "xref": "paper", "y": 1.01, "yref": "paper", "xanchor": "left", "yanchor": "bottom",
            "showarrow": False, "font": {"color": look.quiet, "size": look.size}}  # fmt: skip


def _gain(name: str, mean: float, low: float, high: float, look: Look) -> dict[str, object]:
    """The difference from the base, written above the dot."""
    return {"text": f"{mean:+.0%} ({low:+.0%} to {high:+.0%})".replace("-", "−"), "x": 1.0, "xref": "x2", "y": name,
            "yref": "y2", "xanchor": "right", "yanchor": "bottom", "yshift": 8, "showarrow": False,
            "font": {"color": look.quiet, "size": look.size}}  # fmt: skip
