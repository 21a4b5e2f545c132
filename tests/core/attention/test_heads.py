"""Head scores against sums done by hand, loops and real heads."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.attention import RECORDED_TEXTS, head_scores, recorded, strongest
from core.attention.heads import repeats

A = np.array([[1, 0, 0, 0], [0.25, 0.75, 0, 0], [0.5, 0.2, 0.3, 0], [0.1, 0.2, 0.3, 0.4]], np.float32)


def score(weights: np.ndarray, ids: list[int]):
    return head_scores(SimpleNamespace(weights=weights[None, None], token_ids=np.array(ids)))


def test_scores_by_hand() -> None:
    """Tokens a b a b: query 2 repeats token 0 (follower 1), query 3 repeats token 1 (follower 2)."""
    scores = score(A, [7, 8, 7, 8])
    assert scores.previous_token[0, 0] == pytest.approx((0.25 + 0.2 + 0.3) / 3)
    assert scores.duplicate_token[0, 0] == pytest.approx((0.5 + 0.2) / 2)
    assert scores.induction[0, 0] == pytest.approx((0.2 + 0.3) / 2)
    assert scores.sink[0, 0] == pytest.approx((0.25 + 0.5 + 0.1) / 3)
    distances = [0, 0.25, 2 * 0.5 + 0.2, 3 * 0.1 + 2 * 0.2 + 0.3]
    assert scores.distance[0, 0] == pytest.approx(sum(distances) / 4)
    entropies = [-sum(p * np.log(p) for p in row if p) for row in A.astype(float)]
    assert scores.entropy[0, 0] == pytest.approx(sum(entropies) / 4, rel=1e-6)


def test_three_equal_tokens_count_every_earlier_one() -> None:
    """Tokens a a a: query 1 has {0} and follower {1}, query 2 has {0, 1} and followers {1, 2}."""
    weights = np.array([[1, 0, 0], [0.4, 0.6, 0], [0.2, 0.3, 0.5]], np.float32)
    scores = score(weights, [5, 5, 5])
    assert scores.duplicate_token[0, 0] == pytest.approx((0.4 + 0.5) / 2)
    assert scores.induction[0, 0] == pytest.approx((0.6 + 0.8) / 2)


def test_what_a_text_cannot_show_is_nan() -> None:
    scores = score(A, [1, 2, 3, 4])
    assert np.isnan(scores.duplicate_token).all()
    assert np.isnan(scores.induction).all()
    assert np.isfinite(scores.previous_token).all()
    one = score(np.ones((1, 1), np.float32), [1])
    assert np.isnan([one.previous_token, one.sink, one.induction]).all()
    assert one.entropy[0, 0] == one.distance[0, 0] == 0


@given(st.lists(st.integers(0, 3), min_size=2, max_size=9), st.integers(0, 100))
def test_scores_match_plain_loops(ids: list[int], seed: int) -> None:
    n = len(ids)
    weights = np.random.default_rng(seed).dirichlet(np.ones(n), (2, 3, n)).astype(np.float32)
    scores = head_scores(SimpleNamespace(weights=torch.from_numpy(weights), token_ids=torch.tensor(ids)))
    queries = [q for q in range(n) if ids[q] in ids[:q]]
    for layer, head in np.ndindex(2, 3):
        a = weights[layer, head]
        if queries:
            duplicate = [sum(a[q, k] for k in range(q) if ids[k] == ids[q]) for q in queries]
            induction = [sum(a[q, k + 1] for k in range(q) if ids[k] == ids[q]) for q in queries]
            assert scores.duplicate_token[layer, head] == pytest.approx(np.mean(duplicate), abs=1e-5)
            assert scores.induction[layer, head] == pytest.approx(np.mean(induction), abs=1e-5)
        assert scores.sink[layer, head] == pytest.approx(np.mean(a[1:, 0]), abs=1e-5)
        assert scores.previous_token[layer, head] == pytest.approx(
            np.mean([a[q, q - 1] for q in range(1, n)]), abs=1e-5
        )
        assert 0 <= scores.entropy[layer, head] <= np.log(n) + 1e-5


def test_the_masks_never_look_ahead() -> None:
    earlier, followers = repeats(np.array([1, 1, 2, 1, 2]))
    assert not np.triu(earlier).any()
    assert not np.triu(followers, 1).any()


def test_strongest_leaves_out_nan_and_keeps_order() -> None:
    scores = np.array([[0.2, np.nan, 0.9], [0.9, 0.1, np.nan]])
    assert strongest(scores, 3) == [(0, 2, 0.9), (1, 0, 0.9), (0, 0, 0.2)]
    assert len(strongest(scores, 10)) == 4
    assert strongest(np.full((2, 2), np.nan), 2) == []
    with pytest.raises(ValueError, match="k = 0"):
        strongest(scores, 0)


@pytest.mark.parametrize(("key", "name"), [("induction", "induction"), ("previous_token", "previous_token")])
def test_the_recorded_heads_are_the_strongest_of_their_kind(key: str, name: str) -> None:
    layer, head, value = strongest(getattr(head_scores(recorded(key)), name), 1)[0]
    assert (layer, head) == (RECORDED_TEXTS[key].layer, RECORDED_TEXTS[key].head)
    assert value > 0.6
