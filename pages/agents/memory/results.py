"""What the page on memory measures on a loaded encoder, kept in memory between runs."""

import numpy as np

from components.loading import load
from components.results import shared

ENCODER = "minilm-l6"


@shared(megabytes=4, size=lambda vector: vector.nbytes + 100)
def vector_of(text: str) -> np.ndarray:
    """The sentence vector of a visitor's note or question."""
    from core.agents import sentence_array

    return np.asarray(sentence_array(load(ENCODER), [text])[0])
