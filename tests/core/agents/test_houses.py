"""Houses, guesses of the way, unknown walls, and maps that a visitor types."""

import math
from collections import deque

import pytest

from core.agents import (
    Rooms,
    detours,
    house,
    over_the_key,
    plan,
    reaches,
    read_rooms,
    recorded_detours,
    straight,
    walk,
    walls,
    ways_of,
    without,
)
from core.agents.worlds import State


def _to_go(world: Rooms) -> dict[State, int]:
    """By state, the fewest acts that are still to go: backward from all ends over the graph of states."""
    graph: dict[State, list[State]] = {}
    waiting = deque([world.start])
    while waiting:
        state = waiting.popleft()
        if state in graph:
            continue
        graph[state] = [world.step(state, act, 1.0)[0] for act in world.acts(state)]
        waiting.extend(graph[state])
    far = {state: 0 for state in graph if world.done(state)}
    for number in range(1, len(graph) + 1):
        far |= {
            state: number for state, after in graph.items() if state not in far and any(one in far for one in after)
        }
    return far


@pytest.mark.parametrize("seed", range(3))
def test_guesses_never_say_more_than_is_to_go(seed: int) -> None:
    world = house(seed)
    for state, acts in _to_go(world).items():
        assert straight(world)(state) <= acts
        assert over_the_key(world)(state) <= acts
        assert over_the_key(world, weight=0.5)(state) == over_the_key(world)(state) / 2


@pytest.mark.parametrize("seed", range(3))
def test_searches_find_ways_and_a_good_guess_looks_at_fewer_states(seed: int) -> None:
    world, shortest = house(seed), _to_go(house(seed))[house(seed).start]
    plain = plan(world)
    assert plain.acts is not None and len(plain.acts) == shortest and reaches(world, plain.acts)
    for guess in (straight(world), over_the_key(world)):
        guided = plan(world, estimate=guess)
        assert guided.acts is not None and len(guided.acts) == shortest
        assert guided.looked_at <= plain.looked_at
        greedy = plan(world, estimate=guess, greedy=True)
        assert greedy.acts is not None and len(greedy.acts) >= shortest and reaches(world, greedy.acts)
    assert "take the key" in plain.acts


def test_houses_are_what_they_should_be() -> None:
    for seed in range(40):
        world = house(seed)
        assert len(world.ways) == 28 and world.ways[world.goal] == (next(r for r in world.door if r != world.goal),)
        assert len({world.begin, world.goal}) == 2 and world.key not in (world.begin, world.goal)
        assert world == house(seed)


@pytest.mark.parametrize("seed", range(2))
def test_unknown_walls_cost_what_the_walk_says(seed: int) -> None:
    world = house(seed)
    closed = walls(world, 6, seed=seed)
    assert len(closed) == 6 and walls(world, 3, seed=seed) == closed[:3]
    walked = walk(world, closed)
    gone = {frozenset(way) for way in closed}
    assert all(frozenset(pair) not in gone for pair in zip(walked.rooms, walked.rooms[1:], strict=False))
    assert walked.rooms[-1] == world.goal and reaches(without(world, closed), walked.acts)
    assert len({frozenset(way) for _, way in walked.bumps}) == len(walked.bumps) <= 6
    assert walked.shortest == _to_go(without(world, closed))[world.start]
    assert walked.believed == len(plan(world).acts or ()) <= walked.shortest
    assert walk(world, ()).extra == 0 and walked.extra >= len(walked.bumps)
    assert set(ways_of(without(world, closed))) == set(ways_of(world)) - set(closed)


def test_recorded_detours_are_those_of_today() -> None:
    record = recorded_detours()
    for seed in (7,):
        today = detours(seed)
        assert [
            tuple(row) for row in zip(record.extra[seed], record.bumps[seed], record.shortest[seed], strict=True)
        ] == [tuple(row) for row in today]
    assert (record.extra[:, 0] == 0).all() and (record.extra >= record.bumps).all()


def test_a_way_past_all_walls_must_be_left() -> None:
    world = read_rooms("a - b\nb # c\nkey: a\nfrom: a\nto: c")
    with pytest.raises(ValueError, match="no way from a to c"):
        walk(world, [("a", "b")])
    for wrong in (-1, 7):
        with pytest.raises(ValueError, match="count"):
            walls(world, wrong, seed=0)
    for weight in (-1, math.nan, math.inf):
        with pytest.raises(ValueError, match="weight"):
            straight(world, weight=weight)
    with pytest.raises(ValueError, match="seed"):
        house(-1)


def test_a_typed_map_is_read() -> None:
    world = read_rooms("Hall - kitchen\n\nkitchen # cellar \nkey: hall\nfrom: kitchen\nto: cellar")
    assert world.door == ("kitchen", "cellar") and world.ways["kitchen"] == ("hall", "cellar")
    assert plan(world).acts == ("go to hall", "take the key", "go to kitchen", "open the door", "go to cellar")
    away = read_rooms("a - b\nc # d\nkey: a\nfrom: a\nto: d")
    assert plan(away).acts is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "1 to 60 ways"),
        ("a - b\nkey: a\nfrom: a\nto: b", "one locked door"),
        ("a # b\nb # c\nkey: a\nfrom: a\nto: b", "got 2"),
        ("a # b\nkey: z\nfrom: a\nto: b", "key must be one of the rooms: a, b; got 'z'"),
        ("a # b\nkey: a\nfrom: a", "to must be"),
        ("a # b\nkey: a\nfrom: a\nto: a", "two rooms"),
        ("a # b\nkey: a\nfrom: a\nto: b\nlamp: a", "'lamp' must be one of key, from, to"),
        ("a b\nkey: a\nfrom: a\nto: b", "must name two rooms"),
        (f"{'x' * 21} # b\nkey: b\nfrom: b\nto: b", "1 to 20 letters"),
        ("a # a\nkey: a\nfrom: a\nto: a", "must name two rooms"),
    ],
)
def test_what_is_no_map_is_told(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_rooms(text)
