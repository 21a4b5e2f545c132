"""The page's card on the home page."""

import plotly.graph_objects as go

from components.theme import Look, figure
from components.thumbnails import HEIGHT, bare
from core.clip import BACKGROUNDS, CLASSES, recorded_clip, verdict
from pages.prompting.clip_spurious.figures.scores import group_cells


def draw(look: Look) -> go.Figure:
    """The group table of the default model: right on the usual background, lost on the other."""
    table = verdict(recorded_clip("birds-100")).accuracy["zero-shot"].table
    fig = figure(look, title="", height=HEIGHT)
    fig.add_trace(group_cells(table, CLASSES, BACKGROUNDS))
    fig.update_yaxes(autorange="reversed")
    return bare(fig)
