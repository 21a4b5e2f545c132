"""Names at the ends of curves: beside the end where there is room, else nearby with a thin line to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from components.theme import Look, escape

LINE = 0.06
"""The height of a name, as a part of the heights of all curves."""
NEAR = 1.5 * LINE
"""How far above its end a name may stand without a line where no curve crosses it."""
GAP = 0.012
"""Between an end and its name, as a part of the width of all curves."""
BETWEEN = 8
"""Points on a curve for each of its steps, where it is asked whether a curve crosses a name."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a name stands: its left edge, its middle, and how long it is; in parts of the width and of the height."""

    x: float
    y: float
    length: float

    def meets(self, other: "Box") -> bool:
        """Whether two names overlap."""
        apart = self.x > other.x + other.length or other.x > self.x + self.length
        return not apart and abs(self.y - other.y) < LINE

    def crossed(self, points: np.ndarray) -> bool:
        """Whether a curve runs through it, by its points [point 2]."""
        x, y = points.T
        inside = (x > self.x) & (x < self.x + self.length) & (np.abs(y - self.y) < LINE / 2)
        return bool(inside.any())


def end_names(
    curves: Mapping[str, tuple[np.ndarray, np.ndarray]], colors: Mapping[str, str], look: Look, *, letter: float
) -> list[dict[str, object]]:
    """An annotation with each curve's name, apart from each other and, where there is room, from the curves.

    Args:
        curves: name -> (x, y).
        colors: of the names.
        letter: the part of the width that a letter takes.
    """
    drawn = {name: (x.astype(float), np.nan_to_num(y).astype(float)) for name, (x, y) in curves.items() if len(x)}
    corner = np.array([min(values[axis].min() for values in drawn.values()) for axis in (0, 1)])
    span = np.array([max(values[axis].max() for values in drawn.values()) for axis in (0, 1)]) - corner
    span[span == 0] = 1.0
    scaled = {name: (np.stack(values, 1) - corner) / span for name, values in drawn.items()}
    points = np.concatenate([_between(curve) for curve in scaled.values()])
    written: list[Box] = []
    notes: list[dict[str, object]] = []
    for name, curve in sorted(scaled.items(), key=lambda item: float(item[1][-1, 1])):
        end = Box(float(curve[-1, 0]) + GAP, float(curve[-1, 1]), letter * len(name))
        box = _beside(end, written)
        far = box.y - end.y > NEAR
        if far or box.crossed(points):
            box = _nearby(end, written, points) or box
            far = bool(np.hypot(box.x - end.x, box.y - end.y) > LINE / 2)
        written.append(box)
        note = {"x": drawn[name][0][-1], "y": drawn[name][1][-1], "text": escape(name), "xanchor": "left"}
        note["font"] = {"color": look.word(colors[name])}
        x, y = np.array([box.x, box.y]) * span + corner
        if not far:
            notes.append({**note, "y": float(y), "xshift": 8, "showarrow": False})
        else:
            line = {"showarrow": True, "arrowhead": 0, "arrowwidth": 1, "arrowcolor": colors[name]}
            notes.append({**note, **line, "axref": "x", "ayref": "y", "ax": float(x), "ay": float(y)})
    return notes


def _between(curve: np.ndarray) -> np.ndarray:
    """A curve with more points on it, [point 2]."""
    at = np.linspace(0, len(curve) - 1, BETWEEN * len(curve))
    return np.stack([np.interp(at, np.arange(len(curve)), values) for values in curve.T], 1)


def _beside(end: Box, written: Sequence[Box]) -> Box:
    """The first place from the end upward that no other name takes."""
    box = end
    while any(box.meets(other) for other in written):
        box = Box(box.x, box.y + 0.01, box.length)
    return box


def _nearby(end: Box, written: Sequence[Box], points: np.ndarray) -> Box | None:
    """The nearest place around the end that neither a name nor a curve takes; None where there is none."""
    rights, heights = np.arange(0, 0.25, 0.04), np.arange(-0.5, 0.505, 0.02)
    moves = sorted(product(rights, heights), key=lambda move: float(np.hypot(*move)))
    for right, up in moves:
        box = Box(end.x + float(right), end.y + float(up), end.length)
        inside = LINE / 2 <= box.y <= 1 and box.x + box.length <= 1 + GAP + end.length
        if inside and not box.crossed(points) and not any(box.meets(other) for other in written):
            return box
    return None
