"""A house of rooms on a grid: what a search looked at, the way it found, and walls that were met."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from components.theme import MAGNITUDE, Look, figure
from core.agents import Plan, Rooms, Walk, spot_of, ways_of
from core.numbers import mean_interval

MAP, BARS = (0.0, 0.6), (0.78, 1.0)
"""Where the map and what stands beside it are, as parts of the width."""

SQUARE = 32 / 13
"""Width of a room, in sizes of the type, so that its word fits."""

DARK, LIGHT_FROM = "#1A1C1F", 0.6
"""The words in rooms whose shade is above this, where the scale is light."""


def search_figure(
    world: Rooms, found: Plan, looked: Mapping[str, Sequence[int]], here: Mapping[str, int], *, look: Look, title: str,
    height: int,
) -> go.Figure:  # fmt: skip
    """Left the house, each room shaded by when it was first looked at, with the way; right states by search.

    Args:
        world: the house. found: what the search took up and found.
        looked: by search, states taken up in many houses. here: in this one.
        look: paper and type. title: the finding. height: pixels.
    """
    first: dict[str, int] = {}
    for place, state in enumerate(found.taken, start=1):
        first.setdefault(state[0], place)
    rooms = _rooms_of(world, found)
    return figure(
        look,
        title=title,
        height=height,
        traces=[*_ways(world, (), look), _shaded(world, first, look), _path(rooms, look), *_states(looked, here, look)],
        showlegend=False,
        annotations=_marks(world, first, look),
        **_axes(look),
        xaxis2={"domain": BARS, "anchor": "y2", "title": {"text": "states looked at"}, "rangemode": "tozero"},
        yaxis2={"anchor": "x2", "autorange": "reversed", "showgrid": False},
    )  # fmt: skip


def walls_figure(
    world: Rooms, walked: Walk, closed: Sequence[tuple[str, str]], extra: np.ndarray, *, count: int, look: Look,
    title: str, height: int,
) -> go.Figure:  # fmt: skip
    """Left the house with the walls that the map lacks and the way that was gone; right what walls cost.

    Args:
        world: the house as the map has it. walked: the way. closed: the walls.
        extra: acts beyond the shortest way, by house and number of walls. count: of walls here.
        look: paper and type. title: the finding. height: pixels.
    """
    return figure(
        look,
        title=title,
        height=height,
        traces=[*_ways(world, closed, look), _shaded(world, {}, look), _path(walked.rooms, look),
                *_walled(walked, closed, look), _cost(extra, look)],
        showlegend=False,
        annotations=_marks(world, {}, look),
        shapes=[{"type": "line", "xref": "x2", "yref": "y2 domain", "x0": count, "x1": count, "y0": 0, "y1": 1,
                 "line": {"color": look.quiet, "width": 1.5, "dash": "dot"}}],
        **_axes(look),
        xaxis2={"domain": (0.7, 1.0), "anchor": "y2", "title": {"text": "walls that the map lacks"}, "dtick": 1,
                "showgrid": False},
        yaxis2={"anchor": "x2", "title": {"text": "acts beyond the shortest way"}, "rangemode": "tozero"},
    )  # fmt: skip


def _axes(look: Look) -> dict[str, object]:
    return {
        "margin": {"t": 36, "b": 8},
        "xaxis": {"domain": MAP, "visible": False, "range": [-0.6, 6.6]},
        "yaxis": {"visible": False, "range": [3.6, -0.6], "scaleanchor": "x", "constrain": "domain"},
    }


def _rooms_of(world: Rooms, found: Plan) -> tuple[str, ...]:
    """The rooms that a plan leads through, the first one included."""
    rooms, state = [world.begin], world.start
    for act in found.acts or ():
        state = world.step(state, act, 1.0)[0]
        if state[0] != rooms[-1]:
            rooms.append(state[0])
    return tuple(rooms)


def _ways(world: Rooms, closed: Sequence[tuple[str, str]], look: Look) -> list[go.Scatter]:
    """Ways between rooms as lines, the door in its own color; those walled up are drawn by `_walled`."""
    gone = {frozenset(way) for way in closed}
    open_ways = [way for way in ways_of(world) if frozenset(way) not in gone and {*way} != {*world.door}]
    return [
        _lines(open_ways, look.role("mass"), 5, "ways", "solid"),
        _lines([world.door], look.role("rejected"), 7, "locked door", "dot"),
    ]


def _lines(ways: Sequence[tuple[str, str]], color: str, width: int, name: str, dash: str) -> go.Scatter:
    x: list[float | None] = []
    y: list[float | None] = []
    for one, other in ways:
        (a, b), (c, d) = spot_of(one), spot_of(other)
        x += [a, c, None]
        y += [b, d, None]
    return go.Scatter(
        x=x, y=y, mode="lines", name=name, line={"color": color, "width": width, "dash": dash}, hoverinfo="skip"
    )


def _shaded(world: Rooms, first: Mapping[str, int], look: Look) -> go.Scatter:
    """Rooms as squares: by when they were looked at, and pale where they never were."""
    rooms = list(world.ways)
    spots = [spot_of(room) for room in rooms]
    most = max(first.values(), default=1)
    colors = [_shade(first[room] / most) if room in first else look.paper for room in rooms]
    return go.Scatter(
        x=[column for column, _ in spots], y=[row for _, row in spots], mode="markers", name="rooms",
        marker={"symbol": "square", "size": round(SQUARE * look.size), "color": colors,
                "line": {"color": look.quiet, "width": 1.5}},
        text=[f"{room}: looked at as state {first[room]}" if room in first else f"{room}" for room in rooms],
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip


def _shade(part: float) -> str:
    """A color of the scale of magnitudes, from 0 to 1."""
    from plotly.colors import sample_colorscale

    return str(sample_colorscale(MAGNITUDE, [part])[0])


def _path(rooms: Sequence[str], look: Look) -> go.Scatter:
    """The way, a little beside the middle of the rooms so that there and back are told apart."""
    spots = np.array([spot_of(room) for room in rooms], float)
    ahead = np.diff(spots, axis=0, append=spots[-1:])
    beside = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1) * 0.13
    if len(spots) > 1:
        beside[-1] = beside[-2]
    points = [
        point
        for place in range(len(spots) - 1)
        for point in (spots[place] + beside[place], spots[place + 1] + beside[place])
    ]
    x, y = np.array(points).T if points else (spots[:, 0], spots[:, 1])
    return go.Scatter(
        x=x, y=y, mode="lines", name="way", line={"color": look.role("target"), "width": 4}, hoverinfo="skip"
    )


def _marks(world: Rooms, first: Mapping[str, int], look: Look) -> list[dict[str, object]]:
    """What the rooms are: where the way begins, the key, the goal."""
    most = max(first.values(), default=1)
    words = {world.begin: "start", world.key: "key", world.goal: "goal"}
    notes = []
    for room, word in words.items():
        column, row = spot_of(room)
        light = room not in first or first[room] / most > LIGHT_FROM
        color = look.ink if room not in first else DARK if light else "#FFFFFF"
        notes.append({"x": column, "y": row, "text": f"<b>{word}</b>", "showarrow": False,
                      "font": {"color": color, "size": look.size - 2}})  # fmt: skip
    return notes


def _states(looked: Mapping[str, Sequence[int]], here: Mapping[str, int], look: Look) -> list[go.Bar | go.Scatter]:
    """Mean states by search over many houses, with intervals; a diamond for this house."""
    names = list(looked)
    means = [float(np.mean(some)) for some in looked.values()]
    ends = [mean_interval(list(some)) for some in looked.values()]
    bars = go.Bar(
        x=means, y=names, orientation="h", xaxis="x2", yaxis="y2", name="mean",
        marker={"color": look.role("query")},
        error_x={"type": "data", "symmetric": False, "color": look.ink, "thickness": 1.5, "width": 5,
                 "array": [high - mean for mean, (_, high) in zip(means, ends, strict=True)],
                 "arrayminus": [mean - low for mean, (low, _) in zip(means, ends, strict=True)]},
        hovertemplate="%{y}: %{x:.1f} states on average<extra></extra>",
    )  # fmt: skip
    dots = go.Scatter(
        x=list(here.values()), y=list(here), xaxis="x2", yaxis="y2", mode="markers", name="this house",
        marker={"symbol": "diamond", "size": 11, "color": look.role("target"), "line": {"color": look.ink, "width": 1}},
        hovertemplate="this house: %{x} states<extra></extra>",
    )  # fmt: skip
    return [bars, dots]


def _walled(walked: Walk, closed: Sequence[tuple[str, str]], look: Look) -> list[go.Scatter]:
    """A cross at each wall: strong where it was met, pale where it was not."""
    met = {frozenset(way) for _, way in walked.bumps}
    traces = []
    for name, color, some in (
        ("wall that was met", look.role("rejected"), [way for way in closed if frozenset(way) in met]),
        ("wall that was not met", look.quiet, [way for way in closed if frozenset(way) not in met]),
    ):
        middles = [np.mean([spot_of(one), spot_of(other)], axis=0) for one, other in some]
        traces.append(
            go.Scatter(
                x=[float(middle[0]) for middle in middles], y=[float(middle[1]) for middle in middles], mode="markers",
                name=name, marker={"symbol": "x", "size": 15, "color": color}, hovertemplate=f"{name}<extra></extra>",
            )
        )  # fmt: skip
    return traces


def _cost(extra: np.ndarray, look: Look) -> go.Scatter:
    """Mean acts beyond the shortest way by number of walls, with intervals over houses."""
    means = extra.mean(axis=0)
    ends = np.array([mean_interval(column.astype(float)) for column in extra.T])
    return go.Scatter(
        x=list(range(len(means))), y=means, xaxis="x2", yaxis="y2", mode="lines+markers", name="mean over houses",
        line={"color": look.role("query"), "width": 2.5},
        error_y={"type": "data", "symmetric": False, "array": ends[:, 1] - means, "arrayminus": means - ends[:, 0],
                 "thickness": 1.5, "width": 5},
        hovertemplate="%{x} walls: %{y:.2f} acts<extra></extra>",
    )  # fmt: skip
