"""The sinusoidal code of the first Transformer: its values, its shift map, and what its dot product says. No torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check
from core.numbers import require, whole
from core.positional.arrays import Number, Whole, as_double, like_input, namespace_of, require_even, require_finite
from core.positional.frequencies import rope_frequencies


def sinusoidal(
    positions: "int | np.integer[Any] | Sequence[Number] | Any", d_model: Whole, *, base: Number = 10_000.0
) -> Float[Any, "position d_model"]:
    """The sinusoidal encoding: PE(p)[2i] = sin(p omega_i), PE(p)[2i + 1] = cos(p omega_i), omega_i = b^(-2i / d).

    Args:
        positions: p; a whole number n means 0 to n - 1, otherwise a sequence, array or tensor of shape [position].
        d_model: d, even.
        base: b, above 1.

    Returns:
        Shape [position d_model], sine and cosine interleaved as in the paper: a tensor where `positions` is one, a
        numpy array otherwise; in the dtype of floating-point positions, else in the library's default. Computed in
        float64.

    Raises:
        ValueError: for no position or one that is not finite, an odd dimension, or a base of at most 1.

    Invariant: every row has the squared length d / 2.
    Source: Vaswani et al. 2017, "Attention Is All You Need", section 3.5.
    """
    require_even("d_model", d_model)
    inv_freq = rope_frequencies(d_model, base=base).inv_freq
    if isinstance(positions, int | np.integer):
        positions = np.arange(whole("length", positions, 1))
    xp, p = namespace_of(positions), as_double(positions, name="positions")
    require(p.ndim == 1 and p.shape[0] >= 1, "positions of shape", tuple(p.shape), "a row of at least 1 position")
    require_finite("positions", p)
    angles = p[:, None] * as_double(inv_freq, like=p)[None, :]  # [position pair]
    pairs = xp.stack([xp.sin(angles), xp.cos(angles)], axis=-1)  # [position pair 2]
    return like_input(xp.reshape(pairs, (p.shape[0], d_model)), positions)


def shift_matrix(d_model: Whole, offset: Number, *, base: Number = 10_000.0) -> Float[np.ndarray, "d_model d_model"]:
    """The linear map M_k that moves every position by k: PE(p + k) = M_k PE(p), whatever p is.

    M_k is block-diagonal with one rotation [[cos k omega, sin k omega], [-sin k omega, cos k omega]] for each pair; it
    needs sine and cosine of the same frequency.

    Args:
        d_model: d, even.
        offset: k, in tokens; negative moves back.
        base: b, above 1.

    Raises:
        ValueError: for an odd dimension or a base of at most 1.

    Invariant: orthogonal, and M_j M_k = M_(j + k).
    Source: the addition theorems of sine and cosine; Vaswani et al. 2017, section 3.5 (claimed there).
    """
    angles = offset * rope_frequencies(d_model, base=base).inv_freq
    even = np.arange(0, d_model, 2)
    matrix = np.zeros((d_model, d_model))
    matrix[even, even] = matrix[even + 1, even + 1] = np.cos(angles)
    matrix[even, even + 1], matrix[even + 1, even] = np.sin(angles), -np.sin(angles)
    return matrix


def offset_similarity(
    d_model: Whole, offsets: Float[np.ndarray, "offset"] | Int[np.ndarray, "offset"], *, base: Number = 10_000.0
) -> Float[np.ndarray, "offset"]:
    """The dot product of two codes k tokens apart: PE(p) . PE(p + k) = sum_i cos(k omega_i). It knows no p.

    It does not fall steadily with the distance: with d = 64 and b = 10,000 it rises already from k = 5 to 6.

    Args:
        d_model: d, even.
        offsets: k, shape [offset].
        base: b, above 1.

    Raises:
        ValueError: for an odd dimension or a base of at most 1.

    Invariant: d / 2 at k = 0, never more elsewhere, and the same for k and -k.
    Source: Vaswani et al. 2017, section 3.5, with cos(a - b) = cos a cos b + sin a sin b.
    """
    inv_freq = rope_frequencies(d_model, base=base).inv_freq
    return np.asarray(np.cos(np.multiply.outer(offsets, inv_freq)).sum(axis=-1))


def toeplitz_spread(matrix: Float[np.ndarray, "row column"]) -> float:
    """How far a square matrix is from depending on the offset alone: the largest range of values on one diagonal.

    Args:
        matrix: shape [row column], square.

    Raises:
        ValueError: if it is not square.

    Invariant: 0 exactly for a Toeplitz matrix, in the unit of the entries.
    Source: definition of a Toeplitz matrix, M[i, j] = f(j - i).
    """
    n = len(matrix)
    require(matrix.shape == (n, n) and n >= 1, "matrix of shape", matrix.shape, "square and not empty")
    columns = by_diagonal(matrix)
    return float((np.fmax.reduce(columns, axis=0) - np.fmin.reduce(columns, axis=0)).max())


def by_diagonal(matrix: Float[np.ndarray, "row column"]) -> Float[np.ndarray, "row offset"]:
    """A square matrix with each diagonal moved into a column: result[i, n - 1 + k] = M[i, i + k], NaN outside.

    Args:
        matrix: shape [row column], square, n by n.

    Invariant: column n - 1 + k holds exactly the n - |k| entries with column - row = k.
    """
    n = len(matrix)
    # Read as rows that are one shorter, each row of the widened matrix starts one column earlier than the last.
    wide = np.full((n, 3 * n - 1), np.nan)
    wide[:, n - 1 : 2 * n - 1] = matrix
    flat = np.append(wide.ravel(), np.full(n, np.nan))
    return flat[: n * 3 * n].reshape(n, 3 * n)[:, : 2 * n - 1]


@dataclass(frozen=True, eq=False)
class Projection:
    """Sinusoidal codes compared through a matrix, as attention compares them.

    Args:
        similarity: P W P^T / sqrt(d), shape [position position].
        spread: the largest range of values on one of its diagonals.
        spread_raw: the same for P P^T / sqrt(d), which rounding alone makes differ from 0.
    """

    similarity: Float[np.ndarray, "query key"]
    spread: float
    spread_raw: float


def projected_similarity(encoding: Float[np.ndarray, "position d_model"], *, seed: int) -> Projection:
    """What remains of "relative" once a matrix stands between the codes: P W P^T / sqrt(d) is not Toeplitz any more.

    W stands for W_Q^T W_K of an untrained layer: independent normal entries of variance 1 / d, so that a projected
    vector is as long as the vector, on average.

    Args:
        encoding: P, shape [position d_model].
        seed: of W.

    Raises:
        ValueError: for an encoding without positions.

    Invariant: with W = identity the spread is rounding; with the random W it is of the size of the entries.
    Source: Vaswani et al. 2017, section 3.2.2 (queries and keys are projected); the spread is measured.
    """
    n, d_model = encoding.shape
    require(n >= 1, "length", n, "at least 1 position")
    weight = np.random.default_rng(seed).normal(scale=d_model**-0.5, size=(d_model, d_model))
    raw = encoding @ encoding.T / np.sqrt(d_model)
    similarity = encoding @ weight @ encoding.T / np.sqrt(d_model)
    return Projection(similarity, toeplitz_spread(similarity), toeplitz_spread(raw))


def sinusoidal_checks(
    encoding: Float[np.ndarray, "position d_model"], offset: int, *, base: Number = 10_000.0
) -> tuple[Check, ...]:
    """The identities of the sinusoidal code, recomputed on an encoding of the positions 0 to n - 1.

    Args:
        encoding: P, shape [position d_model], float64.
        offset: k, 1 to n - 1, for the shift map.
        base: the base that made it.

    Raises:
        ValueError: for an offset out of range.

    Invariant: all pass for what `sinusoidal` returns; an encoding of another base fails.
    Source: those of `shift_matrix` and `offset_similarity`.
    """
    n, d_model = encoding.shape
    require(1 <= offset < n, "offset", offset, f"1 to {n - 1}")
    shift = shift_matrix(d_model, offset, base=base)
    moved = np.abs(encoding[:-offset] @ shift.T - encoding[offset:]).max()
    orthogonal = np.abs(shift @ shift.T - np.eye(d_model)).max()
    offsets = np.array([k for k in (0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512) if k < n])
    expected = offset_similarity(d_model, offsets, base=base)
    products = [np.einsum("pd,pd->p", encoding[: n - k], encoding[k:]) for k in offsets]
    toeplitz = max(float(np.abs(found - value).max()) for found, value in zip(products, expected, strict=True))
    # An angle of n radians is known to n * 2**-53; rounding of the products comes on top and is smaller.
    angle = 4 * max(n, 16) * 2.0**-53
    return (
        Check("The dot product knows the offset alone", toeplitz, d_model * angle, "PE(p).PE(p+k) - sum cos(k omega)"),
        Check(f"A shift by {offset} is one linear map", float(moved), 4 * angle, "largest entry of PE(p+k) - M PE(p)"),
        Check("The shift map is orthogonal", float(orthogonal), 1e-14, "largest entry of M M^T - I"),
    )
