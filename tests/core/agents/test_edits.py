"""Episodes that go on from another act or another observation."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.agents import (
    ROOMS_WORLD,
    Branch,
    Records,
    Setting,
    act_on,
    begun,
    branched,
    language_actor,
    run_branch,
    run_episode,
)
from core.agents.jobs import LOADED, LOADING
from core.models import CausalLM

SETTINGS = (Setting(), Setting(ROOMS_WORLD), Setting(noise=0.4), Setting(noise=0.4, silent=True, hops=3))


@given(number=st.integers(0, 40), setting=st.sampled_from(SETTINGS), actor=st.sampled_from(["planner", "random"]))
@settings(max_examples=40, deadline=None)
def test_without_an_edit_a_branch_is_the_episode(number: int, setting: Setting, actor: str) -> None:
    episode = run_branch(actor, Branch(setting, number))
    assert episode == run_episode(actor, setting.world(number), limit=setting.limit, seed=number)
    steps = begun(Branch(setting, number, episode.acts))
    assert [step.after for step in steps] == [step.after for step in episode.steps]
    assert [step.observation for step in steps] == [step.observation for step in episode.steps]


@given(number=st.integers(0, 40), setting=st.sampled_from(SETTINGS), part=st.floats(0, 1))
@settings(max_examples=40, deadline=None)
def test_who_acts_at_random_goes_on_as_before_where_nothing_is_edited(
    number: int, setting: Setting, part: float
) -> None:
    episode = run_branch("random", Branch(setting, number))
    kept = branched(episode.acts, round(part * (len(episode.acts) - 1)))
    assert run_branch("random", Branch(setting, number, kept)).acts == episode.acts


def test_a_false_record_leads_a_planner_to_a_false_answer() -> None:
    world = Setting().world(0)
    assert isinstance(world, Records)
    truth = run_branch("planner", Branch(Setting(), 0))
    other = next(name for name in world.teacher if name not in (world.asked, world.teacher[world.asked]))
    words = f"The teacher of {world.asked} is {other}. {world.asked} lives in {world.city[world.asked]}."
    false = run_branch("planner", Branch(Setting(), 0, truth.acts[:1], words))
    assert truth.success and not false.success
    assert false.acts[1:] == (f"Look up: {other}", f"Answer: {world.city[other]}")


@pytest.mark.parametrize(
    "words",
    ["Nothing is written here.", "The teacher of <b>x</b> is y.", "The teacher of Frank is Zorro. Frank lives in Oz."],
)
def test_words_that_tell_no_record_or_an_impossible_one_end_without_an_error(words: str) -> None:
    first = run_branch("planner", Branch(Setting(), 0)).acts[:1]
    after = run_branch("planner", Branch(Setting(), 0, first, words))
    assert after.ended in ("done", "no way") and after.steps[0].observation == words


def test_in_rooms_an_observation_is_but_words() -> None:
    setting = Setting(ROOMS_WORLD)
    episode = run_branch("planner", Branch(setting, 0))
    after = run_branch("planner", Branch(setting, 0, episode.acts[:1], "You are in the cellar."))
    assert after.acts == episode.acts and after.steps[0].observation == "You are in the cellar."


def test_what_cannot_be_is_refused() -> None:
    acts = run_branch("planner", Branch(Setting(), 0)).acts
    assert branched(acts, 1, act="Look up: Ann") == (acts[0], "Look up: Ann") and branched(acts, 2) == acts
    for bad, says in (
        (Branch(Setting(), 0, ("fly",)), "act"),
        (Branch(Setting(), 0, acts[:1], "x" * 301), "300"),
        (Branch(Setting(), 0, (), "words"), "before any act"),
        (Branch(Setting(), 0, (*acts, acts[0])), "it is over"),
    ):
        with pytest.raises(ValueError, match=says):
            begun(bad)
    with pytest.raises(ValueError, match="planner, random"):
        run_branch("somebody", Branch(Setting(), 0))
    with pytest.raises(ValueError, match="0 to 2"):
        branched(acts, 3)


def test_a_model_goes_on_from_an_edit_and_tells_how_far_it_is(tiny: CausalLM, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.models.load_causal_lm", lambda **_: tiny)
    setting = Setting(examples=0)
    first = run_branch("planner", Branch(setting, 0)).acts[:1]
    branch, heard = Branch(setting, 0, first, "The teacher of Frank is Maria."), list[tuple[float, str]]()
    done = act_on(branch, on_progress=lambda part, message, *_: heard.append((part, message)))
    alone = run_episode(
        language_actor(tiny, examples=0), setting.world(0), limit=setting.limit, seed=0, begun=begun(branch)
    )
    assert done.acts == alone.acts and done.steps[0].observation == branch.observation
    assert heard[0] == (0.0, LOADING) and heard[1] == (LOADED, "Act 2")
    assert heard == sorted(heard) and heard[-1][0] < 1 and len(heard) == len(done.steps)
