"""The worst group over the number of labels that a last layer was retrained on."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from components.figures.kept import kept
from components.theme import Look, escape, figure


@kept
def label_curve(
    worst: np.ndarray, lines: Mapping[str, tuple[float, str]], *, at: int, look: Look, title: str, height: int
) -> go.Figure:
    """The worst group over the labeled pictures of each group: the median of the draws, from the lowest to the highest.

    Of an even number of draws the median is the lower of the two in the middle, as `Chance.median` has it.

    Args:
        worst: [labels draw].
        lines: what needs no such labels, by name: worst group and color.
        at: the number of labels on screen.
    """
    lowest = min([float(worst.min()), *(value for value, _ in lines.values())])
    here = {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "y domain"}
    return figure(
        look,
        title=title,
        height=height,
        traces=[*_draws(worst, look), *(_flat(name, *line, len(worst)) for name, line in lines.items())],
        showlegend=True,
        legend={"x": 0, "xanchor": "left", "y": 1.0},
        margin={"t": 62},
        shapes=[{**here, "line": {"color": look.quiet, "width": 1}}],
        xaxis={"title": {"text": "labeled pictures of each group"}, "range": [-1, len(worst)], "showgrid": False},
        # What is compared lies close together, and a line is read by its height alone.
        yaxis={"title": {"text": "worst group"}, "range": [lowest - 0.02, 1.02], "tickformat": ".0%"},
    )


def _draws(worst: np.ndarray, look: Look) -> tuple[go.Scatter, go.Scatter]:
    """The band from the lowest draw to the highest, and the median."""
    counts, color = np.arange(len(worst)), look.role("query")
    ends = np.quantile(worst, (0, 0.5, 1), axis=1, method="lower")
    low, middle, high = (values.astype(np.float32) for values in ends)
    band = go.Scatter(
        x=np.concatenate([counts, counts[::-1]]),
        y=np.concatenate([low, high[::-1]]),
        fill="toself",
        mode="none",
        fillcolor=f"rgba({', '.join(str(int(color[k : k + 2], 16)) for k in (1, 3, 5))}, 0.22)",
        name="all draws",
        hoverinfo="skip",
    )
    curve = go.Scatter(
        x=counts,
        y=middle,
        mode="lines",
        line={"color": color, "width": 3},
        name="median draw",
        customdata=np.stack([low, high], axis=1),
        hovertemplate="%{x} labels: %{y:.3f} (%{customdata[0]:.3f} to %{customdata[1]:.3f})<extra></extra>",
    )
    return band, curve


def _flat(name: str, value: float, color: str, count: int) -> go.Scatter:
    """A dashed line across all numbers of labels."""
    return go.Scatter(
        x=[0, count - 1],
        y=[value, value],
        mode="lines",
        line={"color": color, "width": 2, "dash": "dash"},
        name=escape(name),
        hovertemplate=escape(name) + " %{y:.3f}<extra></extra>",
    )
