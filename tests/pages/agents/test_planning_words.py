"""What the panels on noise, plans and made tools say, over the edges and all that is recorded; checks that fail."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from core.agents import (
    ALONE,
    FAMILIES,
    TOOL,
    WAYS,
    Ends,
    Plan,
    Tool,
    Walk,
    checked,
    examples_of,
    house,
    made_tools,
    missed_edges,
    plan,
    read_rooms,
    recorded_baselines,
    recorded_detours,
    recorded_makings,
    recorded_uses,
    rooms_world,
    success,
    walk,
    walls,
)
from pages.agents.agents.panels import make as make_panel
from pages.agents.agents.panels import noise as noise_panel
from pages.agents.agents.panels.plan import ROOMS, rooms_run
from pages.agents.agents.plan_checks import episode_checks, plan_checks, walk_checks
from pages.agents.agents.readings import make, noise
from pages.agents.agents.readings import plan as plans
from pages.agents.agents.readings.shares import counted, share_words


def test_shares_never_claim_none_or_all_by_rounding() -> None:
    assert [share_words(value) for value in (0, 1e-9, 0.5, 0.999, 1)] == ["0%", "below 1%", "50%", "above 99%", "100%"]
    assert (counted(1, "retry", "retries"), counted(2, "retry", "retries"), counted(0, "call")) == (
        "1 retry",
        "2 retries",
        "0 calls",
    )


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ((0.0, 10, 2, 1, 1, 1), "No call fails"),
        ((1.0, 10, 2, 0, 0, 0), "Every call fails"),
        ((0.1, 10, 0, 0.35, 0.35, 0.75), "a vote of three makes it 75%"),
        ((0.1, 10, 0, 0.35, 0.35, 0.35), "changes nothing to see"),
        ((0.1, 10, 2, 0.35, 0.99, 0.75), "2 retries make it 99%, if failures are announced"),
        ((0.1, 1, 1, 0.9, 0.99, 0.97), "chains of 1 call, 90% come through; 1 retry makes it 99%"),
        ((0.9, 30, 1, 1e-30, 1e-20, 1e-40), "with 1 retry no more"),
    ],
)
def test_titles_of_calls(given: tuple[float, int, int, float, float, float], says: str) -> None:
    p, steps, retries, once, again, vote = given
    assert says in noise.calls_title(p, steps, retries, once=once, again=again, vote=vote)


@pytest.mark.parametrize(
    ("none", "most", "says"),
    [
        (Ends(1, 0, 0), Ends(1, 0, 0), "Retries change nothing: 100% of chains end right, 0% wrong"),
        (Ends(0.3, 0, 0.7), Ends(0.9, 0, 0.1), "Nothing wrong passes the checker: 8 retries raise"),
        (Ends(0.1, 0.1, 0.8), Ends(0.2, 0.7, 0.1), "more chains end wrong (70%) than right (20%)"),
        (Ends(0.3, 0.1, 0.6), Ends(0.7, 0.2, 0.1), "wrong untold from 10% to 20%"),
    ],
)
def test_titles_of_checkers(none: Ends, most: Ends, says: str) -> None:
    assert says in noise.checker_title(0.2, none, most, 8)


def test_readings_of_checkers_tell_what_a_result_is_worth() -> None:
    ends = checked(0.2, 5, retries=8, alarms=0.1, misses=0.3)
    assert "right with <b>92%</b>" in noise.checker_reading(0.2, 5, 0.1, 0.3, ends, 8)
    nothing = checked(0.0, 5, retries=8, alarms=1.0, misses=0.3)
    assert "lets nothing through" in noise.checker_reading(0.0, 5, 1.0, 0.3, nothing, 8)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ((0.1, 10, 9, 0, 0), "too few"),
        ((0.0, 10, 12, 1, 1), "no call fails, so it does not matter"),
        ((1.0, 10, 12, 0, 0), "every call fails"),
        ((0.1, 10, 15, 0.95, 0.35), "they bring 95% through, in equal shares 35%"),
        ((0.1, 10, 10, 0.35, 0.35), "where a call fails or in equal shares"),
    ],
)
def test_titles_of_budgets(given: tuple[float, int, int, float, float], says: str) -> None:
    p, steps, calls, shared, equal = given
    assert says in noise.budget_title(p, steps, calls, shared=shared, equal=equal)


def test_titles_of_searches() -> None:
    few, many = [10] * 9 + [11], [30] * 9 + [32]
    assert "A* looks at 10 states, breadth-first search at 30" in plans.search_title("A*", few, many, [0] * 10)
    assert "never by a longer way" in plans.search_title("A*", few, many, [0] * 10)
    assert "in 2 by a longer way" in plans.search_title("A*", few, many, [0] * 8 + [2, 4])
    assert "looks at no fewer" in plans.search_title("A*", many, many, [0] * 10)
    assert "more than breadth-first search's 10" in plans.search_title("A*", many, few, [0] * 10)


def test_titles_beside_the_model_over_what_is_recorded() -> None:
    run, random = rooms_run(), recorded_baselines()["random", ROOMS].success
    title = plans.beside_title(run.success, random, np.ones(100, bool))
    assert f"in {int(run.success.sum())} of {len(run)} worlds" in title
    assert ("more than" in title) <= (run.success.sum() > random.sum())
    yes, no = np.ones(40, bool), np.zeros(40, bool)
    assert "more than random acts (0)" in plans.beside_title(yes, no, yes)
    assert "less than random acts (40)" in plans.beside_title(no, yes, yes)
    assert "within noise of" in plans.beside_title(yes, yes, yes)
    assert plans.beside_title(yes, no, yes).endswith("search does in all")
    assert plans.beside_title(yes, no, no).endswith(f"search does in 0 of {len(no)}")
    for number, episode in enumerate(run.episodes):
        told = plans.beside_reading(episode, 5, 9)
        assert ("has not reached" in told) != bool(run.success[number])
        assert ("in the very same state" in told) == (episode.repeated > 0)
        assert all(check.passed for check in episode_checks(rooms_world(number), episode))
    won = next(episode for episode in run.episodes if episode.success)
    world = rooms_world(int(np.flatnonzero(run.success)[0]))
    assert not episode_checks(world, replace(won, success=False))[0].passed
    assert not any(check.passed for check in episode_checks(world, replace(won, steps=won.steps[:1])))


def test_titles_of_walls_over_what_is_recorded() -> None:
    extra = recorded_detours().extra
    assert "takes the shortest way in all" in plans.walls_title(extra[:, 0].tolist(), 0)
    for count in range(1, extra.shape[1]):
        title = plans.walls_title(extra[:, count].tolist(), count)
        assert f"{extra[:, count].mean():.1f} acts" in title or "no cost beyond noise" in title
    assert "no cost beyond noise" in plans.walls_title([0] * 9 + [1], 2)
    met = walk(house(0), walls(house(0), 6, seed=0))
    assert ("stands before a wall" in plans.walls_reading(met, 6)) == bool(met.bumps)
    assert "meets none" in plans.walls_reading(walk(house(0), ()), 0)


def test_titles_of_made_tools() -> None:
    tool = Tool("x + y", 2, 9)
    assert "No expression within the budget" in make.maker_title(None, 0, 20, 3)
    assert "passes all 20 tests" in make.maker_title(tool, 20, 20, 3)
    assert "x + y fits the 1 example, and is wrong: 5 of 20" in make.maker_title(tool, 15, 20, 1)
    assert "as many others do" in make.own_title(tool, [])
    assert "made without one, the tool still gives it for each of your 2 examples" in make.own_title(tool, [True, True])
    assert "made without one, the tool still gives it for 1 of 2" in make.own_title(tool, [True, False])
    assert "tried <b>1</b> expression," in make.maker_reading(replace(tool, tried=1), [], "fence", 1, 23)
    assert "No expression" in make.own_title(None, [True])
    for family in FAMILIES:
        makings = [one for one in recorded_makings() if one.family == family]
        for examples in (1, 10):
            some = [one for one in makings if one.examples == examples]
            enough = sum(one.right == 20 and not missed_edges(one.expression, family) for one in some)
            assert f"<b>{enough}</b>" in make.maker_reading(tool, makings, family, examples, 23)


def test_a_tool_is_tested_at_the_smallest_numbers() -> None:
    tool = made_tools()["handshakes"]
    missed = missed_edges(tool.expression, "handshakes")
    assert tool.expression == "x / (2 / (x - 1))" and missed == ((1,),)
    told = make.edge_words("handshakes", tool, missed)
    assert told == "no value for 1, where 0 is right"
    title = make.maker_title(tool, 22, 23, 4, at_edge=told)
    assert title.endswith(
        "fits the 4 examples and 22 of 23 tests, and fails at the edge: no value for 1, where 0 is right"
    )
    assert make_panel.tests_shown("handshakes", tool)[0] == ((1,), Fraction(0))
    wrong = Tool("x - 1", 1, 0)
    assert make.edge_words("taxi", wrong, missed_edges("x - 1", "taxi")) == "-1 for 0, where 5 is right"
    assert make.edge_words("taxi", wrong, ()) == ""
    assert [family for family, one in made_tools().items() if missed_edges(one.expression, family)] == ["handshakes"]
    assert missed_edges("", "taxi") == FAMILIES["taxi"].edges
    with pytest.raises(ValueError, match="family"):
        missed_edges("x", "none")


def test_the_price_says_what_is_assumed() -> None:
    told = make.price_reading(1, 2, 3, math.inf, 0.5)
    assert "light model’s tokens are measured" in told and "assumed are a large model" in told


def test_titles_of_users_and_prices() -> None:
    yes, no = [True] * 40, [False] * 40
    assert "does better: 40 of 40 right, alone 0" in make.user_title(no, yes)
    assert "does worse" in make.user_title(yes, no) and "no better beyond noise" in make.user_title(yes, yes)
    alone, tooled = (make_panel.rights(recorded_uses().of(way)) for way in (ALONE, TOOL))
    assert f"{sum(tooled)} of {len(tooled)} right, alone {sum(alone)}" in make.user_title(alone, tooled)
    assert "never pays" in make.price_title(math.inf) and "first question" in make.price_title(0.4)
    assert "from question 13 on" in make.price_title(12.5)
    assert "no number of questions" in make.price_reading(1, 2, 3, math.inf, 0.5)


def test_damage_turns_the_checks_of_noise_red(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(check.passed for check in noise_panel.call_checks(0.1, 10, 2))
    ends = checked(0.2, 5, retries=8, alarms=0.1, misses=0.3)
    found = noise_panel.ends_drawn(0.2, 5, 8, 0.1, 0.3, draws=noise_panel.MANY)
    assert all(check.passed for check in noise_panel.checker_checks(0.2, 5, ends, found))
    wrong = noise_panel.checker_checks(0.2, 5, Ends(ends.wrong, ends.right, ends.stopped), found)
    assert not wrong[0].passed and not wrong[1].passed
    monkeypatch.setattr(noise_panel, "success", lambda p, steps, **way: 0.5)
    assert not any(check.passed for check in noise_panel.call_checks(0.1, 10, 2))
    assert not noise_panel.checker_checks(0.2, 5, ends, found)[2].passed


@pytest.mark.parametrize("more", [-1, 1])
def test_a_formula_for_another_number_of_calls_turns_the_checks_of_chains_red(
    more: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noise_panel, "success", lambda p, steps, **way: success(p, steps + more, **way))
    once, _, vote, silent = noise_panel.call_checks(0.1, 10, 2)
    assert not once.passed and not vote.passed and not silent.passed
    assert not noise_panel.call_checks(0.5, 10, 2)[1].passed


@pytest.mark.parametrize("more", [-1, 1])
def test_the_ends_of_a_longer_chain_turn_the_checks_of_a_checker_red(more: int) -> None:
    found = noise_panel.ends_drawn(0.1, 10, 8, 0.1, 0.3, draws=noise_panel.MANY)
    right, wrong, _ = noise_panel.checker_checks(
        0.1, 10, checked(0.1, 10 + more, retries=8, alarms=0.1, misses=0.3), found
    )
    assert not right.passed and not wrong.passed


@pytest.mark.parametrize(
    ("steps", "paid", "says"),
    [
        (10, 15, ("1 try for each step and one more for the first 5", "votes of three for the first 2 steps, one try")),
        (10, 21, ("2 tries for each step and one more for the first:", "for the first 5 steps")),
        (10, 40, ("4 tries for each step:", "votes of 3 and two more votes for the first 5:")),
        (10, 12, ("and one more for the first 2:", "a vote of three for the first, one try for each other step")),
        (10, 10, ("1 try for each step:", "not enough for votes of three, one try each")),
        (10, 9, ("not one try for each step", "not enough for votes")),
    ],
)
def test_a_budget_is_spent_to_its_last_call(steps: int, paid: int, says: tuple[str, ...]) -> None:
    shared, equal, vote = noise_panel.spent(0.1, steps, paid)
    voters, more = noise_panel.votes_of(steps, paid)
    assert paid < steps or paid - 1 <= steps * voters + 2 * more <= paid
    told = noise.budget_reading(steps, paid, shared=shared, equal=equal, vote=vote, votes=(voters, more))
    assert all(words in told for words in says)


def test_fifteen_calls_bring_more_than_ten_do() -> None:
    _, equal, vote = noise_panel.spent(0.1, 10, 15)
    assert equal == pytest.approx(0.9**5 * 0.99**5) and equal > success(0.1, 10) + 0.2
    assert vote == pytest.approx(0.9**8 * (0.9**3 + 3 * 0.9**2 * 0.1) ** 2)


@pytest.mark.parametrize(("name", "wrong"), [("within", 1), ("within", -1), ("in_shares", 40)])
def test_a_formula_for_other_budgets_turns_a_check_red(name: str, wrong: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(check.passed for check in noise_panel.budget_checks(0.1, 10, 15))
    right = getattr(noise_panel, name)
    monkeypatch.setattr(noise_panel, name, lambda p, steps, calls: right(p, steps, calls + wrong))
    counted, lost = noise_panel.budget_checks(0.1, 10, 15)
    assert (counted.passed, lost.passed) == ((False, True) if name == "within" else (True, False))


def test_damage_turns_the_checks_of_plans_red() -> None:
    world = house(2)
    found = plan(world)
    assert found.acts is not None and all(check.passed for check in plan_checks(world, found, exact=True))
    assert not plan_checks(world, replace(found, acts=found.acts[:-1]), exact=True)[0].passed
    there = found.acts[0], f"go to {world.begin}"
    assert not plan_checks(world, replace(found, acts=(*there, *found.acts)), exact=True)[1].passed
    assert not plan_checks(world, Plan(None, ()), exact=True)[0].passed
    closed_off = read_rooms("a - b\nc # d\nkey: a\nfrom: a\nto: d")
    assert plan_checks(closed_off, plan(closed_off), exact=True)[0].passed
    closed = walls(world, 6, seed=2)
    walked = walk(world, closed)
    assert all(check.passed for check in walk_checks(world, closed, walked))
    through = walk_checks(world, closed, replace(walked, rooms=(*closed[0], *walked.rooms)))
    assert not through[0].passed
    twice = Walk(walked.rooms, walked.acts, ((0, closed[0]), (1, closed[0])), walked.shortest, walked.believed)
    assert not walk_checks(world, closed, twice)[1].passed
    assert not walk_checks(world, closed, replace(walked, rooms=walked.rooms[:-1]))[2].passed


def test_damage_turns_the_checks_of_tools_red() -> None:
    examples = examples_of("fence", 4, seed=0)
    assert all(check.passed for check in make_panel.made_checks(examples, Tool("2 * (x + y)", 2, 9)))
    assert not make_panel.made_checks(examples, Tool("x + y", 2, 9))[0].passed
    assert not make_panel.made_checks(examples, Tool("2 * (x + y)", 2, make_panel.BUDGET + 1))[1].passed
    uses = recorded_uses().every
    assert all(check.passed for check in make_panel.use_checks(uses))
    assert not make_panel.use_checks(uses[1:])[0].passed
    call = next(use for use in uses if use.way == TOOL and use.family == "taxi")
    forged = [replace(use, family="fence", text=" fence(1, 2)") if use is call else use for use in uses]
    assert not make_panel.use_checks(forged)[0].passed
    for costs in ((120_000.0, 5_000.0, 500.0), (0.0, 1.0, 2.0), (1e12, 3.0, 2.5)):
        assert all(check.passed for check in make_panel.price_checks(*costs))


def test_wrong_results_of_right_calls_and_wrong_crossings_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make_panel, "break_even", lambda make, large, small: 1.0)
    assert not make_panel.price_checks(120_000.0, 5_000.0, 500.0)[0].passed
    monkeypatch.setattr(make_panel, "right", lambda use, tools: False)
    assert not make_panel.use_checks(recorded_uses().every)[1].passed
    assert set(WAYS) == {use.way for use in recorded_uses().every}
    assert np.isfinite(make_panel.tokens_of(recorded_uses().of(TOOL)))
