"""Small pictures that are drawn here, each with colors of its own: a meadow, a sea, a wood, a town."""

import numpy as np
from jaxtyping import Float

from core.numbers import whole

ROWS, COLUMNS = 90, 120

Colors = Float[np.ndarray, "row column 3"]

SCENES = ("meadow at noon", "sea at dusk", "wood in autumn", "town at night")


def scene(name: str, *, seed: int = 0) -> Colors:
    """A picture by name: [90 120 3], red, green and blue from 0 to 1.

    Args:
        name: one of SCENES.
        seed: of the grain, the trees and the windows.

    Raises:
        ValueError: for another name.

    Invariant: the same name and seed give the same picture, with hundreds of colors.
    """
    if name not in SCENES:
        raise ValueError(f"name is {name!r}; it must be one of {', '.join(SCENES)}")
    rng = np.random.default_rng([whole("seed", seed, 0), SCENES.index(name)])
    drawn = {"meadow at noon": _meadow, "sea at dusk": _sea, "wood in autumn": _wood, "town at night": _town}[name](rng)
    return np.asarray(np.clip(drawn + rng.normal(0, 0.015, (ROWS, COLUMNS, 1)), 0, 1))


def _grid() -> tuple[np.ndarray, np.ndarray]:
    """Down, [row 1], and across, [1 column], each from 0 to 1."""
    return np.linspace(0, 1, ROWS)[:, None], np.linspace(0, 1, COLUMNS)[None]


def _between(top: tuple[float, ...], bottom: tuple[float, ...], share: np.ndarray) -> Colors:
    """[row column 3], from one color to the other by a share, [row column]."""
    part = np.clip(share, 0, 1)[..., None]
    return np.asarray((1 - part) * np.array(top) + part * np.array(bottom))


def _laid(under: np.ndarray, over: np.ndarray, where: np.ndarray) -> np.ndarray:
    """One picture over another, where `where`, [row column], says how much."""
    return np.asarray(under + where[..., None] * (over - under))


def _ridge(rng: np.random.Generator, height: float, rough: float) -> np.ndarray:
    """[row column], 1 below a line of hills that starts at a height from the top, 0 above it."""
    down, across = _grid()
    phases = rng.uniform(0, 2 * np.pi, 4)
    line = sum(np.sin(2 * np.pi * (k + 1) * across + phase) / (k + 1) for k, phase in enumerate(phases))
    return np.asarray(np.clip((down - height - rough * line) * ROWS, 0, 1))


def _disk(down_at: float, across_at: float, radius: float, soft: float) -> np.ndarray:
    """[row column], 1 within a disk and 0 beyond, over a soft edge. Lengths are shares of the height."""
    down, across = _grid()
    away = np.hypot(down - down_at, (across - across_at) * COLUMNS / ROWS)
    return np.asarray(np.clip((radius - away) / soft + 0.5, 0, 1))


def _meadow(rng: np.random.Generator) -> np.ndarray:
    down, across = _grid()
    sky = _between((0.25, 0.52, 0.86), (0.72, 0.86, 0.96), down / 0.55 + 0 * across)
    for _ in range(5):
        cloud = _disk(rng.uniform(0.08, 0.3), rng.uniform(0, 1), rng.uniform(0.04, 0.09), 0.1)
        sky = _laid(sky, np.ones(3), 0.8 * cloud)
    far = _between((0.42, 0.62, 0.42), (0.35, 0.6, 0.25), down + 0 * across)
    near = _between((0.42, 0.68, 0.18), (0.16, 0.42, 0.1), (down - 0.6) / 0.4 + 0.15 * np.sin(25 * across + 8 * down))
    meadow = _laid(_laid(sky, far, _ridge(rng, 0.5, 0.05)), near, _ridge(rng, 0.62, 0.03))
    flowers = np.clip(rng.random((ROWS, COLUMNS)) - 0.985, 0, 1) * 66 * (down > 0.68)
    return _laid(meadow, np.array([0.95, 0.86, 0.25]), np.clip(flowers, 0, 1))


def _sea(rng: np.random.Generator) -> np.ndarray:
    down, across = _grid()
    sky = _between((0.28, 0.2, 0.42), (0.98, 0.62, 0.32), down / 0.52 + 0 * across)
    sky = _laid(sky, np.array([1.0, 0.9, 0.62]), _disk(0.42, 0.6, 0.08, 0.02))
    waves = np.sin(90 * down**1.5 + 3 * np.sin(9 * across + rng.uniform(0, 6)))
    sea = _between((0.72, 0.42, 0.34), (0.12, 0.1, 0.24), (down - 0.52) / 0.45 + 0.12 * waves)
    track = np.exp(-(((across - 0.6) / (0.03 + 0.12 * np.clip(down - 0.52, 0, 1))) ** 2)) * (waves > 0.1)
    sea = _laid(sea, np.array([1.0, 0.75, 0.42]), 0.75 * track)
    shore = _between((0.09, 0.07, 0.13), (0.05, 0.04, 0.08), down + 0 * across)
    return _laid(_laid(sky, sea, np.clip((down - 0.52) * ROWS, 0, 1) + 0 * across), shore, _ridge(rng, 0.92, 0.03))


def _wood(rng: np.random.Generator) -> np.ndarray:
    down, across = _grid()
    wood = _between((0.85, 0.84, 0.78), (0.55, 0.42, 0.28), down + 0 * across)
    colors = np.array([[0.8, 0.28, 0.1], [0.9, 0.58, 0.12], [0.62, 0.16, 0.1], [0.86, 0.74, 0.24], [0.45, 0.38, 0.12]])
    for row in np.sort(rng.uniform(0.3, 0.7, 26)):
        column, size = rng.uniform(0, 1), rng.uniform(0.09, 0.2)
        trunk = (np.abs(across - column) < 0.012) * (down > row) * (down < row + 2.2 * size)
        wood = _laid(wood, np.array([0.24, 0.16, 0.11]), trunk.astype(np.float64))
        leaves = np.clip(_disk(row, column, size, 0.03) * rng.uniform(0.75, 1.1, (ROWS, COLUMNS)), 0, 1)
        wood = _laid(wood, np.clip(colors[rng.integers(5)] * rng.uniform(0.85, 1.1), 0, 1), leaves)
    floor = _between((0.6, 0.36, 0.14), (0.3, 0.18, 0.09), (down - 0.85) / 0.15 + 0 * across)
    return _laid(wood, floor, _ridge(rng, 0.86, 0.02))


def _town(rng: np.random.Generator) -> np.ndarray:
    down, across = _grid()
    town = _between((0.03, 0.05, 0.16), (0.16, 0.2, 0.4), down / 0.8 + 0 * across)
    town = _laid(town, np.array([0.93, 0.94, 0.86]), _disk(0.18, 0.2, 0.07, 0.02))
    for left in np.arange(0, 1, 0.09):
        top, wide = rng.uniform(0.3, 0.65), rng.uniform(0.06, 0.1)
        house = ((across >= left) & (across < left + wide) & (down > top)).astype(np.float64)
        town = _laid(town, np.array([0.06, 0.07, 0.13]) * rng.uniform(0.7, 1.5), house)
        pane = (np.arange(ROWS)[:, None] % 6 < 3) & (np.arange(COLUMNS)[None] % 4 < 2)
        lit = np.kron(rng.random((ROWS // 6, COLUMNS // 4)) < 0.4, np.ones((6, 4)))
        glow = np.array([1.0, 0.8, 0.42]) * rng.uniform(0.75, 1.0)
        town = _laid(town, glow, house * pane * lit * (down > top + 0.04))
    return town
