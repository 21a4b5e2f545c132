"""Maps rebuilt by hand, the mistakes that must show, and each step of one query."""

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.attention import (
    LayerProjections,
    contribution,
    project,
    query_steps,
    rebuild,
    rebuild_check,
    trace,
)
from core.language.with_torch.layers import attention_layer, rotate_half
from core.models import CausalLM, Encoder
from core.positional import rotate
from tests.core.attention.conftest import CONFIGS, TEXT, tiny


def test_every_layer_is_rebuilt(any_lm: CausalLM | Encoder) -> None:
    traced = trace(any_lm, TEXT)
    for layer in range(any_lm.n_layers):
        projections = project(any_lm, traced, layer)
        assert projections.causal == traced.causal
        check = rebuild_check(projections, traced.weights[layer].numpy())
        assert check.passed, (layer, check)


def test_the_output_is_the_models_own(any_lm: CausalLM | Encoder) -> None:
    """Second implementation of values and W_O: what goes into the output projection, and what comes out of it."""
    traced, seen = trace(any_lm, TEXT), {}
    part = attention_layer(any_lm.model, 1).output
    handle = part.register_forward_hook(lambda _, inputs, output: seen.update(merged=inputs[0][0], output=output[0]))
    trace(any_lm, TEXT)
    handle.remove()
    projections = project(any_lm, traced, 1)
    heads = rebuild(projections) @ projections.value  # [head token head_dim]
    np.testing.assert_allclose(heads.transpose(1, 0, 2).reshape(seen["merged"].shape), seen["merged"], atol=1e-4)
    for head in range(any_lm.n_heads):
        steps = query_steps(projections, head, 5)
        np.testing.assert_allclose(steps.output, heads[head, 5], atol=1e-5)
    # With all weight of one head on one key, the output projection adds a vector of the stated length.
    only = np.zeros_like(seen["merged"].numpy())
    only[:, : heads.shape[-1]] = projections.value[0]
    added = part(torch.from_numpy(only)) - part(torch.zeros(only.shape))
    np.testing.assert_allclose(added.norm(dim=-1), projections.output_norms[0], rtol=1e-3, atol=1e-4)


def spoiled(lm: CausalLM, projections: LayerProjections, hidden: torch.Tensor) -> dict[str, LayerProjections]:
    """The classic mistakes, each as the projections it would give."""
    parts = attention_layer(lm.model, projections.layer)
    query, key, _ = parts.query_key_value(hidden)
    group = lm.n_heads // lm.n_kv_heads
    rotated = rotate_half(key, parts.inv_freq).numpy()
    pairs = np.arange(query.shape[-1]).reshape(2, -1).T.ravel()  # interleaved pairs in place of halves
    back = np.argsort(pairs)

    def interleaved(x: torch.Tensor) -> np.ndarray:
        return rotate_half(x[..., torch.from_numpy(back)], parts.inv_freq)[..., torch.from_numpy(pairs)].numpy()

    return {
        "no rope": dataclasses.replace(projections, query=query.numpy(), key=key.repeat_interleave(group, 0).numpy()),
        "no scale": dataclasses.replace(projections, scaling=1.0),
        "h % kv heads": dataclasses.replace(projections, key=np.tile(rotated, (group, 1, 1))),
        "interleaved": dataclasses.replace(
            projections, query=interleaved(query), key=interleaved(key).repeat(group, axis=0)
        ),
        "no mask": dataclasses.replace(projections, causal=False),
    }


def test_queries_turn_as_rope_says_to_the_precision_of_float32_angles(llama: CausalLM) -> None:
    parts = attention_layer(llama.model, 0)
    query = parts.query_key_value(trace(llama, 10 * TEXT).hidden[0])[0]
    turned = rotate_half(query, parts.inv_freq)
    exact = rotate(query, np.arange(query.shape[1]), parts.inv_freq)
    # An angle of p radians is off by up to p * 2**-24 in float32.
    bound = 2 * query.shape[1] * 2.0**-24 * float(query.norm(dim=-1).max())
    assert float((turned - exact).abs().max()) < bound


@pytest.mark.models
def test_the_classic_mistakes_are_caught(smollm2: CausalLM) -> None:
    traced = trace(smollm2, "The quick brown fox jumps over the lazy dog, and the dog barks.")
    projections = project(smollm2, traced, 18)
    weights = traced.weights[18].numpy()
    assert rebuild_check(projections, weights).passed
    for mistake, wrong in spoiled(smollm2, projections, traced.hidden[18]).items():
        check = rebuild_check(wrong, weights)
        assert check.error > 0.1, (mistake, check)
        assert not check.passed


@pytest.mark.models
@pytest.mark.parametrize("name", ["smollm2", "minilm"])
def test_every_layer_of_the_real_models_is_rebuilt(name: str, request: pytest.FixtureRequest) -> None:
    lm = request.getfixturevalue(name)
    ids = torch.randint(1000, 20_000, (48,), generator=torch.Generator().manual_seed(3))
    traced = trace(lm, lm.tokenizer.decode(ids))
    for layer in range(lm.n_layers):
        assert rebuild_check(project(lm, traced, layer), traced.weights[layer].numpy()).passed


@pytest.mark.parametrize("layer", [-1, 3])
def test_a_layer_out_of_range_is_refused(llama: CausalLM, layer: int) -> None:
    with pytest.raises(ValueError, match=r"must lie in 0 to 2"):
        project(llama, trace(llama, TEXT), layer)


def test_an_unknown_architecture_is_refused(llama: CausalLM) -> None:
    llama.model.config.model_type = "mamba"
    with pytest.raises(ValueError, match=r"'mamba'.*bert, gpt2, gpt_neox, llama"):
        attention_layer(llama.model, 0)


def test_grouped_heads_share_keys() -> None:
    lm = tiny(CONFIGS["llama"])
    projections = project(lm, trace(lm, TEXT), 0)
    assert projections.n_kv_heads == 2
    assert all((projections.key[head] == projections.key[3 * (head // 3)]).all() for head in range(6))
    assert (projections.key[0] != projections.key[3]).any()


def test_contribution_is_weight_times_projected_value(any_lm: CausalLM | Encoder) -> None:
    traced, layer = trace(any_lm, TEXT), 1
    projections = project(any_lm, traced, layer)
    matrix = attention_layer(any_lm.model, layer).output_weight.numpy()
    head, head_dim = 1, projections.value.shape[-1]
    block = matrix[:, head * head_dim : (head + 1) * head_dim]
    added = projections.value[head] @ block.T  # [key d]
    expected = np.linalg.norm(traced.weights[layer, head].numpy()[:, :, None] * added, axis=-1)
    np.testing.assert_allclose(contribution(any_lm, TEXT, layer)[head], expected, rtol=1e-4, atol=1e-5)


def hand_made() -> LayerProjections:
    query = np.array([[[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]]], np.float32)
    key = np.array([[[1.0, 0.0], [0.0, 1.0], [2.0, 0.0]]], np.float32)
    value = np.array([[[3.0, 4.0], [1.0, 0.0], [0.0, 2.0]]], np.float32)
    return LayerProjections(0, query, key, value, np.ones((1, 3), np.float32), 1, 0.5, causal=True)


def test_steps_of_a_query_by_hand() -> None:
    steps = query_steps(hand_made(), 0, 1, temperature=2.0)
    assert steps.raw.tolist() == [0, 2, 0]
    assert steps.scaled.tolist() == [0, 1, 0]
    assert steps.masked.tolist() == [0, 1, -np.inf]
    first = 1 / (1 + np.exp(0.5))
    np.testing.assert_allclose(steps.weights, [first, 1 - first, 0], rtol=1e-6)
    np.testing.assert_allclose(steps.value_norms, [5, 1, 2], rtol=1e-6)
    np.testing.assert_allclose(steps.weighted_value_norms, [5 * first, 1 - first, 0], rtol=1e-6)
    np.testing.assert_allclose(steps.output, [3 * first + 1 - first, 4 * first], rtol=1e-6)


def test_steps_at_temperature_1_are_a_row_of_the_map() -> None:
    for query in range(3):
        assert (query_steps(hand_made(), 0, query).weights == rebuild(hand_made())[0, query]).all()


@given(st.floats(0.01, 100), st.integers(0, 2))
def test_weights_are_a_distribution_at_any_temperature(temperature: float, query: int) -> None:
    weights = query_steps(hand_made(), 0, query, temperature=temperature).weights
    assert abs(weights.sum() - 1) < 1e-6
    assert (weights >= 0).all()
    assert (weights[query + 1 :] == 0).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1, 0, 1.0), "head = 1 must lie in 0 to 0"),
        ((0, 3, 1.0), "query = 3 must lie in 0 to 2"),
        ((0, -1, 1.0), "query = -1"),
        ((0, 0, 0.0), "temperature = 0.0 must be a finite number of at least 1e-30"),
        ((0, 0, float("nan")), "temperature = nan"),
    ],
)
def test_steps_out_of_range_are_refused(arguments: tuple[int, int, float], message: str) -> None:
    head, query, temperature = arguments
    with pytest.raises(ValueError, match=message):
        query_steps(hand_made(), head, query, temperature=temperature)
