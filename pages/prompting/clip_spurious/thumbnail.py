"""The page's card on the home page."""

from components.drawing import Cells, Drawing, Words
from components.theme import Look
from core.clip import BACKGROUNDS, CLASSES, recorded_clip, verdict

WRITTEN = {False: "#FFFFFF", True: "#1A1C1F"}
"""The color of words on a dark cell, and on a bright one."""


def draw(look: Look) -> Drawing:
    """The group table of the default model: right on the usual background, lost on the other."""
    table = verdict(recorded_clip("birds-100")).accuracy["zero-shot"].table
    words = (
        Words(words, (0.25 + 0.5 * column, 0.75 - 0.5 * row), color, anchor="middle", above=above)
        for row, bird in enumerate(CLASSES)
        for column, ground in enumerate(BACKGROUNDS)
        for color in (WRITTEN[bool(table[row, column] > 0.6)],)
        for words, above in ((f"{bird} on {ground}", 0.2), (f"{table[row, column]:.0%}", -1.1))
    )
    return Drawing(
        "Accuracy of a CLIP in four groups: birds on their usual background are all recognized, on the other about "
        "half of them.",
        (Cells(table), *words),
    )
