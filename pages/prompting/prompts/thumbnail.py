"""The page's card on the home page."""

import numpy as np

from components.drawing import Drawing, Line
from components.theme import Look
from core.prompting import COUNTS
from pages.prompting.prompts.panels.examples import runs


def draw(look: Look) -> Drawing:
    """Accuracy over the number of examples, for three tasks."""
    inks = {"capitals": look.role("query"), "opposites": look.role("key"), "made-up labels": look.quiet}
    return Drawing(
        "Three curves of accuracy over the number of examples: two rise, one stays.",
        tuple(
            Line(np.array([(x, np.mean([run.accuracy for run in runs(task, k)])) for x, k in enumerate(COUNTS)]), ink)
            for task, ink in inks.items()
        ),
    )
