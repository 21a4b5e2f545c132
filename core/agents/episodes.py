"""Episodes: an actor in a world, act by act, with how likely each act was. Needs no torch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.agents.plans import plan
from core.agents.worlds import State, World
from core.numbers import require, whole

MOST_ACTS = 200


@dataclass(frozen=True, slots=True)
class Decision:
    """What an actor does next.

    Args:
        act: one of the acts that can be done.
        probabilities: of each act that can be done; empty where the actor has none.
        thought: what it wrote before it acted; "" for nothing.
    """

    act: str
    probabilities: Mapping[str, float]
    thought: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One act of an episode.

    Args:
        state: before the act. decision: what was done. observation: what was seen then. after: the state then.
    """

    state: State
    decision: Decision
    observation: str
    after: State


@dataclass(frozen=True, slots=True)
class Episode:
    """An actor's way through a world.

    Args:
        steps: in their order.
        success: whether the task is done at the end.
        ended: why it ended: "done", "over" where nothing can be done any more, "no way" where the actor saw none, or
            "limit".
    """

    steps: tuple[Step, ...]
    success: bool
    ended: str

    @property
    def acts(self) -> tuple[str, ...]:
        """What was done."""
        return tuple(step.decision.act for step in self.steps)

    @property
    def repeated(self) -> int:
        """Acts that were done before in the same state, so that they could bring nothing new."""
        seen = [(step.state, step.decision.act) for step in self.steps]
        return len(seen) - len(set(seen))


Actor = Callable[[World, State, Sequence[Step], np.random.Generator], Decision | None]
"""Decides by world, state, steps so far and a generator of its own; None where it sees no way."""


def planner(world: World, state: State, steps: Sequence[Step], rng: np.random.Generator) -> Decision | None:
    """Follows a shortest way in the world as it was seen, planned anew from each state."""
    acts = plan(world.as_seen(state), state).acts
    return Decision(acts[0], {act: float(act == acts[0]) for act in world.acts(state)}) if acts else None


def random_actor(world: World, state: State, steps: Sequence[Step], rng: np.random.Generator) -> Decision:
    """Does any act, each as likely as another."""
    acts = world.acts(state)
    return Decision(str(rng.choice(acts)), dict.fromkeys(acts, 1 / len(acts)))


ACTORS: Mapping[str, Actor] = {"planner": planner, "random": random_actor}


def run_episode(actor: str | Actor, world: World, *, limit: int, seed: int, begun: Sequence[Step] = ()) -> Episode:
    """Lets an actor act until the task is done, nothing can be done, or the limit is reached.

    Args:
        actor: "planner", "random", or what decides.
        world: where to act.
        limit: acts, 1 to 200, those of `begun` included.
        seed: of the actor's draws and of the tools' failures, each from a stream of its own.
        begun: steps to go on from, as an edited episode has them.

    Raises:
        ValueError: for an unknown actor, a value out of range, or an act that cannot be done.

    Invariant: whether the tool fails at a step hangs on seed and step alone, so that all actors meet the same luck.
    """
    if isinstance(actor, str):
        require(actor in ACTORS, "actor", actor, f"one of {', '.join(ACTORS)}, or a function")
    decide = ACTORS[actor] if isinstance(actor, str) else actor
    most, number = whole("limit", limit, 1, MOST_ACTS), whole("seed", seed, 0)
    rng, luck = np.random.default_rng([number, 0]), lucks(number)
    steps, state = list(begun), begun[-1].after if begun else world.start
    while not world.done(state):
        if not world.acts(state):
            return Episode(tuple(steps), False, "over")
        if len(steps) >= most:
            return Episode(tuple(steps), False, "limit")
        decision = decide(world, state, steps, rng)
        if decision is None:
            return Episode(tuple(steps), False, "no way")
        after, observation = world.step(state, decision.act, luck[len(steps)])
        steps.append(Step(state, decision, observation, after))
        state = after
    return Episode(tuple(steps), True, "done")


def lucks(seed: int) -> list[float]:
    """For each act of an episode the number that decides whether a tool fails."""
    found: list[float] = np.random.default_rng([seed, 1]).random(MOST_ACTS).tolist()
    return found


def replayed(episode: Episode, world: World, *, seed: int) -> tuple[State, ...]:
    """The states that the acts of an episode lead through, from the start, with the luck of a seed.

    Raises:
        ValueError: for an act that cannot be done in its place.

    Invariant: of an episode that was not edited they are its own.
    """
    states, luck = [world.start], lucks(whole("seed", seed, 0))
    for place, act in enumerate(episode.acts):
        states.append(world.step(states[-1], act, luck[place])[0])
    return tuple(states)
