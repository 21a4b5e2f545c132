"""One attention layer under one set of names, whatever the architecture calls its parts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from core.numbers import place


@dataclass(frozen=True, eq=False)
class AttentionLayer:
    """The parts of a model's attention layer that are needed to compute it by hand.

    Args:
        layer: the module of the whole layer; its forward returns the stream after it, [batch token d].
        mlp: the module whose output [batch token d] the layer adds to the stream after attention.
        module: the attention module; its forward returns (output, maps [batch head query key]).
        query_key_value: from the layer's input [token d] to q, k and v [head token head_dim], before the position
            encoding; k and v have as many heads as the model has key/value heads.
        inv_freq: RoPE's angular frequencies [pair], or None for learned positions.
        rope_scale: the factor of cos and sin (1 except for YaRN).
        output: the torch module that merges the heads; its input [token head*head_dim] is their outputs side by side.
        output_weight: its matrix W_O, shape [d head*head_dim].
        scaling: the factor of the scores.
        block: the whole layer, from its input [batch token d] and an additive mask [1 1 query key] (None where every
            token sees every other) to its output, the tokens at positions 0, 1, 2, ...
        finish: what follows attention, from the layer's input and what attention adds to it, bias included, to the
            stream after attention and the layer's output; all [... token d].
    """

    layer: Any
    mlp: Any
    module: Any
    query_key_value: Callable[[Tensor], tuple[Tensor, Tensor, Tensor]]
    inv_freq: Float[Tensor, "pair"] | None
    rope_scale: float
    output: Any
    output_weight: Float[Tensor, "d merged"]
    scaling: float
    block: Callable[[Tensor, Tensor | None], Tensor]
    finish: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]


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
    return _BUILDERS[kind](model.base_model, place("layer", layer, model.config.num_hidden_layers))


def rotate_half(
    x: Float[Tensor, "head token head_dim"], inv_freq: Float[Tensor, "pair"], *, scale: float = 1.0
) -> Float[Tensor, "head token head_dim"]:
    """RoPE in the layout of transformers: dimensions i and i + n turn together by the angle p * inv_freq[i].

    [x_i, x_(i+n)] -> [x_i cos - x_(i+n) sin, x_i sin + x_(i+n) cos], n = number of pairs, p = position from 0.
    Dimensions past the 2n rotated ones (GPT-NeoX turns a quarter of them) pass unchanged. Angles are computed in
    float32, as the model does: `core.positional.rotate` computes them in float64, which is more exact and for that very
    reason farther from the model's own maps (1e-5 instead of 7e-7 at 500 tokens of SmolLM2).

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


def final_norm(model: Any, hidden: Float[Tensor, "*batch d"]) -> Float[Tensor, "*batch d"]:
    """The norm between the last layer and the language-model head.

    Args:
        model: a Llama, GPT-2 or GPT-NeoX model of transformers.
        hidden: the stream after any layer, shape [... d].

    Raises:
        ValueError: for an architecture that has none, such as BERT, or is not known here.

    Invariant: of the last layer's output it makes the model's last hidden state.
    Source: modeling_llama.py, modeling_gpt2.py and modeling_gpt_neox.py of transformers.
    """
    normed: Tensor = _final_norm_of(model)(hidden)
    return normed


def frozen_norm(
    model: Any, hidden: Float[Tensor, "d"], direction: Float[Tensor, "d"]
) -> tuple[Float[Tensor, "d"], Float[Tensor, ""]]:
    """The final norm read along one direction as a linear function, its scale frozen at one state.

    norm(x) = g * (x - m(x)) / s + b with s taken at `hidden`; then direction . norm(x) = u . x + c, where u is
    direction * g / s (less its mean, where the norm subtracts one) and c = direction . b.

    Args:
        model: a Llama, GPT-2 or GPT-NeoX model of transformers.
        hidden: the state at which the scale is frozen, before the norm, shape [d].
        direction: what the normed state is multiplied with, shape [d].

    Returns:
        u and c, in float64.

    Raises:
        ValueError: for an architecture without a final norm, see `final_norm`.

    Invariant: u . hidden + c = direction . final_norm(hidden), to rounding.
    Source: Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits" (direct paths with the scale of the
        norm frozen); `LlamaRMSNorm` of transformers and `LayerNorm` of torch.
    """
    norm = _final_norm_of(model)
    state, along = hidden.double(), direction.double()
    scaled = along * norm.weight.double()
    if isinstance(norm, nn.LayerNorm):
        spread = (state.var(correction=0) + norm.eps).sqrt()
        return (scaled - scaled.mean()) / spread, along @ norm.bias.double()
    return scaled / (state.square().mean() + norm.variance_epsilon).sqrt(), along.new_zeros(())


def _final_norm_of(model: Any) -> Any:
    kind = model.config.model_type
    if kind not in _FINAL_NORMS:
        raise ValueError(f"The {kind!r} architecture has no final norm here; those that do: {', '.join(_FINAL_NORMS)}.")
    return getattr(model.base_model, _FINAL_NORMS[kind])


def _llama(base: Any, layer: int) -> AttentionLayer:
    block = base.layers[layer]
    part = block.self_attn
    rope = base.rotary_emb

    def query_key_value(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = block.input_layernorm(x)
        q, k, v = (_by_head(linear(x), part.head_dim) for linear in (part.q_proj, part.k_proj, part.v_proj))
        return q, k, v

    def finish(x: Tensor, attended: Tensor) -> tuple[Tensor, Tensor]:
        middle = x + attended
        return middle, middle + block.mlp(block.post_attention_layernorm(middle))

    return AttentionLayer(
        layer=block,
        mlp=block.mlp,
        module=part,
        query_key_value=query_key_value,
        inv_freq=rope.inv_freq,
        rope_scale=rope.attention_scaling,
        output=part.o_proj,
        output_weight=part.o_proj.weight,
        scaling=part.scaling,
        block=_rotary_block(block, rope),
        finish=finish,
    )


def _gpt_neox(base: Any, layer: int) -> AttentionLayer:
    block = base.layers[layer]
    part = block.attention
    rope = base.rotary_emb

    def query_key_value(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        # One matrix makes all three; they lie side by side within each head.
        merged = _by_head(part.query_key_value(block.input_layernorm(x)), 3 * part.head_size)
        q, k, v = merged.chunk(3, dim=-1)
        return q, k, v

    def finish(x: Tensor, attended: Tensor) -> tuple[Tensor, Tensor]:
        middle = x + attended
        # With a parallel residual the MLP reads the layer's input, not the stream after attention.
        return middle, middle + block.mlp(block.post_attention_layernorm(x if block.use_parallel_residual else middle))

    return AttentionLayer(
        layer=block,
        mlp=block.mlp,
        module=part,
        query_key_value=query_key_value,
        inv_freq=rope.inv_freq,
        rope_scale=rope.attention_scaling,
        output=part.dense,
        output_weight=part.dense.weight,
        scaling=part.scaling,
        block=_rotary_block(block, rope),
        finish=finish,
    )


def _rotary_block(block: Any, rope: Any) -> Callable[[Tensor, Tensor | None], Tensor]:
    def run(x: Tensor, mask: Tensor | None) -> Tensor:
        angles = rope(x, position_ids=torch.arange(x.shape[1])[None])
        output: Tensor = block(x, attention_mask=mask, position_embeddings=angles)
        return output

    return run


def _gpt2(base: Any, layer: int) -> AttentionLayer:
    block = base.h[layer]
    part = block.attn

    def query_key_value(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        q, k, v = (_by_head(y, part.head_dim) for y in part.c_attn(block.ln_1(x)).split(part.split_size, -1))
        return q, k, v

    def finish(x: Tensor, attended: Tensor) -> tuple[Tensor, Tensor]:
        middle = attended + x
        return middle, middle + block.mlp(block.ln_2(middle))

    return AttentionLayer(
        layer=block,
        mlp=block.mlp,
        module=part,
        query_key_value=query_key_value,
        inv_freq=None,
        rope_scale=1.0,
        output=part.c_proj,
        output_weight=part.c_proj.weight.T,  # GPT-2 keeps its matrices as [in out], the transpose of a Linear's
        scaling=part.scaling,
        block=lambda x, mask: block(x, attention_mask=mask),
        finish=finish,
    )


def _bert(base: Any, layer: int) -> AttentionLayer:
    block = base.encoder.layer[layer]
    part, merge = block.attention.self, block.attention.output

    def query_key_value(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        q, k, v = (_by_head(linear(x), part.attention_head_size) for linear in (part.query, part.key, part.value))
        return q, k, v

    def finish(x: Tensor, attended: Tensor) -> tuple[Tensor, Tensor]:
        middle = merge.LayerNorm(attended + x)
        return middle, block.output(block.intermediate(middle), middle)

    return AttentionLayer(
        layer=block,
        mlp=block.output.dense,
        module=part,
        query_key_value=query_key_value,
        inv_freq=None,
        rope_scale=1.0,
        output=merge.dense,
        output_weight=merge.dense.weight,
        scaling=part.scaling,
        block=lambda x, mask: block(x, attention_mask=mask),
        finish=finish,
    )


_BUILDERS: dict[str, Callable[[Any, int], AttentionLayer]] = {
    "llama": _llama,
    "gpt_neox": _gpt_neox,
    "gpt2": _gpt2,
    "bert": _bert,
}
_FINAL_NORMS = {"llama": "norm", "gpt2": "ln_f", "gpt_neox": "final_layer_norm"}
