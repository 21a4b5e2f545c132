"""Where a model looks when it answers from a list: attention to the needed thing, by its place. Needs no torch."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Bool, Float, Int

from core.assets import kept

LOOKING_FILE = "agents/looking.npz"


@dataclass(frozen=True, eq=False)
class Looking:
    """The attention of the token that answers to the needed thing, by the place of its pair.

    Args:
        model: its name. format, pairs, seed: as for a curve.
        positions: the place of the needed pair, 0 for the first, [place].
        weights: attention from the text's last token to the needed thing's, [place trial layer head], in float32.
        found: whether the needed thing is the likeliest of those listed, [place trial].
    """

    model: str
    format: str
    pairs: int
    seed: int
    positions: Int[np.ndarray, "place"]
    weights: Float[np.ndarray, "place trial layer head"]
    found: Bool[np.ndarray, "place trial"]

    @property
    def half(self) -> int:
        """How many lists choose the head; the others show what it does."""
        return int(self.weights.shape[1]) // 2

    @property
    def head(self) -> tuple[int, int]:
        """Layer and head that look at the needed thing most, over all places of the first half of the lists."""
        mean = self.weights[:, : self.half].mean(axis=(0, 1))
        layer, head = np.unravel_index(int(mean.argmax()), mean.shape)
        return int(layer), int(head)

    @property
    def by_place(self) -> Float[np.ndarray, "place trial"]:
        """What that head gives the needed thing in the lists that did not choose it."""
        layer, head = self.head
        return np.asarray(self.weights[:, self.half :, layer, head], np.float64)

    @property
    def by_layer(self) -> Float[np.ndarray, "layer place"]:
        """The mean over heads and lists."""
        return np.asarray(self.weights.mean(axis=(1, 3), dtype=np.float64).T)


@cache
def recorded_looking() -> Looking:
    """The recorded attention; no model is needed.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record agents looking`.
    """
    return kept(LOOKING_FILE, Looking)
