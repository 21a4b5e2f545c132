"""Counts of questions over a weight or a room, a line for each kind."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from components.figures.shares import end_names, share_lines
from components.theme import Look, figure

DOMAIN = (0.0, 0.78)


def questions_figure(
    series: Mapping[str, Sequence[tuple[int, int, tuple[float, float]]]],
    x: Sequence[float],
    *,
    at: float,
    axis: str,
    colors: Mapping[str, str],
    look: Look,
    title: str,
    height: int,
) -> go.Figure:
    """Shares of questions with intervals, and a line at the value on the slider.

    Args:
        series: by name and place, how many, of how many, and the interval. x: the places. at: the slider's value.
        axis: what x is. colors: by name. look: paper and type. title: the finding. height: pixels.
    """
    ends = {name: found[-1][0] / found[-1][1] for name, found in series.items()}
    return figure(
        look,
        title=title,
        height=height,
        traces=share_lines(series, x, colors=colors, apart=0.004 * (max(x) - min(x))),
        showlegend=False,
        annotations=end_names(ends, colors, look),
        shapes=[{"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "y domain",
                 "line": {"color": look.quiet, "width": 1.5, "dash": "dot"}}],
        xaxis={"domain": DOMAIN, "title": {"text": axis}, "showgrid": False},
        yaxis={"title": {"text": "share of questions"}, "range": [-0.04, 1.08], "tickformat": ".0%"},
    )  # fmt: skip
