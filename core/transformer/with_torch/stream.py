"""Follows a position through a Llama model: a forward pass that keeps what each part adds."""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from core.checks import Check
from core.language import backbone, readable_tokens
from core.models import CausalLM
from core.transformer.stream import TokenPath

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
    if not -count <= position < count:
        raise ValueError(f"position = {position} must lie in {-count} to {count - 1}.")
    place = position % count
    with torch.inference_mode(), _kept(stack, place) as added:
        output = lm.model(input_ids=torch.tensor([ids]), use_cache=False)
        logits = output.logits[0, place].double()
        return _path_of(lm, text, ids, place, logits, torch.stack(added))


@contextmanager
def _kept(stack: Any, place: int) -> Iterator[list[Tensor]]:
    """Collects what is written to the stream at a place: the embedding, and the parts of each layer in turn."""
    owner, added = threading.get_ident(), []

    def keep(_: nn.Module, __: Any, output: Any) -> None:
        # The model is shared between sessions: another thread's run is not ours to keep.
        if threading.get_ident() == owner:
            whole = output[0] if isinstance(output, tuple) else output
            added.append(whole[0, place].detach().clone())

    parts = [stack.embed_tokens, *(part for layer in stack.layers for part in (layer.self_attn, layer.mlp))]
    handles = [part.register_forward_hook(keep) for part in parts]
    try:
        yield added
    finally:
        for handle in handles:
            handle.remove()


def _path_of(
    lm: CausalLM, text: str, ids: list[int], place: int, logits: Float[Tensor, "vocab"], added: Float[Tensor, "part d"]
) -> TokenPath:
    stack, head = backbone(lm.model), lm.model.get_output_embeddings().weight
    written = added.double()
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
