"""Answers as spans of passages: the search against all spans, the passages, the record, and what stays untouched."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.models import Encoder, load_encoder
from core.transformer import (
    LONGEST_ANSWER,
    PASSAGES,
    WAYS,
    OwnQuestion,
    likeliest_span,
    questions,
    recorded_spans,
    spans_of,
)
from core.transformer.spans import FOLDS, folds
from core.transformer.with_torch.training import spans as module

WEIGHTS = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@given(WEIGHTS, st.integers(0, 99), st.integers(1, 14))
def test_no_span_is_likelier_than_the_likeliest(start: list[float], seed: int, longest: int) -> None:
    end = np.random.default_rng(seed).random(len(start))
    first, last = likeliest_span(np.array(start), end, longest=longest)
    assert 0 <= first <= last < min(len(start), first + longest)
    every = [start[a] * end[b] for a in range(len(start)) for b in range(a, min(len(start), a + longest))]
    assert len(every) == spans_of(len(start), longest=longest)
    assert np.isclose(start[first] * end[last], max(every), rtol=1e-9)


def test_a_span_runs_forward_and_tiny_numbers_are_told_apart() -> None:
    assert likeliest_span(np.array([0.1, 0.9]), np.array([0.9, 0.1])) in ((0, 0), (1, 1))
    assert likeliest_span(np.array([1e-300, 2e-300]), np.array([1e-300, 2e-300])) == (1, 1)
    assert likeliest_span(np.zeros(3), np.zeros(3)) == (0, 0)


@pytest.mark.parametrize(
    ("start", "end", "longest", "says"),
    [
        ([], [], 3, "1 or more"),
        ([1.0], [0.5, 0.5], 3, "one shape"),
        ([float("nan")], [1.0], 3, "0 or more"),
        ([-0.1], [1.0], 3, "0 or more"),
        ([1.0], [1.0], 0, "longest = 0"),
    ],
)
def test_what_is_no_pair_of_chances_is_refused(start: list[float], end: list[float], longest: int, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        likeliest_span(np.array(start), np.array(end), longest=longest)


def test_every_answer_stands_in_its_passage_once() -> None:
    asked = questions()
    assert len(asked) == 4 * len(PASSAGES) == len({(place, question) for place, question, _ in asked})
    for place, question, answer in asked:
        assert PASSAGES[place].text.count(answer) == 1 and question.endswith("?")
    assert {len(passage.asked) for passage in PASSAGES} == {4} and len({p.text for p in PASSAGES}) == len(PASSAGES)


@pytest.mark.parametrize("seed", range(5))
def test_every_passage_is_held_out_once(seed: int) -> None:
    parts = folds(seed)
    assert len(parts) == FOLDS and sorted(place for part in parts for place in part) == list(range(len(PASSAGES)))


def test_another_question_is_of_the_same_passage() -> None:
    for place in range(len(questions())):
        other = module.another(place)
        assert other != place and other // 4 == place // 4


@pytest.mark.parametrize(("passage", "question", "says"), [("", "a?", "passage has 0"), ("a", " ", "question has 0")])
def test_an_empty_side_is_refused(passage: str, question: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        OwnQuestion(passage, question)
    with pytest.raises(ValueError, match="1 to 1000"):
        OwnQuestion("a" * 1001, "b?")


def test_the_record_is_whole() -> None:
    found, asked = recorded_spans(), questions()
    assert tuple(found.exact) == tuple(found.answers) == WAYS
    for way, answers in found.answers.items():
        assert found.exact[way].shape == found.other_asked[way].shape == (3, len(asked))
        assert [answer.exact for answer in answers] == found.exact[way][0].tolist()
        assert np.isclose(found.by_passage(way).mean(), found.exact[way].mean())
        for (place, _, answer), told in zip(asked, answers, strict=True):
            assert told.said == likeliest_span(told.start, told.end)
            assert told.words in PASSAGES[place].text and (told.words == answer) == told.exact
            assert np.isclose(told.start.sum(), 1, atol=1e-5) and np.isclose(told.end.sum(), 1, atol=1e-5)
    lengths = np.array([len(told.pieces) for told in found.answers["frozen"]])
    assert np.allclose(1 / found.chance, [spans_of(length, longest=LONGEST_ANSWER) for length in lengths])


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


@pytest.mark.models
def test_the_pieces_of_an_answer_read_as_the_answer(encoder: Encoder) -> None:
    for place, question, answer in questions()[::7]:
        cut = module.cut(encoder, question, PASSAGES[place].text, answer)
        first, last = (cut.first + side for side in cut.right)
        assert encoder.tokenizer.decode(cut.ids[first : last + 1]).replace(" ", "") == answer.lower().replace(" ", "")
        assert (
            cut.ids[cut.first - 1] == encoder.tokenizer.sep_token_id and len(cut.spans) == len(cut.ids) - cut.first - 1
        )


@pytest.mark.models
def test_an_answer_that_is_not_there_once_is_refused(encoder: Encoder) -> None:
    for answer in ("dog", "a", "oat", ""):
        with pytest.raises(ValueError, match="once"):
            module.cut(encoder, "What?", "a goat and a hat", answer)
    with pytest.raises(ValueError, match="at most 160"):
        module.cut(encoder, "What?", "word " * 200)


@pytest.mark.models
def test_the_frozen_record_comes_again_and_the_encoder_stays(encoder: Encoder) -> None:
    before = [weight.clone() for weight in encoder.model.parameters()]
    asked, held = questions(), folds(0)[0]
    texts = [PASSAGES[place].text for place, _, _ in asked]
    cuts = [module.cut(encoder, question, texts[place], answer) for place, (_, question, answer) in enumerate(asked)]
    test = [place for place, (passage, _, _) in enumerate(asked) if passage in held]
    model = module.trained(encoder, [one for place, one in enumerate(cuts) if place not in test], way="frozen", seed=0)
    found = module.answered(model, encoder, [cuts[place] for place in test], [texts[place] for place in test])
    recorded = recorded_spans().exact["frozen"][0, test]
    # Another order of sums may turn an answer whose two best spans are nearly alike.
    assert np.mean(recorded == [answer.exact for answer in found]) > 0.9
    assert all(torch.equal(old, new) for old, new in zip(before, encoder.model.parameters(), strict=True))


@pytest.mark.models
def test_a_tuned_encoder_is_another_one(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(module.EPOCHS, "fine-tuned whole", 2)
    before = [weight.clone() for weight in encoder.model.parameters()]
    cuts = [module.cut(encoder, question, PASSAGES[place].text, answer) for place, question, answer in questions()[:4]]
    told: list[float] = []
    model = module.trained(
        encoder, cuts, way="fine-tuned whole", seed=0, on_progress=lambda fraction, *_: told.append(fraction)
    )
    assert told == [0.5, 1.0]
    moved = [not torch.equal(old, new) for old, new in zip(before, model.body.parameters(), strict=True)]
    # The pooler stands behind the last layer and has no part in the loss.
    assert sum(moved) > 0.9 * len(moved)
    assert all(torch.equal(old, new) for old, new in zip(before, encoder.model.parameters(), strict=True))
