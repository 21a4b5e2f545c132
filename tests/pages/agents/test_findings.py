"""Titles and sentences of the page on agents, over all recorded results and at the edges."""

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest

from core.agents import (
    ACT,
    ADDED,
    FREE,
    GIVEN,
    MODEL,
    PERMISSIONS,
    REACT,
    ROOMS_WORLD,
    Branch,
    Decision,
    Episode,
    Injections,
    Records,
    Setting,
    Step,
    gap,
    recorded_injections,
    recorded_run,
    recorded_runs,
    recorded_thoughts,
    run_branch,
    run_episode,
    shortest_acts,
    trapped_world,
)
from core.lessons import Number
from pages.agents.agents import findings
from pages.agents.agents.figures.episode import Moment
from pages.agents.agents.lesson import LESSON
from pages.agents.agents.panels.success import successes
from pages.agents.agents.topic import OVERS


def moment(number: int, place: int, actor: str = "planner") -> Moment:
    setting = Setting()
    episode = run_branch(actor, Branch(setting, number))
    world = setting.world(number)
    state = episode.steps[place].state if place < len(episode.steps) else episode.steps[-1].after
    return Moment(world, episode, place, shortest_acts(world, state) if place < len(episode.steps) else ())


def test_the_moment_tells_the_act_how_sure_it_is_and_whether_a_shortest_way_goes_so() -> None:
    assert findings.of_the_moment(moment(0, 0), hidden=False).endswith("Look up: Frank, as on a shortest way")
    hidden = findings.of_the_moment(moment(0, 0), hidden=True)
    assert "Frank" not in hidden and "12" in hidden
    assert findings.of_the_moment(moment(0, 3), hidden=False) == "The task is done after 3 acts"


def test_every_recorded_moment_says_what_is_on_a_shortest_way() -> None:
    for setting, runs in recorded_runs().items():
        for number in range(0, len(runs), 9):
            episode, world = runs.episode(number), setting.world(number)
            for place, step in enumerate(episode.steps):
                right = shortest_acts(world, step.state)
                said = findings.of_the_moment(Moment(world, episode, place, right), hidden=False)
                assert ("as on a shortest way" in said) == (step.decision.act in right)
                assert step.decision.act in said and ("no way" in said) == (not right)
            assert (findings.ended(episode).startswith("The task is done")) == bool(runs.success[number])


def test_each_end_has_words_of_its_own() -> None:
    words = {
        ended: findings.ended(Episode((), ended == "done", ended)) for ended in ("done", "over", "limit", "no way")
    }
    assert len(set(words.values())) == 4
    assert findings.ended(Episode((Step((), Decision("x", {}), "", ()),), True, "done")).endswith("1 act")


@pytest.mark.parametrize(
    ("gained", "lost", "told"), [(30, 0, "rises"), (0, 30, "falls"), (10, 9, "does not change beyond noise")]
)
def test_success_changes_where_the_interval_of_its_difference_leaves_zero(gained: int, lost: int, told: str) -> None:
    before, after = np.zeros(60, bool), np.zeros(60, bool)
    before[:lost], after[lost : lost + gained] = True, True
    title = findings.of_successes(OVERS[0], [1, 3], {MODEL: [before, after]})
    assert told in title and f"{lost} of 60 at 1" in title and f"{gained} of 60 at 3" in title


@pytest.mark.parametrize("over", OVERS)
@pytest.mark.parametrize("silent", [False, True])
def test_titles_over_recorded_successes_hold(over: str, silent: bool) -> None:
    found = successes(over, silent=silent)
    title, mine = findings.of_successes(over, found.places, found.hits), found.hits[MODEL]
    if over == OVERS[-1]:
        every, chance = (np.concatenate(list(found.hits[actor])) for actor in (MODEL, "random"))
        low, high = gap(chance, every)
        assert ("more than the" in title) == (low > 0) and ("fewer" in title) == (high < 0)
        return
    low, high = gap(mine[0], mine[-1])
    assert ("rises" in title) == (low > 0) and ("falls" in title) == (high < 0)
    assert f"{int(mine[-1].sum())} of {len(mine[-1])}" in title
    assert all(
        f"<b>{sum(int(one.sum()) for one in some)}</b>" in findings.of_all(found.hits) for some in found.hits.values()
    )


def by_length(model: list[int], random: list[int], worlds: int = 20) -> dict[str, list[np.ndarray]]:
    return {actor: [np.arange(worlds) < count for count in counts] for actor, counts in
            ((MODEL, model), ("random", random))}  # fmt: skip


@pytest.mark.parametrize(
    ("model", "random", "says"),
    [
        ([20, 18, 0, 0], [2, 2, 8, 8], ("at most 5 acts: <b>38</b> of 40, more than random (4)",
                                        "of more than 5: <b>0</b> of 40, fewer than random (16)")),
        ([20, 20, 20, 20], [2, 2, 8, 8], ("at most 7 acts: <b>80</b> of 80, more than random (20).",)),
        ([0, 0, 0, 0], [0, 0, 0, 0], ("at most 4 acts: <b>0</b> of 20, no more, beyond noise, than random (0)",
                                      "of more than 4: <b>0</b> of 60, no more")),
    ],
)  # fmt: skip
def test_long_and_short_ways_are_told_apart(model: list[int], random: list[int], says: tuple[str, ...]) -> None:
    told = findings.of_lengths([4, 5, 6, 7], by_length(model, random))
    assert all(words in told for words in says) and told.count("random (") == len(says)


def test_the_recorded_rooms_hide_no_reversal() -> None:
    found = successes(OVERS[-1], silent=False)
    told = findings.of_lengths(found.places, found.hits)
    counts = [int(number) for number in re.findall(r"<b>(\d+)</b>", told)]
    assert sum(counts) == sum(int(some.sum()) for some in found.hits[MODEL])
    assert "34</b> of 38, more than random (6)" in told and "0</b> of 62, fewer than random (7)" in told


def test_tries_of_the_door_are_counted() -> None:
    runs = recorded_run(Setting(ROOMS_WORLD))
    assert runs is not None
    tries = [sum("no key." in step.observation for step in episode.steps) for episode in runs.episodes]
    told = findings.of_the_door(runs.episode(0), runs.episodes, hidden=False)
    assert f"<b>{tries[0]}</b> here, SmolLM2 <b>{sum(tries)}</b> in {len(runs)} worlds" in told
    assert "here" not in findings.of_the_door(runs.episode(0), runs.episodes, hidden=True)


def test_a_world_without_an_act_is_told() -> None:
    nobody = Records({}, {}, "Ann")
    for actor in ("planner", "random"):
        episode = run_episode(actor, nobody, limit=8, seed=0)
        assert not episode.success and findings.ended(episode) == "Nothing was done: the world offers no act"


def thoughts(act: int, react: int, given: int) -> dict[str, np.ndarray]:
    return {style: np.arange(40) < count for style, count in ((ACT, act), (REACT, react), (GIVEN, given))}


@pytest.mark.parametrize(
    ("success", "says"),
    [
        (thoughts(38, 2, 38), ("own thoughts hurt: 2 of 40", "given change nothing beyond noise: 38 of 40")),
        (thoughts(20, 40, 2), ("own thoughts help", "given hurt")),
        (thoughts(20, 21, 20), ("Thoughts change nothing beyond noise",)),
    ],
)
def test_thoughts_are_judged_by_the_same_worlds(success: Mapping[str, np.ndarray], says: tuple[str, ...]) -> None:
    assert all(words in findings.of_thoughts(success) for words in says)


def test_the_title_on_recorded_thoughts_holds() -> None:
    success = {style: runs.success for style, runs in recorded_thoughts().items()}
    title = findings.of_thoughts(success)
    for style in (REACT, GIVEN):
        low, high = gap(success[ACT], success[style])
        told = "help" if low > 0 else "hurt" if high < 0 else "change nothing beyond noise"
        assert told in title and f"{int(success[style].sum())}" in title


def injections(shift: int) -> Injections:
    """Twenty worlds in which the needed act is done after nothing, and the wanted one after an order in some."""
    kinds, worlds = tuple(ADDED), 20
    shares = np.zeros((len(kinds), 2, worlds, 12), np.float32)
    for number in range(worlds):
        trapped = trapped_world(number)
        acts = trapped.world.acts(trapped.step("").after)
        for place, kind in enumerate(kinds):
            obeys = bool(trapped.wanted(kind)) and number < shift
            for marked in (0, 1):
                act = trapped.wanted(kind) if obeys and not marked else trapped.needed
                shares[place, marked, number, acts.index(act)] = 1
    return Injections("tiny", "float32", 2, kinds, shares)


def test_orders_are_told_with_what_follows_them() -> None:
    found = injections(15)
    title = findings.of_orders(found, "an order", FREE)
    assert "the needed act in 5 of 20 worlds, down from 20; 15 do what it wants" in title
    assert findings.of_marking(found, "an order", FREE).startswith("For the needed act marking helps: <b>20</b> of 20")
    assert "in 20 of 20 worlds" in findings.of_orders(found, "nothing", FREE)
    assert "no change beyond noise" in findings.of_orders(injections(0), "an order", FREE)
    assert "0 do what it wants" in findings.of_orders(found, "an order", "both")
    assert "wants" not in findings.of_orders(found, "a harmless sentence", FREE)
    assert "; the order is followed in <b>0</b> instead of <b>15</b>, fewer. " in findings.of_marking(
        found, "an order", FREE
    )
    few = findings.of_marking(injections(5), "an order", FREE)
    assert "in <b>0</b> instead of <b>5</b>, within noise. " in few, "five to none: a coin does that"
    assert "order" not in findings.of_marking(found, "a harmless sentence", FREE)


def marked_badly(worlds: int) -> Injections:
    """Twenty worlds in which marking costs the needed act on a bare record in some, and changes nothing else."""
    found = injections(0)
    shares = found.probabilities.copy()
    for number in range(worlds):
        trapped = trapped_world(number)
        shares[0, 1, number] = 0
        shares[0, 1, number, trapped.world.acts(trapped.step("").after).index(f"Answer: {trapped.city}")] = 1
    return replace(found, probabilities=shares)


def test_marking_is_told_in_both_directions() -> None:
    found = injections(15)
    said = findings.of_marking(found, "an order", FREE)
    assert "The act changes in <b>15</b> worlds unmarked and <b>0</b> marked, fewer" in said
    assert "(a harmless sentence: 0 and 0)" in said and "harms <b>0</b> and mends <b>0</b>: no change" in said
    assert "act changes" not in findings.of_marking(found, "nothing", FREE)
    harm = findings.of_marking(marked_badly(12), "an order", FREE)
    assert "harms <b>12</b> and mends <b>0</b>: hurts" in harm
    assert "The act changes in <b>0</b> worlds unmarked and <b>12</b> marked, more" in harm


def test_what_is_told_of_recorded_marking_holds() -> None:
    found = recorded_injections()
    for permission in PERMISSIONS:
        acts = {
            (kind, marked): found.acts(kind, marked=marked, permission=permission)
            for kind in found.kinds
            for marked in (False, True)
        }
        bare = found.kinds[0]
        for kind in found.kinds[1:]:
            moved = [
                np.array([one != other for one, other in zip(acts[bare, flag], acts[kind, flag], strict=True)])
                for flag in (False, True)
            ]
            said = findings.of_changes(found, kind, permission)
            assert f"<b>{int(moved[0].sum())}</b> worlds unmarked and <b>{int(moved[1].sum())}</b> marked" in said
            gained, lost = int((moved[1] & ~moved[0]).sum()), int((moved[0] & ~moved[1]).sum())
            sure = gained + lost > 0 and binomtest(gained, gained + lost).pvalue <= 0.05
            assert ("within noise" in said) == (not sure)
        right = [
            [act == trapped_world(number).needed for number, act in enumerate(acts[bare, flag])]
            for flag in (False, True)
        ]
        harmed = sum(one and not other for one, other in zip(*right, strict=True))
        mended = sum(other and not one for one, other in zip(*right, strict=True))
        told = findings.of_the_bare(found, permission)
        assert f"harms <b>{harmed}</b> and mends <b>{mended}</b>" in told
        sure = harmed + mended > 0 and binomtest(harmed, harmed + mended).pvalue <= 0.05
        assert ("no change beyond noise" in told) == (not sure)


def test_what_is_told_of_recorded_obeying_holds() -> None:
    found = recorded_injections()
    for permission in PERMISSIONS:
        for kind in found.kinds:
            wanted = [trapped_world(number).wanted(kind) for number in range(found.worlds)]
            plain, marked = (
                np.array([
                    bool(act) and act == want
                    for act, want in zip(found.acts(kind, marked=flag, permission=permission), wanted, strict=True)
                ])
                for flag in (False, True)
            )  # fmt: skip
            gained, lost = int((marked & ~plain).sum()), int((plain & ~marked).sum())
            sure = gained + lost > 0 and binomtest(gained, gained + lost).pvalue <= 0.05
            verdict = ("more" if gained > lost else "fewer") if sure else "within noise"
            counts = f"in <b>{int(marked.sum())}</b> instead of <b>{int(plain.sum())}</b>, {verdict}"
            said = findings.of_obeying(found, kind, permission)
            assert said == (f"; the order is followed {counts}" if any(wanted) else "")
    assert findings.of_obeying(found, "an order to answer", FREE).endswith("<b>8</b> instead of <b>0</b>, more")


def test_titles_over_recorded_orders_hold() -> None:
    found = recorded_injections()
    for kind in found.kinds[1:]:
        for permission in PERMISSIONS:
            bare, with_it = (
                findings.needed(found, one, marked=False, permission=permission) for one in (found.kinds[0], kind)
            )
            gained, lost = int((with_it & ~bare).sum()), int((bare & ~with_it).sum())
            sure = gained + lost > 0 and binomtest(gained, gained + lost).pvalue < 0.05
            title = findings.of_orders(found, kind, permission)
            assert ("down from" in title) == (sure and lost > gained)
            assert ("more than" in title) == (sure and gained > lost)
            assert f"in {int(with_it.sum())} of {found.worlds}" in title


def test_the_lesson_asks_about_as_many_worlds_as_were_recorded() -> None:
    (stage,) = (one for one in LESSON.stages if one.step == "An order")
    worlds = recorded_injections().worlds
    assert f"of {worlds} worlds" in stage.ask and isinstance(stage.guess, Number) and stage.guess.high == worlds


def test_branches_tell_whether_the_edit_decides() -> None:
    good, bad = run_branch("planner", Branch(Setting(), 0)), Episode((), False, "no way")
    assert findings.of_branches(good, bad, "planner").startswith("The edit ruins the task")
    assert findings.of_branches(bad, good, "planner").startswith("The edit saves the task")
    assert findings.of_branches(good, good, "planner").startswith("The acts stay the same")
    assert "SmolLM2 has not acted yet" in findings.of_branches(good, None, MODEL)


def test_a_guess_is_told_with_its_probability() -> None:
    shown = moment(0, 0)
    assert "as you guessed" in findings.of_the_guess(shown.act, shown)
    other = next(act for act in shown.probabilities if act != shown.act)
    assert f"you guessed <b>{other}</b>, to which it gave 0%" in findings.of_the_guess(other, shown)


def test_what_a_question_says_of_examples_and_length_was_measured() -> None:
    """One example makes almost all of the difference; tasks of three look-ups mostly fail."""
    shares = [float(successes(OVERS[2], silent=False).hits[MODEL][count].mean()) for count in (0, 1, 2)]
    assert shares[1] - shares[0] > 0.8 * abs(shares[2] - shares[0])
    assert float(successes(OVERS[0], silent=False).hits[MODEL][2].mean()) < 0.5
