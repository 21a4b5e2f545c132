"""The small figures on the home page's cards, each drawn from a real result that comes with the code."""

import plotly.graph_objects as go

HEIGHT = 220


def bare(fig: go.Figure) -> go.Figure:
    """The figure without axes, scale and notes, as a picture."""
    fig.update_traces(showscale=False, selector={"type": "heatmap"})
    fig.update_layout(height=HEIGHT, margin={"l": 0, "r": 0, "t": 0, "b": 0}, title_text=None)
    fig.layout.annotations = ()
    fig.update_xaxes(visible=False)
    fig.update_yaxes(visible=False)
    return fig
