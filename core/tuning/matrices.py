"""How much of a matrix a low rank keeps, and how much as many single entries keep."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.numbers import whole
from core.tuning.arguments import Matrix, MatrixLike, matrix


@dataclass(frozen=True, eq=False)
class Energy:
    """Shares of the squared Frobenius norm of a matrix of m rows and n columns.

    Args:
        by_rank: at r - 1, what the best matrix of rank r keeps: the r largest squared singular values [rank].
        by_entry: at r - 1, what the r (m + n) largest entries keep, as many numbers as two factors of rank r hold, but
            no more than the m n there are [rank].
    """

    by_rank: Float[np.ndarray, "rank"]
    by_entry: Float[np.ndarray, "rank"]


def low_rank(
    values: MatrixLike, rank: object
) -> tuple[Float[np.ndarray, "row rank"], Float[np.ndarray, "rank column"], float]:
    """The matrix B A of a rank that is nearest to a matrix W in the Frobenius norm.

    W = U S V^T gives B = U_r S_r^(1/2) and A = S_r^(1/2) V_r^T.

    Args:
        values: W, [row column], finite.
        rank: r, from 1 to the smaller side of W.

    Returns:
        B, A, and the residual |W - B A|, the Frobenius norm of what is left.

    Raises:
        ValueError: for what is no such matrix, and for a rank outside its range.

    Invariant: residual² is the sum of the squared singular values behind the r-th.
    Source: Eckart and Young 1936; LoRA's factors (2106.09685).
    """
    found = matrix(values)
    kept = whole("rank", rank, 1, min(found.shape))
    unit, scale = _scaled(found)
    left, size, right = np.linalg.svd(unit, full_matrices=False)
    root = np.sqrt(size[:kept])
    thin, flat = left[:, :kept] * root, root[:, None] * right[:kept]
    residual = float(np.linalg.norm(unit - thin @ flat)) * scale
    # The root of a scale below the normal numbers would lose digits; a power of 4 has an exact one.
    return thin * math.sqrt(scale), flat * math.sqrt(scale), residual


def energy(values: MatrixLike) -> Energy:
    """What each rank of a matrix keeps of its squared Frobenius norm, beside as many single entries.

    by_rank[r - 1] = sum_(i <= r) s_i² / sum_i s_i², with s_i the singular values; by_entry[r - 1] the same with the
    largest squared entries, min(r (m + n), m n) of them.

    Args:
        values: [row column], finite, with an entry that is not 0.

    Raises:
        ValueError: for what is no such matrix.

    Invariant: both never fall, lie in (0, 1], and end at 1.
    """
    found = matrix(values)
    if not found.any():
        raise ValueError(f"matrix of shape {found.shape} holds only 0; it must have an entry that is not 0.")
    unit, _ = _scaled(found)
    ranks = np.arange(1, min(unit.shape) + 1)
    entries = _kept(np.sort(np.abs(unit), axis=None)[::-1])
    return Energy(
        by_rank=_kept(np.linalg.svd(unit, compute_uv=False)),
        by_entry=entries[np.minimum(ranks * sum(unit.shape), unit.size) - 1],
    )


def _kept(sizes: Float[np.ndarray, "size"]) -> Float[np.ndarray, "size"]:
    """The share of the squares that the first 1, 2, ... of some sizes hold."""
    sums = np.cumsum(sizes**2)
    shares: Float[np.ndarray, "size"] = sums / sums[-1]
    return shares


def _scaled(found: Matrix) -> tuple[Matrix, float]:
    """The matrix over a power of 4 that brings its largest entry near 1, so that no square runs over or to 0."""
    top = float(np.abs(found).max())
    # Of the largest numbers of float64 the next power of 4 is none any more.
    power = min(2 * (math.frexp(top)[1] // 2), 1022) if top else 0
    return np.ldexp(found, -power), math.ldexp(1.0, power)
