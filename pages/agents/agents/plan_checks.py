"""The identities of plans: they end at the goal, no shorter one exists, and a way goes through no wall."""

from collections import deque

import numpy as np

from core.agents import Episode, Plan, Rooms, Walk, reaches
from core.checks import Check


def shortest_by_levels(world: Rooms) -> float:
    """A second search, level by level over states alone; infinite where there is no way."""
    waiting, far = deque([world.start]), {world.start: 0}
    while waiting:
        state = waiting.popleft()
        if world.done(state):
            return far[state]
        for act in world.acts(state):
            after, _ = world.step(state, act, 1.0)
            if after not in far:
                far[after] = far[state] + 1
                waiting.append(after)
    return np.inf


def plan_checks(world: Rooms, found: Plan, *, exact: bool) -> tuple[Check, ...]:
    """A plan ends at the goal; where its search promises that, none is shorter."""
    if found.acts is None:
        return (Check("Ways that a second search finds where the plan found none",
                      float(np.isfinite(shortest_by_levels(world))), 0, "level by level"),)  # fmt: skip
    ends = Check("Plans on screen that miss the goal", float(not reaches(world, found.acts)), 0, "act by act")
    over = len(found.acts) - shortest_by_levels(world)
    return (ends, *((Check("Acts beyond the shortest plan", over, 0, "a second search, by levels"),) if exact else ()))


def walk_checks(world: Rooms, closed: tuple[tuple[str, str], ...], walked: Walk) -> tuple[Check, ...]:
    """The way goes through no wall, and no wall is met twice."""
    gone = {frozenset(way) for way in closed}
    through = sum(frozenset(pair) in gone for pair in zip(walked.rooms, walked.rooms[1:], strict=False))
    met = [frozenset(way) for _, way in walked.bumps]
    return (
        Check("Walls that the way goes through", through, 0, f"{len(closed)} walls"),
        Check("Walls that were met twice", len(met) - len(set(met)), 0, f"{len(met)} bumps"),
        Check("Ends of the way that are not the goal", float(walked.rooms[-1] != world.goal), 0, world.goal),
    )


def episode_checks(world: Rooms, episode: Episode) -> tuple[Check, ...]:
    """Done again, the model's acts end as they are said to, and no sooner than any plan can."""
    ends = float(reaches(world, episode.acts) != episode.success)
    under = shortest_by_levels(world) - len(episode.steps) if episode.success else 0.0
    return (
        Check("Ends of the model's acts that are told wrong", ends, 0, "done again in the world"),
        Check("Acts by which the model beats the shortest plan", max(0.0, under), 0, "a second search, by levels"),
    )
