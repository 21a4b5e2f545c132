"""The digits in two parts: those that pretraining sees, without their labels, and those that are held out."""

import functools

import numpy as np
from jaxtyping import Float, Int

from core.digits import SIDE, digit_images

CLASSES = 10
MOST_UNLABELED = 1200
"""Digits that pretraining may see; the other 597 are held out."""


@functools.cache
def digit_pictures() -> Float[np.ndarray, "image 8 8"]:
    """All 1,797 digits in scikit-learn's order, pixels in [0, 1]; read-only."""
    return digit_images()[0].reshape(-1, SIDE, SIDE)


def digit_labels() -> Int[np.ndarray, "image"]:
    """Their labels, 0 to 9; read-only."""
    return digit_images()[1]


@functools.cache
def _order() -> Int[np.ndarray, "image"]:
    return np.random.default_rng(0).permutation(len(digit_pictures()))


def unlabeled(images: int = MOST_UNLABELED) -> Int[np.ndarray, "image"]:
    """The places of the digits that pretraining sees: the first `images` of one fixed shuffle.

    Raises:
        ValueError: for a number outside 100 to 1,200.

    Invariant: fewer images are a part of more, and none of them is held out.
    """
    if not 100 <= images <= MOST_UNLABELED:
        raise ValueError(f"images is {images}; it must be 100 to {MOST_UNLABELED}")
    return _order()[:images]


def held_out() -> Int[np.ndarray, "image"]:
    """The places of the 597 digits that no pretraining sees, on which every probe is fitted and judged."""
    return _order()[MOST_UNLABELED:]
