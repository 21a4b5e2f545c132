"""What a model answers to the items of a task, and how often it is right. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from core.numbers import wilson
from core.prompting.prompts import PromptParams
from core.prompting.tasks import Item, Task


@dataclass(frozen=True, eq=False, slots=True)
class Evaluation:
    """The answers of a model to the items of a task under one prompt.

    Args:
        task, params: what was asked, and how.
        examples: as the prompt showed them, in their order.
        prompts: by item, the text that was sent.
        answers: by item, the model's.
        log_probs: in nats, each answer ended by its line (in a conversation by its turn). With labels log p(label |
            prompt), shape [item label]; without log p(right answer | prompt), shape [item].
    """

    task: Task
    params: PromptParams
    examples: tuple[Item, ...]
    prompts: tuple[str, ...]
    answers: tuple[str, ...]
    log_probs: Float[np.ndarray, "item label"] | Float[np.ndarray, "item"]

    @property
    def correct(self) -> Bool[np.ndarray, "item"]:
        """By item, whether the answer is the right one, to the letter."""
        return np.array(
            [answer == item.answer for answer, item in zip(self.answers, self.task.items, strict=True)], dtype=bool
        )

    @property
    def accuracy(self) -> float:
        """The share of right answers."""
        return float(self.correct.mean())

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the accuracy, for items drawn like these."""
        return wilson(int(self.correct.sum()), len(self.answers))

    @property
    def probabilities(self) -> Float[np.ndarray, "item label"] | Float[np.ndarray, "item"]:
        """With labels their shares of the probability that all labels got; without, p(right answer | prompt)."""
        if not self.task.labels:
            return np.asarray(np.exp(self.log_probs))
        shares = np.exp(self.log_probs - self.log_probs.max(axis=-1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=-1, keepdims=True))

    @property
    def truth(self) -> Float[np.ndarray, "item"]:
        """By item, the probability among `probabilities` of the right answer."""
        shares = self.probabilities
        if not self.task.labels:
            return shares
        places = [self.task.labels.index(item.answer) for item in self.task.items]
        return np.asarray(shares[np.arange(len(places)), places])


def chosen_labels(log_probs: Float[np.ndarray, "item label"], labels: tuple[str, ...]) -> tuple[str, ...]:
    """By item, the label of the greatest log-probability; the first of them on a tie."""
    return tuple(labels[place] for place in log_probs.argmax(axis=1))
