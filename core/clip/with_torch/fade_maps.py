"""Makes every map of the fade scenes at every share of water, by a small CLIP and by random weights."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from core.clip.captions import HARMFUL_INSIGHTS
from core.clip.edits import Basis, differences, span
from core.clip.fade_maps import FadeMaps, RandomMaps
from core.clip.microscope import COVERS, MAPS, covers, map_numbers, overlap
from core.clip.records import fade_scenes, fade_shares
from core.clip.rendering import bird_mask, render
from core.clip.scenes import CLASSES, Scene
from core.clip.with_torch.microscope import class_direction, patch_map, random_clip, score_maps
from core.clip.with_torch.model import Clip
from core.clip.with_torch.relevance import relevance_of
from core.clip.with_torch.saliency import vision_attention
from core.clip.zeroshot import class_prompts, class_vectors, probabilities


def measure_fade_maps(clip: Clip, *, on_scene: Callable[[int], object] = lambda number: None) -> FadeMaps:
    """Every map of the fade scenes by a small CLIP, for `FadeMaps`.

    Args:
        clip: of the family.
        on_scene: told the number of each scene that is done.
    """
    words = _Words.of(clip)
    scenes = []
    for number, scene in enumerate(fade_scenes()):
        scenes.append(_stacked([_of_picture(clip, scene, words, share) for share in fade_shares().tolist()]))
        on_scene(number)
    found = _stacked(scenes)
    half = {name: found.pop(name).astype(np.float16) for name in HALVED}
    return FadeMaps(clip.name, **half, **{name: values.astype(np.float32) for name, values in found.items()})


@dataclass(frozen=True, eq=False)
class _Words:
    """The vectors of the standard words: of the two classes, and a basis of what HARMFUL_INSIGHTS span."""

    classes: Float[np.ndarray, "2 d"]
    basis: Basis

    @staticmethod
    def of(clip: Clip) -> "_Words":
        prompts = class_prompts(CLASSES)
        classes = clip.encode_text([text for texts in prompts for text in texts])
        pairs = clip.encode_text([text for pair in HARMFUL_INSIGHTS for text in pair])
        basis = span(differences(pairs.reshape(len(HARMFUL_INSIGHTS), 2, -1)))
        return _Words(class_vectors(classes, [len(texts) for texts in prompts]), basis)

    def directions(self, scene: Scene) -> Float[np.ndarray, "d 2"]:
        """What tells a bird's class from the other, and the same off the span, as columns."""
        direction = (self.classes[1] - self.classes[0]) * (1 if scene.bird == CLASSES[1] else -1)
        return np.stack([direction, direction - self.basis @ (self.basis.T @ direction)], axis=1)


HALVED = ("covered", "rejected", "attention", "rollout", "relevance")
"""What is drawn in colors alone, where half precision is more than the eye sees."""


def _stacked(parts: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    return {name: np.stack([part[name] for part in parts]) for name in parts[0]}


def _of_picture(clip: Clip, scene: Scene, words: _Words, water: float) -> dict[str, Any]:
    """All that FadeMaps holds of one picture."""
    image, mask, hidden = render(scene, water=water), bird_mask(scene), covers(scene, water=water)
    both = words.directions(scene)
    covered = np.stack([patch_map(clip, image, both, cover) for cover in hidden.values()])
    attention, found = vision_attention(clip, image), relevance_of(clip, image, clip.scale * both[:, 0])
    rollout = attention.rolled_out_row()
    grid = found.values.shape
    maps = dict(zip(COVERS, covered[..., 0], strict=True))
    maps |= {"rollout": rollout[1:].reshape(grid), "relevance": found.values}
    return {
        "covered": covered[..., 0],
        "rejected": covered[..., 1],
        "attention": attention.weights[:, :, 0].mean(axis=1),
        "rollout": rollout,
        "relevance": found.values,
        "overlap": np.array(map_numbers(maps, mask)),
        "rejected_overlap": np.array([overlap(values, mask) for values in covered[..., 1]]),
        "score": np.array(found.score / clip.scale),
        "chance": probabilities(clip.encode_image(list(hidden.values())) @ words.classes.T, clip.scale)[:, 1],
    }


def measure_random_maps(*, on_scene: Callable[[int], object] = lambda number: None) -> RandomMaps:
    """Every map of the fade scenes by random weights, whose seed is the scene's number.

    Args:
        on_scene: told the number of each scene that is done.
    """
    maps, overlaps = [], []
    for number, scene in enumerate(fade_scenes()):
        clip, mask = random_clip(number), bird_mask(scene)
        direction = class_direction(clip, scene)
        found = [score_maps(clip, scene, direction, water=share) for share in fade_shares().tolist()]
        maps.append([[one[name] for name in MAPS] for one in found])
        overlaps.append([map_numbers(one, mask) for one in found])
        on_scene(number)
    return RandomMaps(np.array(maps, np.float16), np.array(overlaps, np.float32))
