"""Queries, keys and values of one layer, computed by hand from the layer's input."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from core.attention.projections import LayerProjections
from core.attention.with_torch.trace import AttentionTrace, trace
from core.language import AttentionLayer, attention_layer, rotate_half
from core.models import CausalLM, Encoder


def project(lm: CausalLM | Encoder, trace: AttentionTrace, layer: int) -> LayerProjections:
    """The queries, keys and values of a layer, by hand: q = R W_q x, k = R W_k x, v = W_v x.

    x is the layer's input (after its norm in Llama, GPT-2 and GPT-NeoX), R the rotation by position (RoPE), where the
    model has one. Key/value heads are repeated for the query heads that share them (grouped-query attention).

    Args:
        lm: the model that made the trace.
        trace: a trace of `lm`; `trace.hidden[layer]` has shape [token d].
        layer: 0 to layers - 1.

    Raises:
        ValueError: for a layer out of range or an architecture that is not taken apart here.

    Invariant: `rebuild(project(lm, trace, layer))` is `trace.weights[layer]` up to rounding.
    Source: Vaswani et al. 2017, section 3.2.2; Su et al. 2021 (RoPE); Ainslie et al. 2023 (grouped-query attention).
    """
    return _projected(attention_layer(lm.model, layer), trace.hidden[layer], layer, trace.causal)


def project_hidden(
    lm: CausalLM | Encoder, hidden: Float[Tensor, "token d"], layer: int, *, causal: bool, restarts: Sequence[int] = ()
) -> LayerProjections:
    """As `project`, from a layer's input.

    Args:
        lm: the model.
        hidden: the input of the layer.
        layer: 0 to layers - 1.
        causal: whether later keys are masked.
        restarts: tokens at which the positions of RoPE start at 0 again, rising.

    Raises:
        ValueError: as `project`.

    Invariant: without restarts these are the projections of `project`.
    """
    return _projected(attention_layer(lm.model, layer), hidden, layer, causal, restarts)


def _projected(
    parts: AttentionLayer, hidden: Float[Tensor, "token d"], layer: int, causal: bool, restarts: Sequence[int] = ()
) -> LayerProjections:
    """The projections by the parts of a layer."""
    with torch.inference_mode():
        query, key, value = parts.query_key_value(hidden)
        if parts.inv_freq is not None:
            query, key = (_rotated(x, parts, restarts) for x in (query, key))
        group = query.shape[0] // key.shape[0]
        n_kv_heads = key.shape[0]
        key, value = key.repeat_interleave(group, dim=0), value.repeat_interleave(group, dim=0)
        by_head = parts.output_weight.T.reshape(query.shape[0], -1, parts.output_weight.shape[0])  # [head head_dim d]
        added = value @ by_head  # [head token d]
        return LayerProjections(
            layer=layer,
            query=query.contiguous().numpy(),
            key=key.contiguous().numpy(),
            value=value.contiguous().numpy(),
            output_norms=added.norm(dim=-1).numpy(),
            n_kv_heads=n_kv_heads,
            scaling=float(parts.scaling),
            causal=causal,
        )


def _rotated(
    x: Float[Tensor, "head token head_dim"], parts: AttentionLayer, restarts: Sequence[int]
) -> Float[Tensor, "head token head_dim"]:
    """Queries or keys turned by their positions, run by run between the restarts."""
    assert parts.inv_freq is not None
    runs = torch.tensor_split(x, list(restarts), dim=-2)
    return torch.cat([rotate_half(run, parts.inv_freq, scale=parts.rope_scale) for run in runs], dim=-2)


def contribution(lm: CausalLM | Encoder, text: str, layer: int) -> Float[Tensor, "head query key"]:
    """How much each key really adds to each query: |A[q, k] W_O^h v_k|, the norm of the weighted, projected value.

    A weight alone can mislead: the first token of a causal model gets large weights but has a short value vector.
    Norms and residuals that follow are not counted.

    Args:
        lm: a causal language model or an encoder.
        text: at least one token, at most 512.
        layer: 0 to layers - 1.

    Returns:
        Shape [head query key], in the length unit of the residual stream.

    Raises:
        ValueError: for an empty or too long text, a layer out of range, or an unknown architecture.

    Invariant: never negative, and 0 wherever the weight is 0.
    Source: Kobayashi et al. 2020, "Attention is Not Only a Weight", equation 3.
    """
    traced = trace(lm, text)
    norms = torch.from_numpy(project(lm, traced, layer).output_norms)
    return traced.weights[layer] * norms[:, None, :]
