"""The residual stream as a sum: what comes in, what each head takes from each token, what the MLP adds."""

import math
import threading
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from core.attention.with_torch.interventions import key_mask
from core.attention.with_torch.trace import AttentionTrace
from core.checks import Check
from core.language import AttentionLayer, attention_layer
from core.models import CausalLM, Encoder


def decomposition_check(lm: CausalLM | Encoder, trace: AttentionTrace, layer: int) -> Check:
    """Adds up a layer from its parts by hand, and compares both of its sums with the model's own.

    attended_q = sum_(h, k) A[h, q, k] W_O^h v_hk + b_O; stream after attention = x + attended; output = stream + MLP.
    BERT normalizes both sums. The parts are added in float64; the MLP is the model's own. The model's side is its
    layer, run once more on the layer's input; the layer's output is compared with the trace's next hidden state as
    well, except after the last layer, where the trace holds what the final norm made of it.

    Args:
        lm: the model that made the trace.
        trace: a trace of `lm`; `hidden[layer]` has the shape [token d], `weights[layer]` [head query key].
        layer: 0 to layers - 1.

    Returns:
        The largest error at any token, as a share of the summed lengths of all that is added there.

    Raises:
        ValueError: for a layer out of range or an architecture that is not taken apart here.

    Invariant: passes for the model's own maps; leaving out one head, one key or the output bias fails.
    Source: Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits" (the residual stream as a sum);
        Kobayashi et al. 2020, equation 3 (the contribution of a head and a key).
    """
    parts = attention_layer(lm.model, layer)
    incoming = trace.hidden[layer]
    with torch.inference_mode():
        attended, lengths = _sum_of_contributions(parts, incoming, trace.weights[layer])
        stream, output = parts.finish(incoming, attended.float())
        model_attended, model_output = _run_layer(parts, incoming, causal=trace.causal)
        model_stream, _ = parts.finish(incoming, model_attended)
        pairs = [(stream, model_stream), (output, model_output)]
        if layer < lm.n_layers - 1:
            pairs.append((output, trace.hidden[layer + 1]))
        added = lengths + incoming.norm(dim=-1).double() + (output - stream).norm(dim=-1).double()
        error = max(float(((ours - model).norm(dim=-1) / added).max()) for ours, model in pairs)
    # A dot product of n float32 terms is off by about sqrt(n) 2**-24 of its terms' size. The longest is the MLP's, n
    # its inner width; four matrix products follow each other from the values to the layer's output.
    width = int(getattr(lm.model.config, "intermediate_size", None) or 4 * incoming.shape[-1])
    detail = f"layer {layer}, largest at a token, as a share of all lengths added there; the bound is float32 rounding"
    name = "Residual + every head and key + MLP = the layer's output"
    return Check(name, error, 4 * math.sqrt(width) * 2.0**-24, detail)


def _sum_of_contributions(
    parts: AttentionLayer, incoming: Float[Tensor, "token d"], weights: Float[Tensor, "head query key"]
) -> tuple[Float[Tensor, "query d"], Float[Tensor, "query"]]:
    """What attention adds to each token, and the summed lengths of the contributions, in float64."""
    value = parts.query_key_value(incoming)[2].double()
    n_heads = weights.shape[0]
    value = value.repeat_interleave(n_heads // value.shape[0], dim=0)
    by_head = parts.output_weight.T.double().reshape(n_heads, -1, parts.output_weight.shape[0])  # [head head_dim d]
    projected = value @ by_head  # [head key d]
    attended = torch.einsum("hqk,hkd->qd", weights.double(), projected)
    lengths = torch.einsum("hqk,hk->q", weights.double(), projected.norm(dim=-1))
    if parts.output.bias is not None:
        attended = attended + parts.output.bias.double()
        lengths = lengths + parts.output.bias.double().norm()
    return attended, lengths


def _run_layer(
    parts: AttentionLayer, incoming: Float[Tensor, "token d"], *, causal: bool
) -> tuple[Float[Tensor, "token d"], Float[Tensor, "token d"]]:
    """What the model's own layer makes of its input: what attention adds, and the layer's output."""
    owner = threading.get_ident()
    attended: list[Tensor] = []

    def keep(_: nn.Module, __: Any, added: Tensor) -> None:
        # The model is shared between sessions: another thread's run is not ours to keep.
        if threading.get_ident() == owner:
            attended.append(added[0])

    handle = parts.output.register_forward_hook(keep)
    try:
        output = parts.block(incoming[None], key_mask(len(incoming), ()) if causal else None)
    finally:
        handle.remove()
    return attended[0], output[0]
