"""What a model wrote after a prompt, and where a text is cut off. Needs no torch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from jaxtyping import Float

Finish = Literal["stop", "end", "length"]
"""Why a text ended: a stop string came, the model ended it, or it was as long as allowed."""


@dataclass(frozen=True, slots=True)
class Completion:
    """A text that a model wrote after a prompt.

    Args:
        text: without special tokens, and without the stop string and what follows it.
        token_ids: the tokens that were kept. Before a stop string these are all whose text lies at least partly before
            it, so the last one may hold the beginning of the stop string too. A token that ended the text is the last.
        log_probs: by token, the natural logarithm of its probability under the model at temperature 1, whatever the
            temperature it was drawn at, shape [token]; completions are compared without it.
        finish: why the text ended.
    """

    text: str
    token_ids: tuple[int, ...]
    log_probs: Float[np.ndarray, "token"] = field(compare=False)
    finish: Finish


def first_stop(text: str, stop: Sequence[str]) -> int | None:
    """Where the earliest of the stop strings begins in a text; None if the text holds none of them.

    Invariant: no stop string lies wholly within `text[:first_stop(text, stop)]`.
    """
    return min((place for string in stop if (place := text.find(string)) >= 0), default=None)


def tokens_before(ids: Sequence[int], cut: int, decode: Callable[[Sequence[int]], str]) -> int:
    """How many of some tokens it takes to write the first `cut` characters of their text.

    Args:
        ids: the tokens.
        cut: a number of characters, from 0 to the length of the text.
        decode: from tokens to their text.

    Invariant: it is the smallest k with `decode(ids[:k])[:cut] == decode(ids)[:cut]`, all smaller k failing. A
    character that is spread over several tokens counts as written with the last of them.
    """
    kept, start = len(ids), decode(ids)[:cut]
    while kept and decode(ids[: kept - 1])[:cut] == start:
        kept -= 1
    return kept
