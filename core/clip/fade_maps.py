"""The maps of every fade scene at every share of water, recorded for a slider to move through. Needs no torch."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float, Float16, Float32

from core.assets import kept
from core.checks import Check
from core.clip.captions import HARMFUL_INSIGHTS
from core.clip.family import FAMILY
from core.clip.microscope import COVERS, MAPS
from core.clip.records import fade_shares
from core.clip.repairs import Repair

HALF = 2.0**-11
"""What rounding to half precision moves a number by at most, as a part of it."""

RANDOM_FILE = "clip/random_maps.npz"
"""The name of the maps by random weights among the assets."""


@dataclass(frozen=True, eq=False)
class FadeMaps:
    """Every map of one model over `fade_scenes()` and `fade_shares()`, by the standard words.

    Args:
        name: of the model.
        covered: by how much the score falls where a patch shows one of COVERS; `rejected` the same off the span of
            HARMFUL_INSIGHTS.
        attention: of the class token in each layer, mean over heads; token 0 is itself, the others are patches.
        rollout: the same through all layers.
        relevance: gradient times attention.
        overlap: of each of MAPS with the bird, before rounding; `rejected_overlap` of each of COVERS.
        score: `<x, t_own - t_other>` in the pass whose gradient gives the relevance.
        chance: probability of the second class for each of COVERS alone.
    """

    name: str
    covered: Float16[np.ndarray, "scene share cover row column"]
    rejected: Float16[np.ndarray, "scene share cover row column"]
    attention: Float16[np.ndarray, "scene share layer token"]
    rollout: Float16[np.ndarray, "scene share token"]
    relevance: Float16[np.ndarray, "scene share row column"]
    overlap: Float32[np.ndarray, "scene share map"]
    rejected_overlap: Float32[np.ndarray, "scene share cover"]
    score: Float32[np.ndarray, "scene share"]
    chance: Float32[np.ndarray, "scene share cover"]

    def at(self, scene: int, share: int) -> dict[str, Float[np.ndarray, "row column"]]:
        """The maps of one picture by the names of MAPS."""
        grid = self.relevance.shape[-2:]
        covered = dict(zip(COVERS, self.covered[scene, share], strict=True))
        rollout = self.rollout[scene, share, 1:].reshape(grid)
        return {**covered, "rollout": rollout, "relevance": self.relevance[scene, share]}

    def attention_at(self, scene: int, share: int) -> Float[np.ndarray, "layer row column"]:
        """What the class token reads of the patches of one picture, layer by layer."""
        layers = self.attention[scene, share, :, 1:]
        return layers.reshape(len(layers), *self.relevance.shape[-2:])

    def checks_at(self, scene: int, share: int, scored: float) -> tuple[Check, ...]:
        """The identities of one picture's recorded maps.

        Args:
            scored: the score of the picture by its recorded vector.

        The rows have been rounded to half precision, so each sum may miss 1 by HALF, and by as much again from the
        smallest numbers.
        """
        rows = np.vstack([self.attention[scene, share], self.rollout[scene, share]]).astype(np.float64)
        gap = float(np.abs(rows.sum(axis=1) - 1).max())
        moved = abs(float(self.score[scene, share]) - scored)
        return (
            Check("Attention rows sum to 1", gap, 2 * HALF, "layers and rollout, recorded in half precision"),
            Check("Watching for gradients changes nothing", moved, 1e-5, "score, against the recorded vector"),
        )


@dataclass(frozen=True, eq=False)
class RandomMaps:
    """The maps of the fade scenes by random weights, other ones for each scene, by their own words.

    Args:
        maps: in the order of MAPS.
        overlap: of each with the bird, before rounding.
    """

    maps: Float16[np.ndarray, "scene share map row column"]
    overlap: Float32[np.ndarray, "scene share map"]

    def at(self, scene: int, share: int) -> dict[str, Float[np.ndarray, "row column"]]:
        """The maps of one picture by the names of MAPS."""
        return dict(zip(MAPS, self.maps[scene, share], strict=True))

    def overlaps_at(self, scene: int, share: int) -> Mapping[str, float]:
        """The overlap of each map of one picture with the bird, by the names of MAPS."""
        return dict(zip(MAPS, self.overlap[scene, share].tolist(), strict=True))


def share_number(percent: float) -> int | None:
    """Which of `fade_shares()` is so many percent of water; None where it is between two."""
    off = np.abs(100 * fade_shares() - percent)
    at = int(off.argmin())
    return at if off[at] < 1e-6 else None


def takes_the_standard_span(repair: Repair) -> bool:
    """Whether a rejection takes away what it did in the recorded maps: all that HARMFUL_INSIGHTS span."""
    return repair.harmful == HARMFUL_INSIGHTS and repair.rank >= len(HARMFUL_INSIGHTS)


def fade_maps_file(name: str) -> str:
    """The name of a model's maps of the fade scenes among the assets."""
    return f"{FAMILY[name].folder}/fade_maps.npz"


@cache
def recorded_fade_maps(name: str) -> FadeMaps:
    """The recorded maps of the fade scenes by a member of the family.

    Raises:
        KeyError: if the name is not in the family.
        AssetError: if the file is missing or damaged.
    """
    return kept(fade_maps_file(name), FadeMaps)


@cache
def recorded_random_maps() -> RandomMaps:
    """The recorded maps of the fade scenes by random weights.

    Raises:
        AssetError: if the file is missing or damaged.
    """
    return kept(RANDOM_FILE, RandomMaps)
