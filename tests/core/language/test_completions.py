"""Greedy text is transformers' own; stop strings cut exactly; draws follow the model and their seed."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from core.language import Completion, chat, complete, complete_many, end_ids, log_probs
from core.language.completions import first_stop, tokens_before
from core.language.with_torch import context
from core.models import CausalLM

PROMPTS = ["abcabcab", "x", "Some longer text, some longer text"]
TEXTS = st.text("ab. 🙂", max_size=20)


def generated(lm: CausalLM, prompt: str, count: int, **options: object) -> list[int]:
    ids = torch.tensor([lm.tokenizer(prompt).input_ids])
    return lm.model.generate(ids, do_sample=False, max_new_tokens=count, **options)[0, ids.shape[1] :].tolist()


def decoded(ids: list[int]) -> str:
    """Bytes as text, as a byte-level tokenizer has it: a character that is not complete is a sign of its own."""
    return bytes(ids).decode(errors="replace")


@pytest.mark.parametrize("prompt", PROMPTS)
def test_greedy_text_is_transformers_own(any_lm: CausalLM, prompt: str) -> None:
    (found,) = complete(any_lm, prompt, max_new_tokens=30)
    theirs = generated(any_lm, prompt, 30)
    assert list(found.token_ids) == theirs
    assert found.text == any_lm.tokenizer.decode(theirs, skip_special_tokens=True)
    assert found.finish == ("end" if theirs[-1] == 0 else "length")


def test_log_probs_are_those_of_a_full_pass(any_lm: CausalLM) -> None:
    (found,) = complete(any_lm, "Hello", max_new_tokens=12, temperature=1.5, seed=4)
    ids = torch.tensor([any_lm.tokenizer("Hello").input_ids + list(found.token_ids)])
    rows = any_lm.model(ids).logits[0].log_softmax(-1)[4:-1]
    expected = rows.gather(1, torch.tensor(found.token_ids)[:, None])[:, 0]
    np.testing.assert_allclose(found.log_probs, expected.numpy(), atol=1e-4)


def test_it_ends_with_the_models_end(llama: CausalLM, monkeypatch: pytest.MonkeyPatch) -> None:
    (plain,) = complete(llama, "abc", max_new_tokens=20)
    assert plain.finish == "length"
    fifth = plain.token_ids[4]
    monkeypatch.setattr(llama.model.generation_config, "eos_token_id", [fifth, 0])
    (found,) = complete(llama, "abc", max_new_tokens=20)
    first = plain.token_ids.index(fifth)
    assert (found.token_ids, found.finish) == (plain.token_ids[: first + 1], "end")
    assert list(found.token_ids) == generated(llama, "abc", 20)
    assert len(found.log_probs) == first + 1


def test_the_end_is_named_by_model_and_tokenizer(llama: CausalLM, monkeypatch: pytest.MonkeyPatch) -> None:
    assert end_ids(llama) == {0}
    monkeypatch.setattr(llama.model.generation_config, "eos_token_id", None)
    assert end_ids(llama) == {0}
    monkeypatch.setattr(llama.model.generation_config, "eos_token_id", 7)
    assert end_ids(llama) == {0, 7}


def test_special_tokens_are_left_out_of_the_text(llama: CausalLM, monkeypatch: pytest.MonkeyPatch) -> None:
    (plain,) = complete(llama, "abc", max_new_tokens=6)
    monkeypatch.setattr(llama.tokenizer, "decode", lambda ids, skip_special_tokens: f"{len(ids)} {skip_special_tokens}")
    (found,) = complete(llama, "abc", max_new_tokens=6)
    assert (found.token_ids, found.text) == (plain.token_ids, "6 True")


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("width", [1, 2, 5])
def test_a_stop_is_cut_off_wherever_tokens_end(llama: CausalLM, prompt: str, width: int) -> None:
    (plain,) = complete(llama, prompt, max_new_tokens=30)
    stop = plain.text[7 : 7 + width]
    cut = plain.text.index(stop)
    (found,) = complete(llama, prompt, max_new_tokens=30, stop=["never written", stop])
    assert (found.text, found.finish) == (plain.text[:cut], "stop")
    assert found.token_ids == plain.token_ids[: len(found.token_ids)]
    assert llama.tokenizer.decode(found.token_ids).startswith(found.text)
    assert len(found.log_probs) == len(found.token_ids)
    np.testing.assert_allclose(found.log_probs, plain.log_probs[: len(found.token_ids)], atol=1e-5)


def test_a_stop_that_never_comes_changes_nothing(llama: CausalLM) -> None:
    (plain,) = complete(llama, "abc", max_new_tokens=9)
    assert complete(llama, "abc", max_new_tokens=9, stop=("never written",)) == [plain]


def test_a_stop_that_is_one_text_is_that_text(llama: CausalLM) -> None:
    stop = complete(llama, "abc", max_new_tokens=9)[0].text[3:6]
    assert complete(llama, "abc", max_new_tokens=9, stop=stop) == complete(llama, "abc", max_new_tokens=9, stop=[stop])


@given(TEXTS, st.lists(st.text("ab. 🙂", min_size=1, max_size=3), max_size=3))
def test_the_earliest_stop_is_found(text: str, stop: list[str]) -> None:
    cut = first_stop(text, stop)
    if cut is None:
        assert not any(string in text for string in stop)
    else:
        assert any(text[cut:].startswith(string) for string in stop)
        assert not any(string in text[: cut + len(string) - 1] for string in stop if string)


@given(TEXTS, st.integers(0, 20))
def test_the_fewest_tokens_are_kept_that_write_the_text(text: str, cut: int) -> None:
    ids, cut = list(text.encode()), min(cut, len(text))
    kept = tokens_before(ids, cut, decoded)
    assert kept == len(text[:cut].encode())


@given(st.lists(st.sampled_from(["a", "ab", "b.", ". 🙂", ""]), max_size=8), st.integers(0, 20))
def test_a_token_that_straddles_the_cut_is_kept(pieces: list[str], cut: int) -> None:
    text = "".join(pieces)
    cut = min(cut, len(text))
    kept = tokens_before(range(len(pieces)), cut, lambda ids: "".join(pieces[n] for n in ids))
    assert "".join(pieces[:kept])[:cut] == text[:cut]
    assert kept == 0 or len("".join(pieces[: kept - 1])) < cut


def test_draws_follow_the_model(llama: CausalLM) -> None:
    drawn = complete(llama, "abc", max_new_tokens=1, temperature=2.0, seed=1, samples=3000)
    with torch.inference_mode():
        scores = llama.model(torch.tensor([llama.tokenizer("abc").input_ids])).logits[0, -1]
    law = (scores.double() / 2).softmax(-1).numpy()
    counts = np.bincount([completion.token_ids[0] for completion in drawn], minlength=len(law))
    rare = law * 3000 < 5
    seen, expected = np.append(counts[~rare], counts[rare].sum()), np.append(law[~rare], law[rare].sum())
    assert len(seen) > 5
    assert chisquare(seen, expected / expected.sum() * 3000).pvalue > 0.001


def test_a_sample_hangs_on_its_seed_and_number_alone(llama: CausalLM, monkeypatch: pytest.MonkeyPatch) -> None:
    state = torch.random.get_rng_state()
    eight = complete(llama, "abc", max_new_tokens=10, temperature=1.0, seed=5, samples=8)
    assert complete(llama, "abc", max_new_tokens=10, temperature=1.0, seed=5, samples=8) == eight
    assert complete(llama, "abc", max_new_tokens=10, temperature=1.0, seed=5, samples=3) == eight[:3]
    assert complete(llama, "abc", max_new_tokens=10, temperature=1.0, seed=6, samples=8) != eight
    assert len({completion.token_ids for completion in eight}) > 1
    assert torch.equal(torch.random.get_rng_state(), state)
    monkeypatch.setattr(context, "TOKENS_IN_CACHE", 30)
    assert complete(llama, "abc", max_new_tokens=10, temperature=1.0, seed=5, samples=8) == eight


def test_samples_finish_each_in_its_own_time(llama: CausalLM) -> None:
    found = complete(llama, "abc", max_new_tokens=40, temperature=3.0, seed=2, samples=12, stop=("a", "e"))
    assert len({len(completion.token_ids) for completion in found}) > 2
    assert {"stop"} <= {completion.finish for completion in found}
    for completion in found:
        assert not set("ae") & set(completion.text)
        assert len(completion.log_probs) == len(completion.token_ids)


@pytest.mark.parametrize("temperature", [1e-300, 1e-6])
def test_a_temperature_near_zero_is_greedy(llama: CausalLM, temperature: float) -> None:
    assert complete(llama, "abc", max_new_tokens=9, temperature=temperature) == complete(llama, "abc", max_new_tokens=9)


def test_progress_rises_to_one_and_cancels(llama: CausalLM) -> None:
    told: list[float] = []
    complete(llama, "abc", max_new_tokens=9, stop=["a"], on_progress=lambda fraction, _: told.append(fraction))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)

    def cancel(fraction: float, _: str) -> None:
        if fraction > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        complete(llama, "abc", max_new_tokens=9, on_progress=cancel)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"prompt": ""}, "the prompt must have at least 1 token"),
        ({"prompt": "x" * 400}, "the prompt must have 1 to 399 tokens; got 400"),
        ({"prompt": "x" * 395}, "max_new_tokens must be from 1 to 5 after a prompt of 395 tokens; got 9"),
        ({"max_new_tokens": 0}, "max_new_tokens must be from 1 to 397"),
        ({"temperature": -0.1}, "temperature must be a finite number from 0 up"),
        ({"temperature": math.nan}, "temperature must be a finite number from 0 up"),
        ({"temperature": math.inf}, "temperature must be a finite number from 0 up"),
        ({"samples": 2}, "samples must be 1 at temperature 0"),
        ({"samples": 0, "temperature": 1.0}, "samples must be at least 1"),
        ({"seed": -1}, "seed must be from 0 up"),
        ({"stop": ["a", ""]}, "a stop string must have at least 1 character"),
    ],
)
def test_bad_input_is_named(llama: CausalLM, options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        complete(llama, **({"prompt": "abc", "max_new_tokens": 9} | options))


@pytest.mark.models
def test_on_the_real_model_too(smollm2: CausalLM) -> None:
    question = chat(smollm2, [{"role": "user", "content": "Name two uses of a wooden spoon."}])
    (found,) = complete(smollm2, question, max_new_tokens=24)
    theirs = generated(smollm2, question, 24)
    assert list(found.token_ids) == theirs
    assert found.text == smollm2.tokenizer.decode(theirs, skip_special_tokens=True)
    np.testing.assert_allclose(
        found.log_probs, log_probs(smollm2, question + smollm2.tokenizer.decode(theirs))[-len(theirs) :], atol=1e-3
    )


@pytest.mark.models
def test_real_tokens_are_cut_as_transformers_stops(smollm2: CausalLM) -> None:
    prompt = "Red, green and blue are"
    (plain,) = complete(smollm2, prompt, max_new_tokens=16)
    middle = len(smollm2.tokenizer.decode(plain.token_ids[:5]))
    stop = plain.text[middle - 2 : middle + 2]  # it begins within one token and ends within the next
    assert stop not in plain.text[: middle - 2]
    (found,) = complete(smollm2, prompt, max_new_tokens=16, stop=[stop])
    assert (found.text, found.finish) == (plain.text[: middle - 2], "stop")
    assert found.token_ids == plain.token_ids[:5]
    theirs = generated(smollm2, prompt, 16, stop_strings=[stop], tokenizer=smollm2.tokenizer)
    assert smollm2.tokenizer.decode(theirs).split(stop)[0] == found.text


@pytest.mark.models
def test_an_answer_ends(smollm2: CausalLM) -> None:
    question = chat(smollm2, [{"role": "user", "content": "What is the capital of France? Answer in one word."}])
    (found,) = complete(smollm2, question, max_new_tokens=60)
    assert found.finish == "end"
    assert found.token_ids[-1] == smollm2.tokenizer.eos_token_id
    assert "<|im_end|>" not in found.text


def test_completions_are_equal_by_text_and_tokens() -> None:
    assert Completion("a", (1,), np.array([-1.0]), "end") == Completion("a", (1,), np.array([-2.0]), "end")
    assert Completion("a", (1,), np.array([-1.0]), "end") != Completion("a", (1,), np.array([-1.0]), "stop")


@pytest.mark.parametrize("temperature", [0.0, 0.9])
def test_many_prompts_are_completed_as_each_alone(
    any_lm: CausalLM, monkeypatch: pytest.MonkeyPatch, temperature: float
) -> None:
    monkeypatch.setattr(context, "TOKENS_IN_CACHE", 150)
    prompts = ["abcabcab", "x", "abc", "abcd efgh ijkl"]
    options: dict[str, object] = {"max_new_tokens": 12, "temperature": temperature, "stop": ("zz",)}
    samples = 3 if temperature else 1
    many = complete_many(any_lm, prompts, seeds=[5, 6, 7, 8], samples=samples, **options)  # type: ignore[arg-type]
    for prompt, seed, found in zip(prompts, [5, 6, 7, 8], many, strict=True):
        alone = complete(any_lm, prompt, seed=seed, samples=samples, **options)  # type: ignore[arg-type]
        assert found == alone
        for one, other in zip(found, alone, strict=True):
            np.testing.assert_allclose(one.log_probs, other.log_probs, atol=1e-4)


def test_many_prompts_need_a_seed_each(llama: CausalLM) -> None:
    with pytest.raises(ValueError, match="list of texts"):
        complete_many(llama, "abc", max_new_tokens=3)
    assert complete_many(llama, [], max_new_tokens=3) == []
    with pytest.raises(ValueError, match="as many as the 2 prompts; got 1"):
        complete_many(llama, ["a", "b"], max_new_tokens=3, seeds=[1])
    with pytest.raises(ValueError, match=r"prompts\[1\]"):
        complete_many(llama, ["a", ""], max_new_tokens=3)
