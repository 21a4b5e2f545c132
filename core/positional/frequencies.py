"""RoPE's angular frequencies, and the schemes that change them to stretch the context. Needs no torch."""

import math
from dataclasses import KW_ONLY, dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

from core.numbers import as_real, require, whole
from core.positional.arrays import Number, Whole, require_base, require_even


@dataclass(frozen=True, slots=True)
class Linear:
    """Position interpolation: omega' = omega / s, every position squeezed by the factor.

    Args:
        factor: s, at least 1; 1 changes nothing.

    Source: Chen et al. 2023, "Extending Context Window of Large Language Models via Positional Interpolation".
    """

    factor: Number

    def __post_init__(self) -> None:
        _require_factor(self.factor)


@dataclass(frozen=True, slots=True)
class NtkAware:
    """A larger base, b' = b * s^(d / (d - 2)): the fastest pair stays, the slowest is divided by s exactly.

    Args:
        factor: s, at least 1.

    Source: bloc97 2023, "NTK-Aware Scaled RoPE"; x-transformers, RotaryEmbedding.
    """

    factor: Number

    def __post_init__(self) -> None:
        _require_factor(self.factor)


@dataclass(frozen=True, slots=True)
class DynamicNtk:
    """A base that grows with the text: b' = b * (s * L / L0 - (s - 1))^(d / (d - 2)), and nothing up to L = L0.

    At L = s * L0 the bracket is s^2 - s + 1, not s: the base is then larger than with `NtkAware(s)`.

    Args:
        factor: s, at least 1.
        original_context: L0, the trained length in tokens, at least 1.
        length: L, the length of the text in tokens, at least 1; below L0 it counts as L0.

    Source: emozilla 2023, "Dynamically Scaled RoPE"; transformers, `_compute_dynamic_ntk_parameters`.
    """

    factor: Number
    _: KW_ONLY
    original_context: Whole
    length: Whole

    def __post_init__(self) -> None:
        _require_factor(self.factor)
        whole("original_context", self.original_context, 1)
        whole("length", self.length, 1)


@dataclass(frozen=True, slots=True)
class Yarn:
    """YaRN: slow pairs are interpolated, fast ones kept, with a ramp between; cos and sin are scaled by 0.1 ln s + 1.

    omega' = (1 - k) * omega / s + k * omega, with k the kept part of a pair. A pair turns r = L0 * omega / 2 pi times
    in the trained context. Both ramps keep pairs with r >= beta_fast and interpolate those with r <= beta_slow; ramp
    "index" keeps all where not even the first pair turns beta_slow times, as published. Between
    - ramp "index" is linear in the pair's index, from floor(i(beta_fast)) to ceil(i(beta_slow)), where
      i(beta) = d ln(L0 / (2 pi beta)) / (2 ln b) is the pair that turns beta times (the code of YaRN and transformers);
    - ramp "wavelength" is linear in r = L0 / wavelength itself (the paper's equation).

    Args:
        factor: s, at least 1.
        original_context: L0, the trained length in tokens, at least 1.
        beta_fast: turns from which a pair is kept, above beta_slow.
        beta_slow: turns up to which a pair is interpolated, above 0.
        ramp: "index" or "wavelength".
        attention_factor: the factor of cos and sin; None takes 0.1 ln s + 1. Scores grow by its square.

    Source: Peng et al. 2023, "YaRN", section 3; transformers, `_compute_yarn_parameters`.
    """

    factor: Number
    _: KW_ONLY
    original_context: Whole
    beta_fast: Number = 32
    beta_slow: Number = 1
    ramp: Literal["index", "wavelength"] = "index"
    attention_factor: Number | None = None

    def __post_init__(self) -> None:
        _require_factor(self.factor)
        whole("original_context", self.original_context, 1)
        require(0 < as_real(self.beta_slow) < math.inf, "beta_slow", self.beta_slow, "above 0 and finite")
        require(
            self.beta_slow < as_real(self.beta_fast) < math.inf,
            "beta_fast",
            self.beta_fast,
            f"above beta_slow = {self.beta_slow!r}",
        )
        require(self.ramp in ("index", "wavelength"), "ramp", self.ramp, "'index' or 'wavelength'")
        if self.attention_factor is not None:
            given = as_real(self.attention_factor)
            require(0 < given < math.inf, "attention_factor", self.attention_factor, "above 0 and finite")


@dataclass(frozen=True, slots=True)
class Llama3:
    """Llama 3.1: wavelengths above L0 / low are divided by s, those below L0 / high kept, with a blend between.

    Between the two, omega' = (1 - w) omega / s + w omega with w = (L0 / wavelength - low) / (high - low).

    Args:
        factor: s, at least 1.
        low_freq_factor: low, above 0.
        high_freq_factor: high, above low.
        original_context: L0, the trained length in tokens, at least 1.

    Source: Meta 2024, llama-models, `apply_scaling`; transformers, `_compute_llama3_parameters`.
    """

    factor: Number
    _: KW_ONLY
    low_freq_factor: Number
    high_freq_factor: Number
    original_context: Whole

    def __post_init__(self) -> None:
        _require_factor(self.factor)
        whole("original_context", self.original_context, 1)
        low = as_real(self.low_freq_factor)
        require(0 < low < math.inf, "low_freq_factor", self.low_freq_factor, "above 0 and finite")
        require(
            low < as_real(self.high_freq_factor) < math.inf,
            "high_freq_factor",
            self.high_freq_factor,
            f"above low_freq_factor = {self.low_freq_factor!r}",
        )


Scaling = Linear | NtkAware | DynamicNtk | Yarn | Llama3


@dataclass(frozen=True, eq=False)
class RopeFrequencies:
    """How fast each pair of dimensions turns.

    Args:
        inv_freq: omega, in radians per token, shape [pair], falling from the first pair to the last.
        attention_factor: the factor of cos and sin; 1 except for YaRN.
    """

    inv_freq: Float[np.ndarray, "pair"]
    attention_factor: float

    @property
    def wavelengths(self) -> Float[np.ndarray, "pair"]:
        """Tokens for one full turn of each pair, 2 pi / omega; infinite for a pair that does not turn."""
        with np.errstate(divide="ignore"):
            return np.asarray(2 * np.pi / self.inv_freq)


def rope_frequencies(head_dim: Whole, *, base: Number = 10_000.0, scaling: Scaling | None = None) -> RopeFrequencies:
    """The angular frequencies of RoPE, omega_i = b^(-2i / d), after a scheme of context extension.

    Args:
        head_dim: d, even; pair i has index 0 to d/2 - 1. NTK schemes need d >= 4, since their exponent is d / (d - 2).
        base: b, above 1.
        scaling: how the context is stretched; None leaves the frequencies as trained.

    Returns:
        Frequencies [pair] in float64, and the attention factor.

    Raises:
        ValueError: for an odd dimension, a base of at most 1, a factor below 1 (when the scheme is made) or so large
            that the base leaves float64, or a `scaling` that is none of the classes above.

    Invariant: with a factor of 1 every scheme returns the unscaled frequencies; no scheme speeds a pair up.
    Source: Su et al. 2021 (RoFormer), section 3.2.2; the sources of each scheme.
    """
    require_even("head_dim", head_dim)
    require_base(base)
    inv_freq = _geometric(head_dim, base)
    match scaling:
        case None:
            return RopeFrequencies(inv_freq, 1.0)
        case Linear(factor):
            return RopeFrequencies(inv_freq / factor, 1.0)
        case NtkAware(factor):
            return RopeFrequencies(_geometric(head_dim, _larger_base(base, head_dim, factor)), 1.0)
        case DynamicNtk(factor):
            growth = float(factor) * max(scaling.length / scaling.original_context, 1.0) - (float(factor) - 1)
            return RopeFrequencies(_geometric(head_dim, _larger_base(base, head_dim, growth)), 1.0)
        case Yarn(factor):
            kept = yarn_kept_part(head_dim, base=base, scaling=scaling)
            given = scaling.attention_factor
            attention_factor = 0.1 * math.log(factor) + 1 if given is None else float(given)
            return RopeFrequencies((1 - kept) * inv_freq / factor + kept * inv_freq, attention_factor)
        case Llama3(factor):
            kept = _llama3_kept_part(inv_freq, scaling)
            return RopeFrequencies((1 - kept) * inv_freq / factor + kept * inv_freq, 1.0)
    raise ValueError(f"scaling = {scaling!r} must be None, Linear, NtkAware, DynamicNtk, Yarn or Llama3.")


def yarn_kept_part(head_dim: Whole, *, base: Number, scaling: Yarn) -> Float[np.ndarray, "pair"]:
    """YaRN's ramp: how much of each pair's frequency is kept, from 1 (untouched) to 0 (divided by the factor).

    Args:
        head_dim: d, even.
        base: b, above 1.
        scaling: the scheme, with its ramp; see `Yarn` for both formulas.

    Returns:
        k in [0, 1], shape [pair].

    Raises:
        ValueError: for an odd dimension or a base of at most 1.

    Invariant: k never rises with the pair's index.
    Source: `find_correction_range` and `linear_ramp_factor` of transformers; Peng et al. 2023, section 3.2.
    """
    require_even("head_dim", head_dim)
    require_base(base)
    if scaling.ramp == "wavelength":
        turns = scaling.original_context * _geometric(head_dim, base) / (2 * np.pi)
        return np.clip((turns - scaling.beta_slow) / (scaling.beta_fast - scaling.beta_slow), 0, 1)

    def pair_that_turns(times: Number) -> float:
        return head_dim * math.log(scaling.original_context / (2 * math.pi * times)) / (2 * math.log(base))

    # The upper limit is head_dim - 1 and not the last pair, and equal ends are moved apart by 0.001: both as published.
    low = max(math.floor(pair_that_turns(scaling.beta_fast)), 0)
    high: float = min(math.ceil(pair_that_turns(scaling.beta_slow)), head_dim - 1)
    if low == high:
        high += 0.001
    return 1 - np.clip((np.arange(head_dim // 2) - low) / (high - low), 0, 1)


def _geometric(head_dim: Whole, base: Number) -> Float[np.ndarray, "pair"]:
    return float(base) ** (-np.arange(0, head_dim, 2) / head_dim)


def _larger_base(base: Number, head_dim: Whole, growth: Number) -> float:
    require_even("head_dim", head_dim, least=4)
    try:
        larger = float(base) * float(growth) ** (head_dim / (head_dim - 2))
    except OverflowError:
        larger = math.inf
    require(larger < math.inf, "growth of the base", growth, f"so small that b = {base:g} stays within float64")
    return float(larger)


def _llama3_kept_part(inv_freq: Float[np.ndarray, "pair"], scaling: Llama3) -> Float[np.ndarray, "pair"]:
    turns = scaling.original_context * inv_freq / (2 * np.pi)
    low, high = scaling.low_freq_factor, scaling.high_freq_factor
    return np.clip((turns - low) / (high - low), 0, 1)


def _require_factor(factor: Number) -> None:
    require(1 <= as_real(factor) < math.inf, "factor", factor, "at least 1 and finite")
