"""What the recorded reward models say of one word repeated and of length, beside gold and the labeled pairs.

Needs no torch.
"""

import functools
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.assets import kept
from core.rlhf.records import PAIRS, SEEDS
from core.rlhf.world import END, PLACES, WORDS, Responses, counts, gold_parts, gold_reward, lengths, word_chances

PROBES = "rlhf/probes.npz"
"""What the reward models say, below `core/assets`."""

TEXTS = 400
"""Texts of random words for each length."""


def repeated(word: int) -> Int[np.ndarray, "count place"]:
    """A response of one word alone, 0 to PLACES times.

    Raises:
        ValueError: for a number that is no word.
    """
    if not 1 <= word < len(WORDS):
        raise ValueError(f"word = {word} must lie in 1 to {len(WORDS) - 1}.")
    return np.where(np.arange(PLACES) < np.arange(PLACES + 1)[:, None], word, END)


@functools.cache
def texts_by_length() -> Int[np.ndarray, "length text place"]:
    """TEXTS texts of random words for each length from 0 to PLACES, with the words' chances in the start's texts."""
    random = np.random.default_rng(0)
    words = random.choice(np.arange(1, len(WORDS)), p=word_chances(), size=(PLACES + 1, TEXTS, PLACES))
    spoken = np.arange(PLACES) < np.arange(PLACES + 1)[:, None, None]
    return np.where(spoken, words, END)


def gold_of_repeats(word: int) -> Float[np.ndarray, "count"]:
    """Gold of one word, repeated."""
    return gold_reward(repeated(word))


def gold_by_length() -> Float[np.ndarray, "length"]:
    """Mean gold of random words, by how many they are."""
    texts = texts_by_length()
    return np.asarray(gold_reward(texts.reshape(-1, PLACES)).reshape(texts.shape[:2]).mean(1))


@functools.cache
def parts_by_length() -> Float[np.ndarray, "length 3"]:
    """Mean `gold_parts` of the same random words: distinct useful words, repeats, words beyond the sixth.

    Invariant: useful - 0.5 repeats - 0.15 beyond is `gold_by_length`.
    """
    texts = texts_by_length()
    return np.asarray(gold_parts(texts.reshape(-1, PLACES)).reshape(*texts.shape[:2], 3).mean(1))


def seen_in(responses: Responses) -> tuple[Int[np.ndarray, "word count"], Int[np.ndarray, "length"]]:
    """How many of the responses hold each word so many times, and how many have each length.

    Invariant: each row, and the lengths, sum to the number of responses.
    """
    bag, most = counts(responses).astype(int), PLACES + 1
    return np.stack([np.bincount(word, minlength=most) for word in bag.T]), np.bincount(
        lengths(responses), minlength=most
    )


@dataclass(frozen=True, eq=False)
class ProbeTable:
    """Reward models by their number of pairs and seed, in the order of PAIRS and SEEDS.

    Args:
        repeats: the learned reward of each word alone, 0 to PLACES times.
        by_length: the mean learned reward of random words, by how many they are.
        seen_repeats: responses among the labeled pairs that hold each word so many times.
        seen_lengths: the same by length.
    """

    repeats: Float[np.ndarray, "pairs seed word count"]
    by_length: Float[np.ndarray, "pairs seed length"]
    seen_repeats: Int[np.ndarray, "pairs seed word count"]
    seen_lengths: Int[np.ndarray, "pairs seed length"]

    def place(self, pairs: int, seed: int) -> tuple[int, int]:
        """Where a reward model stands.

        Raises:
            ValueError: for one that was not recorded.
        """
        if pairs not in PAIRS or seed not in SEEDS:
            raise ValueError(f"pairs = {pairs} must be one of {PAIRS}, seed = {seed} one of {SEEDS}.")
        return PAIRS.index(pairs), SEEDS.index(seed)


@functools.cache
def recorded_probes() -> ProbeTable:
    """What the reward models of the recorded PPO runs say.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record rlhf probes`.
    """
    return kept(PROBES, ProbeTable)
