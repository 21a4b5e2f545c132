"""Points of the plane in two classes: the patterns that a small network is asked to learn, and a visitor's own."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

Points = Float[np.ndarray, "point 2"]
Signs = Float[np.ndarray, " point"]

MOST_ROWS = 200
MOST_BYTES = 200_000
REACH = 3.0
"""A visitor's coordinates lie within plus and minus this."""


@dataclass(frozen=True, eq=False)
class Pattern:
    """Labeled points: x [point 2], mostly within ±1, and y [point], +1 or -1."""

    x: Points
    y: Signs


def pattern(name: str, points: int, *, noise: float = 0.0, seed: int = 0) -> Pattern:
    """Points of a pattern, half of them (rounded up) of class +1.

    Args:
        name: a key of PATTERNS.
        points: at least 1.
        noise: the standard deviation of a shift that each point gets after it has its class, in the unit of x.
        seed: of all draws.

    Raises:
        ValueError: for a name that is none, points below 1, or noise that is negative or not finite.
    """
    if name not in PATTERNS:
        raise ValueError(f"pattern {name!r} is none of {', '.join(PATTERNS)}.")
    if points < 1:
        raise ValueError(f"points = {points} must be at least 1.")
    if not (np.isfinite(noise) and noise >= 0):
        raise ValueError(f"noise = {noise} must be finite and at least 0.")
    rng = np.random.default_rng(seed)
    y = np.where(np.arange(points) % 2 == 0, 1.0, -1.0)
    x = PATTERNS[name](y, rng)
    return Pattern(x + noise * rng.standard_normal((points, 2)), y)


def _circle(y: Signs, rng: np.random.Generator) -> Points:
    """A disc of radius 0.5, and a ring around it from 0.7 to 1."""
    inner, outer = np.sqrt(rng.uniform(0, 0.25, len(y))), np.sqrt(rng.uniform(0.49, 1, len(y)))
    radius, angle = np.where(y > 0, inner, outer), rng.uniform(0, 2 * np.pi, len(y))
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _xor(y: Signs, rng: np.random.Generator) -> Points:
    """Four squares, with a gap between them; the class is the sign of x1 x2."""
    size = rng.uniform(0.1, 1, (len(y), 2))
    first = rng.choice([-1.0, 1.0], len(y))
    return np.asarray(size * np.column_stack([first, first * y]))


def _blobs(y: Signs, rng: np.random.Generator) -> Points:
    """Two normal clouds around ±(0.5, 0.5) with standard deviation 0.2."""
    return np.asarray(0.5 * y[:, None] + 0.2 * rng.standard_normal((len(y), 2)))


def _spiral(y: Signs, rng: np.random.Generator) -> Points:
    """Two arms that turn by 1.5 turns from radius 0.1 to 1, one half a turn behind the other."""
    along = rng.uniform(0, 1, len(y))
    radius, angle = 0.1 + 0.9 * along, 3 * np.pi * along + np.where(y > 0, 0, np.pi)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


PATTERNS: dict[str, Callable[[Signs, np.random.Generator], Points]] = {
    "circle": _circle,
    "xor": _xor,
    "blobs": _blobs,
    "spiral": _spiral,
}


def with_margin(margin: float, points: int, *, seed: int = 0, flipped: int = 0) -> Pattern:
    """Points of the disc of radius 1 that a line through 0, turned at random, parts with at least this margin.

    Args:
        margin: the smallest distance from the line, within [0, 0.9].
        points: at least 1.
        seed: of all draws.
        flipped: how many of the first points get the wrong class, at most `points`.

    Raises:
        ValueError: for values outside of these ranges.
    """
    if not 0 <= margin <= 0.9:
        raise ValueError(f"margin = {margin} must lie within [0, 0.9].")
    if points < 1 or not 0 <= flipped <= points:
        raise ValueError(f"points = {points} must be at least 1, and flipped = {flipped} lie within [0, {points}].")
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0, 2 * np.pi)
    normal = np.array([np.cos(angle), np.sin(angle)])
    kept = np.empty((0, 2))
    while len(kept) < points:
        drawn = rng.uniform(-1, 1, (4 * points + 40, 2))
        fits = (np.linalg.norm(drawn, axis=1) <= 1) & (np.abs(drawn @ normal) >= margin)
        kept = np.vstack([kept, drawn[fits]])
    x = kept[:points]
    y = np.where(x @ normal > 0, 1.0, -1.0)
    y[:flipped] *= -1
    return Pattern(x, y)


def read_points(content: bytes) -> tuple[tuple[float, float, int], ...]:
    """A visitor's table: x1, x2 and the class on each line, with or without a line of names.

    Args:
        content: CSV in UTF-8, at most 200 kB and 200 points; the class is 1 or -1 (0 counts as -1).

    Raises:
        ValueError: for a file that is too large, no text, has no points, or a line with another number of cells, text
            where a number should be, a coordinate outside ±3 or another class; the message names the line.
    """
    if len(content) > MOST_BYTES:
        raise ValueError(f"the file has {len(content):,} bytes; at most {MOST_BYTES:,} can be read.")
    try:
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    except UnicodeDecodeError as error:
        raise ValueError("the file is no table in UTF-8 text; save it as CSV in UTF-8.") from error
    except csv.Error as error:
        raise ValueError(f"the file is no table: {error}") from error
    rows = [(number, cells) for number, cells in enumerate(lines, 1) if any(cell.strip() for cell in cells)]
    if rows and all(_number(cell) is None for cell in rows[0][1]):
        rows = rows[1:]
    if not 1 <= len(rows) <= MOST_ROWS:
        raise ValueError(f"the file has {len(rows)} points; 1 to {MOST_ROWS} can be read.")
    return tuple(_point(number, cells) for number, cells in rows)


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _point(number: int, cells: list[str]) -> tuple[float, float, int]:
    values = [_number(cell) for cell in cells]
    if len(values) != 3:
        raise ValueError(f"line {number} has {len(values)} cells; each needs x1, x2 and a class.")
    x1, x2, label = values
    if x1 is None or x2 is None or label is None:
        raise ValueError(f"line {number} holds a text where a number should be.")
    if not (abs(x1) <= REACH and abs(x2) <= REACH):
        raise ValueError(f"line {number}: ({x1:g}, {x2:g}) must lie within ±{REACH:g}.")
    if label not in (-1.0, 0.0, 1.0):
        raise ValueError(f"line {number}: class {label:g} must be 1 or -1.")
    return x1, x2, 1 if label > 0 else -1
