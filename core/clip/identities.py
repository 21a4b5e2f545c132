"""Identities of vectors, of means of prompts and of a map, recomputed for what is on screen. Needs no torch."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check
from core.clip.geometry import EmbeddingMap
from core.clip.groups import GroupAccuracy
from core.clip.zeroshot import prompt_means


def norm_check(vectors: Float[np.ndarray, "n d"]) -> Check:
    """Whether vectors have length 1, so that their products are cosines; float32 rounds each to 6e-8 of itself."""
    error = float(np.abs(np.linalg.norm(np.asarray(vectors, np.float64), axis=1) - 1).max()) if len(vectors) else 0.0
    return Check("Vectors have norm 1, so products are cosines", error, 1e-5, "largest deviation")


def means_check(
    images: Float[np.ndarray, "image d"], texts: Float[np.ndarray, "prompt d"], sizes: Sequence[int]
) -> Check:
    """Whether a class's product with a picture is the mean of its prompts' cosines: `<x, mean t> = mean <x, t>`.

    Args:
        images, texts: unit vectors.
        sizes: how many prompts each class has, in order.
    """
    x, words = np.asarray(images, np.float64), np.asarray(texts, np.float64)
    groups = np.split(x @ words.T, np.cumsum(sizes)[:-1], axis=1)
    one_by_one = np.stack([group.mean(axis=1) for group in groups], axis=1)
    # In float64, where a sum of some hundred products below 1 is rounded to about 1e-14.
    error = float(np.abs(x @ prompt_means(texts, sizes).T - one_by_one).max())
    return Check(
        "A class scores the mean of its prompts’ cosines", error, 1e-12, "largest difference over the pictures"
    )


def recount_check(
    images: Float[np.ndarray, "n d"],
    classes: Float[np.ndarray, "2 d"],
    groups: GroupAccuracy,
    label: Int[np.ndarray, "n"],
    background: Int[np.ndarray, "n"],
) -> Check:
    """Whether a group table is what counting one picture after the other gives, with the nearest word as the answer.

    Between unit vectors `|x - t|^2 = 2 - 2 <x, t>`, so the nearest word is the one with the largest cosine; the table
    is counted by cosines.
    """
    x, t = np.asarray(images, np.float64), np.asarray(classes, np.float64)
    nearest = np.linalg.norm(x[:, None] - t[None], axis=2).argmin(axis=1)
    right = np.zeros(groups.counts.shape)
    for answer, truth, ground in zip(nearest, label, background, strict=True):
        right[truth, ground] += answer == truth
    counted = np.where(groups.counts > 0, groups.table, 0) * groups.counts
    error = float(np.abs(right - counted).max())
    # Counts are whole numbers; a share times its count is rounded to about 1e-13.
    return Check("The group table equals a count by distances", error, 1e-6, "largest difference, in pictures")


def map_check(found: EmbeddingMap, vectors: Float[np.ndarray, "n d"]) -> Check:
    """Whether the axes of a map are orthonormal, and their shares those of the variance of the places on it."""
    axes, places = np.asarray(found.axes, np.float64), found.place(np.asarray(vectors, np.float64))
    total = max(float(np.var(np.asarray(vectors, np.float64), axis=0).sum()), 1e-12)
    apart = np.abs(axes @ axes.T - np.eye(len(axes))).max()
    shares = np.abs(places.var(axis=0) / total - found.share).max()
    error = float(max(apart, shares))
    return Check("The map’s axes are orthonormal, its shares those of the variance", error, 1e-5, "largest difference")
