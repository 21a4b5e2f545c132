"""What comes with each small CLIP besides its weights: embeddings of the test pictures, of the fades, and of the words.

With these a page shows true numbers before torch is imported, and answers a slider at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float, Int

from core.assets import kept
from core.checks import Check
from core.clip.captions import (
    ATTRIBUTES,
    HARMFUL_INSIGHTS,
    HELPFUL_INSIGHTS,
    PLACES,
    RANDOM_WORDS,
)
from core.clip.family import FAMILY
from core.clip.scenes import BACKGROUNDS, CLASSES, COLORS, Scene, balanced_scenes, scenes_hash
from core.clip.zeroshot import class_prompts, descriptive_prompts, waffle_prompts

TEST_SEED, TEST_PER_GROUP = 1000, 300
FADE_SEED, FADES_PER_CLASS = 77, 6
FADE_STEPS = 41
TEST_HASH = "73756c1a01d5dacabdebcc535e79e997438b0948bb9a3f3411289f4c5796c845"
"""`scenes_hash` of the test scenes whose embeddings were recorded."""


@dataclass(frozen=True, eq=False)
class ClipRecord:
    """Recorded embeddings of one small CLIP; all are unit vectors.

    Args:
        name: of the model.
        scale: exp(logit_scale).
        images: of the test scenes, in the order of `evaluation_scenes()`.
        fades: of each fade scene at the shares of water `fade_shares()`.
        birds: of each fade scene's bird on gray.
        backdrops: of each fade scene's two backgrounds without the bird.
        texts, words: the recorded texts and their embeddings.
    """

    name: str
    scale: float
    images: Float[np.ndarray, "image d"]
    fades: Float[np.ndarray, "scene share d"]
    birds: Float[np.ndarray, "scene d"]
    backdrops: Float[np.ndarray, "scene 2 d"]
    texts: tuple[str, ...]
    words: Float[np.ndarray, "text d"]

    def text_vectors(self, texts: Sequence[str]) -> Float[np.ndarray, "text d"] | None:
        """The embeddings of texts, or None if one of them was not recorded."""
        places = {text: place for place, text in enumerate(self.texts)}
        if not all(text in places for text in texts):
            return None
        return self.words[[places[text] for text in texts]]


@cache
def evaluation_scenes() -> tuple[Scene, ...]:
    """The balanced test scenes: 300 of each group, unseen in training."""
    return balanced_scenes(TEST_PER_GROUP, seed=TEST_SEED)


@cache
def evaluation_labels() -> tuple[Int[np.ndarray, "scene"], Int[np.ndarray, "scene"]]:
    """Class and background numbers of the test scenes."""
    scenes = evaluation_scenes()
    label = np.array([CLASSES.index(scene.bird) for scene in scenes if scene.bird])
    background = np.array([BACKGROUNDS.index(scene.background) for scene in scenes if scene.background])
    return label, background


@cache
def scenes_check() -> Check:
    """Whether the test scenes drawn now are those whose embeddings were recorded."""
    differs = scenes_hash(evaluation_scenes()) != TEST_HASH
    return Check("Same seed, same test pictures", float(differs), 0.0, "sha256 of all 1200 descriptions, 0 if equal")


@cache
def fade_scenes() -> tuple[Scene, ...]:
    """The scenes whose background fades from land to water: six of each class."""
    scenes = balanced_scenes(FADES_PER_CLASS, seed=FADE_SEED)
    return scenes[:FADES_PER_CLASS] + scenes[2 * FADES_PER_CLASS : 3 * FADES_PER_CLASS]


def fade_shares() -> Float[np.ndarray, "share"]:
    """The shares of water in a fade: 0, 0.025, ..., 1."""
    return np.linspace(0, 1, FADE_STEPS)


def standard_texts() -> tuple[str, ...]:
    """Every text that the page starts with, once."""
    names = list(CLASSES)
    prompts = class_prompts(names) + descriptive_prompts(names, [ATTRIBUTES[name] for name in CLASSES])
    prompts += waffle_prompts(names, RANDOM_WORDS) + group_prompts()
    prompts += [list(pair) for pair in (*HARMFUL_INSIGHTS, *HELPFUL_INSIGHTS)]
    prompts += [[f"a bird {place}" for places in PLACES.values() for place in places]]
    prompts += [[f"a photo of a {color} {name}" for color in COLORS for name in names]]
    return tuple(dict.fromkeys(text for texts in prompts for text in texts))


def group_prompts() -> list[list[str]]:
    """Each class on each background in words, class after class: for prompts that name the background."""
    return [[f"a {name} {PLACES[place][0]}" for place in BACKGROUNDS] for name in CLASSES]


def record_file(name: str) -> str:
    """The name of a model's recorded embeddings among the assets."""
    return f"{FAMILY[name].folder}/embeddings.npz"


@cache
def recorded_clip(name: str) -> ClipRecord:
    """The recorded embeddings of a small CLIP.

    Raises:
        KeyError: if the name is not in the family.
        AssetError: if the file is missing or damaged.
    """
    return kept(record_file(name), ClipRecord)
