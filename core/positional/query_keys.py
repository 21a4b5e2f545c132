"""Real queries and keys as they were before the rotation, to be turned to any position. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.numbers import require
from core.positional.rotation import rotate


@dataclass(frozen=True, eq=False)
class QueryKeys:
    """The queries and keys of a text in some layers of a RoPE model, before the rotation.

    Args:
        model: the model's name in the catalogue.
        text: what was run.
        tokens: its pieces.
        layers: which layers were kept, by index.
        query: q, shape [layer head token head_dim].
        key: k, shape [layer kv_head token head_dim]; query head h uses key head h // (heads / kv_heads).
        weights: the attention maps that the model itself made of them, shape [layer head query key].
        inv_freq: omega in radians per token, shape [pair].
        scaling: the factor of the scores, the square of RoPE's attention factor included.
    """

    model: str
    text: str
    tokens: tuple[str, ...]
    layers: tuple[int, ...]
    query: Float[np.ndarray, "layer head token head_dim"]
    key: Float[np.ndarray, "layer kv_head token head_dim"]
    weights: Float[np.ndarray, "layer head token token"]
    inv_freq: Float[np.ndarray, "pair"]
    scaling: float


@dataclass(frozen=True, eq=False)
class RealQueryKey:
    """One query and one key of a real head, before the rotation.

    Args:
        layer, head: where they come from.
        kv_head: the key head that this query head uses.
        query_position, key_position: where their tokens stand in the text.
        query_token, key_token: these tokens.
        query, key: q and k, shape [head_dim].
        inv_freq: omega, shape [pair].
        scaling: the factor of the score.
        checks: identities of these numbers.
    """

    layer: int
    head: int
    kv_head: int
    query_position: int
    key_position: int
    query_token: str
    key_token: str
    query: Float[np.ndarray, "head_dim"]
    key: Float[np.ndarray, "head_dim"]
    inv_freq: Float[np.ndarray, "pair"]
    scaling: float
    checks: tuple[Check, ...]


def pick(record: QueryKeys, *, layer: int, head: int, query: int, key: int) -> RealQueryKey:
    """One query and one key out of a record.

    Its check turns all keys of the head to their places, takes softmax(R q . R k * scaling) over those the query may
    see, and compares with the weights that the model made.

    Args:
        record: the queries and keys of a text.
        layer: one of `record.layers`.
        head: query head, from 0.
        query: the query's position in the text, from 0.
        key: the key's position in the text, from 0; it may lie after the query, as nothing is masked here.

    Raises:
        ValueError: for a layer that was not kept, or a head or position out of range.

    Invariant: the check passes for q and k of a RoPE model, and fails where they were already rotated.
    Source: Su et al. 2021 (RoFormer), equation 34; Ainslie et al. 2023 for the shared key heads.
    """
    n_heads, n_tokens = record.query.shape[1], len(record.tokens)
    require(layer in record.layers, "layer", layer, f"one of those kept: {', '.join(map(str, record.layers))}")
    require(0 <= head < n_heads, "head", head, f"0 to {n_heads - 1}")
    require(0 <= query < n_tokens, "query", query, f"0 to {n_tokens - 1}")
    require(0 <= key < n_tokens, "key", key, f"0 to {n_tokens - 1}")
    row = record.layers.index(layer)
    kv_head = head // (n_heads // record.key.shape[1])
    q, keys = record.query[row, head, query], record.key[row, kv_head]
    return RealQueryKey(
        layer=layer,
        head=head,
        kv_head=kv_head,
        query_position=query,
        key_position=key,
        query_token=record.tokens[query],
        key_token=record.tokens[key],
        query=q,
        key=keys[key],
        inv_freq=record.inv_freq,
        scaling=record.scaling,
        checks=(_weights_check(record, q, keys, query, record.weights[row, head, query]),),
    )


def _weights_check(
    record: QueryKeys,
    query: Float[np.ndarray, "head_dim"],
    keys: Float[np.ndarray, "token head_dim"],
    position: int,
    weights: Float[np.ndarray, "token"],
) -> Check:
    from scipy.special import softmax  # type: ignore[import-untyped]

    seen = np.arange(position + 1)
    turned = rotate(keys.astype(np.float64)[seen], seen, record.inv_freq)
    scores = turned @ rotate(query.astype(np.float64), position, record.inv_freq) * record.scaling
    error = float(np.abs(softmax(scores) - weights[seen]).max())
    # The model works in float32: a score near 30 is known to 30 * 2**-24 * a few, and the softmax halves that at most.
    return Check("Turned by hand, they give the model's weights", error, 1e-4, "largest difference of this query's row")
