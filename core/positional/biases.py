"""ALiBi: a straight penalty for distance, with another slope for each head. Needs no torch."""

import math

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.numbers import whole
from core.positional.arrays import Whole


def alibi_slopes(n_heads: Whole) -> Float[np.ndarray, "head"]:
    """The slope m_h of each head.

    For n = 2^a heads, m_h = 2^(-8 h / n) with h = 1 to n. For other n, with c the largest power of two below n: the
    slopes of c heads, followed by the first n - c of the slopes of 2c heads at odd h. They are not sorted then.

    Args:
        n_heads: n, at least 1.

    Returns:
        Slopes in score per token of distance, shape [head], float64.

    Raises:
        ValueError: for less than 1 head.

    Invariant: all lie in (0, 1) and no two are equal.
    Source: Press et al. 2022, "Train Short, Test Long", and its code (`get_slopes`); BLOOM and MPT of transformers.
    """
    n_heads = whole("n_heads", n_heads, 1)
    power = 2 ** (n_heads.bit_length() - 1)
    return np.concatenate([naive_slopes(power), naive_slopes(2 * power)[0::2][: n_heads - power]])


def naive_slopes(n_heads: Whole) -> Float[np.ndarray, "head"]:
    """The formula 2^(-8 h / n) taken literally for any n, which ALiBi models use for powers of two only.

    Args:
        n_heads: n, at least 1; h runs from 1 to n.

    Raises:
        ValueError: for less than 1 head.

    Invariant: falls by the same ratio 2^(-8 / n) from head to head.
    Source: Press et al. 2022, section 3.
    """
    n_heads = whole("n_heads", n_heads, 1)
    return 2.0 ** (-8 * np.arange(1, n_heads + 1) / n_heads)


def alibi_bias(
    n_heads: Whole, n_query: Whole, n_key: Whole, *, first_query: Whole = 0
) -> Float[np.ndarray, "head query key"]:
    """What ALiBi adds to each score: -m_h |i - j| for the query at position i and the key at position j.

    Below the diagonal this is the causal form of the paper, and it serves encoders above it; masking later keys stays
    the attention's own task. BLOOM adds m_h j instead: the same after the softmax, since -m_h i is equal for all keys.

    Args:
        n_heads: n, at least 1.
        n_query: number of queries, at least 1, at the positions `first_query` and on.
        n_key: number of keys, at least 1, at the positions 0 and on.
        first_query: the position of the first query, at least 0; with a cache of t keys it is t.

    Returns:
        Shape [head query key], in units of the score after scaling.

    Raises:
        ValueError: for less than 1 head, query or key.

    Invariant: 0 where query and key are the same token, negative elsewhere, Toeplitz.
    Source: Press et al. 2022, section 3.
    """
    n_query, n_key, first = whole("n_query", n_query, 1), whole("n_key", n_key, 1), whole("first_query", first_query, 0)
    distance = np.abs((first + np.arange(n_query))[:, None] - np.arange(n_key))
    return np.asarray(alibi_slopes(n_heads)[:, None, None] * -distance)


def alibi_checks(n_heads: int, *, length: int = 64) -> tuple[Check, ...]:
    """ALiBi against what models that use it compute.

    1. BLOOM's way to the slopes: with c the largest power of two up to n, the powers 1 to c of r = 2^(-2^(3 - log2 c)),
       followed by the powers 1/2, 3/2, ... of r.
    2. BLOOM adds +m_h j for key j, whatever the query. The last query sees all keys; its softmax must be the same.

    Args:
        n_heads: n, at least 1.
        length: number of keys for the second check, at least 1.

    Raises:
        ValueError: for less than 1 head or key.

    Invariant: both pass for every n; `naive_slopes` fails the first unless n is a power of two.
    Source: transformers, modeling_bloom.py, `_get_alibi_slopes` and `build_alibi_tensor`.
    """
    from scipy.special import softmax  # type: ignore[import-untyped]

    slopes = alibi_slopes(n_heads)
    power = 2 ** (n_heads.bit_length() - 1)
    ratio = 2.0 ** -(2.0 ** (3 - math.log2(power)))
    exponents = np.append(np.arange(1, power + 1), np.arange(n_heads - power) + 0.5)
    by_distance = softmax(alibi_bias(n_heads, 1, length, first_query=length - 1)[:, 0], axis=-1)
    by_key = softmax(slopes[:, None] * np.arange(length), axis=-1)
    return (
        Check("The slopes are BLOOM's", float(np.abs(slopes - ratio**exponents).max()), 1e-14, "largest difference"),
        Check(
            "BLOOM's growing bias gives the same weights",
            float(np.abs(by_distance - by_key).max()),
            max(length, 16) * 2.0**-51,
            f"softmax of the last of {length} queries, largest difference over heads and keys",
        ),
    )
