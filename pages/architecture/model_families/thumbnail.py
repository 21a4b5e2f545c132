"""The page's card on the home page."""

import numpy as np

from components.drawing import Cells, Drawing
from components.theme import Look
from core.transformer import SENTENCES, recorded_sights
from pages.architecture.model_families.figures.sights import STRONGEST
from pages.architecture.model_families.words import layer_of


def draw(look: Look) -> Drawing:
    """The encoder's map and the decoder's, side by side."""
    encoder, decoder = recorded_sights().by_text[SENTENCES["bank"]]
    n = len(encoder.words)
    past = np.where(np.tri(n, dtype=bool), layer_of(decoder, 3), np.nan)
    cells = np.hstack([layer_of(encoder, 3), np.full((n, 1), np.nan), past])
    return Drawing(
        "Two maps between the words of a sentence: the encoder's is full, the decoder's a lower triangle.",
        (Cells(cells, top=STRONGEST),),
    )
