"""Generating text one token at a time with a key/value cache, and looking on."""

import dataclasses
import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from transformers import DynamicCache

from core.attention.cache import cache_bytes
from core.attention.generation import GenerationRecord, GenerationStep
from core.attention.with_torch.cache import cache_shape_of, held_bytes
from core.attention.with_torch.record import top_next
from core.attention.with_torch.trace import maps_at
from core.checks import Check
from core.language import encode, end_ids, readable_tokens
from core.models import CausalLM

_MOST_TOKENS = 64


def generate_steps(
    lm: CausalLM, prompt: str, *, max_new_tokens: int, temperature: int | float = 0.0, seed: int = 0
) -> Iterator[GenerationStep]:
    """Generates tokens one by one; each step runs the newest token alone, against the kept keys and values.

    token ~ softmax(logits / temperature), and argmax(logits) at temperature 0. A token that ends the text is the last.

    Args:
        lm: a causal language model with eager attention.
        prompt: 1 to 512 tokens.
        max_new_tokens: 0 to 64; prompt and new tokens together must fit the model's positions.
        temperature: 0 or above.
        seed: of the draws, at temperatures above 0.

    Returns:
        The steps, computed as they are asked for.

    Raises:
        ValueError: at once, for an empty or too long prompt, or a value out of range.

    Invariant: at temperature 0 the ids are those of `generate(do_sample=False)` of transformers.
    Source: Pope et al. 2022, "Efficiently Scaling Transformer Inference", section 2 (the cache); `DynamicCache`.
    """
    if not 0 <= max_new_tokens <= _MOST_TOKENS:
        raise ValueError(f"max_new_tokens = {max_new_tokens} must lie in 0 to {_MOST_TOKENS}.")
    if not 0 <= temperature < math.inf:
        raise ValueError(f"temperature = {temperature} must be a finite number of at least 0.")
    ids = torch.from_numpy(encode(lm, prompt))
    last = int(lm.model.config.max_position_embeddings)
    if len(ids) + max_new_tokens > last:
        raise ValueError(f"{len(ids)} + {max_new_tokens} tokens are more than the model's {last} positions.")
    return _steps(lm, ids, max_new_tokens, temperature, torch.Generator().manual_seed(seed))


def to_generation_record(
    lm: CausalLM, prompt: str, steps: Sequence[GenerationStep], *, temperature: int | float = 0.0, seed: int = 0
) -> GenerationRecord:
    """What a page needs of a generation, with its checks; the attention is shortened to float16.

    Args:
        lm: the model that made the steps.
        prompt: what they continue.
        steps: of `generate_steps`, in float32.
        temperature: they were made with.
        seed: they were made with.

    Raises:
        ValueError: for an empty prompt.

    Invariant: `tokens` of the record are those of the whole text.
    """
    ids = encode(lm, prompt)
    whole = torch.tensor([*ids.tolist(), *(step.token_id for step in steps)])
    return GenerationRecord(
        model=lm.name,
        prompt=prompt,
        prompt_tokens=tuple(readable_tokens(lm.tokenizer, ids)),
        temperature=float(temperature),
        seed=seed,
        steps=tuple(dataclasses.replace(step, attention=step.attention.astype(np.float16)) for step in steps),
        text=lm.tokenizer.decode(whole.tolist()),
        ended=bool(steps) and steps[-1].token_id in end_ids(lm),
        checks=generation_checks(lm, whole, steps) if steps else (),
    )


def generation_checks(lm: CausalLM, ids: Int[Tensor, "token"], steps: Sequence[GenerationStep]) -> tuple[Check, ...]:
    """Compares a generation with one forward pass over the whole text, and its cache with the formula.

    Args:
        lm: the model that made the steps.
        ids: prompt and generated tokens, shape [token].
        steps: at least one, with attention [layer head key] in float32.

    Invariant: passes for the steps of `generate_steps`; steps that see each other's cache wrongly fail.
    Source: the sides are the cached steps, the forward pass without a cache, and `cache_bytes`.
    """
    maps = maps_at(lm, ids, torch.arange(len(ids)))
    first = len(ids) - len(steps) - 1
    error, rows = 0.0, 0.0
    for number, step in enumerate(steps):
        query = first + number
        whole = np.stack([layer[0, :, query, : query + 1].numpy() for layer in maps])
        error = max(error, float(np.abs(whole - step.attention).max()))
        rows = max(rows, float(np.abs(step.attention.sum(axis=-1) - 1).max()))
    shape = cache_shape_of(lm)
    bytes_off = max(abs(cache_bytes(shape, context=step.cache_tokens) - step.cache_bytes) for step in steps)
    # As in `shift_check`: other rounding of scores up to 64 adds 64 units of 2**-24 in each layer.
    bound = 2.0**-24 * 64 * lm.n_layers
    return (
        Check("Rows sum to 1", rows, 1e-5, "largest error over all steps, layers and heads"),
        Check("The cache changes nothing", error, bound, "largest difference of a weight from one pass over the text"),
        Check("The cache is as large as the formula says", bytes_off, 0.0, "largest difference in bytes at any step"),
    )


def _steps(
    lm: CausalLM, ids: Int[Tensor, "token"], count: int, temperature: int | float, generator: torch.Generator
) -> Iterator[GenerationStep]:
    cache = DynamicCache(config=lm.model.config)
    if count and len(ids) > 1:
        # All but the last token at once and without their maps; from there on every step is alike.
        _run(lm, ids[:-1], cache)
    for _ in range(count):
        step = _next(lm, ids, cache, temperature, generator)
        yield step
        if step.token_id in end_ids(lm):
            return
        ids = torch.cat([ids, torch.tensor([step.token_id])])


# Not around the loop above: what runs between two steps of a generator is the caller's, and would be in it as well.
@torch.inference_mode()
def _next(
    lm: CausalLM, ids: Int[Tensor, "token"], cache: DynamicCache, temperature: int | float, generator: torch.Generator
) -> GenerationStep:
    logits, attention = _run(lm, ids[-1:], cache)
    scaled = logits.double() / temperature if temperature else logits.double()
    shares = scaled.softmax(dim=-1)
    token = int(torch.multinomial(shares, 1, generator=generator)) if temperature else int(logits.argmax())
    return GenerationStep(
        token_id=token,
        token=readable_tokens(lm.tokenizer, [*ids.tolist(), token])[-1],
        probability=float(shares[token]),
        top=top_next(lm, scaled, k=5),
        attention=attention,
        cache_tokens=cache.get_seq_length(),
        cache_bytes=held_bytes(cache),
    )


@torch.inference_mode()
def _run(
    lm: CausalLM, ids: Int[Tensor, "token"], cache: DynamicCache
) -> tuple[Float[Tensor, "vocab"], Float[np.ndarray, "layer head key"]]:
    """Runs tokens after those in the cache, which grows; the scores and the attention after the last of them."""
    output = lm.model(
        input_ids=ids[None],
        past_key_values=cache,
        use_cache=True,
        output_attentions=True,
        logits_to_keep=1,
    )
    attention = np.stack([maps[0, :, -1].numpy() for maps in output.attentions])
    return output.logits[0, -1], attention
