"""Follows a position through a Llama model: a forward pass that keeps what each part adds."""

import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from core.checks import Check
from core.language import attention_layer, backbone, next_token_loss, readable_tokens, rotate_half
from core.models import CausalLM
from core.numbers import whole
from core.transformer.stream import STEPS, TokenPath

MOST_TOKENS = 512
"""The longest text: beyond it a pass takes seconds."""

TOP = 5
"""How many likely tokens are kept at each depth."""


def path(lm: CausalLM, text: str, *, position: int = -1) -> TokenPath:
    """Follows one position of a text from its embedding to the guess of the next token.

    h = e + Σ_l (a_l + f_l), logit_v = w_v · (γ ⊙ h) / rms(h). With rms(h) held as it is in the end, each part p gives
    w_v · (γ ⊙ p) / rms(h), and these sum to the logit. Vectors are added up in float64.

    Args:
        lm: a causal model of the Llama architecture.
        text: 1 to 512 tokens.
        position: which token is followed, from 0, or from the end where negative.

    Returns:
        The path. `.parts` has 1 + 2 layers entries (61 for SmolLM2), in logits.

    Raises:
        ValueError: for a text without a token or of more than 512, a position out of range, or another architecture.

    Invariant: `.parts` sums to `.logit` within float32 rounding.
    Source: Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits" (direct logit attribution).
    """
    stack = backbone(lm.model)
    ids = lm.tokenizer(text, add_special_tokens=False)["input_ids"]
    count = len(ids)
    if not 1 <= count <= MOST_TOKENS:
        raise ValueError(f"The text has {count} tokens; it must have 1 to {MOST_TOKENS}.")
    place = whole("position", position, -count, count - 1) % count
    with torch.inference_mode():
        with _kept(stack, place) as made:
            output = lm.model(input_ids=torch.tensor([ids]), use_cache=False, output_hidden_states=True)
        # The parts run again for the checks: nobody may listen to them any more.
        return _path_of(lm, text, ids, place, output, made)


def path_bytes(lm: CausalLM, text: str) -> float:
    """Bytes that `path` takes at its peak: logits, hidden states and one layer's maps twice, all in float32.

    4 n (V + (L + 1) d + 2 H n) for n tokens, V entries, L layers of H heads and width d.

    Invariant: at least the bytes of what the model returns. Source: the shapes of a Llama model's output.
    """
    config, tokens = lm.model.config, len(lm.tokenizer(text, add_special_tokens=False)["input_ids"])
    each = config.vocab_size + (lm.n_layers + 1) * config.hidden_size + 2 * lm.n_heads * tokens
    return float(4 * tokens * each)


@contextmanager
def _kept(stack: Any, place: int) -> Iterator[dict[tuple[int, str], Tensor]]:
    """Collects what each step makes at a place: (layer, step) -> vector; the embedding is (-1, "embedding")."""
    owner, made = threading.get_ident(), {}

    def keeper(layer: int, step: str, *, reads: bool) -> Any:
        """A hook that keeps what the step makes, or what it `reads`."""

        def keep(_: nn.Module, inputs: Any, output: Any = None) -> None:
            # The model is shared between sessions: another thread's run is not ours to keep.
            if threading.get_ident() == owner:
                made[layer, step] = (inputs[0] if reads else output)[0, place].detach().clone()

        return keep

    handles = [stack.embed_tokens.register_forward_hook(keeper(-1, "embedding", reads=False))]
    for number, layer in enumerate(stack.layers):
        for step, (part, reads) in _steps(layer).items():
            hook = keeper(number, step, reads=reads)
            handles.append(part.register_forward_pre_hook(hook) if reads else part.register_forward_hook(hook))
    try:
        yield made
    finally:
        for handle in handles:
            handle.remove()


def _steps(layer: Any) -> dict[str, tuple[nn.Module, bool]]:
    """Each of STEPS: the module that makes it, or the one that reads it (True)."""
    attention, mlp = layer.self_attn, layer.mlp
    parts = (
        (layer.input_layernorm, False),
        (attention.q_proj, False),
        (attention.k_proj, False),
        (attention.v_proj, False),
        (attention.o_proj, True),
        (attention.o_proj, False),
        (layer.post_attention_layernorm, False),
        (mlp.gate_proj, False),
        (mlp.up_proj, False),
        (mlp.down_proj, True),
        (mlp.down_proj, False),
    )
    return dict(zip(STEPS, parts, strict=True))


def _shapes(stack: Any) -> tuple[str, ...]:
    attention, mlp = stack.layers[0].self_attn, stack.layers[0].mlp
    head = attention.head_dim
    d, inner = str(stack.config.hidden_size), str(mlp.up_proj.out_features)
    query, key = (f"{part.out_features // head} × {head}" for part in (attention.q_proj, attention.k_proj))
    return (d, query, key, key, query, d, d, inner, inner, inner, d)


def _path_of(
    lm: CausalLM, text: str, ids: list[int], place: int, output: Any, made: Mapping[tuple[int, str], Tensor]
) -> TokenPath:
    stack, head = backbone(lm.model), lm.model.get_output_embeddings().weight
    logits = output.logits[0, place].double()
    layers = range(len(stack.layers))
    added = [made[layer, step] for layer in layers for step in ("projection", "down")]
    written = torch.stack([made[-1, "embedding"], *added]).double()
    streams = written.cumsum(dim=0)
    answer = int(logits.argmax())
    direction = head[answer].double() * stack.norm.weight.double()
    scale = (streams[-1].square().mean() + stack.norm.variance_epsilon).sqrt()
    parts = written @ direction / scale
    depths = stack.norm(torch.cat([streams[:1], streams[2::2]]).to(head.dtype)) @ head.T
    shares, likeliest = depths.double().softmax(dim=-1).topk(TOP)
    checks = (
        _sum_check(parts, float(logits[answer]), written, direction, scale),
        _stream_check(depths[-1].double(), logits, d=head.shape[1]),
        blocks_check(lm, [hidden[0] for hidden in output.hidden_states]),
    )
    norms = written.norm(dim=-1)
    return TokenPath(
        model=lm.name,
        text=text,
        tokens=tuple(readable_tokens(lm.tokenizer, ids)),
        position=place,
        stream=streams.norm(dim=-1).numpy(),
        attention=norms[1::2].numpy(),
        feed_forward=norms[2::2].numpy(),
        answer_id=answer,
        answer=readable_tokens(lm.tokenizer, [answer])[0],
        logit=float(logits[answer]),
        parts=parts.numpy(),
        top=tuple(tuple(readable_tokens(lm.tokenizer, row)) for row in likeliest.tolist()),
        top_share=shares.numpy(),
        inside=np.array([[float(made[layer, step].norm()) for step in STEPS] for layer in layers]),
        shapes=_shapes(stack),
        loss=next_token_loss(output.logits[0], torch.tensor(ids), dtype=torch.float64).numpy(),
        checks=checks,
    )


def _sum_check(
    parts: Tensor, logit: float, written: Float[Tensor, "part d"], direction: Float[Tensor, "d"], scale: Tensor
) -> Check:
    """The parts' sum against the model's logit; the bound is float32 rounding of what the model adds and multiplies."""
    error = abs(float(parts.sum()) - logit)
    # Each addition to the stream rounds at most 2**-24 of its size, and the head's product sqrt(d) 2**-24 of its terms.
    size = written.norm(dim=-1).sum() * direction.norm() / scale
    bound = 4 * float(size) * math.sqrt(written.shape[1]) * 2.0**-24
    return Check("The parts sum to the logit", error, bound, "in logits; the bound is float32 rounding")


def _stream_check(ours: Float[Tensor, "vocab"], model: Float[Tensor, "vocab"], *, d: int) -> Check:
    """Norm and head over our sum of everything written, against all of the model's logits."""
    error = float((ours - model).abs().max())
    bound = 8 * math.sqrt(d) * 2.0**-24 * float(model.abs().max())
    return Check("Embedding + all layers, normed and read = the model's own logits", error, bound, "largest difference")


def blocks_check(lm: CausalLM, hidden: Sequence[Float[Tensor, "token d"]]) -> Check:
    """Every block but the last rebuilt by hand from its weights, and compared with what the model made of its input.

    norm(x) = γ ⊙ x / sqrt(mean x² + ε); attention: softmax(R q (R k)ᵀ / sqrt(head_dim)) v through W_O, with RoPE R,
    a key/value head for each group of query heads; feed-forward: W_down (silu(W_gate y) ⊙ W_up y).

    Args:
        lm: a causal model of the Llama architecture.
        hidden: its stream at every depth, as transformers returns it; the last one is normed, and left out.

    Returns:
        The largest error of a token in any block, as a share of the length of what the model made there.

    Invariant: a changed weight or a lost residual fails.
    Source: modeling_llama.py of transformers; Shazeer 2020 (2002.05202); Zhang and Sennrich 2019 (1910.07467).
    """
    stack = backbone(lm.model)
    errors = [
        float(((_block(lm, layer, x) - after).norm(dim=-1) / after.norm(dim=-1)).max())
        for layer, (x, after) in enumerate(pairwise(hidden[:-1]))
    ]
    # Four products follow each other, the longest over the inner width; each rounds sqrt(n) 2**-24 of its terms.
    bound = 16 * math.sqrt(stack.config.intermediate_size) * 2.0**-24
    return Check("Each block rebuilt by hand", max(errors, default=0.0), bound, "share of the stream's length")


def _block(lm: CausalLM, layer: int, x: Float[Tensor, "token d"]) -> Float[Tensor, "token d"]:
    parts, block = attention_layer(lm.model, layer), backbone(lm.model).layers[layer]
    assert parts.inv_freq is not None
    q, k, v = parts.query_key_value(x)
    q, k = (rotate_half(y, parts.inv_freq, scale=parts.rope_scale) for y in (q, k))
    k, v = (y.repeat_interleave(len(q) // len(y), dim=0) for y in (k, v))
    future = torch.ones(len(x), len(x), dtype=torch.bool).triu(1)
    maps = (q @ k.transpose(-1, -2) * parts.scaling).masked_fill(future, -torch.inf).softmax(dim=-1)
    middle = x + (maps @ v).transpose(0, 1).flatten(1) @ parts.output_weight.T
    norm, mlp = block.post_attention_layernorm, block.mlp
    y = norm.weight * middle * (middle.square().mean(-1, keepdim=True) + norm.variance_epsilon).rsqrt()
    gate, up, down = (part.weight.T for part in (mlp.gate_proj, mlp.up_proj, mlp.down_proj))
    after: Tensor = middle + (nn.functional.silu(y @ gate) * (y @ up)) @ down
    return after
