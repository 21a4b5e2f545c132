"""Rollout, the strongest edges, and maps without their sink."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.attention import rollout, strongest_edges, without_sink


def maps(seed: int, n_tokens: int = 5, *, causal: bool = False) -> np.ndarray:
    raw = np.random.default_rng(seed).random((3, 2, n_tokens, n_tokens), np.float32) + 0.01
    raw = np.tril(raw) if causal else raw
    return raw / raw.sum(-1, keepdims=True)


@given(st.integers(0, 1000), st.booleans(), st.booleans())
def test_rollout_is_the_product_of_the_layers(seed: int, causal: bool, residual: bool) -> None:
    weights = maps(seed, causal=causal)
    rolled = rollout(weights, residual=residual)
    layers = weights.astype(np.float64).mean(axis=1)
    layers = 0.5 * layers + 0.5 * np.eye(5) if residual else layers
    np.testing.assert_allclose(rolled, layers[2] @ layers[1] @ layers[0], atol=1e-6)
    np.testing.assert_allclose(rolled.sum(-1), 1, atol=1e-5)
    assert not causal or not np.triu(rolled, 1).any()


def test_rollout_keeps_the_type() -> None:
    weights = maps(0)
    rolled = rollout(torch.from_numpy(weights))
    assert isinstance(rolled, torch.Tensor)
    assert rolled.dtype == torch.float32
    np.testing.assert_allclose(rolled, rollout(weights), atol=1e-6)


def test_edges_by_hand() -> None:
    weights = np.array([[0.5, 0.0, 0.5], [0.7, 0.2, 0.1], [0.0, 0.0, 1.0]])
    edges = strongest_edges(weights, mass=0.5)  # 1.5 of 3: 1.0 + 0.7
    assert list(zip(*edges, strict=True)) == [(2, 2, 1.0), (1, 0, 0.7)]
    assert len(strongest_edges(weights, mass=1.0).values) == 6


@given(st.integers(0, 1000), st.floats(0.01, 0.99))
def test_edges_are_the_fewest_that_reach_the_mass(seed: int, mass: float) -> None:
    weights = maps(seed)[0, 0]
    queries, keys, values = strongest_edges(weights, mass=mass)
    assert (weights[queries, keys] == values).all()
    assert (np.diff(values) <= 0).all()
    target = mass * weights.sum(dtype=np.float64)
    assert values.sum(dtype=np.float64) >= target - 1e-9
    assert values[:-1].sum(dtype=np.float64) < target


@given(st.integers(0, 1000), st.floats(0.01, 1.0), st.integers(0, 4))
def test_a_query_keeps_its_own_strongest_edges_however_faint(seed: int, mass: float, query: int) -> None:
    weights = maps(seed, causal=True)[0, 0]
    weights[query] *= 1e-3
    queries, keys, values = strongest_edges(weights, mass=mass, query=query)
    assert (weights[queries, keys] == values).all()
    assert (np.diff(values) <= 0).all()
    assert len(set(zip(queries.tolist(), keys.tolist(), strict=True))) == len(values)
    own = values[queries == query].sum(dtype=np.float64)
    assert own >= mass * weights[query].sum(dtype=np.float64) - 1e-9
    plain = strongest_edges(weights, mass=mass)
    others = [edge for edge in zip(queries, keys, strict=True) if edge[0] != query]
    assert others == [edge for edge in zip(plain.queries, plain.keys, strict=True) if edge[0] != query]


def test_a_query_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="query"):
        strongest_edges(maps(0)[0, 0], query=5)


@pytest.mark.parametrize("mass", [0.0, -0.1, 1.1, float("nan")])
def test_a_share_out_of_range_is_refused(mass: float) -> None:
    with pytest.raises(ValueError, match="mass"):
        strongest_edges(maps(0)[0, 0], mass=mass)


def test_without_the_sink_rows_sum_to_1_again() -> None:
    weights = maps(0, causal=True)
    before = weights.copy()
    kept = without_sink(weights)
    assert (weights == before).all()
    assert np.isnan(kept[..., 0, :]).all()
    assert (kept[..., 1:, 0] == 0).all()
    np.testing.assert_allclose(kept[..., 1:, :].sum(-1), 1, atol=1e-6)
    np.testing.assert_allclose(
        kept[1, 1, 3, 2] / kept[1, 1, 3, 1], weights[1, 1, 3, 2] / weights[1, 1, 3, 1], rtol=1e-5
    )
    assert len(strongest_edges(kept[0, 0], mass=1.0).values) == 4 + 3 + 2 + 1


def test_edges_of_nothing_are_none() -> None:
    assert len(strongest_edges(np.full((1, 1), np.nan)).values) == 0
