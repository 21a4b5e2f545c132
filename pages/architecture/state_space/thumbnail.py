"""The page's card on the home page."""

import numpy as np

from components.drawing import Drawing, Line
from components.theme import Look
from core.state_space import respond, signal, system


def draw(look: Look) -> Drawing:
    """A square wave, and what an oscillator makes of it."""
    found = respond(system("oscillator", 4), signal("square", 256), step=0.2)
    k = np.arange(len(found.u))
    return Drawing(
        "A square wave in grey, and the oscillation that a state space makes of it.",
        (
            Line(np.column_stack([k, 0.4 * found.u]), look.role("mass"), 1.5),
            Line(np.column_stack([k, found.outputs[0]]), look.role("query")),
        ),
    )
