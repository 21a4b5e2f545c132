"""The small trained parts that come with the code: exits, Medusa heads, a draft model."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

import torch
from jaxtyping import Float, Int
from safetensors import safe_open
from torch import Tensor
from torch.nn.functional import linear, silu
from transformers import LlamaForCausalLM

from core.assets import asset
from core.decoding.parts import DRAFT_FILE, EXITS_FILE, MEDUSA_FILE, medusa_accuracy
from core.language import backbone
from core.models import CausalLM

Part = TypeVar("Part")


def with_its_model(build: Callable[[CausalLM], Part]) -> Callable[[CausalLM], Part]:
    """Keeps what `build` makes of a model as long as the model is kept, and no longer.

    Args:
        build: makes parts that may use the model's weights, but do not refer to the `CausalLM` itself: it would then
            never go out of memory.

    Invariant: a model that nobody else refers to goes out, and its parts with it.
    """
    made: WeakKeyDictionary[CausalLM, Part] = WeakKeyDictionary()

    @wraps(build)
    def parts(lm: CausalLM) -> Part:
        found = made.get(lm)
        return made.setdefault(lm, build(lm)) if found is None else found

    return parts


@dataclass(frozen=True, eq=False)
class Exit:
    """Reads a token from the output of a lower layer: x + silu(W x + b) blocks, the model's norm, rows of its head.

    Args:
        weights, biases: of the blocks; none for the raw exit, which is the logit lens.
        norm: the model's last norm.
        head: rows of the model's own head.
        vocabulary: the token id of each row; None when all rows are there.
        confidence: weights and bias of the classifier that estimates whether this exit agrees with the last layer.
    """

    weights: Float[Tensor, "block d d"]
    biases: Float[Tensor, "block d"]
    norm: torch.nn.Module
    head: Float[Tensor, "known d"]
    vocabulary: Int[Tensor, "known"] | None
    confidence: Float[Tensor, "d_plus_1"] | None = None

    def __call__(self, hidden: Float[Tensor, "*place d"]) -> Float[Tensor, "*place known"]:
        """Logits over the tokens that the exit knows."""
        for weight, bias in zip(self.weights, self.biases, strict=True):
            hidden = hidden + silu(linear(hidden, weight, bias))
        normed: Tensor = self.norm(hidden)
        return linear(normed, self.head)


@dataclass(frozen=True, eq=False)
class MedusaHeads:
    """Heads that guess the 2nd, 3rd, ... token ahead: two blocks each, then shared rows of the model's head.

    Args:
        weights, biases: of the blocks.
        head: rows of the model's own head.
        vocabulary: the token id of each row.
        accuracy: by head and rank, how often that guess was right on held-out text.
    """

    weights: Float[Tensor, "block head d d"]
    biases: Float[Tensor, "block head d"]
    head: Float[Tensor, "known d"]
    vocabulary: Int[Tensor, "known"]
    accuracy: tuple[tuple[float, ...], ...]

    def __call__(self, hidden: Float[Tensor, "d"]) -> Float[Tensor, "head known"]:
        """Logits of all heads for one hidden state."""
        moved = hidden.expand(len(self.accuracy), -1)
        for weight, bias in zip(self.weights, self.biases, strict=True):
            moved = moved + silu(torch.einsum("hij,hj->hi", weight, moved) + bias)
        return linear(moved, self.head)


@dataclass(frozen=True, eq=False)
class SmallDraft:
    """A draft model with the tokenizer of the target.

    Args:
        lm: the model; its head gives logits over `vocabulary` only.
        vocabulary: the token id of each logit; None for all.
    """

    lm: CausalLM
    vocabulary: Int[Tensor, "known"] | None


def raw_exit(lm: CausalLM) -> Exit:
    """The exit without training: the model's last norm and head, put on a lower layer (the logit lens)."""
    stack, size = backbone(lm.model), lm.model.config.hidden_size
    empty = torch.empty(0, size, size), torch.empty(0, size)
    return Exit(*empty, stack.norm, lm.model.get_output_embeddings().weight, None)


def trained_exits(lm: CausalLM) -> dict[int, Exit]:
    """The trained exits by layer.

    Raises:
        AssetError: if the file is missing or damaged.
        ValueError: for a model they were not trained for.
    """
    return _exits(lm)


def medusa_heads(lm: CausalLM) -> MedusaHeads:
    """The trained Medusa heads; raises as `trained_exits` does."""
    return _heads(lm)


def small_draft(lm: CausalLM) -> SmallDraft:
    """The distilled draft model; raises as `trained_exits` does."""
    return _draft(lm)


def exit_at(lm: CausalLM, layer: int, *, trained: bool) -> Exit:
    """The exit after a layer.

    Raises:
        ValueError: if the layer is not below the last, or no exit was trained there.
    """
    if not 1 <= layer < lm.n_layers:
        raise ValueError(f"layer must be from 1 to {lm.n_layers - 1}; got {layer}")
    if not trained:
        return raw_exit(lm)
    exits = trained_exits(lm)
    if layer not in exits:
        raise ValueError(f"layer must be one with a trained exit, {', '.join(map(str, exits))}; got {layer}")
    return exits[layer]


def _open(name: str, lm: CausalLM) -> tuple[dict[str, Tensor], dict[str, str]]:
    dtype = lm.model.dtype
    with safe_open(asset(name), framework="pt") as stored:
        about = stored.metadata()
        parts = {key: stored.get_tensor(key) for key in stored.keys()}  # noqa: SIM118 - not a dict
    if about["model"] != lm.name:
        raise ValueError(f"{name} was trained for {about['model']}; got {lm.name!r}")
    return {key: part if part.dtype == torch.int32 else part.to(dtype) for key, part in parts.items()}, about


def _rows(lm: CausalLM, vocabulary: Tensor) -> Float[Tensor, "known d"]:
    head: Tensor = lm.model.get_output_embeddings().weight
    return head[vocabulary]


@with_its_model
def _exits(lm: CausalLM) -> dict[int, Exit]:
    parts, about = _open(EXITS_FILE, lm)
    vocabulary = parts["vocabulary"].long()
    head, norm = _rows(lm, vocabulary), backbone(lm.model).norm
    return {
        layer: Exit(
            parts[f"{layer}.weights"],
            parts[f"{layer}.biases"],
            norm,
            head,
            vocabulary,
            parts[f"{layer}.confidence"],
        )
        for layer in json.loads(about["layers"])
    }


@with_its_model
def _heads(lm: CausalLM) -> MedusaHeads:
    parts, _ = _open(MEDUSA_FILE, lm)
    vocabulary = parts["vocabulary"].long()
    return MedusaHeads(parts["weights"], parts["biases"], _rows(lm, vocabulary), vocabulary, medusa_accuracy())


@with_its_model
def _draft(lm: CausalLM) -> SmallDraft:
    parts, about = _open(DRAFT_FILE, lm)
    vocabulary = parts.pop("vocabulary").long()
    layers = int(about["layers"])
    model = empty_draft(lm, layers=layers, known=vocabulary)
    missing = model.base_model.load_state_dict(parts, strict=False)
    if missing.unexpected_keys:
        raise ValueError(f"{DRAFT_FILE} holds unknown parts: {', '.join(missing.unexpected_keys)}")
    model.eval().requires_grad_(False)
    return SmallDraft(CausalLM(model, lm.tokenizer, "draft", layers, lm.n_heads, lm.n_kv_heads), vocabulary)


def empty_draft(lm: CausalLM, *, layers: int, known: Int[Tensor, "known"]) -> LlamaForCausalLM:
    """A Llama model of few layers that reads with the target's embeddings and writes with some rows of its head."""
    settings = lm.model.config.to_dict() | {"num_hidden_layers": layers, "tie_word_embeddings": False}
    config = type(lm.model.config).from_dict(settings)
    config._attn_implementation = "eager"
    with torch.device("meta"):
        model = LlamaForCausalLM(config)
    stack = backbone(lm.model)
    model.model.layers.to_empty(device="cpu").to(lm.model.dtype)
    model.model.norm.to_empty(device="cpu").to(lm.model.dtype)
    model.model.embed_tokens = stack.embed_tokens
    model.model.rotary_emb = stack.rotary_emb
    model.lm_head = torch.nn.Linear(1, 1, bias=False)
    model.lm_head.weight = torch.nn.Parameter(_rows(lm, known), requires_grad=False)
    return model
