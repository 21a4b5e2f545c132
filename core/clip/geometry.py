"""Where pictures and words lie: a map, the directions of class and background in it, and probes with labels."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from sklearn.linear_model import LogisticRegression

from core.clip.edits import unit

UNSURE = 1e-5
"""Scores of `probe_scores` that are nearer to 0 may have the other sign on another machine."""


@dataclass(frozen=True, eq=False)
class EmbeddingMap:
    """A principal component analysis of embeddings.

    Args:
        center: the mean.
        axes: principal directions as rows, orthonormal, the largest variance first.
        share: part of the total variance along each axis.
    """

    center: Float[np.ndarray, "d"]
    axes: Float[np.ndarray, "axis d"]
    share: Float[np.ndarray, "axis"]

    def place(self, vectors: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n axis"]:
        """Coordinates of points. Invariant: the mean of the embeddings lies at the origin."""
        return np.asarray((vectors - self.center) @ self.axes.T)

    def within(self, direction: Float[np.ndarray, "d"]) -> Float[np.ndarray, "axis"]:
        """The part of a direction that lies within the map, in units of its length; the center does not apply.

        Invariant: its norm lies in 0 to 1, the part of the direction that the map can show; 0 for a zero direction.
        """
        return np.asarray(self.axes @ unit(np.asarray(direction, np.float64)))


def embedding_map(vectors: Float[np.ndarray, "n d"], *, n_axes: int = 2) -> EmbeddingMap:
    """The first principal axes, each signed so that its largest entry is positive (scikit-learn's PCA).

    Raises:
        ValueError: if `n_axes` exceeds min(n, d) or is below 1.
    """
    if not 1 <= n_axes <= min(vectors.shape):
        raise ValueError(f"n_axes = {n_axes} must lie in 1 to {min(vectors.shape)}.")
    from sklearn.decomposition import PCA

    found = PCA(n_axes, svd_solver="full").fit(np.asarray(vectors, np.float64))
    axes = found.components_
    axes = axes * np.sign(axes[np.arange(n_axes), np.abs(axes).argmax(axis=1)])[:, None]
    return EmbeddingMap(found.mean_, axes, np.nan_to_num(found.explained_variance_ratio_))


def mean_direction(
    vectors: Float[np.ndarray, "n d"], side: Int[np.ndarray, "n"], within: Int[np.ndarray, "n"]
) -> Float[np.ndarray, "d"]:
    """The direction from side 0 to side 1, averaged over the groups of `within` so that neither leaks into the other.

    `mean over w of (mean of vectors with side 1 and w) - (mean with side 0 and w)`. With labels of the background as
    `side` and of the class as `within` it is the oracle: what a perfect insight would point at.

    Raises:
        ValueError: if a group has no picture.
    """
    parts = []
    for group in np.unique(within):
        ends = [vectors[(side == value) & (within == group)] for value in (0, 1)]
        if not all(len(end) for end in ends):
            raise ValueError(f"group {group} has no picture on one of its sides.")
        parts.append(ends[1].mean(axis=0) - ends[0].mean(axis=0))
    return np.asarray(np.mean(parts, axis=0))


def cosine(a: Float[np.ndarray, "d"], b: Float[np.ndarray, "d"]) -> float:
    """The cosine of two directions; NaN if one has no length."""
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / lengths if lengths > 1e-12 else float("nan")


def linear_probe(
    train: Float[np.ndarray, "n d"], label: Int[np.ndarray, "n"], test: Float[np.ndarray, "m d"]
) -> Int[np.ndarray, "m"]:
    """What logistic regression on labeled embeddings says about others: how much of the class the encoder has seen.

    scikit-learn's LogisticRegression with C = 100 on unit vectors.

    Raises:
        ValueError: if the labels are all the same.
    """
    fitted = LogisticRegression(C=100.0, max_iter=2000).fit(unit(train), label)
    return np.asarray(fitted.predict(unit(test)))


def probe_scores(
    train: Float[np.ndarray, "n d"], label: Int[np.ndarray, "n"], test: Float[np.ndarray, "m d"]
) -> Float[np.ndarray, "m"]:
    """The scores w x + b of the regression of `linear_probe` at its very minimum; above 0 is label 1.

    The loss is convex with one minimum, found by Newton's method in double precision. What a search that stops early
    says of a picture near the border depends on the order in which a machine adds; this does not.

    Args:
        train, test: vectors of any length. label: 0 or 1.

    Raises:
        ValueError: if the labels are all the same.

    Invariant: a score is right to UNSURE: the search ends where the mean gradient is at most 1e-10, and along w the
        loss is curved by at least 1.
    """
    x, tried = (unit(np.asarray(side, np.float64)) for side in (train, test))
    fitted = LogisticRegression(C=100.0, solver="newton-cholesky", tol=1e-10).fit(x, label)
    return np.asarray(fitted.decision_function(tried))
