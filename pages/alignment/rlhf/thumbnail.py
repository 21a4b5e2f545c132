"""The page's card on the home page."""

import plotly.graph_objects as go

from components.theme import Look, figure
from components.thumbnails import HEIGHT, bare
from core.rlhf import recorded_runs, usual


def draw(look: Look) -> go.Figure:
    """Proxy and gold of a run that hacks its reward."""
    run = recorded_runs()[usual()]
    fig = figure(look, title="", height=HEIGHT, showlegend=False)
    for name, values in (("proxy", run.proxy), ("gold", run.gold)):
        fig.add_trace(go.Scatter(y=values, mode="lines", line={"color": look.role(name), "width": 3}))
    return bare(fig)
