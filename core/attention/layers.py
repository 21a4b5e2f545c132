"""One attention layer under one set of names, whatever the architecture calls its parts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor


@dataclass(frozen=True, eq=False)
class AttentionLayer:
    """The parts of a model's attention layer that are needed to compute it by hand.

    Args:
        module: the attention module; its forward returns (output, maps [batch head query key]).
        query_key_value: from the layer's input [token d] to q, k and v [head token head_dim], before the position
            encoding; k and v have as many heads as the model has key/value heads.
        inv_freq: RoPE's angular frequencies [pair], or None for learned positions.
        rope_scale: the factor of cos and sin (1 except for YaRN).
        output: the torch module that merges the heads; its input [token head*head_dim] is their outputs side by side.
        output_weight: its matrix W_O, shape [d head*head_dim].
        scaling: the factor of the scores.
    """

    module: Any
    query_key_value: Callable[[Tensor], tuple[Tensor, Tensor, Tensor]]
    inv_freq: Float[Tensor, "pair"] | None
    rope_scale: float
    output: Any
    output_weight: Float[Tensor, "d merged"]
    scaling: float


def can_take_apart(model: Any) -> bool:
    """Whether `attention_layer` knows the parts of this model's architecture."""
    return model.config.model_type in _BUILDERS


def attention_layer(model: Any, layer: int) -> AttentionLayer:
    """The parts of one attention layer of a transformers model.

    Args:
        model: a Llama, GPT-2, GPT-NeoX or BERT model of transformers, with or without its language-model head.
        layer: 0 to layers - 1.

    Raises:
        ValueError: for a layer out of range, or an architecture that is not taken apart here.

    Invariant: the parts are the model's own modules and weights, not copies.
    Source: modeling_llama.py, modeling_gpt2.py, modeling_gpt_neox.py and modeling_bert.py of transformers.
    """
    kind = model.config.model_type
    if not can_take_apart(model):
        known = ", ".join(sorted(_BUILDERS))
        raise ValueError(f"The {kind!r} architecture is not taken apart by hand here; those that are: {known}.")
    n_layers = model.config.num_hidden_layers
    if not 0 <= layer < n_layers:
        raise ValueError(f"layer = {layer} must lie in 0 to {n_layers - 1}.")
    return _BUILDERS[kind](model.base_model, layer)


def rotate_half(
    x: Float[Tensor, "head token head_dim"], inv_freq: Float[Tensor, "pair"], *, scale: float = 1.0
) -> Float[Tensor, "head token head_dim"]:
    """RoPE in the layout of transformers: dimensions i and i + n turn together by the angle p * inv_freq[i].

    [x_i, x_(i+n)] -> [x_i cos - x_(i+n) sin, x_i sin + x_(i+n) cos], n = number of pairs, p = position from 0.
    Dimensions past the 2n rotated ones (GPT-NeoX turns a quarter of them) pass unchanged.

    Args:
        x: queries or keys, shape [head token head_dim].
        inv_freq: angular frequencies in radians per token, shape [pair].
        scale: factor of cos and sin.

    Invariant: with `scale` 1 the length of every vector stays.
    Source: Su et al. 2021 (RoFormer), equation 34; `apply_rotary_pos_emb` of transformers.
    """
    n_pairs = inv_freq.shape[0]
    angles = torch.arange(x.shape[1])[:, None] * inv_freq  # [token pair]
    cos, sin = angles.cos() * scale, angles.sin() * scale
    first, second, rest = x[..., :n_pairs], x[..., n_pairs : 2 * n_pairs], x[..., 2 * n_pairs :]
    return torch.cat([first * cos - second * sin, second * cos + first * sin, rest], dim=-1)


def _by_head(x: Float[Tensor, "token merged"], head_dim: int) -> Float[Tensor, "head token head_dim"]:
    return x.view(x.shape[0], -1, head_dim).transpose(0, 1)  # [token merged] -> [head token head_dim]


def _llama(base: Any, layer: int) -> AttentionLayer:
    block = base.layers[layer]
    part = block.self_attn

    def query_key_value(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = block.input_layernorm(x)
        q, k, v = (_by_head(linear(x), part.head_dim) for linear in (part.q_proj, part.k_proj, part.v_proj))
        return q, k, v

    rope = base.rotary_emb
    output = part.o_proj
    return AttentionLayer(
        part, query_key_value, rope.inv_freq, rope.attention_scaling, output, output.weight, part.scaling
    )


def _gpt_neox(base: Any, layer: int) -> AttentionLayer:
    block = base.layers[layer]
    part = block.attention

    def query_key_value(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        # One matrix makes all three; they lie side by side within each head.
        merged = _by_head(part.query_key_value(block.input_layernorm(x)), 3 * part.head_size)
        q, k, v = merged.chunk(3, dim=-1)
        return q, k, v

    rope = base.rotary_emb
    output = part.dense
    return AttentionLayer(
        part, query_key_value, rope.inv_freq, rope.attention_scaling, output, output.weight, part.scaling
    )


def _gpt2(base: Any, layer: int) -> AttentionLayer:
    block = base.h[layer]
    part = block.attn

    def query_key_value(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        q, k, v = (_by_head(y, part.head_dim) for y in part.c_attn(block.ln_1(x)).split(part.split_size, -1))
        return q, k, v

    # GPT-2 keeps its matrices as [in out], the transpose of a Linear's.
    return AttentionLayer(part, query_key_value, None, 1.0, part.c_proj, part.c_proj.weight.T, part.scaling)


def _bert(base: Any, layer: int) -> AttentionLayer:
    attention = base.encoder.layer[layer].attention
    part = attention.self

    def query_key_value(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        q, k, v = (_by_head(linear(x), part.attention_head_size) for linear in (part.query, part.key, part.value))
        return q, k, v

    output = attention.output.dense
    return AttentionLayer(part, query_key_value, None, 1.0, output, output.weight, part.scaling)


_BUILDERS: dict[str, Callable[[Any, int], AttentionLayer]] = {
    "llama": _llama,
    "gpt_neox": _gpt_neox,
    "gpt2": _gpt2,
    "bert": _bert,
}
