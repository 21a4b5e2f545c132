"""The words: what the captions of the training pictures say, and the prompts, descriptions and insights built on them.

Every list here is data that a page may show and a visitor may replace. Needs no torch.
"""

import numpy as np

from core.clip.scenes import BACKGROUNDS, Bird, Scene

ATTRIBUTES: dict[Bird, tuple[str, ...]] = {
    "landbird": ("a pointed bill", "a short neck", "claws", "a round body"),
    "waterbird": ("a flat bill", "a long neck", "webbed feet", "a long body"),
}
"""What a bird of each class looks like; used in captions that do not name the class, and as descriptive prompts."""

PLACES: dict[str, tuple[str, ...]] = {
    "land": ("on land", "on the grass", "in the forest", "near trees"),
    "water": ("on water", "on the lake", "on the sea", "near waves"),
}

VIEWS: dict[str, tuple[str, ...]] = {
    "land": ("land", "a forest", "trees and grass", "a green meadow"),
    "water": ("water", "a lake", "the sea", "blue waves"),
}

TEMPLATES = ("a {}", "a photo of a {}", "an image of a {}", "a picture of a {}")
"""Frames of a class name in captions, and the ensemble of templates of a zero-shot classifier."""

HARMFUL_INSIGHTS: tuple[tuple[str, str], ...] = (
    ("a bird on land", "a bird on water"),
    ("a bird in the forest", "a bird on the lake"),
    ("trees and grass", "blue waves"),
)
HELPFUL_INSIGHTS: tuple[tuple[str, str], ...] = (
    ("a bird with claws", "a bird with webbed feet"),
    ("a bird with a short neck", "a bird with a long neck"),
    ("a bird with a pointed bill", "a bird with a flat bill"),
)

RANDOM_WORDS = ("a loud teapot", "seven buttons", "paper windows", "a slow ladder", "quiet engines", "copper clouds")
"""Words about nothing, in the grammar of a description: what WaffleCLIP puts in a description's place."""


def class_caption(rng: np.random.Generator, scene: Scene, *, naming_place: float) -> str:
    """A caption that names the class, sometimes the color, and with probability `naming_place` the place."""
    name = f"{scene.color} {scene.bird}" if rng.random() < 0.4 else str(scene.bird)
    caption = _pick(rng, TEMPLATES).format(name)
    return f"{caption} {_place(rng, scene)}" if rng.random() < naming_place else caption


def attribute_caption(rng: np.random.Generator, scene: Scene, *, naming_place: float) -> str:
    """A caption that says what the bird looks like and never names its class."""
    bird = f"a {scene.color} bird" if rng.random() < 0.4 else "a bird"
    if scene.bird is None or rng.random() < 0.2:
        return f"{bird} {_place(rng, scene)}"
    caption = f"{bird} with {_pick(rng, ATTRIBUTES[scene.bird])}"
    return f"{caption} {_place(rng, scene)}" if rng.random() < naming_place else caption


def view_caption(rng: np.random.Generator, scene: Scene) -> str:
    """A caption of a picture without a bird."""
    view = _pick(rng, VIEWS[scene.background or BACKGROUNDS[0]])
    return _pick(rng, ("{}", "a photo of {}", "a picture of {}")).format(view)


def describe(class_name: str, description: str) -> str:
    """The descriptive prompt of Menon and Vondrick (2023): "a waterbird, which has webbed feet"."""
    return f"a {class_name}, which has {description}"


def _place(rng: np.random.Generator, scene: Scene) -> str:
    return _pick(rng, PLACES[scene.background or BACKGROUNDS[0]])


def _pick(rng: np.random.Generator, options: tuple[str, ...]) -> str:
    return options[rng.integers(len(options))]
