"""The page's card on the home page."""

from components.drawing import Cells, Drawing
from components.theme import Look
from core.positional import sinusoidal


def draw(look: Look) -> Drawing:
    """The sinusoidal code: fast waves at the top, slow ones at the bottom."""
    return Drawing(
        "The sinusoidal code of 120 positions: fast waves in the first dimensions, slow ones in the last.",
        (Cells(sinusoidal(120, 64).T, signed=True),),
    )
