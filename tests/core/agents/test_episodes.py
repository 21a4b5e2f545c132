"""Worlds, plans and episodes."""

import functools
from collections import deque
from collections.abc import Sequence
from inspect import unwrap
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.agents import (
    ACTORS,
    Case,
    Decision,
    Records,
    Rooms,
    Step,
    World,
    plan,
    records_world,
    replayed,
    rooms_world,
    run_episode,
    run_together,
    shortest_acts,
    success,
)
from core.agents.worlds import State

WORLDS: tuple[World, ...] = (*map(records_world, range(8)), *map(rooms_world, range(8)))


def _shortest(world: World) -> int:
    """A second search, level by level over states alone."""
    waiting, seen = deque([(world.start, 0)]), {world.start}
    while waiting:
        state, far = waiting.popleft()
        if world.done(state):
            return far
        for act in (act for act in world.acts(state) if world.founded(state, act)):
            after, _ = world.step(state, act, 1.0)
            if after not in seen:
                seen.add(after)
                waiting.append((after, far + 1))
    raise AssertionError("no way")


@pytest.mark.parametrize("world", WORLDS)
def test_the_planner_takes_the_shortest_way(world: World) -> None:
    episode = run_episode("planner", world, limit=40, seed=0)
    assert (episode.success, episode.ended, episode.repeated) == (True, "done", 0)
    assert len(episode.steps) == _shortest(world) == len(plan(world).acts or ())
    assert all(step.decision.probabilities[step.decision.act] == 1 for step in episode.steps)


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("actor", ["planner", "random"])
def test_an_episode_replayed_from_its_acts_gives_the_same_states(world: World, actor: str) -> None:
    episode = run_episode(actor, world, limit=12, seed=3)
    states = [world.start, *(step.after for step in episode.steps)]
    assert list(replayed(episode, world, seed=3)) == states
    assert episode == run_episode(actor, world, limit=12, seed=3)
    assert all(step.decision.act in world.acts(step.state) for step in episode.steps)


def _away(goal: str, state: State) -> float:
    return float(state[0] != goal)


def test_an_estimate_finds_as_short_a_way_and_looks_at_no_more() -> None:
    for seed in range(20):
        world = rooms_world(seed)
        plain = plan(world)
        guided = plan(world, estimate=functools.partial(_away, world.goal))
        assert len(guided.acts or ()) == len(plain.acts or ())
        assert guided.looked_at <= plain.looked_at
        assert plan(world, estimate=lambda state: 0.0, greedy=True).acts is not None


def test_records_are_those_of_the_people() -> None:
    for seed in range(30):
        world = records_world(seed)
        assert all(name != teacher for name, teacher in world.teacher.items())
        assert sorted(world.teacher.values()) == sorted(world.teacher)
        assert world.answer == world.city[world.teacher[world.asked]] != world.city[world.asked]
        acts = run_episode("planner", world, limit=4, seed=0).acts
        first, second = world.asked, world.teacher[world.asked]
        assert acts == (f"Look up: {first}", f"Look up: {second}", f"Answer: {world.answer}")


def test_a_guess_is_an_act_and_no_plan() -> None:
    world = records_world(0)
    right = f"Answer: {world.answer}"
    assert right in world.acts(world.start)
    assert not world.founded(world.start, right)
    lucky = run_episode(lambda *_: Decision(right, {}), world, limit=4, seed=0)
    assert lucky.success
    wrong = next(act for act in world.acts(()) if act.startswith("Answer") and act != right)
    failed = run_episode(lambda *_: Decision(wrong, {}), world, limit=4, seed=0)
    assert (failed.success, failed.ended, len(failed.steps)) == (False, "over", 1)


@pytest.mark.parametrize("silent", [False, True])
def test_tools_fail_as_often_as_they_should(silent: bool) -> None:
    noise, trials = 0.3, 100
    # Two look-ups and no third try: the limit leaves two look-ups and the answer.
    good = [
        run_episode("planner", records_world(seed, noise=noise, silent=silent), limit=3, seed=seed).success
        for seed in range(trials)
    ]
    exact = success(noise, 2)
    # A record shown by mistake may hold the right city all the same.
    assert exact - 0.15 < np.mean(good) < exact + 0.2
    announced = [
        run_episode("planner", records_world(seed, noise=noise, silent=silent), limit=20, seed=seed).success
        for seed in range(trials)
    ]
    assert (np.mean(announced) == 1) == (not silent)


def test_rooms_without_a_key_have_no_way() -> None:
    world = Rooms({"hall": ("attic",), "attic": ("hall",)}, ("hall", "attic"), "nowhere", "attic", "hall")
    assert plan(world).acts is None
    episode = run_episode("planner", world, limit=5, seed=0)
    assert (episode.success, episode.ended, episode.steps) == (False, "no way", ())
    tried = run_episode("random", world, limit=5, seed=0)
    assert (tried.success, tried.ended, tried.acts) == (False, "limit", ("open the door",) * 5)
    assert tried.repeated == 4
    walled = Rooms({}, ("a", "b"), "a", "b", "c")
    assert run_episode("random", walled, limit=5, seed=0).ended == "over"


def test_an_edited_episode_goes_on_from_there() -> None:
    world = rooms_world(1)
    whole = run_episode("planner", world, limit=20, seed=0)
    begun = whole.steps[:2]
    on = run_episode("planner", world, limit=20, seed=0, begun=begun)
    assert on == whole
    observed: list[int] = []

    def counting(world: World, state: State, steps: Sequence[Step], rng: np.random.Generator) -> Decision | None:
        observed.append(len(steps))
        return None

    assert run_episode(counting, world, limit=20, seed=0, begun=begun).ended == "no way"
    assert observed == [2]


def test_what_cannot_be_run_is_refused() -> None:
    world = rooms_world(0)
    with pytest.raises(ValueError, match="one of planner, random"):
        run_episode("nobody", world, limit=3, seed=0)
    untyped: Any = unwrap(run_episode)  # as in the app, where no type is checked
    with pytest.raises(ValueError, match="or a function"):
        untyped(None, world, limit=3, seed=0)
    with pytest.raises(ValueError, match="world = None must be a world"):
        untyped("planner", None, limit=3, seed=0)
    with pytest.raises(ValueError, match="limit is 0"):
        run_episode("random", world, limit=0, seed=0)
    with pytest.raises(ValueError, match="act = 'fly'"):
        run_episode(lambda *_: Decision("fly", {}), world, limit=3, seed=0)
    with pytest.raises(ValueError, match=r"noise = 1\.5"):
        records_world(0, noise=1.5)
    for build in (records_world, rooms_world):
        with pytest.raises(ValueError, match="seed is -1"):
            build(-1)
    assert isinstance(records_world(0), Records)


@given(seed=st.integers(0, 10_000), hops=st.integers(1, 3))
@settings(max_examples=25, deadline=None)
def test_a_task_takes_as_many_look_ups_as_it_says(seed: int, hops: int) -> None:
    world = records_world(seed, hops=hops)
    acts = run_episode("planner", world, limit=8, seed=0).acts
    assert len(acts) == hops + 1 and acts[-1] == f"Answer: {world.answer}"
    assert world.task.count("teacher") == hops - 1
    assert world.teacher == records_world(seed).teacher
    with pytest.raises(ValueError, match="hops"):
        records_world(seed, hops=4)


def test_episodes_that_run_together_are_those_that_run_alone() -> None:
    worlds = [records_world(seed, noise=0.3) for seed in range(6)]

    def decide(cases: Sequence[Case]) -> list[Decision | None]:
        return [ACTORS["planner"](case.world, case.state, case.steps, np.random.default_rng(0)) for case in cases]

    together = run_together(decide, worlds, limit=5, seeds=range(6))
    assert together == tuple(run_episode("planner", world, limit=5, seed=seed) for seed, world in enumerate(worlds))
    with pytest.raises(ValueError):
        run_together(decide, worlds, limit=5, seeds=range(5))


def test_the_acts_of_shortest_ways_are_those_that_leave_less_to_do() -> None:
    for world in WORLDS:
        far = _shortest(world)
        good = shortest_acts(world, world.start)
        assert good
        for act in world.acts(world.start):
            after, _ = world.step(world.start, act, 1.0)
            if world.founded(world.start, act):
                rest = plan(world, after).acts
                assert (act in good) == (rest is not None and len(rest) == far - 1)
    assert shortest_acts(rooms_world(0), ("nowhere", "key", "open")) == ()
