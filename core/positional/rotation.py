"""RoPE: queries and keys turned by their position, so that their score knows only the distance. Needs no torch."""

from typing import Any, Literal, get_args

import numpy as np
from jaxtyping import Float, Int, Real

from core.checks import Check
from core.numbers import require
from core.positional.arrays import as_double, like_input, namespace_of, require_even, require_finite

Layout = Literal["half", "interleaved"]
"""Which dimensions turn together: i and i + d/2 ("half", transformers) or 2i and 2i + 1 ("interleaved", the paper)."""


def rotate(x: Any, positions: Any, inv_freq: Any, *, layout: str = "half") -> Float[Any, "... head_dim"]:
    """Turns each pair of dimensions by the angle p * omega: R_p x.

    For a pair (x1, x2): (x1 cos - x2 sin, x2 cos + x1 sin), cos and sin of p * omega_i.

    Args:
        x: queries or keys, shape [... position head_dim], a numpy array, a tensor or a nested list.
        positions: p, shape [position], or any shape that broadcasts against `x` without its last axis.
        inv_freq: omega, shape [pair] with pair = head_dim / 2, an array or a tensor of any library.
        layout: "half" pairs dimension i with i + d/2 (transformers), "interleaved" 2i with 2i + 1 (the paper).

    Returns:
        The shape (widened where `positions` has more axes), dtype, library and device of `x`; whole numbers become the
        library's own kind of real ones, since a turned vector has fractions. Angles are computed in float64.

    Raises:
        ValueError: for an unknown layout, frequencies that are not half as many as dimensions, a position or a
            frequency that is not finite, positions that do not fit `x`, or an `x` without dimensions.

    Invariant: lengths stay, and R_m q . R_n k depends on m and n through m - n alone.
    Source: Su et al. 2021 (RoFormer), equation 34; `apply_rotary_pos_emb` of transformers for "half".
    """
    _require_layout(layout)
    x = _vectors(x)
    xp = namespace_of(x)
    inv_freq = require_finite("inv_freq", as_double(inv_freq, like=x, name="inv_freq"))
    positions = require_finite("positions", as_double(positions, like=x, name="positions"))
    require(inv_freq.ndim == 1, "shape of inv_freq", tuple(inv_freq.shape), "one row of frequencies")
    head_dim, n_pairs = x.shape[-1], inv_freq.shape[0]
    require(2 * n_pairs == head_dim, "number of frequencies", n_pairs, f"half of head_dim = {head_dim}")
    fits = all(m == n or 1 in (m, n) for m, n in zip(positions.shape[::-1], x.shape[-2::-1], strict=False))
    require(fits, "shape of positions", tuple(positions.shape), f"one that fits {tuple(x.shape[:-1])}")
    angles = positions[..., None] * inv_freq  # [position pair]
    cos, sin = xp.astype(xp.cos(angles), x.dtype), xp.astype(xp.sin(angles), x.dtype)
    if layout == "half":
        first, second = x[..., :n_pairs], x[..., n_pairs:]
        return xp.concat([first * cos - second * sin, second * cos + first * sin], axis=-1)
    first, second = x[..., 0::2], x[..., 1::2]
    turned = xp.stack([first * cos - second * sin, second * cos + first * sin], axis=-1)  # [... position pair 2]
    return xp.reshape(turned, (*turned.shape[:-2], head_dim))


def _vectors(x: Any) -> Any:
    """Queries or keys as an array of real numbers: what has a floating dtype as it is, all else in float64 or float32.

    Raises:
        ValueError: for what holds no real numbers, and for a number without dimensions.
    """
    dtype = getattr(x, "dtype", None)
    if dtype is None or not namespace_of(x).isdtype(dtype, "real floating"):
        x = like_input(as_double(x, name="x"), x)
    require(x.ndim >= 1, "shape of x", tuple(x.shape), "[... position head_dim]")
    return x


def turning_angles(
    positions: Real[np.ndarray, "position"], inv_freq: Float[np.ndarray, "pair"]
) -> Float[np.ndarray, "position pair"]:
    """Where the clock hand of each pair stands at each position: p * omega modulo a full turn.

    Args:
        positions: p in tokens, shape [position].
        inv_freq: omega in radians per token, shape [pair].

    Returns:
        Angles in [0, 2 pi), shape [position pair].

    Invariant: position 0 has angle 0 in every pair.
    Source: Su et al. 2021 (RoFormer), section 3.2.
    """
    return np.asarray(np.mod(np.multiply.outer(positions, inv_freq), 2 * np.pi))


def pair_angles(
    x: Float[np.ndarray, "head_dim"],
    positions: Real[np.ndarray, "position"],
    inv_freq: Float[np.ndarray, "pair"],
    *,
    layout: str = "half",
) -> Float[np.ndarray, "position pair"]:
    """Where the clock hand of each pair of a vector points after the rotation: atan2(x2, x1) of R_p x.

    Args:
        x: a query or key before rotation, shape [head_dim].
        positions: p in tokens, shape [position].
        inv_freq: omega, shape [pair].
        layout: how the dimensions pair, see `rotate`.

    Returns:
        Angles in radians, in [-pi, pi], shape [position pair]; 0 for a pair of zeros.

    Raises:
        ValueError: for an unknown layout, or frequencies that are not half as many as dimensions.

    Invariant: a vector whose pairs are (1, 0) points to `turning_angles`, up to full turns.
    Source: Su et al. 2021 (RoFormer), section 3.2.
    """
    turned = rotate(np.broadcast_to(x.astype(np.float64), (len(positions), len(x))), positions, inv_freq, layout=layout)
    order = layout_permutation(len(x), source=layout, target="half")
    first, second = np.split(turned[:, order], 2, axis=1)
    return np.asarray(np.arctan2(second, first))


def pair_scores(
    query: Float[np.ndarray, "head_dim"],
    key: Float[np.ndarray, "head_dim"],
    query_position: int,
    key_position: int,
    inv_freq: Float[np.ndarray, "pair"],
    *,
    layout: str = "half",
    scaling: float | None = None,
) -> Float[np.ndarray, "pair"]:
    """What each pair of dimensions adds to the score of a turned query and a turned key.

    Args:
        query: q before rotation, shape [head_dim].
        key: k before rotation, shape [head_dim].
        query_position: m, in tokens.
        key_position: n, in tokens.
        inv_freq: omega, shape [pair].
        layout: how the dimensions pair, see `rotate`.
        scaling: the factor of the score; None takes 1 / sqrt(head_dim).

    Raises:
        ValueError: for an unknown layout, or frequencies that are not half as many as dimensions.

    Invariant: the sum is `score_by_offset` at n - m, and each entry depends on n - m alone.
    Source: Su et al. 2021 (RoFormer), equation 34, pair by pair.
    """
    q, k = (
        rotate(x.astype(np.float64), position, inv_freq, layout=layout)
        for x, position in ((query, query_position), (key, key_position))
    )
    products = (q * k)[layout_permutation(len(query), source=layout, target="half")]
    return np.asarray(products.reshape(2, -1).sum(axis=0) * (len(query) ** -0.5 if scaling is None else scaling))


def layout_permutation(head_dim: int, *, source: str = "interleaved", target: str = "half") -> Int[np.ndarray, "d"]:
    """The fixed reordering of dimensions between the two layouts: y = x[..., permutation].

    Args:
        head_dim: d, even.
        source: the layout that x is in.
        target: the layout that y is in.

    Returns:
        Indices, shape [head_dim].

    Raises:
        ValueError: for an odd dimension or an unknown layout.

    Invariant: rotating in the source layout and then permuting equals permuting and then rotating in the target
    layout; from source to target and back is the identity.
    Source: huggingface/transformers, `convert_llama_weights_to_hf.py`, function `permute`.
    """
    require_even("head_dim", head_dim)
    _require_layout(source)
    _require_layout(target)
    dimensions = np.arange(head_dim)
    if source == target:
        return dimensions
    to_half = np.concatenate([dimensions[0::2], dimensions[1::2]])
    return to_half if target == "half" else np.argsort(to_half)


def score_by_offset(
    query: Float[np.ndarray, "head_dim"],
    key: Float[np.ndarray, "head_dim"],
    offsets: Real[np.ndarray, "offset"],
    inv_freq: Float[np.ndarray, "pair"],
    *,
    layout: str = "half",
    scaling: float | None = None,
) -> Float[np.ndarray, "offset"]:
    """The score of a query and a key that lie k = n - m apart, without ever choosing m and n.

    R_m q . R_n k = sum_i (q1 k1 + q2 k2) cos(k omega_i) + (q2 k1 - q1 k2) sin(k omega_i), times the scaling.

    Args:
        query: q before rotation, shape [head_dim].
        key: k before rotation, shape [head_dim].
        offsets: key position minus query position; negative looks back. Shape [offset].
        inv_freq: omega, shape [pair].
        layout: how the dimensions pair, see `rotate`.
        scaling: the factor of the score; None takes 1 / sqrt(head_dim).

    Raises:
        ValueError: for an unknown layout, or frequencies that are not half as many as dimensions.

    Invariant: equal to the dot product of `rotate(query, m)` and `rotate(key, m + offset)` for every m.
    Source: Su et al. 2021 (RoFormer), equations 14 to 16, written out in real numbers.
    """
    _require_layout(layout)
    head_dim = len(query)
    require(2 * len(inv_freq) == head_dim, "number of frequencies", len(inv_freq), f"half of head_dim = {head_dim}")
    order = layout_permutation(head_dim, source=layout, target="half")
    (q1, q2), (k1, k2) = (x.astype(np.float64)[order].reshape(2, -1) for x in (query, key))
    angles = np.multiply.outer(offsets, inv_freq)  # [offset pair]
    scores = np.cos(angles) @ (q1 * k1 + q2 * k2) + np.sin(angles) @ (q2 * k1 - q1 * k2)
    return np.asarray(scores * (head_dim**-0.5 if scaling is None else scaling))


def rotation_checks(
    query: Float[np.ndarray, "head_dim"],
    key: Float[np.ndarray, "head_dim"],
    query_position: int,
    key_position: int,
    inv_freq: Float[np.ndarray, "pair"],
    *,
    shift: int = 1000,
    layout: str = "half",
) -> tuple[Check, ...]:
    """The identities of RoPE, recomputed in float64 for one query and one key.

    Args:
        query: q before rotation, shape [head_dim].
        key: k before rotation, shape [head_dim].
        query_position: m, in tokens.
        key_position: n, in tokens.
        inv_freq: omega, shape [pair].
        shift: added to both positions.
        layout: how the dimensions pair, see `rotate`.

    Raises:
        ValueError: for an unknown layout, or frequencies that are not half as many as dimensions.

    Invariant: all pass for any vectors and positions. Rotating only one of the two fails the second.
    Source: Su et al. 2021 (RoFormer), section 3.4.
    """
    q, k = query.astype(np.float64), key.astype(np.float64)

    def turned(x: np.ndarray, position: int, order: str = layout) -> np.ndarray:
        return np.asarray(rotate(x, position, inv_freq, layout=order))

    here = turned(q, query_position) @ turned(k, key_position)
    there = turned(q, query_position + shift) @ turned(k, key_position + shift)
    norm = abs(float(np.linalg.norm(turned(q, query_position)) - np.linalg.norm(q)))
    other = "half" if layout == "interleaved" else "interleaved"
    order = layout_permutation(len(q), source=layout, target=other)
    both = turned(q, query_position)[order] - turned(q[order], query_position, other)
    length = float(np.linalg.norm(q) * np.linalg.norm(k))
    farthest = max(abs(query_position), abs(key_position)) + abs(shift)
    angle = 8 * max(farthest, 16) * 2.0**-53  # an angle of p radians is known to p * 2**-53
    return (
        Check("Turning keeps the length", norm, 1e-14 * float(np.linalg.norm(q)) + 1e-15, "| |R q| - |q| |"),
        Check(f"Both moved by {shift}: the score stands still", abs(float(there - here)), angle * length + 1e-15, ""),
        Check(
            "The two layouts differ by a reordering", float(np.abs(both).max()), 0.0, "rotate, then reorder, or back"
        ),
    )


def _require_layout(layout: str) -> None:
    require(layout in get_args(Layout), "layout", layout, "'half' or 'interleaved'")
