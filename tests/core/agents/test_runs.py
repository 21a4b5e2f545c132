"""A model's episodes in many worlds: run side by side, kept, and done again; thoughts; tokens."""

from dataclasses import replace

import numpy as np
import pytest

from core.agents import (
    ACT,
    GIVEN,
    REACT,
    STYLES,
    THINK,
    Case,
    Deciding,
    Records,
    Setting,
    act_prompt,
    baseline,
    language_actor,
    mark,
    recorded_baselines,
    recorded_run,
    recorded_runs,
    recorded_thoughts,
    records_world,
    right_thought,
    rooms_world,
    run_episode,
    spent,
)
from core.agents.with_torch.runs import run_many
from core.language import tokens
from core.models import CausalLM


@pytest.mark.parametrize("style", STYLES)
def test_episodes_that_are_kept_are_those_that_were_run(tiny: CausalLM, style: str) -> None:
    setting = Setting(style=style, examples=1)
    runs = run_many(tiny, Deciding(tiny, examples=1, style=style), setting, 2)
    for number, episode in enumerate(runs.episodes):
        world = setting.world(number)
        alone = run_episode(language_actor(tiny, examples=1, style=style), world, limit=setting.limit, seed=number)
        assert episode.acts == alone.acts and episode.success == alone.success == bool(runs.success[number])
        assert mark(episode, world) == mark(alone, world) == runs.marks[number]
        for step, other in zip(episode.steps, alone.steps, strict=True):
            assert step.decision.thought == other.decision.thought
            assert bool(step.decision.thought) == (style == GIVEN) or style in (REACT, THINK)
            for act, share in step.decision.probabilities.items():
                assert abs(share - other.decision.probabilities[act]) < 1e-4
        if style == THINK:
            assert len(episode.steps) == 1 and episode.acts[0].startswith("Answer")


def test_a_decision_that_is_known_is_not_asked_again(tiny: CausalLM, monkeypatch: pytest.MonkeyPatch) -> None:
    setting = Setting(examples=0)
    runs = run_many(tiny, Deciding(tiny, examples=0), setting, 2)
    deciding = Deciding(tiny, examples=0)
    deciding.remember(runs)
    monkeypatch.setattr(deciding, "_decide", lambda new: pytest.fail("asked again"))
    assert run_many(tiny, deciding, setting, 2).acts.tolist() == runs.acts.tolist()
    other = Deciding(tiny, examples=1)
    other.remember(runs)
    assert not other._known


def test_tokens_are_those_of_prompts_thoughts_and_acts(tiny: CausalLM) -> None:
    world = records_world(0)
    steps = run_episode("planner", world, limit=8, seed=0).steps
    counts = spent(tiny, world, steps, examples=1, style=ACT)
    for place, (read, wrote) in enumerate(counts):
        assert read == len(tokens(tiny, act_prompt(world, steps[:place], examples=1)).ids)
        assert wrote == len(tokens(tiny, f"{steps[place].decision.act}\n").ids)
    thinking = [replace(step, decision=replace(step.decision, thought="So it is.")) for step in steps]
    thought = len(tokens(tiny, "Thought: So it is.\n").ids)
    given, own = (spent(tiny, world, thinking, examples=1, style=style)[0] for style in (GIVEN, REACT))
    assert given == (own[0] + thought, own[1] - thought)


def test_right_thoughts_name_what_the_planner_does_next_and_nothing_unseen() -> None:
    for seed in range(12):
        for hops in (1, 2, 3):
            world = records_world(seed, hops=hops)
            steps = run_episode("planner", world, limit=8, seed=0).steps
            for place, step in enumerate(steps):
                thought = right_thought(world, steps[:place])
                assert step.decision.act.partition(": ")[2] in thought
                known = " ".join([world.task, *(one.observation for one in steps[:place])])
                assert all(name in known for name in (*world.teacher, *world.city.values()) if name in thought)


def test_styles_are_of_records_alone() -> None:
    with pytest.raises(ValueError, match="style"):
        act_prompt(rooms_world(0), [], examples=1, style=REACT)
    with pytest.raises(ValueError, match="style"):
        act_prompt(records_world(0), [], examples=1, style="shout")


def test_recorded_episodes_done_again_lead_through_the_recorded_states() -> None:
    for runs in (
        *recorded_runs().values(),
        *recorded_runs("agents/failures.npz").values(),
        *recorded_thoughts().values(),
    ):
        assert runs.dtype == "bfloat16" and runs.setting.limit == runs.acts.shape[1]
        for number, episode in enumerate(runs.episodes):
            assert mark(episode, runs.setting.world(number)) == runs.marks[number]
            assert episode.success == bool(runs.success[number])


def test_the_recorded_prompt_alone_decides() -> None:
    """The same worlds, asked in the same way, are acted in alike in both files."""
    one, other = recorded_run(Setting()), recorded_thoughts()[ACT]
    assert one is not None and one.acts[: len(other)].tolist() == other.acts.tolist()


def test_recorded_baselines_are_what_the_actors_do() -> None:
    for (actor, setting), found in list(recorded_baselines().items())[::3]:
        again = baseline(actor, setting, 10)
        assert again.success.tolist() == found.success[:10].tolist()
        assert again.acts.tolist() == found.acts[:10].tolist()


def test_cases_are_decided_in_their_order(tiny: CausalLM) -> None:
    worlds = [records_world(seed) for seed in (3, 4, 3)]
    deciding = Deciding(tiny, examples=0)
    found = deciding([Case(world, world.start, ()) for world in worlds])
    assert found[0] == found[2] and tuple(found[1].probabilities) == worlds[1].acts(())
    assert isinstance(worlds[0], Records) and np.isclose(sum(found[0].probabilities.values()), 1)


@pytest.mark.parametrize("style", STYLES)
def test_what_is_given_and_what_is_written_are_processed_once(style: str) -> None:
    runs = recorded_thoughts()[style]
    for number, episode in enumerate(runs.episodes):
        read, wrote = runs.read[number].tolist(), runs.wrote[number].tolist()
        steps = len(episode.steps)
        # The first prompt, and what the observations, and thoughts that are given, add between two prompts.
        seen = [read[at + 1] - read[at] - wrote[at] for at in range(steps - 1)]
        assert all(some > 0 for some in seen)
        assert runs.given[number] == read[0] + sum(seen)
        assert runs.given[number] + sum(wrote) == read[steps - 1] + wrote[steps - 1]
