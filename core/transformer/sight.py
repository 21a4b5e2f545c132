"""Who may look at whom: one sentence read by an encoder, a decoder, and an encoder-decoder. Needs no torch."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from jaxtyping import Bool, Float

from core.assets import kept
from core.checks import Check

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "bank": "The bank of the wide river was steep",
        "money": "The bank lent her money for a house",
        "cup": "He put the cup away because it was broken",
        "bark": "The bark of the old tree is rough",
    }
)
"""The recorded sentences."""

SIGHTS_FILE = "transformer/sights.npz"

FEWEST_WORDS, MOST_WORDS = 2, 16
"""Words of a sentence whose maps stand side by side."""


@dataclass(frozen=True, eq=False)
class Sight:
    """How one model looks from word to word of a sentence.

    Args:
        model: its name in the catalogue.
        text: the sentence.
        words: its words, split at spaces.
        causal: whether a token sees only itself and earlier ones.
        maps: how much of a word's look falls on each word: the mean of all heads of a layer, of the word's tokens, and
            the sum over the tokens of the word looked at. What is missing to 1 falls on marks such as [CLS].
        guesses: after each word the likeliest next tokens with their probabilities; empty for an encoder.
        moved: how much the look of a token before the last one changes, at most, when the last token is another.
        checks: identities of these numbers.
    """

    model: str
    text: str
    words: tuple[str, ...]
    causal: bool
    maps: Float[np.ndarray, "layer word word"]
    guesses: tuple[tuple[tuple[str, float], ...], ...]
    moved: float
    checks: tuple[Check, ...]


@dataclass(frozen=True, eq=False)
class RecordedSights:
    """The recorded sentences.

    Args:
        by_text: sentence -> how the encoder and how the decoder looks at it, in this order.
    """

    by_text: Mapping[str, tuple[Sight, ...]]


@functools.cache
def recorded_sights() -> RecordedSights:
    """The recorded looks; no model is needed.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.
    """
    return kept(SIGHTS_FILE, RecordedSights)


def sentence_words(text: str) -> tuple[str, ...]:
    """The words of a sentence, split at white space.

    Raises:
        ValueError: for fewer than 2 or more than 16 words.
    """
    words = tuple(text.split())
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS:
        raise ValueError(f"The sentence must have {FEWEST_WORDS} to {MOST_WORDS} words; it has {len(words)}.")
    return words


def decoder_sees(source: int, written: int) -> Bool[np.ndarray, "written seen"]:
    """What a written word of an encoder-decoder may look at: all of the source, and what is written up to it.

    Args:
        source, written: how many words there are, 0 or more.

    Returns:
        One row for each written word; the columns are the source words, then the written ones.

    Raises:
        ValueError: for a negative number.

    Invariant: row t has source + t + 1 places. Source: Vaswani et al. 2017 (1706.03762), section 3.2.3.
    """
    if source < 0 or written < 0:
        raise ValueError(f"source = {source} and written = {written} must be 0 or more.")
    return np.hstack([np.ones((written, source), dtype=bool), np.tri(written, dtype=bool)])


def later_look(look: Float[np.ndarray, "word word"]) -> float:
    """The mean share of a word's look that falls on words behind it; the last word, which has none, is left out.

    Raises:
        ValueError: for a map of fewer than two words.
    """
    if len(look) < FEWEST_WORDS:
        raise ValueError(f"The map must have {FEWEST_WORDS} words or more; it has {len(look)}.")
    return float(np.triu(look, 1).sum(axis=1)[:-1].mean())
