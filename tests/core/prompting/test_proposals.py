"""A language model as the proposer of prompts, and what drawing blindly expects."""

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language import score
from core.models import CausalLM
from core.prompting import (
    ARMS,
    GRAMMAR,
    Continuation,
    expected_best,
    measure_proposals,
    meta_prompt,
    propose,
    recorded_landscape,
    recorded_proposals,
)
from tests.core.language.conftest import tiny


def roomy() -> CausalLM:
    """A tiny model that reads long prompts, a byte a token."""
    lm = tiny("llama")
    lm.model.config.max_position_embeddings = lm.tokenizer.model_max_length = 4000
    return lm


def test_a_continuation_scores_like_a_model_that_reads_all_again() -> None:
    lm = roomy()
    text, options = Continuation(lm, "abc"), ["d", "efg", "hi"]
    np.testing.assert_allclose(text.log_probs(options), score(lm, "abc", options).log_probs, atol=1e-3)
    text.take(1)
    np.testing.assert_allclose(text.log_probs(["jk", "l"]), score(lm, "abcefg", ["jk", "l"]).log_probs, atol=1e-3)
    text.take(1)
    np.testing.assert_allclose(text.log_probs(["m"]), score(lm, "abcefgl", ["m"]).log_probs, atol=1e-3)


def test_the_proposer_names_an_untried_prompt_and_reads_the_best_last() -> None:
    lm, rng = roomy(), np.random.default_rng(0)
    tried, scores = list(GRAMMAR[:5]), [0.5, 0.9, 0.7, 0.6, 0.8]
    text = meta_prompt(tried, scores)
    assert text.count("\naccuracy") == 6
    assert text.endswith("accuracy 100%:")
    assert text.splitlines()[-2].startswith("accuracy 90%: ")
    for _ in range(2):
        proposed = propose(lm, tried, scores, rng)
        assert proposed in GRAMMAR
        assert proposed not in tried


def test_a_last_prompt_is_the_only_proposal() -> None:
    left = GRAMMAR[40]
    tried = [wording for wording in GRAMMAR if wording != left]
    assert propose(roomy(), tried, [0.5] * 95, np.random.default_rng(0)) == left


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_what_drawing_blindly_expects_is_the_mean_over_all_draws(scores: list[float]) -> None:
    found = expected_best(np.array(scores), len(scores))
    for count, expected in enumerate(found, start=1):
        draws = list(itertools.combinations(scores, count))
        assert expected == pytest.approx(np.mean([max(draw) for draw in draws]), abs=1e-12)


def test_both_arms_begin_alike_and_repeats_are_seen() -> None:
    found = measure_proposals(roomy(), recorded_landscape(), seeds=[3], budget=6, items=10)
    assert found.tried.shape == (len(ARMS), 1, 6)
    assert found.strange == 0
    assert found.tried[0, 0, :4].tolist() == found.tried[1, 0, :4].tolist()
    broken = found.tried.copy()
    broken[1, 0, 5] = broken[1, 0, 4]
    assert dataclasses.replace(found, tried=broken).strange == 1
    broken[0, 0, 0] = len(GRAMMAR)
    assert dataclasses.replace(found, tried=broken).strange == 2
    scores = np.random.default_rng(0).random((1, len(GRAMMAR)))
    assert found.history(scores)[0, 0, -1] == scores[0][found.tried[0, 0]].max()


def test_the_recorded_proposals_spend_equal_budgets_without_repeats() -> None:
    found = recorded_proposals()
    assert found.tried.shape[0] == len(ARMS)
    assert found.tried.shape[1] >= 5
    assert found.strange == 0
