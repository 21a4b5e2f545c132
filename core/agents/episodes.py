"""Episodes: an actor in a world, act by act, with how likely each act was. Needs no torch."""

from collections.abc import Callable, Generator, Mapping, Sequence
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
    acts, offered = plan(world.as_seen(state), state).acts, world.acts(state)
    # What was seen may be told wrongly: a city that nobody lives in cannot be answered.
    if not acts or acts[0] not in offered:
        return None
    return Decision(acts[0], {act: float(act == acts[0]) for act in offered})


def random_actor(world: World, state: State, steps: Sequence[Step], rng: np.random.Generator) -> Decision:
    """Does any act, each as likely as another."""
    acts = world.acts(state)
    return Decision(str(rng.choice(acts)), dict.fromkeys(acts, 1 / len(acts)))


@dataclass(frozen=True, slots=True)
class Case:
    """Where somebody must decide: the world, the state, and the steps so far."""

    world: World
    state: State
    steps: tuple[Step, ...]


Deciders = Callable[[Sequence[Case]], Sequence[Decision | None]]
"""Decides for several cases at once."""

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

    Invariant: whether the tool fails at a step hangs on seed and step alone, so that all actors meet the same luck. A
    random actor draws for the steps of `begun` too: where none of them is edited, it goes on as it did.
    """
    known = actor in ACTORS if isinstance(actor, str) else callable(actor)
    require(known, "actor", actor, f"one of {', '.join(ACTORS)}, or a function")
    require(hasattr(world, "start"), "world", world, "a world, such as records_world and rooms_world draw")
    decide = ACTORS[actor] if isinstance(actor, str) else actor
    course, rng = _course(world, limit, seed, begun), np.random.default_rng([whole("seed", seed, 0), 0])
    if decide is random_actor:
        for place, step in enumerate(begun):
            random_actor(world, step.state, begun[:place], rng)
    try:
        state, steps = next(course)
        while True:
            state, steps = course.send(decide(world, state, steps, rng))
    except StopIteration as ended:
        episode: Episode = ended.value
        return episode


def run_together(decide: Deciders, worlds: Sequence[World], *, limit: int, seeds: Sequence[int]) -> tuple[Episode, ...]:
    """Runs an episode in each world side by side, so that an actor can decide for all of them at once.

    Args:
        decide: what decides for several cases, one decision each.
        worlds: where to act. limit: as for `run_episode`. seeds: one for each world.

    Raises:
        ValueError: as `run_episode`, or for another number of seeds than of worlds.

    Invariant: each is the episode that `run_episode` gives for its world and seed alone.
    """
    courses = [_course(world, limit, seed, ()) for world, seed in zip(worlds, seeds, strict=True)]
    done: dict[int, Episode] = {}
    answers: dict[int, Decision | None] = dict.fromkeys(range(len(courses)))
    while answers:
        asked: dict[int, Case] = {}
        for number, answer in answers.items():
            try:
                asked[number] = Case(worlds[number], *courses[number].send(answer))
            except StopIteration as ended:
                done[number] = ended.value
        answers = dict(zip(asked, decide([*asked.values()]), strict=True)) if asked else {}
    return tuple(done[number] for number in range(len(courses)))


def _course(
    world: World, limit: int, seed: int, begun: Sequence[Step]
) -> Generator[tuple[State, tuple[Step, ...]], Decision | None, Episode]:
    """An episode that asks for each decision: it gives state and steps, is sent what to do, returns how it ended."""
    most, luck = whole("limit", limit, 1, MOST_ACTS), lucks(whole("seed", seed, 0))
    steps, state = tuple(begun), begun[-1].after if begun else world.start
    while not world.done(state):
        if not world.acts(state):
            return Episode(steps, False, "over")
        if len(steps) >= most:
            return Episode(steps, False, "limit")
        decision = yield state, steps
        if decision is None:
            return Episode(steps, False, "no way")
        after, observation = world.step(state, decision.act, luck[len(steps)])
        steps = (*steps, Step(state, decision, observation, after))
        state = after
    return Episode(steps, True, "done")


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
