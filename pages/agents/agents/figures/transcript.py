"""What was done and seen in an episode, as lines of text."""

from collections.abc import Sequence
from textwrap import wrap

import plotly.graph_objects as go

from components.theme import Look, escape
from core.agents import Rooms, Step, World

LINE = 1.55
"""The height of a line, in sizes of its type."""

Line = tuple[str, str]
"""A line in HTML, and its color."""


def told_lines(
    world: World, steps: Sequence[Step], *, width: int, look: Look, shares: bool = False, edited: int = -1
) -> list[Line]:
    """Task, thoughts, acts and observations.

    Args:
        world: where. steps: what was done. width: letters of a line. look: the colors.
        shares: whether the probability of each act stands behind it. edited: a step that was edited, -1 for none.
    """
    begun = [f"You are in the {world.begin}."] if isinstance(world, Rooms) else []
    lines = [(f"<b>{escape(line)}</b>", look.ink) for line in wrap(f"Task: {world.task}", width)]
    lines += [(escape(line), look.quiet) for text in begun for line in wrap(text, width)]
    for place, step in enumerate(steps):
        changed = look.word(look.role("target")) if place == edited else ""
        share = step.decision.probabilities.get(step.decision.act)
        behind = f"  {percent(share)}" if shares and share is not None else ""
        lines += [(f"<i>{escape(line)}</i>", look.ink) for line in wrap(step.decision.thought, width)]
        lines.append((f"<b>{escape(step.decision.act)}</b>{behind}", changed or look.word(look.role("query"))))
        lines += [(escape(line), changed or look.quiet) for line in wrap(step.observation, width)]
    return lines


def within(lines: Sequence[Line], room: int) -> list[Line]:
    """As many lines as there is room for: the first two and the last, where there are more."""
    if len(lines) <= room:
        return list(lines)
    return [*lines[:2], ("…", lines[-1][1]), *lines[len(lines) - room + 3 :]]


def text_trace(lines: Sequence[Line], look: Look, *, name: str, axes: str = "") -> go.Scatter:
    """Lines as a trace of text on axes that run from 0 to 1 and from the first line downwards.

    Args:
        lines: from the top. look: type. name: of the trace. axes: their number as plotly counts, "" for the first.
    """
    return go.Scatter(
        x=[0.0] * len(lines), y=list(range(len(lines))), mode="text", text=[text for text, _ in lines],
        textposition="middle right", textfont={"color": [color for _, color in lines], "size": look.size},
        hoverinfo="skip", name=name, xaxis=f"x{axes}", yaxis=f"y{axes}", cliponaxis=False, showlegend=False,
    )  # fmt: skip


def percent(share: float) -> str:
    """A probability in whole percent."""
    return "<1%" if 0 < share < 0.005 else f"{share:.0%}"
