"""One word in several sentences: the result, and what was recorded of it. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.assets import kept

MEANINGS_FILE = "attention/meanings.npz"


@dataclass(frozen=True, eq=False)
class WordSimilarity:
    """How alike a model's pictures of one word are in several sentences.

    Args:
        word: the word.
        sentences: the sentences, in the order of the matrix.
        positions: for each sentence, the token positions that the word covers.
        cosine: cosine between the word's hidden states at each depth; 0 is the embedding, l the output of layer l - 1.
    """

    word: str
    sentences: tuple[str, ...]
    positions: tuple[tuple[int, ...], ...]
    cosine: Float[np.ndarray, "depth sentence sentence"]


def recorded_meanings() -> WordSimilarity:
    """The recorded comparison of the page's preset.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.
    """
    return kept(MEANINGS_FILE, WordSimilarity)
