"""Sentences and titles say what the numbers say, over the edges and over everything that was recorded."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats  # type: ignore[import-untyped]

from core.numbers import NORMAL_95
from core.reasoning import (
    ERRORS,
    FEATURES,
    GSM8K,
    METHODS,
    SAMPLES,
    Apart,
    Difference,
    Kind,
    Manner,
    Outcome,
    Switched,
    area,
    beats_a_guess,
    best_of,
    crossing,
    cut_kinds,
    difference,
    guess,
    majority,
    mixture,
    outcome,
    recorded_beams,
    recorded_heats,
    recorded_kinds,
    recorded_methods,
    switched,
    truths,
    vote,
)
from pages.prompting.reasoning import findings
from pages.prompting.reasoning.panels import cuts, hurts, languages, samples, votes
from pages.prompting.reasoning.results import VOTE, found, missing, voting_kinds, ways


def made(name: str, right: list[int], tokens: float = 10.0) -> Outcome:
    return Outcome(name, np.array([right], dtype=float), tokens, 100.0)


FULL, HALF, NONE = [1] * 40, [1, 0] * 20, [0] * 40


def test_a_gain_a_loss_and_nothing_are_told_apart() -> None:
    assert "A chain shown in examples helps: 100 % right" in findings.of_the_method(
        made("few-shot chain", FULL), made("direct", NONE)
    )
    assert "hurts" in findings.of_the_method(made("program", NONE), made("direct", FULL))
    assert "no difference to be seen" in findings.of_the_method(made("vote of 3", HALF), made("direct", HALF))
    assert findings.of_the_method(made("direct", HALF), made("direct", HALF)).startswith("Without a thought 50 %")


def test_a_gain_below_a_guess_is_said_to_be_one() -> None:
    chain, direct = made("few-shot chain", [1] * 8 + [0] * 32), made("direct", NONE)
    assert difference(direct, chain).side == 1
    assert "helps: 20 % right" in findings.of_the_method(chain, direct, 0.05)
    assert "helps, but is not seen to beat a guess (18 %): 20 %" in findings.of_the_method(chain, direct, 0.18)
    assert "; a guess without the model has 18 %." in findings.of_the_reading(chain, direct, 0.18)


@pytest.mark.parametrize("kind", recorded_kinds())
def test_a_guess_is_the_best_that_can_be_said_without_a_model(kind: Kind) -> None:
    every = [truth for some in truths(kind) for truth in some]
    best = max(np.mean([truth == said for truth in every]) for said in set(every))
    assert guess(kind) == pytest.approx(max(best, 0.25) if kind in ("look-up", "two hops") else best)
    assert beats_a_guess(made("direct", FULL), kind) and not beats_a_guess(made("direct", NONE), kind)


def test_a_lead_within_the_noise_is_none() -> None:
    some, more = made("direct", [0] * 38 + [1, 0]), made("few-shot chain", [0] * 38 + [1, 1])
    assert difference(some, more).side == 0
    assert "no difference to be seen" in findings.of_the_method(more, some)
    assert "no difference beyond noise" in findings.of_the_reading(more, some)


def test_a_vote_names_its_temperature_and_is_held_against_one_greedy_chain() -> None:
    assert findings.of_the_heats(0.7, (0.7,)) == " at temperature 0.7 (the only one recorded)"
    assert findings.of_the_heats(1.0, (0.3, 0.7, 1.0)) == " at temperature 1"
    voted, direct = made("vote of 8", FULL), made("direct", NONE)
    said = findings.of_the_reading(voted, direct, greedy=made("few-shot chain", FULL), drawn=" at temperature 1")
    assert said.startswith("<b>vote of 8</b> at temperature 1: <b>100 %</b>")
    assert "a gain; against one greedy chain: <b>0</b> points" in said and said.endswith("no difference beyond noise.")


@pytest.mark.parametrize("kind", recorded_kinds())
def test_a_way_is_on_screen_or_it_is_said_why_not(kind: Kind) -> None:
    lost = missing(kind)
    assert sorted([*ways(kind), *(way for some in lost for way in some)]) == sorted([*METHODS, VOTE])
    said = findings.of_the_missing(*lost)
    assert all(way in said for some in lost for way in some) and bool(said) == any(lost)
    numbers = all(isinstance(truth, int) for some in truths(kind) for truth in some)
    assert ("the answer is a word" in said) == (not numbers)
    assert ("a sum, and there is none" in said) == (kind in ("letters", "sentiment", "copying", "look-up", "two hops"))


def test_a_missing_way_has_its_own_reason() -> None:
    assert findings.of_the_missing([], [], []) == ""
    assert findings.of_the_missing(["program"], [], []) == (
        "Not on these problems: program needs a sum, and there is none."
    )
    assert findings.of_the_missing(["program", "wrong order"], ["zero-shot direct"], ["vote"]) == (
        "Not on these problems: program and wrong order need a sum, and there is none; zero-shot direct asks for a "
        "number, and the answer is a word; vote was not recorded."
    )


@pytest.mark.parametrize("kind", recorded_kinds())
def test_every_recorded_way_is_told_as_its_numbers_say(kind: Kind) -> None:
    direct = outcome(kind, "direct")
    for way in ways(kind):
        for k in (1, 5, SAMPLES):
            one = found(kind, way, k)
            title, apart = findings.of_the_method(one, direct), findings.compared(direct, one)
            if one.name != "direct":
                told = {1: "helps", -1: "hurts", 0: "no difference to be seen"}[apart.side]
                assert told in title and findings.verdict(apart) in findings.of_the_reading(one, direct)
                assert (apart.side > 0) == (apart.interval[0] > 0) and (apart.side < 0) == (apart.interval[1] < 0)
            assert findings.percent(one.accuracy) in title


def test_damages_are_sorted_by_their_intervals() -> None:
    right = made("few-shot chain", HALF)
    said = findings.of_wrong_logic(
        right, [made("wrong order", HALF), made("another's chain", NONE), made("program", FULL)]
    )
    assert said == "Wrong order: no loss beyond noise; another's chain: a loss; program: a gain"
    assert findings.of_wrong_logic(right, [made("wrong order", HALF)]) == "Wrong order: no loss beyond noise"


@pytest.mark.parametrize(
    ("before", "after", "says"), [(NONE, FULL, "lifts"), (FULL, NONE, "lowers"), (HALF, HALF, "changes nothing")]
)
def test_a_vote_lifts_lowers_or_changes_nothing(before: list[int], after: list[int], says: str) -> None:
    assert says in findings.of_the_vote(made("vote of 1", before), made("vote of 8", after))


def test_shares_are_compared_by_student_and_counts_by_pairs() -> None:
    counts, shares_ = made("direct", HALF), made("vote of 8", [1] * 24 + [0] * 16)
    assert findings.compared(counts, shares_) == difference(counts, shares_)
    parts = [0.2, 0.4] * 20
    one, other = shares(parts), shares([part + 0.02 + 0.01 * (place % 3) for place, part in enumerate(parts)])
    gap = findings.compared(one, other)
    low, high = stats.ttest_rel(other.hits.ravel(), one.hits.ravel()).confidence_interval(0.95)
    assert gap.interval == pytest.approx((low, high)) and gap.side == 1 and difference(one, other).side == 0


def test_weights_are_told_beside_equal_votes() -> None:
    said = findings.of_the_weights(made("vote of 8", NONE), made("vote of 8", FULL))
    assert said.startswith("Weighted by each chain’s probability per token it has <b>100 %</b>: +100 (")
    assert said.endswith(", a gain")
    assert findings.of_the_weights(made("a", HALF), made("a", HALF)).endswith("no difference beyond noise")


@pytest.mark.parametrize(("kind", "heat"), [(kind, heat) for kind in voting_kinds() for heat in recorded_heats(kind)])
def test_recorded_votes_are_told_as_their_numbers_say(kind: Kind, heat: float) -> None:
    single, voted, greedy = vote(kind, 1, heat=heat), vote(kind, SAMPLES, heat=heat), outcome(kind, "few-shot chain")
    for first in (single, greedy):
        gaps = (voted.hits - first.hits).ravel()
        low, high = stats.t.interval(0.95, len(gaps) - 1, gaps.mean(), stats.sem(gaps))
        told = {(True, False): "a gain", (False, True): "a loss", (False, False): "no difference beyond noise"}
        assert findings.of_the_gain(first, voted).endswith(told[low > 0, high < 0])
        if first is single:
            word = "lifts" if low > 0 else "lowers" if high < 0 else "changes nothing to be seen"
            assert word in findings.of_the_vote(single, voted)


@pytest.mark.parametrize(
    ("right", "rival", "says"),
    [
        (0.3, 0.2, "the mode, though it is below one half"),
        (0.6, 0.2, "is the mode, and"),
        (0.3, 0.4, "the mode is wrong"),
        (0.3, 0.3, "tie"),
    ],
)
def test_two_sliders_name_the_mode(right: float, rival: float, says: str) -> None:
    assert says in findings.of_two_sliders(right, rival, [right, 0.5])


@given(st.integers(0, 50), st.integers(0, 50))
@settings(max_examples=15)
def test_a_wrong_mode_is_told_with_the_peak_before_its_fall(right: int, rival: int) -> None:
    law = (right / 100, rival / 100, *[(100 - right - rival) / 100 / votes.OTHERS] * votes.OTHERS)
    curve = [majority(law, k) for k in range(1, votes.MOST + 1)]
    said = findings.of_two_sliders(right / 100, max(law[1:]), curve)
    peak = curve.index(max(curve)) + 1
    clear = findings.percent(max(curve)) not in (findings.percent(curve[0]), findings.percent(curve[-1]))
    assert (f"up to {findings.percent(max(curve))} with k = {peak}, and down to" in said) == (
        clear and max(law[1:]) - law[0] > 1e-9
    )


def test_a_few_votes_help_where_the_mode_is_wrong() -> None:
    law = (0.3, 0.4, *[0.3 / votes.OTHERS] * votes.OTHERS)
    said = findings.of_two_sliders(0.3, 0.4, [majority(law, k) for k in range(1, votes.MOST + 1)])
    assert said.endswith("the vote goes from 30 % up to 36 % with k = 6, and down to 22 %")


def test_a_search_ends_in_one_of_three_ways() -> None:
    assert findings.of_the_search(True, True, 1200, 5).startswith("24 is found: 1,200 states")
    assert "not found" in findings.of_the_search(False, True, 10, 5)
    assert "Nobody can" in findings.of_the_search(False, False, 10, 5)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_judge_is_better_than_chance_only_where_its_interval_is(one: float, other: float) -> None:
    low, high = sorted((one, other))
    said = findings.of_the_judge((low + high) / 2, low, high)
    assert ("better than chance" in said and "no better" not in said) == (low > 0.5)
    assert ("worse than chance" in said) == (high < 0.5)


SOME = [0.3] * 20 + [0.5] * 20


@pytest.mark.parametrize(
    ("middle", "last", "says"),
    [
        (0.1, 0.2, "lifts 40 % to 60 % with 8 samples"),
        (0.2, 0.05, "lifts 40 % to 60 % with 3 samples; more hurt: 45 % with 8"),
        (-0.1, -0.2, "is worse than none: 8 samples lower 40 % to 20 %"),
        (0.0, 0.0, "changes nothing to be seen: 40 % with 1 sample, 40 % with 8"),
    ],
)
def test_a_checker_helps_up_to_a_peak_hurts_or_does_nothing(middle: float, last: float, says: str) -> None:
    every = {n: shares([share + up for share in SOME]) for n, up in ((1, 0.0), (3, middle), (8, last))}
    assert findings.of_the_checker(0.2, every) == f"A checker that errs in 20 % {says}"


def test_a_fall_within_the_noise_is_none() -> None:
    moved = [share + (0.2 if place % 2 else -0.19) for place, share in enumerate(SOME)]
    every = {1: shares([share - 0.25 for share in SOME]), 3: shares(moved), 8: shares(SOME)}
    assert every[8].accuracy < every[3].accuracy and "more hurt" not in findings.of_the_checker(0.2, every)


def shares(right: list[float]) -> Outcome:
    return Outcome("best of n", np.array([right]), 10.0, 100.0)


@pytest.mark.parametrize("manner", ["anew", "alike"])
@pytest.mark.parametrize("error", [0.0, 0.2, 0.35, 0.5, 0.8])
def test_recorded_checkers_are_told_as_their_numbers_say(error: float, manner: Manner) -> None:
    every = {n: best_of(samples.KIND, n, error, manner) for n in samples.NS}
    said, peak = findings.of_the_checker(error, every), max(every, key=lambda n: every[n].accuracy)
    first, top, last = (every[n].hits.ravel() for n in (1, peak, samples.NS[-1]))

    def clear(gaps: np.ndarray) -> bool:
        return bool(gaps.mean() > 1.99 * gaps.std(ddof=1) / np.sqrt(len(gaps)) > 0)

    assert ("lifts" in said) == clear(top - first)
    assert ("more hurt" in said) == (clear(top - first) and clear(top - last))
    assert ("worse than none" in said) == (not clear(top - first) and clear(first - last))
    assert "more hurt" not in said or manner == "alike"
    assert f" with {peak} samples" in said or "lifts" not in said


def test_languages_are_told_by_the_side_of_their_interval() -> None:
    up, none, down = apart(30, 2), apart(5, 4), apart(1, 30)
    assert findings.of_the_languages({"English": up, "German": none, "French": down}) == (
        "A chain helps in English; makes no difference to be seen in German; hurts in French"
    )
    title = findings.of_the_languages(languages.gains())
    for language, gain in languages.gains().items():
        word = "helps in" if gain.interval[0] > 0 else "hurts in" if gain.interval[1] < 0 else "makes no difference"
        assert language in next(part for part in title.removeprefix("A chain ").split("; ") if part.startswith(word))


def test_a_budget_is_enough_where_no_larger_one_is_seen_to_gain() -> None:
    few, none, most = made("0", NONE), made("8", HALF), made("32", FULL)
    assert findings.enough({0: few, 8: most, 32: most}) == 8
    assert findings.enough({0: most, 8: few, 32: most}) == 32
    assert findings.of_the_cuts({0: few, 8: most, 32: most}) == (
        "0 % right with 0 tokens of thought, 100 % with up to 32; from 8 on, no loss beyond noise"
    )
    assert findings.of_the_cuts({0: few, 8: none, 32: most}) == (
        "0 % right with 0 tokens of thought, 100 % with up to 32; cut after 8 it falls to 50 %"
    )
    assert findings.of_the_cuts({0: none, 32: none}).startswith("No gain of the thought is seen: 50 % right with 0")
    assert findings.of_the_cuts({0: most, 32: few}).startswith("The thought hurts: 100 % right with 0")


@pytest.mark.parametrize("kind", cut_kinds())
def test_recorded_cuts_are_told_as_their_numbers_say(kind: Kind) -> None:
    every = cuts.outcomes(kind)
    first, last = every[min(every)], every[max(every)]
    said, place = findings.of_the_cuts(every), findings.enough(every)
    gains = difference(first, last).interval[0] > 0
    assert ("no loss beyond noise" in said) == (gains and place < max(every))
    assert ("it falls" in said) == (gains and place == max(every))
    behind = [budget for budget, one in every.items() if difference(one, last).interval[0] > 0]
    assert all(budget < place for budget in behind) and (place == min(every) or max(behind) < place)


def test_sizes_name_the_published_crossings() -> None:
    assert {family: crossing(family) for family in GSM8K} == {"LaMDA": 68, "GPT": 175, "PaLM": 62}
    assert "68 billion (LaMDA), 175 billion (GPT) and 62 billion (PaLM)" in findings.of_the_sizes(
        {f: crossing(f) for f in GSM8K}
    )
    assert findings.of_the_sizes({"LaMDA": None}) == "In no published family does a chain beat the direct answer"


def test_numbers_read_well() -> None:
    assert [findings.percent(share) for share in (0, 0.002, 0.375, 0.9993, 1)] == [
        "0 %",
        "0.2 %",
        "38 %",
        "99.9 %",
        "100 %",
    ]
    assert [findings.points(value) for value in (-0.125, 0.004, 0.3)] == ["−12", "0", "+30"]
    assert findings.points_between((-0.144, -0.004)) == "−14 to −0.4"
    assert findings.points_between((0.0, 0.02)) == "0 to +2"


def test_recorded_beams_grow_and_the_oracle_solves_all() -> None:
    record = recorded_beams()
    assert all(one.share == 1 for one in record.oracle[0.0])
    assert set(record.oracle) == set(ERRORS)
    shares = [one.share for one in record.heuristic]
    assert shares == sorted(shares) and record.chance.share < shares[0]
    said = findings.of_the_beams({1: shares[0], 100: shares[-1]}, 1.0, 0.0, 5)
    assert findings.percent(shares[0]) in said and said.endswith("by an oracle that errs in 0 %: 100 % with 5")


def test_votes_start_at_the_samples_share() -> None:
    single = vote("small numbers", 1)
    assert set(np.unique(single.hits * SAMPLES)) <= set(range(SAMPLES + 1))
    every = [vote("small numbers", k) for k in range(1, SAMPLES + 1)]
    assert every[1].accuracy == pytest.approx(single.accuracy, abs=1e-12)
    assert [one.tokens for one in every] == pytest.approx([k * single.tokens for k in range(1, SAMPLES + 1)])


def test_intervals_hold_their_share_and_direct_is_recorded() -> None:
    for kind in recorded_kinds():
        assert {"direct", "few-shot chain"} <= set(recorded_methods(kind))
        for method in recorded_methods(kind):
            one = outcome(kind, method)
            low, high = one.interval
            assert low <= one.accuracy <= high and one.count >= 60
            n, p = one.count, one.accuracy
            middle = (p + NORMAL_95**2 / (2 * n)) / (1 + NORMAL_95**2 / n)
            assert low + high == pytest.approx(2 * middle, abs=1e-9) or p in (0, 1)


def test_an_area_is_half_for_equal_scores_and_turns_around() -> None:
    scores, positive = np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True])
    assert area(scores, positive)[0] == 0.75 and area(-scores, positive)[0] == 0.25
    assert area(np.zeros(4), positive)[0] == 0.5
    with pytest.raises(ValueError, match="positive and negative"):
        area(scores, np.ones(4, bool))


def test_no_sentence_has_an_unfinished_number() -> None:
    for kind in recorded_kinds():
        for way in ways(kind):
            assert not re.search(r"nan|inf|None", findings.of_the_reading(found(kind, way, 3), outcome(kind, "direct")))


def apart(gained: float, lost: float) -> Difference:
    return Difference(gained, lost, 60)


@pytest.mark.parametrize(
    ("interval", "says"),
    [((0.01, 0.05), "better than"), ((-0.01, 0.05), "no better than"), ((-0.05, -0.01), "worse than")],
)
def test_a_switch_is_told_by_the_side_of_its_interval(interval: tuple[float, float], says: str) -> None:
    ahead = Apart(sum(interval) / 2, interval)
    said = findings.of_the_switch(Switched("entropy", 0.5, 0.3, 18.2, ahead, apart(0, 0)), "entropy")
    assert said.startswith("Chosen by entropy, thinking about 50 % of the problems: 30 % right for 18 tokens")
    assert f", {says} at random" in said


def test_a_switch_tells_what_it_saves_and_loses() -> None:
    none = Apart(0.0, (0.0, 0.0))
    always = Switched("entropy", 1, 0.4, 20.0, none, apart(0, 0))
    lost = Switched("entropy", 0.5, 0.3, 15.0, none, apart(1, 30))
    said = findings.of_the_saving(lost, always)
    assert said.startswith("Against always it saves <b>25 %</b> of the tokens, for <b>−48</b> points (")
    assert said.endswith(", a loss")
    assert findings.of_the_saving(always, always).endswith("no difference beyond noise")


def test_recorded_switches_are_told_as_their_numbers_say() -> None:
    some = mixture()
    for feature in FEATURES:
        for share in (0, 0.25, 0.5, 0.75, 1):
            one = switched(some, feature, share)
            low, high = one.ahead.interval
            told = "better than" if low > 0 else "worse than" if high < 0 else "no better than"
            assert f", {told} at random" in findings.of_the_switch(one, feature)
            assert one.kept.mean == pytest.approx(one.accuracy - some.chain.mean(), abs=1e-12)


def test_kinds_are_told_by_the_side_of_their_interval() -> None:
    up, none, down = apart(30, 2), apart(5, 4), apart(1, 30)
    assert findings.of_the_kinds({"a": up, "b": none, "c": down, "d": up}) == (
        "A chain helps on a and d; hurts on c; makes no difference to be seen on b"
    )
    assert findings.of_the_kinds({"a": none}) == "A chain makes no difference to be seen on a"
    assert findings.of_the_kinds({"a": up, "b": down, "c": none}, ["a", "c"]) == (
        "A chain hurts on b; on a and c neither way is seen to beat a guess"
    )
    assert findings.of_the_kinds({"a": up}, ["a"]) == "On a neither way is seen to beat a guess"


def test_recorded_kinds_are_told_as_their_numbers_say() -> None:
    title = findings.of_the_kinds(hurts.gains(), hurts.on_the_floor())
    for kind, one in hurts.gains().items():
        low, high = one.interval
        word = "helps on" if low > 0 else "hurts on" if high < 0 else "makes no difference to be seen on"
        if max(outcome(kind, way).interval[0] for way in hurts.WAYS) <= guess(kind):
            assert kind in title.rpartition("; ")[2].removesuffix(" neither way is seen to beat a guess")
        else:
            assert kind in next(part for part in title.removeprefix("A chain ").split("; ") if part.startswith(word))
    means = [one.mean for one in hurts.gains().values()]
    assert means == sorted(means, reverse=True)


@pytest.mark.parametrize(
    ("chain", "even", "says"),
    [
        (FULL, FULL, "A chain lifts the direct answer’s 50 % to 100 %; calibration lifts"),
        (NONE, HALF, "A chain lowers the direct answer’s 50 % to 0 %; calibration makes no difference to be seen"),
    ],
)
def test_a_bias_is_told_by_both_differences(chain: list[int], even: list[int], says: str) -> None:
    said = findings.of_the_bias(made("direct", HALF), made("chain", chain), made("direct, calibrated", even))
    assert said.startswith(says)


def test_a_search_depth_first_ends_in_one_of_four_ways() -> None:
    assert findings.of_going_back(True, True, 5, 2, False) == "24 is found: 5 states gone into, 2 of them in vain"
    assert findings.of_going_back(False, False, 5, 2, True).startswith("Nobody can")
    assert findings.of_going_back(False, True, 5, 2, True).startswith("24 is not found yet")
    assert findings.of_going_back(False, True, 5, 2, False).startswith("24 can be made and is not found")


def test_a_kind_is_thought_about_most_where_it_is_alone_in_that() -> None:
    assert findings.most_about({"dates": 0.2, "letters": 0.7}) == ", most about letters"
    assert findings.most_about({"dates": 0.7, "letters": 0.7, "copying": 0.1}) == ""
    assert findings.most_about({"dates": 0.0, "letters": 0.0}) == ""
    assert findings.most_about({"dates": 0.4}) == ""
