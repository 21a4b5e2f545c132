"""The Markov language: entropies and posteriors against sums over all texts."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.transformer import MOST_STATES, Chain, mask_tokens


def all_texts(chain: Chain, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Every text of a length, and its probability."""
    texts = np.array(list(product(range(len(chain.matrix)), repeat=length)))
    steps = chain.matrix[texts[:, :-1], texts[:, 1:]].prod(axis=1)
    return texts, chain.stationary[texts[:, 0]] * steps


def conditional_entropy(chain: Chain, length: int, place: int, given: list[int]) -> float:
    """H(x_place | x_given) by summing over all texts of a length."""
    texts, p = all_texts(chain, length)
    joint: dict[tuple[int, ...], float] = {}
    known: dict[tuple[int, ...], float] = {}
    for text, share in zip(texts.tolist(), p, strict=True):
        key = tuple(text[i] for i in given)
        joint[(*key, text[place])] = joint.get((*key, text[place]), 0.0) + share
        known[key] = known.get(key, 0.0) + share
    return -sum(share * math.log(share / known[key[:-1]]) for key, share in joint.items() if share > 0)


@pytest.mark.parametrize("seed", range(3))
def test_entropies_are_those_of_all_texts(seed: int) -> None:
    chain = Chain.random(4, seed=seed)
    assert math.isclose(chain.entropy_alone, conditional_entropy(chain, 1, 0, []), abs_tol=1e-9)
    assert math.isclose(chain.entropy_past, conditional_entropy(chain, 4, 3, [0, 1, 2]), abs_tol=1e-9)
    assert math.isclose(chain.entropy_both, conditional_entropy(chain, 5, 2, [0, 1, 3, 4]), abs_tol=1e-9)


@given(st.integers(1, 20), st.integers(0, 10**6))
@settings(max_examples=30)
def test_knowing_more_never_raises_the_entropy(states: int, seed: int) -> None:
    chain = Chain.random(states, seed=seed)
    assert 0 <= chain.entropy_both <= chain.entropy_past + 1e-9
    assert chain.entropy_past <= chain.entropy_alone + 1e-9 <= math.log(states) + 1e-8
    assert np.allclose(chain.stationary @ chain.matrix, chain.stationary, atol=1e-9)


def test_a_coin_and_a_clock_have_known_entropies() -> None:
    coin, clock = Chain(np.full((2, 2), 0.5)), Chain(np.roll(np.eye(5), 1, axis=1))
    assert math.isclose(coin.entropy_alone, math.log(2)) and math.isclose(coin.entropy_both, math.log(2))
    assert math.isclose(clock.entropy_alone, math.log(5)) and clock.entropy_past == clock.entropy_both == 0


def test_samples_follow_the_chain() -> None:
    chain = Chain.random(5, seed=1)
    text = chain.sample(60_000, np.random.default_rng(0))
    counts = np.zeros((5, 5))
    np.add.at(counts, (text[:-1], text[1:]), 1)
    expected = chain.stationary[:, None] * chain.matrix
    # Five standard errors of a count, widened since neighbors depend on each other.
    assert (np.abs(counts / counts.sum() - expected) < 10 * np.sqrt(expected / 60_000) + 1e-4).all()
    assert chain.sample(0, np.random.default_rng(0)).shape == (0,)


def brute(chain: Chain, ids: np.ndarray, hidden: np.ndarray, share: float, random: float) -> np.ndarray:
    """The posterior by Bayes' rule over every text."""
    n = len(chain.matrix)
    texts, p = all_texts(chain, len(ids))
    seen = np.ones(len(texts))
    for place, (shown, nothing) in enumerate(zip(ids, hidden, strict=True)):
        if not nothing:
            false = share * random / n
            seen *= np.where(texts[:, place] == shown, 1 - share + share * random + false, false)
    weights = p * seen
    rows = [[weights[texts[:, place] == state].sum() for state in range(n)] for place in range(len(ids))]
    return np.array(rows) / weights.sum()


@pytest.mark.parametrize(("share", "random"), [(0.0, 0.0), (0.15, 0.1), (0.5, 0.5)])
@pytest.mark.parametrize("seed", range(3))
def test_the_posterior_is_bayes_rule_over_all_texts(share: float, random: float, seed: int) -> None:
    chain, rng = Chain.random(3, seed=seed), np.random.default_rng(seed)
    text = chain.sample(6, rng)
    masked = mask_tokens(text, rng, share=0.5, mask_id=3, vocabulary=3) if share else None
    ids = text if masked is None else masked.ids
    hidden = np.array([True, False, False, True, True, False]) if masked is None else ids == 3
    ours = chain.posterior(ids, hidden, share=share, random=random)
    assert np.allclose(ours, brute(chain, ids, hidden, share, random), atol=1e-12)


def test_one_hidden_place_is_decided_by_its_neighbors() -> None:
    chain = Chain.random(6, seed=0)
    row = chain.posterior(np.array([2, -1, 4]), np.array([False, True, False]))[1]
    product = chain.matrix[2] * chain.matrix[:, 4]
    assert np.allclose(row, product / product.sum())


def test_all_hidden_knows_only_how_often_each_symbol_comes() -> None:
    chain = Chain.random(6, seed=0)
    rows = chain.posterior(np.zeros(5, dtype=int), np.ones(5, dtype=bool))
    assert np.allclose(rows, chain.stationary)
    assert chain.posterior(np.zeros(0, dtype=int), np.zeros(0, dtype=bool)).shape == (0, 6)


def test_long_texts_neither_vanish_nor_overflow() -> None:
    chain = Chain.random(12, seed=0)
    text = chain.sample(5_000, np.random.default_rng(0))
    rows = chain.posterior(text, np.arange(5_000) % 3 == 0)
    assert np.isfinite(rows).all() and np.allclose(rows.sum(axis=1), 1)


@pytest.mark.parametrize(
    ("matrix", "says"),
    [
        (np.array([[1.5, -0.5], [0.5, 0.5]]), "0 or more"),
        (np.array([[0.5, 0.4], [0.5, 0.5]]), "sum to 1"),
        (np.eye(2), "parts"),
        (np.zeros((0, 0)), "square"),
    ],
)
def test_what_is_no_chain_is_refused(matrix: np.ndarray, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Chain(matrix)


@pytest.mark.parametrize("states", [0, -3, MOST_STATES + 1])
def test_a_number_of_states_out_of_range_is_refused(states: int) -> None:
    with pytest.raises(ValueError, match="1 to"):
        Chain.random(states, seed=0)


def test_what_cannot_be_seen_is_refused() -> None:
    chain = Chain(np.roll(np.eye(3), 1, axis=1))
    no = np.zeros(2, dtype=bool)
    with pytest.raises(ValueError, match="probability is 0"):
        chain.posterior(np.array([0, 2]), no)
    with pytest.raises(ValueError, match="0 to 2"):
        chain.posterior(np.array([0, 3]), no)
    with pytest.raises(ValueError, match="share = 2"):
        chain.posterior(np.array([0, 1]), no, share=2)
    with pytest.raises(ValueError, match="random"):
        chain.posterior(np.array([0, 1]), no, random=0.6)
