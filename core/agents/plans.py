"""Plans by search on a world's own rules. Needs no torch."""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

from core.agents.worlds import State, World
from core.numbers import whole

MOST_STATES = 20_000
"""States that a search looks at."""

Estimate = Callable[[State], float]


@dataclass(frozen=True, slots=True)
class Plan:
    """A way to the end, and what it took to find it.

    Args:
        acts: in their order; None where there is no way within the states looked at.
        taken: the states that were taken up, in their order.
    """

    acts: tuple[str, ...] | None
    taken: tuple[State, ...]

    @property
    def looked_at(self) -> int:
        """How many states were taken up."""
        return len(self.taken)


def plan(
    world: World, state: State | None = None, *, estimate: Estimate | None = None, greedy: bool = False,
    most: int = MOST_STATES,
) -> Plan:  # fmt: skip
    """Searches a way from a state to the end of a world's task by acts that rest on what was seen, where no tool fails.

    States are taken up by the acts so far plus the estimated acts to go: without an estimate that is breadth-first
    search, with one A*; `greedy` leaves out the acts so far.

    Args:
        world: where to act.
        state: where to begin; the world's own start without it.
        estimate: of the acts that are still to go. A* finds a shortest way where it is never too large.
        greedy: whether only the estimate counts.
        most: states that may be taken up.

    Raises:
        ValueError: for `most` below 1.

    Invariant: replayed, the acts end the task; without an estimate no such way is shorter.
    Source: Hart, Nilsson and Raphael 1968.
    """
    allowed, ties = whole("most", most, 1), count()
    first = world.start if state is None else state
    far = estimate or (lambda _: 0.0)
    waiting: list[tuple[float, int, State, tuple[str, ...]]] = [(far(first), next(ties), first, ())]
    known, taken = {first: 0}, list[State]()
    while waiting and len(taken) < allowed:
        _, _, here, acts = heapq.heappop(waiting)
        if len(acts) > known[here]:
            continue
        taken.append(here)
        if world.done(here):
            return Plan(acts, tuple(taken))
        for act in world.acts(here):
            if not world.founded(here, act):
                continue
            there, _ = world.step(here, act, 1.0)
            if len(acts) + 1 < known.get(there, MOST_STATES):
                known[there] = len(acts) + 1
                cost = far(there) + (0 if greedy else len(acts) + 1)
                heapq.heappush(waiting, (cost, next(ties), there, (*acts, act)))
    return Plan(None, tuple(taken))


def shortest_acts(world: World, state: State) -> tuple[str, ...]:
    """The acts with which a shortest way goes on from a state, in the world's order; none where there is no way.

    Invariant: after each of them the rest of the way is one act shorter.
    """
    seen = world.as_seen(state)
    whole_way = plan(seen, state).acts
    if not whole_way:
        return ()
    ways = {act: plan(seen, seen.step(state, act, 1.0)[0]).acts for act in seen.acts(state) if seen.founded(state, act)}
    return tuple(act for act, rest in ways.items() if rest is not None and len(rest) + 1 == len(whole_way))


def reaches(world: World, acts: Sequence[str]) -> bool:
    """Whether acts lead from a world's start to the end of its task, where no tool fails.

    Raises:
        ValueError: for an act that cannot be done in its place.
    """
    state = world.start
    for act in acts:
        state = world.step(state, act, 1.0)[0]
    return world.done(state)
