"""The logits of a Llama model with every product and sum in float64, over the weights as they are kept in float32."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from jaxtyping import Float
from torch import Tensor, nn
from transformers.models.llama.modeling_llama import LlamaRMSNorm

from core.tuning.with_torch.methods import Tuned
from core.tuning.with_torch.states import Ids, embedded

WORDS = 4096
"""Words of the vocabulary that are compared with a state at a time: all at once would take 226 MB."""


@torch.no_grad()
def exact_logits(tuned: Tuned, ids: Ids) -> Float[Tensor, "token vocab"]:
    """What `tuned.logits` says without its rounding: of LoRA beside the weights or merged into them, or of no method.

    One layer at a time is widened to float64 and narrowed again, which loses nothing, so that 28 MB are enough.

    Args:
        tuned: of weights in float32, with nothing in front of the texts.
        ids: of one text.

    Returns:
        Logits in float64; two models whose weights are the same numbers differ by some 1e-13.
    """
    stack = tuned.stack
    hidden = embedded(stack, [ids]).double()
    length = hidden.shape[1]
    angles = tuple(part.double() for part in stack.rotary_emb(hidden.float(), torch.arange(length)[None]))
    mask = torch.full((length, length), torch.finfo(torch.float64).min, dtype=torch.float64).triu(1)[None, None]
    for layer in stack.layers:
        with _widened(layer):
            hidden = layer(hidden, attention_mask=mask, position_embeddings=angles)
    with _widened(stack.norm):
        state = stack.norm(hidden)[0]
    head = tuned.lm.model.lm_head.weight
    return torch.cat([state @ words.double().T for words in head.split(WORDS)], dim=-1)


@contextmanager
def _widened(part: nn.Module) -> Iterator[None]:
    """A part of a model in float64, its norms too, which transformers computes in float32 whatever they are given."""
    norms = [one for one in part.modules() if isinstance(one, LlamaRMSNorm)]
    part.double()
    for norm in norms:
        norm.forward = _normed.__get__(norm)
    try:
        yield
    finally:
        part.float()
        for norm in norms:
            del norm.forward


def _normed(norm: LlamaRMSNorm, hidden: Float[Tensor, "... d"]) -> Float[Tensor, "... d"]:
    """w x / sqrt(mean(x^2) + epsilon), in the type of x."""
    found: Tensor = norm.weight * hidden * torch.rsqrt(hidden.square().mean(-1, keepdim=True) + norm.variance_epsilon)
    return found
