"""What votes, checkers and trees make of recorded chains: exact, where each problem's answers follow their shares."""

import functools
import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeVar

import numpy as np

from core.numbers import mean_interval
from core.reasoning.answers import Written
from core.reasoning.arithmetic import first_wrong_step
from core.reasoning.extraction import numbers_in
from core.reasoning.methods import WARM
from core.reasoning.problem_sets import COUNT, Kind, offered_by, problems, sets_of
from core.reasoning.records import SAMPLES, Outcome, recorded_answers, truths, vote
from core.reasoning.votes import majority, outranked, verified

Manner = Literal["anew", "alike"]
"""How a checker errs: by chance at each sample (see `verified`), or in one way on equal answers (see `outranked`)."""

Value = TypeVar("Value", bound=Hashable)

SENTENCE = re.compile(r"\s*.*?[.!?](?=\s|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Law:
    """The shares of the answers to a problem among its recorded chains.

    Args:
        right: of the right one. wrong: of each other one, the largest first; they sum to 1.
    """

    right: float
    wrong: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Branches:
    """The same chains as two thoughts: their first sentence, and all that follows.

    Args:
        first: the law of first thoughts, by the numbers in them; right are the sound ones.
        sound: the law of the answers behind a sound first thought. other: behind any other; None where there is none.
    """

    first: Law
    sound: Law | None
    other: Law | None


@functools.cache
def law_of(kind: Kind, seed: int, place: int, heat: float = WARM) -> Law:
    """The law of the answers to a problem.

    Raises:
        core.assets.AssetError: if no samples were recorded.
    """
    values = _written(kind, seed, heat).read(offered_by(kind))[place]
    return _law(values, lambda value: value == truths(kind)[sets_of(kind).index(seed)][place])


@functools.cache
def branches_of(kind: Kind, seed: int, place: int) -> Branches:
    """The law of a problem's chains, thought by thought.

    Raises:
        core.assets.AssetError: if no samples were recorded.
    """
    problem = problems(kind, seed)[place]
    written = _written(kind, seed, WARM)
    starts = [first_thought(text) for text in written.texts[place]]
    values = written.read(offered_by(kind))[place]
    given = set(numbers_in(problem.text))

    def behind(sound: bool) -> Law | None:
        some = [value for value, one in zip(values, starts, strict=True) if one.is_sound(given) == sound]
        return _law(some, lambda value: value == problem.truth) if some else None

    return Branches(_law(starts, lambda start: start.is_sound(given)), behind(True), behind(False))


@dataclass(frozen=True, slots=True)
class Start:
    """The first thought of a chain.

    Args:
        numbers: that it takes up. holds: whether no equation in it is wrong.
    """

    numbers: tuple[Fraction, ...]
    holds: bool

    def is_sound(self, given: Collection[Fraction]) -> bool:
        """Whether it names numbers of the problem, no others, and nothing wrong."""
        return self.holds and bool(self.numbers) and set(self.numbers) <= set(given)


def first_thought(text: str) -> Start:
    """The first sentence of a chain, or all of it where it has no end."""
    match = SENTENCE.match(text)
    said = match.group() if match else text
    return Start(numbers_in(said), first_wrong_step(said) is None)


def _written(kind: Kind, seed: int, heat: float) -> Written:
    return recorded_answers(kind, "few-shot chain", SAMPLES, heat).by_set[sets_of(kind).index(seed)]


def _law(values: Sequence[Value], is_right: Callable[[Value], bool]) -> Law:
    counts = Counter(values)
    right = sum(count for value, count in counts.items() if is_right(value))
    wrong = sorted((count for value, count in counts.items() if not is_right(value)), reverse=True)
    return Law(right / len(values), tuple(count / len(values) for count in wrong))


@functools.cache
def picked(law: Law, n: int, error: float, manner: Manner) -> float:
    """The probability that a checker takes a right one of n draws.

    Raises:
        ValueError: for a value out of range; see `verified` and `outranked`.

    Invariant: one draw gives the share of the right ones.
    """
    return verified(law.right, n, error) if manner == "anew" else outranked(law.right, law.wrong, n, error)


def vote_of(kind: Kind, n: int, *, heat: float = WARM) -> Outcome:
    """The majority of n chains, drawn anew from the shares that were recorded at a temperature."""
    return _outcome(kind, f"vote of {n}", n, lambda seed, place: _voted(law_of(kind, seed, place, heat), n), heat)


@functools.cache
def _voted(law: Law, n: int) -> float:
    return majority((law.right, *law.wrong), n)


def best_of(kind: Kind, n: int, error: float, manner: Manner) -> Outcome:
    """The one of n chains that a checker takes."""
    return _outcome(kind, f"best of {n}", n, lambda seed, place: picked(law_of(kind, seed, place), n, error, manner))


def tree_of(kind: Kind, n: int, error: float, manner: Manner) -> Outcome:
    """A tree of n: a checker takes one of n first thoughts, then one of n ways to go on from it, each to its answer.

    Behind a sound first thought the answers follow their shares behind all sound ones, and alike for the others. The n
    first thoughts and the n ways on have the tokens of n chains.

    Invariant: n = 1 is a single chain.
    Source: Yao et al. 2023 (2305.10601), with one state kept.
    """

    def grown(seed: int, place: int) -> float:
        law = branches_of(kind, seed, place)
        sound = picked(law.first, n, error, manner)
        parts = ((sound, law.sound), (1 - sound, law.other))
        return sum(share * picked(after, n, error, manner) for share, after in parts if after is not None)

    return _outcome(kind, f"tree of {n}", n, grown)


def _outcome(kind: Kind, name: str, n: int, right: Callable[[int, int], float], heat: float = WARM) -> Outcome:
    one = vote(kind, 1, heat=heat)
    hits = np.array([[right(seed, place) for place in range(COUNT)] for seed in sets_of(kind)])
    return Outcome(name, hits, n * one.tokens, one.read)


@dataclass(frozen=True, slots=True)
class Apart:
    """How much more often one way is right than another, where each problem has a probability for both.

    Args:
        mean: of the differences by problem. interval: Student's, of 95 %.
    """

    mean: float
    interval: tuple[float, float]

    @property
    def side(self) -> int:
        """1 or -1 where the interval lies on one side of 0, else 0: a difference within the noise is none."""
        low, high = self.interval
        return int(low > 0) - int(high < 0)


def apart(first: Outcome, second: Outcome) -> Apart:
    """The second's accuracy minus the first's, over the problems of both."""
    differences = (second.hits - first.hits).ravel()
    return Apart(float(differences.mean()), mean_interval(differences))
