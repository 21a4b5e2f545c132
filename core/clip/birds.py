"""The two birds, drawn from smooth outlines. They differ in body, neck, bill and feet, and in nothing else.

Outlines are in body lengths: the bird looks along +x, y points up, and the middle of the body is the origin.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from PIL import Image, ImageDraw

from core.clip.scenes import Scene

Points = Float[np.ndarray, "_ 2"]
Ink = tuple[int, ...]

FEATHERS: dict[str, Ink] = {
    "brown": (139, 94, 60),
    "black": (52, 52, 58),
    "white": (240, 238, 230),
    "red": (190, 56, 48),
    "yellow": (226, 182, 52),
    "gray": (128, 134, 144),
}
_LEG, _BILL = (201, 120, 44), (222, 140, 46)
_FOOT = -0.50


@dataclass(frozen=True)
class _Pen:
    """Maps body lengths to pixels, and draws."""

    draw: ImageDraw.ImageDraw
    scene: Scene
    pixels: int

    def place(self, points: Points, *, tilted: bool = True) -> list[tuple[float, float]]:
        """Points in body lengths, turned with the bird unless told otherwise, as pixels."""
        scene = self.scene
        angle = scene.tilt if tilted else 0.0
        cos, sin = np.cos(angle), np.sin(angle)
        turned = np.asarray(points, float) @ np.array([[cos, sin], [-sin, cos]])
        x = scene.x + scene.facing * scene.size * turned[:, 0]
        y = scene.y - scene.size * turned[:, 1]
        return [(float(a), float(b)) for a, b in zip(x * self.pixels, y * self.pixels, strict=True)]

    def shape(self, points: Points, ink: Ink, *, edge: Ink | None = None, tilted: bool = True) -> None:
        outline = self.place(points, tilted=tilted)
        self.draw.polygon(outline, fill=ink)
        if edge is not None:
            self.draw.line([*outline, outline[0]], fill=edge, width=self.width(0.022), joint="curve")

    def merged(self, pieces: Sequence[Points], ink: Ink, *, edge: Ink) -> None:
        """Several pieces as one body: all edges first, so that none shows inside."""
        for piece in pieces:
            outline = self.place(piece)
            self.draw.line([*outline, *outline[:2]], fill=edge, width=self.width(0.05), joint="curve")
        for piece in pieces:
            self.draw.polygon(self.place(piece), fill=ink)

    def line(self, points: Points, ink: Ink, width: float, *, tilted: bool = True) -> None:
        self.draw.line(self.place(points, tilted=tilted), fill=ink, width=self.width(width), joint="curve")

    def dot(self, x: float, y: float, radius: float, ink: Ink) -> None:
        [(a, b)] = self.place(np.array([[x, y]]))
        half = radius * self.scene.size * self.pixels
        self.draw.ellipse((a - half, b - half, a + half, b + half), fill=ink)

    def width(self, body_lengths: float) -> int:
        return max(1, round(body_lengths * self.scene.size * self.pixels))


def draw_bird(scene: Scene, pixels: int) -> Image.Image:
    """The bird of a scene alone, on a transparent RGBA picture of `pixels` x `pixels`; empty without a bird.

    Invariant: it does not depend on the background, so the same bird can stand before both.
    """
    layer = Image.new("RGBA", (pixels, pixels), (0, 0, 0, 0))
    if scene.bird is None:
        return layer
    pen = _Pen(ImageDraw.Draw(layer), scene, pixels)
    (_landbird if scene.bird == "landbird" else _waterbird)(pen)
    return layer


def smooth_outline(points: Points, *, between: int = 8) -> Points:
    """A closed curve through the points: a Catmull-Rom spline with `between` pieces from point to point.

    Invariant: every given point lies on the curve.
    """
    p1 = np.asarray(points, float)
    p0, p2, p3 = np.roll(p1, 1, axis=0), np.roll(p1, -1, axis=0), np.roll(p1, -2, axis=0)
    t = np.linspace(0, 1, between, endpoint=False)[:, None, None]
    curve = 0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3)
    return np.asarray(curve.transpose(1, 0, 2).reshape(-1, 2))


def _landbird(pen: _Pen) -> None:
    ink = FEATHERS[pen.scene.color]
    dark, light = _toned(ink, 0.72), _toned(ink, 1.0, toward_white=0.35)
    for x in (-0.04, 0.10):
        _perching_leg(pen, x)
    pen.shape(np.array([(-0.30, 0.12), (-0.88, -0.12), (-0.83, -0.25), (-0.28, -0.10)]), dark, edge=_toned(ink, 0.55))
    body = [(0.37, 0.36), (0.27, 0.50), (0.11, 0.44), (-0.12, 0.24), (-0.40, 0.05), (-0.30, -0.14)]
    body += [(-0.02, -0.25), (0.24, -0.15), (0.36, 0.06), (0.38, 0.24)]
    pen.shape(smooth_outline(np.array(body)), ink, edge=_toned(ink, 0.55))
    belly = [(0.33, 0.10), (0.22, -0.12), (0.0, -0.21), (-0.18, -0.16), (0.02, -0.06), (0.20, 0.06)]
    pen.shape(smooth_outline(np.array(belly)), light)
    wing = [(0.12, 0.16), (-0.08, 0.20), (-0.34, 0.04), (-0.58, -0.10), (-0.26, -0.12), (0.02, -0.05)]
    pen.shape(smooth_outline(np.array(wing)), dark, edge=_toned(ink, 0.55))
    bill = 0.38 + 0.15 * pen.scene.stretch
    pen.shape(np.array([(0.355, 0.41), (bill, 0.32), (0.365, 0.27)]), _toned(_BILL, 0.8), edge=_toned(_BILL, 0.55))
    _eye(pen, 0.27, 0.38)


def _perching_leg(pen: _Pen, x: float) -> None:
    foot = _FOOT
    pen.line(np.array([(x, -0.20), (x + 0.03, foot)]), _toned(_LEG, 0.7), 0.035, tilted=False)
    for toe in (-0.09, 0.08, 0.13):
        tip = (x + 0.03 + toe, foot - 0.05)
        pen.line(np.array([(x + 0.03, foot), tip]), _toned(_LEG, 0.7), 0.03, tilted=False)


def _waterbird(pen: _Pen) -> None:
    ink = FEATHERS[pen.scene.color]
    dark, edge, s = _toned(ink, 0.72), _toned(ink, 0.55), pen.scene.stretch
    for x in (-0.08, 0.10):
        _webbed_foot(pen, x)
    top = 0.20 + 0.55 * s
    neck = _tube([(0.26, 0.02), (0.44, 0.22), (0.40, 0.24 + 0.3 * s), (0.45, top)], (0.20, 0.13, 0.10, 0.11))
    body = [(0.46, 0.02), (0.36, 0.17), (0.06, 0.20), (-0.30, 0.18), (-0.68, 0.24), (-0.56, 0.04)]
    body += [(-0.30, -0.18), (0.04, -0.24), (0.34, -0.17)]
    bill = 0.55 + 0.30 * s
    flat = [(0.53, top + 0.045), (bill, top - 0.04), (bill + 0.01, top - 0.075), (0.53, top - 0.055)]
    head = [(0.58, top), (0.50, top + 0.09), (0.38, top + 0.06), (0.36, top - 0.05), (0.50, top - 0.08)]
    pen.shape(np.array(flat), _BILL, edge=_toned(_BILL, 0.6))
    pen.merged([smooth_outline(np.array(body)), neck, smooth_outline(np.array(head))], ink, edge=edge)
    wing = [(0.20, 0.08), (0.0, 0.15), (-0.34, 0.12), (-0.62, 0.16), (-0.30, -0.08), (0.06, -0.08)]
    pen.shape(smooth_outline(np.array(wing)), dark, edge=edge)
    _eye(pen, 0.47, top + 0.02)


def _webbed_foot(pen: _Pen, x: float) -> None:
    pen.line(np.array([(x, -0.18), (x + 0.02, _FOOT)]), _LEG, 0.05, tilted=False)
    web = [(x - 0.02, _FOOT + 0.03), (x + 0.20, _FOOT - 0.02), (x + 0.16, _FOOT - 0.07), (x - 0.02, _FOOT - 0.06)]
    pen.shape(np.array(web), _LEG, edge=_toned(_LEG, 0.7), tilted=False)


def _tube(center: list[tuple[float, float]], widths: tuple[float, ...]) -> Points:
    """A band around a smooth line, its width given at the line's points."""
    knots = np.array(center)
    t = np.linspace(0, len(knots) - 1, 24)
    polynomial = [np.polynomial.Polynomial.fit(range(len(knots)), knots[:, axis], len(knots) - 1) for axis in (0, 1)]
    line = np.stack([curve(t) for curve in polynomial], axis=1)
    tangent = np.gradient(line, axis=0)
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    half = np.interp(t, range(len(knots)), widths)[:, None] / 2
    return np.concatenate([line + half * normal, (line - half * normal)[::-1]])


def _eye(pen: _Pen, x: float, y: float) -> None:
    pen.dot(x, y, 0.046, (250, 250, 246))
    pen.dot(x, y, 0.036, (18, 18, 20))
    pen.dot(x + 0.012, y + 0.012, 0.011, (255, 255, 255))


def _toned(ink: Ink, factor: float, *, toward_white: float = 0.0) -> Ink:
    return tuple(round(c * factor + (255 - c * factor) * toward_white) for c in ink)
