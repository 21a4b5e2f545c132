"""Running some of a Llama model's layers, for exits before the last one."""

from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor
from transformers import DynamicCache
from transformers.models.llama.modeling_llama import LlamaModel, rotate_half


def backbone(model: Any) -> LlamaModel:
    """The stack of layers of a causal model of the Llama architecture.

    Raises:
        ValueError: for another architecture, whose layers are called otherwise.
    """
    stack = model.base_model
    if not isinstance(stack, LlamaModel):
        raise ValueError(f"an exit needs a model of the Llama architecture; got {type(stack).__name__}")  # noqa: TRY004 - a bad option
    return stack


def run_layers(
    stack: LlamaModel,
    hidden: Float[Tensor, "1 new d"],
    cache: DynamicCache,
    *,
    start: int,
    stop: int,
    first: int,
) -> Float[Tensor, "1 new d"]:
    """Runs new positions through the layers start, ..., stop - 1, which add their keys and values to the cache.

    Args:
        stack: the layers.
        hidden: the output of layer start - 1, or the embeddings for start = 0.
        cache: holds `first` positions of these layers.
        start, stop: which layers.
        first: the position of the first new token.

    Invariant: running 0..k and then k..L gives what the whole model gives, before its last norm.
    Source: the loop of `LlamaModel.forward`.
    """
    new = hidden.shape[1]
    positions = torch.arange(first, first + new)[None]
    rotary = stack.rotary_emb(hidden, position_ids=positions)
    mask = None
    if new > 1:
        seen = torch.arange(first + new)[None] <= positions[0][:, None]
        mask = torch.zeros(seen.shape, dtype=hidden.dtype).masked_fill_(~seen, torch.finfo(hidden.dtype).min)[
            None, None
        ]
    for layer in stack.layers[start:stop]:
        hidden = layer(hidden, attention_mask=mask, past_key_values=cache, position_embeddings=rotary, use_cache=True)
    return hidden


def fill_layers(
    stack: LlamaModel, hidden: Float[Tensor, "1 1 d"], cache: DynamicCache, *, start: int, first: int
) -> None:
    """Gives the layers from `start` up a key and a value for a token that left before them: those of its last state.

    Invariant: afterwards all layers of the cache hold equally many positions.
    Source: Schuster et al. 2022, CALM (2207.07061), section 3.2, "state propagation".
    """
    cos, sin = stack.rotary_emb(hidden, position_ids=torch.tensor([[first]]))
    for layer in stack.layers[start:]:
        attention = layer.self_attn
        normed = layer.input_layernorm(hidden)
        shape = (1, 1, -1, attention.head_dim)
        key = attention.k_proj(normed).view(shape).transpose(1, 2)
        value = attention.v_proj(normed).view(shape).transpose(1, 2)
        key = key * cos[:, None] + rotate_half(key) * sin[:, None]
        cache.update(key, value, attention.layer_idx)


def embed(stack: LlamaModel, ids: Int[Tensor, "new"]) -> Float[Tensor, "1 new d"]:
    """The embeddings of some tokens, as a batch of one."""
    embedded: Tensor = stack.embed_tokens(ids[None])
    return embedded
