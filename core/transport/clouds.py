"""Clouds of points to move: shapes that are drawn, digits that are real, letters, and a visitor's own table."""

from collections.abc import Callable

import numpy as np

from core.digits import digit_images
from core.numbers import whole
from core.transport.problem import Points

MAX_CLOUD = 1000


def _gaussian(count: int, rng: np.random.Generator) -> Points:
    return rng.multivariate_normal([0.0, 0.0], [[1.0, 0.6], [0.6, 0.7]], size=count)


def _three_gaussians(count: int, rng: np.random.Generator) -> Points:
    centers = np.array([[-1.6, -1.0], [1.6, -1.0], [0.0, 1.6]])
    return centers[rng.integers(3, size=count)] + 0.35 * rng.standard_normal((count, 2))


def _moons(count: int, rng: np.random.Generator) -> Points:
    turn, upper = np.pi * rng.random(count), rng.random(count) < 0.5
    x = np.where(upper, np.cos(turn), 1 - np.cos(turn))
    y = np.where(upper, np.sin(turn), 0.5 - np.sin(turn))
    return 1.4 * (np.column_stack([x - 0.5, y - 0.25]) + 0.07 * rng.standard_normal((count, 2)))


def _rings(count: int, rng: np.random.Generator) -> Points:
    turn = 2 * np.pi * rng.random(count)
    radius = np.where(rng.random(count) < 0.5, 0.8, 2.0) + 0.07 * rng.standard_normal(count)
    return np.column_stack([radius * np.cos(turn), radius * np.sin(turn)])


def _spiral(count: int, rng: np.random.Generator) -> Points:
    along = np.sqrt(rng.random(count))
    turn = 3.5 * np.pi * along
    return np.column_stack([2.1 * along * np.cos(turn), 2.1 * along * np.sin(turn)]) + 0.05 * rng.standard_normal(
        (count, 2)
    )


def _grid(count: int, rng: np.random.Generator) -> Points:
    return rng.uniform(-2.0, 2.0, size=(count, 2))


def _letter(letter: str) -> Callable[[int, np.random.Generator], Points]:
    def draw(count: int, rng: np.random.Generator) -> Points:
        """Points anywhere in the letter's ink."""
        from PIL import Image, ImageDraw, ImageFont

        image = Image.new("L", (120, 120))
        ImageDraw.Draw(image).text((60, 60), letter, fill=255, font=ImageFont.load_default(110), anchor="mm")
        rows, columns = np.nonzero(np.asarray(image) > 128)
        picked = rng.integers(len(rows), size=count)
        points = np.column_stack([columns[picked], -rows[picked]]) + rng.random((count, 2))
        return (points - [60, -60]) / 20.0

    return draw


def _digits_plane(count: int, rng: np.random.Generator) -> Points:
    pixels = digit_images()[0]
    centered = pixels - pixels.mean(axis=0)
    _, _, axes = np.linalg.svd(centered, full_matrices=False)
    picked = rng.choice(len(pixels), size=count, replace=count > len(pixels))
    flat: Points = centered[picked] @ axes[:2].T
    scaled: Points = flat / flat.std() * 1.2
    return scaled


def _space_spiral(count: int, rng: np.random.Generator) -> Points:
    along = np.sqrt(rng.random(count))
    turn = 3.5 * np.pi * along
    plane = np.column_stack([2.1 * along * np.cos(turn), 2.1 * along * np.sin(turn), 0.15 * rng.standard_normal(count)])
    tilt, _ = np.linalg.qr(np.array([[1.0, 0.4, 0.7], [-0.3, 1.0, 0.5], [0.2, -0.8, 1.0]]))
    points: Points = plane @ tilt
    return points


CLOUDS: dict[str, Callable[[int, np.random.Generator], Points]] = {
    "Gaussian": _gaussian,
    "three Gaussians": _three_gaussians,
    "moons": _moons,
    "rings": _rings,
    "spiral": _spiral,
    "square": _grid,
    "letter A": _letter("A"),
    "letter B": _letter("B"),
    "digits in 2-D": _digits_plane,
    "spiral in 3-D": _space_spiral,
}
"""Name -> a function that draws that many points around the origin, about two units to each side."""


def cloud(name: str, count: int, *, seed: int = 0) -> Points:
    """A cloud of points by name.

    Args:
        name: a key of CLOUDS.
        count: 1 to 1000 points.
        seed: of the draw; equal seeds give equal points.

    Returns:
        [count 2]; "spiral in 3-D" has three features. The digits are the first two principal components of
        scikit-learn's images of digits.

    Raises:
        ValueError: for another name or a count out of range.

    Invariant: finite, and the same for the same arguments.
    """
    if not isinstance(name, str) or name not in CLOUDS:
        raise ValueError(f"name is {name!r}; it must be one of {', '.join(CLOUDS)}")
    count = whole("count", count, 1, MAX_CLOUD)
    return CLOUDS[name](count, np.random.default_rng(whole("seed", seed, 0)))
