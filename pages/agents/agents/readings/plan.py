"""What plans find, cost and miss, in words: every title is a function of the numbers."""

from collections.abc import Sequence

import numpy as np

from core.agents import Episode, Plan, Rooms, Walk, gap
from core.numbers import mean_interval, side
from pages.agents.agents.readings.shares import counted

STATE = "A state is a room, with the key or without, the door locked or open."
"""What a search looks at."""


def search_title(name: str, looked: Sequence[int], plain: Sequence[int], longer: Sequence[int]) -> str:
    """What a search saves over breadth-first search, and what its plans cost, over many houses.

    Args:
        name: of the search. looked, plain: states it takes up, and those of breadth-first search, by house.
        longer: acts of its plan beyond the shortest, by house.
    """
    houses = len(looked)
    mean, base = float(np.mean(looked)), float(np.mean(plain))
    saved = side(mean_interval(np.subtract(plain, looked).tolist()))
    name = f"{name[:1].upper()}{name[1:]}"
    told = {
        1: f"{name} looks at {mean:.0f} states, breadth-first search at {base:.0f}",
        0: f"{name} looks at no fewer states than breadth-first search",
        -1: f"{name} looks at {mean:.0f} states, more than breadth-first search's {base:.0f}",
    }[saved]
    worse = sum(more > 0 for more in longer)
    found = "never by a longer way" if worse == 0 else f"in {worse} by a longer way"
    return f"{told} (mean of {houses} houses), {found}"


def search_reading(found: Plan, plain: Plan, name: str) -> str:
    """The live sentence: this house."""
    acts, shortest = len(found.acts or ()), len(plain.acts or ())
    more = "as short as any" if acts == shortest else f"<b>{counted(acts - shortest, 'act')}</b> longer than need be"
    return (
        f"In this house {name} takes up <b>{found.looked_at}</b> states; its plan has <b>{acts}</b> acts, {more}; "
        f"breadth-first search takes up {plain.looked_at}. {STATE} The darker a room, the sooner it was looked at. "
        f"Bars: means of many houses; diamonds: this house."
    )


def beside_title(model: np.ndarray, random: np.ndarray, search: np.ndarray) -> str:
    """How often the model reaches the goal, and whether that is more than chance, beyond noise.

    Args:
        model, random, search: by world, whether it was reached by the model's acts, by random ones and by a plan.
    """
    told = {1: "more than", -1: "less than", 0: "within noise of"}[side(gap(random, model))]
    return (
        f"The model reaches the goal in {int(model.sum())} of {len(model)} worlds, {told} random acts "
        f"({int(random.sum())}); search does in {'all' if search.all() else f'{int(search.sum())} of {len(search)}'}"
    )


def beside_reading(episode: Episode, shortest: int, looked_at: int) -> str:
    """The live sentence: one world."""
    count, twice = len(episode.steps), episode.repeated
    end = "reaches the goal in" if episode.success else "has not reached the goal after"
    loops = f"; <b>{twice}</b> of them it had done before in the very same state" if twice else ""
    return (
        f"Search takes up {looked_at} states of the map and has a plan of <b>{shortest}</b> acts before it moves. The "
        f"model, which chooses act by act and has no map, {end} <b>{counted(count, 'act')}</b>{loops}."
    )


def walls_title(extra: Sequence[int], count: int) -> str:
    """What unknown walls cost on average, over many houses.

    Args:
        extra: acts beyond the shortest way, by house. count: walls that the planner does not know.
    """
    if count == 0:
        return f"A planner whose map is right takes the shortest way in all {len(extra)} houses"
    low, high = mean_interval(list(extra))
    mean = float(np.mean(extra))
    told = counted(count, "unknown wall")
    if side((low, high)) == 0:
        return f"{told}: no cost beyond noise over {len(extra)} houses"
    verb = "costs" if count == 1 else "cost"
    return (
        f"{told} {verb} {mean:.1f} acts on average ({low:.1f} to {high:.1f}, {len(extra)} houses), with planning anew"
    )


def walls_reading(walked: Walk, count: int) -> str:
    """The live sentence: this house."""
    met = len(walked.bumps)
    stuck = (
        f"Who follows the first plan blindly stands before a wall after <b>{counted(walked.bumps[0][0], 'act')}</b>."
        if met else "The first plan meets none of them."
    )  # fmt: skip
    return (
        f"This house has <b>{counted(count, 'wall')}</b> that the map does not show. The plan promises "
        f"{walked.believed} acts. {stuck} Planning anew at each wall takes <b>{len(walked.acts) + met}</b>, "
        f"{counted(met, 'bump')} counted; who knows the walls needs {walked.shortest}."
    )


def own_title(found: Plan, world: Rooms) -> str:
    """The plan through a visitor's map; told only where there is one."""
    return f"The shortest plan from {world.begin} to {world.goal} has {counted(len(found.acts or ()), 'act')}"
