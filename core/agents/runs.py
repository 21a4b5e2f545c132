"""Recorded episodes of a language model in many worlds, and those of planner and random actor beside them. No torch."""

import zlib
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from jaxtyping import Bool, Float, Int

from core.agents.acting import ACT, RECORDS, offered, world_of
from core.agents.episodes import Decision, Episode, Step, lucks, run_episode
from core.agents.worlds import World
from core.assets import kept
from core.numbers import wilson

RUNS_FILE, FAILURES_FILE = "agents/episodes.npz", "agents/failures.npz"
THOUGHTS_FILE = "agents/thoughts.npz"
BASELINES_FILE = "agents/baselines.npz"

LIMITS = {"records": 8, "rooms": 12}
"""Acts of an episode, by kind of world."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a model acts in, and how it is asked.

    Args:
        kind: of world. hops, noise, silent: of the world. examples: solved tasks in the prompt. style: one of STYLES.
    """

    kind: str = RECORDS
    hops: int = 2
    noise: float = 0.0
    silent: bool = False
    examples: int = 2
    style: str = ACT

    def world(self, number: int) -> World:
        """One of the drawn worlds."""
        return world_of(self.kind, number, hops=self.hops, noise=self.noise, silent=self.silent)

    @property
    def limit(self) -> int:
        """Acts of an episode."""
        return LIMITS[self.kind]


@dataclass(frozen=True, eq=False)
class Runs:
    """A model's episodes in the worlds 0, 1, 2, ... of a setting; the number of a world is the seed of its luck too.

    Args:
        model: its name. dtype: in which it computed. setting: where it acted.
        acts: the place of each act among those that could be done, -1 after the end, [episode act].
        probabilities: of each act that could be done, in their order, NaN beyond, [episode act choice].
        thoughts: by episode and act; "" where none was.
        success: whether the task was done, [episode].
        marks: a checksum of the states that each episode led through, [episode].
        read, wrote: tokens by act, 0 after the end, [episode act].
    """

    model: str
    dtype: str
    setting: Setting
    acts: Int[np.ndarray, "episode act"]
    probabilities: Float[np.ndarray, "episode act choice"]
    thoughts: tuple[tuple[str, ...], ...]
    success: Bool[np.ndarray, "episode"]
    marks: Int[np.ndarray, "episode"]
    read: Int[np.ndarray, "episode act"]
    wrote: Int[np.ndarray, "episode act"]

    def __len__(self) -> int:
        return len(self.success)

    def episode(self, number: int) -> Episode:
        """One of the episodes: its acts, done again in its world, with the probabilities that were recorded.

        Raises:
            IndexError: where there is none.
        """
        world, luck = self.setting.world(number), lucks(number)
        state, steps = world.start, []
        for place, chosen in enumerate(self.acts[number][self.acts[number] >= 0].tolist()):
            acts = offered(world, state, self.setting.style)
            shares = self.probabilities[number, place, : len(acts)].astype(float).tolist()
            thought = self.thoughts[number][place]
            decision = Decision(acts[chosen], dict(zip(acts, shares, strict=True)), thought)
            after, observation = world.step(state, decision.act, luck[place])
            steps.append(Step(state, decision, observation, after))
            state = after
        done = world.done(state)
        ended = "done" if done else "over" if not world.acts(state) else "limit"
        return Episode(tuple(steps), done, ended)

    @cached_property
    def episodes(self) -> tuple[Episode, ...]:
        """All of them."""
        return tuple(self.episode(number) for number in range(len(self)))

    @property
    def given(self) -> Int[np.ndarray, "episode"]:
        """By episode the tokens of its last prompt without those that the model had written into it.

        Invariant: with all that it wrote they are what was processed, each token once, however often it is read again.
        """
        rows, last = np.arange(len(self)), (self.acts >= 0).sum(axis=1) - 1
        before = self.wrote.sum(axis=1) - self.wrote[rows, last]
        return np.asarray(self.read[rows, last] - before)

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share of worlds in which the task was done."""
        return wilson(int(self.success.sum()), len(self))


def mark(episode: Episode, world: World) -> int:
    """A checksum of the states that an episode leads through."""
    return zlib.crc32(repr((world.start, *(step.after for step in episode.steps))).encode())


@cache
def recorded_runs(name: str = RUNS_FILE) -> dict[Setting, Runs]:
    """The recorded episodes of acting alone, by setting; no model is needed.

    Args:
        name: of the file; another holds those whose look-ups fail.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record agents episodes`, and `... failures`.
    """
    return {one.setting: one for one in kept(name, tuple)}


def recorded_run(setting: Setting) -> Runs | None:
    """The recorded episodes in a setting; None where there are none.

    Raises:
        AssetError: if the file is missing or damaged.
    """
    return recorded_runs(FAILURES_FILE if setting.noise > 0 else RUNS_FILE).get(setting)


@cache
def recorded_thoughts() -> dict[str, Runs]:
    """The recorded episodes with and without thoughts, by style, in the same worlds.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record agents thoughts`.
    """
    return {one.setting.style: one for one in kept(THOUGHTS_FILE, tuple)}


@dataclass(frozen=True, eq=False)
class Baseline:
    """What an actor without a model comes to in the worlds of a setting.

    Args:
        actor: "planner" or "random". setting: where.
        success: by world. acts: how many were done, by world.
    """

    actor: str
    setting: Setting
    success: Bool[np.ndarray, "world"]
    acts: Int[np.ndarray, "world"]


def baseline(actor: str, setting: Setting, worlds: int) -> Baseline:
    """Lets an actor act in the first worlds of a setting; see `run_episode`."""
    episodes = [run_episode(actor, setting.world(number), limit=setting.limit, seed=number) for number in range(worlds)]
    return Baseline(
        actor,
        setting,
        np.array([one.success for one in episodes]),
        np.array([len(one.steps) for one in episodes], np.int16),
    )


@cache
def recorded_baselines() -> dict[tuple[str, Setting], Baseline]:
    """The recorded baselines, by actor and setting.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record agents baselines`.
    """
    return {(one.actor, one.setting): one for one in kept(BASELINES_FILE, tuple)}
