"""The page's card on the home page."""

import numpy as np

from components.drawing import Dots, Drawing, Line
from components.theme import Look
from core.tuning import METHODS, recorded_runs
from pages.adaptation.fine_tuning.figures.runs import COLORS


def draw(look: Look) -> Drawing:
    """Each method's accuracy in and out of distribution, joined by a line, over the numbers that it trains."""
    record = recorded_runs()
    marks: list[Line | Dots] = []
    for place, method in enumerate(METHODS):
        points = np.array([[place, record.spread(method, f"{domain}_accuracy").mean] for domain in ("id", "ood")])
        marks += [Line(points, COLORS[method], 3.0), Dots(points, COLORS[method], 5.0)]
    return Drawing("Five lines, each from a method's accuracy in distribution to that out of it.", tuple(marks))
