"""The shortest plan beside what the model did, and how often each actor reaches the goal."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from components.theme import ENLARGED, Look, escape, figure
from core.agents import Plan, Rooms
from pages.agents.agents.figures.maps import map_traces

MAP, FIRST, SECOND, BARS = (0.0, 0.27), 0.3, 0.5, (0.78, 1.0)
"""Where the map, the two lists and the bars stand, as parts of the width."""

LINE = 1.3
"""The height of a line of the lists, in sizes of its type."""


def beside_figure(
    world: Rooms, shortest: Sequence[str], done: Sequence[str],
    counts: Mapping[str, tuple[int, int, tuple[float, float]]], *, look: Look, title: str, height: int,
) -> go.Figure:  # fmt: skip
    """Left the map, then the shortest plan and the model's acts, right how often each actor reaches the goal.

    Args:
        world: the map. shortest, done: acts. counts: by actor, in how many worlds it reaches the goal, of how many, and
            the interval. look: paper and type. title: the finding. height: pixels.
    """
    traces, notes, ranges = map_traces(world, world.start, look)
    lists = [
        *_acts("the shortest plan", shortest, FIRST, look, height),
        *_acts("what the model did", done, SECOND, look, height),
    ]
    return figure(
        look,
        title=title,
        height=height,
        traces=[*traces, _bars(counts, look)],
        showlegend=False,
        annotations=[*notes, *lists],
        xaxis={"domain": MAP, "visible": False, "range": ranges[0]},
        yaxis={"visible": False, "range": ranges[1]},
        xaxis2={"domain": BARS, "anchor": "y2", "range": [0, 1.05], "tickformat": ".0%", "tickvals": [0, 0.5, 1],
                "title": {"text": "worlds where it is reached"}},
        yaxis2={"anchor": "x2", "autorange": "reversed", "showgrid": False, "tickvals": list(counts),
                "ticktext": [f"{actor}<br>{hits} of {count}" for actor, (hits, count, _) in counts.items()]},
    )  # fmt: skip


def own_figure(world: Rooms, found: Plan, *, look: Look, title: str, height: int) -> go.Figure:
    """A visitor's map with the shortest plan beside it."""
    traces, notes, ranges = map_traces(world, world.start, look)
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=False,
        annotations=[*notes, *_acts("the shortest plan", found.acts or (), 0.66, look, height)],
        xaxis={"domain": [0, 0.6], "visible": False, "range": ranges[0]},
        yaxis={"visible": False, "range": ranges[1]},
    )


def _acts(heading: str, acts: Sequence[str], at: float, look: Look, height: int) -> list[dict[str, object]]:
    """As many acts under a heading as the height has room for, a line each, and how many more there are."""
    size = look.size - 1
    room = max(int((height * (ENLARGED if look.presenter else 1) - 70) / (LINE * size)), 4)
    most = room - 1 if len(acts) < room else room - 2
    shown = [f"{number}. {act}" for number, act in enumerate(acts[:most], start=1)]
    more = [f"… {len(acts) - most} more"] if len(acts) > most else []
    return [
        {"x": at, "xref": "paper", "y": 1 - line / room, "yref": "paper", "xanchor": "left", "yanchor": "top",
         "showarrow": False, "text": f"<b>{text}</b>" if line == 0 else escape(text),
         "font": {"size": size, "color": look.ink if line == 0 else look.quiet}}
        for line, text in enumerate([heading, *shown, *more])
    ]  # fmt: skip


def _bars(counts: Mapping[str, tuple[int, int, tuple[float, float]]], look: Look) -> go.Bar:
    shares = [hits / count for hits, count, _ in counts.values()]
    return go.Bar(
        x=shares, y=list(counts), orientation="h", xaxis="x2", yaxis="y2", name="worlds where the goal is reached",
        marker={"color": [look.role("accepted"), *[look.role("query")] * (len(counts) - 1)]},
        text=[f"{hits} of {count}" for hits, count, _ in counts.values()], textposition="none",
        error_x={"type": "data", "symmetric": False, "color": look.ink, "thickness": 1.5, "width": 5,
                 "array": [high - share for share, (*_, (_, high)) in zip(shares, counts.values(), strict=True)],
                 "arrayminus": [share - low for share, (*_, (low, _)) in zip(shares, counts.values(), strict=True)]},
        hovertemplate="%{y}: %{text}<extra></extra>",
    )  # fmt: skip
