"""The figure of several losses over one prediction."""

import numpy as np
import plotly.graph_objects as go

from components.theme import CATEGORIES, Look, figure
from core.learning import Output

KEPT = 4
"""Every so many candidates one is drawn."""


def risks(output: Output, values: np.ndarray, *, look: Look, title: str, height: int) -> go.Figure:
    """The mean loss of each prediction, each loss from 0 at its least to 1 at its largest; values as ticks below."""
    x = output.candidates(values)
    traces, notes = [], []
    for place, loss in enumerate(output.losses):
        risk = loss.risk(x, values)
        finite = risk[np.isfinite(risk)]
        scaled = (risk - finite.min()) / (float(np.ptp(finite)) or 1.0)
        color, best = CATEGORIES[place], loss.best(values)
        traces.append(
            go.Scatter(
                x=x[::KEPT], y=np.where(np.isfinite(scaled), scaled, np.nan)[::KEPT], customdata=risk[::KEPT],
                mode="lines", line={"color": color, "width": 3, "shape": "hv" if loss.name == "0-1 loss" else "linear"},
                name=loss.name,
                hovertemplate=f"{loss.name}<br>%{{x:.3g}}: mean loss %{{customdata:.3g}}<extra></extra>",
            )
        )  # fmt: skip
        if x[0] <= best <= x[-1]:
            traces.append(
                go.Scatter(x=[best], y=[0.0], mode="markers", name=f"least {loss.name}",
                           marker={"size": 12, "color": color, "line": {"width": 2, "color": look.paper}},
                           hovertemplate=f"{loss.wants}: %{{x:.4g}}<extra></extra>")
            )  # fmt: skip
        notes.append(
            {"text": loss.name, "x": 1.01, "xref": "paper", "xanchor": "left", "y": 1 - 0.09 * place, "yref": "paper",
             "yanchor": "top", "showarrow": False, "font": {"color": look.word(color), "size": look.size}}
        )  # fmt: skip
    traces.append(_values(values, look))
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=False,
        margin={"r": 170 if not look.presenter else 220},
        xaxis={"title": {"text": output.symbol}, "showgrid": False, "range": [float(x[0]), float(x[-1])]},
        yaxis={"title": {"text": "mean loss, least to largest"}, "range": [-0.16, 1.05], "tickvals": [0, 0.5, 1]},
        annotations=notes,
    )


def _values(values: np.ndarray, look: Look) -> go.Scatter:
    """The observed values below the curves, as large as they are many."""
    places, counts = np.unique(values, return_counts=True)
    return go.Scatter(
        x=places,
        y=np.full(len(places), -0.1),
        mode="markers",
        marker={"symbol": "line-ns", "size": 12, "line": {"width": np.clip(2 * counts, 2, 10), "color": look.ink}},
        customdata=counts,
        name="observed",
        hovertemplate="observed %{x:.4g}, %{customdata} times<extra></extra>",
    )
