"""Maps of a score over a picture, against the bird's own mask, and the score split along a span. Needs no torch."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from jaxtyping import Bool, Float, UInt8

from core.assets import kept
from core.checks import Check
from core.clip.edits import Basis
from core.clip.family import FAMILY
from core.clip.rendering import IMAGE_SIZE, render
from core.clip.scenes import CLASSES, Background, Bird, Scene, balanced_scenes
from core.numbers import mean_interval, side

COVERS = ("other background", "another bird", "plain gray")
"""What a patch may show instead of its own pixels."""
MAPS = (*COVERS, "rollout", "relevance")
"""Maps of a score: by each cover, by attention through all layers, and by gradient times attention."""
PATCH = 8
"""Side of a patch of the small models, in pixels."""
MAP_SEED, MAPS_PER_GROUP = 4242, 12
"""The pictures whose maps are recorded: 48, unseen in training and among no others."""


def covers(scene: Scene, *, water: float) -> dict[str, UInt8[np.ndarray, "row column 3"]]:
    """What each cover shows of a scene, by the names of COVERS; the whole picture each.

    Args:
        water: share of the water in the background, 0 to 1.

    The other background is land where water prevails, and water elsewhere, without a bird. Another bird is one of the
    other class in the same place before the same background. Gray is 128 everywhere.

    Raises:
        ValueError: for a scene without a bird, or a share outside 0 to 1.
    """
    if scene.bird is None:
        raise ValueError("the scene has no bird; there is none that another could stand for.")
    other = CLASSES[1 - CLASSES.index(scene.bird)]
    pictures = (
        render(replace(scene, bird=None), water=0.0 if water >= 0.5 else 1.0),
        render(replace(scene, bird=other), water=water),
        np.full((IMAGE_SIZE, IMAGE_SIZE, 3), 128, np.uint8),
    )
    return dict(zip(COVERS, pictures, strict=True))


def overlap(values: Float[np.ndarray, "row column"], mask: Bool[np.ndarray, "down across"]) -> float:
    """How much of the map's strongest part lies on the bird: of as many pixels as the bird has, the share on it.

    Pixels are ranked by the magnitude of the map. Of equal ones each counts alike, so a patch that is only needed in
    part gives the share of the bird within it, and a map without differences gives the bird's area.

    Args:
        values: of each patch.
        mask: the bird's pixels; its sides are multiples of the map's.

    Raises:
        ValueError: for a mask without a bird, sides that do not fit, or a value that is not finite.

    Invariant: between 0 and 1; only the order of the magnitudes counts.

    Source: Arras, Osman and Samek, "CLEVR-XAI", Information Fusion 2022: relevance rank accuracy.
    """
    rows, columns = values.shape
    if mask.shape[0] % rows or mask.shape[1] % columns or not np.isfinite(values).all():
        raise ValueError(f"a map of {values.shape} finite values must divide a mask of {mask.shape}.")
    if not mask.any():
        raise ValueError("the mask holds no bird, so nothing can lie on it.")
    on_bird = patch_shares(mask, rows, columns).ravel() * mask.size / values.size
    strength, pixels, wanted = np.abs(values).ravel(), mask.size / values.size, float(mask.sum())
    hit = 0.0
    for level in np.unique(strength)[::-1]:
        tied = strength == level
        part = min(1.0, wanted / (tied.sum() * pixels))
        hit, wanted = hit + part * float(on_bird[tied].sum()), wanted - part * float(tied.sum() * pixels)
        if wanted <= 0:
            break
    return float(hit / mask.sum())


def patch_shares(mask: Bool[np.ndarray, "down across"], rows: int, columns: int) -> Float[np.ndarray, "row column"]:
    """The bird's share of each patch: the map that overlaps it as much as patches can."""
    return np.asarray(mask.reshape(rows, mask.shape[0] // rows, columns, -1).mean(axis=(1, 3)))


def unchanged_check(
    image: UInt8[np.ndarray, "down across 3"],
    covers: Mapping[str, UInt8[np.ndarray, "down across 3"]],
    maps: Mapping[str, Float[np.ndarray, "row column"]],
) -> Check:
    """Whether a patch that a cover leaves as it is leaves the score as it is, over all covers."""
    error = 0.0
    for name, cover in covers.items():
        rows, columns = maps[name].shape
        same = patch_shares((cover == image).all(axis=2), rows, columns) == 1
        error = max(error, float(np.abs(maps[name][same]).max(initial=0)))
    return Check("A cover of the same pixels changes no score", error, 1e-5, "largest change, all covers")


@dataclass(frozen=True, eq=False)
class Microscope:
    """Maps of one model over MAPS_PER_GROUP pictures of each group, in numbers; one column for each of MAPS.

    Args:
        name: of the model.
        trained, random: overlap of each map with the bird, by the model and by one of random weights, another for each
            picture.
        alike: rank correlation of the two maps over the patches; NaN where one of them is flat.
        area: the bird's share of the picture, what a map without differences overlaps it by.
        best: what patches can reach at most.
    """

    name: str
    trained: Float[np.ndarray, "picture map"]
    random: Float[np.ndarray, "picture map"]
    alike: Float[np.ndarray, "picture map"]
    area: Float[np.ndarray, "picture"]
    best: Float[np.ndarray, "picture"]

    def beyond_random(self) -> dict[str, int]:
        """1 or -1 where a map overlaps the bird more or less than that of random weights, 0 where the noise hides it.

        By the paired differences of the pictures, at 95 % for all maps together.
        """
        apart = np.asarray(self.trained - self.random, np.float64)
        return {name: side(mean_interval(apart[:, k], among=len(MAPS))) for k, name in enumerate(MAPS)}

    def beyond_random_in(self, bird: Bird, background: Background, name: str) -> tuple[float, float, float]:
        """The mean of a map's overlap less that of random weights in one group, with its ends at 95 % for all groups.

        Args:
            bird, background: the group.
            name: of the map, one of MAPS.
        """
        scenes = map_scenes()
        inside = np.array([(scene.bird, scene.background) == (bird, background) for scene in scenes])
        column = MAPS.index(name)
        apart = np.asarray(self.trained[inside, column] - self.random[inside, column], np.float64)
        return (float(apart.mean()), *mean_interval(apart, among=len(scenes) // len(apart)))


def map_scenes() -> tuple[Scene, ...]:
    """The pictures whose maps are recorded, group after group."""
    return balanced_scenes(MAPS_PER_GROUP, seed=MAP_SEED)


def microscope_file(name: str) -> str:
    """The name of a model's maps in numbers among the assets."""
    return f"{FAMILY[name].folder}/microscope.npz"


@cache
def recorded_microscope(name: str) -> Microscope:
    """The recorded maps of a member of the family, in numbers.

    Raises:
        KeyError: if the name is not in the family.
        AssetError: if the file is missing or damaged.
    """
    return kept(microscope_file(name), Microscope)


@dataclass(frozen=True, eq=False)
class SplitScore:
    """Scores `<x, c>` of some pictures, and the two parts that they are the sum of.

    Args:
        whole: of each picture.
        inside: `<Q Q^T x, c>`, what the rejected span carries.
        rest: `<x_o, c>`, what is left of it: x_o is the part of x outside the span, found as the residue of least
            squares.
    """

    whole: Float[np.ndarray, "picture"]
    inside: Float[np.ndarray, "picture"]
    rest: Float[np.ndarray, "picture"]

    def check(self) -> Check:
        """Whether the two parts sum to the score, which they do only where the columns of Q are orthonormal."""
        error = float(np.abs(self.inside + self.rest - self.whole).max())
        return Check("The parts sum to the score", error, 1e-12, "the span by Q and by least squares")


def split_score(images: Float[np.ndarray, "picture d"], direction: Float[np.ndarray, "d"], basis: Basis) -> SplitScore:
    """The score of each picture in a direction, split into its part within a span and the rest.

    Args:
        images: vectors x as rows.
        direction: c, such as the difference of the two classes.
        basis: Q, orthonormal columns.

    Invariant: `inside + rest = whole`, since `<x, c> = <Q Q^T x, c> + <x - Q Q^T x, c>` and the residue of least
    squares is x - Q Q^T x where Q is orthonormal; a Q that is not breaks it. After the rejection the score is
    `rest / |x - Q Q^T x|`, so its sign is that of the rest.
    """
    x, c, q = (np.asarray(values, np.float64) for values in (images, direction, basis))
    within = (x @ q) @ q.T
    outside = x - (q @ np.linalg.lstsq(q, x.T, rcond=None)[0]).T
    return SplitScore(x @ c, within @ c, outside @ c)


def map_numbers(
    maps: Mapping[str, Float[np.ndarray, "row column"]], mask: Bool[np.ndarray, "down across"]
) -> list[float]:
    """The overlap of each map with the bird, in the order of MAPS."""
    return [overlap(maps[name], mask) for name in MAPS]
