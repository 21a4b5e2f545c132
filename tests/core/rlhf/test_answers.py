"""Answers of a language model: their log-probabilities again from a whole pass, the heads, the file."""

import numpy as np
import pytest
import torch

from core.assets.keeper import read, write
from core.models import load_causal_lm, load_encoder
from core.rlhf import Answers, answers_recorded, best_of_n_weights, recorded_answers
from core.rlhf.with_torch import answers as sampling
from core.rlhf.with_torch.answers import (
    Sampled,
    asked_ids,
    sample_answers,
    score_answers,
    sentence_vectors,
    within_prompt,
)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "PROMPTS", ("Why is the sky blue?", "Name a boat."))
    monkeypatch.setattr(sampling, "SAMPLED", 4)
    monkeypatch.setattr(sampling, "NEW_TOKENS", 6)


@pytest.mark.models
def test_log_probabilities_are_those_of_a_whole_pass(small: None) -> None:
    lm = load_causal_lm()
    sampled = sample_answers(lm)
    assert sampled.tokens.shape == (2, 4)
    start = asked_ids(lm, "Name a boat.")
    ends = lm.tokenizer.eos_token_id
    # Sampled again with the same seed, word by word without a cache.
    generator = torch.Generator().manual_seed(1)
    rows, logs, going = start.repeat(4, 1), torch.zeros(4), torch.arange(4)
    count = torch.zeros(4, dtype=torch.long)
    with torch.no_grad():
        for _ in range(sampling.NEW_TOKENS):
            log_probabilities = torch.log_softmax(lm.model(rows[going]).logits[:, -1].float(), -1)
            chosen = torch.multinomial(log_probabilities.exp(), 1, generator=generator)
            logs[going] += log_probabilities.gather(1, chosen).squeeze(1)
            count[going] += 1
            said = torch.full((4, 1), ends)
            said[going] = chosen
            rows = torch.cat([rows, said], 1)
            going = going[chosen.squeeze(1) != ends]
            if not len(going):
                break
    assert np.array_equal(sampled.tokens[1], count.numpy())
    assert np.allclose(sampled.log_probability[1], logs.numpy(), atol=1e-3)
    assert np.flatnonzero(sampled.cut[1]).tolist() == going.tolist()
    texts = lm.tokenizer.batch_decode(rows[:, start.shape[1] :], skip_special_tokens=True)
    assert sampled.texts[1] == tuple(text.strip() for text in texts)


@pytest.mark.models
def test_sentence_vectors_do_not_depend_on_what_else_is_in_the_batch() -> None:
    encoder = load_encoder()
    alone = sentence_vectors(encoder, ("a boat",))[0]
    padded = sentence_vectors(encoder, ("a boat", "a much longer sentence about the sea and the sky"))[0]
    assert torch.allclose(alone, padded, atol=1e-5)
    assert alone.norm().item() == pytest.approx(1, abs=1e-5)
    same = sentence_vectors(encoder, ("the sea", "a boat", "the sea"))
    assert torch.equal(same[0], same[2])
    assert not torch.equal(same[0], same[1])


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
    monkeypatch.setattr(sampling, "PROMPTS", prompts)
    tokens = random.integers(1, len(words), size=(2, sampling.SAMPLED))
    texts = tuple(tuple(" ".join(random.permutation(words)[:count]) for count in row) for row in tokens)
    sampled = Sampled(texts, tokens, tokens == len(words), np.zeros(tokens.shape))
    scored = score_answers(sampled, load_encoder(), model="none")
    length = within_prompt(scored.tokens.astype(float)).ravel()
    biased, fair = (np.corrcoef(length, rewards.ravel())[0, 1] for rewards in (scored.biased, scored.fair))
    assert biased > 0.5
    assert biased > fair + 0.2
    assert min(scored.accuracy) > 0.6
    for accuracy, ceiling in zip(scored.accuracy, scored.ceiling, strict=True):
        assert accuracy < ceiling < 1
    assert np.allclose(scored.biased.mean(1), 0, atol=1e-9)
    path = tmp_path / "answers.npz"
    write(scored, path)
    again = read(path, Answers)
    assert again.texts == scored.texts
    assert np.array_equal(again.biased, scored.biased)
    for name in ("tokens", "cut", "log_probability", "relevance", "fair"):
        assert np.array_equal(getattr(again, name), getattr(scored, name)), name
    for name in ("model", "manner", "longest", "prompts", "bias", "accuracy", "ceiling"):
        assert getattr(again, name) == getattr(scored, name), name


def test_a_head_is_measured_on_answers_it_has_not_seen() -> None:
    random = np.random.default_rng(0)
    # Nothing in the inputs tells what an answer is worth: whoever learns it by heart is right on its own answers only.
    inputs = torch.from_numpy(random.normal(size=(3, sampling.SAMPLED, 768))).float()
    worth = random.normal(size=(3, sampling.SAMPLED))
    judged = sampling._judged(inputs, worth, seed=0)
    assert 0.4 < judged.accuracy < 0.6
    # The true worth agrees with a label as often as the rater's noise lets it, over all pairs of shown answers.
    shown = worth[:, : sampling.SHOWN]
    gap = np.abs(shown[:, :, None] - shown[:, None, :])[:, ~np.eye(sampling.SHOWN, dtype=bool)]
    expected = np.mean(1 / (1 + np.exp(-gap / sampling.RATER.noise)))
    assert judged.ceiling == pytest.approx(expected, abs=4 * 0.5 / np.sqrt(sampling.PAIRS))


@pytest.mark.skipif(not answers_recorded(), reason="no answers were recorded")
class TestRecorded:
    """What the page says of the recorded answers."""

    def test_shapes_and_prompts(self) -> None:
        kept = recorded_answers()
        assert len(kept.prompts) == len(set(kept.prompts)) == 12
        assert kept.tokens.shape == (12, sampling.SHOWN)
        assert all(len(row) == sampling.SHOWN for row in kept.texts)
        assert (kept.log_probability < 0).all()
        assert (kept.tokens[kept.cut] == kept.longest).all()
        assert kept.cut.mean() < 0.5, "most answers end on their own"

    def test_raters_who_like_length_choose_longer_answers_as_n_grows(self) -> None:
        kept = recorded_answers()
        expected = {
            name: np.array(
                [
                    np.mean([best_of_n_weights(r, n) @ t for r, t in zip(rewards, kept.tokens, strict=True)])
                    for n in (1, 4, 16, 64)
                ]
            )
            for name, rewards in (("biased", kept.biased), ("fair", kept.fair))
        }
        assert (np.diff(expected["biased"]) > 0).all()
        assert expected["biased"][-1] > 1.3 * expected["biased"][0]
        assert expected["biased"][-1] > expected["fair"][-1] + 5

    def test_heads_beat_chance_on_answers_they_have_not_seen(self) -> None:
        kept = recorded_answers()
        for accuracy, ceiling in zip(kept.accuracy, kept.ceiling, strict=True):
            assert 0.6 < accuracy < ceiling
