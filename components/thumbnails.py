"""The small figures on the home page's cards, each drawn from a real result that comes with the code."""

import plotly.graph_objects as go

from components.theme import Look, figure
from core.rlhf import recorded_runs, usual

HEIGHT = 220


def rlhf(look: Look) -> go.Figure:
    """Proxy and gold of a run that hacks its reward."""
    run = recorded_runs()[usual()]
    fig = figure(look, title="", height=HEIGHT, showlegend=False)
    for name, values in (("proxy", run.proxy), ("gold", run.gold)):
        fig.add_trace(go.Scatter(y=values, mode="lines", line={"color": look.role(name), "width": 3}))
    return bare(fig)


def bare(fig: go.Figure) -> go.Figure:
    """The figure without axes, scale and notes, as a picture."""
    fig.update_traces(showscale=False, selector={"type": "heatmap"})
    fig.update_layout(height=HEIGHT, margin={"l": 0, "r": 0, "t": 0, "b": 0}, title_text=None)
    fig.layout.annotations = ()
    fig.update_xaxes(visible=False)
    fig.update_yaxes(visible=False)
    return fig
