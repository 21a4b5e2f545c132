"""Taking the background out of the words instead of the pictures (biased prompts, Chuang et al. 2023)."""

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.clip.edits import Basis, Pairs, require_strength, residual, span, unit

Matrix = Float[np.ndarray, "d d"]


def orthogonal_projection(spurious: Float[np.ndarray, "prompt d"], *, rank: int | None = None) -> Matrix:
    """The projection off what the spurious prompts span, `P0 = I - B B^T`, which is `I - V (V^T V)^+ V^T`.

    It projects out the prompts themselves, with all that they share ("this is a picture of"), not their differences.

    Args:
        spurious: embeddings of the spurious prompts, the columns of V, as rows here.
        rank: at most so many singular directions B of V, the strongest first; None keeps all, as published.

    Raises:
        ValueError: for a negative rank.

    Invariant: `P0 P0 = P0 = P0^T`, and at full rank `P0 v = 0` for every prompt v.

    Source: Chuang et al., "Debiasing vision-language models via biased prompts", 2023, equation 3.
    """
    basis = prompt_span(spurious, rank=rank)
    return np.asarray(np.eye(basis.shape[0]) - basis @ basis.T)


def prompt_span(spurious: Float[np.ndarray, "prompt d"], *, rank: int | None = None) -> Basis:
    """An orthonormal basis B of what the prompts span; of these only exact repetitions are dropped. See `span`."""
    return span(spurious, rank=rank, tolerance=1e-6)


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


def debias_text(
    text: Float[np.ndarray, "text d"], projection: Matrix, *, strength: float = 1.0
) -> Float[np.ndarray, "text d"]:
    """`z' = norm((1 - s) z + s P z)` for each text embedding.

    Args:
        text: unit vectors z as rows.
        projection: P, orthogonal or calibrated.
        strength: s, 0 to 1; 1 is the method as published. With P = I - B B^T this is `norm(z - s B B^T z)`.

    Raises:
        ValueError: if `strength` is outside.

    Invariant: rows have norm 1, or 0 where P takes everything.
    """
    require_strength(strength)
    z = np.asarray(text)
    return unit((1 - strength) * z + strength * z @ projection.T)


def projection_checks(
    text: Float[np.ndarray, "text d"], spurious: Float[np.ndarray, "prompt d"], same_class: Pairs
) -> tuple[Check, ...]:
    """The identities of both projections, for these very words at full strength and rank."""
    p0 = orthogonal_projection(spurious)
    uncalibrated = calibrated_projection(p0, same_class, weight=0.0)
    return (
        Check("Projecting twice is projecting once", float(np.abs(p0 @ p0 - p0).max()), 1e-10, "largest |P0 P0 - P0|"),
        Check(
            "After projecting, the words have no part in the prompts' span",
            residual(debias_text(text, p0), prompt_span(spurious)),
            1e-6,
            "largest |Bᵀz'|",
        ),
        Check(
            "Without calibration the two projections are one",
            float(np.abs(uncalibrated - p0).max()),
            1e-10,
            "λ = 0; largest difference of an entry",
        ),
    )
