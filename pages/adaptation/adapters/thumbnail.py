"""The page's card on the home page."""

import numpy as np

from components.drawing import Drawing, Line
from components.theme import Look
from core.tuning import recorded_subspaces


def draw(look: Look) -> Drawing:
    """The recorded accuracies over the number of random directions, a line for each seed."""
    record = recorded_subspaces()
    places = np.log10(record.dimensions.astype(float))
    return Drawing(
        "Five curves that rise together: accuracy over the number of random directions.",
        tuple(Line(np.column_stack([places, values]), look.role("query")) for values in record.accuracy.T),
    )
