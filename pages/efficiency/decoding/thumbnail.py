"""The page's card on the home page."""

import plotly.graph_objects as go

from components.theme import Look
from components.thumbnails import bare
from core.decoding import recorded_race
from pages.efficiency.decoding.figures.race import race_figure


def draw(look: Look) -> go.Figure:
    """Tokens against seconds on the copying prompt: prompt lookup beside greedy decoding."""
    fig = race_figure(recorded_race("copy"), "prompt lookup", 0, look=look, title="")
    fig.layout.shapes = ()
    return bare(fig)
