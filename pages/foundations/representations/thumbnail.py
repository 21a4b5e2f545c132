"""The page's card on the home page."""

import numpy as np

from components.drawing import Drawing, Line, Words
from components.theme import Look
from core.convolution import COUNTS, RAW, recorded_trials
from pages.foundations.representations.figures.palette import color_of


def draw(look: Look) -> Drawing:
    """Accuracy against labels for contrast, raw pixels and rotation."""
    trials = recorded_trials()
    marks: list[Line | Words] = []
    for arm in ("contrast", RAW, "rotation"):
        means = trials.accuracy[trials.arms.index(arm)].mean(axis=(0, 2))
        points = np.column_stack([np.log10(COUNTS), means])
        color = color_of(arm, look)
        marks.append(Line(points, color))
        marks.append(Words(arm, (float(points[2, 0]), float(points[2, 1])), color, "start", -1.3))
    return Drawing(
        "Three curves of accuracy against labels: contrast above raw pixels above rotation, all rising.", tuple(marks)
    )
