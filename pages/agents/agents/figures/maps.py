"""Maps of the two worlds: who teaches whom, and how rooms hang together."""

import math
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from components.theme import Look, escape
from core.agents import Records, Rooms, World

Point = tuple[float, float]
Drawn = tuple[list[go.Scatter], list[dict[str, object]], tuple[list[float], list[float]]]
"""Traces, words, and the ranges of both axes."""


def map_traces(world: World, state: tuple[str, ...], look: Look) -> Drawn:
    """The map of a world in a state; an unknown world has none."""
    if isinstance(world, Rooms):
        return _rooms(world, state, look)
    if isinstance(world, Records):
        return _records(world, state, look)
    return [], [], ([0, 1], [0, 1])


def _ring(names: Sequence[str]) -> dict[str, Point]:
    """Names in a ring, the first on top, clockwise."""
    angles = [math.pi / 2 - 2 * math.pi * place / len(names) for place in range(len(names))]
    return {name: (math.cos(angle), math.sin(angle)) for name, angle in zip(names, angles, strict=True)}


def _records(world: Records, state: tuple[str, ...], look: Look) -> Drawn:
    """People in a ring with an arrow to the teacher; what was seen is dark, the rest is faint."""
    order = [world.asked]
    while len(order) < len(world.teacher) and world.teacher[order[-1]] not in order:
        order.append(world.teacher[order[-1]])
    order += [name for name in world.teacher if name not in order]
    at, seen = _ring(order), world.seen(state)
    notes: list[dict[str, object]] = []
    for name in order:
        told = seen.get(name)
        teacher = told[0] if told else world.teacher[name]
        if teacher in at:
            notes.append(_arrow(at[name], at[teacher], look.ink if told else look.role("mass"), 2.5 if told else 1))
        city = told[1] if told else world.city[name]
        words = f"<b>{escape(name)}</b><br>{escape(city)}"
        color = look.ink if told else look.quiet
        notes.append(_words(at[name], words, color, look))
    ring = _marks([at[world.asked]], look.role("query"), 62, look, name="asked")
    return [ring], notes, ([-1.45, 1.45], [-1.35, 1.3])


def _rooms(world: Rooms, state: tuple[str, ...], look: Look) -> Drawn:
    """Rooms as circles with their ways; the door in its color, the key, the goal, and who walks."""
    at = _ring(list(world.ways))
    room, key, door = state
    traces = []
    for one, others in world.ways.items():
        for other in others:
            if one < other:
                locked = {one, other} == {*world.door}
                color = look.role("accepted" if door == "open" else "rejected") if locked else look.role("mass")
                traces.append(_line(at[one], at[other], color, 5 if locked else 2, dash=locked and door == "locked"))
    traces.append(_marks([at[room]], look.role("query"), 62, look, name="here"))
    traces.append(_marks([at[world.goal]], look.role("accepted"), 74, look, name="goal"))
    extra: Mapping[str, str] = {world.goal: "goal"} | ({world.key: "key"} if key == "no key" else {})
    notes = [
        _words(at[name], f"<b>{escape(name)}</b>" + (f"<br>{extra[name]}" if name in extra else ""),
               look.ink if name == room else look.quiet, look)
        for name in world.ways
    ]  # fmt: skip
    middle = ((at[world.door[0]][0] + at[world.door[1]][0]) / 2, (at[world.door[0]][1] + at[world.door[1]][1]) / 2)
    color = look.word(look.role("accepted" if door == "open" else "rejected"))
    notes.append(_words(middle, door, color, look))
    if key == "key":
        notes.append(_words((0, -1.28), "has the key", look.word(look.role("query")), look))
    return traces, notes, ([-1.45, 1.45], [-1.4, 1.3])


def _words(at: Point, text: str, color: str, look: Look) -> dict[str, object]:
    return {"x": at[0], "y": at[1], "text": text, "showarrow": False, "bgcolor": look.paper, "borderpad": 1,
            "font": {"size": look.size, "color": color}}  # fmt: skip


def _arrow(start: Point, end: Point, color: str, width: float) -> dict[str, object]:
    """From one name to another, short of both."""
    far = math.dist(start, end)
    ends = [tuple(a + (b - a) * part for a, b in zip(start, end, strict=True)) for part in (0.34 / far, 1 - 0.34 / far)]
    (ax, ay), (x, y) = ends
    return {"x": x, "y": y, "ax": ax, "ay": ay, "xref": "x", "yref": "y", "axref": "x", "ayref": "y", "text": "",
            "showarrow": True, "arrowhead": 2, "arrowwidth": width, "arrowcolor": color}  # fmt: skip


def _line(start: Point, end: Point, color: str, width: float, *, dash: bool) -> go.Scatter:
    return go.Scatter(
        x=[start[0], end[0]], y=[start[1], end[1]], mode="lines", hoverinfo="skip", name="way",
        line={"color": color, "width": width, "dash": "dot" if dash else "solid"},
    )  # fmt: skip


def _marks(places: Sequence[Point], color: str, size: int, look: Look, *, name: str) -> go.Scatter:
    return go.Scatter(
        x=[x for x, _ in places], y=[y for _, y in places], mode="markers", hoverinfo="skip", name=name,
        cliponaxis=False,
        marker={"symbol": "circle-open", "size": size * look.size / 13, "color": color, "line": {"width": 3}},
    )  # fmt: skip
