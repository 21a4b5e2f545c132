"""Learned positions: the table of a real encoder. Needs no torch itself; the encoder's owner has loaded it."""

from typing import Any

import numpy as np
from jaxtyping import Float

from core.positional.arrays import require


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
