"""The residual stream of one text, and everything that heads and MLPs write into it."""

import math
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from core.attention.with_torch.interventions import key_mask
from core.language import attention_layer, encode
from core.models import CausalLM
from core.numbers import place, require


@dataclass(frozen=True, eq=False)
class Stream:
    """One forward pass, part by part.

    Args:
        token_ids: of the text.
        heads: the outputs of all heads side by side, before the output matrix merges them.
        mlps: what each MLP adds.
        states: the stream: the embedding first, then what stands after each layer, before the final norm.
        logits: of the next token after the last one, as the model computed them.
    """

    token_ids: Int[Tensor, "token"]
    heads: Float[Tensor, "layer token merged"]
    mlps: Float[Tensor, "layer token d"]
    states: Float[Tensor, "layer+1 token d"]
    logits: Float[Tensor, "vocab"]


def stream(lm: CausalLM, text: str) -> Stream:
    """Runs a text through a model once and keeps its stream.

    Args:
        lm: a causal language model in float32.
        text: 1 to 512 tokens.

    Raises:
        ValueError: for an empty or too long text, an encoder, another precision, or an architecture that is not taken
            apart here.

    Invariant: states[l + 1] = states[l] + what the heads and the MLP of layer l add.
    Source: `output_hidden_states` of transformers, whose last entry lies behind the final norm and is made anew here.
    """
    require_causal(lm)
    if lm.model.dtype != torch.float32:
        raise ValueError(f"{lm.name} is loaded in {lm.model.dtype}; its stream is kept in torch.float32 only.")
    ids = torch.from_numpy(encode(lm, text))
    heads: list[Tensor] = []
    mlps: list[Tensor] = []
    with torch.inference_mode():
        with _kept(lm, heads, mlps):
            output = lm.model(input_ids=ids[None], output_hidden_states=True, use_cache=False, logits_to_keep=1)
        last = attention_layer(lm.model, lm.n_layers - 1)
        top = last.block(output.hidden_states[-2], key_mask(len(ids), ()))
        states = torch.cat([*output.hidden_states[:-1], top])
    return Stream(ids, torch.cat(heads), torch.cat(mlps), states, output.logits[0, -1])


@contextmanager
def _kept(lm: CausalLM, heads: list[Tensor], mlps: list[Tensor]) -> Iterator[None]:
    """While open, this thread's runs of the model leave the outputs of heads and MLPs behind, layer by layer."""
    owner = threading.get_ident()

    def keep_heads(_: nn.Module, inputs: tuple[Any, ...]) -> None:
        # The model is shared between sessions, and a hook is not: another thread's run is not ours to keep.
        if threading.get_ident() == owner:
            heads.append(inputs[0])

    def keep_mlp(_: nn.Module, __: Any, output: Tensor) -> None:
        if threading.get_ident() == owner:
            mlps.append(output)

    with ExitStack() as stack:
        for layer in range(lm.n_layers):
            parts = attention_layer(lm.model, layer)
            stack.callback(parts.output.register_forward_pre_hook(keep_heads).remove)
            stack.callback(parts.mlp.register_forward_hook(keep_mlp).remove)
        yield


def require_causal(lm: object) -> None:
    """Refuses what predicts no next token.

    Raises:
        ValueError: for anything but a causal language model.
    """
    known = isinstance(lm, CausalLM)
    require(known, "lm", getattr(lm, "name", lm), "a causal language model: an encoder predicts no next token")


def require_token(lm: CausalLM, name: str, token: object) -> int:
    """A token id of the model; raises ValueError for anything else."""
    return place(name, token, lm.model.get_output_embeddings().weight.shape[0])


def rounding(lm: CausalLM, logit: float = 1.0) -> float:
    """How far float32 rounding may move a logit of this size.

    A product of n terms is off by about sqrt(n) 2**-24 of its size, in each of two parts of each layer, independently;
    a factor of 8 is left for what later layers make of it.
    """
    terms = 2.0 * lm.n_layers * float(lm.model.config.hidden_size)
    return 8 * math.sqrt(terms) * 2.0**-24 * max(1.0, abs(logit))
