"""Two branches of an episode side by side."""

from collections.abc import Sequence

import plotly.graph_objects as go

from components.theme import ENLARGED, Look, figure
from core.agents import Step, World
from pages.agents.agents.figures.transcript import LINE, text_trace, told_lines, within

WIDTH = {False: 74, True: 60}
"""Letters of a line, at a desk and on a projector."""

HIDDEN = {"visible": False, "fixedrange": True}


def rows_within(height: int, look: Look) -> int:
    """Lines of text that a figure of a height has room for."""
    return max(int((height * (ENLARGED if look.presenter else 1) - 70) / (LINE * look.size)), 4)


def branches_figure(
    world: World,
    before: Sequence[Step],
    after: Sequence[Step],
    *,
    edited: int,
    names: tuple[str, str],
    look: Look,
    title: str,
    height: int,
) -> go.Figure:
    """Left an episode as it was, right as it went on from an edited step.

    Args:
        world: where. before, after: the steps of both. edited: the step at which they part.
        names: what stands above them. look: paper and type. title: the finding. height: pixels.
    """
    room, width = rows_within(height, look), WIDTH[look.presenter]
    told = (
        told_lines(world, before, width=width, look=look, shares=True),
        told_lines(world, after, width=width, look=look, shares=True, edited=edited),
    )
    traces = [
        text_trace([(f"<b>{name}</b>", look.quiet), *within(lines, room - 1)], look, name=name, axes=axes)
        for name, lines, axes in zip(names, told, ("", "2"), strict=True)
    ]
    rows = {"range": [room, -0.6], **HIDDEN}
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=False,
        xaxis={"domain": (0, 0.48), "range": [0, 1], **HIDDEN},
        yaxis=rows,
        xaxis2={"domain": (0.52, 1), "range": [0, 1], "anchor": "y2", **HIDDEN},
        yaxis2={**rows, "anchor": "x2"},
    )
