"""Numbers that were recorded beside the maps of a picture, counted anew from what else was recorded. Needs no torch."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Bool, Float, UInt8

from core.checks import Check
from core.clip.fade_maps import HALF, FadeMaps
from core.clip.gradients import pull_in_numpy
from core.clip.microscope import PATCH, overlap, patch_shares
from core.clip.vision import seen_in_numpy
from core.clip.zeroshot import probabilities

TINY = 2.0**-25
"""And what it moves the smallest numbers by."""

SINGLE = 1e-6
"""What rounding to single precision leaves of a share."""

ROUNDED = 1e-5
"""What two readers of the same weights may differ by in single precision: the bound of `tower_check`."""


def overlaps_check(
    overlaps: Sequence[tuple[Float[np.ndarray, "row column"], float]], mask: Bool[np.ndarray, "down across"]
) -> Check:
    """Whether each recorded overlap is that of its recorded map: the one farthest above its bound.

    Args:
        overlaps: maps in half precision, each with its overlap before it was rounded.
        mask: the bird's pixels.
    """
    off = np.array([abs(overlap(values, mask) - told) for values, told in overlaps])
    bounds = np.array([unsure(values, mask) + SINGLE for values, _ in overlaps])
    worst = int((off - bounds).argmax())
    words = f"of {len(off)} maps, within what half precision leaves of the order of patches"
    return Check("Overlaps with the bird, counted anew from the maps", float(off[worst]), float(bounds[worst]), words)


def unsure(values: Float[np.ndarray, "row column"], mask: Bool[np.ndarray, "down across"]) -> float:
    """How far `overlap` may be from that before the map was rounded to half precision.

    Patches as strong as the one that the bird's area ends in, but for rounding, may have been in any order: the overlap
    lies between that with the birds among them first and that with the birds last.
    """
    strength, pixels = np.abs(values).ravel().astype(np.float64), mask.size / values.size
    on_bird = patch_shares(mask, *values.shape).ravel() * pixels
    wanted = float(mask.sum())
    level = np.sort(strength)[::-1][int(np.ceil(wanted / pixels)) - 1]
    near = np.abs(strength - level) <= 4 * HALF * level + 2 * TINY
    left = wanted / pixels - int((~near & (strength > level)).sum())
    kept = np.clip(left - np.arange(near.sum()), 0, 1)
    least = np.sort(on_bird[near])
    return float(kept @ (least[::-1] - least)) / wanted


def chance_check(
    recorded: float, vector: Float[np.ndarray, "d"], classes: Float[np.ndarray, "label d"], scale: float
) -> Check:
    """Whether the recorded probability of a background's second class is that of its recorded vector."""
    anew = float(probabilities(vector[None] @ classes.T, scale)[0, 1])
    return Check(
        "The other background alone has its probability", abs(recorded - anew), SINGLE, "softmax of its vector"
    )


def tower_checks(
    found: FadeMaps,
    at: tuple[int, int],
    image: UInt8[np.ndarray, "down across 3"],
    covers: Mapping[str, UInt8[np.ndarray, "down across 3"]],
    directions: Sequence[Float[np.ndarray, "d"]],
) -> tuple[Check, Check]:
    """Whether the model, read by numpy, sees in a picture what was recorded of it.

    Each map by a cover is made anew where it is strongest, with its sign; attention and rollout are made anew whole.

    Args:
        at: scene and share of the picture. covers: what each shows instead, in the order of COVERS.
        directions: what the scores of `found.covered` and of `found.rejected` are taken along.
    """
    recorded = np.stack([found.covered[at], found.rejected[at]], axis=1).astype(np.float64)
    places = np.abs(recorded).reshape(*recorded.shape[:2], -1).argmax(axis=-1)
    columns = recorded.shape[-1]
    hidden = [
        _with_patch(image, cover, *divmod(int(place), columns))
        for cover, pair in zip(covers.values(), places, strict=True)
        for place in pair
    ]
    sight = seen_in_numpy(found.name, np.stack([image, *hidden]))
    moved = (sight.vectors[0] - sight.vectors[1:]).reshape(*places.shape, -1)
    anew = np.stack([moved[:, score] @ direction for score, direction in enumerate(directions)], axis=1)
    told = np.take_along_axis(recorded.reshape(*places.shape, -1), places[..., None], axis=-1)[..., 0]
    read = np.vstack([sight.from_class_token()[0], sight.rolled_out()[0]])
    rows = np.vstack([found.attention[at], found.rollout[at]]).astype(np.float64)
    return (
        _equal("The strongest patches covered anew, in numpy", told, anew, "both scores, all covers"),
        _equal("Attention and rollout made anew, in numpy", rows, read, "largest difference, all layers and tokens"),
    )


def relevance_check(
    name: str,
    image: UInt8[np.ndarray, "down across 3"],
    direction: Float[np.ndarray, "d"],
    told: Float[np.ndarray, "row column"],
) -> Check:
    """Whether a map of gradient times attention is what the chain rule, written out in numpy, makes of the picture.

    Args:
        name: of a member of the family.
        direction: what the score is taken along.
        told: the map in the precision that it was kept in, which the bound counts with.
    """
    anew = pull_in_numpy(name, image, direction).relevance()
    bound = float(np.finfo(told.dtype).eps) / 2 * float(anew.max()) + ROUNDED * max(
        1.0, float(np.linalg.norm(direction))
    )
    return Check(
        "Gradient × attention made anew, in numpy",
        float(np.abs(told - anew).max()),
        bound,
        "largest difference over the patches, by a backward pass of its own",
    )


def _with_patch(image: np.ndarray, cover: np.ndarray, row: int, column: int) -> np.ndarray:
    """The picture, one patch of it from the cover."""
    down, across = (slice(place * PATCH, (place + 1) * PATCH) for place in (row, column))
    covered = image.copy()
    covered[down, across] = cover[down, across]
    return covered


def _equal(name: str, recorded: np.ndarray, anew: np.ndarray, words: str) -> Check:
    """Whether numbers recorded in half precision are those made anew."""
    bound = HALF * float(np.abs(anew).max()) + ROUNDED
    return Check(name, float(np.abs(recorded - anew).max()), bound, words)
