"""The share of worlds that each actor gets through, with intervals."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from components.figures.shares import end_names, share_lines
from components.theme import Look, figure
from core.agents import MODEL

ROLES = {MODEL: "query", "planner": "accepted", "random": "mass"}


def success_figure(
    series: Mapping[str, Sequence[tuple[int, int, tuple[float, float]]]],
    places: Sequence[float],
    *,
    axis: str,
    look: Look,
    title: str,
    height: int,
) -> go.Figure:
    """A line for each actor.

    Args:
        series: by actor and place, how many, of how many, and the interval. places: along the axis. axis: its name.
        look: paper and type. title: the finding. height: pixels.
    """
    colors = {actor: look.role(ROLES[actor]) for actor in series}
    ends = {actor: found[-1][0] / found[-1][1] for actor, found in series.items()}
    return figure(
        look,
        title=title,
        height=height,
        traces=share_lines(series, places, colors=colors, apart=0.01 * (places[-1] - places[0])),
        showlegend=False,
        annotations=end_names(ends, colors, look),
        xaxis={"domain": (0, 0.86), "title": {"text": axis}, "tickvals": list(places), "showgrid": False},
        yaxis={"title": {"text": "share of worlds got through"}, "range": [-0.04, 1.08], "tickformat": ".0%"},
    )
