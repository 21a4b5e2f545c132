"""Two norms: what each makes of a vector, and what it ignores. Needs no torch."""

import numpy as np
from jaxtyping import Float


def rms_norm(x: Float[np.ndarray, "*batch d"]) -> Float[np.ndarray, "*batch d"]:
    """x / sqrt(mean(x²)): Llama's norm, without its trained scale and its small constant.

    Args:
        x: any shape; the last axis is a vector of d numbers.

    Raises:
        ValueError: for a vector of zeros, or numbers that are not finite.

    Invariant: the same for c x, for every c > 0. Source: Zhang and Sennrich 2019 (1910.07467), equation 4.
    """
    vector = _finite(x)
    return _divided(vector, vector)


def layer_norm(x: Float[np.ndarray, "*batch d"]) -> Float[np.ndarray, "*batch d"]:
    """(x - mean(x)) / sqrt(var(x)): BERT's norm, without its trained scale and shift and its small constant.

    Args:
        x: any shape; the last axis is a vector of d numbers.

    Raises:
        ValueError: for a vector of equal numbers, or numbers that are not finite.

    Invariant: the same for c x + b, for every c > 0 and b; it is `rms_norm` of what remains without the mean.
    Source: Ba et al. 2016 (1607.06450), equation 4.
    """
    vector = _finite(x)
    # Scaled first, so that neither the mean nor the difference leaves the range of a float.
    scaled = vector / np.maximum(np.abs(vector).max(axis=-1, keepdims=True), np.finfo(np.float64).tiny)
    return _divided(scaled - scaled.mean(axis=-1, keepdims=True), scaled)


def _finite(x: Float[np.ndarray, "*batch d"]) -> Float[np.ndarray, "*batch d"]:
    vector = np.asarray(x, dtype=np.float64)
    if vector.ndim == 0 or vector.shape[-1] == 0 or not np.isfinite(vector).all():
        raise ValueError(f"x of shape {vector.shape} must hold vectors of 1 or more finite numbers.")
    return vector


def _divided(
    rest: Float[np.ndarray, "*batch d"], vector: Float[np.ndarray, "*batch d"]
) -> Float[np.ndarray, "*batch d"]:
    """What remains of a vector, divided by its root mean square; raises ValueError where that is rounding alone."""
    largest = np.abs(rest).max(axis=-1, keepdims=True)
    rounding = 4 * float(np.finfo(np.float64).eps) * np.abs(vector).max(axis=-1, keepdims=True)
    if (largest <= (rounding if rest is not vector else 0)).any():
        raise ValueError("The numbers of a vector must not all be equal for LayerNorm, nor all be 0 for RMSNorm.")
    scaled = rest / largest
    return np.asarray(scaled / np.sqrt((scaled**2).mean(axis=-1, keepdims=True)))
