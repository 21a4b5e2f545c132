"""Plans that a language model proposes."""

import pytest

from core.agents import again, plan, plan_prompt, propose_plans, reaches, recorded_proposals, rooms_world
from core.agents.proposals import LIMIT, SEEDS
from core.models import CausalLM


def test_the_prompt_holds_the_map_and_the_acts_so_far() -> None:
    world = rooms_world(3)
    acts = plan(world).acts or ()
    bare, full = (plan_prompt(world, acts[:2], shown=shown) for shown in (0, 2))
    assert bare.endswith("Plan:\n" + "\n".join(acts[:2]) + "\n") and bare.count("Map:") == 1 and full.count("Map:") == 3
    assert all(f"The {room} leads to the" in bare for room in world.ways)
    assert f"The key is in the {world.key}." in bare and f"to the {world.goal}." in bare
    for shown in (-1, 3):
        with pytest.raises(ValueError, match="shown"):
            plan_prompt(world, (), shown=shown)


def test_proposed_acts_can_be_done_and_end_at_the_goal_or_the_limit(tiny: CausalLM) -> None:
    for one in propose_plans(tiny, range(3), shown=0, limit=4):
        world, state = rooms_world(one.seed), rooms_world(one.seed).start
        assert len(one.acts) == len(one.shares) and all(0 < share <= 1 for share in one.shares)
        for act in one.acts:
            assert act in world.acts(state)
            state = world.step(state, act, 1.0)[0]
        assert world.done(state) == reaches(world, one.acts)
        assert len(one.acts) == 4 or world.done(state)


def test_acts_that_lead_back_are_counted() -> None:
    world = rooms_world(0)
    acts = plan(world).acts or ()
    assert again(world, acts) == 0 and reaches(world, acts)
    there = next(act for act in world.acts(world.start) if act.startswith("go to"))
    assert again(world, (there, f"go to {world.begin}")) == 1
    with pytest.raises(ValueError, match="act = 'fly'"):
        reaches(world, ("fly",))


def test_recorded_plans_keep_to_the_rules() -> None:
    record = recorded_proposals()
    for shown in {one.shown for one in record.every}:
        assert tuple(one.seed for one in record.of(shown)) == SEEDS
    for one in record.every:
        done = reaches(rooms_world(one.seed), one.acts)
        assert done or len(one.acts) == LIMIT
        assert not done or len(one.acts) >= len(plan(rooms_world(one.seed)).acts or ())
