"""Small languages to translate between, and what a run of a translator gives. Needs no torch."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np
from jaxtyping import Float, Int

from core.assets import kept
from core.checks import Check
from core.numbers import require, whole

Task = Literal["reverse", "copy", "sort", "numbers"]
TASKS: tuple[Task, ...] = get_args(Task)

PAD, START, END = 0, 1, 2
"""Marks of both languages: nothing stands here, the target begins, the target is over."""

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
MARKS = ("·", "start", "end")
LETTERS = (*MARKS, *"abcdefghij")
DIGITS = (*MARKS, *"0123456789")
WORDS = (*MARKS, *_ONES, *_TENS, "hundred", "thousand")
LONGEST_NUMBER = 4
"""Digits of the largest number that is put into words."""


@dataclass(frozen=True, slots=True)
class Language:
    """Both sides of a task.

    Args:
        source, target: the symbols by their ids, the three marks first.
    """

    source: tuple[str, ...]
    target: tuple[str, ...]


LANGUAGES: Mapping[Task, Language] = MappingProxyType(
    {
        "reverse": Language(LETTERS, LETTERS),
        "copy": Language(LETTERS, LETTERS),
        "sort": Language(LETTERS, LETTERS),
        "numbers": Language(DIGITS, WORDS),
    }
)


@dataclass(frozen=True, slots=True)
class TranslatorParams:
    """A run of a small encoder-decoder transformer.

    Args:
        task: what it learns.
        length: the longest source in training, 1 to 12; for numbers 1 to 4.
        steps: of training, 1 to 3000.
        seed: of weights and data.
        cross_attention: whether the decoder may look at every source symbol; else it gets their mean alone.
        causal: whether a target symbol may not look at later ones in training.

    Raises:
        ValueError: for a value out of range.
    """

    task: Task = "reverse"
    length: int = 8
    steps: int = 800
    seed: int = 0
    cross_attention: bool = True
    causal: bool = True

    def __post_init__(self) -> None:
        if self.task not in TASKS:
            raise ValueError(f"task = {self.task!r} must be one of {', '.join(TASKS)}.")
        longest = LONGEST_NUMBER if self.task == "numbers" else 12
        whole(f"length (of {self.task})", self.length, 1, longest)
        whole("steps", self.steps, 1, 3000)
        whole("seed", self.seed, 0)
        for name in ("cross_attention", "causal"):
            require(isinstance(getattr(self, name), bool), name, getattr(self, name), "True or False")


@dataclass(frozen=True, eq=False)
class Example:
    """One source as the translator reads and writes it.

    Args:
        source, target, written: symbols without marks: what is asked, what is right, what the model writes by itself.
        cross_attention: for each written symbol and the end, where its decoder looks; mean of heads, rows sum to 1.
            Without cross-attention the one column is the mean of the source.
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    written: tuple[str, ...]
    cross_attention: Float[np.ndarray, "target source"]


@dataclass(frozen=True, eq=False)
class TranslatorRun:
    """What a training gave.

    Args:
        params: of the run.
        steps: the steps at which it was measured.
        loss: the training loss there, nats a symbol, each symbol given the true ones before it.
        test_loss: the same on sources that were not trained on.
        forced, free: the share of right symbols on them, given the true symbols before, and given its own.
        matches: the share of targets that it writes wholly right by itself, at those steps.
        exact_match: the last of `matches`.
        cross_attention: mean over test sources of the full length, shape [target source]: where a target symbol looks.
        expected: mean share of a target symbol's look that falls on the place it comes from, and the share of an even
            look; NaN where the task has no such place.
        by_length: exact match for sources of each length, from 1 to beyond those trained.
        parameters: of encoder, decoder without cross-attention, and cross-attention.
        leak: how much a logit changes, at most, when a later target symbol does; 0 behind the causal mask.
        examples: some sources with what the model wrote.
        weights: the trained weights by name; empty where they are not kept.
        checks: identities of this run.
    """

    params: TranslatorParams
    steps: Int[np.ndarray, "point"]
    loss: Float[np.ndarray, "point"]
    test_loss: Float[np.ndarray, "point"]
    forced: Float[np.ndarray, "point"]
    free: Float[np.ndarray, "point"]
    matches: Float[np.ndarray, "point"]
    cross_attention: Float[np.ndarray, "target source"]
    expected: tuple[float, float]
    by_length: Float[np.ndarray, "length"]
    parameters: Mapping[str, int]
    leak: float
    examples: tuple[Example, ...]
    weights: Mapping[str, np.ndarray]
    checks: tuple[Check, ...]

    @property
    def exact_match(self) -> float:
        """The share of unseen sources whose target it writes wholly right by itself, after the last step."""
        return float(self.matches[-1])


def translate(task: Task, source: Int[np.ndarray, "source"]) -> tuple[int, ...]:
    """The right target of a source, in ids, without marks.

    Args:
        task: one of TASKS.
        source: ids of the source's symbols, without marks, at least one.

    Raises:
        ValueError: for an empty source, an id that is no symbol of the language, or too long a number.
    """
    ids = [int(i) for i in source]
    known = len(LANGUAGES[task].source)
    if not ids or min(ids) <= END or max(ids) >= known:
        raise ValueError(f"source = {ids} must hold one or more ids in {END + 1} to {known - 1}.")
    if task == "copy":
        return tuple(ids)
    if task == "reverse":
        return tuple(ids[::-1])
    if task == "sort":
        return tuple(sorted(ids))
    if len(ids) > LONGEST_NUMBER:
        raise ValueError(f"source = {ids} must have at most {LONGEST_NUMBER} digits.")
    number = int("".join(DIGITS[i] for i in ids))
    return tuple(WORDS.index(word) for word in in_words(number))


def in_words(number: int) -> tuple[str, ...]:
    """A number from 0 to 9,999 in English words, without "and".

    Raises:
        ValueError: for a number out of range.

    Invariant: no two numbers have the same words.
    """
    if not 0 <= number <= 9_999:
        raise ValueError(f"number = {number} must lie in 0 to 9999.")
    if number < 20:
        return (_ONES[number],)
    words: list[str] = []
    for size, name in ((1000, "thousand"), (100, "hundred")):
        if number >= size:
            words += [_ONES[number // size], name]
            number %= size
    if number >= 20:
        words.append(_TENS[number // 10 - 2])
        number %= 10
    return (*words, _ONES[number]) if number else tuple(words)


def digits_behind(source: Int[np.ndarray, "source"]) -> tuple[frozenset[int], ...]:
    """For each English word of a number the places of the digits that it comes from, from the left.

    "thousand" and "hundred" come from the digit that they stand behind; a number from 10 to 19 from two digits.

    Args:
        source: ids of the digits, without a leading zero but for 0 itself.

    Raises:
        ValueError: as `translate`.

    Invariant: one entry for each word of the target.
    """
    words = [WORDS[i] for i in translate("numbers", source)]
    size = len(source)
    found = []
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if "thousand" in (word, following):
            places = {size - 4}
        elif "hundred" in (word, following):
            places = {size - 3}
        elif word in _TENS:
            places = {size - 2}
        else:
            places = {size - 2, size - 1} if _ONES.index(word) >= 10 else {size - 1}
        found.append(frozenset(places))
    return tuple(found)


def parse(task: Task, text: str) -> Int[np.ndarray, "source"]:
    """A visitor's source in ids: letters or digits, spaces and commas left out.

    Raises:
        ValueError: for an empty source, or symbols that the model never saw.
    """
    symbols = [symbol for symbol in text.strip().lower() if symbol not in " ,"]
    known = LANGUAGES[task].source
    strange = sorted({symbol for symbol in symbols if symbol not in known[END + 1 :]})
    if strange:
        raise ValueError(f"The model never saw {' '.join(strange)[:40]}: it knows {''.join(known[END + 1 :])}.")
    if not symbols:
        raise ValueError(f"An empty source has nothing to translate: type some of {''.join(known[END + 1 :])}.")
    return np.array([known.index(symbol) for symbol in symbols])


SEEDS = (0, 1, 2)
"""Of the recorded runs."""

VARIANTS: Mapping[str, Mapping[str, bool]] = MappingProxyType(
    {
        "whole": {"cross_attention": True, "causal": True},
        "one vector": {"cross_attention": False, "causal": True},
        "no mask": {"cross_attention": True, "causal": False},
    }
)
"""What is recorded of each task: with all parts, with the mean of the source alone, without the causal mask."""


@dataclass(frozen=True, eq=False)
class RecordedTranslators:
    """The recorded runs of one task.

    Args:
        by_variant: key of VARIANTS -> its runs, one for each of SEEDS; the first keeps its weights.
    """

    by_variant: Mapping[str, tuple[TranslatorRun, ...]]


def translators_file(task: Task) -> str:
    """The asset with the runs of a task."""
    return f"transformer/translators_{task}.npz"


@functools.lru_cache(maxsize=len(TASKS))
def recorded_translators(task: Task) -> RecordedTranslators:
    """The recorded runs of a task; no torch is needed.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.
    """
    return kept(translators_file(task), RecordedTranslators)
