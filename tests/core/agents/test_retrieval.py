"""Facts in a list: what is drawn and written, and what a model answers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.agents import (
    BASES,
    DTYPE,
    FORMATS,
    NUMBERED,
    OwnFacts,
    RetrievalCurve,
    answer_probabilities,
    ask_own,
    drawn_trials,
    gap,
    read_facts,
    recorded_curve,
    recorded_curves,
    retrieval_prompt,
    retrieve_curve,
)
from core.agents.retrieval import MOST_PLACES, PEOPLE, THINGS, places_of, strictly_best
from core.language import score
from core.models import CausalLM, load_causal_lm
from core.numbers import paired_difference


@given(st.integers(1, len(PEOPLE)), st.integers(0, 50))
def test_only_the_place_of_the_needed_pair_changes(pairs: int, seed: int) -> None:
    (trial,) = drawn_trials(pairs, 1, seed=seed)
    assert len({name for name, _ in trial.pairs}) == len({thing for _, thing in trial.pairs}) == pairs
    for place in places_of(pairs):
        listed = trial.with_needed_at(int(place))
        assert listed[place] == trial.pairs[0]
        assert [pair for pair in listed if pair != trial.pairs[0]] == list(trial.pairs[1:])


@pytest.mark.parametrize("pairs", [1, 2, 5, 7, 8, 10, 20])
def test_places_hold_both_ends_and_none_twice(pairs: int) -> None:
    places = places_of(pairs)
    assert (places[0], places[-1], len(places)) == (0, pairs - 1, min(pairs, MOST_PLACES))
    assert (np.diff(places) > 0).all()


def test_prompts_as_they_are_written() -> None:
    pairs = (("Ann", "river"), ("Bo", "lamp"))
    assert retrieval_prompt(pairs, "Bo", "plain") == "Ann: river\nBo: lamp\nBo:"
    assert retrieval_prompt(pairs, "Bo", "numbered") == "1. Ann: river\n2. Bo: lamp\nBo:"
    assert retrieval_prompt(pairs, "Bo", "under headings") == "## Ann\nAnn: river\n## Bo\nBo: lamp\nBo:"
    assert retrieval_prompt(pairs, "Bo", "asked in words").endswith("Bo: lamp\nThe word of Bo is:")
    assert retrieval_prompt((), "Bo", "asked twice") == "What is the word of Bo?\nThe word of Bo is:"
    assert retrieval_prompt(pairs, "Bo", "asked twice, numbered").startswith("What is the word of Bo?\n1. Ann")
    with pytest.raises(ValueError, match="numbered, plain"):
        retrieval_prompt(pairs, "Bo", "upside down")


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"pairs": 0}, "1 to 24"),
        ({"pairs": 25}, "1 to 24"),
        ({"trials": 0}, "1 to 1000"),
        ({"seed": -1}, "0 or more"),
        ({"format": "loud"}, "numbered"),
    ],
)
def test_values_out_of_range_are_refused(tiny: CausalLM, values: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        retrieve_curve(tiny, **{"pairs": 3, "trials": 1, "seed": 0, **values})  # type: ignore[arg-type]


def test_a_curve_is_what_scoring_each_list_alone_gives(tiny: CausalLM) -> None:
    heard: list[float] = []
    curve = retrieve_curve(tiny, pairs=4, trials=3, seed=1, on_progress=lambda part, *_: heard.append(part))
    assert heard == sorted(heard) and heard[-1] == 1
    assert (curve.trials, curve.positions.tolist(), len(curve.hits)) == (3, [0, 1, 2, 3], 4)
    for number, trial in enumerate(drawn_trials(4, 3, seed=1)):
        for place in range(4):
            listed = trial.with_needed_at(place)
            logs = score(tiny, retrieval_prompt(listed, trial.asked, NUMBERED), [f" {thing}" for _, thing in listed])
            shares = np.exp(logs.log_probs) / np.exp(logs.log_probs).sum()
            assert curve.chosen[place, number] == logs.best
            assert curve.right[place, number] == pytest.approx(shares[place], abs=1e-5)
    assert curve.hits.tolist() == [(curve.chosen[place] == place).sum() for place in range(4)]


def test_probabilities_sum_to_one(tiny: CausalLM) -> None:
    found = answer_probabilities(tiny, ["a", "bc"], [["x", "y"], ["zz", "q"]])
    assert np.allclose(found.sum(axis=1), 1, atol=1e-12)


def test_a_tie_of_the_needed_thing_is_not_found() -> None:
    shares = np.array([[0.4, 0.4, 0.2], [0.5, 0.3, 0.2], [0.2, 0.4, 0.4]])
    assert strictly_best(shares).tolist() == [-1, 0, 1]


def test_a_gap_is_after_minus_before_on_the_same_trials() -> None:
    before, after = np.array([True, False, False, True]), np.array([True, True, True, False])
    assert gap(before, after) == paired_difference(2, 1, 4)
    assert gap(after, before) == tuple(-end for end in reversed(gap(before, after)))


def test_every_recorded_curve_is_of_the_same_lists() -> None:
    every = recorded_curves()
    assert {one.format for one in every if one.pairs == 10} == set(FORMATS)
    assert {(one.trials, one.seed, one.dtype) for one in every} == {(24, 0, DTYPE)}
    assert set(BASES) | set(BASES.values()) == set(FORMATS)
    for one in every:
        assert recorded_curve(one.format, one.pairs) is one
        assert (one.chosen >= -1).all() and (one.chosen < one.pairs).all()
        assert ((one.right > 0.5) <= one.found).all()
    with pytest.raises(ValueError, match="numbered"):
        recorded_curve("numbered", 11)


def test_the_middle_is_the_nearest_place() -> None:
    curve = recorded_curve(NUMBERED, 10)
    distances = np.abs(curve.positions - 4.5)
    assert distances[curve.middle] == distances.min()
    assert recorded_curve(NUMBERED, 5).middle == 2


@pytest.mark.models
@pytest.mark.slow
def test_things_are_one_token_each_and_a_recorded_list_is_answered_again(smollm2: CausalLM) -> None:
    assert all(len(smollm2.tokenizer(f" {thing}")["input_ids"]) == 1 for thing in THINGS)
    curve: RetrievalCurve = recorded_curve(NUMBERED, 5)
    (trial, *_) = drawn_trials(5, curve.trials, seed=curve.seed)
    prompt = retrieval_prompt(trial.with_needed_at(2), trial.asked, NUMBERED)
    found = answer_probabilities(load_causal_lm(dtype=DTYPE), [prompt], [[thing for _, thing in trial.pairs]])
    assert found[0, 0] == pytest.approx(curve.right[2, 0], abs=0.05)


FACTS = "Ann: a red lamp\nBo: river\n\nCy: stone"


def test_own_facts_are_read_with_the_asked_one_first() -> None:
    assert read_facts(FACTS, " Bo ") == (("Bo", "river"), ("Ann", "a red lamp"), ("Cy", "stone"))


@pytest.mark.parametrize(
    ("text", "asked", "says"),
    [
        ("", "Ann", "2 to 12"),
        ("\n".join(f"n{place}: t{place}" for place in range(13)), "n1", "2 to 12"),
        ("Ann: lamp\nBo river", "Ann", "a colon"),
        ("Ann: lamp\n: river", "Ann", "a colon"),
        ("Ann: lamp\nAnn: river", "Ann", "one line alone"),
        ("Ann: lamp\nBo: lamp", "Ann", "one line alone"),
        (FACTS, "Dee", "Ann, Bo, Cy"),
        (f"Ann: {'x' * 61}\nBo: lamp", "Ann", "at most 60"),
    ],
)
def test_own_facts_that_cannot_be_read(text: str, asked: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_facts(text, asked)


def test_own_facts_are_asked_at_every_place(tiny: CausalLM, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.models.load_causal_lm", lambda **_: tiny)
    done = ask_own(OwnFacts(FACTS, "Bo", NUMBERED))
    assert done.things == ("river", "a red lamp", "stone") and done.probabilities.shape == (3, 3)
    assert np.allclose(done.right, done.probabilities[:, 0]) and (done.chosen >= 0).all()
