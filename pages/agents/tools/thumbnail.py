"""The page's card on the home page."""

import numpy as np

from components.drawing import Drawing, Line, Words
from components.theme import Look
from core.tools import METHODS, ONE, recorded_answers, share
from pages.agents.tools.figures.answers import ROLES


def draw(look: Look) -> Drawing:
    """Right answers over the size of the numbers, a line for each way of answering."""
    case = recorded_answers().by_case[ONE]
    values = {method: np.array([share(by[method]).value for by in case.values()]) for method in METHODS}
    lines = [Line(np.column_stack([list(case), values[method]]), look.role(ROLES[method]), 3.5) for method in METHODS]
    first = min(case)
    words = [
        Words(method, (first, float(values[method][0])), look.word(look.role(ROLES[method])), "start", 0.5)
        for method in METHODS
    ]
    return Drawing("Three lines over the size of the numbers: direct answers, chains and programs.", (*lines, *words))
