"""Scores are those of one full pass of transformers, however prompts are batched, padded and shared."""

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.language import Scores, log_probs, score, score_many, tokens
from core.language.with_torch import context
from core.language.with_torch.context import Context, rows_within
from core.models import CausalLM
from tests.core.language.conftest import POSITIONS

PROMPT = "The cat sat on the mat; "
ENDINGS = ["a", " dog slept.", "", "🙂!", " dog"]
WORDS = [text for text in ENDINGS if text]


def passes(lm: CausalLM, prompt: str, completion: str) -> np.ndarray:
    """The log-probability of each token of the completion, by one pass of transformers over the joined ids."""
    head, tail = (lm.tokenizer(text, add_special_tokens=False).input_ids for text in (prompt, completion))
    with torch.inference_mode():
        rows = lm.model(torch.tensor([head + tail])).logits[0].float().log_softmax(-1)
    return rows[len(head) - 1 : -1].gather(1, torch.tensor(tail)[:, None])[:, 0].numpy()


def same(found: Scores, lm: CausalLM, prompt: str, completions: Sequence[str], tolerance: float = 1e-4) -> None:
    """Asserts that the scores are those of full passes."""
    assert (found.prompt, found.completions) == (prompt, tuple(completions))
    expected = [passes(lm, prompt, text) for text in completions]
    for row, other in zip(found.by_token, expected, strict=True):
        np.testing.assert_allclose(row, other, atol=tolerance)
    np.testing.assert_allclose(found.log_probs, [row.sum(dtype=float) for row in expected], atol=2 * tolerance)
    np.testing.assert_allclose(found.per_token, [row.mean(dtype=float) for row in expected], atol=tolerance)
    assert found.counts.tolist() == [len(row) for row in expected]


def test_log_probs_are_transformers_own(any_lm: CausalLM) -> None:
    found = log_probs(any_lm, PROMPT)
    assert found.shape == (len(tokens(any_lm, PROMPT).ids) - 1,)
    np.testing.assert_allclose(found, passes(any_lm, PROMPT[0], PROMPT[1:]), atol=1e-4)
    ids = torch.from_numpy(tokens(any_lm, PROMPT).ids)[None]
    assert -found.mean() == pytest.approx(float(any_lm.model(ids, labels=ids).loss), abs=1e-4)


def test_a_text_of_one_token_has_no_log_probs(llama: CausalLM) -> None:
    assert log_probs(llama, "x").shape == (0,)


def test_a_long_text_read_in_parts_is_read_alike(any_lm: CausalLM, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "abc, " * 20
    whole = log_probs(any_lm, text)
    monkeypatch.setattr(context, "TOKENS_PER_CALL", 7)
    np.testing.assert_allclose(log_probs(any_lm, text), whole, atol=1e-4)
    same(score(any_lm, text, WORDS), any_lm, text, WORDS)


def test_scores_are_those_of_full_passes(any_lm: CausalLM) -> None:
    found = score(any_lm, PROMPT, WORDS)
    same(found, any_lm, PROMPT, WORDS)
    assert found.prompt_tokens == len(PROMPT)
    assert found.best == max(range(len(WORDS)), key=lambda place: found.log_probs[place])


def test_a_score_is_the_sum_over_the_end_of_the_text(llama: CausalLM) -> None:
    found = score(llama, PROMPT, [" dog"])
    assert found.log_probs[0] == pytest.approx(log_probs(llama, PROMPT + " dog")[-4:].sum(), abs=1e-4)


def test_all_next_tokens_together_are_certain(llama: CausalLM) -> None:
    letters = [letter for letter in map(chr, range(128)) if len(llama.tokenizer(letter).input_ids) == 1]
    assert 0 < np.exp(score(llama, PROMPT, letters).log_probs).sum() < 1 + 1e-6


def test_the_first_of_equals_is_best(llama: CausalLM) -> None:
    rows = tuple(np.array(row, np.float32) for row in ([-3.0], [-1.0, -1.0], [-2.0]))
    assert Scores("p", ("a", "b", "c"), 1, rows).best == 1
    found = score(llama, PROMPT, ["b", "b"])
    assert found.best == 0


def test_the_prompt_is_read_once(llama: CausalLM, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    run = Context._run

    def counted(self: Context, ids: torch.Tensor, real: torch.Tensor | None, *, logits: int) -> torch.Tensor:
        read.append(ids.numel())
        return run(self, ids, real, logits=logits)

    monkeypatch.setattr(Context, "_run", counted)
    score(llama, PROMPT, ["ab", "cd", "e"])
    assert read == [len(PROMPT), 3]  # the last token of each completion need not be read: 1, 1 and, padded, 1
    read.clear()
    score_many(llama, [PROMPT + "x", PROMPT + "yz"], ["a"])
    assert read == [len(PROMPT), 4]  # what both begin with once, then two rows of two


@pytest.mark.parametrize("room", [2048, 60, 1])
def test_many_are_scored_as_one_by_one(any_lm: CausalLM, room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    prompts = ["x", PROMPT, PROMPT + "and then the", "A quite different text, much longer than the others. " * 2, "x"]
    monkeypatch.setattr(context, "TOKENS_IN_CACHE", room)
    shared = score_many(any_lm, prompts, WORDS)
    for prompt, found in zip(prompts, shared, strict=True):
        same(found, any_lm, prompt, WORDS)
    lists = [WORDS, ["abc"], ["z", "zz"], WORDS[::-1], ["🙂"]]
    for prompt, row, found in zip(prompts, lists, score_many(any_lm, prompts, lists), strict=True):
        same(found, any_lm, prompt, row)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.text("abc", min_size=1, max_size=30), min_size=1, max_size=6),
    st.lists(st.text("ab🙂", min_size=1, max_size=5), min_size=1, max_size=4),
)
def test_any_mixture_of_lengths_is_scored_right(llama: CausalLM, prompts: list[str], completions: list[str]) -> None:
    for prompt, found in zip(prompts, score_many(llama, prompts, completions), strict=True):
        same(found, llama, prompt, completions)


@given(st.integers(1, 10_000))
def test_batches_stay_within_memory(length: int) -> None:
    rows = rows_within(length)
    assert rows == 1 or (rows * length <= context.TOKENS_IN_CACHE and rows <= context.TOKENS_PER_CALL)


def test_progress_rises_to_one_and_cancels(llama: CausalLM, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "TOKENS_IN_CACHE", 10)
    told: list[tuple[float, str]] = []
    prompts = ["ab", "c", "defg", "h" * 30]
    score_many(llama, prompts, ["xy", "z"], on_progress=lambda fraction, words: told.append((fraction, words)))
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions)
    assert (fractions[0], told[-1]) == (0.0, (1.0, "8 of 8 completions scored"))
    assert len(set(fractions)) > 3

    def cancel(fraction: float, _: str) -> None:
        if fraction > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score_many(llama, prompts, ["xy", "z"], on_progress=cancel)


def test_no_prompts_have_no_scores(llama: CausalLM) -> None:
    assert score_many(llama, [], ["a"]) == []


@pytest.mark.parametrize(
    ("prompts", "completions", "message"),
    [
        ([""], ["a"], "the prompt must have at least 1 token"),
        (["a", ""], ["a"], r"prompts\[1\] must have at least 1 token"),
        (["a"], ["b", ""], r"completions\[1\] of the prompt must have at least 1 token"),
        (["a", "b"], [["a"], ["b", ""]], r"completions\[1\] of prompts\[1\] must have"),
        (["a"], [], "the prompt must have at least 1 completion"),
        (["a", "b"], [["a"], []], r"prompts\[1\] must have at least 1 completion"),
        (["a", "b"], [["a"]], "one list for each of the 2 prompts; got 1"),
        (["a", "b"], ["a", ["b"]], "got texts and lists"),
        ("ab", ["a"], "prompts must be a list of texts"),
        (["a"], "bc", "completions must be a list of texts"),
        (["a" * 399], ["b", "bc"], r"the prompt with its completions\[1\] must have 1 to 400 tokens.*got 401"),
    ],
)
def test_bad_input_is_named(llama: CausalLM, prompts: list[str], completions: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        score_many(llama, prompts, completions)


def test_the_longest_text_is_scored(llama: CausalLM) -> None:
    prompt = "ab" * (POSITIONS // 2 - 1)
    same(score(llama, prompt, ["cd"]), llama, prompt, ["cd"])
    assert log_probs(llama, prompt + "cd").shape == (POSITIONS - 1,)
    with pytest.raises(ValueError, match="at most 400"):
        log_probs(llama, prompt + "cde")


@pytest.mark.models
def test_on_the_real_model_too(smollm2: CausalLM) -> None:
    prompts = ["The capital of France is", "Q: How many legs has a spider?\nA:", "2 + 2 ="]
    completions = [" Paris", " Rome, I believe.", " 8", "🙂"]
    for prompt, found in zip(prompts, score_many(smollm2, prompts, completions), strict=True):
        same(found, smollm2, prompt, completions)
        same(score(smollm2, prompt, completions), smollm2, prompt, completions)
    assert score(smollm2, prompts[0], completions).best == 0
    text = prompts[1] + " It has eight."
    np.testing.assert_allclose(log_probs(smollm2, text)[-4:], passes(smollm2, prompts[1], " It has eight."), atol=1e-4)


@pytest.mark.models
def test_parts_are_tokenized_apart(smollm2: CausalLM) -> None:
    for prompt, completion in (("hel", "lo"), ("The answer is ", "Paris")):
        assert len(tokens(smollm2, prompt).ids) + 1 > len(tokens(smollm2, prompt + completion).ids)
        same(score(smollm2, prompt, [completion]), smollm2, prompt, [completion])
