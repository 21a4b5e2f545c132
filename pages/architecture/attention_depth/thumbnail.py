"""The page's card on the home page."""

import plotly.graph_objects as go

from components.theme import Look
from components.thumbnails import bare
from core.attention import recorded_ranking
from pages.architecture.attention.figures.heads import score_map


def draw(look: Look) -> go.Figure:
    """What ablating each head does to the loss of the repeated text."""
    change = recorded_ranking("induction").loss_change
    fig = score_map(change, look=look, title="", label="nats", layer=0, head=0, signed=True)
    fig.data = fig.data[:1]
    fig.layout.shapes = ()
    return bare(fig)
