"""Readers of a language of known entropy: one sees the past, one sees both sides. Needs no torch."""

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from jaxtyping import Float, Int

from core.assets import kept
from core.checks import Check
from core.numbers import require, whole

Reader = Literal["decoder", "encoder"]


@dataclass(frozen=True, slots=True)
class ReaderParams:
    """A run of a small transformer that learns to read a random Markov language.

    Args:
        reader: a causal decoder that guesses the next symbol, or an encoder that guesses hidden ones.
        states: symbols of the language, 2 to 24.
        chain_seed: of the language.
        share: the part of the places that the encoder is asked for, 0.05 to 0.5.
        steps: of training, 1 to 4000.
        seed: of weights and texts.

    Raises:
        ValueError: for a value out of range.
    """

    reader: Reader = "decoder"
    states: int = 12
    chain_seed: int = 0
    share: float = 0.15
    steps: int = 700
    seed: int = 0

    def __post_init__(self) -> None:
        if self.reader not in ("decoder", "encoder"):
            raise ValueError(f"reader = {self.reader!r} must be decoder or encoder.")
        for name, low, high in (("states", 2, 24), ("steps", 1, 4000), ("seed", 0, None), ("chain_seed", 0, None)):
            whole(name, getattr(self, name), low, high)
        require(0.05 <= self.share <= 0.5, "share", self.share, "from 0.05 to 0.5")


@dataclass(frozen=True, eq=False)
class ReaderRun:
    """What a training gave, on texts that were not trained on.

    Args:
        params: of the run.
        steps: the steps at which the model was measured.
        loss: its mean loss per text on the asked places, in nats, at those steps.
        bound: the loss of the best possible reader on the very same places, by the chain itself.
        excess: at the last step, the model's loss minus the bound's, text by text; no reader is below 0 on average.
        guesses: how many places it has been asked for in training, at those steps.
        entropies: of the language: of a symbol alone, given the past, given both sides, in nats.
        checks: identities of this run.
    """

    params: ReaderParams
    steps: Int[np.ndarray, "point"]
    loss: Float[np.ndarray, "point"]
    bound: float
    excess: Float[np.ndarray, "text"]
    guesses: Int[np.ndarray, "point"]
    entropies: tuple[float, float, float]
    checks: tuple[Check, ...]

    @property
    def standard_error(self) -> float:
        """Of the mean excess over the test texts, in nats."""
        return float(self.excess.std(ddof=1)) / math.sqrt(len(self.excess))


READERS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "decoder, 700 steps": {"reader": "decoder", "steps": 700},
        "encoder 15 %, 700 steps": {"reader": "encoder", "share": 0.15, "steps": 700},
        "encoder 15 %, 2,500 steps": {"reader": "encoder", "share": 0.15, "steps": 2500},
        "encoder 30 %, 2,500 steps": {"reader": "encoder", "share": 0.3, "steps": 2500},
    }
)
"""The recorded readers by name: how their params differ from the defaults."""

READERS_FILE = "transformer/readers.npz"


@dataclass(frozen=True, eq=False)
class RecordedReaders:
    """The recorded runs of readers.

    Args:
        by_name: name in READERS -> its runs, one for each seed.
    """

    by_name: Mapping[str, tuple[ReaderRun, ...]]


@functools.cache
def recorded_readers() -> RecordedReaders:
    """The recorded readers; no torch is needed.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.
    """
    return kept(READERS_FILE, RecordedReaders)
