"""The grammar of prompts, the deals of its reviews, and what a model says of them."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language import score
from core.models import CausalLM
from core.prompting import (
    GRAMMAR,
    HELD_OUT,
    REVIEWS,
    TRUTH,
    Landscape,
    WordingParams,
    WordingScores,
    answers_of,
    deal_reviews,
    optimism,
    prompt_text,
    recorded_landscape,
    wording_log_probs,
)
from tests.core.language.conftest import tiny


def roomy() -> CausalLM:
    """A tiny model that reads long prompts."""
    lm = tiny("llama")
    lm.model.config.max_position_embeddings = 4000
    return lm


def made_up(seed: int = 0) -> Landscape:
    log_probs = np.random.default_rng(seed).normal(size=(96, 60, 2)).astype(np.float32)
    return Landscape(log_probs, (("a",),) * 96, "none", 0.0)


def test_the_grammar_has_each_prompt_once_and_the_reviews_are_distinct() -> None:
    assert len(set(GRAMMAR)) == len(GRAMMAR) == 96
    assert len(set(REVIEWS)) == len(REVIEWS) == 60
    assert TRUTH.sum() == 30
    texts = {prompt_text(wording, REVIEWS[0]) for wording in GRAMMAR}
    assert len(texts) == 48  # the labels are not part of the text


def test_a_prompt_is_sent_as_it_reads() -> None:
    wording = ("Classify the review.", "Review: {}", "Answer:", "good / bad")
    assert prompt_text(wording, "Nice.") == "Classify the review.\nReview: Nice.\nAnswer:"
    assert prompt_text(("", "“{}”", "Sentiment:", "good / bad"), "Nice.") == "“Nice.”\nSentiment:"
    assert answers_of(wording) == (" good", " bad")


@given(st.integers(2, 30), st.integers(0, 10**6))
def test_a_deal_holds_no_review_twice_and_is_balanced(count: int, seed: int) -> None:
    dealt = deal_reviews(count, seed)
    assert len(dealt.scored) == count
    assert len(dealt.held_out) == HELD_OUT
    assert not set(dealt.scored.tolist()) & set(dealt.held_out.tolist())
    assert TRUTH[dealt.held_out].sum() == HELD_OUT / 2
    assert abs(TRUTH[dealt.scored].sum() - count / 2) <= 0.5
    smaller = deal_reviews(2, seed)
    assert dealt.scored[:2].tolist() == smaller.scored.tolist()
    assert dealt.held_out.tolist() == smaller.held_out.tolist()


@pytest.mark.parametrize(("count", "seed"), [(1, 0), (31, 0), (True, 0), (10, -1)])
def test_a_deal_out_of_range_is_refused(count: int, seed: int) -> None:
    with pytest.raises(ValueError, match="it must be a whole number"):
        deal_reviews(count, seed)


def test_scores_are_shares_of_right_answers() -> None:
    found = made_up()
    items = np.array([3, 4, 10])
    for place in (0, 50, 95):
        by_hand = np.mean(
            [(found.log_probs[place, i, 0] > found.log_probs[place, i, 1]) == (i % 2 == 0) for i in items]
        )
        assert found.scores(items)[GRAMMAR[place]] == pytest.approx(by_hand)
    # A prompt that always says one label has that label's share.
    said = dataclasses.replace(found, log_probs=np.tile(np.float32([0.0, -1.0]), (96, 60, 1)))
    assert set(said.scores(np.arange(60)).values()) == {0.5}
    assert said.one_sided.tolist() == [1.0] * 96


def test_optimism_is_what_a_loop_finds() -> None:
    found = optimism(made_up(), [2, 5], deals=3)
    seen, held = [], []
    for deal in range(3):
        dealt = deal_reviews(5, deal)
        score_of, outside = made_up().accuracies(dealt.scored), made_up().accuracies(dealt.held_out)
        seen.append(score_of.max())
        held.append(np.mean([outside[place] for place in range(96) if score_of[place] == score_of.max()]))
    assert found.seen[1] == pytest.approx(np.mean(seen))
    assert found.held_out[1] == pytest.approx(np.mean(held))
    assert found.seen[0] >= found.held_out[0]


def test_the_model_is_asked_as_score_does() -> None:
    lm, wording = tiny("llama"), GRAMMAR[17]
    found = wording_log_probs(lm, wording, REVIEWS[:3])
    for row, review in zip(found, REVIEWS[:3], strict=True):
        np.testing.assert_allclose(
            row, score(lm, prompt_text(wording, review), answers_of(wording)).log_probs, atol=1e-4
        )


def test_a_prompt_scored_again_is_checked_against_the_record() -> None:
    landscape = made_up()
    again = WordingScores(7, landscape.log_probs[7].astype(np.float64), 0.0)
    assert again.check(landscape).passed
    assert not dataclasses.replace(again, place=8).check(landscape).passed
    with pytest.raises(ValueError, match="0 to 95"):
        WordingParams(96)


def test_the_recorded_landscape_is_whole() -> None:
    landscape = recorded_landscape()
    assert np.isfinite(landscape.log_probs).all()
    assert (landscape.log_probs <= 0).all()
    assert len(landscape.pieces) == 96
    for pieces, wording in zip(landscape.pieces, GRAMMAR, strict=True):
        assert "".join(pieces).replace("·", " ").startswith(wording[0][:5])
