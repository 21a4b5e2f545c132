"""One weight of one head, from the dimensions that its score is summed from to the value it carries."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float

from core.attention.projections import LayerProjections, softmax
from core.checks import Check
from core.numbers import place

ROPE_BASE = {"smollm2-135m": 100_000.0}
"""RoPE's base in the models whose layers are recorded; a model that is missing turns no pairs."""

Unit = Literal["pair", "dimension"]
"""What a score is summed over: the pairs of dimensions that RoPE turns together, or each dimension by itself."""


@dataclass(frozen=True, eq=False)
class CellSum:
    """How one key gets its weight from one query.

    Args:
        query, key: the positions.
        unit: what the score is summed over.
        parts: q_i k_i + q_(i+n) k_(i+n) for each pair of dimensions that RoPE turns together, or q_i k_i for each
            dimension.
        score: their sum, q . k.
        scaled: score / sqrt(d).
        hidden: whether the mask forbids the key, so that the scaled score becomes -inf.
        scores: all scaled scores of the row, -inf where the mask forbids the key.
        row: softmax of the scores.
        weight: the row's entry at the key.
        value: length of what the head adds for a weight of 1 on the key, |W_O v_k|.
        carried: weight * value, the length that arrives.
    """

    query: int
    key: int
    unit: Unit
    parts: Float[np.ndarray, "part"]
    score: float
    scaled: float
    hidden: bool
    scores: Float[np.ndarray, "token"]
    row: Float[np.ndarray, "token"]
    weight: float
    value: float
    carried: float


def cell_sum(
    projections: LayerProjections,
    head: int,
    query: int,
    key: int,
    *,
    unit: Unit = "pair",
    seen: Bool[np.ndarray, "token"] | None = None,
) -> CellSum:
    """Takes one weight apart: q . k part by part, divided by sqrt(d), masked, and put through the softmax.

    A_qk = exp(s_k) / sum_j exp(s_j), s_k = scaling * sum_i (q_i k_i + q_(i+n) k_(i+n)), n half the head's width. The
    sums are made in float64.

    Args:
        projections: q, k and v of the layer, after the position encoding, shape [head token head_dim].
        head: 0 to heads - 1.
        query, key: 0 to tokens - 1.
        unit: sum over pairs of dimensions, as RoPE turns them, or over each dimension, where no pair is turned.
        seen: the keys that the query may look at; None for those that the layer's own mask allows.

    Raises:
        ValueError: for a head or a position out of range.

    Invariant: the parts sum to the score, and the weight is that of `rebuild`, to rounding.
    Source: Vaswani et al. 2017, equation 1; Su et al. 2021, equation 34, in the layout of transformers.
    """
    n_heads, n_tokens, width = projections.query.shape
    head = place("head", head, n_heads)
    query, key = place("query", query, n_tokens), place("key", key, n_tokens)
    q, keys = projections.query[head, query].astype(np.float64), projections.key[head].astype(np.float64)
    products = q * keys[key]
    parts = products if unit == "dimension" else products[: width // 2] + products[width // 2 : 2 * (width // 2)]
    scores = keys @ q * projections.scaling
    ahead = projections.causal & (np.arange(n_tokens) > query)
    masked = np.where(ahead if seen is None else ~seen, -np.inf, scores)
    row, value = softmax(masked), float(projections.output_norms[head, key])
    score, weight = float(products.sum()), float(row[key])
    hidden = bool(np.isneginf(masked[key]))
    scaled, carried = float(scores[key]), weight * value
    return CellSum(query, key, unit, parts, score, scaled, hidden, masked, row, weight, value, carried)


def cell_checks(
    found: CellSum, projections: LayerProjections, head: int, weights: Float[np.ndarray, "key"]
) -> tuple[Check, ...]:
    """Compares the sum of the parts with the score that the model's own row of weights gives.

    A softmax keeps differences: s_k = s_j + ln A_qk - ln A_qj, where j is the key with the largest weight beside k.

    Args:
        found: the cell.
        projections, head: what it was summed from.
        weights: the model's own row of the same head and query.

    Invariant: passes for the model's own row; a part left out, another score or another head's row fails.
    Source: the two sides are the sum of the parts and the eager attention of transformers.
    """
    own = weights.astype(np.float64)
    products = _products(found, projections, head)
    if found.hidden:
        return products, Check("A masked key has no weight", float(own[found.key]), 0.0, "the model's weight")
    lengths = np.linalg.norm(projections.query[head, found.query]), np.linalg.norm(projections.key[head], axis=-1).max()
    rounding = 8 * 2.0**-24 * float(lengths[0] * lengths[1]) * projections.scaling
    name = "The weight on screen is the model's"
    weight = Check(name, abs(found.weight - float(own[found.key])), max(1e-5, rounding), "softmax of the row")
    others = np.where(np.arange(len(own)) == found.key, 0.0, own)
    beside = int(others.argmax())
    # Below this a weight in float32 has lost its digits; a lone key has weight 1 whatever its score is.
    if min(own[found.key], others[beside]) < 1e-30:
        return products, weight
    model = float(found.scores[beside] + np.log(own[found.key]) - np.log(own[beside]))
    summed = float(found.parts.sum()) * projections.scaling
    detail = f"after ÷ √d; the model's score from its weights on this key and on key {beside}"
    parts = Check(f"The {found.unit}s sum to the model's score", abs(summed - model), max(1e-4, rounding), detail)
    return products, parts, weight


def _products(found: CellSum, projections: LayerProjections, head: int) -> Check:
    """The score on screen against the sum of its parts, and both against q . k as the model captured q and k."""
    q, k = (
        side[head, at].astype(np.float64)
        for side, at in ((projections.query, found.query), (projections.key, found.key))
    )
    expected = float(q @ k)
    shown = (found.score, float(found.parts.sum()), found.scaled / projections.scaling)
    # Each term of a sum of d products is off by at most d roundings of float64.
    bound = 4 * len(q) * 2.0**-53 * float(np.abs(q * k).sum())
    error = max(abs(value - expected) for value in shown)
    return Check(
        f"Score, {found.unit}s and scaled score are one q · k", error, bound, "q and k of the model, in float64"
    )


def wavelengths(base: float, width: int) -> Float[np.ndarray, "pair"]:
    """Tokens after which RoPE has turned each pair of dimensions once: 2 pi base^(2i / width), i = 0 to width / 2 - 1.

    Source: Su et al. 2021 (RoFormer), section 3.2.2.
    """
    return 2 * np.pi * base ** (2 * np.arange(width // 2) / width)
