"""The page's card on the home page."""

import plotly.graph_objects as go

from components.theme import Look
from components.thumbnails import bare
from core.transport import recorded_matching
from pages.adaptation.transport.figures.moves import matched


def draw(look: Look) -> go.Figure:
    """The exact plan from one letter to another, as lines between their points."""
    kept = recorded_matching()
    return bare(matched(kept.source, kept.target, kept.partner, look=look))
