"""The notebook: its questions, its ranks, and what fits of it into a context."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.agents import (
    KEEPINGS,
    NEWEST,
    NOTES,
    SUMMARIES,
    SUMMARIZED,
    TESTS,
    Weights,
    ages_of,
    answered_within,
    kept_within,
    needed_ranks,
    notebook,
    rank_notes,
    recorded_notebook,
    sentence_array,
)
from core.models import CausalLM, Encoder

TEXTS = [note.text for note in NOTES]


def test_each_question_is_answered_by_one_note() -> None:
    assert (len(NOTES), len(TESTS)) == (60, 30)
    assert all(test.needed(TEXTS).sum() == 1 for test in TESTS)
    assert sum(test.changed for test in TESTS) == 15
    assert [note.age for note in NOTES] == sorted((note.age for note in NOTES), reverse=True)
    assert all(1 <= note.importance <= 10 for note in NOTES)


def test_the_note_that_answers_a_changed_question_is_newer_than_its_rival() -> None:
    book = recorded_notebook()
    for test, vector in zip(TESTS, book.questions, strict=True):
        if test.changed:
            order = np.argsort(-(book.notes @ vector))
            needed = int(np.flatnonzero(test.needed(TEXTS))[0])
            rivals = [place for place in order[:6] if place != needed]
            assert any(NOTES[place].age > NOTES[needed].age for place in rivals), test


weights = st.floats(0, 3, allow_nan=False)


@given(weights, weights, weights, st.booleans())
def test_ranks_are_those_of_rank_notes(relevance: float, recency: float, importance: float, inverted: bool) -> None:
    book, some = recorded_notebook(), Weights(relevance, recency, importance, inverted)
    ranks = needed_ranks(some)
    for number in (0, 15, 29):
        order, _ = rank_notes(
            book.questions[number], book.notes, ages_of(NOTES, inverted=inverted), [note.importance for note in NOTES],
            relevance=relevance, recency=recency, importance=importance,
        )  # fmt: skip
        needed = int(np.flatnonzero(TESTS[number].needed(TEXTS))[0])
        assert ranks[number] == 1 + order.tolist().index(needed)


def test_relevance_alone_is_the_cosine_ranking() -> None:
    book = recorded_notebook()
    cosines = book.questions.astype(float) @ book.notes.T.astype(float)
    needed = [int(np.flatnonzero(test.needed(TEXTS))[0]) for test in TESTS]
    above = [(row > row[place]).sum() for row, place in zip(cosines, needed, strict=True)]
    assert needed_ranks(Weights()).tolist() == [1 + count for count in above]


def test_inverted_recency_scores_the_oldest_highest_by_powers_of_99_hundredths() -> None:
    recency = 0.5 ** (ages_of(NOTES, inverted=True) / 138.3)
    assert np.allclose(recency, 0.99 ** np.arange(1, 61), rtol=1e-12)
    assert np.argmax(0.5 ** (ages_of(NOTES, inverted=False) / 138.3)) == 59


@given(st.lists(st.integers(1, 50), min_size=1, max_size=20), st.integers(0, 300), st.integers(0, 300))
def test_what_is_kept_fits_and_more_room_keeps_it(tokens: list[int], budget: int, more: int) -> None:
    order = list(range(len(tokens)))[::-1]
    kept = kept_within(order, tokens, budget)
    assert sum(tokens[place] for place in kept) <= budget and kept == tuple(order[: len(kept)])
    assert kept_within(order, tokens, budget + more)[: len(kept)] == kept
    if len(kept) < len(tokens):
        assert sum(tokens[place] for place in order[: len(kept) + 1]) > budget


def test_all_of_it_holds_every_answer_and_none_of_it_none() -> None:
    for keeping in KEEPINGS:
        assert not answered_within(keeping, 0).any()
    assert answered_within(NEWEST, 10_000).all()
    held = [any(test.answer in text for text in SUMMARIES) for test in TESTS]
    assert answered_within(SUMMARIZED, 10_000).tolist() == held
    with pytest.raises(ValueError, match="newest notes"):
        answered_within("everything", 10)
    with pytest.raises(ValueError, match="0 or more"):
        kept_within([0], [1], -1)


@pytest.mark.models
@pytest.mark.slow
def test_recorded_vectors_and_lengths_are_the_models(minilm: Encoder, smollm2: CausalLM) -> None:
    book = recorded_notebook()
    assert np.abs(sentence_array(minilm, [TEXTS[0]])[0] - book.notes[0]).max() < 1e-5
    assert len(smollm2.tokenizer(TEXTS[0])["input_ids"]) == book.note_tokens[0]
    long = sentence_array(minilm, ["river " * 2000])
    assert abs(float(np.linalg.norm(long)) - 1) < 1e-5
    with pytest.raises(ValueError, match="empty"):
        sentence_array(minilm, [" "])


def test_another_room_ranks_no_note_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slider's move asks for sixty rooms, each with thirty questions."""
    for keeping in KEEPINGS:
        answered_within(keeping, 100)
    monkeypatch.setattr(notebook, "rank_notes", None)
    for keeping in KEEPINGS:
        assert answered_within(keeping, 125).sum() >= answered_within(keeping, 100).sum()
