"""How a multiple choice is scored: the sum over an option's tokens, their mean, or the letter before it. No torch."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from core.assets import kept

OPTIONS_FILE = "prompting/options.npz"

SCORINGS = ("sum", "mean", "letter")
"""Ways to score an option: log p summed over its tokens, the mean per token, log p of its letter in a list of all."""

LETTERS = ("A", "B", "C", "D")

QUESTIONS: tuple[tuple[str, tuple[str, str, str, str]], ...] = (
    ("What do bees make?", ("honey", "milk", "a wooden chair", "orange juice from Spain")),
    ("Where do fish live?", ("in the water of rivers and seas", "in the sky", "in a book", "on the moon")),
    ("What do we use to cut paper?", ("a pair of scissors", "a spoon", "soup", "a pillow")),
    ("Which animal says meow?", ("a cat", "a cow", "a duck", "a large grey elephant")),
    ("What falls from clouds?", ("rain", "bread", "small pieces of wood", "cars")),
    ("What is frozen water called?", ("ice", "steam", "sand", "a hot cup of tea")),
    ("What do we wear on our feet?", ("a pair of shoes", "a hat", "gloves", "a ring")),
    ("Which season is the coldest?", ("winter", "summer", "spring", "the first days of autumn")),
    ("What do plants need to grow?", ("light, water and soil", "music", "shoes", "paint")),
    ("Who works in a hospital?", ("doctors and nurses", "a pilot", "a farmer", "sailors")),
    ("What shines at night?", ("the moon", "a stone", "the wooden door", "bread")),
    ("What is a baby dog called?", ("a puppy", "a kitten", "a foal", "a small yellow duckling")),
    ("What do we read?", ("books and newspapers", "soup", "rain", "a chair")),
    ("How many legs does a spider have?", ("eight", "two", "four", "more than one hundred")),
    ("Which of these is a fruit?", ("an apple", "a hammer", "a cup", "a pair of old shoes")),
    ("What keeps us dry in the rain?", ("an umbrella", "a fork", "a pencil", "a glass of cold water")),
    ("What does a baker bake?", ("bread", "iron", "letters", "big houses made of stone")),
    ("What tells us the time?", ("a clock", "a table", "a potato", "the color of a wall")),
    ("What is the opposite of day?", ("night", "noon", "week", "the month of July")),
    ("Where do we sleep?", ("in a bed", "in a cup", "under a bridge of glass", "on a plate")),
    ("Which bird cannot fly?", ("the penguin", "the eagle", "the swallow", "the gull over the sea")),
    ("What do cows give us?", ("milk", "wool", "silk", "fresh orange juice")),
    ("What is used to write on a blackboard?", ("chalk", "butter", "a hammer", "a brush with red paint")),
    ("What pulls things to the ground?", ("gravity", "music", "the color blue", "wind")),
)
"""Questions with four options each, the right one first; they are listed in another order."""


def listed(seed: int) -> Int[np.ndarray, "question option"]:
    """By question, which of its options stands behind each letter: a random order for each, drawn from the seed."""
    rng = np.random.default_rng(seed)
    return np.stack([rng.permutation(len(LETTERS)) for _ in QUESTIONS])


@dataclass(frozen=True, eq=False)
class RecordedOptions:
    """Multiple choices scored in each way.

    Args:
        model: that scored.
        sums, counts: by question and option as in QUESTIONS: log p summed over the option's tokens, and their number.
        letters: by order of the options (a seed of `listed`), question and letter: log p of the letter.
    """

    model: str
    sums: Float[np.ndarray, "question option"]
    counts: Int[np.ndarray, "question option"]
    letters: Float[np.ndarray, "seed question option"]

    def chosen(self, scoring: str) -> Int[np.ndarray, "seed question"]:
        """By order and question, the option of the greatest score, as its place in QUESTIONS.

        Raises:
            ValueError: for an unknown way to score.
        """
        if scoring not in SCORINGS:
            raise ValueError(f"scoring must be one of {', '.join(SCORINGS)}; got {scoring!r}")
        if scoring == "letter":
            best = self.letters.argmax(axis=-1)
            orders = np.stack([listed(seed) for seed in range(len(self.letters))])
            return np.take_along_axis(orders, best[..., None], axis=-1)[..., 0]
        scores = self.sums if scoring == "sum" else self.sums / self.counts
        return np.broadcast_to(scores.argmax(axis=-1), self.letters.shape[:2])

    def right(self) -> Mapping[str, Bool[np.ndarray, "seed question"]]:
        """By way to score, order and question, whether the right option is chosen."""
        return {scoring: self.chosen(scoring) == 0 for scoring in SCORINGS}


@functools.cache
def recorded_options() -> RecordedOptions:
    """The recorded multiple choices; no model is needed. Raises AssetError if the file is missing or damaged."""
    return kept(OPTIONS_FILE, RecordedOptions)
