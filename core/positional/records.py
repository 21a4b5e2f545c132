"""Results that were measured once and come with the code, so that the page is alive before a model is. No torch."""

import functools
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.assets import kept
from core.positional.query_keys import QueryKeys
from core.positional.sweeps import SweepResult
from core.positional.trials import CausalOrderTest, LengthTrial, PermutationTest

SWEEP, QUERY_KEYS, POSITIONS, TRIALS = (
    f"positional/{name}.npz" for name in ("sweep", "query_keys", "learned_positions", "trials")
)
"""The recorded files, below `core/assets`."""


@dataclass(frozen=True, eq=False)
class Trials:
    """What was tried: shuffled sentences on the encoder and on the decoder, and texts too long for the encoder."""

    permutations: tuple[PermutationTest, ...]
    orders: tuple[CausalOrderTest, ...]
    lengths: tuple[LengthTrial, ...]


@functools.cache
def recorded_sweep() -> SweepResult:
    """Every position scheme at factors 2 to 16 on SmolLM2 and the project's story, as `perplexity_sweep` found it.

    Raises:
        AssetError: if the file is missing or damaged.

    Invariant: equal to `perplexity_sweep(SweepParams())` up to float32 rounding.
    Source: `python -m core.assets record positional sweep`.
    """
    return kept(SWEEP, SweepResult)


@functools.cache
def recorded_query_keys() -> QueryKeys:
    """Queries and keys of a sentence in all layers of SmolLM2, before the rotation, as `real_query_keys` found them.

    Raises:
        AssetError: if the file is missing or damaged.

    Invariant: `pick` accepts every layer and head.
    Source: `python -m core.assets record positional query_keys`.
    """
    return kept(QUERY_KEYS, QueryKeys)


@functools.cache
def recorded_positions() -> Float[np.ndarray, "position d"]:
    """The position table of MiniLM, as `learned_positions` read it.

    Raises:
        AssetError: if the file is missing or damaged.

    Invariant: 512 rows of 384 numbers, float32.
    Source: `python -m core.assets record positional learned`; the weights are those of
        sentence-transformers/all-MiniLM-L6-v2.
    """
    return kept(POSITIONS, np.ndarray)


@functools.cache
def recorded_permutations() -> tuple[PermutationTest, ...]:
    """Shuffled sentences on MiniLM, each without and with positions, as `permutation_test` found them.

    Raises:
        AssetError: if the file is missing or damaged.

    Invariant: pairs of runs with the same text and order, without positions first.
    Source: `python -m core.assets record positional trials`.
    """
    return kept(TRIALS, Trials).permutations


@functools.cache
def recorded_orders() -> tuple[CausalOrderTest, ...]:
    """Shuffled sentences on SmolLM2, each without and with positions, as `causal_order_test` found them.

    Raises:
        AssetError: if the file is missing or damaged.

    Invariant: pairs of runs with the same text and order, without positions first.
    Source: `python -m core.assets record positional trials`.
    """
    return kept(TRIALS, Trials).orders


@functools.cache
def recorded_lengths() -> tuple[LengthTrial, ...]:
    """What MiniLM said to texts of 511 to 600 tokens, as `try_length` found it.

    Raises:
        AssetError: if the file is missing or damaged.

    Invariant: ordered by length.
    Source: `python -m core.assets record positional trials`.
    """
    return kept(TRIALS, Trials).lengths
