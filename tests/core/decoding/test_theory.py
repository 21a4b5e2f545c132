"""Closed forms against golden numbers, simulation and second implementations."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import TypeCheckError

from core.decoding import (
    Shape,
    best_tree,
    block_rows,
    expected_tokens,
    flash_attention,
    flash_traffic,
    kv_bytes,
    lookup,
    roofline,
    standard_attention,
    standard_traffic,
    tiles,
    tree_mask,
    valid_share,
    walltime_speedup,
)
from core.decoding.memory import bytes_moved, operations
from core.decoding.trees import chain, path_to


def simulated_tokens(alpha: float, gamma: int, *, steps: int, seed: int) -> np.ndarray:
    """Tokens gained in each of many steps with independent acceptance: accepted ones and the target's own."""
    accepted = np.random.default_rng(seed).random((steps, gamma)) < alpha
    return np.cumprod(accepted, axis=1).sum(axis=1) + 1


@pytest.mark.parametrize(("alpha", "gamma", "golden"), [(0.6, 3, 2.176), (0.8, 4, 3.3616), (0.9, 7, 5.6953)])
def test_expected_tokens_matches_the_paper_and_a_simulation(alpha: float, gamma: int, golden: float) -> None:
    assert expected_tokens(alpha, gamma) == pytest.approx(golden, abs=5e-5)
    tokens = simulated_tokens(alpha, gamma, steps=50_000, seed=1)
    assert abs(tokens.mean() - golden) < 4 * tokens.std() / np.sqrt(len(tokens))


def test_edges_of_expected_tokens() -> None:
    assert expected_tokens(1.0, 7) == 8
    assert expected_tokens(0.0, 7) == 1
    assert expected_tokens(0.5, 0) == 1


def test_speedup_with_and_without_the_cost_of_verification() -> None:
    assert walltime_speedup(0.8, 4, draft_cost=0.05) == pytest.approx(2.801, abs=1e-3)
    assert walltime_speedup(0.8, 4, draft_cost=0.4) == pytest.approx(1.293, abs=1e-3)
    assert walltime_speedup(0.8, 4, draft_cost=0.05, verify_cost=1.66) == pytest.approx(3.3616 / 1.86, abs=1e-3)


@pytest.mark.parametrize(
    ("alpha", "gamma", "options"),
    [
        (1.1, 2, {}),
        (-0.1, 2, {}),
        (0.5, -1, {}),
        (0.5, 2, {"draft_cost": -1}),
        (0.5, 2, {"verify_cost": 0}),
        (0.5, 2, {"draft_cost": float("nan")}),
    ],
)
def test_values_out_of_range_are_refused(alpha: float, gamma: int, options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        walltime_speedup(alpha, gamma, **({"draft_cost": 0.1} | options))


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.integers(1, 4), st.integers(1, 6))
def test_lookup_returns_what_followed_a_copy_of_the_tail(ids: list[int], ngram: int, window: int) -> None:
    found = lookup(ids, ngram=ngram, window=window)
    # Second implementation: all earlier places, longest tail first, latest place first.
    for size in range(min(ngram, len(ids) - 1), 0, -1):
        places = [start for start in range(len(ids) - size) if ids[start : start + size] == ids[-size:]]
        if places:
            length = math.ceil(window * size / ngram)
            assert found == ids[places[-1] + size : places[-1] + size + length]
            return
    assert found == []


def test_a_longer_copy_earns_a_longer_draft() -> None:
    after = list(range(10, 30))
    lengths = [len(lookup([*copied, *after, *copied], ngram=3, window=7)) for copied in ([1], [1, 2], [1, 2, 3])]
    assert lengths == [3, 5, 7]
    assert len(lookup([1, 2, 3, 4, *after, 1, 2, 3, 4], ngram=3, window=7)) == 7


@given(st.lists(st.integers(-1, 8), min_size=1, max_size=9).map(lambda row: [min(v, i - 1) for i, v in enumerate(row)]))
def test_tree_mask_is_what_the_paths_say(parent: list[int]) -> None:
    brute = np.zeros((len(parent), len(parent)), bool)
    for node in range(len(parent)):
        brute[node, path_to(parent, node)] = True
    np.testing.assert_array_equal(tree_mask(parent), brute)


def test_a_chain_sees_a_triangle() -> None:
    np.testing.assert_array_equal(tree_mask(chain(5)), np.tril(np.ones((5, 5), bool)))
    with pytest.raises(ValueError, match="parent"):
        tree_mask_of_cycle = [1, 0]
        from core.decoding.trees import depths

        depths(tree_mask_of_cycle)


def test_the_best_tree_beats_every_other_of_its_size() -> None:
    accuracy = [[0.5, 0.2, 0.1], [0.3, 0.25, 0.05]]
    tree = best_tree(accuracy, nodes=4)

    def value(paths: tuple[tuple[int, ...], ...]) -> float:
        return sum(float(np.prod([accuracy[head][rank] for head, rank in enumerate(path)])) for path in paths)

    every = [(a,) for a in range(3)] + [(a, b) for a in range(3) for b in range(3)]
    closed = [set_ for set_ in itertools.combinations(every, 4) if all(len(p) == 1 or p[:1] in set_ for p in set_)]
    mine = tuple(tuple(tree.rank[n] for n in path_to(tree.parent, node)) for node in range(4))
    assert value(mine) == pytest.approx(max(map(value, closed)))


def test_kv_bytes_and_what_a_call_moves() -> None:
    shape = Shape()
    assert shape.weights == 30 * (576 * 64 * (18 + 6) + 3 * 576 * 1536) + 49152 * 576
    assert kv_bytes(shape, 1000) == 2 * 30 * 3 * 64 * 1000 * 4
    assert kv_bytes(Shape(kv_heads=9), 1000) == 3 * kv_bytes(shape, 1000)
    assert bytes_moved(shape, 8, past=100) - bytes_moved(shape, 1, past=100) == 7 * kv_bytes(shape, 1)
    assert operations(shape, 2, past=0) == 2 * 2 * shape.weights + 4 * 30 * 9 * 64 * 3
    with pytest.raises(ValueError, match="length"):
        kv_bytes(shape, -1)


def test_the_roof_is_flat_from_the_ridge_on() -> None:
    roof = roofline(np.array([1.0, 5.0, 10.0, 1000.0]), bandwidth=10.0, peak=50.0)
    np.testing.assert_allclose(roof, [10, 50, 50, 50])


@given(st.integers(1, 12), st.integers(1, 13), st.integers(0, 5))
def test_tiled_attention_is_attention(length: int, block: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    query, key, value = 6 * rng.standard_normal((3, length, 4))
    result = flash_attention(query, key, value, block=block)
    np.testing.assert_allclose(result, standard_attention(query, key, value), atol=1e-12)


def test_every_tile_is_attention_over_the_keys_met_so_far() -> None:
    rng = np.random.default_rng(0)
    query, key, value = rng.standard_normal((3, 8, 4))
    for tile in tiles(query, key, value, block=3):
        rows, met = slice(3 * tile.query_block, 3 * tile.query_block + 3), 3 * tile.key_block + 3
        np.testing.assert_allclose(tile.output, standard_attention(query[rows], key[:met], value[:met]), atol=1e-12)
    with pytest.raises(ValueError, match="block"):
        tiles(query, key, value, block=0)
    with pytest.raises((ValueError, TypeCheckError)):
        tiles(query, key, value[:3], block=2)


def test_traffic_by_counting_every_load_and_store() -> None:
    length, d, sram = 64, 8, 4 * 8 * 16
    block = sram // (4 * d)
    loads = sum(block * d + 2 * length * d + block * d for _ in range(0, length, block))
    assert flash_traffic(length, d, sram=sram) == loads
    assert flash_traffic(length, d, sram=10**9) == 4 * length * d
    assert standard_traffic(4096, 64) > 5.6 * flash_traffic(4096, 64, sram=49_152)
    assert block_rows(8, sram=32) == 1
    with pytest.raises(ValueError, match="sram"):
        flash_traffic(64, 8, sram=31)
    with pytest.raises(ValueError, match="sram"):
        block_rows(8, sram=31)


@pytest.mark.parametrize(("tokens", "steps"), [(0, 1), (4, 0), (4, 5)])
def test_impossible_steps_are_refused(tokens: int, steps: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        valid_share(tokens, steps)
