"""The page's card on the home page."""

import numpy as np

from components.drawing import Drawing, Line
from components.theme import Look
from pages.start.example.law import law


def draw(look: Look) -> Drawing:
    """Three laws over five tokens, from cold to hot."""
    colors = {0.5: look.role("query"), 1.0: look.ink, 3.0: look.role("key")}
    laws = {temperature: law("one favorite", temperature).probs for temperature in colors}
    return Drawing(
        "Three curves over five tokens: the colder the law, the more the first token gets.",
        tuple(Line(np.column_stack([np.arange(5), probs]), colors[t]) for t, probs in laws.items()),
    )
