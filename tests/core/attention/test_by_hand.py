"""Attention on small matrices, against torch."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch.nn.functional import multi_head_attention_forward, scaled_dot_product_attention

from core.attention import attention_by_hand, by_hand_check, project_by_hand

numbers = st.floats(-50, 50, allow_nan=False, width=32)
four_by_four = arrays(np.float64, (4, 4), elements=numbers)


@given(four_by_four, four_by_four, four_by_four, st.booleans(), st.booleans())
def test_the_output_is_that_of_torch(
    query: np.ndarray, key: np.ndarray, value: np.ndarray, causal: bool, scale: bool
) -> None:
    steps = attention_by_hand(query, key, value, causal=causal, scale=scale)
    tensors = [torch.from_numpy(x)[None] for x in (query, key, value)]
    factor = None if scale else 1.0
    expected = scaled_dot_product_attention(*tensors, is_causal=causal, scale=factor)[0].numpy()
    np.testing.assert_allclose(steps.output, expected, atol=1e-9)


@given(four_by_four, four_by_four)
def test_the_steps_lead_to_each_other(query: np.ndarray, key: np.ndarray) -> None:
    value = np.eye(4)
    steps = attention_by_hand(query, key, value, causal=True)
    for i in range(4):
        for j in range(4):
            assert steps.scores[i, j] == pytest.approx(sum(query[i] * key[j]), abs=1e-9)
            assert steps.scaled[i, j] == steps.scores[i, j] / 2
            assert steps.masked[i, j] == (steps.scaled[i, j] if j <= i else -np.inf)
            assert steps.exponentials[i, j] == pytest.approx(np.exp(steps.masked[i, j] - steps.largest[i]))
        assert steps.row_sums[i] == pytest.approx(steps.exponentials[i].sum())
        assert 1 <= steps.row_sums[i] <= i + 1
        assert steps.weights[i].sum() == pytest.approx(1)
    np.testing.assert_allclose(steps.output, steps.weights)
    assert steps.weights[0].tolist() == [1, 0, 0, 0]


def test_the_weights_are_those_of_scipy_and_a_wrong_one_is_seen() -> None:
    draw = np.random.default_rng(0)
    for causal in (False, True):
        steps = attention_by_hand(*draw.normal(scale=5.0, size=(3, 6, 4)), causal=causal)
        assert by_hand_check(steps).passed
        wrong = steps.weights.copy()
        wrong[2, 1] += 1e-12
        assert not by_hand_check(replace(steps, weights=wrong)).passed


def test_a_worked_example() -> None:
    """Two tokens, one dimension: scores 0 and ln 3 give the weights 1/4 and 3/4."""
    steps = attention_by_hand(np.array([[1.0]]), np.array([[0.0], [np.log(3)]]), np.array([[0.0], [8.0]]))
    np.testing.assert_allclose(steps.weights, [[0.25, 0.75]])
    np.testing.assert_allclose(steps.output, [[6.0]])


def test_large_scores_do_not_overflow() -> None:
    steps = attention_by_hand(np.array([[1e150]]), np.array([[1e150], [-1e150]]), np.eye(2))
    assert steps.weights.tolist() == [[1, 0]]
    with pytest.raises(ValueError, match="The scores overflow"):
        attention_by_hand(np.array([[1e300]]), np.array([[1e300]]), np.eye(1))


def test_a_value_is_projected_from_the_token_itself() -> None:
    rng = np.random.default_rng(0)
    x, w_q, w_k, w_v = rng.normal(size=(4, 4)), *rng.normal(size=(3, 4, 4))
    q, k, v = project_by_hand(x, w_q, w_k, w_v)
    for i in range(4):
        np.testing.assert_allclose(q[i], w_q @ x[i])
        np.testing.assert_allclose(k[i], w_k @ x[i])
        np.testing.assert_allclose(v[i], w_v @ x[i])


@pytest.mark.parametrize("n_heads", [1, 2, 4])
@pytest.mark.parametrize("causal", [False, True])
def test_several_heads_are_those_of_torch(n_heads: int, causal: bool) -> None:
    rng = np.random.default_rng(n_heads)
    x, w_q, w_k, w_v, w_o = rng.normal(size=(5, 4, 4))
    by_head = zip(*(np.split(rows, n_heads, axis=1) for rows in project_by_hand(x, w_q, w_k, w_v)), strict=True)
    heads = [attention_by_hand(q, k, v, causal=causal) for q, k, v in by_head]
    merged = np.concatenate([head.output for head in heads], axis=1)
    tokens = torch.from_numpy(x)[:, None]
    expected, weights = multi_head_attention_forward(
        tokens, tokens, tokens, 4, n_heads, torch.from_numpy(np.concatenate([w_q, w_k, w_v])), None, None, None,
        add_zero_attn=False, dropout_p=0.0, out_proj_weight=torch.from_numpy(w_o), out_proj_bias=None, training=False,
        attn_mask=torch.ones(4, 4).triu(1).bool() if causal else None, average_attn_weights=False,
    )  # fmt: skip
    np.testing.assert_allclose(merged @ w_o.T, expected[:, 0], atol=1e-12)
    np.testing.assert_allclose(np.stack([head.weights for head in heads]), weights[0], atol=1e-12)


SQUARE, WIDE = np.ones((4, 4)), np.ones((4, 3))
HOLED = np.where(np.eye(4) > 0, np.nan, 1.0)


@pytest.mark.parametrize(
    ("matrices", "causal", "message"),
    [
        ((HOLED, SQUARE, SQUARE), False, "query holds nan at row 1, column 1"),
        ((SQUARE, SQUARE, np.full((4, 4), np.inf)), False, "value holds inf"),
        ((SQUARE, WIDE, SQUARE), False, "query has 4 columns and key 3"),
        ((SQUARE, SQUARE, np.ones((3, 4))), False, "key has 4 rows and value 3"),
        ((SQUARE, np.ones((5, 4)), np.ones((5, 4))), True, "query has 4 rows and key 5: a causal mask needs a square"),
        ((np.ones((0, 4)), SQUARE, SQUARE), False, r"query has the shape \(0, 4\)"),
    ],
)
def test_what_is_wrong_is_said(matrices: tuple[np.ndarray, ...], causal: bool, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        attention_by_hand(*matrices, causal=causal)


def test_projections_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="w_v has 3 columns; x has 4"):
        project_by_hand(SQUARE, SQUARE, SQUARE, WIDE)
    with pytest.raises(ValueError, match="w_q has 4 rows and w_k 3"):
        project_by_hand(SQUARE, SQUARE, np.ones((3, 4)), SQUARE)
