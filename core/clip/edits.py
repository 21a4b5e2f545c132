"""Editing image embeddings with insights in words (RoboShot), in closed form. Needs numpy only.

An insight is a pair of texts that differ in one thing: ("a bird on land", "a bird on water"). The difference of the
two embeddings is a direction. Harmful directions are projected out, helpful ones are strengthened.
"""

import numpy as np
from jaxtyping import Float

from core.checks import Check

Embeddings = Float[np.ndarray, "n d"]
# Harmful and helpful insights need not be equally many, so their axis is not named.
Pairs = Float[np.ndarray, "_ 2 d"]
Directions = Float[np.ndarray, "_ d"]
Basis = Float[np.ndarray, "d _"]

TOLERANCE = 1e-4
"""Singular values below this part of the largest count as zero, so that paraphrases do not add directions of noise."""


def differences(pairs: Pairs) -> Directions:
    """The direction of each insight, `v_j = g(s_j1) - g(s_j2)`.

    Raises:
        ValueError: if the array is not [insight, 2, d].
    """
    pairs = np.asarray(pairs)
    if pairs.ndim != 3 or pairs.shape[1] != 2:
        raise ValueError(f"pairs has shape {pairs.shape}; it must be [insight, 2, d].")
    return np.asarray(pairs[:, 0] - pairs[:, 1])


def span(directions: Directions, *, rank: int | None = None, tolerance: float = TOLERANCE) -> Basis:
    """An orthonormal basis Q of what the directions span, the strongest shared direction first.

    From the singular value decomposition of the directions. The published code takes a QR decomposition, which keeps
    a column for every insight, also where two say the same; here directions below the tolerance are dropped.

    Args:
        directions: v_j as rows, in the unit of the embeddings; no rows give a basis without columns.
        rank: at most so many columns; None keeps all that are above the tolerance.
        tolerance: part of the largest singular value, 0 to below 1.

    Raises:
        ValueError: for a negative rank or a tolerance outside its range.

    Invariant: `Q^T Q = I`; neither the order nor the signs of the directions change the span.
    """
    if rank is not None and rank < 0:
        raise ValueError(f"rank = {rank} must not be below 0.")
    if not 0 <= tolerance < 1:
        raise ValueError(f"tolerance = {tolerance} must lie in 0 to below 1.")
    directions = np.asarray(directions, np.float64)
    if directions.size == 0:
        return np.zeros((directions.shape[-1], 0))
    _, values, rows = np.linalg.svd(directions, full_matrices=False)
    # Below 1e-6 two unit vectors in float32 are the same text.
    kept = int((values > max(tolerance * values[0], 1e-6)).sum())
    return np.asarray(rows[: kept if rank is None else min(rank, kept)].T)


def reject(
    embeddings: Embeddings,
    pairs: Pairs,
    *,
    strength: float = 1.0,
    rank: int | None = None,
) -> Embeddings:
    """Takes the span of the insights out of each embedding: `x' = norm((I - s Q Q^T) x)`.

    Args:
        embeddings: unit vectors x as rows.
        pairs: harmful insights.
        strength: s, 0 to 1; 1 is the full projection.
        rank: see `span`.

    Raises:
        ValueError: if `strength` is outside, or as `span` and `differences`.

    Invariant: rows have norm 1, and with s = 1 the residual `|Q^T x'|` is zero up to rounding. A vector that lies
    within the span becomes the zero vector.

    Source: Adila et al., "Zero-shot robustification of zero-shot models", ICLR 2024, algorithm 1.
    """
    return remove(embeddings, span(differences(pairs), rank=rank), strength=strength)


def increase(
    embeddings: Embeddings,
    pairs: Pairs,
    *,
    strength: float = 1.0,
    rank: int | None = None,
) -> Embeddings:
    """Strengthens the span of the insights in each embedding: `x' = norm((I + s U U^T) x)`; otherwise as `reject`."""
    return strengthen(embeddings, span(differences(pairs), rank=rank), strength=strength)


def roboshot(
    embeddings: Embeddings,
    harmful: Pairs,
    helpful: Pairs,
    *,
    reject_strength: float = 1.0,
    increase_strength: float = 1.0,
    rank: int | None = None,
) -> Embeddings:
    """Rejects the harmful insights, then increases the helpful ones: `x' = norm((I + U U^T) (I - Q Q^T) x)`.

    Increasing brings back a part of what was rejected wherever U and Q are not orthogonal: `Q^T x'` is not zero.

    Raises:
        ValueError: as `reject`.

    Invariant: rows have norm 1; without insights nothing changes.
    """
    rejected = reject(embeddings, harmful, strength=reject_strength, rank=rank)
    return increase(rejected, helpful, strength=increase_strength, rank=rank)


def remove(embeddings: Embeddings, basis: Basis, *, strength: float = 1.0) -> Embeddings:
    """`norm((I - s Q Q^T) x)` for an orthonormal basis Q; see `reject`."""
    require_strength(strength)
    x = np.asarray(embeddings)
    return unit(x - strength * (x @ basis) @ basis.T)


def strengthen(embeddings: Embeddings, basis: Basis, *, strength: float = 1.0) -> Embeddings:
    """`norm((I + s U U^T) x)` for an orthonormal basis U; see `increase`."""
    require_strength(strength)
    x = np.asarray(embeddings)
    return unit(x + strength * (x @ basis) @ basis.T)


def one_by_one(embeddings: Embeddings, harmful: Basis, helpful: Basis) -> Embeddings:
    """The loop as it was published: one basis vector at a time, with a new normalization after each.

    For each harmful q: `x <- norm(x - <x, q> q)`; then for each helpful u: `x <- norm(x + <x, u> u)`.

    Args:
        harmful, helpful: orthonormal columns, as `span` gives them.

    Invariant: it equals `roboshot` at full strength, since scaling commutes with linear maps.
    """
    x = np.asarray(embeddings, np.float64)
    for q in harmful.T:
        x = unit(x - (x @ q)[:, None] * q)
    for u in helpful.T:
        x = unit(x + (x @ u)[:, None] * u)
    return x


def residual(embeddings: Embeddings, basis: Basis) -> float:
    """The largest length of an embedding's part within the span, `max |Q^T x|`; 0 for an empty basis or no rows."""
    parts = np.asarray(embeddings) @ basis
    return float(np.linalg.norm(parts, axis=1).max()) if parts.size else 0.0


def signal_kept(direction: Float[np.ndarray, "d"], basis: Basis) -> float:
    """How much of a direction survives the projection, `|(I - Q Q^T) c| / |c|`: what rejecting leaves of the class.

    Near 0, rejecting takes the class away together with the background, and no repair is to be had.

    Invariant: between 0 and 1; NaN for a zero direction (two classes with the same name).
    """
    length = float(np.linalg.norm(direction))
    if length < 1e-9:
        return float("nan")
    return float(np.linalg.norm(direction - basis @ (basis.T @ direction))) / length


def random_span(rank: int, dimension: int, *, seed: int) -> Basis:
    """A basis of a random subspace: the control that shows what removing anything at all would do.

    Raises:
        ValueError: if `rank` does not lie in 0 to `dimension`.
    """
    if not 0 <= rank <= dimension:
        raise ValueError(f"rank = {rank} must lie in 0 to {dimension}.")
    gaussian = np.random.default_rng(seed).standard_normal((dimension, rank))
    return np.asarray(np.linalg.qr(gaussian)[0])


def unit(vectors: Float[np.ndarray, "*n d"]) -> Float[np.ndarray, "*n d"]:
    """Rows scaled to length 1; a row shorter than 1e-9 becomes zero, because it has no direction."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(np.where(length > 1e-9, vectors / np.maximum(length, 1e-9), 0.0))


def edit_checks(embeddings: Embeddings, harmful: Pairs, helpful: Pairs) -> tuple[Check, ...]:
    """The identities of the edits, for these very embeddings and insights at full strength."""
    q, u = span(differences(harmful)), span(differences(helpful))
    x = np.asarray(embeddings, np.float64)
    norms = np.abs(np.linalg.norm(x, axis=1) - 1).max() if len(x) else 0.0
    x = unit(x)  # rounded away in float32, so that the identities below are compared in float64
    rejected = remove(x, q)
    order = reject(x, np.asarray(harmful)[::-1, ::-1])
    loop = np.abs(one_by_one(x, q, u) - roboshot(x, harmful, helpful)).max() if len(x) else 0.0
    return (
        Check("Embeddings have norm 1", float(norms), 1e-5, "largest deviation over the pictures"),
        Check("After reject nothing is left in the span", residual(rejected, q), 1e-6, "largest |Qᵀx'|"),
        Check("The closed form equals the published loop", float(loop), 1e-10, "largest difference of a coordinate"),
        Check(
            "Sign and order of the insights do not matter",
            float(np.abs(order - rejected).max()) if len(x) else 0.0,
            1e-8,
            "both reversed; largest difference of a coordinate",
        ),
    )


def require_strength(strength: float) -> None:
    """Raises ValueError unless the strength of an edit lies in 0 to 1."""
    if not 0 <= strength <= 1:
        raise ValueError(f"strength = {strength} must lie in 0 to 1.")
