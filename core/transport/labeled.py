"""Labeled datasets to compare: real digits and what can be done to them, sentences, and two crossed clouds."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.digits import SIDE, digit_images
from core.transport.problem import Points


@dataclass(frozen=True, eq=False)
class Labeled:
    """Points [point d] with a label each."""

    x: Points
    y: tuple[str, ...]


def _blur(images: Points) -> Points:
    padded = np.pad(images.reshape(-1, SIDE, SIDE), ((0, 0), (1, 1), (1, 1)))
    kernel = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16
    blurred = np.zeros((len(images), SIDE, SIDE))
    for (row, column), share in np.ndenumerate(kernel):
        blurred += share * padded[:, row : row + SIDE, column : column + SIDE]
    return blurred.reshape(len(images), -1)


def _shift(images: Points) -> Points:
    return np.roll(images.reshape(-1, SIDE, SIDE), 1, axis=2).reshape(len(images), -1)


def _rotate(images: Points) -> Points:
    return np.rot90(images.reshape(-1, SIDE, SIDE), axes=(1, 2)).reshape(len(images), -1)


PIXEL_CHANGES: dict[str, Callable[[Points], Points]] = {
    "the other half": lambda images: images,
    "rotated": _rotate,
    "inverted": lambda images: 1.0 - images,
    "blurred": _blur,
    "shifted": _shift,
}
"""What may be done to the images of the second half."""

LABEL_CHANGES: tuple[str, ...] = ("relabeled", "shuffled labels")
"""What may be done to its labels: other names for the same classes, or the same names at random."""

DIGIT_SETS: tuple[str, ...] = ("the same half", *PIXEL_CHANGES, *LABEL_CHANGES)


def digits(change: str, count: int = 300, *, seed: int = 0) -> tuple[Labeled, Labeled]:
    """Two datasets of digits: a half of the images, and the other half after a change.

    Args:
        change: one of DIGIT_SETS. "relabeled" names class k by the letter k places after a; "shuffled labels" deals
            the labels out anew.
        count: images on each side, 20 to 800.
        seed: of the split and of the shuffling.

    Raises:
        ValueError: for another change or count.

    Invariant: no image stands on both sides, except under "the same half", where all do.
    """
    if change not in DIGIT_SETS:
        raise ValueError(f"change is {change!r}; it must be one of {', '.join(DIGIT_SETS)}")
    if not 20 <= count <= 800:
        raise ValueError(f"count is {count}; it must be 20 to 800")
    pixels, labels = digit_images()
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(pixels))
    left, right = order[:count], order[count : 2 * count]
    source = Labeled(pixels[left], tuple(map(str, labels[left])))
    if change == "the same half":
        return source, source
    names = labels[right]
    if change == "shuffled labels":
        names = rng.permutation(names)
    named = tuple(chr(97 + int(k)) if change == "relabeled" else str(k) for k in names)
    return source, Labeled(PIXEL_CHANGES.get(change, PIXEL_CHANGES["the other half"])(pixels[right]), named)


def crossed(count: int = 60, *, seed: int = 0) -> tuple[Labeled, Labeled]:
    """Two datasets with the very same points: labels by left and right in one, by above and below in the other.

    P(x) is equal, P(y | x) is not: a distance that looks at x alone finds 0.

    Args:
        count: points, 8 to 800, in four equal groups. seed: of the draw.

    Raises:
        ValueError: for a count out of range.

    Invariant: both sides have equal points in equal order.
    """
    if not 8 <= count <= 800:
        raise ValueError(f"count is {count}; it must be 8 to 800")
    corner = np.arange(count) % 4
    centers = np.array([[-1.5, -1.5], [-1.5, 1.5], [1.5, -1.5], [1.5, 1.5]])
    points = centers[corner] + 0.4 * np.random.default_rng(seed).standard_normal((count, 2))
    left = tuple("left" if k < 2 else "right" for k in corner)
    above = tuple("above" if k % 2 else "below" for k in corner)
    return Labeled(points, left), Labeled(points, above)


def common_plane(one: Points, other: Points) -> tuple[Float[np.ndarray, "one 2"], Float[np.ndarray, "other 2"]]:
    """Two clouds in the plane of the two largest principal components of their union, in which both can be seen.

    (x - mean) V^T, where the rows of V are the two directions of largest variance of all points together.

    Args:
        one: [one d]. other: [other d], with the same features.

    Returns:
        Both clouds in that plane. Points with two features stay as they are, and points on a line get a second
        feature of 0.

    Raises:
        ValueError: for sides with different features.

    Invariant: no distance between two points grows.
    Source: Jolliffe 2002, Principal Component Analysis; `sklearn.decomposition.PCA`.
    """
    if one.shape[1] != other.shape[1]:
        raise ValueError(f"the sides have {one.shape[1]} and {other.shape[1]} features; they must have the same number")
    if one.shape[1] == 1:
        return np.pad(one, ((0, 0), (0, 1))), np.pad(other, ((0, 0), (0, 1)))
    if one.shape[1] == 2:
        return one, other
    from sklearn.decomposition import PCA

    flat: Points = PCA(2, svd_solver="full").fit_transform(np.concatenate([one, other]))
    return flat[: len(one)], flat[len(one) :]
