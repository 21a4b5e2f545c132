"""What a click on a cell of a map opens: the views of the panel that takes cells apart, by their words."""

from components.course import Values
from pages.architecture.attention.panels.clicks import HEAD, opened
from pages.architecture.attention_depth.panels.maps import Opens

OTHER = "Other text"
"""One weight of the compared head on the other text."""

HERE, THERE, DIFFERENCE = "Compare: this text", "Compare: other text", "Compare: difference"
"""Cells of the three maps of a comparison, token by token or word by word."""

CAUSAL, DOCUMENT, NO_MASK = "Masks: causal", "Masks: document", "Masks: none"
"""One weight of the packed documents, under each mask."""


def opens(of: str = HEAD, **more: object) -> Opens:
    """What a click on a map does whose rows and columns are those of a view.

    Args:
        of: the view.
        more: what else is set, such as a text or a head.
    """

    def values(query: int, key: int) -> Values:
        return {**opened(query, key, of), **more}

    return values
