"""Land and water behind the bird: hills, trees and grass, or clouds, waves and a far shore. Needs no torch."""

import numpy as np
from PIL import Image, ImageDraw

from core.clip.scenes import Background

Ink = tuple[int, ...]
_HORIZON = (0.42, 0.54)


def draw_backdrop(background: Background | None, seed: int, pixels: int) -> Image.Image:
    """One background as an RGB picture of `pixels` x `pixels`.

    Args:
        background: None gives plain gray.
        seed: of everything that varies.

    Invariant: the same arguments give the same picture; another `pixels` gives the same one at another size.
    """
    if background is None:
        return Image.new("RGB", (pixels, pixels), (150, 150, 150))
    rng = np.random.default_rng(seed)
    horizon = float(rng.uniform(*_HORIZON))
    return (_land if background == "land" else _water)(rng, horizon, pixels)


def _land(rng: np.random.Generator, horizon: float, pixels: int) -> Image.Image:
    sky = _tinted(rng, (196, 218, 232), (238, 236, 222))
    ground = _tinted(rng, (134, 168, 84), (84, 122, 56))
    picture = _gradients(horizon, pixels, sky, ground)
    draw = ImageDraw.Draw(picture)
    _hills(draw, rng, horizon, pixels, (128, 158, 128))
    for x in np.sort(rng.uniform(-0.05, 1.05, rng.integers(4, 8))):
        height = float(rng.uniform(0.2, 0.42))
        foot = horizon + float(rng.uniform(0.0, 0.06))
        (_conifer if rng.random() < 0.5 else _round_tree)(draw, rng, float(x), foot, height, pixels)
    _grass(draw, rng, horizon, pixels)
    return picture


def _water(rng: np.random.Generator, horizon: float, pixels: int) -> Image.Image:
    sky = _tinted(rng, (172, 205, 232), (230, 236, 238))
    water = _tinted(rng, (104, 164, 196), (34, 92, 140))
    picture = _gradients(horizon, pixels, sky, water)
    draw = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(2, 5))):
        _cloud(draw, rng, horizon, pixels)
    _hills(draw, rng, horizon, pixels, (146, 170, 186), height=0.05)
    draw.rectangle((0, horizon * pixels, pixels, (horizon + 0.008) * pixels), fill=(220, 234, 240))
    _waves(draw, rng, horizon, pixels)
    return picture


def _tinted(rng: np.random.Generator, top: Ink, bottom: Ink) -> tuple[np.ndarray, np.ndarray]:
    shift = rng.normal(0, 7, 3)
    return np.array(top) + shift, np.array(bottom) + shift


def _gradients(
    horizon: float, pixels: int, above: tuple[np.ndarray, np.ndarray], below: tuple[np.ndarray, np.ndarray]
) -> Image.Image:
    height = (np.arange(pixels) + 0.5)[:, None] / pixels
    sky = above[0] + (above[1] - above[0]) * height / horizon
    floor = below[0] + (below[1] - below[0]) * (height - horizon) / (1 - horizon)
    column = np.where(height < horizon, sky, floor).clip(0, 255).astype(np.uint8)
    return Image.fromarray(np.repeat(column[:, None, :], pixels, axis=1))


def _hills(
    draw: ImageDraw.ImageDraw, rng: np.random.Generator, horizon: float, pixels: int, ink: Ink, *, height: float = 0.12
) -> None:
    x = np.linspace(0, 1, 40)
    waves = sum(rng.uniform(0.2, 0.5) * np.sin(2 * np.pi * (k * x + rng.random())) for k in (1, 2, 3))
    ridge = horizon - height * (0.5 + 0.4 * np.asarray(waves)).clip(0.05, 1)
    outline = [*zip(x, ridge, strict=True), (1.0, horizon), (0.0, horizon)]
    draw.polygon([(a * pixels, b * pixels) for a, b in outline], fill=ink)


def _conifer(
    draw: ImageDraw.ImageDraw, rng: np.random.Generator, x: float, foot: float, height: float, pixels: int
) -> None:
    green = _shade(rng, (44, 92, 58))
    draw.rectangle(_box(x - 0.012, foot - 0.06, x + 0.012, foot, pixels), fill=(94, 70, 50))
    for level in range(3):
        bottom = foot - 0.04 - level * height * 0.25
        half = 0.26 * height * (1 - 0.24 * level)
        top = bottom - height * 0.45
        corners = [(x - half, bottom), (x + half, bottom), (x, top)]
        ink = tuple(int(c + 10 * level) for c in green)
        draw.polygon([(a * pixels, b * pixels) for a, b in corners], fill=ink)


def _round_tree(
    draw: ImageDraw.ImageDraw, rng: np.random.Generator, x: float, foot: float, height: float, pixels: int
) -> None:
    green = _shade(rng, (78, 122, 58))
    draw.rectangle(_box(x - 0.016, foot - height * 0.5, x + 0.016, foot, pixels), fill=(104, 78, 54))
    for dx, dy, radius in ((-0.12, 0.52, 0.2), (0.12, 0.54, 0.2), (0.0, 0.74, 0.24)):
        ink = tuple(int(c + 40 * (dy - 0.5)) for c in green)
        center_x, center_y, size = x + dx * height, foot - dy * height, radius * height
        draw.ellipse(
            _box(center_x - size, center_y - size, center_x + size, center_y + size, pixels),
            fill=ink,
        )


def _grass(draw: ImageDraw.ImageDraw, rng: np.random.Generator, horizon: float, pixels: int) -> None:
    for y in np.sort(rng.uniform(horizon + 0.05, 1.02, 46)):
        x, near = float(rng.random()), (float(y) - horizon) / (1 - horizon)
        length = 0.02 + 0.05 * near
        ink = _shade(rng, (98, 142, 62) if rng.random() < 0.6 else (62, 102, 44))
        for lean in (-0.4, 0.0, 0.4):
            tip = ((x + lean * length) * pixels, (y - length) * pixels)
            draw.line(((x * pixels, y * pixels), tip), fill=ink, width=max(1, round(0.007 * pixels)))


def _cloud(draw: ImageDraw.ImageDraw, rng: np.random.Generator, horizon: float, pixels: int) -> None:
    x, y, size = float(rng.random()), float(rng.uniform(0.06, horizon - 0.14)), float(rng.uniform(0.04, 0.07))
    for dx, lift, radius in ((-1.2, 0.0, 0.7), (0.0, 0.35, 1.0), (1.2, 0.0, 0.75), (0.5, 0.1, 0.8)):
        center_x, center_y, half = x + dx * size, y - lift * size, radius * size
        draw.ellipse(
            _box(center_x - half, center_y - half * 0.7, center_x + half, center_y + half * 0.7, pixels),
            fill=(246, 248, 250),
        )


def _waves(draw: ImageDraw.ImageDraw, rng: np.random.Generator, horizon: float, pixels: int) -> None:
    for y in np.sort(rng.uniform(horizon + 0.03, 1.0, 34)):
        near = (float(y) - horizon) / (1 - horizon)
        x, half = float(rng.random()), 0.03 + 0.08 * near
        light = rng.random() < 0.6
        base: Ink = (188, 220, 234) if light else (40, 92, 136)
        box = _box(x - half, y - half * 0.22, x + half, y + half * 0.22, pixels)
        draw.arc(box, 200, 340, fill=_shade(rng, base), width=max(1, round((0.005 + 0.006 * near) * pixels)))


def _box(left: float, top: float, right: float, bottom: float, pixels: int) -> tuple[float, float, float, float]:
    return left * pixels, top * pixels, right * pixels, bottom * pixels


def _shade(rng: np.random.Generator, ink: Ink) -> Ink:
    shift = int(rng.integers(-12, 13))
    return tuple(min(max(c + shift, 0), 255) for c in ink)
