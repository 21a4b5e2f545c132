"""The states of texts in a Llama model: padded at the end, through some of its layers, with something in front."""

from collections.abc import Sequence
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor
from transformers.models.llama.modeling_llama import LlamaModel

from core.language import encode
from core.models import CausalLM

Hidden = Float[Tensor, "text token d"]
Ids = Int[Tensor, "_"]
"""The tokens of one text."""


def ids_of(lm: CausalLM, texts: Sequence[str]) -> list[Ids]:
    """The tokens of each text; raises ValueError for one that has none, or more than 512."""
    return [torch.from_numpy(encode(lm, text)) for text in texts]


def embedded(stack: LlamaModel, ids: Sequence[Ids]) -> Hidden:
    """The input vectors of some texts as one rectangle, padded at the end."""
    padded = torch.nn.utils.rnn.pad_sequence(list(ids), batch_first=True)
    found: Tensor = stack.embed_tokens(padded)
    return found


def through(
    stack: LlamaModel, hidden: Hidden, *, start: int = 0, stop: int | None = None, past: Any = None, tokens: int = 0
) -> Hidden:
    """Runs texts through the layers start, ..., stop - 1.

    Padding stands behind the tokens, and a token sees only what stands before it: so no mask need know of padding.

    Args:
        past: keys and values in front of the texts in every layer, a `Cache` of transformers; it is used up.
        tokens: how many places `past` has.
    """
    length = hidden.shape[1]
    angles = stack.rotary_emb(hidden, position_ids=torch.arange(tokens, tokens + length)[None])
    mask = torch.full((length, tokens + length), torch.finfo(torch.float32).min).triu(tokens + 1)[None, None]
    for layer in stack.layers[start:stop]:
        hidden = layer(hidden, attention_mask=mask.to(hidden.dtype), position_embeddings=angles, past_key_values=past)
    return hidden


def last_states(stack: LlamaModel, hidden: Hidden, lengths: Int[Tensor, "text"]) -> Float[Tensor, "text d"]:
    """The normed state of each text's last token, which a head reads."""
    found: Tensor = stack.norm(hidden[torch.arange(len(hidden)), lengths - 1])
    return found.float()


def bare_states(lm: CausalLM, ids: Sequence[Ids]) -> Float[Tensor, "text d"]:
    """The last states of some texts in a model as it is."""
    stack = lm.model.base_model
    lengths = torch.tensor([len(text) for text in ids])
    return last_states(stack, through(stack, embedded(stack, ids)), lengths)
