"""The pictures and captions a small CLIP is trained on: three pools whose shares decide what it can learn."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from core.clip.captions import attribute_caption, class_caption, view_caption
from core.clip.scenes import BACKGROUNDS, CLASSES, COLORS, Scene, sample_scene


@dataclass(frozen=True)
class CorpusParams:
    """The corpus of a training run.

    Args:
        correlation: rho, the probability that a picture whose caption names the class has that class's own background
            (landbird on land, waterbird on water), 0.5 to 1.
        attributes: share of pictures whose caption says what the bird looks like, on either background equally.
        views: share of backgrounds without a bird; attributes + views is at most 0.9.
        naming_place: probability that a caption of a bird also says where it is.
        n_scenes: pictures in all, 64 to 20000.
        seed: of the pictures.
    """

    correlation: float = 1.0
    attributes: float = 0.30
    views: float = 0.15
    naming_place: float = 0.10
    n_scenes: int = 8000
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0.5 <= self.correlation <= 1:
            raise ValueError(f"correlation = {self.correlation} must lie in 0.5 to 1.")
        if not (self.attributes >= 0 and self.views >= 0 and self.attributes + self.views <= 0.9):
            raise ValueError(f"attributes = {self.attributes} and views = {self.views} must be >= 0, their sum <= 0.9.")
        if not 0 <= self.naming_place <= 1:
            raise ValueError(f"naming_place = {self.naming_place} must lie in 0 to 1.")
        if not 64 <= self.n_scenes <= 20000:
            raise ValueError(f"n_scenes = {self.n_scenes} must lie in 64 to 20000.")


@dataclass(frozen=True)
class Corpus:
    """Scenes with the pool of each: "class", "attribute" or "view"."""

    params: CorpusParams
    scenes: tuple[Scene, ...]
    pools: tuple[str, ...]

    def captions(self, rows: np.ndarray, rng: np.random.Generator) -> list[str]:
        """A fresh caption for each of the given scenes.

        Invariant: a caption is true of its picture, except that it never names a class outside the pool "class".
        """
        place = self.params.naming_place
        write: dict[str, Callable[[Scene], str]] = {
            "class": lambda scene: class_caption(rng, scene, naming_place=place),
            "attribute": lambda scene: attribute_caption(rng, scene, naming_place=max(place, 0.5)),
            "view": lambda scene: view_caption(rng, scene),
        }
        return [write[self.pools[row]](self.scenes[row]) for row in rows]


def build_corpus(params: CorpusParams) -> Corpus:
    """The scenes of a corpus, in random order.

    Invariant: the same parameters give the same corpus; the shares of the pools are met to within one picture.
    """
    rng = np.random.default_rng([7, params.seed])
    n_attribute, n_view = round(params.attributes * params.n_scenes), round(params.views * params.n_scenes)
    pools = ["attribute"] * n_attribute + ["view"] * n_view
    pools += ["class"] * (params.n_scenes - len(pools))
    order = [pools[i] for i in rng.permutation(params.n_scenes)]
    return Corpus(params, tuple(_scene(rng, pool, params.correlation) for pool in order), tuple(order))


def probe_batch(*, seed: int) -> tuple[tuple[Scene, ...], tuple[str, ...]]:
    """Twelve true pairs, every color of both classes on its own background, all captions different."""
    rng = np.random.default_rng(seed)
    scenes = []
    for bird, background in zip(CLASSES, BACKGROUNDS, strict=True):
        scenes += [replace(sample_scene(rng, bird, background), color=color) for color in COLORS]
    return tuple(scenes), tuple(f"a photo of a {scene.color} {scene.bird}" for scene in scenes)


def _scene(rng: np.random.Generator, pool: str, correlation: float) -> Scene:
    kind = int(rng.integers(2))
    if pool == "view":
        return sample_scene(rng, None, BACKGROUNDS[kind])
    agree = rng.random() < (correlation if pool == "class" else 0.5)
    return sample_scene(rng, CLASSES[kind], BACKGROUNDS[kind if agree else 1 - kind])
