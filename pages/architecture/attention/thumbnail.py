"""The page's card on the home page."""

import plotly.graph_objects as go

from components.theme import Look
from components.thumbnails import bare
from core.attention import RECORDED_TEXTS, recorded
from pages.architecture.attention.figures.maps import heat_map


def draw(look: Look) -> go.Figure:
    """The induction head's map of a repeated text."""
    shown = RECORDED_TEXTS["induction"]
    record = recorded("induction")
    weights = record.weights[shown.layer, shown.head]
    fig = heat_map(weights, record.tokens, look=look, title="", causal=True)
    fig.data = fig.data[:1]
    return bare(fig)
