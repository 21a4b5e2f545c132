"""What a line can do at best: of all ways to part points of the plane by a line, the one with the fewest errors."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.learning.perceptrons import checked, widest_margin

MOST_POINTS = 200
"""All pairs of points are tried, each with all points: more would take seconds."""


@dataclass(frozen=True, eq=False)
class BestLine:
    """The best line through labeled points.

    Args:
        right: how many points it has on their side.
        total: how many there are.
        weights: (w1, w2, b), a line w·x + b = 0 that gets as many right, the class +1 where it is positive.
    """

    right: int
    total: int
    weights: Float[np.ndarray, " 3"]

    @property
    def share(self) -> float:
        """right / total."""
        return self.right / self.total


def best_line(x: np.ndarray, y: np.ndarray) -> BestLine:
    """The largest number of points that any line puts on the side of their class, over all lines.

    A line that parts the points can be moved until it goes through two of them. Turned about a place on it, it gives
    the points on it that lie before that place to one side and the others to the other. So it is enough to try each
    pair, each place, both directions: exact as far as the points' cross products are.

    Args:
        x: [point 2], at most 200. y: [point], each +1 or -1.

    Raises:
        ValueError: for points that are not in the plane, more than 200, or labels other than ±1.

    Invariant: right >= the larger class; all points where a line parts the classes.
    """
    points, signs = checked(x, y)
    if points.shape[1] != 2 or len(points) > MOST_POINTS:
        raise ValueError(f"x of shape {points.shape} must hold 1 to {MOST_POINTS} points of the plane.")
    best = np.where(signs.sum() >= 0, 1.0, -1.0) * np.ones(len(points))
    right = int((best == signs).sum())
    for first in range(len(points)):
        for second in range(first):
            for sides in _sides(points, points[first], points[second]):
                score = int((sides == signs).sum())
                if score > right:
                    right, best = score, sides
    return BestLine(right, len(points), widest_margin(np.column_stack([points, np.ones(len(points))]), best))


def _sides(
    points: Float[np.ndarray, "point 2"], first: Float[np.ndarray, " 2"], second: Float[np.ndarray, " 2"]
) -> list[Float[np.ndarray, " point"]]:
    """The ways to part the points by lines next to the one through two of them."""
    along = second - first
    if not along.any():
        return []
    offset = points - first
    side = np.sign(along[0] * offset[:, 1] - along[1] * offset[:, 0])
    on = np.flatnonzero(side == 0)
    place = offset[on] @ along
    found = []
    for cut in [-np.inf, *np.unique(place)]:
        turned = side.copy()
        turned[on] = np.where(place <= cut, 1.0, -1.0)
        other = side.copy()
        other[on] = -turned[on]
        found += [turned, -turned, other, -other]
    return found
