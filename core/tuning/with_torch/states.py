"""The states of texts in a Llama model: padded at the end, through some of its layers."""

from collections.abc import Sequence

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


def through(stack: LlamaModel, hidden: Hidden, *, start: int = 0, stop: int | None = None) -> Hidden:
    """Runs texts through the layers start, ..., stop - 1.

    Padding stands behind the tokens, and a token sees only what stands before it: so no mask need know of padding.
    """
    length = hidden.shape[1]
    angles = stack.rotary_emb(hidden, position_ids=torch.arange(length)[None])
    mask = torch.full((length, length), torch.finfo(torch.float32).min).triu(1)[None, None]
    for layer in stack.layers[start:stop]:
        hidden = layer(hidden, attention_mask=mask.to(hidden.dtype), position_embeddings=angles)
    return hidden


def last_states(stack: LlamaModel, hidden: Hidden, lengths: Int[Tensor, "text"]) -> Float[Tensor, "text d"]:
    """The normed state of each text's last token, which a head reads."""
    found: Tensor = stack.norm(hidden[torch.arange(len(hidden)), lengths - 1])
    return found.float()
