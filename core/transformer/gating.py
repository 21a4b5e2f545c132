"""Two feed-forward parts at equal parameters: a gate, or none. Needs no torch."""

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.assets import kept
from core.numbers import whole

NUMBERS = 11
"""Symbols of the language: each is mostly the sum of the two before it, modulo 11."""

TRUE = 0.9
"""How often the rule decides; else a symbol is drawn evenly."""

LENGTH, TESTED = 24, 400
"""Symbols that are read of a text, and texts that a run is measured on."""

KINDS = ("ReLU", "SwiGLU")
GATING_FILE = "transformer/gating.npz"


@dataclass(frozen=True, slots=True)
class GatingParams:
    """A run of a small decoder on sums modulo 11.

    Args:
        gated: SwiGLU with three matrices, else ReLU with two that are wider.
        steps: of training, 1 to 4000.
        seed: of weights and texts.

    Raises:
        ValueError: for a number of steps out of range.
    """

    gated: bool = True
    steps: int = 1200
    seed: int = 0

    def __post_init__(self) -> None:
        whole("steps", self.steps, 1, 4000)
        whole("seed", self.seed, 0)


@dataclass(frozen=True, eq=False)
class GatingRun:
    """What a training gave.

    Args:
        params: of the run.
        steps: the steps at which it was measured.
        loss: on texts that were not trained on, nats a symbol, without the first two places of a text.
        inner: numbers inside the feed-forward part.
        parameters: of one feed-forward part.
    """

    params: GatingParams
    steps: Int[np.ndarray, "point"]
    loss: Float[np.ndarray, "point"]
    inner: int
    parameters: int


@dataclass(frozen=True, eq=False)
class RecordedGating:
    """The recorded runs.

    Args:
        by_kind: one of KINDS -> its runs, one for each seed.
    """

    by_kind: Mapping[str, tuple[GatingRun, ...]]


@functools.cache
def recorded_gating() -> RecordedGating:
    """The recorded runs; no torch is needed.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.
    """
    return kept(GATING_FILE, RecordedGating)


def sums_entropy() -> float:
    """The entropy of the next symbol given the past, in nats: no reader of the sums has a smaller expected loss."""
    other = (1 - TRUE) / NUMBERS
    right = TRUE + other
    return -(right * math.log(right) + (NUMBERS - 1) * other * math.log(other))


def sums_error() -> float:
    """The standard error of the best reader's mean loss on the texts that a run is measured on, in nats.

    One place deviates by sqrt(q (1 - q)) ln(right / other), q being the share of symbols that break the rule.
    """
    other = (1 - TRUE) / NUMBERS
    right = TRUE + other
    places = TESTED * (LENGTH - 1)
    return math.sqrt(right * (1 - right) / places) * math.log(right / other)


def sums(count: int, n: int, rng: np.random.Generator) -> Int[np.ndarray, "text token"]:
    """Texts of n symbols in which each is the sum of the two before it modulo 11, or with one tenth any symbol."""
    drawn: np.ndarray = rng.integers(NUMBERS, size=(count, n))
    ruled = rng.random((count, n)) < TRUE
    for t in range(2, n):
        drawn[:, t] = np.where(ruled[:, t], (drawn[:, t - 1] + drawn[:, t - 2]) % NUMBERS, drawn[:, t])
    return drawn


def best_on_test(seed: int) -> float:
    """The loss of the best possible reader on the very texts that a run of this seed is measured on, in nats.

    Invariant: over seeds its mean is `sums_entropy`, and it deviates by `sums_error`.
    """
    texts = unseen_texts(seed)
    other = (1 - TRUE) / NUMBERS
    right = texts[:, 2:] == (texts[:, 1:-1] + texts[:, :-2]) % NUMBERS
    return float(-np.log(np.where(right, TRUE + other, other)).mean())


def unseen_texts(seed: int) -> Int[np.ndarray, "text token"]:
    """The texts that a run of this seed is measured on; none of them is trained on."""
    return sums(TESTED, LENGTH + 1, np.random.default_rng(10_000 + seed))


def equal_inner(width: int, inner: int) -> int:
    """The inner numbers of a part of two matrices that has as many weights as SwiGLU with three: 3 d g = 2 d r.

    Args:
        width: d, 1 or more.
        inner: g of SwiGLU, even and 2 or more.

    Raises:
        ValueError: for a width or an inner that is too small or odd.

    Invariant: for SmolLM2, d = 576 and g = 1,536, both have 2,654,208 weights. Source: Shazeer 2020 (2002.05202).
    """
    if width < 1 or inner < 2 or inner % 2:
        raise ValueError(f"width = {width} must be 1 or more, inner = {inner} even and 2 or more.")
    return 3 * inner // 2
