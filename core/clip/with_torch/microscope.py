"""Every map of a score over one picture, by a CLIP in memory; and the same maps by random weights."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, UInt8

from core.clip.microscope import MAPS, PATCH, Microscope, covers, map_numbers, map_scenes, overlap, patch_shares
from core.clip.rendering import bird_mask, render
from core.clip.scenes import BACKGROUNDS, CLASSES, Scene
from core.clip.with_torch.architecture import new_model
from core.clip.with_torch.model import Clip, small_clip
from core.clip.with_torch.relevance import relevance_of
from core.clip.with_torch.saliency import covered_vectors, vision_attention
from core.clip.zeroshot import class_prompts, class_vectors

Map = Float[np.ndarray, "row column"]


def random_clip(seed: int) -> Clip:
    """A CLIP of the family's architecture with the weights that training would start from."""
    return small_clip(new_model(seed), name=f"random weights, seed {seed}")


def class_direction(clip: Clip, scene: Scene) -> Float[np.ndarray, "d"]:
    """What tells a bird's class from the other in words, `t_own - t_other`, by a CLIP's own words."""
    prompts = class_prompts(CLASSES)
    words = clip.encode_text([text for texts in prompts for text in texts])
    vectors = class_vectors(words, [len(texts) for texts in prompts])
    return np.asarray(vectors[1] - vectors[0]) * (1 if scene.bird == CLASSES[1] else -1)


def score_maps(clip: Clip, scene: Scene, direction: Float[np.ndarray, "d"], *, water: float) -> dict[str, Map]:
    """Every map of MAPS of the score `<x, direction>` of a scene, one value for each patch.

    The maps by covers say by how much the score falls when one patch shows the cover instead; rollout says how much
    attention reaches the class token through all layers, whatever the score; relevance weighs attention by the score's
    gradient, the score times exp(logit_scale) as in `relevance`.

    Raises:
        ValueError: for a scene without a bird, or a share of water outside 0 to 1.
    """
    image = render(scene, water=water)
    found = {name: patch_map(clip, image, direction, cover) for name, cover in covers(scene, water=water).items()}
    attention = vision_attention(clip, image).rolled_out()
    return {**found, "rollout": attention, "relevance": relevance_of(clip, image, clip.scale * direction).values}


def patch_map(
    clip: Clip,
    image: UInt8[np.ndarray, "row column 3"],
    directions: Float[np.ndarray, "d *score"],
    cover: UInt8[np.ndarray, "row column 3"],
) -> Float[np.ndarray, "down across *score"]:
    """How much a score falls, or several do, when one patch after the other shows the cover."""
    whole, covered, _ = covered_vectors(clip, image, cover=cover, side=PATCH, stride=PATCH)
    return np.asarray(whole @ directions - covered @ directions, np.float64)


def measure_maps(clip: Clip, *, on_picture: Callable[[int], object] = lambda number: None) -> Microscope:
    """The maps of a small CLIP over `map_scenes()` in numbers, beside those of random weights.

    Args:
        clip: of the family.
        on_picture: told the number of each picture that is done.
    """
    rows = []
    for number, scene in enumerate(map_scenes()):
        rows.append(_numbers(clip, scene, seed=number))
        on_picture(number)
    trained, random, alike, area, best = (np.array(column, np.float32) for column in zip(*rows, strict=True))
    return Microscope(clip.name, trained, random, alike, area, best)


def _numbers(clip: Clip, scene: Scene, *, seed: int) -> tuple[list[float], list[float], list[float], float, float]:
    water, mask, untrained = float(scene.background == BACKGROUNDS[1]), bird_mask(scene), random_clip(seed)
    ours, theirs = (score_maps(one, scene, class_direction(one, scene), water=water) for one in (clip, untrained))
    shares = patch_shares(mask, *ours["rollout"].shape)
    return (
        map_numbers(ours, mask),
        map_numbers(theirs, mask),
        [_alike(ours[name], theirs[name]) for name in MAPS],
        float(mask.mean()),
        overlap(shares, mask),
    )


def _alike(one: Map, other: Map) -> float:
    """Spearman's rank correlation of two maps; NaN where one of them is flat."""
    from scipy.stats import spearmanr  # type: ignore[import-untyped]

    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return float("nan")
    return float(spearmanr(np.abs(one).ravel(), np.abs(other).ravel()).statistic)
