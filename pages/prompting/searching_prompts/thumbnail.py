"""The page's card on the home page."""

import numpy as np

from components.drawing import Drawing, Line
from components.theme import Look
from pages.prompting.searching_prompts.results import found_by


def draw(look: Look) -> Drawing:
    """A search's best score so far, and what its prompt has on held-out reviews."""
    found = found_by("hill climbing", 20, 20, 0, 0)
    at = np.arange(1, len(found.search.tried) + 1)
    return Drawing(
        "Two curves that rise in steps: the best score so far, and below it what the same prompt has held out.",
        (
            Line(np.column_stack([at, found.search.history]), look.role("proxy")),
            Line(np.column_stack([at, found.kept]), look.role("gold")),
        ),
    )
