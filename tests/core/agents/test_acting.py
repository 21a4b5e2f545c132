"""A language model as an actor: what it reads, and what it may do."""

import pytest

from core.agents import (
    RECORDS,
    ROOMS_WORLD,
    Records,
    Rooms,
    act_prompt,
    language_actor,
    records_world,
    rooms_world,
    run_episode,
    world_of,
)
from core.agents.acting import EXAMPLES, WORLDS
from core.agents.worlds import CITIES, NAMES, ROOMS
from core.language import score
from core.models import CausalLM


def test_the_prompt_holds_rules_examples_task_and_what_was_seen() -> None:
    world = records_world(3)
    episode = run_episode("planner", world, limit=4, seed=3)
    bare, full = (act_prompt(world, episode.steps[:2], examples=count) for count in (0, 2))
    assert bare.count("Task: ") == 1 and full.count("Task: ") == 3 and full.endswith(bare.partition("\n\n")[2])
    assert all(f"\n{step.decision.act}\n{step.observation}\n" in bare for step in episode.steps[:2])
    assert "You are in the" in act_prompt(rooms_world(0), [], examples=0)
    for count in (-1, 3):
        with pytest.raises(ValueError, match="0 to 2"):
            act_prompt(world, [], examples=count)


def test_examples_are_solved_and_of_other_people_and_rooms() -> None:
    assert all(run_episode("planner", world, limit=12, seed=0).success for some in EXAMPLES.values() for world in some)
    for world in EXAMPLES[RECORDS]:
        assert isinstance(world, Records)
        assert not {*world.teacher, *world.city.values()} & {*NAMES, *CITIES}
    for rooms in EXAMPLES[ROOMS_WORLD]:
        assert isinstance(rooms, Rooms) and not {*rooms.ways} & {*ROOMS}


@pytest.mark.parametrize("kind", WORLDS)
def test_only_valid_acts_can_be_done(tiny: CausalLM, kind: str) -> None:
    world = world_of(kind, 1)
    episode = run_episode(language_actor(tiny, examples=1), world, limit=3, seed=1)
    for place, step in enumerate(episode.steps):
        acts = world.acts(step.state)
        assert step.decision.act in acts and tuple(step.decision.probabilities) == acts
        assert abs(sum(step.decision.probabilities.values()) - 1) < 1e-12
        found = score(tiny, act_prompt(world, episode.steps[:place], examples=1), [f"{act}\n" for act in acts])
        assert step.decision.act == acts[found.best]


def test_worlds_by_kind() -> None:
    assert world_of(RECORDS, 2, noise=0.5) == records_world(2, noise=0.5)
    assert world_of(ROOMS_WORLD, 2) == rooms_world(2)
    with pytest.raises(ValueError, match="records, rooms"):
        world_of("maze", 1)
    with pytest.raises(ValueError, match="0 in rooms"):
        world_of(ROOMS_WORLD, 1, noise=0.5)
