"""Where the parameters of a transformer are: counted from its shape."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from core.numbers import require, whole

BYTES = MappingProxyType({"float32": 4.0, "bfloat16": 2.0, "int8": 1.0, "int4": 0.5})
"""Bytes of a parameter by precision; scales of integer formats are left out."""


@dataclass(frozen=True, slots=True)
class ModelShape:
    """What decides how many parameters a transformer has.

    Args:
        name: of the model.
        vocabulary: tokens.
        width: of the residual stream, d.
        layers: blocks.
        heads, kv_heads: query heads, and key/value heads that they share.
        inner: the width inside the feed-forward part.
        head_dim: of a head; 0 for width / heads.
        gated: three matrices in the feed-forward part (SwiGLU) in place of two.
        biases: of every linear layer in the blocks.
        tied: the output reads the embedding's own matrix.
        positions: learned position vectors; 0 for none.
        segments: learned segment vectors (BERT); 0 for none.
        norm: "rms" has one vector, "layer" two; each block has two, and one more follows the last block or (BERT) the
            embedding.
        pooler: BERT's dense layer on [CLS].

    Raises:
        ValueError: for a number below 1 (0 where it may be none), a width that the heads do not divide, or query heads
            that the key/value heads do not divide.
    """

    name: str
    vocabulary: int
    width: int
    layers: int
    heads: int
    kv_heads: int
    inner: int
    head_dim: int = 0
    gated: bool = True
    biases: bool = False
    tied: bool = False
    positions: int = 0
    segments: int = 0
    norm: Literal["rms", "layer"] = "rms"
    pooler: bool = False

    def __post_init__(self) -> None:
        for name in ("vocabulary", "width", "layers", "heads", "kv_heads", "inner"):
            whole(name, getattr(self, name), 1)
        for name in ("head_dim", "positions", "segments"):
            whole(name, getattr(self, name), 0)
        require(self.norm in ("rms", "layer"), "norm", self.norm, "rms or layer")
        if not self.head_dim and self.width % self.heads:
            raise ValueError(f"heads = {self.heads} must divide width = {self.width}.")
        if self.heads % self.kv_heads:
            raise ValueError(f"kv_heads = {self.kv_heads} must divide heads = {self.heads}.")

    @property
    def head(self) -> int:
        """The dimension of a head."""
        return self.head_dim or self.width // self.heads


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the table.

    Args:
        name: the part.
        each: its parameters, once.
        times: how often the model has it.
        multiplies: whether its parameters are matrices that every token is multiplied by, once each.
    """

    name: str
    each: int
    times: int
    multiplies: bool

    @property
    def total(self) -> int:
        """Its parameters in the whole model."""
        return self.each * self.times


@dataclass(frozen=True, slots=True)
class ParameterTable:
    """The parameters of a model by part.

    Args:
        shape: the model.
        parts: the lines, from the embedding to the output.
    """

    shape: ModelShape
    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        """All parameters; a tied output counts once."""
        return sum(part.total for part in self.parts)

    @property
    def embedding_share(self) -> float:
        """The share of the token embedding, and of an output of its own, in all parameters."""
        named = sum(part.total for part in self.parts if part.name in ("token embedding", "output"))
        return named / self.total

    def bytes(self, precision: str) -> float:
        """The memory of the weights in bytes.

        Raises:
            ValueError: for an unknown precision.
        """
        if precision not in BYTES:
            raise ValueError(f"precision = {precision!r} must be one of {', '.join(BYTES)}.")
        return self.total * BYTES[precision]

    def operations(self, context: int) -> float:
        """Multiplications and additions for one more token after `context` tokens, two for each weight in a matrix.

        The scores and the sums of attention add 4 layers heads head_dim context.

        Raises:
            ValueError: for a negative context.
        """
        context = whole("context", context, 0)
        output = self.shape.vocabulary * self.shape.width if self.shape.tied else 0
        matrices = sum(part.total for part in self.parts if part.multiplies) + output
        return 2.0 * matrices + 4.0 * self.shape.layers * self.shape.heads * self.shape.head * context


def parameter_table(shape: ModelShape) -> ParameterTable:
    """Counts the parameters of a model, part by part.

    Attention: W_Q and W_O [d heads·head_dim], W_K and W_V [d kv_heads·head_dim]. Feed-forward: 3 d·inner gated,
    2 d·inner else. Norms: d each, 2d with a shift. The output has d·vocabulary of its own, or none where it is tied.

    Args:
        shape: the model.

    Returns:
        The table; `.total` is the sum.

    Invariant: equal to the count over the weights of transformers' own model of that shape.
    Source: modeling_llama.py, modeling_gpt2.py and modeling_bert.py of transformers.
    """
    d, query, key = shape.width, shape.heads * shape.head, shape.kv_heads * shape.head
    bias = int(shape.biases)
    norm = d * (1 if shape.norm == "rms" else 2)
    up = 2 if shape.gated else 1
    parts = [
        Part("token embedding", shape.vocabulary * d, 1, multiplies=False),
        Part("positions", shape.positions * d, 1, multiplies=False),
        Part("segments", shape.segments * d, 1, multiplies=False),
        Part("query", d * query + bias * query, shape.layers, multiplies=True),
        Part("key and value", 2 * (d * key + bias * key), shape.layers, multiplies=True),
        Part("attention's output", query * d + bias * d, shape.layers, multiplies=True),
        Part(
            "feed-forward up" + (" and gate" if shape.gated else ""),
            up * (d + bias) * shape.inner,
            shape.layers,
            multiplies=True,
        ),
        Part("feed-forward down", shape.inner * d + bias * d, shape.layers, multiplies=True),
        Part("norms", norm, 2 * shape.layers + 1, multiplies=False),
        Part("pooler", (d * d + d) * shape.pooler, 1, multiplies=False),
        Part("output", 0 if shape.tied else d * shape.vocabulary, 1, multiplies=True),
    ]
    return ParameterTable(shape, tuple(part for part in parts if part.total))


def _llama3(name: str, width: int, layers: int, heads: int, inner: int) -> ModelShape:
    return ModelShape(name, 128_256, width, layers, heads, 8, inner)


SHAPES: Mapping[str, ModelShape] = MappingProxyType(
    {
        shape.name: shape
        for shape in (
            ModelShape("SmolLM2 135M", 49_152, 576, 30, 9, 3, 1_536, tied=True),
            ModelShape(
                "GPT-2 124M",
                50_257,
                768,
                12,
                12,
                12,
                3_072,
                gated=False,
                biases=True,
                tied=True,
                positions=1_024,
                norm="layer",
            ),
            ModelShape(
                "BERT base",
                30_522,
                768,
                12,
                12,
                12,
                3_072,
                gated=False,
                biases=True,
                tied=True,
                positions=512,
                segments=2,
                norm="layer",
                pooler=True,
            ),
            _llama3("Llama 3.1 8B", 4_096, 32, 32, 14_336),
            _llama3("Llama 3.1 70B", 8_192, 80, 64, 28_672),
            _llama3("Llama 3.1 405B", 16_384, 126, 128, 53_248),
        )
    }
)
"""Published shapes, by name: of each model's config.json."""

TOTALS: Mapping[str, int] = MappingProxyType(
    {
        "SmolLM2 135M": 134_515_008,
        "GPT-2 124M": 124_439_808,
        "BERT base": 109_482_240,
        "Llama 3.1 8B": 8_030_261_248,
        "Llama 3.1 70B": 70_553_706_496,
        "Llama 3.1 405B": 405_853_388_800,
    }
)
"""How many parameters transformers' own models of these shapes have; BERT with its pooler, without a head."""
