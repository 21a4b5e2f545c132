"""The page's card on the home page."""

import numpy as np

from components.drawing import Cells, Drawing
from components.theme import Look
from core.convolution import channels_of, convolve, named_kernel, picture


def draw(look: Look) -> Drawing:
    """The drawn house, and beside it the map of its vertical edges."""
    house = channels_of(picture("house"), "gray")
    edges = convolve(house, named_kernel("vertical edges")[None, None], padding=1)[0] / 4
    cells = np.full((26, 66), np.nan)
    cells[:, :32], cells[:, 34:] = 2 * house[0, 3:29] - 1, edges[3:29]
    return Drawing(
        "A house as a picture, and the map of its vertical edges: blue where it darkens, orange where it brightens.",
        (Cells(cells, top=1.0, signed=True),),
    )
