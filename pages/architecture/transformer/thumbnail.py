"""The page's card on the home page."""

import numpy as np

from components.drawing import Drawing, Line
from components.theme import Look
from core.transformer import TEXTS, recorded_paths


def draw(look: Look) -> Drawing:
    """What attention and the feed-forward parts have said for the answer, layer by layer."""
    path = recorded_paths().by_text[TEXTS["capital"]][-1]
    layers = np.arange(len(path.attention))
    return Drawing(
        "Two curves over the layers: what attention and the feed-forward parts have said for the answer so far.",
        (
            Line(np.column_stack([layers, path.parts[1::2].cumsum()]), look.role("query")),
            Line(np.column_stack([layers, path.parts[2::2].cumsum()]), look.role("value")),
        ),
    )
