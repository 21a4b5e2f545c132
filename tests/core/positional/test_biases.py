"""ALiBi against BLOOM and MPT, T5 against its own code."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import T5Config
from transformers.models.bloom.modeling_bloom import _get_alibi_slopes, build_alibi_tensor
from transformers.models.mpt.modeling_mpt import build_mpt_alibi_tensor
from transformers.models.t5.modeling_t5 import T5Attention

from core.positional import (
    alibi_bias,
    alibi_checks,
    alibi_slopes,
    bias_check,
    bucket_checks,
    bucket_ranges,
    naive_slopes,
    t5_bias,
    t5_buckets,
    toeplitz_spread,
    toy_bias_table,
)

HEADS = [*range(1, 41), 48, 56, 64, 71, 112, 128]


@pytest.mark.parametrize("n_heads", HEADS)
def test_slopes_are_those_of_bloom_and_mpt(n_heads: int) -> None:
    slopes = alibi_slopes(n_heads)
    assert slopes == pytest.approx(_get_alibi_slopes(n_heads, torch.device("cpu")).numpy(), abs=1e-6)
    mpt = build_mpt_alibi_tensor(n_heads, 2)[:, 0, 0].numpy()  # bias of the key one step back: -slope
    assert slopes == pytest.approx(-mpt, abs=1e-6)
    assert ((slopes > 0) & (slopes < 1)).all()
    assert len(np.unique(slopes)) == n_heads


def test_golden_slopes() -> None:
    assert alibi_slopes(8) == pytest.approx([2.0**-h for h in range(1, 9)])
    eight = [0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.0078125, 0.00390625]
    assert alibi_slopes(12) == pytest.approx([*eight, 0.70711, 0.35355, 0.17678, 0.08839], abs=1e-5)
    assert alibi_slopes(9) == pytest.approx([*eight, 0.70711], abs=1e-5)
    assert np.abs(naive_slopes(12) - alibi_slopes(12)).max() == pytest.approx(0.69, abs=0.01)
    assert np.abs(naive_slopes(9) - alibi_slopes(9)).max() == pytest.approx(0.70, abs=0.01)


@given(n_heads=st.integers(1, 20), n=st.integers(1, 12), first=st.integers(0, 30))
def test_bias_is_a_straight_penalty(n_heads: int, n: int, first: int) -> None:
    bias = alibi_bias(n_heads, n, first + n, first_query=first)
    slopes = alibi_slopes(n_heads)
    for h, i, j in np.ndindex(bias.shape):
        assert bias[h, i, j] == -slopes[h] * abs(first + i - j)
    full = alibi_bias(n_heads, first + n, first + n)
    assert np.array_equal(full[:, first:], bias)
    assert toeplitz_spread(full[0]) == 0


@pytest.mark.parametrize("n_heads", [1, 4, 9, 12])
def test_causal_softmax_equals_blooms(n_heads: int) -> None:
    n = 20
    causal = torch.full((n, n), -torch.inf).triu(1)
    scores = torch.randn(n_heads, n, n, generator=torch.Generator().manual_seed(0))
    bloom = build_alibi_tensor(torch.ones(1, n), n_heads, torch.float32)  # [head 1 key]
    expected = (scores + bloom + causal).softmax(-1)
    found = (scores + torch.as_tensor(alibi_bias(n_heads, n, n)) + causal).softmax(-1)
    assert torch.allclose(found.float(), expected, atol=1e-6)


@pytest.mark.parametrize("n_heads", HEADS)
def test_alibi_checks_pass(n_heads: int) -> None:
    assert all(check.passed for check in alibi_checks(n_heads))


@pytest.mark.parametrize(("n_heads", "passes"), [(8, True), (12, False), (9, False)])
def test_alibi_checks_catch_the_naive_slopes(monkeypatch: pytest.MonkeyPatch, n_heads: int, passes: bool) -> None:
    from core.positional import biases

    monkeypatch.setattr(biases, "alibi_slopes", naive_slopes)
    assert alibi_checks(n_heads)[0].passed is passes


@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize("num_buckets", [4, 8, 12, 16, 20, 32, 48, 64, 100, 128, 256])
@pytest.mark.parametrize("max_distance", [16, 20, 32, 64, 100, 128, 200, 256, 512, 1000, 2048])
def test_buckets_are_those_of_t5(bidirectional: bool, num_buckets: int, max_distance: int) -> None:
    options = {"bidirectional": bidirectional, "num_buckets": num_buckets, "max_distance": max_distance}
    relative = torch.arange(-4000, 4001)
    if max_distance <= num_buckets // (4 if bidirectional else 2):
        with pytest.raises(ValueError, match="max_distance"):
            t5_buckets(relative, **options)
        return
    expected = T5Attention._relative_position_bucket(relative, **options)
    found = t5_buckets(relative, **options)
    assert found.dtype == torch.int64
    assert torch.equal(found, expected)
    assert np.array_equal(t5_buckets(relative.numpy(), **options), expected.numpy())


def test_golden_buckets() -> None:
    past = {entry.bucket: entry for entry in bucket_ranges(bidirectional=True) if entry.side == "past"}
    expected = {8: (8, 11), 9: (12, 15), 10: (16, 22), 11: (23, 31), 12: (32, 45), 13: (46, 63), 14: (64, 90)}
    expected |= {bucket: (bucket, bucket) for bucket in range(8)} | {15: (91, None)}
    assert {bucket: (entry.first, entry.last) for bucket, entry in past.items()} == expected
    causal = {entry.bucket: (entry.first, entry.last) for entry in bucket_ranges(bidirectional=False)}
    assert [causal[bucket] for bucket in (15, 16, 17, 25, 30, 31)] == [
        (15, 15),
        (16, 18),
        (19, 20),
        (52, 58),
        (99, 112),
        (113, None),
    ]
    assert t5_buckets([1, -1, 0, 5], bidirectional=True).tolist() == [17, 1, 0, 21]
    assert t5_buckets([1, 500], bidirectional=False).tolist() == [0, 0]


@given(
    bidirectional=st.booleans(), half=st.integers(2, 40), max_distance=st.integers(41, 400), r=st.integers(-999, 999)
)
def test_ranges_and_buckets_agree(bidirectional: bool, half: int, max_distance: int, r: int) -> None:
    options = {"bidirectional": bidirectional, "num_buckets": 2 * half, "max_distance": max_distance}
    bucket = int(t5_buckets(r, **options))
    assert 0 <= bucket < 2 * half
    if r > 0 and not bidirectional:
        assert bucket == 0
        return
    side = "future" if r > 0 else "past"
    (entry,) = [found for found in bucket_ranges(**options) if found.bucket == bucket and found.side == side]
    assert entry.first <= abs(r) <= (entry.last if entry.last is not None else 999)


@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize(("num_buckets", "max_distance"), [(32, 128), (8, 20), (64, 512), (16, 100)])
def test_bucket_checks_pass(bidirectional: bool, num_buckets: int, max_distance: int) -> None:
    (check,) = bucket_checks(bidirectional=bidirectional, num_buckets=num_buckets, max_distance=max_distance)
    assert check.passed


@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize(("buckets", "farthest", "length"), [(32, 128, 200), (8, 20, 64), (4, 8, 2), (256, 4096, 256)])
def test_a_bias_of_another_rule_or_direction_is_caught(
    bidirectional: bool, buckets: int, farthest: int, length: int
) -> None:
    table = toy_bias_table(3, num_buckets=buckets, seed=1)
    bias = t5_bias(table, length, length, bidirectional=bidirectional, max_distance=farthest)[2]
    rule = {"bidirectional": bidirectional, "max_distance": farthest}
    assert bias_check(bias, table[:, 2], **rule).passed
    assert not bias_check(bias.T, table[:, 2], **rule).passed
    assert not bias_check(bias, table[:, 1], **rule).passed
    changed = bias.copy()
    changed[-1, 0] += 1e-12
    assert not bias_check(changed, table[:, 2], **rule).passed
    other = t5_bias(table, length, length, bidirectional=not bidirectional, max_distance=farthest)[2]
    assert not bias_check(other, table[:, 2], **rule).passed


def test_bucket_checks_catch_a_boundary_off_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.positional import buckets

    right = t5_buckets
    monkeypatch.setattr(buckets, "t5_buckets", lambda r, **options: right(np.asarray(r) - 1, **options))
    assert not bucket_checks(bidirectional=True)[0].passed


@pytest.mark.parametrize("bidirectional", [True, False])
def test_t5_bias_is_that_of_t5(bidirectional: bool) -> None:
    config = T5Config(d_model=16, num_heads=3, d_kv=4, is_decoder=not bidirectional)
    attention = T5Attention(config, has_relative_attention_bias=True, layer_idx=0)
    table = toy_bias_table(3, seed=5)
    with torch.no_grad():
        attention.relative_attention_bias.weight.copy_(torch.as_tensor(table))
        expected = attention.compute_bias(20, 20)[0].numpy()
        later = attention.compute_bias(1, 20, past_seen_tokens=19)[0].numpy()
    assert t5_bias(table, 20, 20, bidirectional=bidirectional) == pytest.approx(expected, abs=1e-6)
    assert t5_bias(table, 1, 20, bidirectional=bidirectional, first_query=19) == pytest.approx(later, abs=1e-6)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: alibi_slopes(0), "n_heads is 0; it must be a whole number of 1 or more"),
        (lambda: naive_slopes(-1), "n_heads is -1; it must be a whole number of 1"),
        (lambda: alibi_bias(2, 0, 3), "n_query is 0; it must be a whole number of 1"),
        (lambda: alibi_bias(2, 3, 0), "n_key is 0; it must be a whole number of 1"),
        (lambda: alibi_bias(2, 1, 1, first_query=-1), "first_query is -1; it must be a whole number of 0"),
        (lambda: t5_buckets(0, bidirectional=True, num_buckets=5), "num_buckets = 5 must be an even"),
        (
            lambda: t5_buckets(0, bidirectional=True, num_buckets=2),
            "num_buckets = 2 must be an even whole number of at lea",
        ),
        (lambda: t5_buckets(0, bidirectional=False, num_buckets=1), "num_buckets is 1; it must be a whole number of 2"),
        (lambda: t5_buckets(0, bidirectional=True, max_distance=8), "max_distance = 8 must be above 8"),
        (lambda: toy_bias_table(0, seed=0), "n_heads is 0; it must be a whole number of 1 or more"),
        (
            lambda: t5_bias(toy_bias_table(1, seed=0), 0, 1, bidirectional=True),
            "n_query is 0; it must be a whole number of 1",
        ),
    ],
)
def test_bad_input_is_named_with_its_range(call: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()


def test_alibi_checks_catch_a_bias_of_another_slope(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.positional import biases

    bias = biases.alibi_bias
    monkeypatch.setattr(biases, "alibi_bias", lambda *args, **kwargs: 1.001 * bias(*args, **kwargs))
    assert [check.passed for check in alibi_checks(8)] == [True, False]
