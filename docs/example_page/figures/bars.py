"""The figures of the example page: arrays in, plotly figures out."""

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure


def bars(
    probs: np.ndarray, *, look: Look, title: str, seen: np.ndarray | None = None, height: int | None = None
) -> go.Figure:
    """The law as bars, one for each token; beside it, where given, what was seen in draws.

    Without a height it is as high as a main figure.
    """
    names = [f"token {place}" for place in range(len(probs))]
    traces = [go.Bar(x=names, y=probs, name="law", marker={"color": look.role("target")})]
    if seen is not None:
        traces.append(go.Bar(x=names, y=seen, name="drawn", marker={"color": look.role("draft")}))
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=seen is not None,
        xaxis={"title": {"text": "token"}},
        yaxis={"title": {"text": "probability"}, "range": [0, 1]},
    )
