"""How near the leading directions of tuned matrices are to those that these had before."""

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from core.tuning import INTRUDES_BELOW, ChangeRecord

ROLES = {"full": "key", "lora": "query"}
ROUNDING = 1e-7
"""Cosines are kept in single precision: no distance below this one is told apart from 0."""

ASIDE = 0.16
"""How far the marks of a method stand beside the number of their direction."""


def intruders(record: ChangeRecord, names: dict[str, str], *, look: Look, title: str, height: int) -> go.Figure:
    """A mark for each leading direction of each matrix and seed, methods side by side.

    Args:
        names: method -> its name on screen.
    """
    traces = []
    for method, side in (("full", -ASIDE), ("lora", ASIDE)):
        found = record.chosen(method)
        nearest = np.array([change.nearest for change in found], float).reshape(len(found), -1)
        traces.append(
            go.Scatter(
                x=np.tile(np.arange(nearest.shape[1]) + 1 + side, len(found)),
                y=np.maximum(1 - nearest.ravel(), ROUNDING),
                mode="markers",
                name=names[method],
                marker={"size": 8, "opacity": 0.6, "color": look.role(ROLES[method])},
                text=[f"{c.module}, layer {c.layer}, seed {c.seed}" for c in found for _ in range(nearest.shape[1])],
                hovertemplate=f"{names[method]}<br>%{{text}}<br>1 − |cosine| %{{y:.2g}}<extra></extra>",
            )
        )
    limit = {"type": "line", "xref": "x domain", "x0": 0, "x1": 1, "y0": 1 - INTRUDES_BELOW, "y1": 1 - INTRUDES_BELOW,
             "line": {"color": look.quiet, "dash": "dot"}}  # fmt: skip
    said = {"x": 0.01, "xref": "x domain", "xanchor": "left", "y": float(np.log10(1 - INTRUDES_BELOW)),
            "yanchor": "top", "showarrow": False, "text": "new above this line",
            "font": {"color": look.quiet}}  # fmt: skip
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        shapes=[limit],
        annotations=[said],
        showlegend=True,
        xaxis={"title": {"text": "singular vector of the tuned matrix, from the first"}, "showgrid": False, "dtick": 1},
        yaxis={"title": {"text": "1 − largest |cosine| to an old one"}, "type": "log", "dtick": 1,
               "exponentformat": "power", "range": [-7.3, 0.1]},
    )  # fmt: skip
