"""Classifying pictures with words: class vectors from prompts, cosines, and the softmax with the logit scale."""

from collections.abc import Sequence
from itertools import combinations
from math import comb

import numpy as np
from jaxtyping import Float, Int

from core.clip.captions import TEMPLATES, describe
from core.clip.edits import unit

MAX_CLASSES = 100


def class_prompts(names: Sequence[str], templates: Sequence[str] = TEMPLATES) -> list[list[str]]:
    """The prompts of each class: its name in every template ("a photo of a {}").

    Raises:
        ValueError: without names or templates, with more than 100 names, or if a template lacks "{}".

    Invariant: one list per name, one prompt per template, in order.
    """
    if not 1 <= len(names) <= MAX_CLASSES:
        raise ValueError(f"there are {len(names)} class names; there must be 1 to {MAX_CLASSES}.")
    if not templates:
        raise ValueError("there is no template; at least one is needed.")
    for template in templates:
        if "{}" not in template:
            raise ValueError(f"the template {template!r} has no {{}} for the class name.")
    return [[template.replace("{}", name) for template in templates] for name in names]


def descriptive_prompts(names: Sequence[str], descriptions: Sequence[Sequence[str]]) -> list[list[str]]:
    """The prompts of each class with what it looks like: "a waterbird, which has webbed feet".

    Args:
        descriptions: one list per class, in the order of the names; an empty list gives the bare name.

    Raises:
        ValueError: if there is not one list per name.

    Source: Menon and Vondrick, "Visual classification via description from large language models", ICLR 2023.
    """
    if len(names) != len(descriptions):
        raise ValueError(f"there are {len(descriptions)} lists of descriptions for {len(names)} class names.")
    pairs = zip(names, descriptions, strict=True)
    return [[describe(name, text) for text in texts] or [f"a {name}"] for name, texts in pairs]


def waffle_prompts(names: Sequence[str], words: Sequence[str]) -> list[list[str]]:
    """The same random words for every class: the control for `descriptive_prompts`.

    Source: Roth et al., "Waffling around for performance", ICCV 2023.
    """
    return [[describe(name, text) for text in words] or [f"a {name}"] for name in names]


def word_choices(words: int, count: int, *, most: int = 30) -> list[tuple[int, ...]]:
    """Choices of `count` of so many words by their numbers: every one where there are at most `most`, else `most`.

    Args:
        words, count: at least 0; a count above the number of words gives all words as the one choice.
        most: at least 1.

    Raises:
        ValueError: for a negative number, or `most` below 1.

    Invariant: each choice holds different numbers in ascending order, and no two choices are equal.
    """
    if min(words, count) < 0 or most < 1:
        raise ValueError(f"words = {words} and count = {count} must be at least 0, most = {most} at least 1.")
    count = min(count, words)
    if comb(words, count) <= most:
        return list(combinations(range(words), count))
    rng, found = np.random.default_rng(0), dict[tuple[int, ...], None]()
    while len(found) < most:
        found[tuple(sorted(rng.choice(words, count, replace=False).tolist()))] = None
    return list(found)


def class_vectors(embeddings: Float[np.ndarray, "prompt d"], sizes: Sequence[int]) -> Float[np.ndarray, "label d"]:
    """One unit vector per class: the mean of its prompts' unit vectors, scaled to length 1 (the ensemble).

    Args:
        embeddings: of all prompts, class after class.
        sizes: how many prompts each class has, all at least 1.

    Raises:
        ValueError: if the sizes do not add up to the number of prompts.
    """
    return unit(prompt_means(embeddings, sizes))


def prompt_means(embeddings: Float[np.ndarray, "prompt d"], sizes: Sequence[int]) -> Float[np.ndarray, "label d"]:
    """The plain mean of each class's prompt vectors: its product with x is the mean of the cosines.

    This is the score of descriptive prompts, `s(c, x) = 1 / |D| sum_d <x, g(c, d)>`.

    Raises:
        ValueError: as `class_vectors`.
    """
    if min(sizes, default=0) < 1 or sum(sizes) != len(embeddings):
        raise ValueError(f"sizes {list(sizes)} must all be at least 1 and sum to {len(embeddings)} prompts.")
    starts = np.cumsum([0, *sizes[:-1]])
    return np.asarray(np.add.reduceat(np.asarray(embeddings, float), starts, axis=0) / np.array(sizes)[:, None])


def probabilities(cosines: Float[np.ndarray, "*n label"], scale: float) -> Float[np.ndarray, "*n label"]:
    """`softmax(scale * cosine)` over the classes.

    Cosines of CLIP lie close together, so without the factor, exp(logit_scale), up to 100, the softmax would be flat.

    Args:
        scale: above 0.

    Raises:
        ValueError: if `scale` is not above 0.

    Invariant: rows sum to 1; adding a constant to a row changes nothing.
    """
    from scipy.special import softmax  # type: ignore[import-untyped]

    if not scale > 0:
        raise ValueError(f"scale = {scale} must be above 0.")
    return np.asarray(softmax(scale * np.asarray(cosines, float), axis=-1))


def predict(images: Float[np.ndarray, "n d"], classes: Float[np.ndarray, "label d"]) -> Int[np.ndarray, "n"]:
    """The class with the largest product for each picture; of equal ones the first."""
    return np.asarray((np.asarray(images) @ np.asarray(classes).T).argmax(axis=1))
