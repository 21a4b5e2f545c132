"""Small pictures of four colors, what can be done with them, and examples of it. Needs no torch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

SIDE = 12
COLORS = 4
"""0 is the background."""

Pictures = Int[np.ndarray, "picture 12 12"]


def _beside(mask: np.ndarray) -> list[np.ndarray]:
    """For each of the four sides, what lies there, with the background beyond the edge."""
    ringed = np.pad(mask, ((0, 0), (1, 1), (1, 1)))
    return [ringed[:, :-2, 1:-1], ringed[:, 2:, 1:-1], ringed[:, 1:-1, :-2], ringed[:, 1:-1, 2:]]


def outlined(pictures: Pictures) -> Pictures:
    """Clears every cell whose four neighbors all have its own color."""
    inside = np.logical_and.reduce([side == pictures for side in _beside(pictures)])
    return np.where(inside, 0, pictures)


def filled(pictures: Pictures) -> Pictures:
    """Colors the background that no way along the background joins to the edge, inward from what encloses it.

    A cell takes the largest color beside it, ring by ring.
    """
    empty = pictures == 0
    outside = np.zeros_like(empty)
    outside[:, (0, -1)], outside[:, :, (0, -1)] = empty[:, (0, -1)], empty[:, :, (0, -1)]
    while True:
        grown = empty & np.logical_or.reduce([outside, *_beside(outside)])
        if (grown == outside).all():
            break
        outside = grown
    found, open_cells = pictures.copy(), empty & ~outside
    while open_cells.any():
        reached = np.maximum.reduce(_beside(found))
        found = np.where(open_cells, reached, found)
        open_cells &= found == 0
    return found


def _shifted(pictures: Pictures, axis: int) -> Pictures:
    moved = np.roll(pictures, 1, axis=axis)
    moved[(slice(None),) * axis + (0,)] = 0
    return moved


OPERATIONS: dict[str, Callable[[Pictures], Pictures]] = {
    "outline": outlined,
    "fill": filled,
    "invert": lambda pictures: COLORS - 1 - pictures,
    "rotate": lambda pictures: np.rot90(pictures, -1, axes=(1, 2)).copy(),
    "mirror": lambda pictures: pictures[:, :, ::-1].copy(),
    "flip": lambda pictures: pictures[:, ::-1].copy(),
    "right": lambda pictures: _shifted(pictures, 2),
    "down": lambda pictures: _shifted(pictures, 1),
    "recolor": lambda pictures: np.where(pictures == 0, 0, pictures % (COLORS - 1) + 1),
    "one color": lambda pictures: np.minimum(pictures, 1),
}
"""Name -> what it does with each picture [picture row column]."""

SAID: dict[str, str] = {
    "outline": "keep only the edge of each shape",
    "fill": "color what a shape encloses",
    "invert": "color c becomes 3 − c, the background included",
    "rotate": "a quarter turn clockwise",
    "mirror": "left and right exchanged",
    "flip": "top and bottom exchanged",
    "right": "one cell to the right",
    "down": "one cell down",
    "recolor": "1 becomes 2, 2 becomes 3, 3 becomes 1",
    "one color": "every shape in color 1",
}
"""Each operation in words."""

COMPOSED: tuple[tuple[str, str], ...] = (
    ("outline", "rotate"),
    ("fill", "down"),
    ("invert", "flip"),
    ("recolor", "mirror"),
    ("one color", "right"),
)
"""Two operations one after the other, which no training has seen."""


def applied(operations: Sequence[str], pictures: Pictures) -> Pictures:
    """Some operations, one after the other. Raises ValueError for an unknown one."""
    for name in operations:
        if name not in OPERATIONS:
            raise ValueError(f"operation is {name!r}; it must be one of {', '.join(OPERATIONS)}")
        pictures = OPERATIONS[name](pictures)
    return pictures


def draw_pictures(count: int, rng: np.random.Generator) -> Pictures:
    """Pictures of one to three shapes: rectangles, frames, angles and blobs, each in a color of its own draw.

    Args:
        count: how many, at least 0. rng: of the draw.
    """
    pictures = np.zeros((count, SIDE, SIDE), dtype=np.int64)
    for picture in pictures:
        for _ in range(int(rng.integers(1, 4))):
            _SHAPES[int(rng.integers(len(_SHAPES)))](picture, int(rng.integers(1, COLORS)), rng)
    return pictures


def _box(rng: np.random.Generator, least: int) -> tuple[slice, slice]:
    height, width = (int(side) for side in rng.integers(least, 7, size=2))
    top, left = int(rng.integers(0, SIDE - height + 1)), int(rng.integers(0, SIDE - width + 1))
    return slice(top, top + height), slice(left, left + width)


def _rectangle(picture: np.ndarray, color: int, rng: np.random.Generator) -> None:
    picture[_box(rng, 2)] = color


def _frame(picture: np.ndarray, color: int, rng: np.random.Generator) -> None:
    rows, columns = _box(rng, 3)
    hole = picture[rows.start + 1 : rows.stop - 1, columns.start + 1 : columns.stop - 1]
    kept = hole.copy()
    picture[rows, columns] = color
    hole[:] = kept


def _angle(picture: np.ndarray, color: int, rng: np.random.Generator) -> None:
    rows, columns = _box(rng, 3)
    picture[rows, columns.start if rng.random() < 0.5 else columns.stop - 1] = color
    picture[rows.start if rng.random() < 0.5 else rows.stop - 1, columns] = color


def _blob(picture: np.ndarray, color: int, rng: np.random.Generator) -> None:
    row, column = (int(place) for place in rng.integers(2, SIDE - 2, size=2))
    for _ in range(int(rng.integers(6, 16))):
        picture[row, column] = color
        step = int(rng.integers(4))
        row = min(max(row + (step == 0) - (step == 1), 0), SIDE - 1)
        column = min(max(column + (step == 2) - (step == 3), 0), SIDE - 1)


_SHAPES = (_rectangle, _frame, _angle, _blob)


@dataclass(frozen=True, eq=False)
class PictureTask:
    """Pairs of pictures before and after one operation, and pictures to do the same with.

    Args:
        operations: what is done, one after the other.
        before, after: the examples, [task pair 12 12]. query, answer: [task 12 12].
    """

    operations: tuple[str, ...]
    before: Int[np.ndarray, "task pair 12 12"]
    after: Int[np.ndarray, "task pair 12 12"]
    query: Int[np.ndarray, "task 12 12"]
    answer: Int[np.ndarray, "task 12 12"]


def picture_tasks(operations: Sequence[str], count: int, pairs: int, seed: int) -> PictureTask:
    """Draws tasks in which the operation changes every picture, of the pairs and of the queries alike.

    Args:
        operations: names of OPERATIONS, done one after the other; each of them changes the picture that it is given.
        count: tasks, at least 1. pairs: examples in each, 0 to 5. seed: of the draw.

    Raises:
        ValueError: for an unknown operation.
    """
    rng, needed = np.random.default_rng(seed), count * (pairs + 1)
    found = np.zeros((0, SIDE, SIDE), dtype=np.int64)
    while len(found) < needed:
        drawn = draw_pictures(2 * needed, rng)
        kept = np.ones(len(drawn), dtype=bool)
        now = drawn
        for name in operations:
            after = applied([name], now)
            kept &= (after != now).any(axis=(1, 2))
            now = after
        found = np.concatenate([found, drawn[kept & (now != drawn).any(axis=(1, 2))]])
    before = found[:needed].reshape(count, pairs + 1, SIDE, SIDE)
    after = applied(operations, found[:needed]).reshape(before.shape)
    return PictureTask(tuple(operations), before[:, 1:], after[:, 1:], before[:, 0], after[:, 0])
