"""Nearest neighbors by features, and how often they carry the same label."""

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check

MOST = 20
"""Neighbors that are counted."""


def squared_distances(
    some: Float[np.ndarray, "one feature"], others: Float[np.ndarray, "other feature"]
) -> Float[np.ndarray, "one other"]:
    """|a - b|^2 = |a|^2 - 2 a.b + |b|^2 of each pair, never below 0."""
    squares = (some**2).sum(axis=1)[:, None] - 2 * some @ others.T + (others**2).sum(axis=1)
    return np.asarray(np.maximum(squares, 0.0))


def nearest(
    features: Float[np.ndarray, "item feature"],
    point: Float[np.ndarray, "feature"],
    *,
    count: int,
    without: int | None = None,
) -> Int[np.ndarray, "neighbor"]:
    """The places of the `count` items nearest to a point by Euclidean distance, the nearest first; ties in order.

    Args:
        without: the place of an item that is no neighbor: the point itself.

    Raises:
        ValueError: for more neighbors than there are, or fewer than one.
    """
    others = len(features) - (without is not None)
    if not 1 <= count <= others:
        raise ValueError(f"count is {count}; it must be 1 to {others}")
    apart = squared_distances(point[None], features)[0]
    if without is not None:
        apart[without] = np.inf
    return np.argsort(apart, kind="stable")[:count]


def agreement(
    features: Float[np.ndarray, "item feature"], labels: Int[np.ndarray, "item"], *, most: int = MOST
) -> Float[np.ndarray, "k"]:
    """How often the k nearest neighbors of an item carry its label, for k = 1, 2, ..., most: a mean over all items.

    Raises:
        ValueError: for more neighbors than there are, or fewer than one.

    Invariant: within [0, 1]; where labels are shuffled it falls to the chance that two items share one.
    """
    if not 1 <= most < len(features):
        raise ValueError(f"most is {most}; it must be 1 to {len(features) - 1}")
    apart = squared_distances(features, features)
    np.fill_diagonal(apart, np.inf)
    order = np.argsort(apart, axis=1, kind="stable")[:, :most]
    same = labels[order] == labels[:, None]
    return np.asarray(same.mean(axis=0).cumsum() / np.arange(1, most + 1))


def nearest_check(
    features: Float[np.ndarray, "item feature"], point: Float[np.ndarray, "feature"], found: Int[np.ndarray, "neighbor"]
) -> Check:
    """No item that was left out lies nearer than the last that was taken, by distances from differences."""
    apart = np.sqrt(((features - point) ** 2).sum(axis=1))
    rest = np.delete(apart, found)
    over = float(apart[found].max() - rest.min()) if len(rest) else 0.0
    size = float(np.abs(squared_distances(point[None], features)).max())
    bound = float(np.sqrt(8 * features.shape[1] * np.finfo(np.float64).eps * max(size, 1e-300)))
    return Check("No digit left out is nearer", max(over, 0.0), bound, "distances by differences against by products")
