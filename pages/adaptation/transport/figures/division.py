"""The field divided among shops, the share of each, and the gaps over the steps: one figure, which a button plays."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.figures.kept import kept
from components.phrases import signed
from components.theme import Look, completed, figure
from pages.adaptation.transport.figures import shops
from pages.adaptation.transport.figures.moves import play_button

LEVELS = 254
"""Steps of color between the lowest price and the highest; level 0 is a border."""

LEAST = 1e-6
"""Where the logarithmic axis of the gaps ends: a gap of 0 has no logarithm."""

DECADES = 2.2
"""From so many powers of ten on they alone stand at the axis of the gaps."""

SIDE = 0.29
"""How far the field reaches, as a share of the figure's width: the square fills it at a desk."""

BESIDE = 0.55
"""Where the shares and the gaps begin: beyond a phone, which shows the field, the color bar and the button first."""


@kept
def division(
    sites: np.ndarray,
    owners: np.ndarray,
    prices: np.ndarray,
    masses: np.ndarray,
    targets: np.ndarray,
    gaps: np.ndarray,
    customers: np.ndarray,
    *,
    step: int,
    steps: Sequence[str],
    chosen: int,
    look: Look,
    title: str,
    height: int,
) -> go.Figure:
    """The territories after a step, in the color of their price, with the shares and the gaps beside them.

    Args:
        sites: [shop 2], down and across. owners: [step row column]. prices, masses: [step shop]. targets: [shop].
        gaps: [step], sum of |gap|. customers: [dot 2], some customers, down and across.
        step: the one shown first. steps: what each has come to, in words, also in play.
        chosen: the shop that a click moves.
    """
    reach = float(np.abs(prices).max()) or 1.0
    levels = [_levels(owner, price, reach) for owner, price in zip(owners, prices, strict=True)]
    parts = [
        _field(levels[step], reach, look),
        _dots(customers, look),
        *shops.away(sites, owners[step], look),
        shops.ties(sites, look),
        shops.places(sites),
        shops.marks(sites, chosen, look),
        _bars(masses[step], look),
        _curve(gaps, look),
        _now(gaps, step, look),
    ]
    axes = _layout(sites, targets, masses, gaps, look)
    fig = figure(look, title=title, height=height, traces=parts, showlegend=False, **axes)
    fig.update_layout(annotations=[_told(steps[step], look)])
    if len(gaps) > 1:
        corner = {"x": SIDE + 0.015, "y": 0, "yanchor": "bottom"}
        back = [str(place) for place in range(len(gaps))], str(step)
        fig.update_layout(updatemenus=[play_button(look, redraw=True, milliseconds=600, back=back) | corner])
    told = [words if place == step else f"in play, {words}" for place, words in enumerate(steps)]
    ways = [shops.ways(sites, owner) for owner in owners]
    return completed(fig, frames=_frames(levels, ways, masses, gaps, told, look))


def _frames(
    levels: Sequence[np.ndarray],
    ways: Sequence[tuple[dict[str, Any], ...]],
    masses: np.ndarray,
    gaps: np.ndarray,
    told: Sequence[str],
    look: Look,
) -> list[dict[str, Any]]:
    """What play changes from step to step: borders, ways out of territories, shares, the dot and the words above."""
    return [
        {
            "name": str(place),
            "data": [
                {"type": "heatmap", "z": levels[place]},
                *({"type": "scatter", **way} for way in ways[place]),
                {"type": "bar", "y": 100 * masses[place].astype(np.float32)},
                {"type": "scatter", "x": [place], "y": [max(float(gaps[place]), LEAST)]},
            ],
            "traces": [0, 2, 3, 7, 9],
            "layout": {"annotations": [_told(told[place], look)]},
        }
        for place in range(len(gaps))
    ]


def _told(words: str, look: Look) -> dict[str, Any]:
    """Above the shares, what the step on screen has come to: the title speaks of the slider's, which play ends with."""
    return {
        "text": words,
        "xref": "x2 domain",
        "yref": "y2 domain",
        "x": 1,
        "xanchor": "right",
        "y": 1.02,
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": look.ink},
    }


def _levels(owner: np.ndarray, prices: np.ndarray, reach: float) -> np.ndarray:
    """[row column], the price of each cell's shop in whole levels from 1, and 0 on a border."""
    levels: np.ndarray = 1 + np.rint(LEVELS * (prices + reach) / (2 * reach)).astype(np.uint8)[owner]
    levels[:-1][owner[:-1] != owner[1:]] = 0
    levels[:, :-1][owner[:, :-1] != owner[:, 1:]] = 0
    return levels


def _field(levels: np.ndarray, reach: float, look: Look) -> go.Heatmap:
    size = len(levels)
    first = 1 / (LEVELS + 1)
    shades = [[first + (1 - first) * place, color] for place, color in look.diverging]
    marks = np.array([-1, 0, 1])
    return go.Heatmap(
        z=levels,
        x0=0.5 / size,
        dx=1 / size,
        y0=0.5 / size,
        dy=1 / size,
        zmin=0,
        zmax=LEVELS + 1,
        colorscale=[[0, look.quiet], [first / 2, look.quiet], *([[first / 2, look.diverging[0][1]]]), *shades],
        hoverinfo="skip",
        colorbar={
            "title": {"text": "price v", "side": "top"},
            "thickness": 12,
            "outlinewidth": 0,
            "x": SIDE + 0.01,
            "y": 1,
            "yanchor": "top",
            "len": 0.75,
            "tickvals": (1 + LEVELS * (marks + 1) / 2).tolist(),
            "ticktext": [signed(f"{reach * mark:+.2g}") if mark else "0" for mark in marks],
        },
    )


def _dots(customers: np.ndarray, look: Look) -> go.Scatter:
    down, across = customers.astype(np.float32).T
    return go.Scatter(
        x=across,
        y=down,
        mode="markers",
        marker={"size": 3, "color": look.ink, "opacity": 0.35},
        unselected={"marker": {"opacity": 0.35}},
        hoverinfo="skip",
        name="customers",
    )


def _bars(masses: np.ndarray, look: Look) -> go.Bar:
    return go.Bar(
        x=np.arange(1, len(masses) + 1),
        y=100 * masses.astype(np.float32),
        marker={"color": look.role("mass")},
        hovertemplate="shop %{x}<br>%{y:.2f} % of the customers<extra></extra>",
        xaxis="x2",
        yaxis="y2",
        name="share",
    )


def _curve(gaps: np.ndarray, look: Look) -> go.Scatter:
    return go.Scatter(
        x=np.arange(len(gaps)),
        y=gaps.clip(min=LEAST).astype(np.float32),
        mode="lines+markers",
        line={"color": look.role("source"), "width": 2},
        marker={"size": 5},
        hovertemplate="step %{x}<br>sum of gaps %{y:.2g}<extra></extra>",
        xaxis="x3",
        yaxis="y3",
        name="gaps",
    )


def _now(gaps: np.ndarray, step: int, look: Look) -> go.Scatter:
    return go.Scatter(
        x=[step],
        y=[max(float(gaps[step]), LEAST)],
        mode="markers",
        marker={"size": 12, "color": look.role("key")},
        hoverinfo="skip",
        xaxis="x3",
        yaxis="y3",
        name="this step",
    )


def _layout(sites: np.ndarray, targets: np.ndarray, masses: np.ndarray, gaps: np.ndarray, look: Look) -> dict[str, Any]:
    """The axes of the field, of the shares with the target of each shop, and of the gaps."""
    top = 100 * float(max(masses.max(), targets.max())) * 1.08
    return {
        "shapes": [_goal(shop, float(target), look) for shop, target in enumerate(targets)],
        "bargap": 0.25,
        **_field_axes(),
        **_share_axes(len(sites), top),
        **_gap_axes(gaps),
    }


def _field_axes() -> dict[str, Any]:
    shared = {"showgrid": False, "constrain": "domain"}
    across = {"domain": [0, SIDE], "range": [0, 1], "title": {"text": "across"}, "constraintoward": "left"}
    down = {"range": [1, 0], "title": {"text": "down"}, "scaleanchor": "x"}
    return {"xaxis": {**across, **shared}, "yaxis": {**down, **shared}}


def _share_axes(count: int, top: float) -> dict[str, Any]:
    return {
        "xaxis2": {
            "domain": [BESIDE, 1],
            "anchor": "y2",
            "title": {"text": "shop (lines: the share it is to have)"},
            "dtick": 1 if count <= 10 else 2,
            "tick0": 1,
            "showgrid": False,
        },
        "yaxis2": {"domain": [0.56, 0.9], "anchor": "x2", "title": {"text": "share (%)"}, "range": [0, top]},
    }


def _gap_axes(gaps: np.ndarray) -> dict[str, Any]:
    return {
        "xaxis3": {
            "domain": [BESIDE, 1],
            "anchor": "y3",
            "title": {"text": "step"},
            "showgrid": False,
            "rangemode": "tozero",
        },
        "yaxis3": {"domain": [0, 0.34], "anchor": "x3", "title": {"text": "sum of gaps"}, **_gap_ticks(gaps)},
    }


def _gap_ticks(gaps: np.ndarray) -> dict[str, Any]:
    """A logarithmic axis of gaps: powers of ten where they span many, else 1, 2 and 5 times each of them."""
    low, high = np.log10([gaps.clip(min=LEAST).min(), gaps.clip(min=LEAST).max()])
    if high - low >= DECADES:
        return {"type": "log", "dtick": 1, "exponentformat": "power"}
    powers = range(int(np.floor(low)) - 1, int(np.ceil(high)) + 2)
    values = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
    return {"type": "log", "tickvals": values, "ticktext": [f"{value:.3g}" for value in values]}


def _goal(shop: int, target: float, look: Look) -> dict[str, Any]:
    """The line over a shop's bar at the share that it is to have."""
    return {
        "type": "line",
        "xref": "x2",
        "yref": "y2",
        "x0": shop + 0.55,
        "x1": shop + 1.45,
        "y0": 100 * target,
        "y1": 100 * target,
        "line": {"color": look.role("target"), "width": 3},
    }
