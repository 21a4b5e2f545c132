"""What plans find, cost and miss, in words: every title is a function of the numbers."""

from collections.abc import Sequence

import numpy as np

from core.agents import Plan, Proposal, Rooms, Walk, again, gap, plan, reaches, rooms_world
from core.numbers import mean_interval, wilson
from pages.agents.agents.readings.shares import counted


def side(interval: tuple[float, float]) -> int:
    """1 where a difference is above 0, -1 where it is below, 0 where its interval holds 0."""
    low, high = interval
    return 1 if low > 0 else -1 if high < 0 else 0


def search_title(name: str, looked: Sequence[int], plain: Sequence[int], longer: Sequence[int]) -> str:
    """What a search saves over breadth-first search, and what its plans cost, over many houses.

    Args:
        name: of the search. looked, plain: states it takes up, and those of breadth-first search, by house.
        longer: acts of its plan beyond the shortest, by house.
    """
    houses = len(looked)
    mean, base = float(np.mean(looked)), float(np.mean(plain))
    saved = side(mean_interval(np.subtract(plain, looked).tolist()))
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
        f"breadth-first search takes up {plain.looked_at}. The darker a room, the sooner it was looked at. "
        f"Bars: means of many houses; diamonds: this house."
    )


def proposed_title(by_shown: dict[int, Sequence[Proposal]]) -> str:
    """How many of the model's plans reach the goal, and whether examples help beyond noise.

    Args:
        by_shown: by number of solved examples in the prompt, plans for the same worlds.
    """
    reached = {shown: np.array([arrives(one) for one in some]) for shown, some in by_shown.items()}
    few, many = min(reached), max(reached)
    helps = side(gap(reached[few], reached[many]))
    count = len(reached[many])
    told = {1: "more than", -1: "fewer than", 0: "within noise of"}[helps]
    return (
        f"The model's plan reaches the goal in {int(reached[many].sum())} of {count} worlds with {many} solved "
        f"examples, {told} the {int(reached[few].sum())} with {'none' if few == 0 else few}; search in all"
    )


def arrives(one: Proposal) -> bool:
    """Whether a proposed plan reaches the goal."""
    return reaches(rooms_world(one.seed), one.acts)


def proposed_reading(world: Rooms, one: Proposal, limit: int) -> str:
    """The live sentence: one world's proposed plan beside the shortest."""
    shortest, twice = len(plan(world).acts or ()), again(world, one.acts)
    sure = float(np.mean(one.shares)) if one.shares else 0.0
    end = f"reaches the goal in <b>{len(one.acts)}</b> acts" if reaches(world, one.acts) else (
        f"has not reached the goal after <b>{limit}</b> acts"
    )  # fmt: skip
    loops = f"; {counted(twice, 'act')} of them only went back to where the plan had been" if twice else ""
    return (
        f"The shortest plan has <b>{shortest}</b> acts. The model's {end}{loops}. Among the acts that could be "
        f"done, its own had {sure:.0%} of the probability on average."
    )


def proposed_counts(some: Sequence[Proposal]) -> tuple[int, int, tuple[float, float]]:
    """How many plans reach the goal, of how many, and the interval."""
    hits = sum(arrives(one) for one in some)
    return hits, len(some), wilson(hits, len(some))


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
