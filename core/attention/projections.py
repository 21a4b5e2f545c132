"""Queries, keys and values of one layer, and the map rebuilt from them step by step. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.attention.interventions import require_temperature
from core.checks import Check
from core.numbers import place


@dataclass(frozen=True, eq=False)
class LayerProjections:
    """What one layer's heads compare and pass on.

    Args:
        layer: index of the layer, from 0.
        query: q after the position encoding (RoPE, where the model has it).
        key: k after the position encoding, repeated so that each query head has its own copy.
        value: v, repeated in the same way.
        output_norms: |W_O^h v_k|, the length of what head h adds to the residual stream for a weight of 1 on token k.
        n_kv_heads: how many different key/value heads there are; query head h uses key/value head
            h // (heads / n_kv_heads).
        scaling: the factor of the scores, 1 / sqrt(head_dim).
        causal: whether later keys are masked.
    """

    layer: int
    query: Float[np.ndarray, "head token head_dim"]
    key: Float[np.ndarray, "head token head_dim"]
    value: Float[np.ndarray, "head token head_dim"]
    output_norms: Float[np.ndarray, "head token"]
    n_kv_heads: int
    scaling: float
    causal: bool


@dataclass(frozen=True, eq=False)
class QuerySteps:
    """How one query of one head turns scores into an output, key by key.

    Args:
        raw: q . k.
        scaled: q . k * scaling.
        masked: `scaled`, with -inf at the keys the query may not see.
        weights: softmax(masked / temperature).
        value_norms: |v_k|.
        weighted_value_norms: weights * |v_k|, how much each key can really contribute.
        output: sum_k weights[k] v_k.
    """

    raw: Float[np.ndarray, "key"]
    scaled: Float[np.ndarray, "key"]
    masked: Float[np.ndarray, "key"]
    weights: Float[np.ndarray, "key"]
    value_norms: Float[np.ndarray, "key"]
    weighted_value_norms: Float[np.ndarray, "key"]
    output: Float[np.ndarray, "head_dim"]


def rebuild(projections: LayerProjections) -> Float[np.ndarray, "head query key"]:
    """The attention maps of a layer, computed by hand: A = softmax(q k^T * scaling + mask), in float32.

    Args:
        projections: q and k of the layer, shape [head token head_dim].

    Invariant: each row sums to 1; with `causal`, everything above the diagonal is 0.
    Source: Vaswani et al. 2017, equation 1.
    """
    scores = projections.query @ projections.key.transpose(0, 2, 1) * np.float32(projections.scaling)
    if projections.causal:
        ahead = np.triu(np.ones(scores.shape[-2:], dtype=bool), 1)
        scores = np.where(ahead, np.float32(-np.inf), scores)
    return softmax(scores)


def rebuild_check(projections: LayerProjections, weights: Float[np.ndarray, "head query key"]) -> Check:
    """Compares a layer's maps with those rebuilt by hand from its queries and keys.

    Args:
        projections: q and k of the layer.
        weights: the maps that the model itself returned for this layer, shape [head query key].

    Invariant: passes for the model's own maps; forgetting RoPE, the scaling or the head grouping gives errors near 1.
    Source: the two sides are `rebuild` and the eager attention of transformers.
    """
    lengths = [np.linalg.norm(x, axis=-1).max(axis=-1) for x in (projections.query, projections.key)]
    largest = float((lengths[0] * lengths[1]).max()) * projections.scaling
    # A dot product of float32 vectors is off by a few units of 2**-24 |q||k|; softmax moves a weight by at most half
    # of the change of a score. Both sides round, hence a factor of 4 units in all.
    bound = max(1e-5, 4 * 2.0**-24 * largest)
    error = float(np.abs(rebuild(projections) - weights).max())
    detail = f"numpy against the model; scores of up to {largest:.0f} in float32"
    name = f"The maps of layer {projections.layer}, rebuilt by hand from q and k, are the model's"
    return Check(name, error, bound, detail)


def query_steps(projections: LayerProjections, head: int, query: int, *, temperature: float = 1.0) -> QuerySteps:
    """Every step from one query's scores to its output: score, scaling, mask, softmax, weighted values.

    weights = softmax((q . k * scaling + mask) / temperature), output = sum_k weights[k] v_k.

    Args:
        projections: q, k and v of the layer, shape [head token head_dim].
        head: 0 to heads - 1.
        query: position of the query, 0 to tokens - 1.
        temperature: above 0; below 1 sharpens the weights, above 1 flattens them. The model itself uses 1.

    Raises:
        ValueError: for a head, a query or a temperature out of range.

    Invariant: at temperature 1 the weights are row `query` of `rebuild(projections)[head]`.
    Source: Vaswani et al. 2017, equation 1.
    """
    n_heads, n_tokens, _ = projections.query.shape
    head, query = place("head", head, n_heads), place("query", query, n_tokens)
    require_temperature(temperature)
    values = projections.value[head]
    raw = projections.key[head] @ projections.query[head, query]
    scaled = raw * np.float32(projections.scaling)
    hidden = projections.causal & (np.arange(n_tokens) > query)
    masked = np.where(hidden, np.float32(-np.inf), scaled)
    weights = softmax(masked / np.float32(temperature))
    norms = np.linalg.norm(values, axis=-1)
    return QuerySteps(raw, scaled, masked, weights, norms, weights * norms, weights @ values)


def softmax(scores: Float[np.ndarray, "*batch key"]) -> Float[np.ndarray, "*batch key"]:
    """exp(s) / sum exp(s) over the last axis; the largest score is subtracted first, which changes nothing but keeps
    exp from overflowing.

    Args:
        scores: shape [... key]; -inf gives weight 0, as long as one score of the row is finite.

    Invariant: adding a constant to a row changes nothing.
    """
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Float[np.ndarray, "*batch key"] = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return shares
