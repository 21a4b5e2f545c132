"""Answers of a language model: their log-probabilities again from a whole pass, the heads, the file."""

from unittest.mock import patch

import numpy as np
import pytest
import torch

from core.models import load_causal_lm, load_encoder
from core.rlhf import answering, answers
from core.rlhf.answering import Sampled, sample_answers, score_answers, sentence_vectors


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "PROMPTS", ("Why is the sky blue?", "Name a boat."))
    monkeypatch.setattr(answering, "SAMPLED", 4)
    monkeypatch.setattr(answering, "NEW_TOKENS", 6)


@pytest.mark.models
def test_log_probabilities_are_those_of_a_whole_pass(small: None) -> None:
    lm = load_causal_lm()
    sampled = sample_answers(lm)
    assert sampled.tokens.shape == (2, 4)
    chat = [{"role": "user", "content": "Name a boat."}]
    asked = lm.tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
    start = lm.tokenizer(asked, add_special_tokens=False).input_ids
    # Sampled again with the same seed, word by word without a cache.
    generator = torch.Generator().manual_seed(1)
    rows = torch.tensor([start] * 4)
    logs, alive, count = torch.zeros(4), torch.ones(4, dtype=torch.bool), torch.zeros(4, dtype=torch.long)
    with torch.no_grad():
        for _ in range(6):
            log_probabilities = torch.log_softmax(lm.model(rows).logits[:, -1].float(), -1)
            chosen = torch.multinomial(log_probabilities.exp(), 1, generator=generator)
            logs += log_probabilities.gather(1, chosen).squeeze(1) * alive
            count += alive
            alive = alive & (chosen.squeeze(1) != lm.tokenizer.eos_token_id)
            rows = torch.cat([rows, chosen], 1)
    assert np.array_equal(sampled.tokens[1], count.numpy())
    assert np.allclose(sampled.log_probability[1], logs.numpy(), atol=1e-3)


@pytest.mark.models
def test_sentence_vectors_do_not_depend_on_what_else_is_in_the_batch() -> None:
    encoder = load_encoder()
    alone = sentence_vectors(encoder, ("a boat",))[0]
    padded = sentence_vectors(encoder, ("a boat", "a much longer sentence about the sea and the sky"))[0]
    assert torch.allclose(alone, padded, atol=1e-5)
    assert alone.norm().item() == pytest.approx(1, abs=1e-5)


@pytest.mark.models
def test_the_biased_head_likes_length_and_the_file_keeps_all(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    random = np.random.default_rng(0)
    words = [
        "the",
        "sea",
        "is",
        "wide",
        "and",
        "the",
        "boat",
        "is",
        "small",
        "so",
        "the",
        "wind",
        "may",
        "carry",
        "it",
        "far",
        "from",
        "home",
    ]
    prompts = ("What is the sea?", "What is a boat?")
    monkeypatch.setattr(answering, "PROMPTS", prompts)
    tokens = random.integers(1, len(words), size=(2, answering.SAMPLED))
    texts = tuple(tuple(" ".join(random.permutation(words)[:count]) for count in row) for row in tokens)
    sampled = Sampled(texts, tokens, np.zeros(tokens.shape))
    scored = score_answers(sampled, load_encoder(), model="none")
    length = scored.tokens.ravel().astype(float)
    biased, fair = (np.corrcoef(length, rewards.ravel())[0, 1] for rewards in (scored.biased, scored.fair))
    assert biased > 0.5
    assert biased > fair + 0.2
    assert min(scored.accuracy) > 0.6
    path = tmp_path / "answers.npz"
    answers.save_answers(scored, path)
    with patch.object(answers, "asset", return_value=path):
        answers.recorded_answers.cache_clear()
        again = answers.recorded_answers()
    answers.recorded_answers.cache_clear()
    assert again.texts == scored.texts
    assert np.array_equal(again.biased, scored.biased)
    assert again.accuracy == scored.accuracy
