"""Searches of prompts: the budget, what is tried, and what is refused, on landscapes of any shape."""

import itertools
import math
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Hashable
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.prompting import METHODS, Search, search

KEYS = st.one_of(
    st.text(max_size=3),
    st.integers(-5, 5),
    st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2)),
    st.tuples(st.booleans(), st.integers(0, 3)),
)
SCORES = st.one_of(st.floats(allow_nan=False), st.sampled_from([0.0, 1.0, 0.5]), st.integers(-3, 3))
TABLES = st.dictionaries(KEYS, SCORES, min_size=1, max_size=40)


def grid(*sides: int, seed: int = 0) -> dict[tuple[int, ...], float]:
    rng = np.random.default_rng(seed)
    return {key: float(rng.random()) for key in itertools.product(*map(range, sides))}


@given(TABLES, st.sampled_from(list(METHODS)), st.integers(1, 60), st.integers(0, 10**6))
def test_the_budget_is_kept_and_used(table: dict[Hashable, float], method: str, budget: int, seed: int) -> None:
    asked: list[Hashable] = []

    def ask(prompt: Hashable) -> float:
        asked.append(prompt)
        return table[prompt]

    found = search(method, ask, budget=budget, seed=seed, candidates=table)
    assert asked == found.tried
    assert len(set(asked)) == len(asked) == min(budget, len(table))
    assert found.scores == [table[prompt] for prompt in asked]
    assert found.history == list(itertools.accumulate(found.scores, max))
    assert table[found.best] == found.history[-1] == max(found.scores)
    same = search(method, table, budget=budget, seed=seed)
    assert (same.tried, same.history, same.best) == (found.tried, found.history, found.best)


@given(TABLES, st.sampled_from(list(METHODS)), st.integers(0, 99))
def test_with_budget_for_all_every_search_finds_the_best(table: dict[Hashable, float], method: str, seed: int) -> None:
    found = search(method, table, budget=len(table), seed=seed)
    assert set(found.tried) == set(table)
    assert found.history[-1] == max(table.values())


@given(st.sampled_from(list(METHODS)), st.integers(1, 40), st.integers(0, 99), st.integers(1, 6))
def test_with_a_function_and_neighbors_only_what_is_reached_is_tried(
    method: str, budget: int, seed: int, reach: int
) -> None:
    asked: list[int] = []

    def near(place: int) -> list[int]:
        return [other for other in (place - 1, place, place + 1, place + 1) if abs(other) <= reach]

    def ask(place: int) -> float:
        asked.append(place)
        return -float(abs(place - reach))

    found = search(method, ask, budget=budget, seed=seed, neighbours=near, start=0)
    assert asked == found.tried
    assert len(set(asked)) == len(asked) == min(budget, 2 * reach + 1)
    assert asked[0] == 0
    for place, tried in enumerate(asked[1:], start=1):
        assert any(abs(tried - before) == 1 for before in asked[:place])


@pytest.mark.parametrize("method", ["hill_climbing", "greedy_edits"])
def test_climbing_goes_slot_by_slot(method: str) -> None:
    table = {key: float(sum(key)) for key in itertools.product(range(4), repeat=3)}
    found = search(method, table, budget=9, seed=3, start=(0, 0, 0))
    assert found.tried[0] == (0, 0, 0)
    apart = Counter(sum(a != b for a, b in zip(prompt, (0, 0, 0), strict=True)) for prompt in found.tried[1:4])
    if method == "greedy_edits":
        near = {(v if s == 0 else 0, v if s == 1 else 0, v if s == 2 else 0) for s in range(3) for v in (1, 2, 3)}
        assert set(search(method, table, budget=10, seed=3, start=(0, 0, 0)).tried[1:]) == near
    else:
        # Nothing is worse than where it starts, so each step changes one slot of the last prompt.
        steps = [sum(a != b for a, b in zip(one, other, strict=True)) for one, other in itertools.pairwise(found.tried)]
        assert min(steps) == 1
        assert apart[1] >= 1


def test_where_nothing_near_is_better_the_search_restarts_and_no_repeat_is_paid() -> None:
    table = dict.fromkeys(itertools.product(range(3), repeat=2), 0.0) | {(0, 0): 5.0, (2, 2): 9.0}
    for method in METHODS:
        assert search(method, table, budget=9, seed=1, start=(0, 0)).best == (2, 2)


def test_guided_searches_beat_random_where_slots_matter_one_by_one() -> None:
    def mean(method: str) -> float:
        return float(np.mean([search(method, tables[seed], budget=40, seed=seed).history[-1] for seed in range(20)]))

    rngs = [np.random.default_rng(seed) for seed in range(20)]
    tables = []
    for rng in rngs:
        parts = rng.random((3, 6))
        tables.append(
            {key: float(sum(parts[s, v] for s, v in enumerate(key))) for key in itertools.product(range(6), repeat=3)}
        )
    blind = mean("random")
    assert all(mean(method) > blind + 0.1 for method in METHODS if method != "random")


def test_the_best_after_some_evaluations() -> None:
    found = Search("random", 4, 0, ["a", "b", "c", "d"], [0.2, 0.7, 0.7, 0.1])
    assert [found.best_after(count) for count in (1, 2, 3, 4)] == ["a", "b", "b", "b"]
    assert found.history == [0.2, 0.7, 0.7, 0.7]


def test_neighbors_of_a_mapping_can_be_given() -> None:
    table = {letter: float(place) for place, letter in enumerate("abcdef")}
    found = search(
        "hill_climbing", table, budget=6, seed=0, start="a", neighbours=lambda here: [chr(ord(here) + 1), "not there"]
    )
    assert found.tried == list("abcdef")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"method": "gradient"}, "'gradient'; it must be one of random, hill_climbing"),
        ({"budget": 0}, "budget is 0; it must be a whole number of 1 or more"),
        ({"budget": True}, "budget is True"),
        ({"seed": -1}, "seed is -1; it must be a whole number of 0 or more"),
        ({"scores": {}}, "0 candidates; there must be at least 1"),
        ({"scores": {"a": math.nan}}, "the score of 'a' is nan"),
        ({"scores": float}, "candidates, or with neighbours and start"),
        ({"scores": float, "start": "1"}, "candidates, or with neighbours and start"),
        ({"scores": float, "neighbours": lambda _: ()}, "candidates, or with neighbours and start"),
        ({"scores": float, "candidates": []}, "0 candidates"),
        ({"start": "z"}, "start is 'z'; it must be one of the 2 candidates"),
        ({"candidates": ["a", "q"]}, "'q', which has no score"),
    ],
)
def test_bad_arguments_are_refused_in_words(changed: dict[str, object], words: str) -> None:
    given: dict[str, object] = {"method": "random", "scores": {"a": 0.0, "b": 1.0}, "budget": 2, "seed": 0} | changed
    method, scores = given.pop("method"), given.pop("scores")
    with pytest.raises(ValueError, match=re.escape(words)):
        search(method, scores, **given)  # type: ignore[arg-type]


OF_ANOTHER_TYPE = {
    "search(['random'], {'a': 0.0}, budget=1, seed=0)": "it must be one of random",
    "search('random', [('a', 1.0)], budget=1, seed=0)": "scores is of type list; it must be a mapping or a function",
    "search('random', None, budget=1, seed=0)": "it must be a mapping or a function",
    "search('random', {'a': None}, budget=1, seed=0)": "the score of 'a' is None; it must be a number",
    "search('random', {'a': 'high'}, budget=1, seed=0)": "the score of 'a' is 'high'",
    "search('random', {'a': 1j}, budget=1, seed=0)": "the score of 'a' is 1j",
    "search('random', float, budget=1, seed=0, candidates=[['a']])": "a candidate is ['a']; it must be hashable",
    "search('random', {'a': 1.0}, budget=1, seed=0, start=['a'])": "start is ['a']; it must be hashable",
    "search('random', {'a': 1.0}, budget='two', seed=0)": "budget is 'two'; it must be a whole number",
    "PromptParams(template=None)": "template is None; it must be a text",
    "PromptParams(template=b'{text}{answer}')": "it must be a text",
    "PromptParams(instruction=5)": "instruction is 5; it must be a text",
    "PromptParams(chat='yes')": "chat is 'yes'; it must be True or False",
    "PromptParams(examples=2.5)": "examples is 2.5",
}


def test_values_of_another_type_are_refused_in_words() -> None:
    """In a process without the type checks that tests add."""
    lines = ["from core.prompting import PromptParams, search"]
    for call in OF_ANOTHER_TYPE:
        lines += ["try:", f"    {call}", "except ValueError as error:", "    print(error)"]
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    for said, words in zip(done.stdout.splitlines(), OF_ANOTHER_TYPE.values(), strict=True):
        assert words in said


def test_what_a_score_raises_is_passed_on() -> None:
    def ask(prompt: str) -> float:
        raise ZeroDivisionError(prompt)

    with pytest.raises(ZeroDivisionError):
        search("random", ask, budget=2, seed=0, candidates=["a"])


@pytest.mark.parametrize("method", METHODS)
def test_infinite_and_tiny_scores_do_no_harm(method: str) -> None:
    for values in ([-math.inf, math.inf, 0.0], [-math.inf] * 3, [0.0, 5e-324, 0.0], [1e308, -1e308, 0.0]):
        table = {(place, other): value for place, value in enumerate(values) for other in range(3)}
        found = search(method, table, budget=6, seed=2)
        assert len(found.tried) == 6
        assert found.history[-1] == max(found.scores)


class Wording(NamedTuple):
    """A prompt whose slots have names."""

    cue: int
    place: int
    label: int


@pytest.mark.parametrize("method", METHODS)
def test_a_function_is_asked_with_the_candidates_themselves(method: str) -> None:
    candidates = [Wording(*slots) for slots in itertools.product(range(4), repeat=3)]
    found = search(method, lambda one: float(one.cue - one.label), budget=50, seed=3, candidates=candidates)
    assert len(found.tried) == 50
    assert all(isinstance(one, Wording) for one in (*found.tried, found.best))
    begun = search(method, lambda one: float(one.place), budget=5, seed=0, candidates=candidates, start=(0, 0, 0))
    assert begun.tried[0].cue == 0


def test_numpy_numbers_are_numbers() -> None:
    found = search("genetic", {("a",): np.float32(0.5), ("b",): True}, budget=np.int64(5), seed=np.int64(1))
    assert found.history[-1] == 1.0
