"""Learned positions: the table of a real encoder. Needs no torch itself; the encoder's owner has loaded it."""

from typing import Any

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.numbers import require
from core.positional.sinusoids import by_diagonal


def learned_positions(encoder: Any) -> Float[np.ndarray, "position d"]:
    """The position table of an encoder, one learned vector for each place; row p is added to the token at p.

    Args:
        encoder: a loaded `Encoder` of the BERT family.

    Raises:
        ValueError: if the model has no such table.

    Invariant: a copy, with as many rows as the model has positions (512 for MiniLM).
    Source: Devlin et al. 2019 (BERT), section 3; `position_embeddings` of transformers.
    """
    table = getattr(getattr(encoder.model, "embeddings", None), "position_embeddings", None)
    if table is None:
        raise ValueError(f"model = {encoder.name!r} must be an encoder with learned positions.")
    return np.array(table.weight.detach().float().numpy())


def position_cosine(table: Float[np.ndarray, "position d"]) -> Float[np.ndarray, "position other"]:
    """How alike the codes of two positions are: P_i . P_j / (|P_i| |P_j|).

    Args:
        table: P, shape [position d]; no row is all zeros.

    Raises:
        ValueError: for a row of zeros.

    Invariant: symmetric, 1 on the diagonal, within [-1, 1] up to rounding.
    Source: definition of the cosine.
    """
    norms = np.linalg.norm(table.astype(np.float64), axis=1, keepdims=True)
    require(bool((norms > 0).all()), "table", f"with {int((norms == 0).sum())} rows of zeros", "without zero rows")
    unit = table / norms
    return np.asarray(unit @ unit.T)


def diagonal_spreads(matrix: Float[np.ndarray, "position other"]) -> Float[np.ndarray, "offset"]:
    """How far the entries of each diagonal lie apart: max - min over p of M[p, p + k], for k = 0, 1, ...

    Args:
        matrix: M, symmetric.

    Invariant: 0 throughout exactly for a matrix that knows the distance alone (Toeplitz).
    """
    columns = by_diagonal(matrix)[:, len(matrix) - 1 :]
    return np.asarray(np.nanmax(columns, axis=0) - np.nanmin(columns, axis=0))


def cosine_check(table: Float[np.ndarray, "position d"], cosine: Float[np.ndarray, "position other"]) -> Check:
    """The cosines of all pairs by the law of cosines: (|a|^2 + |b|^2 - |a - b|^2) / (2 |a| |b|), b one place on.

    Args:
        table: P, shape [position d].
        cosine: what is on screen for it.

    Returns:
        A check over all neighbors and over the pairs of first position and any other.

    Invariant: passes for `position_cosine` of the table; fails where rows are exchanged or not scaled.
    Source: Euclid, Elements, book II, propositions 12 and 13.
    """
    rows, first = table.astype(np.float64), np.zeros(len(table), int)
    left = np.concatenate([np.arange(len(table) - 1), first])
    right = np.concatenate([np.arange(1, len(table)), np.arange(len(table))])
    a, b = rows[left], rows[right]
    squares = [(x**2).sum(axis=1) for x in (a, b, a - b)]
    again = (squares[0] + squares[1] - squares[2]) / (2 * np.sqrt(squares[0] * squares[1]))
    error = float(np.abs(again - cosine[left, right]).max())
    # Sums of d terms in double precision, and |a|, |b| may differ in size: their ratio is what cancels.
    sizes = np.sqrt((rows**2).sum(axis=1))
    bound = 8 * table.shape[1] * 2.0**-53 * float(sizes.max() / sizes.min()) ** 2
    return Check("The cosines by the law of cosines", error, bound, "neighbors, and the first position with all others")
