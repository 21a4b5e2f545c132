"""The page's card on the home page."""

import numpy as np

from components.drawing import Dots, Drawing, Line
from components.theme import Look
from core.transport import recorded_matching


def draw(look: Look) -> Drawing:
    """The exact plan from one letter to another, as lines between their points."""
    kept = recorded_matching()
    source, target = kept.source[:, :2], kept.target[kept.partner, :2] + np.array([5.0, 0.0])
    between = np.stack([source, target, np.full_like(source, np.nan)], axis=1).reshape(-1, 2)
    return Drawing(
        "The letters A and B as 120 points each, and a line from each point of one to its partner in the other.",
        (
            Line(between, look.faint, width=0.8),
            Dots(source, look.role("source"), radius=2.2),
            Dots(target, look.role("target"), radius=2.2),
        ),
    )
