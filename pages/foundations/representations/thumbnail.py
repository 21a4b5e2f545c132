"""The page's card on the home page."""

import numpy as np

from components.drawing import Drawing, Line, Words
from components.theme import Look
from core.convolution import COUNTS, RAW, recorded_trials
from pages.foundations.representations.figures.palette import color_of

NAMED = {"contrast": (1, 0.9), RAW: (1, -1.3), "rotation": (2, -1.3)}
"""The curves: at which of their points a name begins, and how far above it, in ems."""


def draw(look: Look) -> Drawing:
    """Accuracy against labels for contrast, raw pixels and rotation."""
    trials = recorded_trials()
    marks: list[Line | Words] = []
    for arm, (at, above) in NAMED.items():
        means = trials.accuracy[trials.arms.index(arm)].mean(axis=(0, 2))
        points = np.column_stack([np.log10(COUNTS), means])
        color = color_of(arm, look)
        marks.append(Line(points, color))
        marks.append(Words(arm, (float(points[at, 0]), float(points[at, 1])), color, "start", above))
    return Drawing(
        "Three curves of accuracy against labels: contrast above raw pixels above rotation, all rising.", tuple(marks)
    )
