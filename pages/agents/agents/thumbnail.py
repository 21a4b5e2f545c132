"""The page's card on the home page."""

import numpy as np

from components.drawing import Drawing, Line, Words
from components.theme import Look
from core.agents import success

STEPS = np.arange(1, 11)
SHOWN = {0.1: "query", 0.3: "key"}


def draw(look: Look) -> Drawing:
    """How often a chain of calls comes through, by its length, where one call fails with .1 or .3."""
    marks: list[Line | Words] = []
    for p, role in SHOWN.items():
        shares = np.array([success(p, int(step)) for step in STEPS])
        marks.append(Line(np.column_stack([STEPS, shares]), look.role(role), 3.5))
        at = (float(STEPS[3]), float(shares[3]))
        marks.append(Words(f"{p:.1f}", at, look.word(look.role(role)), "start", 1.0))
    return Drawing("Two falling curves over the number of calls: one call fails with .1 or with .3.", tuple(marks))
