"""The shops on their field: where their numbers stand, what a click means, and which stand outside their territory."""

from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import Look

CLICKABLE = 40
"""Rows and columns of the places that a click moves a shop to."""

FREE = 1.3
"""A place within so many steps of a shop is left out: a click there means the shop."""

PLACE, SHOP = 0, 1
"""What stands first in what a mark carries for a click: a place of the field, or a shop."""

APART = 0.1
"""How far the numbers of two shops stand from each other, as a share of the field: then neither covers the other."""

ROUNDS = 200
"""How often numbers that are too near give way, at most."""

EDGE = 0.05
"""How far a number that gave way stays from the edge of the field."""


def place_of(row: int, column: int) -> tuple[float, float]:
    """Where a click on a place moves a shop, down and across."""
    return (row + 0.5) / CLICKABLE, (column + 0.5) / CLICKABLE


def away(sites: np.ndarray, owner: np.ndarray, look: Look) -> tuple[go.Scatter, go.Scatter]:
    """Of each shop that stands outside its territory: a line from it into the middle of that, and its number there."""
    lines, names = ways(sites, owner)
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


def ways(sites: np.ndarray, owner: np.ndarray) -> tuple[dict[str, Any], dict[str, Any]]:
    """Across and down of the lines of `away`, each with a gap behind it; across, down and text of its numbers."""
    size, numbers, ends, taken = len(owner), list[int](), list[np.ndarray](), numbered(sites)
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


def numbered(sites: np.ndarray) -> np.ndarray:
    """[shop 2], where the number of each shop stands: at the shop, or beside it where another would cover it."""
    return _moved_apart(tuple(map(tuple, sites.tolist()))).copy()


@lru_cache(maxsize=4)
def _moved_apart(places: tuple[tuple[float, float], ...]) -> np.ndarray:
    """`numbered`, which each frame of a figure asks for."""
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


def ties(sites: np.ndarray, look: Look) -> go.Scatter:
    """A line from each number that gave way to its shop, which is a dot there."""
    numbers = numbered(sites)
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


def places(sites: np.ndarray) -> go.Scatter:
    """Invisible marks over the field, each with its place for a click."""
    row, column = np.indices((CLICKABLE, CLICKABLE)).reshape(2, -1)
    along = np.array([place_of(step, step)[0] for step in range(CLICKABLE)])
    down, across = along[row], along[column]
    taken = np.concatenate([sites, numbered(sites)])
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


def marks(sites: np.ndarray, chosen: int, look: Look) -> go.Scatter:
    """The shops by number, the chosen one in reversed colors."""
    shop = np.arange(len(sites))
    fill, words = (np.where(shop == chosen, *pair) for pair in ((look.ink, look.paper), (look.paper, look.ink)))
    numbers = numbered(sites).astype(np.float32)
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
