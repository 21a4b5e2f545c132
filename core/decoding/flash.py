"""FlashAttention on paper: tiles, the online softmax, and the bytes that move. Needs no torch.

It is exact, and it does no fewer operations. It moves fewer bytes, because the scores never leave the fast memory.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

Query = Float[np.ndarray, "query d"]
Key = Float[np.ndarray, "key d"]
Value = Float[np.ndarray, "key d_value"]
Output = Float[np.ndarray, "query d_value"]


@dataclass(frozen=True, eq=False)
class Tile:
    """The state after one block of keys and values has been met by one block of queries.

    Args:
        query_block, key_block: which tile of the score matrix.
        scores: S = Q K^T / sqrt(d) of this tile, in fast memory only.
        running_max: m, by query row, the largest score so far.
        running_sum: l, by query row, sum of exp(S - m) so far.
        output: the rows of the result so far, already divided by l.
        correction: exp(m_old - m_new), by query row: what earlier sums are multiplied with.
    """

    query_block: int
    key_block: int
    scores: Float[np.ndarray, "query key"]
    running_max: Float[np.ndarray, "query"]
    running_sum: Float[np.ndarray, "query"]
    output: Float[np.ndarray, "query d_value"]
    correction: Float[np.ndarray, "query"]


def tiles(query: Query, key: Key, value: Value, *, block: int) -> Iterator[Tile]:
    """Computes attention tile by tile.

    m' = max(m, rowmax S), l' = l exp(m - m') + rowsum exp(S - m'), O' = (O l exp(m - m') + exp(S - m') V) / l'

    Args:
        query, key, value: [token, d]; keys and values of equal length.
        block: rows of a block, from 1 up.

    Raises:
        ValueError: for a block below 1, or shapes that do not fit.

    Invariant: after the last tile of a block of queries, `output` is softmax(Q K^T / sqrt(d)) V for its rows.
    Source: Dao et al. 2022, FlashAttention (2205.14135), algorithm 1; Milakov and Gimelshein 2018 (1805.02867).
    """
    if block < 1:
        raise ValueError(f"block must be 1 or more; got {block}")
    if query.shape[1] != key.shape[1] or len(key) != len(value):
        raise ValueError(f"shapes must fit; got {query.shape}, {key.shape} and {value.shape}")
    return _tiles(query, key, value, block)


def _tiles(query: Query, key: Key, value: Value, block: int) -> Iterator[Tile]:
    scale = 1.0 / math.sqrt(query.shape[1])
    for i, top in enumerate(range(0, len(query), block)):
        rows = query[top : top + block]
        largest = np.full(len(rows), -np.inf)
        weight = np.zeros(len(rows))
        output = np.zeros((len(rows), value.shape[1]))
        for j, left in enumerate(range(0, len(key), block)):
            scores = rows @ key[left : left + block].T * scale
            new_largest = np.maximum(largest, scores.max(1))
            correction = np.exp(largest - new_largest)
            exponentials = np.exp(scores - new_largest[:, None])
            new_weight = weight * correction + exponentials.sum(1)
            kept = (weight * correction / new_weight)[:, None]
            output = output * kept + exponentials @ value[left : left + block] / new_weight[:, None]
            largest, weight = new_largest, new_weight
            yield Tile(i, j, scores, largest, weight, output, correction)


def flash_attention(query: Query, key: Key, value: Value, *, block: int) -> Output:
    """softmax(Q K^T / sqrt(d)) V from tiles; arguments and errors as of `tiles`."""
    finished: dict[int, Output] = {}
    for tile in tiles(query, key, value, block=block):
        finished[tile.query_block] = tile.output
    return np.concatenate(list(finished.values()))


def standard_attention(query: Query, key: Key, value: Value) -> Output:
    """softmax(Q K^T / sqrt(d)) V with the whole score matrix at once."""
    scores = query @ key.T / math.sqrt(query.shape[1])
    weights = np.exp(scores - scores.max(1, keepdims=True))
    result: Output = weights / weights.sum(1, keepdims=True) @ value
    return result


def standard_traffic(length: int, d: int) -> int:
    """Numbers that standard attention moves to and from slow memory: 4 N d + 4 N^2.

    Q, K, V are read and O is written once; S is written and read, and so is softmax(S).

    Source: Dao et al. 2022 (2205.14135), algorithm 0 and theorem 2: Theta(N d + N^2).
    """
    return 4 * length * d + 4 * length**2


def block_rows(d: int, *, sram: int) -> int:
    """B = floor(M / (4 d)), the rows of a block: one each of Q, K, V and O fit into M numbers.

    Args:
        d: width of a head.
        sram: M, numbers that the fast memory holds.

    Raises:
        ValueError: if not even one row of each fits.

    Source: Dao et al. 2022 (2205.14135), algorithm 1, line 1.
    """
    if sram < 4 * d:
        raise ValueError(f"sram must hold at least {4 * d} numbers for d = {d}; got {sram}")
    return sram // (4 * d)


def flash_traffic(length: int, d: int, *, sram: int) -> int:
    """Numbers that tiled attention moves: Q and O once, and K and V once for each block of queries.

    With B of `block_rows`, but at most N: traffic = 2 N d + 2 N d ceil(N / B).

    Args:
        length: N, tokens.
        d: width of a head.
        sram: M, numbers that the fast memory holds; at least 4 d.

    Raises:
        ValueError: if not even one row of each fits.

    Invariant: falls with M; with B >= N it is 4 N d, every number moved once.
    Source: Dao et al. 2022 (2205.14135), theorem 2, Theta(N^2 d^2 / M), with the loop order of FlashAttention-2.
    """
    block = min(block_rows(d, sram=sram), length)
    return 2 * length * d + 2 * length * d * math.ceil(length / block)
