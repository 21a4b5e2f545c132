"""Attention across layers, and the few edges that carry most of it. Needs no torch."""

from typing import Any, NamedTuple

import numpy as np
from array_api_compat import array_namespace
from jaxtyping import Float, Int

from core.attention.maps import as_maps
from core.checks import Check
from core.numbers import place, require


class Edges(NamedTuple):
    """Edges of an attention map, strongest first: `values[n]` is the weight of query `queries[n]` on key `keys[n]`."""

    queries: Int[np.ndarray, "edge"]
    keys: Int[np.ndarray, "edge"]
    values: Float[np.ndarray, "edge"]


def rollout(weights: Any, *, residual: bool = True) -> Float[Any, "token token"]:
    """Attention rollout: how much of each input token is in each last-layer token, if attention were all that moved it.

    R = B_L ... B_2 B_1, where B_l = (mean over heads of A_l + I) / 2, or the mean alone without `residual`.
    On a causal model nearly all of it runs into token 0, the attention sink, so it says little there.

    Args:
        weights: attention maps A, a torch tensor, a numpy array or nested lists; at least one head and one token.
        residual: whether to count the residual connection, as half of each layer.

    Returns:
        R, shape [token token], of the type that came in; float64 for whole numbers.

    Raises:
        ValueError: for maps of another shape, or with a number that is not finite.

    Invariant: each row sums to 1; R of causal maps has nothing above the diagonal.
    Source: Abnar & Zuidema 2020, "Quantifying Attention Flow in Transformers", section 3.
    """
    weights = as_maps(weights)
    xp = array_namespace(weights)
    mixed = xp.mean(weights, axis=1)
    identity = xp.eye(weights.shape[-1], dtype=weights.dtype)
    rolled = identity
    for layer in range(mixed.shape[0]):
        step = (mixed[layer, ...] + identity) / 2 if residual else mixed[layer, ...]
        rolled = xp.matmul(step, rolled)
    require(bool(xp.all(xp.isfinite(rolled))), "sum of the rollout", float(rolled.sum()), "finite, as all weights")
    return rolled


def strongest_edges(weights: Float[np.ndarray, "query key"], *, mass: float = 0.8, query: int | None = None) -> Edges:
    """The fewest edges, strongest first, that together hold a share of a map's attention.

    Args:
        weights: one head's map, shape [query key]. NaN counts as no edge.
        mass: share of the map's total weight, above 0 and at most 1. At 1 every edge with a weight is returned.
        query: a token whose own edges are returned in any case: the fewest that hold the same share of its row.

    Raises:
        ValueError: for a share or a query out of range.

    Invariant: without a query the edges hold at least `mass` of the total, and without the last one they would not.
    """
    if not 0 < mass <= 1:
        raise ValueError(f"mass = {mass} must lie above 0 and at most at 1.")
    known = np.nan_to_num(weights)
    chosen = _strongest(known.ravel(), mass)
    if query is not None:
        row = place("query", query, len(known))
        chosen = np.union1d(chosen, row * known.shape[1] + _strongest(known[row], mass))
    flat = known.ravel()[chosen]
    order = np.argsort(-flat, kind="stable")
    queries, keys = np.divmod(chosen[order], known.shape[1])
    return Edges(queries, keys, flat[order])


def _strongest(weights: Float[np.ndarray, "edge"], mass: float) -> Int[np.ndarray, "chosen"]:
    """The places of the fewest weights that together hold a share of all, the largest first."""
    order = np.argsort(-weights, kind="stable")
    sums = np.cumsum(weights[order], dtype=np.float64)
    if mass == 1:
        count = int((weights > 0).sum())
    else:
        count = int(np.searchsorted(sums, mass * sums[-1])) + 1 if sums[-1] > 0 else 0
    return order[:count]


def without_sink(weights: Float[np.ndarray, "*batch query key"]) -> Float[np.ndarray, "*batch query key"]:
    """The maps with the first key taken out and each row scaled back to a sum of 1.

    B[q, k] = A[q, k] / sum_(j >= 1) A[q, j] for k >= 1, and B[q, 0] = 0. A row with nothing left becomes NaN: always
    row 0 of a causal map, and any row that gave all of its weight to the first token.

    Args:
        weights: attention maps A, shape [... query key].

    Invariant: every row sums to 1 or is NaN throughout.
    Source: the attention sink of Xiao et al. 2023, "Efficient Streaming Language Models with Attention Sinks".
    """
    kept = weights.copy()
    kept[..., 0] = 0
    sums = kept.sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        shares: Float[np.ndarray, "*batch query key"] = kept / sums
    return shares


def rollout_check(weights: Float[Any, "layer head token token"], rolled: Float[Any, "token token"]) -> Check:
    """The last row of a rollout, found anew by sending the last token's share back through the layers, last to first.

    r_L = e_last, r_(l-1) = r_l B_l, with B_l as in `rollout`: products of a row with matrices, in the other order and
    in double precision.

    Args:
        weights: attention maps A.
        rolled: the rollout R on screen.

    Returns:
        A check whose error is the largest difference in the last row; its bound is a unit in the last place of float32
        for each layer and token.
    """
    maps = np.asarray(weights)
    n_layers, _, n_tokens, _ = maps.shape
    row = np.eye(n_tokens)[-1]
    for layer in reversed(range(n_layers)):
        row = (row @ maps[layer].mean(axis=0, dtype=np.float64) + row) / 2
    error = float(np.abs(np.asarray(rolled, dtype=np.float64)[-1] - row).max())
    bound = n_layers * n_tokens * float(np.finfo(np.float32).eps)
    return Check("The last row, sent back layer by layer", error, bound, "against the product of the matrices")
