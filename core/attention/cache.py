"""What keys and values of past tokens cost: bytes of cache, and the speed that reading them allows. Needs no torch."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Variant = Literal["MHA", "GQA", "MQA"]
"""Multi-head: a key/value head for each query head. Grouped-query: one for several. Multi-query: one for all."""


@dataclass(frozen=True)
class CacheShape:
    """The size of a key/value cache.

    Args:
        layers: layers of the model.
        heads: query heads in a layer; they have no part in the cache's size.
        kv_heads: key/value heads in a layer; it divides `heads`.
        head_dim: length of a key or value vector.
        bytes_per_value: 4 for float32, 2 for bfloat16, 1 for 8-bit numbers, 0.5 for 4-bit ones without their scales.
    """

    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    bytes_per_value: int | float = 2

    def __post_init__(self) -> None:
        for name in ("layers", "heads", "kv_heads", "head_dim"):
            _require_positive(name, getattr(self, name))
        if self.heads % self.kv_heads:
            raise ValueError(f"kv_heads = {self.kv_heads} must divide heads = {self.heads}.")
        if not 0 < self.bytes_per_value <= 8:
            raise ValueError(f"bytes_per_value = {self.bytes_per_value} must lie above 0 and at most at 8.")


@dataclass(frozen=True)
class PublishedModel:
    """The shape of a published Llama model, as its config.json on the Hugging Face hub states it.

    Args:
        name: as people know it.
        source: the hub repository whose config.json holds these numbers.
        layers: num_hidden_layers.
        hidden: hidden_size.
        intermediate: intermediate_size, the inner width of the MLP.
        heads: num_attention_heads.
        kv_heads: num_key_value_heads.
        vocabulary: vocab_size.
        tied: tie_word_embeddings, whether the embedding is the language-model head as well.
        context: max_position_embeddings, the longest context in tokens.
    """

    name: str
    source: str
    layers: int
    hidden: int
    intermediate: int
    heads: int
    kv_heads: int
    vocabulary: int
    tied: bool
    context: int

    @property
    def head_dim(self) -> int:
        """hidden / heads, in all models here."""
        return self.hidden // self.heads

    @property
    def parameters(self) -> int:
        """The number of weights: embeddings, four attention matrices and three MLP matrices a layer, and the norms."""
        attention = 2 * self.hidden * self.head_dim * (self.heads + self.kv_heads)
        layer = attention + 3 * self.hidden * self.intermediate + 2 * self.hidden
        return (1 if self.tied else 2) * self.vocabulary * self.hidden + self.layers * layer + self.hidden

    @property
    def parameters_read(self) -> int:
        """The weights that one decoding step reads: all but the input embedding, of which it reads a row per text."""
        return self.parameters - (0 if self.tied else self.vocabulary * self.hidden)

    def cache_shape(self, *, bytes_per_value: int | float = 2) -> CacheShape:
        """The shape of its cache."""
        return CacheShape(self.layers, self.heads, self.kv_heads, self.head_dim, bytes_per_value)

    def as_variant(self, variant: Variant) -> "PublishedModel":
        """The same model with as many key/value heads as a variant has; its key and value matrices change with them.

        Args:
            variant: "MHA" (one for each query head), "MQA" (one for all) or "GQA" (as published).

        Raises:
            ValueError: for another variant.
        """
        kv_heads = {"MHA": self.heads, "GQA": self.kv_heads, "MQA": 1}
        if variant not in kv_heads:
            raise ValueError(f"variant = {variant!r} must be one of {', '.join(kv_heads)}.")
        return dataclasses.replace(self, kv_heads=kv_heads[variant])


@dataclass(frozen=True)
class DecodeBound:
    """What one decoding step must read from memory, and how fast it can be at most.

    Args:
        weight_bytes: the weights, read once for the whole batch.
        cache_bytes: keys and values of every text in the batch.
        seconds_per_step: (weight_bytes + cache_bytes) / bandwidth; a step makes one token for each text.
        tokens_per_second: batch / seconds_per_step.
    """

    weight_bytes: int | float
    cache_bytes: int | float
    seconds_per_step: float
    tokens_per_second: float


def cache_bytes(shape: CacheShape, *, context: int, batch: int = 1) -> int | float:
    """Bytes of keys and values: 2 * layers * kv_heads * head_dim * context * batch * bytes_per_value.

    Args:
        shape: of the cache.
        context: tokens of each text that are in the cache, at least 1.
        batch: texts, at least 1.

    Raises:
        ValueError: for a context or a batch below 1.

    Invariant: proportional to `kv_heads`: grouped-query attention divides it by heads / kv_heads.
    Source: Shazeer 2019, "Fast Transformer Decoding", section 3; Ainslie et al. 2023, "GQA".
    """
    _require_positive("context", context)
    _require_positive("batch", batch)
    return 2 * shape.layers * shape.kv_heads * shape.head_dim * context * batch * shape.bytes_per_value


def decode_bound(
    model: PublishedModel,
    *,
    context: int,
    batch: int = 1,
    bandwidth: int | float,
    bytes_per_weight: int | float = 2,
    bytes_per_value: int | float = 2,
) -> DecodeBound:
    """The fastest that decoding can be when every byte of weights and cache is read once a step, and nothing else.

    Args:
        model: its shape, possibly as another variant.
        context: tokens of each text in the cache, at least 1.
        batch: texts decoded together, at least 1.
        bandwidth: of the memory, in bytes per second, above 0 (3.35e12 for an H100, about 5e10 for a laptop).
        bytes_per_weight: 2 for bfloat16.
        bytes_per_value: of keys and values.

    Raises:
        ValueError: for a value out of range.

    Invariant: more key/value heads or a longer context never make it faster.
    Source: Pope et al. 2022, "Efficiently Scaling Transformer Inference", section 2 (memory-bound decoding).
    """
    _require_positive("bandwidth", bandwidth)
    _require_positive("bytes_per_weight", bytes_per_weight)
    weights = model.parameters_read * bytes_per_weight
    cache = cache_bytes(model.cache_shape(bytes_per_value=bytes_per_value), context=context, batch=batch)
    seconds = (weights + cache) / bandwidth
    return DecodeBound(weights, cache, seconds, batch / seconds)


def _require_positive(name: str, value: int | float) -> None:
    if not 0 < value < float("inf"):
        raise ValueError(f"{name} = {value} must be above 0 and finite.")


PUBLISHED_MODELS: Mapping[str, PublishedModel] = {
    model.name: model
    for model in (
        PublishedModel(
            "SmolLM2-135M", "HuggingFaceTB/SmolLM2-135M-Instruct", 30, 576, 1536, 9, 3, 49152, True, 8192
        ),
        PublishedModel(
            "SmolLM2-360M", "HuggingFaceTB/SmolLM2-360M-Instruct", 32, 960, 2560, 15, 5, 49152, True, 8192
        ),
        PublishedModel(
            "SmolLM2-1.7B", "HuggingFaceTB/SmolLM2-1.7B-Instruct", 24, 2048, 8192, 32, 32, 49152, True, 8192
        ),
        PublishedModel(
            "Llama 3.1 8B", "meta-llama/Llama-3.1-8B", 32, 4096, 14336, 32, 8, 128256, False, 131072
        ),
        PublishedModel(
            "Llama 3.1 70B", "meta-llama/Llama-3.1-70B", 80, 8192, 28672, 64, 8, 128256, False, 131072
        ),
    )
}  # fmt: skip
"""Published models by name, the smallest first."""
