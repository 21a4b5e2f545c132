"""Edits of an instruction in free text: which there are, and a search of them."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.prompting import (
    ANSWERS,
    EditParams,
    accuracy_of,
    deal_reviews,
    edited,
    neighbors_of,
    phrases,
    recorded_edits,
    run_edits,
    search_edits,
)
from tests.core.prompting.test_landscape import roomy

TEXTS = st.lists(st.sampled_from(["Say", "the", "review", "is,", "good.", "<b>", "x", "and"]), min_size=1, max_size=9)


def test_phrases_end_at_three_words_or_at_a_mark() -> None:
    assert phrases("Read it, then say what the writer feels.") == ["Read it,", "then say what", "the writer feels."]
    assert phrases("  ") == []


@given(TEXTS, TEXTS)
def test_an_edit_is_another_text_and_comes_once(words: list[str], others: list[str]) -> None:
    text, original = " ".join(words), " ".join(others)
    found = edited(text, original)
    assert len(set(found)) == len(found)
    assert text not in found
    assert all(phrases(one) for one in found)
    parts = phrases(text)
    assert " ".join(parts[1:]) in found or len(parts) == 1 or " ".join(parts[1:]) == text


def test_each_sort_of_edit_is_there() -> None:
    found = edited("Read it, judge the review.", "Be kind, read it.")
    assert "judge the review." in found
    assert "judge the review. Read it," in found
    assert "Read it, judge the comment." in found
    assert "Read it, Be kind, judge the review." in found


def test_the_edits_that_are_tried_depend_on_seed_and_text_alone() -> None:
    params = EditParams()
    near = neighbors_of(params)
    assert near(params.instruction) == neighbors_of(params)(params.instruction)
    assert len(near(params.instruction)) == 5
    assert near(params.instruction) != neighbors_of(dataclasses.replace(params, seed=1))(params.instruction)


def test_a_search_by_a_model_keeps_its_budget_and_its_checks_can_fail() -> None:
    lm, params = roomy(), EditParams("Say it, judge the review.", "positive / negative", budget=3, items=4)
    seen: list[int] = []
    run = run_edits(lm, params, on_progress=lambda part, words, so_far=None: seen.append(len(so_far.tried)))
    assert seen == [1, 2, 3]
    assert run.tried[0] == params.instruction
    dealt = deal_reviews(4, 0)
    assert run.scores[1] == accuracy_of(lm, run.tried[1], params.labels, dealt.scored)
    assert run.held_out[0] == accuracy_of(lm, params.instruction, params.labels, dealt.held_out)
    assert all(check.passed for check in run.checks)
    shorter = dataclasses.replace(run, params=dataclasses.replace(params, budget=2))
    twice = dataclasses.replace(run, tried=(run.tried[0], run.tried[0], run.tried[2]))
    turned = dataclasses.replace(run, tried=run.tried[::-1])
    for broken, place in ((shorter, 0), (twice, 1), (turned, 2)):
        assert not broken.checks[place].passed


def test_the_recorded_searches_are_what_they_say() -> None:
    runs = recorded_edits()
    assert {run.params.labels for run in runs} == set(ANSWERS)
    for run in runs:
        assert all(check.passed for check in run.checks)
        assert (np.diff(run.history) >= 0).all()
        table = dict(zip(run.tried, run.scores.tolist(), strict=True))
        assert search_edits(run.params, table.__getitem__).best == run.best


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"instruction": " "}, "1 to 300"),
        ({"instruction": "... ?"}, "and a word"),
        ({"instruction": "a" * 301}, "has 301 characters"),
        ({"labels": "up / down"}, "'up / down'; it must be one of positive"),
        ({"budget": 1}, "budget is 1; it must be a whole number from 2 to 60"),
        ({"items": 31}, "from 4 to 30"),
        ({"seed": -1}, "from 0 to 9999"),
    ],
)
def test_what_cannot_be_searched_is_refused(changed: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        EditParams(**changed)  # type: ignore[arg-type]
