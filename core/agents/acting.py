"""What a language model reads before it acts. Needs no torch."""

from collections.abc import Mapping, Sequence

from core.agents.episodes import Step, run_episode
from core.agents.worlds import Records, Rooms, World, records_world, rooms_world
from core.numbers import require, whole

RECORDS, ROOMS_WORLD = "records", "rooms"
WORLDS = (RECORDS, ROOMS_WORLD)
"""The kinds of worlds."""

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
