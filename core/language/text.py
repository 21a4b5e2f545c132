"""A text as a model reads it. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from core.language.pieces import Tokenized, encode, readable_tokens


@dataclass(frozen=True, eq=False, slots=True)
class Tokens:
    """The tokens of a text.

    Args:
        ids: their numbers in the vocabulary, shape [token].
        pieces: each token as a person would write it; a leading space is "·", a line break "⏎".
    """

    ids: Int[np.ndarray, "token"]
    pieces: tuple[str, ...]


def tokens(lm: Tokenized, text: str) -> Tokens:
    """The tokens of a text, with the special tokens that the model's own tokenizer adds (SmolLM2's adds none).

    Args:
        lm: a model with its tokenizer.
        text: what was typed; at most as long as the tokenizer allows (8192 tokens for SmolLM2).

    Raises:
        ValueError: if the text holds no token of its own, or too many.

    Invariant: one non-empty piece for each id; `tokenizer.decode(ids)` is the text, for a byte-level tokenizer.
    Source: `encode` and `readable_tokens`.
    """
    ids = encode(lm, text, max_tokens=lm.tokenizer.model_max_length)
    return Tokens(ids, tuple(readable_tokens(lm.tokenizer, ids)))


def bare_ids(lm: Tokenized, text: str, *, name: str) -> list[int]:
    """The ids of a part of a text: no special token is added, so that parts can be joined.

    The tokens of two parts need not be those of the joined text: SmolLM2 reads "hel" + "lo" as two tokens and "hello"
    as one, "is " + "Paris" as "is", " ", "Paris" and "is Paris" as "is", " Paris". So a space between words belongs
    to the later part.

    Args:
        lm: a model with its tokenizer.
        text: the part; special tokens written out in it ("<|im_start|>") are read as such.
        name: what the part is called in an error.

    Raises:
        ValueError: if the part has no token.

    Source: `tokenizer(text, add_special_tokens=False)` of transformers.
    """
    ids: list[int] = lm.tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
    if not ids:
        raise ValueError(f"{name} must have at least 1 token; got the text {text!r}, which has none")
    return ids
