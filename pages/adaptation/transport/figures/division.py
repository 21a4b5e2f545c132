"""The field divided among shops, the share of each, and the gaps over the steps: one figure, which a button plays."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.figures.kept import kept
from components.theme import Look, completed, figure
from pages.adaptation.transport.figures.moves import play_button

LEVELS = 254
"""Steps of color between the lowest price and the highest; level 0 is a border."""

CLICKABLE = 40
"""Rows and columns of the places that a click moves a shop to."""

FREE = 1.3
"""A place within so many steps of a shop is left out: a click there means the shop."""

PLACE, SHOP = 0, 1
"""What stands first in what a mark carries for a click: a place of the field, or a shop."""

LEAST = 1e-6
"""Where the logarithmic axis of the gaps ends: a gap of 0 has no logarithm."""

DECADES = 2.2
"""From so many powers of ten on they alone stand at the axis of the gaps."""

SIDE = 0.29
"""How far the field reaches, as a share of the figure's width: the square fills it at a desk."""

BESIDE = 0.55
"""Where the shares and the gaps begin: beyond a phone, which shows the field, the color bar and the button first."""

APART = 0.1
"""How far the numbers of two shops stand from each other, as a share of the field: then neither covers the other."""

ROUNDS = 200
"""How often numbers that are too near give way, at most."""

EDGE = 0.05
"""How far a number that gave way stays from the edge of the field."""


def place_of(row: int, column: int) -> tuple[float, float]:
    """Where a click on a place moves a shop, down and across."""
    return (row + 0.5) / CLICKABLE, (column + 0.5) / CLICKABLE


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
        *_away(sites, owners[step], look),
        _ties(sites, look),
        _places(sites),
        _shops(sites, chosen, look),
        _bars(masses[step], look),
        _curve(gaps, look),
        _now(gaps, step, look),
    ]
    fig = figure(
        look, title=title, height=height, traces=parts, showlegend=False, **_layout(sites, targets, masses, gaps, look)
    )
    fig.update_layout(annotations=[_told(steps[step], look)])
    if len(gaps) > 1:
        corner = {"x": SIDE + 0.015, "y": 0, "yanchor": "bottom"}
        back = [str(place) for place in range(len(gaps))], str(step)
        fig.update_layout(updatemenus=[play_button(look, redraw=True, milliseconds=600, back=back) | corner])
    frames = [
        {
            "name": str(place),
            "data": [
                {"type": "heatmap", "z": levels[place]},
                *({"type": "scatter", **way} for way in _ways(sites, owners[place])),
                {"type": "bar", "y": 100 * masses[place].astype(np.float32)},
                {"type": "scatter", "x": [place], "y": [max(float(gaps[place]), LEAST)]},
            ],
            "traces": [0, 2, 3, 7, 9],
            "layout": {"annotations": [_told(steps[place] if place == step else f"in play, {steps[place]}", look)]},
        }
        for place in range(len(gaps))
    ]
    return completed(fig, frames=frames)


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
            "ticktext": [f"{reach * mark:+.2g}" if mark else "0" for mark in marks],
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


def _away(sites: np.ndarray, owner: np.ndarray, look: Look) -> tuple[go.Scatter, go.Scatter]:
    """Of each shop that stands outside its territory: a line from it into the middle of that, and its number there."""
    lines, names = _ways(sites, owner)
    return (
        go.Scatter(
            **lines,
            mode="lines",
            line={"color": look.ink, "width": 1, "dash": "dot"},
            hoverinfo="skip",
            name="ways of shops that stand outside",
        ),
        go.Scatter(
            **names,
            mode="markers+text",
            textfont={"color": look.ink, "size": look.size - 2},
            marker={"symbol": "square", "size": look.size + 2, "color": look.paper},
            unselected={"marker": {"opacity": 1}},
            hoverinfo="skip",
            name="territories of shops that stand outside",
        ),
    )


def _ways(sites: np.ndarray, owner: np.ndarray) -> tuple[dict[str, Any], dict[str, Any]]:
    """Across and down of the lines of `_away`, each with a gap behind it; across, down and text of its numbers."""
    size, numbers, ends, taken = len(owner), list[int](), list[np.ndarray](), _numbers(sites)
    for shop, (down, across) in enumerate(sites.tolist()):
        row, column = (min(int(place * size), size - 1) for place in (down, across))
        if owner[row, column] == shop:
            continue
        cells = _middles(size)[np.flatnonzero(owner == shop)]
        if len(cells):
            end = _uncovered(cells, taken)
            numbers, ends, taken = [*numbers, shop], [*ends, end], np.vstack([taken, end])
    y, x = np.array(ends).reshape(-1, 2).round(3).T.tolist()
    lines = {
        name: [part for shop, end in zip(numbers, sides, strict=True) for part in (float(sites[shop, axis]), end, None)]
        for name, axis, sides in (("x", 1, x), ("y", 0, y))
    }
    return lines, {"x": x, "y": y, "text": [str(shop + 1) for shop in numbers]}


def _uncovered(cells: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """The cell nearest to the middle of a territory that is APART from all places taken, or else as far as can be.

    Args:
        cells: [cell 2]. taken: [place 2].
    """
    off = _lengths(*(cells - cells.mean(axis=0)).T)
    nearest = int(off.argmin())
    if _lengths(*(cells[nearest] - taken).T).min() >= APART:
        return np.asarray(cells[nearest])
    room = _lengths(*(cells[:, None, side] - taken[:, side] for side in (0, 1))).min(axis=1)
    free = room >= APART
    return np.asarray(cells[np.where(free, off, np.inf).argmin() if free.any() else room.argmax()])


def _lengths(down: np.ndarray, across: np.ndarray) -> np.ndarray:
    """Of ways down and across; numpy's norm over a last axis of two takes four times as long."""
    return np.asarray(np.sqrt(down**2 + across**2))


@lru_cache(maxsize=2)
def _middles(size: int) -> np.ndarray:
    """[cell 2], the middle of each cell of a field, down and across, row by row."""
    middles = (np.indices((size, size)).reshape(2, -1).T + 0.5) / size
    middles.flags.writeable = False
    return middles


def _numbers(sites: np.ndarray) -> np.ndarray:
    """[shop 2], where the number of each shop stands: at the shop, or beside it where another would cover it."""
    return _moved_apart(tuple(map(tuple, sites.tolist()))).copy()


@lru_cache(maxsize=4)
def _moved_apart(places: tuple[tuple[float, float], ...]) -> np.ndarray:
    """`_numbers`, which each frame of a figure asks for."""
    numbers = np.array(places)
    for _ in range(ROUNDS):
        apart = numbers[:, None] - numbers
        apart = np.where((apart == 0).all(axis=-1, keepdims=True), _any_ways(len(numbers)), apart)
        length = np.linalg.norm(apart, axis=-1) + np.eye(len(numbers))
        near = length < APART
        if not near.any():
            break
        push = (near * (APART + 1e-3 - length) / 2 / length)[..., None] * apart
        moved = near.any(axis=1)
        numbers[moved] = (numbers + push.sum(axis=1)).clip(EDGE, 1 - EDGE)[moved]
    return numbers


def _any_ways(count: int) -> np.ndarray:
    """[shop shop 2], tiny ways for numbers of one place, as the edge can bring them together; opposite for a pair."""
    shop = np.arange(count)
    ordered = np.sign(shop[:, None] - shop)
    angle = shop[:, None] + shop
    return np.asarray(1e-6 * ordered[..., None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1))


def _ties(sites: np.ndarray, look: Look) -> go.Scatter:
    """A line from each number that gave way to its shop, which is a dot there."""
    numbers = _numbers(sites)
    away = np.linalg.norm(numbers - sites, axis=1) > 1e-6
    ends = np.full((away.sum(), 3, 2), np.nan, dtype=np.float32)
    ends[:, 0], ends[:, 1] = numbers[away], sites[away]
    down, across = ends.reshape(-1, 2).T
    return go.Scatter(
        x=across,
        y=down,
        mode="lines+markers",
        line={"color": look.ink, "width": 1.5},
        marker={"size": np.tile([0, 6, 0], away.sum()), "color": look.ink, "opacity": 1},
        unselected={"marker": {"opacity": 1}},
        hoverinfo="skip",
        name="shops whose number stands beside them",
    )


def _places(sites: np.ndarray) -> go.Scatter:
    """Invisible marks over the field, each with its place for a click."""
    row, column = np.indices((CLICKABLE, CLICKABLE)).reshape(2, -1)
    along = np.array([place_of(step, step)[0] for step in range(CLICKABLE)])
    down, across = along[row], along[column]
    taken = np.concatenate([sites, _numbers(sites)])
    off = np.linalg.norm(np.stack([down, across], axis=1)[:, None] - taken, axis=-1).min(axis=1)
    free = off > FREE / CLICKABLE
    return go.Scatter(
        x=across[free].astype(np.float32),
        y=down[free].astype(np.float32),
        mode="markers",
        marker={"symbol": "square", "size": 9, "opacity": 0},
        customdata=np.column_stack([np.full_like(row, PLACE), row, column])[free].astype(np.int16),
        hovertemplate="click: the chosen shop moves here<extra></extra>",
        name="places",
    )


def _shops(sites: np.ndarray, chosen: int, look: Look) -> go.Scatter:
    """The shops by number, the chosen one in reversed colors."""
    shop = np.arange(len(sites))
    fill, words = (np.where(shop == chosen, *pair) for pair in ((look.ink, look.paper), (look.paper, look.ink)))
    numbers = _numbers(sites).astype(np.float32)
    return go.Scatter(
        x=numbers[:, 1],
        y=numbers[:, 0],
        mode="markers+text",
        text=[str(one + 1) for one in shop],
        textfont={"color": words, "size": look.size - 2},
        marker={"size": look.size + 7, "color": fill, "line": {"color": words, "width": 1.5}},
        unselected={"marker": {"opacity": 1}},
        customdata=np.column_stack([np.full_like(shop, SHOP), shop, shop]).astype(np.int16),
        hovertemplate="shop %{text}<br>click chooses it<extra></extra>",
        name="shops",
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
    right, count = [BESIDE, 1], len(sites)
    top = 100 * float(max(masses.max(), targets.max())) * 1.08
    every = 1 if count <= 10 else 2
    return {
        "shapes": [_goal(shop, float(target), look) for shop, target in enumerate(targets)],
        "bargap": 0.25,
        "xaxis": {
            "domain": [0, SIDE],
            "range": [0, 1],
            "title": {"text": "across"},
            "showgrid": False,
            "constrain": "domain",
            "constraintoward": "left",
        },
        "yaxis": {
            "range": [1, 0],
            "title": {"text": "down"},
            "showgrid": False,
            "scaleanchor": "x",
            "constrain": "domain",
        },
        "xaxis2": {
            "domain": right,
            "anchor": "y2",
            "title": {"text": "shop (lines: the share it is to have)"},
            "dtick": every,
            "tick0": 1,
            "showgrid": False,
        },
        "yaxis2": {"domain": [0.6, 0.9], "anchor": "x2", "title": {"text": "share (%)"}, "range": [0, top]},
        "xaxis3": {
            "domain": right,
            "anchor": "y3",
            "title": {"text": "step"},
            "showgrid": False,
            "rangemode": "tozero",
        },
        "yaxis3": {
            "domain": [0, 0.38],
            "anchor": "x3",
            "title": {"text": "sum of gaps"},
            **_gap_ticks(gaps),
        },
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
