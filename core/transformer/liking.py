"""An encoder fine-tuned whole on opinions, on the same draws of labels as the probes. Needs no torch."""

import functools
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.assets import kept

LIKING_FILE = "transformer/liking.npz"

TUNED_DRAWS = 6
"""Draws of the labels that the whole encoder is tuned on: the first of the probes' draws."""


@dataclass(frozen=True, eq=False)
class RecordedLiking:
    """What was measured.

    Args:
        right: share right on the opinions without a label, a row for each of LABELS, a column for each draw.
        fitted: the same on the opinions with a label.
    """

    right: Float[np.ndarray, "labels draw"]
    fitted: Float[np.ndarray, "labels draw"]


@functools.cache
def recorded_liking() -> RecordedLiking:
    """The recorded shares; no torch is needed.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.
    """
    return kept(LIKING_FILE, RecordedLiking)
