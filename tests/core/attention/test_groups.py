"""Shared key/value heads: who shares, how alike the maps are, what the cache weighs."""

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import LlamaConfig, LlamaForCausalLM

from core.attention import (
    PUBLISHED_MODELS,
    CacheShape,
    cache_bytes,
    cache_check,
    decode_bound,
    group_of,
    map_overlap,
    measured_cache_bytes,
    within_and_across,
)
from core.attention.with_torch.cache import cache_shape_of
from core.models import CausalLM
from tests.core.attention.conftest import CONFIGS, tiny


@given(st.integers(1, 8), st.integers(1, 8))
def test_heads_share_as_repeat_kv_repeats(n_kv_heads: int, size: int) -> None:
    n_heads = n_kv_heads * size
    repeated = torch.arange(n_kv_heads).repeat_interleave(size).tolist()
    assert [group_of(head, n_heads, n_kv_heads) for head in range(n_heads)] == repeated


@pytest.mark.parametrize("numbers", [(9, 9, 3), (-1, 9, 3), (0, 9, 2), (0, 9, 0), (0, 3, 9)])
def test_groups_that_do_not_exist(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"must"):
        group_of(*numbers)


def random_maps(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).dirichlet(np.ones(shape[-1]), shape[:-1]).astype(np.float32)


def test_overlap_is_one_less_the_total_variation() -> None:
    weights = random_maps(2, 4, 5, 5)
    overlap = map_overlap(weights)
    for layer in range(2):
        for a in range(4):
            for b in range(4):
                distance = np.abs(weights[layer, a] - weights[layer, b]).sum(-1).mean() / 2
                assert overlap[layer, a, b] == pytest.approx(1 - distance, abs=1e-6)


def test_rows_without_attention_do_not_count() -> None:
    weights = random_maps(1, 2, 3, 3)
    holed = weights.copy()
    holed[0, :, 0] = np.nan
    assert map_overlap(holed)[0, 0, 1] == pytest.approx(map_overlap(weights[:, :, 1:])[0, 0, 1])


def test_within_and_across_split_the_pairs() -> None:
    overlap = np.arange(36, dtype=np.float32).reshape(1, 6, 6)
    within, across = within_and_across(overlap, 2)
    assert within[0] == pytest.approx(
        np.mean([overlap[0, a, b] for a, b in [(0, 1), (0, 2), (1, 2), (3, 4), (3, 5), (4, 5)]])
    )
    assert across[0] == pytest.approx(np.mean([overlap[0, a, b] for a in range(3) for b in range(3, 6)]))
    assert np.isnan(within_and_across(overlap, 6)[0]).all()
    assert np.isnan(within_and_across(overlap, 1)[1]).all()


@pytest.mark.parametrize("name", PUBLISHED_MODELS)
def test_published_shapes_have_the_published_number_of_weights(name: str) -> None:
    """transformers builds the model without memory and counts; so does the formula, for each variant."""
    published = PUBLISHED_MODELS[name]
    for variant in ("MHA", "GQA", "MQA"):
        model = published.as_variant(variant)
        config = LlamaConfig(
            vocab_size=model.vocabulary,
            hidden_size=model.hidden,
            intermediate_size=model.intermediate,
            num_hidden_layers=model.layers,
            num_attention_heads=model.heads,
            num_key_value_heads=model.kv_heads,
            tie_word_embeddings=model.tied,
        )
        with torch.device("meta"):
            built = LlamaForCausalLM(config)
        assert built.num_parameters() == model.parameters
    counts = {"SmolLM2-135M": 134_515_008, "Llama 3.1 8B": 8_030_261_248, "Llama 3.1 70B": 70_553_706_496}
    assert published.parameters == counts.get(name, published.parameters)
    assert published.as_variant("GQA") == published


@pytest.mark.parametrize("name", ["llama", "gpt2", "gpt_neox"])
def test_the_formula_is_the_real_cache(name: str) -> None:
    lm = tiny(CONFIGS[name])
    for n_tokens, batch in ((1, 1), (7, 1), (33, 3)):
        expected = cache_bytes(cache_shape_of(lm), context=n_tokens, batch=batch)
        assert measured_cache_bytes(lm, n_tokens, batch=batch) == expected > 0
    assert cache_check(lm, 12).passed
    # One key/value head more or less would be noticed.
    assert cache_bytes(dataclasses.replace(cache_shape_of(lm), heads=lm.n_heads * 2, kv_heads=1), context=12) != (
        measured_cache_bytes(lm, 12)
    )


def test_limits_of_measuring(llama: CausalLM) -> None:
    for n_tokens in (0, 513):
        with pytest.raises(ValueError, match=f"n_tokens = {n_tokens} must lie in 1 to 512"):
            measured_cache_bytes(llama, n_tokens)
    with pytest.raises(ValueError, match="batch = 9"):
        measured_cache_bytes(llama, 1, batch=9)


@pytest.mark.models
def test_the_real_cache_of_smollm2(smollm2: CausalLM) -> None:
    published = PUBLISHED_MODELS["SmolLM2-135M"]
    assert cache_shape_of(smollm2) == published.cache_shape(bytes_per_value=4)
    # 2 (key, value) * 30 layers * 3 heads * 64 numbers * 4 bytes for each of 64 tokens.
    assert measured_cache_bytes(smollm2, 64) == 2 * 30 * 3 * 64 * 4 * 64
    assert cache_check(smollm2, 64).passed
    assert smollm2.model.num_parameters() == published.parameters


def test_published_cache_sizes() -> None:
    """Llama 3.1 8B keeps 128 KiB a token in bfloat16: 16 GiB for 131,072 tokens."""
    shape = PUBLISHED_MODELS["Llama 3.1 8B"].cache_shape()
    assert cache_bytes(shape, context=1) == 128 * 1024
    assert cache_bytes(shape, context=131_072) == 16 * 2**30
    assert cache_bytes(dataclasses.replace(shape, bytes_per_value=0.5), context=2, batch=3) == 6 * 32 * 1024


@given(st.sampled_from(list(PUBLISHED_MODELS)), st.integers(1, 200_000), st.integers(1, 256))
def test_fewer_key_value_heads_never_decode_slower(name: str, context: int, batch: int) -> None:
    model = PUBLISHED_MODELS[name]
    bounds = [
        decode_bound(model.as_variant(variant), context=context, batch=batch, bandwidth=1e12)
        for variant in ("MHA", "GQA", "MQA")
    ]
    speeds = [bound.tokens_per_second for bound in bounds]
    assert speeds == sorted(speeds)
    for bound in bounds:
        assert bound.seconds_per_step * 1e12 == pytest.approx(bound.weight_bytes + bound.cache_bytes)
        assert bound.tokens_per_second * bound.seconds_per_step == pytest.approx(batch)


def test_the_input_embedding_is_not_read_unless_tied() -> None:
    tied, untied = PUBLISHED_MODELS["SmolLM2-135M"], PUBLISHED_MODELS["Llama 3.1 8B"]
    assert tied.parameters_read == tied.parameters
    assert untied.parameters - untied.parameters_read == 128_256 * 4096


@pytest.mark.parametrize(
    "change",
    [{"layers": 0}, {"kv_heads": 2}, {"kv_heads": 0}, {"head_dim": -1}, {"bytes_per_value": 0}, {"bytes_per_value": 9}],
)
def test_impossible_caches(change: dict[str, int]) -> None:
    (name,) = change
    with pytest.raises(ValueError, match=f"{name} = {change[name]}"):
        CacheShape(**{"layers": 30, "heads": 9, "kv_heads": 3, "head_dim": 64} | change)


def test_impossible_questions() -> None:
    model = PUBLISHED_MODELS["SmolLM2-135M"]
    with pytest.raises(ValueError, match="context = 0"):
        cache_bytes(model.cache_shape(), context=0)
    with pytest.raises(ValueError, match="batch = 0"):
        decode_bound(model, context=1, batch=0, bandwidth=1.0)
    for bandwidth in (0.0, float("inf"), float("nan")):
        with pytest.raises(ValueError, match="bandwidth"):
            decode_bound(model, context=1, bandwidth=bandwidth)


def test_the_cache_check_catches_a_number_more(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.attention.with_torch import cache

    measured = cache.measured_cache_bytes
    monkeypatch.setattr(cache, "measured_cache_bytes", lambda lm, n_tokens: measured(lm, n_tokens) + 4)
    found = cache_check(tiny(CONFIGS["llama"]), 12)
    assert not found.passed
    assert found.error == 4
