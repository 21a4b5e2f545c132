"""T5: a learned bias for each bucket of distances, fine near by and coarse far off. Needs no torch."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check
from core.numbers import as_real, require, whole
from core.positional.arrays import Whole, as_double, namespace_of, require_even, require_finite


def t5_buckets(
    relative_position: Any, *, bidirectional: bool, num_buckets: Whole = 32, max_distance: Whole = 128
) -> Int[Any, "..."]:
    """The bucket of each relative position, r = key position - query position.

    Bidirectional: n = num_buckets / 2 buckets for each direction, and keys after the query (r > 0) get n more; t = |r|.
    Causal: n = num_buckets, t = max(-r, 0), so later keys fall into bucket 0. With e = n // 2,
    bucket = t for t < e, and min(e + floor(ln(t / e) / ln(max_distance / e) * (n - e)), n - 1) from there on.

    Args:
        relative_position: r in tokens, whole numbers of any shape: a number, sequence, array or tensor.
        bidirectional: True for encoders, False for decoders.
        num_buckets: at least 4 when bidirectional (then even), at least 2 otherwise.
        max_distance: the distance from which all share the last bucket, above e.

    Returns:
        The shape of `relative_position`, int64: a tensor where that is one, a numpy array otherwise.

    Raises:
        ValueError: for fewer buckets or a smaller distance than allowed, and for an offset that is no whole number.

    Invariant: lies in [0, num_buckets) and never falls as t grows.
    Source: Raffel et al. 2020 (T5), section 2.1; transformers, `T5Attention._relative_position_bucket`.
    """
    per_side, exact = _sides(bidirectional, num_buckets, max_distance)
    xp, relative = namespace_of(relative_position), as_double(relative_position, name="relative_position")
    require_finite("relative_position", relative)
    require(bool(xp.all(relative == xp.floor(relative))), "relative_position", relative_position, "whole numbers")
    distance = xp.abs(relative) if bidirectional else xp.clip(-relative, min=0.0)
    ratio = xp.clip(distance / exact, min=1.0)  # below 1 the exact buckets are used, and ln 0 is avoided
    coarse = exact + xp.floor(xp.log(ratio) / math.log(max_distance / exact) * (per_side - exact))
    bucket = xp.where(distance < exact, distance, xp.clip(coarse, max=float(per_side - 1)))
    if bidirectional:
        bucket = bucket + per_side * xp.astype(relative > 0, xp.float64)
    return xp.astype(xp.asarray(bucket), xp.int64)


@dataclass(frozen=True, slots=True)
class BucketRange:
    """The distances that share one bucket.

    Args:
        bucket: its index.
        first: the smallest distance |r| in it, in tokens.
        last: the largest, or None where the bucket is open-ended.
        side: "past" for keys before the query or at it, "future" for keys after it.
    """

    bucket: int
    first: int
    last: int | None
    side: str


def bucket_ranges(
    *, bidirectional: bool, num_buckets: Whole = 32, max_distance: Whole = 128
) -> tuple[BucketRange, ...]:
    """The distances that each bucket covers, found by asking `t5_buckets` for every distance up to `max_distance`.

    Args:
        bidirectional, num_buckets, max_distance: as in `t5_buckets`.

    Returns:
        One range for each bucket that is used, by bucket. In causal attention, bucket 0 also takes all later keys.

    Raises:
        ValueError: as in `t5_buckets`.

    Invariant: the ranges of one side follow each other without gap or overlap, and the last is open.
    Source: as in `t5_buckets`.
    """
    distances = np.arange(max_distance + 1)
    ranges = []
    for side, sign in (("past", -1), ("future", 1)) if bidirectional else (("past", -1),):
        start = 1 if sign > 0 else 0  # the query itself counts as past
        found = t5_buckets(
            sign * distances[start:],
            bidirectional=bidirectional,
            num_buckets=num_buckets,
            max_distance=max_distance,
        )
        used, first = np.unique(found, return_index=True)
        ends = [int(start + index - 1) for index in first[1:]] + [None]
        ranges += [
            BucketRange(int(bucket), int(start + index), end, side)
            for bucket, index, end in zip(used, first, ends, strict=True)
        ]
    return tuple(sorted(ranges, key=lambda entry: entry.bucket))


def toy_bias_table(n_heads: Whole, *, num_buckets: Whole = 32, seed: int) -> Float[np.ndarray, "bucket head"]:
    """A bias table as T5 would have it, filled with random numbers: a toy, since no trained T5 is at hand here.

    Args:
        n_heads: at least 1.
        num_buckets: rows, at least 1.
        seed: of the independent standard normal entries.

    Raises:
        ValueError: for less than 1 head or bucket.

    Invariant: the same seed gives the same table.
    Source: shape of `relative_attention_bias` of transformers, which all layers share.
    """
    n_heads, num_buckets = whole("n_heads", n_heads, 1), whole("num_buckets", num_buckets, 1)
    return np.random.default_rng(seed).normal(size=(num_buckets, n_heads))


def t5_bias(
    table: Float[np.ndarray, "bucket head"],
    n_query: Whole,
    n_key: Whole,
    *,
    bidirectional: bool,
    max_distance: Whole = 128,
    first_query: Whole = 0,
) -> Float[np.ndarray, "head query key"]:
    """What T5 adds to each score: the table's entry for the bucket of key position - query position.

    T5's scores are not divided by sqrt(d): the bias is added to q . k itself.

    Args:
        table: the learned biases, shape [bucket head].
        n_query: number of queries, at the positions `first_query` and on; at least 1.
        n_key: number of keys, at positions 0 and on; at least 1.
        bidirectional, max_distance: as in `t5_buckets`, with as many buckets as the table has rows.
        first_query: the position of the first query, at least 0; with a cache of t keys it is t.

    Returns:
        Shape [head query key], in units of the score.

    Raises:
        ValueError: for less than 1 query or key, or as in `t5_buckets`.

    Invariant: Toeplitz, and constant from `max_distance` on.
    Source: transformers, `T5Attention.compute_bias`.
    """
    n_query, n_key, first = whole("n_query", n_query, 1), whole("n_key", n_key, 1), whole("first_query", first_query, 0)
    relative = np.arange(n_key) - (first + np.arange(n_query))[:, None]
    buckets = t5_buckets(relative, bidirectional=bidirectional, num_buckets=len(table), max_distance=max_distance)
    return np.moveaxis(table[buckets], -1, 0)


def bucket_checks(*, bidirectional: bool, num_buckets: Whole = 32, max_distance: Whole = 128) -> tuple[Check, ...]:
    """The buckets against the same rule in whole numbers, where no logarithm can round.

    Bucket e + j begins at the smallest t with (t / e)^N >= (max_distance / e)^j, N = n - e, that is with
    t^N e^j >= max_distance^j e^N.

    Args:
        bidirectional, num_buckets, max_distance: as in `t5_buckets`.

    Raises:
        ValueError: as in `t5_buckets`.

    Invariant: passes for the published rule; a logarithm of another base or a boundary off by one fails.
    Source: the definition in `t5_buckets`, rearranged.
    """
    distances = range(max_distance + 2)
    expected = _in_whole_numbers(
        distances, bidirectional=bidirectional, num_buckets=num_buckets, max_distance=max_distance
    )
    found = t5_buckets(
        -np.arange(len(distances)),
        bidirectional=bidirectional,
        num_buckets=num_buckets,
        max_distance=max_distance,
    )
    wrong = float(np.count_nonzero(found != np.array(expected)))
    return (
        Check("Buckets as in whole-number arithmetic", wrong, 0.0, f"distances 0 to {max_distance + 1} that differ"),
    )


def bias_check(
    bias: Float[np.ndarray, "query key"],
    table: Float[np.ndarray, "bucket"],
    *,
    bidirectional: bool,
    max_distance: Whole = 128,
) -> Check:
    """A head's bias against the table's numbers, looked up by the rule in whole numbers, pair by pair.

    Args:
        bias: of one head; query i stands at position i, and key j at position j.
        table: the head's number for each bucket.
        bidirectional, max_distance: as in `t5_buckets`, with as many buckets as the table has numbers.

    Raises:
        ValueError: as in `t5_buckets`.

    Invariant: passes for `t5_bias`; its transpose fails, and so does a bias of another rule, unless both agree there.
    Source: the definition in `t5_buckets`, as in `bucket_checks`.
    """
    rule = {"num_buckets": len(table), "max_distance": max_distance}
    longest = max(bias.shape)
    back = np.array(_in_whole_numbers(range(longest), bidirectional=bidirectional, **rule))
    ahead = back + len(table) // 2 if bidirectional else np.zeros(longest, dtype=int)
    offset = np.arange(bias.shape[1]) - np.arange(bias.shape[0])[:, None]
    expected = table[np.where(offset > 0, ahead[np.abs(offset)], back[np.abs(offset)])]
    error = float(np.abs(bias - expected).max())
    return Check("Each bias is the number of its bucket", error, 0.0, "buckets by whole numbers, pair by pair")


def _in_whole_numbers(
    distances: Iterable[int], *, bidirectional: bool, num_buckets: Whole, max_distance: Whole
) -> list[int]:
    """The bucket of each distance back, without a logarithm, see `bucket_checks`."""
    per_side, exact = _sides(bidirectional, num_buckets, max_distance)
    steps = per_side - exact
    return [
        t
        if t < exact
        else exact + max(j for j in range(steps) if t**steps * exact**j >= max_distance**j * exact**steps)
        for t in distances
    ]


def _sides(bidirectional: bool, num_buckets: Whole, max_distance: Whole) -> tuple[int, int]:
    """The number of buckets on one side, and how many of them hold a single distance."""
    if bidirectional:
        require_even("num_buckets", num_buckets, least=4)
    num_buckets = whole("num_buckets", num_buckets, 2)
    per_side = num_buckets // 2 if bidirectional else num_buckets
    exact = per_side // 2
    require(
        as_real(max_distance) > exact, "max_distance", max_distance, f"above {exact}, the buckets of one distance each"
    )
    whole("max_distance", max_distance, exact + 1)
    return per_side, exact
