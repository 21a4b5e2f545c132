"""What a draft would propose from every place of a text: enough to replay any schedule of lengths. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

CHAIN_DEPTH = 12
"""The longest draft that is recorded from each place."""
SCHEDULED = ("small draft", "trained exit", "raw exit")
"""The methods whose drafts are recorded: those that guess token by token, each with its own probability."""


@dataclass(frozen=True, eq=False)
class Chains:
    """The chain that a draft proposes after each beginning of a greedy text.

    Greedily a guess stands when the text has it, so what a draft of any length would have gained from any place is
    known exactly, whatever was drafted before.

    Args:
        text: the greedy text; place t stands before its token t.
        tokens: by place and depth, the guess; -1 where the chain is shorter.
        prob: by place and depth, the draft's own probability for its guess; NaN where it has none.
    """

    text: tuple[int, ...]
    tokens: Int[np.ndarray, "place depth"]
    prob: Float[np.ndarray, "place depth"]

    def right(self, place: int, length: int) -> int:
        """How many of the first `length` guesses from a place stand.

        Invariant: at most `length`, and it never falls when `length` grows.
        """
        written = self.text[place : place + length]
        guesses = self.tokens[place, :length].tolist()
        wrong = (at for at, (guess, token) in enumerate(zip(guesses, written, strict=False)) if guess != token)
        return next(wrong, min(len(written), len(guesses)))
