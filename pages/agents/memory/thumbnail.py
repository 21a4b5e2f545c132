"""The page's card on the home page."""

import numpy as np

from components.drawing import Drawing, Line, Words
from components.theme import Look
from core.agents import NUMBERED, PLAIN, recorded_curve

SHOWN = {NUMBERED: "query", PLAIN: "mass"}


def draw(look: Look) -> Drawing:
    """The share found over the place of the needed pair, for ten pairs with and without numbers."""
    marks: list[Line | Words] = []
    for format, role in SHOWN.items():
        curve = recorded_curve(format, 10)
        marks.append(Line(np.column_stack([curve.positions, curve.shares]), look.role(role), 3.5))
        at = (float(curve.positions[-1]), float(curve.shares[-1]))
        marks.append(Words(format, at, look.word(look.role(role)), "end", -1.4 if format == NUMBERED else -0.8))
    return Drawing(
        "Two curves over the place of a fact in a list: with numbers before the lines and without.", tuple(marks)
    )
