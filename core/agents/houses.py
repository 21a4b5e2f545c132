"""Larger maps of rooms, guesses of the way that is left, and walls that a map lacks. Needs no torch."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Int

from core.agents.plans import Estimate, plan
from core.agents.worlds import Rooms, State
from core.assets import kept
from core.numbers import as_real, require, whole

WIDE, HIGH = 7, 4
"""Rooms of a house from left to right, and from top to bottom."""

EXTRA = 0.35
"""The share of the walls within a house through which there is a way all the same, beyond those that join all rooms."""

MOST_WALLS = 6
"""Walls that a planner may not know of."""

Spot = tuple[int, int]
Way = tuple[str, str]


def house(seed: int) -> Rooms:
    """A house of 7 × 4 rooms on a grid; the goal is a room at the right whose only way in is a locked door.

    Args:
        seed: of the draws.

    Raises:
        ValueError: for a seed below 0.

    Invariant: there is a way, and it leads over the key.
    """
    rng = np.random.default_rng(whole("seed", seed, 0))
    spots = [(column, row) for column in range(WIDE) for row in range(HIGH)]
    goal = (WIDE - 1, int(rng.integers(HIGH)))
    inner = [spot for spot in spots if spot != goal]
    beside = [(one, other) for one in inner for other in inner if other in ((one[0] + 1, one[1]), (one[0], one[1] + 1))]
    order = [beside[place] for place in rng.permutation(len(beside))]
    joined = _joining(order)
    ways = joined + [pair for pair in order if pair not in joined and rng.random() < EXTRA]
    doors = [spot for spot in inner if abs(spot[0] - goal[0]) + abs(spot[1] - goal[1]) == 1]
    door = (doors[int(rng.integers(len(doors)))], goal)
    begin = (0, int(rng.integers(HIGH)))
    keys = [spot for spot in inner if spot not in (begin, door[0])]
    key = keys[int(rng.integers(len(keys)))]
    table = _table([(named(one), named(other)) for one, other in (*ways, door)])
    return Rooms(table, (named(door[0]), named(door[1])), named(key), named(goal), named(begin))


def _joining(pairs: Sequence[tuple[Spot, Spot]]) -> list[tuple[Spot, Spot]]:
    """Of some pairs in their order those that join what was not joined before (Kruskal 1956)."""
    group: dict[Spot, Spot] = {}

    def root(spot: Spot) -> Spot:
        while group.get(spot, spot) != spot:
            spot = group[spot]
        return spot

    kept = []
    for one, other in pairs:
        first, second = root(one), root(other)
        if first != second:
            group[first] = second
            kept.append((one, other))
    return kept


def named(spot: Spot) -> str:
    """A room's name by its column and row: A1 at the top left."""
    return f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[spot[0]]}{spot[1] + 1}"


def spot_of(room: str) -> Spot:
    """The column and row of a room of a house."""
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(room[0]), int(room[1:]) - 1


def _table(pairs: Sequence[Way]) -> dict[str, tuple[str, ...]]:
    """By room, the rooms next to it."""
    ways: dict[str, list[str]] = {room: [] for pair in pairs for room in pair}
    for one, other in pairs:
        ways[one].append(other)
        ways[other].append(one)
    return {room: tuple(others) for room, others in ways.items()}


def ways_of(world: Rooms) -> tuple[Way, ...]:
    """Every way once, the locked door among them."""
    found: list[Way] = []
    for room, others in world.ways.items():
        found += [(room, other) for other in others if (other, room) not in found]
    return tuple(found)


def straight(world: Rooms, *, weight: float = 1.0) -> Estimate:
    """An estimate for a house: columns and rows from a room to the goal, as if no wall stood between.

    h(s) = w (|c - c_goal| + |r - r_goal|).

    Args:
        world: a house. weight: w, 0 or more.

    Raises:
        ValueError: for a weight that is below 0 or not finite.

    Invariant: with w ≤ 1 it is never above the acts that are still to go.
    Source: Hart, Nilsson and Raphael 1968; the weight: Pohl 1970.
    """
    factor = _weight(weight)

    def far(state: State) -> float:
        """The weighted columns, rows and acts from a state to the goal."""
        return factor * _apart(state[0], world.goal)

    return far


def over_the_key(world: Rooms, *, weight: float = 1.0) -> Estimate:
    """An estimate for a house that knows the task: first to the key, then to the door, then to the goal.

    Each part is counted in columns and rows; taking the key and opening the door are an act each.

    Args:
        world: a house. weight: w, 0 or more.

    Raises:
        ValueError: for a weight that is below 0 or not finite.

    Invariant: with w ≤ 1 it is never above the acts that are still to go, where the goal's only way in is the door.
    """
    factor, before = _weight(weight), next(room for room in world.door if room != world.goal)

    def far(state: State) -> float:
        """The weighted columns, rows and acts from a state to the goal."""
        room, key, door = state
        if door == "open" or room == world.goal:
            return factor * _apart(room, world.goal)
        to_the_door = _apart(room, before) if key == "key" else (
            _apart(room, world.key) + 1 + _apart(world.key, before)
        )  # fmt: skip
        return factor * (to_the_door + 2)

    return far


def _apart(room: str, other: str) -> int:
    (a, b), (c, d) = spot_of(room), spot_of(other)
    return abs(a - c) + abs(b - d)


def _weight(weight: float) -> float:
    require(0 <= as_real(weight) < float("inf"), "weight", weight, "a finite number of 0 or more")
    return float(weight)


@dataclass(frozen=True, slots=True)
class Walk:
    """A way through a world whose map had walls missing.

    Args:
        rooms: those that were entered, the first one included. acts: what was done; None of them at a wall.
        bumps: the walls that were met, in their order, each after so many acts.
        shortest: acts of one who knows the walls. believed: acts that the first plan promised.
    """

    rooms: tuple[str, ...]
    acts: tuple[str, ...]
    bumps: tuple[tuple[int, Way], ...]
    shortest: int
    believed: int

    @property
    def extra(self) -> int:
        """Acts beyond the shortest way, each bump counted as one."""
        return len(self.acts) + len(self.bumps) - self.shortest


def walls(world: Rooms, count: int, *, seed: int) -> tuple[Way, ...]:
    """Ways to wall up so that the goal can still be reached.

    They are drawn among the ways between rooms; one without which there is no way at all is left open.

    Args:
        world: where. count: walls, 0 to 6; there are fewer where the house has no more to spare. seed: of the draws.

    Raises:
        ValueError: for a value out of range.

    Invariant: with fewer walls and the same seed, they are the first of those.
    """
    number, rng = whole("count", count, 0, MOST_WALLS), np.random.default_rng([whole("seed", seed, 0), 2])
    ways = [way for way in ways_of(world) if {*way} != {*world.door}]
    found: list[Way] = []
    for place in rng.permutation(len(ways)):
        if len(found) == number:
            break
        if plan(without(world, (*found, ways[place]))).acts is not None:
            found.append(ways[place])
    return tuple(found)


def without(world: Rooms, closed: Sequence[Way]) -> Rooms:
    """The world without some ways."""
    gone = {frozenset(way) for way in closed}
    ways = {
        room: tuple(other for other in others if frozenset((room, other)) not in gone)
        for room, others in world.ways.items()
    }
    return replace(world, ways=ways)


def walk(world: Rooms, closed: Sequence[Way]) -> Walk:
    """Follows a plan on a map that lacks some walls, and plans anew at each wall that is met.

    Args:
        world: the map, as the planner has it. closed: ways that are walled up.

    Raises:
        ValueError: where there is no way past the walls.

    Invariant: no wall is met twice, and without walls the way is the shortest.
    Source: planning with the assumption that what is unknown is free, Koenig and Smirnov 1996.
    """
    gone = {frozenset(way) for way in closed}
    known, state = world, world.start
    truth = plan(without(world, closed)).acts
    if truth is None:
        raise ValueError(f"there is no way from {world.begin} to {world.goal} past the walls")
    rooms, acts, bumps, believed = [world.begin], list[str](), list[tuple[int, Way]](), 0
    while not world.done(state):
        ahead = plan(known, state).acts or ()
        believed = believed or len(ahead)
        for act in ahead:
            after, _ = known.step(state, act, 1.0)
            if after[0] != state[0] and frozenset((state[0], after[0])) in gone:
                bumps.append((len(acts), (state[0], after[0])))
                known = without(known, [(state[0], after[0])])
                break
            acts.append(act)
            if after[0] != state[0]:
                rooms.append(after[0])
            state = after
    return Walk(tuple(rooms), tuple(acts), tuple(bumps), len(truth), believed)


DETOURS_FILE = "agents/detours.npz"
HOUSES = 60
"""Houses over which detours are counted; their seeds are those from 0."""


@dataclass(frozen=True, eq=False)
class Detours:
    """What unknown walls cost over many houses.

    Args:
        extra: acts beyond the shortest way, bumps counted. bumps: walls met. Both by house and number of walls, from 0.
        shortest: acts of one who knows the walls.
    """

    extra: Int[np.ndarray, "house wall"]
    bumps: Int[np.ndarray, "house wall"]
    shortest: Int[np.ndarray, "house wall"]


def detours(seed: int) -> tuple[tuple[int, int, int], ...]:
    """By number of unknown walls in a house, from 0: acts beyond the shortest way, walls met, and the shortest way.

    The walls are the first of the same draw.
    """
    world = house(seed)
    closed = walls(world, MOST_WALLS, seed=seed)
    walked = [walk(world, closed[:count]) for count in range(MOST_WALLS + 1)]
    return tuple((one.extra, len(one.bumps), one.shortest) for one in walked)


@functools.cache
def recorded_detours() -> Detours:
    """The recorded detours.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record agents detours`.
    """
    return kept(DETOURS_FILE, Detours)
