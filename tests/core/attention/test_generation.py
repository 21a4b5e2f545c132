"""Generation with a cache, against transformers' own and against full passes without a cache."""

import dataclasses

import numpy as np
import pytest
import torch

from core.attention import generate_steps, recorded_generation, to_generation_record
from core.attention.generation import GENERATION_PROMPT, GENERATION_TOKENS
from core.attention.with_torch.generation import generation_checks
from core.language import readable_tokens
from core.models import CausalLM
from tests.core.attention.conftest import CONFIGS, tiny

PROMPT = "The cat sat"


def by_transformers(lm: CausalLM, prompt: str, count: int) -> list[int]:
    ids = lm.tokenizer(prompt, return_tensors="pt")["input_ids"]
    made = lm.model.generate(
        ids, attention_mask=torch.ones_like(ids), max_new_tokens=count, do_sample=False, pad_token_id=0
    )
    return made[0, ids.shape[1] :].tolist()


def without_end(lm: CausalLM) -> CausalLM:
    lm.model.generation_config.eos_token_id = None
    return lm


@pytest.mark.parametrize("name", ["llama", "gpt2", "gpt_neox"])
@pytest.mark.parametrize("prompt", [PROMPT, "a"])
def test_greedy_is_that_of_transformers(name: str, prompt: str) -> None:
    lm = without_end(tiny(CONFIGS[name]))
    steps = list(generate_steps(lm, prompt, max_new_tokens=20))
    assert [step.token_id for step in steps] == by_transformers(lm, prompt, 20)
    ids = torch.tensor([*lm.tokenizer(prompt)["input_ids"], *(step.token_id for step in steps)])
    assert all(check.passed for check in generation_checks(lm, ids, steps))
    for number, step in enumerate(steps):
        assert step.cache_tokens == step.attention.shape[-1] == len(prompt) + number
        assert step.top[0][1] == pytest.approx(step.probability)


def test_each_step_is_a_whole_pass(llama: CausalLM) -> None:
    lm = without_end(llama)
    ids = lm.tokenizer(PROMPT)["input_ids"]
    for step in generate_steps(lm, PROMPT, max_new_tokens=5):
        output = lm.model(input_ids=torch.tensor([ids]), output_attentions=True)
        rows = np.stack([maps[0, :, -1].numpy() for maps in output.attentions])
        np.testing.assert_allclose(step.attention, rows, atol=1e-5)
        shares = output.logits[0, -1].double().softmax(-1)
        assert step.probability == pytest.approx(float(shares[step.token_id]), rel=1e-4)
        assert step.probability == pytest.approx(float(shares.max()), rel=1e-4)
        ids.append(step.token_id)


def test_the_cache_grows_by_one_token(llama: CausalLM) -> None:
    bytes_held = [step.cache_bytes for step in generate_steps(without_end(llama), PROMPT, max_new_tokens=4)]
    # 2 (key, value) * 3 layers * 2 heads * 8 numbers * 4 bytes for each token.
    assert bytes_held == [384 * tokens for tokens in range(len(PROMPT), len(PROMPT) + 4)]


def test_it_stops_where_the_text_ends(llama: CausalLM) -> None:
    free = [step.token_id for step in generate_steps(without_end(llama), PROMPT, max_new_tokens=10)]
    end = free[3]
    for ends in (end, [256, end]):
        llama.model.generation_config.eos_token_id = ends
        steps = list(generate_steps(llama, PROMPT, max_new_tokens=10))
        assert [step.token_id for step in steps] == free[: free.index(end) + 1]
        assert to_generation_record(llama, PROMPT, steps).ended
    assert [step.token_id for step in steps] == by_transformers(llama, PROMPT, 10)


def test_stopped_at_once(llama: CausalLM) -> None:
    assert list(generate_steps(llama, PROMPT, max_new_tokens=0)) == []
    record = to_generation_record(llama, PROMPT, [])
    assert (record.text, record.tokens, record.ended, record.checks) == (PROMPT, record.prompt_tokens, False, ())


def test_draws_follow_the_seed(llama: CausalLM) -> None:
    lm = without_end(llama)

    def drawn(seed: int, temperature: float = 1.5) -> list[int]:
        return [s.token_id for s in generate_steps(lm, PROMPT, max_new_tokens=12, temperature=temperature, seed=seed)]

    assert drawn(0) == drawn(0) != drawn(1)
    assert drawn(0, 1e-6) == [step.token_id for step in generate_steps(lm, PROMPT, max_new_tokens=12)]


def test_draws_have_the_probabilities_of_the_model(llama: CausalLM) -> None:
    """The likeliest first token over 400 seeds: a binomial count, within four standard deviations."""
    lm = without_end(llama)
    firsts = [next(iter(generate_steps(lm, "a", max_new_tokens=1, temperature=2.0, seed=seed))) for seed in range(400)]
    likeliest, share = firsts[0].top[0]
    count = sum(step.token == likeliest for step in firsts)
    assert abs(count - 400 * share) < 4 * (400 * share * (1 - share)) ** 0.5
    assert all(step.probability == pytest.approx(share, rel=1e-5) for step in firsts if step.token == likeliest)


@pytest.mark.parametrize(
    ("prompt", "options", "message"),
    [
        ("", {"max_new_tokens": 1}, "Type at least one word"),
        (PROMPT, {"max_new_tokens": -1}, "max_new_tokens = -1 must lie in 0 to 64"),
        (PROMPT, {"max_new_tokens": 65}, "max_new_tokens = 65"),
        (PROMPT, {"max_new_tokens": 1, "temperature": -0.5}, "temperature = -0.5"),
        (PROMPT, {"max_new_tokens": 1, "temperature": float("nan")}, "temperature = nan"),
        (600 * "a", {"max_new_tokens": 1}, "600 tokens; at most 512"),
    ],
)
def test_bad_input_is_refused_at_once(llama: CausalLM, prompt: str, options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        generate_steps(llama, prompt, **options)


def test_it_ends_with_the_models_positions(llama: CausalLM) -> None:
    llama.model.config.max_position_embeddings = 20
    assert generate_steps(llama, PROMPT, max_new_tokens=9)
    with pytest.raises(ValueError, match=r"11 \+ 10 tokens are more than the model's 20 positions"):
        generate_steps(llama, PROMPT, max_new_tokens=10)


def test_a_step_leaves_no_mode_behind(llama: CausalLM) -> None:
    steps = generate_steps(without_end(llama), PROMPT, max_new_tokens=2)
    next(steps)
    assert not torch.is_inference_mode_enabled()


def test_the_checks_catch_wrong_steps(llama: CausalLM) -> None:
    lm = without_end(llama)
    steps = list(generate_steps(lm, PROMPT, max_new_tokens=3))
    ids = torch.tensor([*lm.tokenizer(PROMPT)["input_ids"], *(step.token_id for step in steps)])
    flat = np.full_like(steps[1].attention, 1 / steps[1].cache_tokens)
    for number, change in enumerate(
        ({"attention": 1.1 * steps[1].attention}, {"attention": flat}, {"cache_bytes": steps[1].cache_bytes + 4})
    ):
        wrong = [steps[0], dataclasses.replace(steps[1], **change), steps[2]]
        assert not generation_checks(lm, ids, wrong)[number].passed


def test_tokens_read_as_in_the_whole_text(llama: CausalLM) -> None:
    """A random model writes broken characters, each of several tokens."""
    lm = without_end(llama)
    steps = list(generate_steps(lm, "é", max_new_tokens=30, temperature=3.0))
    record = to_generation_record(lm, "é", steps, temperature=3.0)
    ids = [*lm.tokenizer("é")["input_ids"], *(step.token_id for step in steps)]
    assert list(record.tokens) == readable_tokens(lm.tokenizer, ids)
    assert record.tokens[:2] == ("\\xC3", "é")
    assert record.text == lm.tokenizer.decode(ids)


def test_the_recorded_generation() -> None:
    record = recorded_generation()
    assert record.prompt == GENERATION_PROMPT
    assert len(record.steps) == GENERATION_TOKENS
    assert all(check.passed for check in record.checks)
    assert record.text.startswith(GENERATION_PROMPT)
    for number, step in enumerate(record.steps):
        assert step.attention.dtype == np.float16
        assert step.attention.shape == (30, 9, len(record.prompt_tokens) + number)
        np.testing.assert_allclose(step.attention.astype(np.float32).sum(-1), 1, atol=1e-3)


@pytest.mark.models
def test_the_real_model_continues_as_recorded(smollm2: CausalLM) -> None:
    record = recorded_generation()
    ids = [step.token_id for step in generate_steps(smollm2, GENERATION_PROMPT, max_new_tokens=GENERATION_TOKENS)]
    assert ids == by_transformers(smollm2, GENERATION_PROMPT, GENERATION_TOKENS)
    assert ids == [step.token_id for step in record.steps]
