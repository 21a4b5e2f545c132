"""What heads have learned in training: the share of weight that each gives to the two places that count."""

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from core.attention import BACK, STARTS

COLORS = ("query", "target")
GAP = 0.6
"""Room between two starts, in heads."""


def looks(shares: np.ndarray, *, look: Look, title: str, height: int = 300) -> go.Figure:
    """Each head's mean weight on the token 1 back and on that 3 back, stacked; the rest lies elsewhere.

    Args:
        shares: [start head back].
    """
    _, n_heads, _ = shares.shape
    left = [place * (n_heads + GAP) for place in range(len(STARTS))]
    x = np.concatenate([start + np.arange(n_heads) for start in left])
    heads = np.tile(np.arange(n_heads), len(STARTS))
    bars = [
        go.Bar(
            x=x,
            y=shares[:, :, place].ravel().astype(np.float32),
            customdata=heads,
            name=f"on the token {back} back",
            marker_color=look.role(role),
            hovertemplate=f"head %{{customdata}}<br>weight {back} back %{{y:.3f}}<extra></extra>",
        )
        for place, (back, role) in enumerate(zip(BACK, COLORS, strict=True))
    ]
    names = [
        {"x": start + (n_heads - 1) / 2, "y": 1.0, "yanchor": "bottom", "text": name, "showarrow": False}
        for start, name in zip(left, STARTS, strict=True)
    ]
    return figure(
        look,
        title=title,
        height=height,
        traces=bars,
        barmode="stack",
        bargap=0.25,
        annotations=names,
        showlegend=True,
        legend={"y": 1.12},
        margin={"t": 88},
        xaxis={
            "title": {"text": "head"},
            "showgrid": False,
            "tickvals": x,
            "ticktext": [str(head) for head in heads],
            "range": [-0.7, x[-1] + 0.7],
        },
        yaxis={"title": {"text": "mean weight"}, "range": [0, 1.12], "tickvals": [0, 0.5, 1]},
    )
