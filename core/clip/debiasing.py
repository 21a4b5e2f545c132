"""Taking the background out of the words instead of the pictures (biased prompts, Chuang et al. 2023)."""

import numpy as np
from jaxtyping import Float

from core.clip.editing import Pairs, unit

Matrix = Float[np.ndarray, "d d"]


def orthogonal_projection(spurious: Float[np.ndarray, "prompt d"]) -> Matrix:
    """The projection off what the spurious prompts span, `P0 = I - V (V^T V)^+ V^T`.

    It projects out the prompts themselves, with all that they share ("this is a picture of"), not their differences.

    Args:
        spurious: embeddings of the spurious prompts, the columns of V, as rows here.

    Invariant: `P0 P0 = P0 = P0^T`, and `P0 v = 0` for every prompt v.

    Source: Chuang et al., "Debiasing vision-language models via biased prompts", 2023, equation 3.
    """
    v = np.asarray(spurious, np.float64)
    return np.asarray(np.eye(v.shape[1]) - np.linalg.pinv(v, rcond=1e-6) @ v)


def calibrated_projection(projection: Matrix, same_class: Pairs, *, weight: float = 1000.0) -> Matrix:
    """The projection, calibrated so that prompts of one class with different backgrounds fall together.

    `P = P0 (I + lambda / |S| sum_(i,j) (z_i - z_j)(z_i - z_j)^T)^-1`

    Args:
        projection: P0.
        same_class: pairs of one class with two backgrounds ("a landbird on land", "a landbird on water").
        weight: lambda, at least 0; 0 leaves P0.

    Raises:
        ValueError: if `weight` is negative.

    Source: Chuang et al. 2023, equation 6.
    """
    if weight < 0:
        raise ValueError(f"weight = {weight} must not be below 0.")
    if len(same_class) == 0:
        return np.asarray(projection)
    d = np.asarray(same_class[:, 0] - same_class[:, 1], np.float64)
    spread = d.T @ d / len(d)
    return np.asarray(projection @ np.linalg.inv(weight * spread + np.eye(spread.shape[0])))


def debias_text(text: Float[np.ndarray, "text d"], projection: Matrix) -> Float[np.ndarray, "text d"]:
    """`z' = norm(P z)` for each text embedding. Invariant: rows have norm 1, or 0 where P takes everything."""
    return unit(np.asarray(text) @ projection.T)
