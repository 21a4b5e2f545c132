"""The key/value cache of a real model, weighed."""

import torch

from core.attention.cache import CacheShape, cache_bytes
from core.checks import Check
from core.models import CausalLM


def measured_cache_bytes(lm: CausalLM, n_tokens: int, *, batch: int = 1) -> int:
    """Runs a model on n tokens and counts the bytes of the keys and values that it keeps.

    Args:
        lm: a causal language model.
        n_tokens: 1 to 512, at most the model's positions. Which tokens they are makes no difference to the size.
        batch: texts side by side, 1 to 8.

    Raises:
        ValueError: for a value out of range.

    Invariant: `cache_bytes(cache_shape_of(lm), context=n_tokens, batch=batch)`.
    Source: `DynamicCache` of transformers.
    """
    last = min(512, int(lm.model.config.max_position_embeddings))
    if not 1 <= n_tokens <= last:
        raise ValueError(f"n_tokens = {n_tokens} must lie in 1 to {last}.")
    if not 1 <= batch <= 8:
        raise ValueError(f"batch = {batch} must lie in 1 to 8.")
    ids = torch.zeros(batch, n_tokens, dtype=torch.int64)
    with torch.inference_mode():
        # The base model alone: the scores over the vocabulary would cost more than all layers.
        cache = lm.model.base_model(input_ids=ids, use_cache=True).past_key_values
    return held_bytes(cache)


def held_bytes(cache: object) -> int:
    """The bytes of all keys and values in a cache of transformers.

    Args:
        cache: a `DynamicCache`; each of its layers holds `keys` and `values` [batch kv_head token head_dim].

    Invariant: 0 for an empty cache.
    """
    tensors = [tensor for layer in cache.layers for tensor in (layer.keys, layer.values) if tensor is not None]  # type: ignore[attr-defined]
    return sum(tensor.nelement() * tensor.element_size() for tensor in tensors)


def cache_shape_of(lm: CausalLM) -> CacheShape:
    """The shape of a loaded model's cache, from its config.

    Args:
        lm: a causal language model.

    Invariant: `bytes_per_value` is that of the weights: keys and values are kept in their precision.
    """
    config = lm.model.config
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // lm.n_heads
    return CacheShape(lm.n_layers, lm.n_heads, lm.n_kv_heads, head_dim, lm.model.dtype.itemsize)


def cache_check(lm: CausalLM, n_tokens: int) -> Check:
    """Compares the formula with the cache that the model really keeps.

    Args:
        lm: a causal language model.
        n_tokens: 1 to 512.

    Raises:
        ValueError: for a number of tokens out of range.

    Invariant: the error is 0 bytes, exactly.
    Source: the two sides are `cache_bytes` and `DynamicCache` of transformers.
    """
    formula = cache_bytes(cache_shape_of(lm), context=n_tokens)
    measured = measured_cache_bytes(lm, n_tokens)
    detail = f"{n_tokens} tokens: {measured:,} bytes in the model's cache, difference in bytes"
    return Check("The formula gives the real cache", abs(formula - measured), 0.0, detail)
