"""Weights in memory: one shared, frozen copy of each model, with the eager attention whose maps can be read."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoModel,
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)
from transformers.utils import logging as transformers_logging

from core.memory import keep_modules
from core.models.catalogue import Kind, ModelSpec, lookup
from core.models.shared import Loaded, building, load_once
from core.models.with_torch.conversion import prepared_folder
from core.progress import Progress, portion

_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def bytes_of(module: torch.nn.Module) -> int:
    """Bytes of a module's parameters and buffers; what two parts share counts once."""
    return sum(part.nbytes for part in {*module.parameters(), *module.buffers()})


@dataclass(frozen=True, eq=False)
class CausalLM:
    """A causal language model, in evaluation mode and without gradients.

    Args:
        model: from transformers, with eager attention.
        tokenizer: adds no padding and never truncates.
        name: as in the catalogue.
        n_layers: L.
        n_heads: H, query heads per layer.
        n_kv_heads: key and value heads per layer; it divides H, and query head h reads kv head h // (H / n_kv_heads).
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    name: str
    n_layers: int
    n_heads: int
    n_kv_heads: int

    @property
    def nbytes(self) -> int:
        """Bytes of all weights and buffers."""
        return bytes_of(self.model)


@dataclass(frozen=True, eq=False)
class Encoder:
    """A bidirectional encoder, in evaluation mode and without gradients; the fields are those of `CausalLM`."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    name: str
    n_layers: int
    n_heads: int

    @property
    def nbytes(self) -> int:
        """Bytes of all weights and buffers."""
        return bytes_of(self.model)


def load_causal_lm(
    name: str = "smollm2-135m", *, dtype: str = "float32", on_progress: Progress | None = None
) -> CausalLM:
    """A causal language model of the catalogue, fetched and unpacked on first use, shared by all callers afterwards.

    Args:
        name: see `core.models.lookup`.
        dtype: of the weights, "float32" or "bfloat16".
        on_progress: told the fraction done; an exception it raises cancels.

    Returns:
        The shared copy. Invariant: the same (name, dtype) gives the same object in one process, whoever asks; its
        weights must not be changed.

    Raises:
        ValueError: for another dtype, or a model that is no causal language model.
        UnknownModelError: if the name may not be loaded.
        ModelUnavailableError: if the weights cannot be brought to disk; the message says what to do.
    """
    if dtype not in _DTYPES:
        raise ValueError(f"dtype must be one of {', '.join(_DTYPES)}; got {dtype!r}")
    spec = _spec_of_kind(name, "causal_lm")
    return _shared(spec, dtype, on_progress, lambda folder: _build_causal_lm(spec, folder, dtype))


def load_encoder(name: str = "minilm-l6", *, on_progress: Progress | None = None) -> Encoder:
    """An encoder of the catalogue in float32, fetched on first use, shared by all callers afterwards.

    Args:
        name: see `core.models.lookup`.
        on_progress: told the fraction done; an exception it raises cancels.

    Returns:
        The shared copy. Invariant: the same name gives the same object in one process; its weights must not be changed.

    Raises:
        ValueError: for a model that is no encoder.
        UnknownModelError: if the name may not be loaded.
        ModelUnavailableError: if the weights cannot be brought to disk; the message says what to do.
    """
    spec = _spec_of_kind(name, "encoder")
    return _shared(spec, "float32", on_progress, lambda folder: _build_encoder(spec, folder))


def _spec_of_kind(name: str, kind: Kind) -> ModelSpec:
    spec = lookup(name)
    if spec.kind != kind:
        raise ValueError(f"{spec.name!r} is of kind {spec.kind!r}; here it must be {kind!r}")
    return spec


def _shared(spec: ModelSpec, dtype: str, on_progress: Progress | None, build: Callable[[Path], Loaded]) -> Loaded:
    def fetch_and_build(report: Progress) -> Loaded:
        _settle()
        folder = prepared_folder(spec, on_progress=portion(report, 0.0, 0.9))
        report(0.9, f"Loading {spec.title} into memory")
        with building:
            return build(folder)

    loaded = load_once(spec.name, dtype, fetch_and_build, on_progress=on_progress)
    portion(on_progress)(1.0, f"{spec.title} is ready")
    return loaded


@cache
def _settle() -> None:
    """Settings of the whole process, made once: one thread per session beats two that contend for the same cores."""
    threads = os.environ.get("EXPLORER_THREADS") or "1"
    if not threads.isdecimal() or int(threads) < 1:
        raise ValueError(f"EXPLORER_THREADS must be a whole number from 1 up; got {threads!r}")
    torch.set_num_threads(int(threads))
    transformers_logging.disable_progress_bar()
    keep_modules()


def _build_causal_lm(spec: ModelSpec, folder: Path, dtype: str) -> CausalLM:
    model = _frozen(AutoModelForCausalLM, folder)
    _cast(model, _DTYPES[dtype])
    config = model.config
    heads = config.num_attention_heads
    kv_heads = getattr(config, "num_key_value_heads", None) or heads
    return CausalLM(model, _whole_text_tokenizer(folder), spec.name, config.num_hidden_layers, heads, kv_heads)


def _build_encoder(spec: ModelSpec, folder: Path) -> Encoder:
    model = _frozen(AutoModel, folder)
    config = model.config
    tokenizer = _whole_text_tokenizer(folder)
    return Encoder(model, tokenizer, spec.name, config.num_hidden_layers, config.num_attention_heads)


def _frozen(auto_class: Any, folder: Path) -> PreTrainedModel:
    model = auto_class.from_pretrained(
        folder,
        dtype=torch.float32,
        attn_implementation="eager",  # the others return no attention maps, without an error
        use_safetensors=True,
        local_files_only=True,
        trust_remote_code=False,
    )
    return model.eval().requires_grad_(False)


def _cast(model: PreTrainedModel, dtype: torch.dtype) -> None:
    """Casts the parameters and leaves the buffers: RoPE's inverse frequencies must stay float32.

    `from_pretrained(dtype=...)` would give the same, but sets torch's default dtype for all threads meanwhile.
    """
    for parameter in model.parameters():
        parameter.data = parameter.data.to(dtype)
    model.config.dtype = dtype


def _whole_text_tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    """The tokenizer without the truncation and padding that some files carry (MiniLM's: 128 tokens, always)."""
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.no_padding()
    return tokenizer
