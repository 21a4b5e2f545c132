"""Pictures of birds as plain descriptions: which bird, where it stands, how it looks. Needs no torch."""

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from typing import Literal

import numpy as np

Bird = Literal["landbird", "waterbird"]
Background = Literal["land", "water"]

CLASSES: tuple[Bird, Bird] = ("landbird", "waterbird")
BACKGROUNDS: tuple[Background, Background] = ("land", "water")
COLORS = ("brown", "black", "white", "red", "yellow", "gray")


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture, described; lengths are parts of the picture's width, and y grows downward.

    Args:
        bird: its class; None for a background without a bird.
        background: None for a bird on plain gray.
        color: of the feathers, independent of everything else.
        size: length of the bird's body, without tail and bill.
        x, y: the middle of the bird's body.
        facing: 1 looks to the right, -1 to the left.
        tilt: rotation of the body in radians, positive lifts the head.
        stretch: factor on the length of neck and bill.
        seed: of the trees, clouds and waves, for both backgrounds of this scene.
    """

    bird: Bird | None
    background: Background | None
    color: str
    size: float
    x: float
    y: float
    facing: int
    tilt: float
    stretch: float
    seed: int


def sample_scene(rng: np.random.Generator, bird: Bird | None, background: Background | None) -> Scene:
    """A scene of the given kind with all else drawn at random.

    Args:
        rng: the only source of randomness; the same state gives the same scene.

    Returns:
        The scene. Invariant: color, size, place, pose and backdrop are drawn in the same way whatever the class and the
        background, so nothing but shape tells the class.
    """
    return Scene(
        bird=bird,
        background=background,
        color=COLORS[rng.integers(len(COLORS))],
        size=round(float(rng.uniform(0.30, 0.42)), 4),
        x=round(float(rng.uniform(0.38, 0.62)), 4),
        y=round(float(rng.uniform(0.55, 0.70)), 4),
        facing=int(rng.choice((-1, 1))),
        tilt=round(float(rng.normal(0.0, 0.07)), 4),
        stretch=round(float(rng.uniform(0.85, 1.15)), 4),
        seed=int(rng.integers(2**31)),
    )


def balanced_scenes(per_group: int, *, seed: int) -> tuple[Scene, ...]:
    """Equally many scenes of each class on each background, group after group.

    Args:
        per_group: scenes in each of the four groups, at least 1.

    Raises:
        ValueError: if `per_group` is below 1.

    Invariant: the same seed gives the same scenes; see `scenes_hash`.
    """
    if per_group < 1:
        raise ValueError(f"per_group = {per_group} must be at least 1.")
    rng = np.random.default_rng(seed)
    groups = [(bird, background) for bird in CLASSES for background in BACKGROUNDS]
    return tuple(sample_scene(rng, *group) for group in groups for _ in range(per_group))


def swapped(scene: Scene) -> Scene:
    """The same bird in the same place before the other background; a scene without background is returned as it is.

    Invariant: swapping twice gives the scene back.
    """
    if scene.background is None:
        return scene
    return replace(scene, background=BACKGROUNDS[1 - BACKGROUNDS.index(scene.background)])


def scenes_hash(scenes: Sequence[Scene]) -> str:
    """The sha256 of all descriptions in order: equal hashes mean the same set of pictures.

    Invariant: it depends on the descriptions alone, not on the version of the library that draws them.
    """
    digest = hashlib.sha256()
    for scene in scenes:
        digest.update(repr(astuple(scene)).encode())
    return digest.hexdigest()
