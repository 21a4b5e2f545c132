"""Which color an arm has, the same in every figure of the page."""

from components.theme import CATEGORIES, Look
from core.convolution import RAW, SUPERVISED, UNTRAINED

COLORS = {
    "inpainting": CATEGORIES[0],
    "rotation": CATEGORIES[1],
    "contrast": CATEGORIES[2],
    "autoencoder": CATEGORIES[4],
    SUPERVISED: CATEGORIES[3],
}


def color_of(arm: str, look: Look) -> str:
    """Raw pixels are ink, the random network is quiet, what is trained has a color of its own."""
    if arm == RAW:
        return look.ink
    return look.role("mass") if arm == UNTRAINED else COLORS.get(arm, look.role("draft"))


DIGITS = (*CATEGORIES, "#B8A000", "#6A4FA3")
"""A color for each of the ten digits."""
