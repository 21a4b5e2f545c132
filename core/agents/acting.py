"""What a language model reads before it acts, and the recorded episodes of it. Needs no torch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from core.agents.episodes import Episode, Step, run_episode
from core.agents.worlds import Records, Rooms, World, records_world, rooms_world
from core.assets import kept
from core.numbers import require, whole, wilson

EPISODES_FILE = "agents/episodes.npz"

RECORDS, ROOMS_WORLD = "records", "rooms"
WORLDS = (RECORDS, ROOMS_WORLD)
"""The kinds of worlds."""

LIMITS: Mapping[str, int] = {RECORDS: 4, ROOMS_WORLD: 12}
"""By kind, the most acts of an episode."""

MOST_EXAMPLES = 2

RULES: Mapping[str, str] = {
    RECORDS: "Find the answer in the records. Write Look up: and a name to see one, or Answer: and a city to end.",
    ROOMS_WORLD: "Reach the room. Write go to and a room, take the key where it lies, or open the door with the key.",
}
"""By kind, what is said before all else."""

EXAMPLES: Mapping[str, tuple[World, ...]] = {
    RECORDS: (
        Records(
            {"Ruth": "Oscar", "Oscar": "Clara", "Clara": "Ruth"},
            {"Ruth": "Vienna", "Oscar": "Lisbon", "Clara": "Athens"},
            "Ruth",
        ),
        Records(
            {"Edith": "Bruno", "Bruno": "Felix", "Felix": "Edith"},
            {"Edith": "Prague", "Bruno": "Cairo", "Felix": "Oslo"},
            "Edith",
        ),
    ),
    ROOMS_WORLD: (
        Rooms(
            {"porch": ("attic", "study"), "attic": ("porch",), "study": ("porch", "vault"), "vault": ("study",)},
            ("study", "vault"), "attic", "vault", "porch",
        ),
        Rooms(
            {"barn": ("shed", "yard"), "shed": ("barn", "tower"), "yard": ("barn",), "tower": ("shed",)},
            ("shed", "tower"), "yard", "tower", "barn",
        ),
    ),
}  # fmt: skip
"""By kind, worlds whose shortest ways are shown. Their people and rooms occur in no other world."""


def world_of(kind: str, seed: int, *, noise: float = 0.0, silent: bool = False) -> World:
    """A drawn world of a kind; see `records_world` and `rooms_world`.

    Raises:
        ValueError: for an unknown kind, a value out of range, or noise in rooms, where no tool fails.
    """
    require(kind in WORLDS, "kind", kind, f"one of {', '.join(WORLDS)}")
    if kind == RECORDS:
        return records_world(seed, noise=noise, silent=silent)
    require(noise == 0, "noise", noise, "0 in rooms")
    return rooms_world(seed)


def kind_of(world: World) -> str:
    """RECORDS or ROOMS_WORLD."""
    return ROOMS_WORLD if isinstance(world, Rooms) else RECORDS


def act_prompt(world: World, steps: Sequence[Step], *, examples: int) -> str:
    """What stands before the next act: the rules, solved examples, the task, and what was done and seen so far.

    Args:
        world: where to act. steps: so far. examples: 0 to 2.

    Raises:
        ValueError: for another number of examples.
    """
    count, kind = whole("examples", examples, 0, MOST_EXAMPLES), kind_of(world)
    solved = [_told(one, run_episode("planner", one, limit=12, seed=0).steps) for one in EXAMPLES[kind][:count]]
    return "\n\n".join([RULES[kind], *solved, _told(world, steps)]) + "\n"


def _told(world: World, steps: Sequence[Step]) -> str:
    """A task with acts and observations, a line each."""
    begun = [f"You are in the {world.begin}."] if isinstance(world, Rooms) else []
    seen = [line for step in steps for line in (step.decision.act, step.observation)]
    return "\n".join([f"Task: {world.task}", *begun, *seen])


@dataclass(frozen=True, slots=True)
class Condition:
    """Under what episodes were recorded.

    Args:
        kind: one of WORLDS. examples: in the prompt. noise: probability that a look-up fails.
        silent: whether a failure is not announced.
    """

    kind: str
    examples: int
    noise: float = 0.0
    silent: bool = False

    def world(self, seed: int) -> World:
        """The world of a seed."""
        return world_of(self.kind, seed, noise=self.noise, silent=self.silent)


@dataclass(frozen=True, eq=False)
class RecordedEpisodes:
    """Episodes of a language model, by condition; the n-th in the world and with the luck of seed n.

    Args:
        model: its name. dtype: in which it computed.
        conditions, episodes: side by side.
    """

    model: str
    dtype: str
    conditions: tuple[Condition, ...]
    episodes: tuple[tuple[Episode, ...], ...]

    def under(self, condition: Condition) -> tuple[Episode, ...]:
        """The episodes of a condition.

        Raises:
            ValueError: where none were recorded.
        """
        require(condition in self.conditions, "condition", condition, "one that was recorded")
        return self.episodes[self.conditions.index(condition)]


@cache
def recorded_episodes() -> RecordedEpisodes:
    """The recorded episodes; no model is needed.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record agents episodes`.
    """
    return kept(EPISODES_FILE, RecordedEpisodes)


def solved(episodes: Sequence[Episode]) -> tuple[int, int, tuple[float, float]]:
    """How many episodes succeed, of how many, and Wilson's 95 % interval of the share.

    Raises:
        ValueError: for no episode.
    """
    right = sum(one.success for one in episodes)
    return right, len(episodes), wilson(right, len(episodes))
