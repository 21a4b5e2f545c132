"""Grouped-query attention: which query heads share a key/value head, and how alike their maps are. Needs no torch."""

import numpy as np
from jaxtyping import Float

from core.numbers import place


def group_of(head: int, n_heads: int, n_kv_heads: int) -> int:
    """The key/value head that a query head reads: g = h // (H / K).

    With K = H every query head has its own (multi-head attention); with K = 1 all share one (multi-query attention).

    Args:
        head: h, 0 to H - 1.
        n_heads: H, query heads in a layer.
        n_kv_heads: K, key/value heads in a layer; it divides H.

    Raises:
        ValueError: for a head out of range, or head counts that do not divide.

    Invariant: neighboring heads share, and each group has H / K heads.
    Source: Ainslie et al. 2023, "GQA", section 2.2; `repeat_kv` of transformers.
    """
    if n_kv_heads < 1 or n_heads < 1 or n_heads % n_kv_heads:
        raise ValueError(f"n_kv_heads = {n_kv_heads} must be at least 1 and divide n_heads = {n_heads}.")
    return place("head", head, n_heads) // (n_heads // n_kv_heads)


def map_overlap(weights: Float[np.ndarray, "layer head query key"]) -> Float[np.ndarray, "layer head head"]:
    """How much attention each pair of heads of a layer has in common: mean over queries of sum_k min(A[q, k], B[q, k]).

    This is 1 less the total variation distance of the rows. The attention sink raises it for all pairs; give it maps
    from `without_sink` to leave the first token out. Rows of NaN do not count.

    Args:
        weights: attention maps, each row a distribution, shape [layer head query key].

    Invariant: symmetric, in [0, 1] up to rounding, and 1 on the diagonal.
    Source: Levin & Peres, "Markov Chains and Mixing Times", proposition 4.7 (total variation).
    """
    n_layers, n_heads = weights.shape[:2]
    overlap = np.ones((n_layers, n_heads, n_heads), np.float32)
    for layer in range(n_layers):
        for first in range(n_heads):
            # One head against those after it: all pairs at once would take 80 times the memory of the maps.
            common = np.minimum(weights[layer, first], weights[layer, first:]).sum(axis=-1)
            overlap[layer, first, first:] = overlap[layer, first:, first] = np.nanmean(common, axis=-1)
    return overlap


def within_and_across(
    overlap: Float[np.ndarray, "layer head head"], n_kv_heads: int
) -> tuple[Float[np.ndarray, "layer"], Float[np.ndarray, "layer"]]:
    """The mean overlap of pairs of heads that share a key/value head, and of pairs that do not, layer by layer.

    Args:
        overlap: of all pairs, see `map_overlap`.
        n_kv_heads: key/value heads in a layer; it divides the query heads.

    Returns:
        (within, across); NaN where there is no such pair: within for multi-head, across for multi-query attention.

    Raises:
        ValueError: for head counts that do not divide.

    Invariant: the mean over all pairs lies between the two.
    """
    n_heads = overlap.shape[-1]
    groups = np.array([group_of(head, n_heads, n_kv_heads) for head in range(n_heads)])
    above = np.triu(np.ones((n_heads, n_heads), bool), 1)
    same = groups[:, None] == groups
    within, across = (
        overlap[:, pairs].mean(axis=-1) if pairs.any() else np.full(len(overlap), np.nan, overlap.dtype)
        for pairs in (above & same, above & ~same)
    )
    return within, across
