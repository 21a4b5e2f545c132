"""Attention on matrices small enough to follow every number. In float64, needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Num

from core.checks import Check

Matrix = Num[np.ndarray, "_ _"]
Made = Float[np.ndarray, "_ _"]


@dataclass(frozen=True, eq=False)
class HandSteps:
    """Every step from queries, keys and values to the output of one head.

    Args:
        scores: q_i . k_j.
        scaled: scores / sqrt(d), or the scores themselves without scaling.
        masked: `scaled`, with -inf at later keys where the head is causal.
        largest: the largest masked score of each row, subtracted so that exp cannot overflow.
        exponentials: exp(masked - largest).
        row_sums: sum_j of the exponentials.
        weights: exponentials / row_sums.
        output: sum_j weights[i, j] v_j.
    """

    scores: Float[np.ndarray, "query key"]
    scaled: Float[np.ndarray, "query key"]
    masked: Float[np.ndarray, "query key"]
    largest: Float[np.ndarray, "query"]
    exponentials: Float[np.ndarray, "query key"]
    row_sums: Float[np.ndarray, "query"]
    weights: Float[np.ndarray, "query key"]
    output: Float[np.ndarray, "query d_value"]


def attention_by_hand(
    query: Matrix, key: Matrix, value: Matrix, *, causal: bool = False, scale: bool = True
) -> HandSteps:
    """softmax(Q K^T / sqrt(d) + mask) V, step by step.

    Args:
        query: Q, one row for each token, shape [query d].
        key: K, shape [key d].
        value: V, shape [key d_value].
        causal: whether token i sees keys 0 to i only; Q and K then need as many rows as each other.
        scale: whether scores are divided by sqrt(d).

    Raises:
        ValueError: for shapes that do not fit, empty matrices, or numbers that are not finite; it says which.

    Invariant: each row of `weights` sums to 1; each output is an average of the rows of V.
    Source: Vaswani et al. 2017, equation 1.
    """
    q, k, v = (_matrix(name, x) for name, x in (("query", query), ("key", key), ("value", value)))
    if q.shape[1] != k.shape[1]:
        raise ValueError(f"query has {q.shape[1]} columns and key {k.shape[1]}: a dot product needs as many.")
    if len(k) != len(v):
        raise ValueError(f"key has {len(k)} rows and value {len(v)}: each key needs its value.")
    if causal and len(q) != len(k):
        raise ValueError(f"query has {len(q)} rows and key {len(k)}: a causal mask needs a square map.")
    with np.errstate(over="ignore", invalid="ignore"):
        scores = q @ k.T
    if not np.isfinite(scores).all():
        raise ValueError("The scores overflow: query and key hold numbers that are too large to multiply.")
    scaled = scores / np.sqrt(q.shape[1]) if scale else scores
    masked = np.where(np.triu(np.ones(scores.shape, bool), 1), -np.inf, scaled) if causal else scaled
    largest = masked.max(axis=1)
    exponentials = np.exp(masked - largest[:, None])
    row_sums = exponentials.sum(axis=1)
    weights = exponentials / row_sums[:, None]
    return HandSteps(scores, scaled, masked, largest, exponentials, row_sums, weights, weights @ v)


def by_hand_check(steps: HandSteps, *, head: int = 0) -> Check:
    """That the weights, made step by step, are scipy's softmax of the masked scores.

    Args:
        steps: of one head.
        head: its number, which stands in the check's name.

    Invariant: passes for what `attention_by_hand` returns; a weight that is off by 1e-12 fails.
    """
    from scipy.special import softmax  # type: ignore[import-untyped]

    error = float(np.abs(steps.weights - softmax(steps.masked, axis=1)).max())
    # Both are a few roundings of 2**-53 away from the true weight, which is at most 1; each of n summands adds one.
    bound = (8 + steps.weights.shape[1]) * 2.0**-53
    return Check(f"The weights of head {head} are scipy's softmax", error, bound, "largest difference of a weight")


def project_by_hand(x: Matrix, w_q: Matrix, w_k: Matrix, w_v: Matrix) -> tuple[Made, Made, Made]:
    """Queries, keys and values of tokens: q_i = W_Q x_i, k_i = W_K x_i, v_i = W_V x_i.

    All three are made from the same x_i; the value is W_V x_i, not the product of W_V with a query, key or weight.

    Args:
        x: one row for each token, shape [token d].
        w_q: W_Q, shape [head_dim d], as a torch Linear keeps it.
        w_k: W_K, shape [head_dim d].
        w_v: W_V, shape [d_value d].

    Returns:
        Q, K and V with one row for each token.

    Raises:
        ValueError: for shapes that do not fit, empty matrices, or numbers that are not finite; it says which.

    Invariant: linear in x: twice the input makes twice the queries, keys and values.
    Source: Vaswani et al. 2017, section 3.2.2.
    """
    tokens = _matrix("x", x)
    weights = [_matrix(name, w) for name, w in (("w_q", w_q), ("w_k", w_k), ("w_v", w_v))]
    for name, weight in zip(("w_q", "w_k", "w_v"), weights, strict=True):
        if weight.shape[1] != tokens.shape[1]:
            raise ValueError(f"{name} has {weight.shape[1]} columns; x has {tokens.shape[1]}, and they must agree.")
    if len(weights[0]) != len(weights[1]):
        raise ValueError(f"w_q has {len(weights[0])} rows and w_k {len(weights[1])}: queries and keys must be as long.")
    q, k, v = (tokens @ weight.T for weight in weights)
    return q, k, v


def _matrix(name: str, x: Matrix) -> Made:
    """The matrix in float64."""
    matrix: Made = np.asarray(x, dtype=np.float64)
    if matrix.ndim != 2 or matrix.size == 0:
        raise ValueError(f"{name} has the shape {matrix.shape}; it must be a matrix with at least one row and column.")
    if not np.isfinite(matrix).all():
        row, column = np.argwhere(~np.isfinite(matrix))[0]
        place = f"row {row + 1}, column {column + 1}"
        raise ValueError(f"{name} holds {matrix[row, column]} at {place}; it must be finite.")
    return matrix
