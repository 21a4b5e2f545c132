"""One word in several sentences."""

import numpy as np
import pytest
import torch

from core.attention import word_similarity
from core.models import CausalLM, Encoder

MONEY = "I went to the bank to get money."
RIVER = "We sat on the Bank of the river."
LOAN = "The bank approved my loan."


def test_against_the_models_hidden_states(bert: Encoder) -> None:
    """Each letter is a token here, after one special token, so the word's place is its place in the text."""
    found = word_similarity(bert, [MONEY, RIVER], "bank")
    places = [range(text.lower().index("bank") + 1, text.lower().index("bank") + 5) for text in (MONEY, RIVER)]
    assert found.positions == tuple(tuple(place) for place in places)
    states = []
    for text, place in zip((MONEY, RIVER), places, strict=True):
        ids = torch.tensor([bert.tokenizer(text)["input_ids"]])
        output = bert.model(ids, output_hidden_states=True)
        states.append([hidden[0, list(place)].mean(0) for hidden in output.hidden_states])
    expected = [float(torch.cosine_similarity(a, b, 0)) for a, b in zip(*states, strict=True)]
    np.testing.assert_allclose(found.cosine[:, 0, 1], expected, atol=1e-5)


def test_symmetric_with_1_on_the_diagonal(llama: CausalLM) -> None:
    cosine = word_similarity(llama, [MONEY, RIVER, LOAN], "bank").cosine
    assert cosine.shape == (4, 3, 3)
    np.testing.assert_allclose(cosine, cosine.transpose(0, 2, 1), atol=1e-6)
    np.testing.assert_allclose(np.diagonal(cosine, axis1=1, axis2=2), 1, atol=1e-5)
    assert np.abs(cosine).max() <= 1


@pytest.mark.parametrize("missing", ["banker", "", "ban"])
def test_a_sentence_without_the_word_is_named(llama: CausalLM, missing: str) -> None:
    with pytest.raises(ValueError, match="approved my loan"):
        word_similarity(llama, [LOAN, RIVER], missing)
    with pytest.raises(ValueError, match="no such thing"):
        word_similarity(llama, [MONEY, "no such thing"], "bank")


def test_one_sentence_is_too_few(llama: CausalLM) -> None:
    with pytest.raises(ValueError, match="at least 2"):
        word_similarity(llama, [MONEY], "bank")


@pytest.mark.models
@pytest.mark.parametrize("name", ["smollm2", "minilm"])
def test_the_same_meaning_ends_closer(name: str, request: pytest.FixtureRequest) -> None:
    found = word_similarity(request.getfixturevalue(name), [MONEY, RIVER, LOAN], "bank")
    assert found.cosine[-1, 0, 2] > found.cosine[-1, 0, 1]
    assert found.cosine[-1, 0, 2] > found.cosine[-1, 1, 2]
    assert all(len(place) == 1 for place in found.positions)
