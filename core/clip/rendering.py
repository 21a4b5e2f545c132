"""Scenes as pixels. A picture is the background with the bird laid over it, so the background alone can be changed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, UInt8

from core.clip.backdrops import draw_backdrop
from core.clip.birds import draw_bird
from core.clip.scenes import BACKGROUNDS, Background, Scene

IMAGE_SIZE = 48
"""Width and height in pixels of the pictures that the small models see."""

_OVERSAMPLING = 3


@dataclass(frozen=True, eq=False)
class Layers:
    """A scene drawn once: its two backgrounds and its bird, to be laid over any mixture of them.

    Args:
        land, water: backgrounds, 0 to 255; both plain gray where the scene has none.
        cover: how much of a pixel the bird covers, 0 to 1.
        bird: the bird's color times its cover.
    """

    land: Float[np.ndarray, "row column 3"]
    water: Float[np.ndarray, "row column 3"]
    cover: Float[np.ndarray, "row column 1"]
    bird: Float[np.ndarray, "row column 3"]

    def picture(self, water: float) -> UInt8[np.ndarray, "row column 3"]:
        """The bird before `(1 - w) land + w water`.

        Raises:
            ValueError: if `water` lies outside 0 to 1.
        """
        if not 0 <= water <= 1:
            raise ValueError(f"water = {water} must lie in 0 to 1.")
        backdrop = (1 - water) * self.land + water * self.water
        return _composed(backdrop, self.cover, self.bird)


def render_layers(scene: Scene, *, pixels: int = IMAGE_SIZE) -> Layers:
    """The layers of a scene, smoothed by drawing them three times as large.

    Raises:
        ValueError: if `pixels` lies outside 8 to 1024.
    """
    _check(pixels)
    grounds = BACKGROUNDS if scene.background is not None else (None, None)
    land, water = (_backdrop(ground, scene.seed, pixels) for ground in grounds)
    return Layers(land, water, *_bird_layer(scene, pixels))


def render(scene: Scene, *, pixels: int = IMAGE_SIZE, water: float | None = None) -> UInt8[np.ndarray, "row column 3"]:
    """The picture of a scene.

    With water w the background is `(1 - w) land + w water`, pixel by pixel, behind the same bird.

    Args:
        pixels: width and height, 8 to 1024.
        water: share of the water in the background, 0 to 1; None takes the scene's own background.

    Raises:
        ValueError: if `pixels` or `water` lies outside.

    Invariant: water = 0 and 1 give exactly the scene on land and on water.
    """
    if water is not None:
        return render_layers(scene, pixels=pixels).picture(water)
    _check(pixels)
    return _composed(_backdrop(scene.background, scene.seed, pixels), *_bird_layer(scene, pixels))


def render_fade(
    scene: Scene, shares: Sequence[float], *, pixels: int = IMAGE_SIZE
) -> UInt8[np.ndarray, "fade row column 3"]:
    """The picture at several shares of water, drawn once: entry i equals `render(scene, water=shares[i])`.

    Raises:
        ValueError: as `render`.
    """
    layers = render_layers(scene, pixels=pixels)
    return np.stack([layers.picture(share) for share in shares])


def render_all(scenes: Sequence[Scene], *, pixels: int = IMAGE_SIZE) -> UInt8[np.ndarray, "scene row column 3"]:
    """The pictures of several scenes, in order; an empty sequence gives an array without pictures."""
    if not scenes:
        return np.zeros((0, pixels, pixels, 3), np.uint8)
    return np.stack([render(scene, pixels=pixels) for scene in scenes])


def bird_mask(scene: Scene, *, pixels: int = IMAGE_SIZE) -> Bool[np.ndarray, "row column"]:
    """Which pixels the bird covers at least by half. Invariant: all False without a bird."""
    _check(pixels)
    return np.asarray(_bird_layer(scene, pixels)[0][:, :, 0] >= 0.5)


def _check(pixels: int) -> None:
    if not 8 <= pixels <= 1024:
        raise ValueError(f"pixels = {pixels} must lie in 8 to 1024.")


def _backdrop(background: Background | None, seed: int, pixels: int) -> Float[np.ndarray, "row column 3"]:
    large = draw_backdrop(background, seed, pixels * _OVERSAMPLING)
    return np.asarray(large.reduce(_OVERSAMPLING), float)


def _bird_layer(
    scene: Scene, pixels: int
) -> tuple[Float[np.ndarray, "row column 1"], Float[np.ndarray, "row column 3"]]:
    """The bird's coverage in [0, 1] and its color times that coverage."""
    layer = np.asarray(draw_bird(scene, pixels * _OVERSAMPLING).reduce(_OVERSAMPLING), float)
    alpha = np.asarray(layer[:, :, 3:] / 255)
    return alpha, np.asarray(layer[:, :, :3] * alpha)


def _composed(
    backdrop: Float[np.ndarray, "row column 3"],
    alpha: Float[np.ndarray, "row column 1"],
    color: Float[np.ndarray, "row column 3"],
) -> UInt8[np.ndarray, "row column 3"]:
    return np.asarray((backdrop * (1 - alpha) + color).round().clip(0, 255), np.uint8)
