"""Test pictures of one group, right and wrong, as a CLIP sees them. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.clip.records import evaluation_labels, evaluation_scenes
from core.clip.scenes import Scene
from core.clip.zeroshot import probabilities


@dataclass(frozen=True)
class Example:
    """A test picture as a model sees it.

    Args:
        scene: the picture.
        cosines: with the two classes.
        chances: of the two classes.
    """

    scene: Scene
    cosines: tuple[float, float]
    chances: tuple[float, float]


@dataclass(frozen=True)
class Examples:
    """Test pictures of one group, spread evenly over the scores.

    Args:
        wrong, right: pictures that are misread and read well, the surest mistake first, the surest hit last.
        n_wrong, n_right: how many there are of each in the group.
    """

    wrong: tuple[Example, ...]
    right: tuple[Example, ...]
    n_wrong: int
    n_right: int


def group_examples(
    images: Float[np.ndarray, "image d"],
    classes: Float[np.ndarray, "2 d"],
    group: tuple[int, int],
    *,
    scale: float,
    most: int,
) -> Examples:
    """At most so many wrong and so many right pictures of a group.

    Args:
        images: of `evaluation_scenes()`, in their order.
        classes: vectors of the two class names.
        group: number of its class and of its background.
        scale: exp(logit_scale).
        most: pictures of each kind.

    Invariant: `n_wrong + n_right` is the size of the group.
    """
    label, background = evaluation_labels()
    inside = np.flatnonzero((label == group[0]) & (background == group[1]))
    cosines = images[inside] @ classes.T
    chances = probabilities(cosines, scale)
    order = np.argsort(chances[:, group[0]], kind="stable")
    hit = cosines[order].argmax(axis=1) == group[0]

    def example(k: int) -> Example:
        (first, second), (left, right) = cosines[k].tolist(), chances[k].tolist()
        return Example(evaluation_scenes()[inside[k]], (first, second), (left, right))

    wrong, right = (tuple(map(example, _spread(order[which], most).tolist())) for which in (~hit, hit))
    return Examples(wrong, right, int((~hit).sum()), int(hit.sum()))


def _spread(places: Int[np.ndarray, "n"], most: int) -> Int[np.ndarray, "_"]:
    """At most so many of the places, evenly, the first and the last among them."""
    if len(places) <= most:
        return places
    return np.asarray(places[np.linspace(0, len(places) - 1, most).round().astype(int)])
