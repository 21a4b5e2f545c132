"""The page's card on the home page."""

import numpy as np

from components.drawing import Dots, Drawing, Line
from components.theme import Look
from core.learning import World, fit, sample

TALL = 1.6


def draw(look: Look) -> Drawing:
    """Twenty points of a sine, the line, the fit of degree 5 and that of degree 15."""
    world = World()
    x, y = sample(world, 20, seed=5)
    grid = np.linspace(-1, 1, 161)
    lines = []
    for degree, color, width in ((1, look.faint, 2.0), (5, look.role("value"), 3.0), (15, look.role("key"), 2.0)):
        curve = fit(x, y, degree=degree).predict(grid)
        lines.append(Line(np.column_stack([grid, np.where(np.abs(curve) <= TALL, curve, np.nan)]), color, width))
    return Drawing(
        "Twenty points and three curves through them: too stiff, about right, and bent to meet each point.",
        (*lines, Dots(np.column_stack([x, y]), look.ink, radius=3.0)),
    )
