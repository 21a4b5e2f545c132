"""Titles and sentences against the numbers behind them: at their edges, and over all that is recorded."""

import dataclasses

import numpy as np
import pytest
from scipy.stats import binomtest

from core.prompting import (
    GRAMMAR,
    OPERATIONS,
    TASKS_OF_WORDS,
    WAYS,
    AdaptationParams,
    Optimism,
    deal_reviews,
    recorded_edits,
    recorded_pictures,
    recorded_soft_prompts,
    ways,
)
from pages.prompting.searching_prompts import findings, results
from pages.prompting.searching_prompts.main import search_checks
from pages.prompting.searching_prompts.results import HELD, METHOD_NAMES, SIDES, Reply, found_by
from pages.prompting.searching_prompts.topic import NONE, RIGHT, TWO, WRONG


def test_the_title_of_a_search_at_its_edges() -> None:
    def title(first: int | None, best: float, held: float, low: float, high: float, alike: int = 1) -> str:
        return findings.search_title("annealing", first, best, 1.0, alike, held, (low, high))

    assert title(7, 1.0, 0.95, 0.8, 1.0).startswith(
        "Annealing has the best score of all, 100%, at evaluation 7. Held out"
    )
    assert "which 3 of 96 share" in title(7, 1.0, 0.95, 0.8, 1.0, alike=3)
    assert "no sure difference" in title(7, 1.0, 0.95, 0.8, 1.0)
    assert "less than promised" in title(7, 1.0, 0.7, 0.6, 0.8)
    assert "more than promised" in title(None, 0.5, 0.7, 0.6, 0.8)
    assert "scores 90%; the best of all 96 prompts scores 100%" in title(None, 0.9, 0.9, 0.8, 1.0)


def replies(errors: str, rights: int = 4) -> tuple[Reply, ...]:
    """Right answers on both sides, and held-out errors, a letter for each: p said where n is true, or n for p."""
    words = {"p": "positive", "n": "negative"}
    right = [Reply("a", True, "positive", "positive", 1.0, side) for side in SIDES[:2] for _ in range(rights // 2)]
    wrong = [Reply("b", said == "n", words["np"[said == "n"]], words[said], 0.1, HELD) for said in errors]
    return (*right, *wrong)


def test_the_errors_of_a_prompt_are_called_leaning_where_a_coin_would_hardly_do_it() -> None:
    begin = "This prompt gets 2 of 2 scored reviews right and 2 of {} held-out ones"
    assert findings.answers_title(replies("")) == begin.format(2)
    assert findings.answers_title(replies("p")) == f"{begin.format(3)}; its error shows no sure leaning"
    assert findings.answers_title(replies("ppppp")).endswith("; its 5 errors show no sure leaning")
    assert findings.answers_title(replies("pnpn")).endswith("; its 4 errors show no sure leaning")
    assert findings.answers_title(replies("pppppp")).endswith("; where it errs, it says “positive” (6 of 6)")
    assert findings.answers_title(replies("nnnnnnnnnp")).endswith("it says “negative” (9 of 10)")
    for count in range(1, 61):
        for most in range((count + 1) // 2, count + 1):
            assert findings.lopsided(most, count) == (binomtest(most, count).pvalue < 0.05)


def test_every_recorded_prompt_is_told_as_it_answers() -> None:
    landscape, deal = results.landscape(), deal_reviews(8, 3)
    for place, wording in enumerate(GRAMMAR):
        told = results.replies_to(wording, deal)
        right = landscape.right[place]
        title = findings.answers_title(told)
        assert f"gets {right[deal.scored].sum()} of 8 scored reviews right" in title
        assert f"and {right[deal.held_out].sum()} of 30 held-out" in title
        seen = np.concatenate([deal.scored, deal.held_out])
        wrong = seen[~right[seen]]
        praised, errors = int((landscape.log_odds[place][wrong] > 0).sum()), len(wrong)
        assert ("where it errs" in title) == (binomtest(praised, errors).pvalue < 0.05)
        said = int((landscape.log_odds[place] > 0).sum())
        assert f"is said to <b>{said}</b> of <b>60</b> reviews; <b>30</b> of the 60" in findings.answers_reading(
            wording, told
        )
        assert "outline" in findings.answers_reading(wording, told)


@pytest.mark.parametrize("method", METHOD_NAMES)
@pytest.mark.parametrize("items", [2, 6, 20, 30])
def test_recorded_searches_are_told_as_they_are(method: str, items: int) -> None:
    for seed in range(4):
        found = found_by(method, 20, items, seed, seed)
        low, high = found.bands[-1]
        title = findings.search_title(
            method,
            found.first_at_optimum,
            found.search.history[-1],
            found.optimum,
            1,
            float(found.kept[-1]),
            (low, high),
        )
        assert ("best score of all" in title) == (found.search.history[-1] == found.optimum)
        assert ("no sure difference" in title) == (low <= found.search.history[-1] <= high)
        assert all(check.passed for check in search_checks(found))
        if found.first_at_optimum is not None:
            assert found.search.scores[found.first_at_optimum - 1] == found.optimum
            assert max(found.search.scores[: found.first_at_optimum - 1], default=0.0) < found.optimum


def test_each_check_of_a_search_can_fail() -> None:
    found = found_by("random", 10, 20, 0, 0)
    twice = dataclasses.replace(found.search, tried=[*found.search.tried[:-1], found.search.tried[0]])
    better = dataclasses.replace(found.search, scores=[*found.search.scores[:-1], 1.5])
    dealt = dataclasses.replace(found.deal, held_out=found.deal.scored)
    broken = [
        dataclasses.replace(found, asked=11),
        dataclasses.replace(found, search=twice),
        dataclasses.replace(found, search=better),
        dataclasses.replace(found, deal=dealt),
    ]
    for place, one in enumerate(broken):
        assert [check.passed for check in search_checks(one)] == [at != place for at in range(4)]


def test_what_changed_between_two_prompts() -> None:
    assert findings.changes(GRAMMAR[0], GRAMMAR[0]) == "the same prompt"
    assert findings.changes(GRAMMAR[0], GRAMMAR[1]) == "changed: labels"
    assert findings.changes(GRAMMAR[0], GRAMMAR[-1]).count(", ") == 3
    assert "&lt;" in findings.shown_wording(("<b>", "{}", "a", "b / c"))


def test_a_difference_within_the_noise_is_called_none() -> None:
    names, rng = ("random", "one", "two"), np.random.default_rng(0)
    level = rng.normal(0.9, 0.02, 40)
    assert findings.race_title(names, np.stack([level] * 3)).startswith("No search is surely ahead")
    ahead = np.stack([level, level + 0.05, level])
    assert findings.race_title(names, ahead) == "One is ahead of drawing blindly, over 40 deals"
    both = np.stack([level, level + 0.05, level - 0.05])
    assert findings.race_title(names, both) == "One is ahead of drawing blindly, two is behind it, over 40 deals"
    assert not findings.surely_above(np.array([1.0]), np.array([0.0]))
    # Beyond two standard errors for one comparison, but not for the best of four.
    near = level + rng.normal(size=40) * 0.01
    near += 2.2 * (near - level).std(ddof=1) / np.sqrt(40) - (near - level).mean()
    assert findings.surely_above(near, level)
    five = ("random", "one", "two", "three", "four")
    assert findings.race_title(five, np.stack([level, near, level, level, level])).startswith("No search is surely")
    assert "and" in findings.race_title(names, np.stack([level, level + 0.1, level + 0.1]))


@pytest.mark.parametrize("budget", [20, 60])
def test_the_recorded_race_is_told_as_it_is(budget: int) -> None:
    race = results.race_of(budget, 20)
    finals = race.history[:, :, -1]
    title = findings.race_title(METHOD_NAMES, finals)
    for name, row in zip(METHOD_NAMES[1:], finals[1:], strict=True):
        assert (name in title.lower()) == (
            findings.surely_above(row, finals[0], 4) or findings.surely_above(finals[0], row, 4)
        )
    assert (race.history[:, :, -1] == race.optimum).tolist() == race.reached.tolist()


def test_optimism_is_named_only_where_it_is() -> None:
    counts = np.array([5, 10])
    found = Optimism(counts, np.array([1.0, 0.9]), np.array([0.8, 0.9]), np.array([0.1, 0.1]), 100)
    assert "scores 100% and keeps 80%" in findings.optimism_title(found, 5)
    assert "keeps its score" in findings.optimism_title(found, 10)
    real = results.optimism_of()
    for count in real.counts.tolist():
        assert f"on {count} reviews" in findings.optimism_title(real, count)


def test_edits_are_told_with_their_noise() -> None:
    assert "No edit beats" in findings.edits_title(0.5, 0.5, 0.5, 0.5)
    assert "no sure difference" in findings.edits_title(0.4, 0.6, 0.5, 0.45)
    assert "held out 90% falls to 30%" in findings.edits_title(0.4, 0.6, 0.9, 0.3)
    assert "held out 30% rises to 90%" in findings.edits_title(0.4, 0.6, 0.3, 0.9)
    for run in recorded_edits():
        title = findings.edits_title(
            float(run.scores[0]), float(run.history[-1]), float(run.held_out[0]), float(run.held_out[-1])
        )
        assert ("No edit beats" in title) == (run.history[-1] <= run.scores[0])
        assert f"<b>{run.held_out[-1]:.0%}</b>" in findings.edits_reading(run)
    hostile = dataclasses.replace(recorded_edits()[0], tried=("<script>",), scores=np.ones(1), held_out=np.ones(1))
    assert "<script>" not in findings.edits_reading(hostile)


def test_what_the_network_did() -> None:
    title = findings.picture_title
    assert "every cell right" in title("flip", "flip", 144, True)
    assert "misses 4 of 144" in title("flip", "flip", 140, False)
    assert "happens to be right" in title("flip", None, 144, False)
    assert "40 of 144 cells are wrong" in title("flip", None, 104, False)
    assert title("flip", "fill", 10, True) == "The network does what the pair shows, fill; wanted was flip"
    assert "does neither exactly" in title("flip", "fill", 10, False)


def test_recorded_shares_are_told_as_they_are() -> None:
    trials = recorded_pictures()
    for pairs in (1, 2, 3):
        means = {"a": float(trials.exact[:, pairs].mean()), "b": float(trials.exact[:, 0].mean())}
        assert f"{means['a']:.0%} of new tasks" in findings.shares_title(RIGHT, pairs, means)
    assert "Without a pair 10%" in findings.shares_title(NONE, 1, {"a": 0.1, "b": 0.9})
    assert "the wanted one in 2%" in findings.shares_title(WRONG, 1, {"a": 0.9, "b": 0.02})
    for beyond, words in (((-0.1, 0.3), "not surely more than"), ((0.1, 0.3), "right, more"), ((-0.3, -0.1), "less")):
        assert words in findings.shares_title(TWO, 2, {"a": 0.25, "b": 0.2}, beyond)
    assert trials.exact.shape[2] == len(OPERATIONS)


def test_soft_prompts_are_told_as_they_are() -> None:
    assert findings.soft_title("copy", 1.0) == "One learned vector calls “copy”: 100% right"
    assert "In this budget" in findings.soft_title("copy", 0.5)
    assert findings.soft_title("reverse, then next", 0.1) == (
        "In this budget the vector calls “reverse, then next”, which the decoder never learned, in 10% of the questions"
    )
    assert "turns to no word alone" in findings.turn_title({"copy": 0.5, "next": 0.48})
    assert "turns to “copy”, cosine 0.50" in findings.turn_title({"copy": 0.5, "next": 0.2})
    perfect = np.eye(5)
    assert "no other" in findings.swap_title(perfect)
    assert "at most 30% on another" in findings.swap_title(np.where(perfect > 0, 1.0, 0.3))
    record = recorded_soft_prompts()
    for run in record.runs:
        title = findings.soft_title(run.params.task, float(run.accuracy[-1]))
        assert ("One learned vector" in title) == (run.accuracy[-1] >= 0.99)
        assert ("In this budget" in title) == (run.accuracy[-1] < 0.99)
        assert ("never learned" in title) == (run.params.task not in TASKS_OF_WORDS and run.accuracy[-1] < 0.99)


def test_numbers_in_words() -> None:
    assert [findings.size(count) for count in (0, 160, 18_432, 9.2e6, 2.15e9)] == [
        "nothing", "160 bytes", "18.4 kB", "9.2 MB", "2.15 GB"
    ]  # fmt: skip
    assert [findings.operations(count) for count in (0, 5e5, 2.1e10, 3e13)] == [
        "none",
        "5e+05",
        "21 billion",
        "30 trillion",
    ]
    assert [findings.questions(count) for count in (None, 0.0, 12.2)] == ["never", "0", "13"]


def test_what_tells_the_ways_apart() -> None:
    found = ways(AdaptationParams())
    assert findings.break_even_title(found).startswith("From ")
    few = dataclasses.replace(found[WAYS[1]], each=0.0)
    assert "never cost more" in findings.break_even_title({**found, WAYS[1]: few})


def test_deals_of_the_race_differ() -> None:
    assert deal_reviews(20, 0).scored.tolist() != deal_reviews(20, 1).scored.tolist()


def test_the_proposer_is_told_as_it_was() -> None:
    level, high = np.full((5, 20), 0.8), np.full((5, 20), 0.9)
    said = findings.proposer_words(np.stack([high, level]), level, 20)
    assert "(ahead of it)" in said
    assert "so it reads them." in said
    said = findings.proposer_words(np.stack([level, high]), high, 30)
    assert "(behind it)" in said
    assert "so they mislead it" in said
    assert "after <b>20</b>" in said
    same = findings.proposer_words(np.stack([level, level]), level, 3)
    assert "no sure difference" in same
    assert "no sure sign" in same
    assert "after <b>3</b>" in same
    found = results.proposed()
    real = findings.proposer_words(found.history, found.blind, 20)
    assert ("(ahead of it)" in real) == findings.surely_above(found.history[0, :, -1], found.blind[:, -1], 2)
    assert ("(behind it)" in real) == findings.surely_above(found.blind[:, -1], found.history[0, :, -1], 2)
