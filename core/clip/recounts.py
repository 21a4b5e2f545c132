"""Numbers that were recorded beside the maps of a picture, counted anew from what else was recorded. Needs no torch."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float

from core.checks import Check
from core.clip.fade_maps import HALF
from core.clip.microscope import overlap, patch_shares
from core.clip.zeroshot import probabilities

TINY = 2.0**-25
"""And what it moves the smallest numbers by."""

SINGLE = 1e-6
"""What rounding to single precision leaves of a share."""


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
