"""RoPE: against transformers, against complex numbers, its invariants, and the two layouts."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding, apply_rotary_pos_emb

from core.positional import (
    layout_permutation,
    pair_angles,
    pair_scores,
    rope_frequencies,
    rotate,
    rotation_checks,
    score_by_offset,
    turning_angles,
)

LAYOUTS = st.sampled_from(["half", "interleaved"])
HALVES = st.integers(1, 32)
SEEDS = st.integers(0, 999)


def vectors(half: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    return tuple(np.random.default_rng(seed).normal(size=(2, 2 * half)))


def test_half_layout_is_that_of_transformers() -> None:
    config = LlamaConfig(
        hidden_size=64, num_attention_heads=4, rope_parameters={"rope_type": "default", "rope_theta": 500.0}
    )
    module = LlamaRotaryEmbedding(config)
    query, key = torch.randn(2, 3, 4, 11, 16, generator=torch.Generator().manual_seed(0))
    positions = torch.arange(5, 16)
    cos, sin = module(query, positions[None])
    expected = apply_rotary_pos_emb(query, key, cos, sin)
    for x, turned in zip((query, key), expected, strict=True):
        assert torch.allclose(rotate(x, positions, module.inv_freq), turned, atol=1e-5)
        assert torch.allclose(rotate(x, np.arange(5, 16), rope_frequencies(16, base=500.0).inv_freq), turned, atol=1e-5)


@given(half=HALVES, seed=SEEDS, p=st.integers(0, 9000))
def test_interleaved_layout_is_complex_multiplication(half: int, seed: int, p: int) -> None:
    x, _ = vectors(half, seed)
    inv_freq = rope_frequencies(2 * half).inv_freq
    turned = (x[0::2] + 1j * x[1::2]) * np.exp(1j * p * inv_freq)
    found = rotate(x, p, inv_freq, layout="interleaved")
    assert found[0::2] + 1j * found[1::2] == pytest.approx(turned, abs=1e-12)


@given(half=HALVES, seed=SEEDS, m=st.integers(0, 8000), n=st.integers(0, 8000), s=st.integers(0, 8000), layout=LAYOUTS)
def test_lengths_stay_and_only_the_distance_counts(half: int, seed: int, m: int, n: int, s: int, layout: str) -> None:
    q, k = vectors(half, seed)
    inv_freq = rope_frequencies(2 * half, base=1e5).inv_freq

    def at(x: np.ndarray, p: int) -> np.ndarray:
        return rotate(x, p, inv_freq, layout=layout)

    assert np.linalg.norm(at(q, m)) == pytest.approx(np.linalg.norm(q), rel=1e-13)
    assert at(q, m) @ at(k, n) == pytest.approx(at(q, m + s) @ at(k, n + s), abs=1e-9)
    closed = score_by_offset(q, k, np.array([n - m]), inv_freq, layout=layout, scaling=1.0)[0]
    assert at(q, m) @ at(k, n) == pytest.approx(closed, abs=1e-9)


def test_a_fixed_distance_gives_one_score_at_every_place() -> None:
    q, k = vectors(32, 0)
    inv_freq = rope_frequencies(64, base=1e5).inv_freq
    scores = [rotate(q, m, inv_freq) @ rotate(k, m - 13, inv_freq) for m in range(13, 8001, 13)]
    assert np.ptp(scores) < 1e-11
    assert rotate(q, 14, inv_freq) @ rotate(k, 0, inv_freq) != pytest.approx(scores[0], abs=1e-3)


@given(half=st.integers(2, 32), seed=SEEDS, p=st.integers(1, 9000))
def test_layouts_are_equal_under_the_permutation_and_only_so(half: int, seed: int, p: int) -> None:
    x, _ = vectors(half, seed)
    inv_freq = rope_frequencies(2 * half).inv_freq
    to_half = layout_permutation(2 * half)
    back = layout_permutation(2 * half, source="half", target="interleaved")
    interleaved = rotate(x, p, inv_freq, layout="interleaved")
    assert np.array_equal(interleaved[to_half], rotate(x[to_half], p, inv_freq))
    assert np.array_equal(x[to_half][back], x)
    assert sorted(to_half) == list(range(2 * half))
    assert np.abs(interleaved - rotate(x, p, inv_freq)).max() > 1e-6


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_type_and_shape_of_tensors_stay(dtype: torch.dtype) -> None:
    x = torch.ones(2, 3, 5, 8, dtype=dtype)
    for layout in ("half", "interleaved"):
        turned = rotate(x, range(5), rope_frequencies(8).inv_freq, layout=layout)
        assert (turned.dtype, turned.shape) == (dtype, x.shape)
    assert rotate(np.ones((5, 8), np.float32), np.arange(5), rope_frequencies(8).inv_freq).dtype == np.float32


def test_gradients_pass_through() -> None:
    x = torch.randn(4, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(0), requires_grad=True)
    inv_freq = rope_frequencies(8).inv_freq
    torch.autograd.backward(rotate(x, torch.arange(4), inv_freq).square().sum())
    assert torch.allclose(x.grad, 2 * x)  # the rotation keeps the length, so this is the gradient of |x|^2


def test_far_positions_are_as_exact_as_near_ones() -> None:
    x = torch.ones(1, 2)
    turned = rotate(x, torch.tensor([1_000_000]), torch.tensor([0.1], dtype=torch.float64))
    assert turned[0, 0].item() == pytest.approx(math.cos(1e5) - math.sin(1e5), abs=1e-6)


def test_clock_hands() -> None:
    inv_freq = rope_frequencies(8).inv_freq
    hands = turning_angles(np.arange(5000), inv_freq)
    assert hands.shape == (5000, 4)
    assert not hands[0].any()
    assert ((hands >= 0) & (hands < 2 * math.pi)).all()
    assert np.exp(1j * hands[4999]) == pytest.approx(np.exp(1j * 4999 * inv_freq), abs=1e-11)


@given(half=HALVES, seed=SEEDS, m=st.integers(0, 4000), n=st.integers(0, 4000), layout=LAYOUTS)
def test_checks_pass(half: int, seed: int, m: int, n: int, layout: str) -> None:
    q, k = vectors(half, seed)
    inv_freq = rope_frequencies(2 * half, base=1e5).inv_freq
    assert all(check.passed for check in rotation_checks(q, k, m, n, inv_freq, layout=layout))


def test_checks_catch_a_rotation_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.positional import rotation

    def stretching(x: np.ndarray, positions: object, *_: object, **__: object) -> np.ndarray:
        return x * (1 + 1e-6 * float(np.max(positions)))

    monkeypatch.setattr(rotation, "rotate", stretching)
    q, k = vectors(8, 0)
    checks = rotation_checks(q, k, 5, 9, rope_frequencies(16).inv_freq)
    assert [check.passed for check in checks][:2] == [False, False]


@pytest.mark.parametrize("layout", ["Half", "", "pairs"])
def test_unknown_layouts_are_refused(layout: str) -> None:
    inv_freq = rope_frequencies(4).inv_freq
    with pytest.raises(ValueError, match="must be 'half' or 'interleaved'"):
        rotate(np.ones((1, 4)), [0], inv_freq, layout=layout)
    with pytest.raises(ValueError, match="must be 'half' or 'interleaved'"):
        layout_permutation(4, target=layout)
    with pytest.raises(ValueError, match="must be 'half' or 'interleaved'"):
        score_by_offset(np.ones(4), np.ones(4), np.arange(2), inv_freq, layout=layout)


def test_frequencies_must_fit() -> None:
    with pytest.raises(ValueError, match="number of frequencies = 2 must be half of head_dim = 8"):
        rotate(np.ones((1, 8)), [0], rope_frequencies(4).inv_freq)
    with pytest.raises(ValueError, match="number of frequencies = 2 must be half of head_dim = 8"):
        score_by_offset(np.ones(8), np.ones(8), np.arange(2), rope_frequencies(4).inv_freq)
    with pytest.raises(ValueError, match="head_dim = 5 must be an even"):
        layout_permutation(5)


@given(half=HALVES, seed=SEEDS, m=st.integers(0, 8000), n=st.integers(0, 8000), layout=LAYOUTS)
def test_pairs_add_up_to_the_score_and_stand_still_when_both_move(
    half: int, seed: int, m: int, n: int, layout: str
) -> None:
    q, k = vectors(half, seed)
    inv_freq = rope_frequencies(2 * half, base=1e5).inv_freq
    parts = pair_scores(q, k, m, n, inv_freq, layout=layout)
    score = score_by_offset(q, k, np.array([n - m]), inv_freq, layout=layout)[0]
    assert parts.sum() == pytest.approx(score, abs=1e-9)
    assert pair_scores(q, k, m + 77, n + 77, inv_freq, layout=layout) == pytest.approx(parts, abs=1e-9)


@given(half=HALVES, seed=SEEDS, layout=LAYOUTS)
def test_hands_are_the_arguments_of_complex_numbers(half: int, seed: int, layout: str) -> None:
    x, _ = vectors(half, seed)
    inv_freq, positions = rope_frequencies(2 * half).inv_freq, np.array([0, 1, 40])
    pairs = x[:half] + 1j * x[half:] if layout == "half" else x[0::2] + 1j * x[1::2]
    expected = pairs * np.exp(1j * np.multiply.outer(positions, inv_freq))
    found = np.exp(1j * pair_angles(x, positions, inv_freq, layout=layout))
    assert found == pytest.approx(expected / np.abs(expected), abs=1e-12)


def test_the_hands_of_a_plain_vector_are_the_turning_angles() -> None:
    inv_freq = rope_frequencies(16).inv_freq
    found = pair_angles(np.repeat([1.0, 0.0], 8), np.arange(50), inv_freq)
    assert np.mod(found, 2 * np.pi) == pytest.approx(turning_angles(np.arange(50), inv_freq), abs=1e-12)


def test_checks_catch_layouts_that_pair_other_dimensions(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.positional import rotation

    monkeypatch.setattr(rotation, "layout_permutation", lambda count, **_: np.arange(count)[::-1])
    q, k = vectors(8, 0)
    checks = rotation_checks(q, k, 5, 9, rope_frequencies(16).inv_freq)
    assert [check.passed for check in checks] == [True, True, False]
