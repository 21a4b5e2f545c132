"""What a long text costs a published model, or one with a share of attention: memory, traffic and tokens a second."""

import math
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check
from core.decoding import roofline
from core.numbers import require, whole

PEAK, BANDWIDTH, MEMORY = 989.4e12, 3350e9, 80e9
"""An H100 SXM as published: dense bfloat16 operations a second, bytes a second, bytes."""

NUMBER, STATE_NUMBER = 2, 4
"""Bytes of a weight or of a key's entry (bfloat16), and of a state's entry (float32)."""


@dataclass(frozen=True, slots=True)
class Decoder:
    """The sizes of a model that decide what a token costs when it is written.

    Args:
        name: as published.
        attention: layers with attention.
        kv_heads, heads, head_dim: of each of them.
        recurrent: layers with a state.
        state: numbers of the state of one of them.
        weights: parameters that every token reads.
        experts: those of all experts together, of which a token reads the share `chosen`.
    """

    name: str
    attention: int
    kv_heads: int
    heads: int
    head_dim: int
    recurrent: int
    state: int
    weights: float
    experts: float = 0.0
    chosen: float = 1.0

    @property
    def weights_held(self) -> float:
        """Parameters in memory: all experts, whoever is chosen."""
        return self.weights + self.experts

    def weights_read(self, tokens: int) -> float:
        """Parameters that so many tokens read together, where each chooses its experts evenly and for itself.

        An expert is left alone by all of them with the probability (1 - chosen)^tokens.
        """
        return self.weights + self.experts * (1 - (1 - self.chosen) ** tokens)

    @property
    def cache_of_a_token(self) -> int:
        """Bytes that each token adds: 2 layers kv_heads head_dim, in bfloat16."""
        return 2 * self.attention * self.kv_heads * self.head_dim * NUMBER

    @property
    def state_bytes(self) -> int:
        """Bytes of all states of one sequence, in float32, whatever its length."""
        return self.recurrent * self.state * STATE_NUMBER


LLAMA = Decoder("Llama 3.1 8B", 32, 8, 32, 128, 0, 0, 8.03e9)
NEMOTRON = Decoder("Nemotron-H 8B", 4, 8, 32, 128, 24, 128 * 64 * 128, 8.1e9)
JAMBA = Decoder("Jamba 0.1", 4, 8, 32, 128, 28, 8192 * 16, 6.45e9, experts=16 * 16 * 3 * 4096 * 14336, chosen=2 / 16)
PUBLISHED = (LLAMA, NEMOTRON, JAMBA)
"""Shapes as published: Llama 3.1 (2407.21783), Nemotron-H (2504.03624), Jamba (2403.19887), which holds 52 billion
weights, among them 16 experts in each of 16 layers, and of which a token reads 12 billion with 2 of the 16. A Mamba-2
head of Nemotron-H keeps 64 x 128 numbers, and there are 128 of them in a layer; Jamba's layers keep 16 for each of
8,192 channels."""

MIXED_LAYERS = 32


def mixed(attention: int) -> Decoder:
    """Llama 3.1 8B in which all but `attention` of the 32 layers of attention keep a state of Nemotron-H's size.

    Args:
        attention: 0 to 32. The weights are counted as unchanged.

    Raises:
        ValueError: for a number out of range.
    """
    kept = whole("attention", attention, 0, MIXED_LAYERS)
    name = f"attention in {kept} of {MIXED_LAYERS}"
    return replace(LLAMA, name=name, attention=kept, recurrent=MIXED_LAYERS - kept, state=NEMOTRON.state)


def sequence_bytes(model: Decoder, length: Int[np.ndarray, "length"]) -> Float[np.ndarray, "length"]:
    """Bytes that one sequence holds after so many tokens: cache and states."""
    return np.asarray(model.cache_of_a_token * length + model.state_bytes, dtype=np.float64)


def break_even(model: Decoder, other: Decoder) -> int | None:
    """The first length at which `other` holds more for a sequence than `model`; None where it never does.

    Its inverse: below it the cache of `other` is the smaller one.
    """
    growth, head_start = other.cache_of_a_token - model.cache_of_a_token, model.state_bytes - other.state_bytes
    if growth <= 0:
        return 0 if head_start < 0 else None
    return max(0, math.floor(head_start / growth) + 1)


@dataclass(frozen=True, eq=False)
class Writing:
    """What it takes to write one token for each sequence of a batch, by the length of the text before it.

    Args:
        model: see Decoder.
        batch: sequences at once.
        length: tokens before [length].
        bytes_moved: the weights that the batch reads once, all caches once, all states read and written [length].
        operations: 2 for each weight that a sequence reads, 4 for each number of a cached key, 6 for each of a state
            [length].
        held: bytes of weights, caches and states [length].
    """

    model: Decoder
    batch: int
    length: Int[np.ndarray, "length"]
    bytes_moved: Float[np.ndarray, "length"]
    operations: Float[np.ndarray, "length"]
    held: Float[np.ndarray, "length"]

    @property
    def tokens_a_second(self) -> Float[np.ndarray, "length"]:
        """The most that the roof allows: batch / (operations / min(peak, bandwidth x intensity))."""
        reached = roofline(self.operations / self.bytes_moved, bandwidth=BANDWIDTH, peak=PEAK)
        return np.asarray(self.batch * reached / self.operations)

    @property
    def work(self) -> Float[np.ndarray, "length"]:
        """Operations for one token of one sequence."""
        return np.asarray(self.operations / self.batch)

    @property
    def fits(self) -> Int[np.ndarray, "length"]:
        """1 where weights, caches and states fit into the memory of one GPU, else 0."""
        return np.asarray(self.held <= MEMORY, dtype=np.int64)

    @property
    def checks(self) -> tuple[Check, ...]:
        """A step moves all that is held but for experts at rest, and each state twice; each token adds its cache."""
        at_rest = NUMBER * (self.model.weights_held - self.model.weights_read(self.batch))
        twice = self.held + self.batch * self.model.state_bytes - at_rest
        moved = float(np.abs(self.bytes_moved / twice - 1).max())
        grown = np.diff(self.held) / np.maximum(np.diff(self.length), 1)
        slope = self.batch * self.model.cache_of_a_token
        apart = float(np.abs(grown - slope).max() / max(slope, 1))
        eps = float(np.finfo(float).eps)
        steepest = float(self.held.max()) / max(slope, 1)
        return (
            Check(
                "Moved: all that is held, and each state once more", moved, 8 * eps, "relative, without experts at rest"
            ),
            Check("Each token adds its cache", apart, 4 * eps * steepest, "relative, over all lengths"),
        )


def write_tokens(model: Decoder, batch: int, length: Int[np.ndarray, "length"]) -> Writing:
    """Counts what one token of each sequence moves and computes.

    Args:
        model: see Decoder. batch: 1 to 4096. length: tokens before, each at least 0.

    Raises:
        ValueError: for a batch or a length out of range.

    Source: Pope et al. 2022 (2211.05102), section 2; Williams et al. 2009 for the roof.
    """
    batch = whole("batch", batch, 1, 4096)
    require(len(length) > 0 and int(length.min()) >= 0, "length", length, "at least 0")
    cache, state = model.cache_of_a_token * length.astype(np.float64), float(model.state_bytes)
    pairs = 4.0 * model.attention * model.heads * model.head_dim * length
    return Writing(
        model,
        batch,
        length,
        NUMBER * model.weights_read(batch) + batch * (cache + 2 * state),
        batch * (2 * model.weights_read(1) + pairs + 6 * model.recurrent * model.state),
        NUMBER * model.weights_held + batch * (cache + state),
    )
