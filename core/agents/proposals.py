"""Plans that a language model proposes with the map in its prompt. Needs no torch."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from core.agents.acting import EXAMPLES, ROOMS_WORLD
from core.agents.plans import plan
from core.agents.worlds import Rooms
from core.assets import kept
from core.numbers import whole

PROPOSALS_FILE = "agents/proposals.npz"

LIMIT = 14
"""Acts that a proposed plan may have. The longest way in the worlds that are asked has fewer."""

SEEDS = tuple(range(24))
"""Of the worlds that are asked."""

MOST_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan that a model proposed, act by act.

    Args:
        seed: of the world of rooms. shown: solved examples in the prompt.
        acts: in their order. shares: by act, its probability among those that could be done.
    """

    seed: int
    shown: int
    acts: tuple[str, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Proposals:
    """Recorded proposals.

    Args:
        model: its name. limit: acts of a plan at most. every: one for each world and number of examples.
    """

    model: str
    limit: int
    every: tuple[Proposal, ...]

    def of(self, shown: int) -> tuple[Proposal, ...]:
        """Those with so many solved examples in the prompt."""
        return tuple(one for one in self.every if one.shown == shown)


@functools.cache
def recorded_proposals() -> Proposals:
    """The recorded proposals; no model is needed.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record agents proposals`.
    """
    return kept(PROPOSALS_FILE, Proposals)


def plan_prompt(world: Rooms, acts: Sequence[str], *, shown: int) -> str:
    """What stands before the next act: what a map is, solved examples, this map, and the acts so far.

    Args:
        world: where. acts: so far. shown: solved examples, 0 to 2.

    Raises:
        ValueError: for another number of examples.
    """
    solved = [
        _plan_text(one, plan(one).acts or ())
        for one in EXAMPLES[ROOMS_WORLD][: whole("shown", shown, 0, MOST_SHOWN)]
        if isinstance(one, Rooms)
    ]
    head = "Read the map and write the plan, one step a line."
    return "\n\n".join([head, *solved, _plan_text(world, acts)]) + "\n"


def _plan_text(world: Rooms, acts: Sequence[str]) -> str:
    """The map in words, the task, and the acts, a line each."""
    ways = " ".join(
        f"The {room} leads to the {' and the '.join(others)}." for room, others in world.ways.items() if others
    )
    first, second = world.door
    key = f"The door between {first} and {second} is locked. The key is in the {world.key}."
    task = f"Task: go from the {world.begin} to the {world.goal}."
    return "\n".join([f"Map: {ways} {key}", task, "Plan:", *acts])


def reaches(world: Rooms, acts: Sequence[str]) -> bool:
    """Whether acts lead from a world's start to its goal.

    Raises:
        ValueError: for an act that cannot be done in its place.
    """
    state = world.start
    for act in acts:
        state = world.step(state, act, 1.0)[0]
    return world.done(state)


def again(world: Rooms, acts: Sequence[str]) -> int:
    """Acts that lead to a state that the plan had been in before, so that they bring nothing.

    Raises:
        ValueError: for an act that cannot be done in its place.
    """
    states = [world.start]
    for act in acts:
        states.append(world.step(states[-1], act, 1.0)[0])
    return len(states) - len(set(states))
