"""Where the wrong answers come from: an example, the item itself, or elsewhere. Needs no torch."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from core.prompting.evaluation import Evaluation

ORIGINS = ("right", "an example's answer", "the item itself", "something else")
"""What an answer to an open task may be, in the order in which it is asked; the first that holds counts."""


def origin(answer: str, truth: str, text: str, shown: Sequence[str]) -> int:
    """The place in ORIGINS of what an answer is.

    Args:
        answer: what was written.
        truth: the right answer.
        text: the item's text.
        shown: the answers of the examples.

    Invariant: 0 exactly where the answer is right, whatever was shown.
    """
    return [answer == truth, answer in shown, answer == text, True].index(True)


def origins(evaluations: Sequence[Evaluation]) -> Float[np.ndarray, "origin"]:
    """The share of answers of each origin, over all items of all evaluations.

    Invariant: the shares sum to 1, and the first is the mean accuracy where all have equally many items.
    """
    places = [
        origin(answer, item.answer, item.text, [example.answer for example in each.examples])
        for each in evaluations
        for answer, item in zip(each.answers, each.task.items, strict=True)
    ]
    return np.bincount(places, minlength=len(ORIGINS)) / len(places)
