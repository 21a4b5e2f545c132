"""The page's card on the home page."""

import plotly.graph_objects as go

from components.theme import Look
from components.thumbnails import bare
from core.positional import sinusoidal
from pages.architecture.positional_encoding.figures.codes import code_map


def draw(look: Look) -> go.Figure:
    """The sinusoidal code: fast waves at the top, slow ones at the bottom."""
    return bare(code_map(sinusoidal(120, 64), look=look, title="", top=1.0))
