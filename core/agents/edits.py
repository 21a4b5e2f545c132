"""Edited episodes: another act or observation at one step, and what an actor does from there. Needs no torch."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.agents.episodes import ACTORS, Decision, Episode, Step, lucks, run_episode
from core.agents.runs import Setting
from core.agents.worlds import Records, Rooms
from core.numbers import require, whole

LONGEST = 300
"""Characters of an observation."""

MODEL = "SmolLM2"
ACTING = (MODEL, *ACTORS)
"""Who can act."""


@dataclass(frozen=True, slots=True)
class Branch:
    """An episode that goes on from some acts, the last of which may have been observed otherwise.

    Args:
        setting: where. number: of the world, and the seed of its luck.
        acts: done one after the other from the start; none for an episode of its own.
        observation: what is read after the last of them; "" for what the world says.
    """

    setting: Setting
    number: int
    acts: tuple[str, ...] = ()
    observation: str = ""


def branched(acts: Sequence[str], place: int, *, act: str = "") -> tuple[str, ...]:
    """The acts up to a place, the one there replaced; "" keeps it.

    Raises:
        ValueError: for a place at which there is none.
    """
    at = whole("place", place, 0, len(acts) - 1)
    return (*acts[:at], act or acts[at])


def begun(branch: Branch) -> tuple[Step, ...]:
    """The steps from which a branch goes on.

    An observation that reads as a record is what is known then, whoever it is of; one that reads otherwise shows
    nothing. In rooms it is but words.

    Raises:
        ValueError: for an act that cannot be done, or an observation of more than 300 characters, or with none to edit.

    Invariant: without an observation they are the steps of an episode with these acts.
    """
    require(len(branch.observation) <= LONGEST, "observation", branch.observation[:20], f"at most {LONGEST} characters")
    require(bool(branch.acts) or not branch.observation, "observation", branch.observation[:20], "empty before any act")
    world, luck = branch.setting.world(branch.number), lucks(branch.number)
    state, steps = world.start, list[Step]()
    for place, act in enumerate(branch.acts):
        after, observation = world.step(state, act, luck[place])
        steps.append(Step(state, Decision(act, {}), observation, after))
        state = after
    if not branch.observation or not isinstance(world, Records | Rooms):
        return tuple(steps)
    *before, last = steps
    read = " ".join(branch.observation.split())
    after = world.told(last.state, last.decision.act, read) if world.acts(last.after) else last.after
    return (*before, replace(last, observation=read, after=after))


def run_branch(actor: str, branch: Branch) -> Episode:
    """A branch gone on by the planner or the random actor, which take no time; see `core.agents.act_on` for a model.

    Raises:
        ValueError: for another actor, or as `begun`.
    """
    require(actor in ACTORS, "actor", actor, f"one of {', '.join(ACTORS)}")
    world = branch.setting.world(branch.number)
    return run_episode(actor, world, limit=branch.setting.limit, seed=branch.number, begun=begun(branch))
