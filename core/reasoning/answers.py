"""What a model answers to a problem: its texts, the numbers in them, and what they cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from jaxtyping import Float, Int

from core.reasoning.methods import Method, read_reply


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers to one problem, one for each sample.

    Args:
        texts: what was written, up to where it was stopped.
        values: the number in each; None where there is none.
        tokens: of all texts together, as they were generated.
    """

    texts: tuple[str, ...]
    values: tuple[Fraction | None, ...]
    tokens: int


@dataclass(frozen=True, eq=False)
class Written:
    """What a method wrote for each problem of a set.

    Args:
        method: see `METHODS`.
        prompt_tokens: of the prompt before each problem, which is read and not written.
        texts: by problem, its samples.
        tokens: generated, of each text.
        log_probs: the natural logarithm of the probability of each text under the model at temperature 1.
    """

    method: Method
    prompt_tokens: Int[np.ndarray, "problem"]
    texts: tuple[tuple[str, ...], ...]
    tokens: Int[np.ndarray, "problem sample"]
    log_probs: Float[np.ndarray, "problem sample"]

    def read(self, offered: Sequence[str] = ()) -> tuple[tuple[Fraction | str | None, ...], ...]:
        """The answer in each text, read now: one of the words that are offered, or without them a number."""
        return tuple(tuple(read_reply(text, self.method, offered) for text in some) for some in self.texts)
