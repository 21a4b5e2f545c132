"""Features on a plane: the two widest directions (PCA, exact), or neighbors kept together (t-SNE)."""

import functools
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.assets import kept
from core.checks import Check

PERPLEXITIES = (5, 30, 100)
MAPS = "convolution/maps.npz"


@dataclass(frozen=True, eq=False)
class Maps:
    """t-SNE of the held-out digits: [arm perplexity digit 2], by ARMS and PERPLEXITIES."""

    points: Float[np.ndarray, "arm perplexity digit 2"]


@dataclass(frozen=True, eq=False)
class Plane:
    """The plane of largest variance.

    Args:
        points: [item 2].
        kept: the share of the variance that lies in it.
        values: [feature], all variances, the largest first.
    """

    points: Float[np.ndarray, "item 2"]
    kept: float
    values: Float[np.ndarray, "feature"]


def principal_plane(features: Float[np.ndarray, "item feature"]) -> Plane:
    """(x - mean) V, where the columns of V are the two directions of largest variance (PCA).

    Raises:
        ValueError: for fewer than two items or two features.

    Invariant: no distance between two items grows. The larger side of each direction is the positive one.
    Source: Jolliffe 2002, Principal Component Analysis.
    """
    if features.ndim != 2 or min(features.shape) < 2:
        raise ValueError(f"features have the shape {features.shape}; at least two items and two features are needed")
    centered = features - features.mean(axis=0)
    _, sizes, ways = np.linalg.svd(centered, full_matrices=False)
    ways = ways[:2] * np.sign(ways[:2][range(2), np.abs(ways[:2]).argmax(axis=1)])[:, None]
    values = sizes**2 / (len(features) - 1)
    total = float(values.sum())
    return Plane(centered @ ways.T, float(values[:2].sum()) / total if total > 0 else 1.0, values)


def neighbor_map(
    features: Float[np.ndarray, "item feature"], *, perplexity: float, seed: int = 0
) -> Float[np.ndarray, "item 2"]:
    """t-SNE: neighbors in the features become neighbors on the plane; distances between groups mean nothing.

    Args:
        perplexity: about how many neighbors each item looks at, at least 1 and below the number of items.
        seed: of the solver; the start is the plane of largest variance.

    Raises:
        ValueError: for a perplexity out of range.

    Source: `sklearn.manifold.TSNE`; van der Maaten and Hinton 2008.
    """
    if not 1 <= perplexity < len(features):
        raise ValueError(f"perplexity is {perplexity}; it must be 1 to {len(features) - 1}")
    from sklearn.manifold import TSNE

    return np.asarray(TSNE(perplexity=perplexity, init="pca", random_state=seed, n_jobs=1).fit_transform(features))


@functools.cache
def recorded_maps() -> Maps:
    """The maps of the recorded networks. Raises AssetError if the file is missing or damaged.

    Source: `python -m core.assets record convolution maps`.
    """
    return kept(MAPS, Maps)


def plane_check(plane: Plane, features: Float[np.ndarray, "item feature"]) -> Check:
    """The variance in the plane, against the two largest eigenvalues of the covariance matrix."""
    values = np.linalg.eigvalsh(np.cov(features.T))
    bound = 8 * features.shape[1] * float(np.finfo(np.float64).eps) * float(values[-1])
    apart = abs(float(plane.points.var(axis=0, ddof=1).sum()) - float(values[-2:].sum()))
    return Check("Variance in the plane = two largest eigenvalues", apart, bound, "two ways to the same sum")
