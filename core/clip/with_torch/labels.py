"""A last layer of a CLIP in memory, learned anew from a few labeled pictures."""

from weakref import WeakKeyDictionary

import numpy as np
from jaxtyping import Float

from core.clip.groups import GroupAccuracy
from core.clip.labels import drawn_pictures, retrained
from core.clip.records import evaluation_scenes
from core.clip.rendering import render_all
from core.clip.with_torch.model import Clip
from core.clip.zeroshot import class_prompts, class_vectors

_encoded: WeakKeyDictionary[Clip, Float[np.ndarray, "image d"]] = WeakKeyDictionary()
"""The test pictures as a CLIP sees them: 1200 of them take seconds, and a regression milliseconds."""


def retrain_last(clip: Clip, *, per_group: int, seed: int) -> GroupAccuracy:
    """Accuracy by group after the last layer was learned anew on so many balanced pictures; see `retrained`.

    Args:
        per_group: k labeled pictures of each class on each background, 0 to 299; 0 leaves the class names as they are.
        seed: of the draw.

    Raises:
        ValueError: for a k that the pictures do not suffice for, or a seed below 0.

    Invariant: the counts are those of the test pictures that were not drawn, 300 - k of each group.
    """
    drawn_pictures(per_group, seed=seed)  # refused before the pictures are encoded
    if clip not in _encoded:
        _encoded[clip] = clip.encode_image(render_all(evaluation_scenes()))
    prompts = class_prompts(clip.classes)
    words = clip.encode_text([text for texts in prompts for text in texts])
    classes = class_vectors(words, [len(texts) for texts in prompts])
    return retrained(_encoded[clip], classes, per_group=per_group, seed=seed).accuracy
