"""The page's card on the home page."""

import numpy as np

from components.drawing import Cells, Drawing
from components.theme import Look
from core.attention import recorded_ranking


def draw(look: Look) -> Drawing:
    """What ablating each head does to the loss of the repeated text."""
    change = recorded_ranking("induction").loss_change
    return Drawing(
        "How much the loss changes without each of 270 heads, layers across and heads down: only a few of them matter.",
        # The strongest head alone would leave the others without color.
        (Cells(change.T, top=float(np.quantile(np.abs(change), 0.99)), signed=True),),
    )
