"""What may be done to the positions of a trained RoPE model, and what came of it. Needs no torch."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from jaxtyping import Float

from core.numbers import require
from core.positional.arrays import Number, require_base
from core.positional.frequencies import (
    DynamicNtk,
    Linear,
    Llama3,
    NtkAware,
    RopeFrequencies,
    Scaling,
    Yarn,
    rope_frequencies,
)


@dataclass(frozen=True, slots=True)
class NoPositions:
    """No position encoding at all: omega' = 0, every token stands at the same place; only the causal mask remains."""


@dataclass(frozen=True, slots=True)
class OtherBase:
    """Another base than the model was trained with.

    Args:
        base: above 1.
    """

    base: Number

    def __post_init__(self) -> None:
        require_base(self.base)


@dataclass(frozen=True, slots=True)
class Stretched:
    """Positions multiplied by a factor, p' = s p: tokens stand s apart. The opposite of `Linear`.

    Args:
        factor: s, above 0; below 1 the tokens stand closer than trained.
    """

    factor: Number

    def __post_init__(self) -> None:
        require(0 < self.factor < math.inf, "factor", self.factor, "above 0 and finite")


PositionScheme = NoPositions | OtherBase | Stretched | Scaling


def frequencies_under(scheme: PositionScheme | None, head_dim: int, *, base: Number = 10_000.0) -> RopeFrequencies:
    """The frequencies that a model trained with the given base runs with under a scheme.

    Args:
        scheme: what is done; None leaves the positions as trained.
        head_dim: number of rotated dimensions, even.
        base: the trained base, above 1.

    Raises:
        ValueError: for an odd dimension or a base of at most 1.

    Invariant: `Stretched(s)` followed by `Linear(s)` would give the trained frequencies.
    Source: angles are p * omega, so a factor on p is one on omega; for the rest see `rope_frequencies`.
    """
    match scheme:
        case NoPositions():
            return RopeFrequencies(np.zeros_like(rope_frequencies(head_dim, base=base).inv_freq), 1.0)
        case OtherBase(other):
            return rope_frequencies(head_dim, base=other)
        case Stretched(factor):
            return RopeFrequencies(rope_frequencies(head_dim, base=base).inv_freq * factor, 1.0)
        case _:
            return rope_frequencies(head_dim, base=base, scaling=scheme)


SCHEME_KINDS: Mapping[str, tuple[str, Callable[[Number, int], PositionScheme]]] = MappingProxyType(
    {
        "linear": ("linear (position interpolation)", lambda s, _: Linear(s)),
        "ntk": ("NTK-aware", lambda s, _: NtkAware(s)),
        # As at the length it is meant for: s times the trained context.
        "dynamic": (
            "dynamic NTK at full length",
            lambda s, context: DynamicNtk(s, original_context=context, length=math.ceil(s * context)),
        ),
        "yarn": ("YaRN, ramp by index", lambda s, context: Yarn(s, original_context=context)),
        "yarn_wavelength": (
            "YaRN, ramp by wavelength",
            lambda s, context: Yarn(s, original_context=context, ramp="wavelength"),
        ),
        "yarn_plain": (
            "YaRN without attention factor",
            lambda s, context: Yarn(s, original_context=context, attention_factor=1.0),
        ),
        "llama3": (
            "Llama 3",
            lambda s, context: Llama3(s, low_freq_factor=1, high_freq_factor=4, original_context=context),
        ),
        "stretched": ("positions stretched", lambda s, _: Stretched(s)),
    }
)
"""Schemes with a factor: name to (title, how to make it from the factor s and the trained context in tokens)."""


def scheme_of(kind: str, factor: Number, *, original_context: int) -> PositionScheme:
    """A scheme by its name and factor, with the usual options.

    Args:
        kind: a key of `SCHEME_KINDS`.
        factor: s, at least 1 (above 0 for "stretched").
        original_context: the trained context in tokens.

    Raises:
        ValueError: for an unknown kind or a factor out of range.

    Invariant: with a factor of 1 the frequencies are those trained.
    Source: the classes in `frequencies` and in this module.
    """
    require(kind in SCHEME_KINDS, "kind", kind, "one of " + ", ".join(SCHEME_KINDS))
    return SCHEME_KINDS[kind][1](factor, original_context)


@dataclass(frozen=True, eq=False)
class PositionLoss:
    """How well a model predicts each token of a text under a position scheme.

    Args:
        scheme: what was done to the positions; None is as trained.
        tokens: the text's pieces, one more than losses.
        loss: -ln p(token t + 1 | tokens 0 to t) in nats, shape [token - 1].
        frequencies: what the model ran with.
    """

    scheme: PositionScheme | None
    tokens: tuple[str, ...]
    loss: Float[np.ndarray, "predicted"]
    frequencies: RopeFrequencies

    @property
    def perplexity(self) -> float:
        """exp of the mean loss: as many equally likely choices would surprise as much."""
        return float(np.exp(self.loss.mean(dtype=np.float64)))
