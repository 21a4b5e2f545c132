"""Questions whose answer is a span of a passage, as in SQuAD: what was asked, and how often it was found."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from jaxtyping import Bool, Float

from core.assets import kept
from core.numbers import whole
from core.transformer.passages import PASSAGES

Way = Literal["frozen", "fine-tuned whole"]
WAYS: tuple[Way, ...] = get_args(Way)
"""What is trained: the two heads alone, or all weights of the encoder with them."""

LONGEST_ANSWER = 10
"""Pieces of the longest span that is considered; the project's own longest answer has 8."""

LONGEST_INPUT = 160
"""Pieces of question and passage together, marks included."""

FOLDS = 3
"""Parts of the passages; each is held out once while the others are learned from."""

SPANS_FILE = "transformer/spans.npz"


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A visitor's passage and question, for an encoder that learns from all passages of the project.

    Args:
        passage: the text that holds the answer, one word or more.
        question: one word or more.
        seed: of the heads and of the order of learning.

    Raises:
        ValueError: for an empty text, or one of more than 1,000 characters.
    """

    passage: str
    question: str
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("passage", "question"):
            length = len(getattr(self, name).strip())
            if not 1 <= length <= 1000:
                raise ValueError(f"The {name} has {length} characters; it must have 1 to 1000.")
        whole("seed", self.seed, 0)


@dataclass(frozen=True, eq=False)
class SpanAnswer:
    """What an encoder with a start and an end head says of one question.

    Args:
        pieces: the word pieces of the passage, those within a word with ## before them.
        start, end: the probability of each piece to begin and to end the answer; each sums to 1.
        said: the first and the last piece of the likeliest span.
        right: those of the true answer; (-1, -1) where nobody gave it.
        words: the likeliest span as it stands in the passage.
    """

    pieces: tuple[str, ...]
    start: Float[np.ndarray, "piece"]
    end: Float[np.ndarray, "piece"]
    said: tuple[int, int]
    right: tuple[int, int]
    words: str

    @property
    def exact(self) -> bool:
        """Whether the likeliest span is the true answer, neither longer nor shorter."""
        return self.said == self.right


@dataclass(frozen=True, eq=False)
class RecordedSpans:
    """What was measured on the project's passages, each question asked of an encoder that did not learn its passage.

    Args:
        exact: way -> whether the answer was found exactly, for each seed and question, the questions in their order.
        other_asked: way -> the same where another question of the same passage was put in place of the right one.
        learned: way -> the share of exact answers on the passages that were learned from, for each seed and fold.
        chance: for each question, the share of one among all spans of at most LONGEST_ANSWER pieces.
        answers: way -> the answers of the first seed, in the order of the questions.
    """

    exact: Mapping[str, Bool[np.ndarray, "seed question"]]
    other_asked: Mapping[str, Bool[np.ndarray, "seed question"]]
    learned: Mapping[str, Float[np.ndarray, "seed fold"]]
    chance: Float[np.ndarray, "question"]
    answers: Mapping[str, tuple[SpanAnswer, ...]]

    def by_passage(self, way: str) -> Float[np.ndarray, "passage"]:
        """The share of exact answers on each passage, over seeds and its questions."""
        shares: np.ndarray = self.exact[way].mean(axis=0).reshape(len(PASSAGES), -1).mean(axis=1)
        return shares


@functools.cache
def recorded_spans() -> RecordedSpans:
    """The recorded questions; no torch is needed.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.
    """
    return kept(SPANS_FILE, RecordedSpans)


def questions() -> tuple[tuple[int, str, str], ...]:
    """All questions of the passages in their order: the place of the passage, the question, the answer."""
    return tuple((place, *pair) for place, passage in enumerate(PASSAGES) for pair in passage.asked)


def likeliest_span(
    start: Float[np.ndarray, "piece"], end: Float[np.ndarray, "piece"], *, longest: int = LONGEST_ANSWER
) -> tuple[int, int]:
    """The span with the largest start[a] · end[b], a <= b < a + longest; of equal ones the first.

    Args:
        start, end: probabilities, one or more.
        longest: pieces of a span, 1 or more.

    Raises:
        ValueError: for no pieces, lengths that differ, a negative number or a NaN, or a longest below 1.

    Invariant: no other such span is likelier. Source: Devlin et al. 2019 (1810.04805), section 4.2.
    """
    first, last = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
    if first.ndim != 1 or first.shape != last.shape or not len(first):
        raise ValueError(f"start {first.shape} and end {last.shape} must have one shape [piece], with 1 or more.")
    if not ((first >= 0).all() and (last >= 0).all()) or longest < 1:
        raise ValueError(f"start and end must be 0 or more, longest = {longest} 1 or more.")
    with np.errstate(divide="ignore"):
        both = np.log(first)[:, None] + np.log(last)[None]  # products of small numbers would all become 0
    allowed = np.tri(len(first), k=longest - 1, dtype=bool) & ~np.tri(len(first), k=-1, dtype=bool)
    best = int(np.where(allowed, both, -np.inf).argmax())
    return best // len(first), best % len(first)


def spans_of(pieces: int, *, longest: int = LONGEST_ANSWER) -> int:
    """How many spans of 1 to `longest` pieces so many pieces have.

    Raises:
        ValueError: for a negative number of pieces, or a longest below 1.
    """
    if pieces < 0 or longest < 1:
        raise ValueError(f"pieces = {pieces} must be 0 or more, longest = {longest} 1 or more.")
    return sum(pieces - length + 1 for length in range(1, min(pieces, longest) + 1))


def folds(seed: int) -> tuple[frozenset[int], ...]:
    """The places of the passages that each fold holds out.

    Invariant: every passage is held out once.
    """
    order = np.random.default_rng(seed).permutation(len(PASSAGES))
    return tuple(frozenset(int(place) for place in part) for part in np.array_split(order, FOLDS))
