"""The plane as a board of cells: a click on a cell sets a point there, a click on a visitor's own takes it away."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from components.theme import Look
from pages.adaptation.transport.figures.compact import compact

SIDES = ("source", "target")

BOX = np.array([5.0, 3.0])
"""How far the cells reach to each side where no cloud reaches further."""

STEP = 0.2
"""Between two cells of that box."""

NEAR = 1.1
"""A cell within so many steps of an own point is left out: a click there, as of a finger, means the point."""

FINGER = 14
"""The size in pixels of the invisible mark over an own point: all that is seen of the point, and a little around it."""

CELL = -1
"""Stands first in what a cell carries; a point carries the place of its side instead."""


@dataclass(frozen=True, eq=False)
class Board:
    """The cells for the points of one side, and the points that can be taken away.

    Args:
        side: the side that a click on a cell adds a point to.
        step: between two cells.
        cells: [cell 2], their places before the side is moved, in steps.
        moved: how far the side is drawn from there, by its shift and where the sides are drawn apart.
        own: side -> [point 2], the visitor's own points as they are drawn.
    """

    side: str
    step: float
    cells: np.ndarray
    moved: tuple[float, float]
    own: Mapping[str, np.ndarray]

    def point(self, across: int, upward: int) -> tuple[float, float]:
        """The point that a click on a cell sets, before its side is moved."""
        return across * self.step, upward * self.step

    @property
    def places(self) -> np.ndarray:
        """[cell 2], where the cells are drawn."""
        return np.asarray(self.cells * self.step + self.moved)


def make_board(
    side: str, own: Mapping[str, np.ndarray], near: np.ndarray, *, shift: tuple[float, float], apart: float
) -> Board:
    """A board that covers the box around the middle and every point near it, with at most about 50 by 30 cells.

    Args:
        side: the side that a click adds to. own: side -> [point 2], as drawn.
        near: [point 2], drawn points that the board must cover.
        shift: how far the side is moved on the page.
        apart: how far to the right its plane is drawn.
    """
    middle = np.array([apart, 0.0])
    places = np.concatenate([near - middle, [-BOX, BOX]])
    low, high = places.min(axis=0) - shift, places.max(axis=0) - shift
    step = STEP * _round_number(float(((high - low) / (2 * BOX)).max()))
    along = [np.arange(np.ceil(low[k] / step - 1e-9), np.floor(high[k] / step + 1e-9) + 1) for k in (0, 1)]
    cells = np.stack(np.meshgrid(*along), axis=-1).reshape(-1, 2)
    moved = (shift[0] + apart, shift[1])
    for points in own.values():
        off = np.linalg.norm(cells[:, None] * step + moved - points, axis=-1)
        cells = cells[(off > NEAR * step).all(axis=1)]
    return Board(side, step, cells.astype(np.int16), moved, own)


def _round_number(value: float) -> float:
    """The least of 1, 2, 5, 10, 20 and so on that is not below the value, which is 1 or more."""
    ten = 10.0 ** np.floor(np.log10(value))
    return float(next(ten * part for part in (1, 2, 5, 10) if ten * part >= value * (1 - 1e-9)))


def cells(board: Board, look: Look) -> go.Scatter:
    """The cells as faint dots; each carries its place for a click."""
    x, y = compact(board.places).T
    return go.Scatter(
        x=x,
        y=y,
        mode="markers",
        marker={"color": look.quiet, "size": 2, "opacity": 0.45},
        unselected={"marker": {"opacity": 0.45}},
        customdata=np.column_stack([np.full(len(board.cells), CELL), board.cells]).astype(np.int16),
        name="cells",
        hovertemplate=f"click: a point of the {board.side}<br>%{{x:.4g}}, %{{y:.4g}}<extra></extra>",
    )


def own_points(board: Board) -> list[go.Scatter]:
    """Invisible marks over the visitor's own points, a trace a side; each carries its place for a click."""
    traces = []
    for side, points in board.own.items():
        place = np.arange(len(points))
        x, y = compact(points).T
        traces.append(
            go.Scatter(
                x=x,
                y=y,
                mode="markers",
                marker={"size": FINGER, "opacity": 0},
                customdata=np.column_stack([np.full_like(place, SIDES.index(side)), place, place]).astype(np.int16),
                name=f"own {side}",
                hovertemplate=f"{side} at %{{x:.4g}}, %{{y:.4g}}<br>click takes it away<extra></extra>",
            )
        )
    return traces
