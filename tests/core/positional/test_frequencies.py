"""Frequencies of every scaling against transformers.modeling_rope_utils, golden numbers, and what is refused."""

import math
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import LlamaConfig
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

from core.positional import (
    DynamicNtk,
    Linear,
    Llama3,
    NoPositions,
    NtkAware,
    OtherBase,
    Scaling,
    Stretched,
    Yarn,
    frequencies_under,
    rope_frequencies,
    scheme_of,
    yarn_kept_part,
)

DIMS = [4, 32, 64, 80, 96, 128, 256]
BASES = [500.0, 1e4, 1e5, 5e5, 1e6]
FACTORS = [1.0, 1.5, 2.0, 4.0, 8.0, 32.0]
CONTEXT = 8192


def theirs(head_dim: int, base: float, *, context: int = CONTEXT, seq_len: int | None = None, **rope: Any):
    config = LlamaConfig(
        hidden_size=head_dim * 4,
        num_attention_heads=4,
        head_dim=head_dim,
        max_position_embeddings=context,
        rope_parameters={"rope_theta": base, **rope},
    )
    if rope["rope_type"] == "default":
        inv_freq, attention_factor = LlamaRotaryEmbedding.compute_default_rope_parameters(config)
    else:
        inv_freq, attention_factor = ROPE_INIT_FUNCTIONS[rope["rope_type"]](config, None, seq_len=seq_len)
    return inv_freq.numpy(), attention_factor


def assert_same(head_dim: int, base: float, scaling: Scaling | None, **rope: Any) -> None:
    ours = rope_frequencies(head_dim, base=base, scaling=scaling)
    inv_freq, attention_factor = theirs(head_dim, base, **rope)
    # In the band that Llama 3 blends, transformers subtracts two float32 numbers: there the error is that of the
    # frequency before scaling, not of the smaller one after it.
    size = rope_frequencies(head_dim, base=base).inv_freq if isinstance(scaling, Llama3) else inv_freq
    assert (np.abs(ours.inv_freq - inv_freq) <= 1e-6 * size).all()
    assert ours.attention_factor == pytest.approx(attention_factor, rel=1e-12)


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("head_dim", [2, *DIMS])
def test_unscaled(head_dim: int, base: float) -> None:
    assert_same(head_dim, base, None, rope_type="default")


@pytest.mark.parametrize("head_dim", DIMS)
class TestAgainstTransformers:
    def test_linear(self, head_dim: int) -> None:
        for base, factor in product(BASES, FACTORS):
            assert_same(head_dim, base, Linear(factor), rope_type="linear", factor=factor)

    @pytest.mark.parametrize("length", [100, CONTEXT, 10_000, 65_536])
    def test_dynamic(self, head_dim: int, length: int) -> None:
        for base, factor in product(BASES, FACTORS):
            ours = DynamicNtk(factor, original_context=CONTEXT, length=length)
            assert_same(head_dim, base, ours, rope_type="dynamic", factor=factor, seq_len=length)

    @pytest.mark.parametrize("context", [256, 2048, CONTEXT])
    @pytest.mark.parametrize(("fast", "slow"), [(32, 1), (16, 2), (64.0, 0.5)])
    def test_yarn(self, head_dim: int, context: int, fast: float, slow: float) -> None:
        rope = {"original_max_position_embeddings": context, "beta_fast": fast, "beta_slow": slow}
        for base, factor in product(BASES, FACTORS):
            ours = Yarn(factor, original_context=context, beta_fast=fast, beta_slow=slow)
            assert_same(head_dim, base, ours, context=context, rope_type="yarn", factor=factor, **rope)

    @pytest.mark.parametrize(("low", "high"), [(1, 4), (0.5, 8.0)])
    def test_llama3(self, head_dim: int, low: float, high: float) -> None:
        rope = {"low_freq_factor": low, "high_freq_factor": high, "original_max_position_embeddings": CONTEXT}
        for base, factor in product(BASES, FACTORS):
            ours = Llama3(factor, low_freq_factor=low, high_freq_factor=high, original_context=CONTEXT)
            assert_same(head_dim, base, ours, rope_type="llama3", factor=factor, **rope)

    def test_ntk_aware_keeps_the_first_pair_and_divides_the_last(self, head_dim: int) -> None:
        for base, factor in product(BASES, FACTORS):
            found = rope_frequencies(head_dim, base=base, scaling=NtkAware(factor)).inv_freq
            ratio = found / rope_frequencies(head_dim, base=base).inv_freq
            assert ratio[0] == 1
            assert ratio[-1] == pytest.approx(1 / factor)
            # As x-transformers writes it: the base itself is changed.
            rebased = rope_frequencies(head_dim, base=base * factor ** (head_dim / (head_dim - 2)))
            assert found == pytest.approx(rebased.inv_freq, rel=1e-12)


def test_attention_factor_may_be_given() -> None:
    rope = {"factor": 4.0, "original_max_position_embeddings": CONTEXT, "attention_factor": 1.25}
    assert_same(64, 1e5, Yarn(4.0, original_context=CONTEXT, attention_factor=1.25), rope_type="yarn", **rope)


def base_of(inv_freq: np.ndarray) -> float:
    """The base of a geometric row of frequencies, from its second entry, b^(-2 / d)."""
    return float(inv_freq[1] ** -len(inv_freq))


def test_golden_numbers() -> None:
    smol = rope_frequencies(64, base=100_000)
    assert (smol.wavelengths[0], smol.wavelengths[-1]) == pytest.approx((6.2832, 438_460), rel=1e-4)
    assert (smol.wavelengths <= 8192).sum() == 20
    assert base_of(rope_frequencies(64, base=1e5, scaling=NtkAware(4)).inv_freq) == pytest.approx(418_293.66, rel=1e-7)
    for length, base in ((16_384, 526_644), (32_768, 1_412_138)):
        dynamic = DynamicNtk(4, original_context=8192, length=length)
        assert base_of(rope_frequencies(64, base=1e5, scaling=dynamic).inv_freq) == pytest.approx(base, abs=1)
    yarn = rope_frequencies(64, base=1e5, scaling=Yarn(4, original_context=8192))
    assert yarn.attention_factor == pytest.approx(1.138629, abs=1e-6)
    assert yarn.attention_factor**2 == pytest.approx(1.2965, abs=1e-4)


@pytest.mark.parametrize(("base", "context", "kept", "divided"), [(1e5, 8192, 11, 12), (1e4, 2048, 9, 11)])
def test_yarn_leaves_and_divides_as_many_pairs_as_published(base: float, context: int, kept: int, divided: int) -> None:
    part = yarn_kept_part(64, base=base, scaling=Yarn(4, original_context=context))
    assert ((part == 1).sum(), (part == 0).sum()) == (kept, divided)


@pytest.mark.parametrize(("base", "context"), [(1e5, 8192), (1e4, 2048)])
def test_the_two_ramps_of_yarn_are_different_schemes(base: float, context: int) -> None:
    schemes = [Yarn(8, original_context=context, ramp=ramp) for ramp in ("index", "wavelength")]
    index, wavelength = (rope_frequencies(64, base=base, scaling=scheme).inv_freq for scheme in schemes)
    assert np.abs(index / wavelength - 1).max() > 0.3
    # The paper's ramp, pair by pair: gamma(r) with r = L0 / wavelength, alpha = 1, beta = 32.
    for i, found in enumerate(wavelength):
        omega = base ** (-2 * i / 64)
        r = context * omega / (2 * math.pi)
        gamma = 0 if r < 1 else 1 if r > 32 else (r - 1) / 31
        assert found == pytest.approx((1 - gamma) * omega / 8 + gamma * omega, rel=1e-12)


SCHEMES = st.one_of(
    st.builds(Linear, st.floats(1, 64)),
    st.builds(NtkAware, st.floats(1, 64)),
    st.builds(DynamicNtk, st.floats(1, 64), original_context=st.integers(64, 9000), length=st.integers(1, 99_999)),
    st.builds(
        Yarn, st.floats(1, 64), original_context=st.integers(64, 9000), ramp=st.sampled_from(["index", "wavelength"])
    ),
    st.builds(
        Llama3,
        st.floats(1, 64),
        low_freq_factor=st.floats(0.1, 2),
        high_freq_factor=st.floats(2.1, 9),
        original_context=st.integers(64, 9000),
    ),
)


@given(scaling=SCHEMES, half=st.integers(2, 64), base=st.floats(2, 1e6))
def test_no_scheme_speeds_a_pair_up_or_divides_it_by_more_than_needed(scaling: Scaling, half: int, base: float) -> None:
    before = rope_frequencies(2 * half, base=base).inv_freq
    after = rope_frequencies(2 * half, base=base, scaling=scaling)
    most = scaling.factor
    if isinstance(scaling, DynamicNtk):
        most = scaling.factor * max(scaling.length / scaling.original_context, 1) - (scaling.factor - 1)
    assert (after.inv_freq <= before * (1 + 1e-12)).all()
    assert (after.inv_freq >= before / most * (1 - 1e-12)).all()
    assert after.attention_factor >= 1


@pytest.mark.parametrize("kind", ["linear", "ntk", "dynamic", "yarn", "yarn_wavelength", "yarn_plain", "llama3"])
def test_a_factor_of_one_changes_nothing(kind: str) -> None:
    scaled = frequencies_under(scheme_of(kind, 1, original_context=8192), 64, base=1e5)
    assert scaled.inv_freq == pytest.approx(rope_frequencies(64, base=1e5).inv_freq, rel=1e-12)
    assert scaled.attention_factor == 1


def test_schemes_that_only_a_model_knows() -> None:
    trained = rope_frequencies(64, base=1e5).inv_freq
    assert not frequencies_under(NoPositions(), 64, base=1e5).inv_freq.any()
    assert np.array_equal(frequencies_under(OtherBase(1e4), 64, base=1e5).inv_freq, rope_frequencies(64).inv_freq)
    assert frequencies_under(Stretched(0.5), 64, base=1e5).inv_freq == pytest.approx(trained / 2)
    assert np.array_equal(frequencies_under(None, 64, base=1e5).inv_freq, trained)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Linear(0.5), "factor = 0.5 must be at least 1"),
        (lambda: NtkAware(math.nan), "factor = nan must be at least 1"),
        (lambda: Linear(math.inf), "factor = inf must be at least 1 and finite"),
        (lambda: DynamicNtk(2, original_context=0, length=5), "original_context is 0; it must be a whole number of 1"),
        (lambda: DynamicNtk(2, original_context=5, length=0), "length is 0; it must be a whole number of 1"),
        (lambda: Yarn(2, original_context=8, beta_slow=0), "beta_slow = 0 must be above 0"),
        (lambda: Yarn(2, original_context=8, beta_fast=1), "beta_fast = 1 must be above beta_slow = 1"),
        (lambda: Yarn(2, original_context=8, attention_factor=0), "attention_factor = 0 must be above 0"),
        (
            lambda: Llama3(2, low_freq_factor=4, high_freq_factor=4, original_context=8),
            "high_freq_factor = 4 must be above low_freq_factor = 4",
        ),
        (lambda: Stretched(0), "factor = 0 must be above 0"),
        (lambda: OtherBase(1), "base = 1 must be above 1"),
        (lambda: scheme_of("magic", 2, original_context=8), "kind = 'magic' must be one of linear"),
        (lambda: rope_frequencies(5), "head_dim = 5 must be an even"),
        (lambda: rope_frequencies(8, base=1), "base = 1 must be above 1"),
        (lambda: rope_frequencies(2, scaling=NtkAware(2)), "head_dim = 2 must be an even whole number of at least 4"),
    ],
)
def test_bad_input_is_named_with_its_range(make: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()
