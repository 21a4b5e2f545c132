"""The page's card on the home page."""

import numpy as np

from components.drawing import Cells, Drawing
from components.theme import Look
from core.attention import RECORDED_TEXTS, recorded


def draw(look: Look) -> Drawing:
    """The induction head's map of a repeated text."""
    shown = RECORDED_TEXTS["induction"]
    weights = recorded("induction").weights[shown.layer, shown.head]
    seen = np.where(np.tril(np.ones_like(weights)) > 0, weights, np.nan)
    return Drawing(
        "Attention of one head on words that come twice: a first bright column, and in the second copy a bright line "
        "on what followed in the first.",
        (Cells(seen),),
    )
