"""Queries and keys of a real model before the rotation."""

from collections.abc import Sequence

import torch

from core.attention import trace
from core.language import attention_layer
from core.models import CausalLM
from core.numbers import require
from core.positional.query_keys import QueryKeys, RealQueryKey, pick


def real_query_keys(lm: CausalLM, text: str, *, layers: Sequence[int] | None = None) -> QueryKeys:
    """The queries and keys of a text, q = W_q x and k = W_k x, x the layer's input after its norm; not rotated yet.

    Args:
        lm: a causal language model whose heads are rotated as a whole (the Llama family).
        text: at least one token, at most 512.
        layers: which layers to keep; None keeps all.

    Raises:
        ValueError: for an empty or too long text, a layer out of range, or a model without such rotary positions.

    Invariant: rotated to their own positions they give the model's attention maps, see `pick`.
    Source: transformers, `modeling_llama.py`, `LlamaAttention.forward`.
    """
    chosen = tuple(range(lm.n_layers)) if layers is None else tuple(layers)
    parts = [attention_layer(lm.model, layer) for layer in chosen]
    require(len(chosen) >= 1, "layers", chosen, "at least one layer")
    inv_freq = parts[0].inv_freq
    if inv_freq is None:
        raise ValueError(f"model = {lm.name!r} must be one with rotary positions (RoPE).")
    traced = trace(lm, text)
    with torch.inference_mode():
        projected = [part.query_key_value(traced.hidden[layer])[:2] for layer, part in zip(chosen, parts, strict=True)]
        query, key = (torch.stack(side).float() for side in zip(*projected, strict=True))
    require(2 * len(inv_freq) == query.shape[-1], "model", lm.name, "one that rotates all dimensions of a head")
    return QueryKeys(
        model=lm.name,
        text=text,
        tokens=tuple(traced.tokens),
        layers=chosen,
        query=query.numpy(),
        key=key.numpy(),
        weights=(traced.weights if layers is None else traced.weights[list(chosen)]).numpy(),  # no copy of all of them
        inv_freq=inv_freq.double().numpy(),
        scaling=float(parts[0].scaling) * parts[0].rope_scale ** 2,
    )


def real_query_key(lm: CausalLM, text: str, layer: int, head: int, query: int, key: int) -> RealQueryKey:
    """One query and one key of a real head before the rotation, to be turned to any two positions.

    Args:
        lm: a causal language model whose heads are rotated as a whole (the Llama family).
        text: at least one token, at most 512.
        layer: from 0.
        head: query head, from 0.
        query: the position of the query's token in the text, from 0.
        key: the position of the key's token in the text, from 0.

    Raises:
        ValueError: for a text, layer, head or position out of range, or a model without such rotary positions.

    Invariant: its check compares with the model's own attention weights.
    Source: `real_query_keys` and `pick`.
    """
    return pick(real_query_keys(lm, text, layers=[layer]), layer=layer, head=head, query=query, key=key)
