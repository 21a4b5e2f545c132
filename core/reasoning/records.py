"""What was recorded of SmolLM2: each method on the same problems, and the judge of the game of 24."""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from core.assets import kept, manifest
from core.checks import Check
from core.numbers import NORMAL_95, paired_difference, wilson
from core.reasoning.answers import Written
from core.reasoning.budgets import BUDGETS, CutThoughts
from core.reasoning.methods import METHODS, WARM, Method
from core.reasoning.problem_sets import KINDS, Kind, offered_by, problems, sets_of
from core.reasoning.votes import share_of_votes

SAMPLES = 8
"""Chains that are drawn for each problem of the vote."""

JUDGED_FILE = "reasoning/judged.npz"


CUT: tuple[Kind, ...] = ("small numbers", "dates")
"""The kinds whose chains are cut after some tokens."""


def cut_file(kind: Kind) -> str:
    """The recorded answers after cut thoughts."""
    return f"reasoning/{kind.removesuffix(' numbers')}_cut.npz"


HEATS = (0.3, WARM, 1.0)
"""Temperatures at which chains are drawn."""


def answers_file(kind: Kind, method: Method, samples: int = 1, heat: float = WARM) -> str:
    """The recorded answers of a method to the problems of all sets of a kind; `heat` counts for several samples."""
    drawn = "" if samples == 1 else f"{samples} {'' if heat == WARM else f't{10 * heat:02.0f}'}"
    words = f"{kind.removesuffix(' numbers')} {method} {drawn}".lower()
    return f"reasoning/{'_'.join(words.replace(chr(39), '').replace('-', ' ').split())}.npz"


@dataclass(frozen=True, eq=False)
class RecordedAnswers:
    """What a method wrote, by set."""

    by_set: tuple[Written, ...]


@dataclass(frozen=True, eq=False)
class Outcome:
    """How often a method is right, and what it costs; over all recorded sets.

    Args:
        name: of the method, or "vote of k".
        hits: 1 where an answer is right, and a share where a vote ties or is taken over subsets.
        tokens: written for an answer, mean over the problems.
        read: tokens of the prompt, mean over the problems; a vote reads it once.
    """

    name: str
    hits: Float[np.ndarray, "set problem"]
    tokens: float
    read: float

    @property
    def count(self) -> int:
        """How many problems."""
        return int(self.hits.size)

    @property
    def accuracy(self) -> float:
        """The share that is right."""
        return float(self.hits.mean())

    @property
    def by_set(self) -> tuple[float, ...]:
        """The share in each set, which has problems and examples of its own."""
        return tuple(self.hits.mean(axis=1).tolist())

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the accuracy."""
        return wilson(float(self.hits.sum()), self.count)


@functools.cache
def recorded_answers(kind: Kind, method: Method, samples: int = 1, heat: float = WARM) -> RecordedAnswers:
    """What a method wrote for the problems of a kind; no model is needed.

    Raises:
        core.assets.AssetError: if it was not recorded, or the file is missing or damaged.
    """
    return kept(answers_file(kind, method, samples, heat), RecordedAnswers)


def is_recorded(kind: Kind, method: Method, samples: int = 1, heat: float = WARM) -> bool:
    """Whether a method's answers to the problems of a kind come with the code."""
    return answers_file(kind, method, samples, heat) in manifest()


def recorded_heats(kind: Kind) -> tuple[float, ...]:
    """The temperatures at which chains were drawn for the problems of a kind."""
    return tuple(heat for heat in HEATS if is_recorded(kind, "few-shot chain", SAMPLES, heat))


@functools.cache
def recorded_methods(kind: Kind) -> tuple[Method, ...]:
    """The methods that were recorded on the problems of a kind, in the order of `METHODS`."""
    return tuple(method for method in METHODS if is_recorded(kind, method))


@functools.cache
def recorded_kinds() -> tuple[Kind, ...]:
    """The kinds of problems on which direct answers and chains were recorded."""
    return tuple(kind for kind in KINDS if {"direct", "few-shot chain"} <= set(recorded_methods(kind)))


@functools.cache
def truths(kind: Kind) -> tuple[tuple[int | str, ...], ...]:
    """The right answers, by set."""
    return tuple(tuple(one.truth for one in problems(kind, seed)) for seed in sets_of(kind))


@functools.cache
def outcome(kind: Kind, method: Method) -> Outcome:
    """How often a method is right, from its recorded texts, which are read now."""
    return _counted(method, kind, recorded_answers(kind, method).by_set)


def _counted(name: str, kind: Kind, written: Sequence[Written]) -> Outcome:
    """How often the first text of each problem is right."""
    hits = np.array([
        [float(values[0] == truth) for values, truth in zip(one.read(offered_by(kind)), known, strict=True)]
        for one, known in zip(written, truths(kind), strict=True)
    ])  # fmt: skip
    return Outcome(name, hits, _mean(one.tokens for one in written), _mean(one.prompt_tokens for one in written))


@functools.cache
def recorded_cuts(kind: Kind) -> CutThoughts:
    """What was answered after thoughts that were cut; no model is needed.

    Raises:
        core.assets.AssetError: if it was not recorded, or the file is missing or damaged.
    """
    return kept(cut_file(kind), CutThoughts)


def cut_kinds() -> tuple[Kind, ...]:
    """The kinds whose cut thoughts come with the code."""
    return tuple(kind for kind in CUT if cut_file(kind) in manifest())


@functools.cache
def cut_outcome(kind: Kind, budget: int) -> Outcome:
    """How often the answer is right after so many tokens of thought.

    Raises:
        core.assets.AssetError: see `recorded_cuts`.
        ValueError: for a budget that was not recorded.
    """
    if budget not in BUDGETS:
        raise ValueError(f"budget must be one of {', '.join(map(str, BUDGETS))}; got {budget}")
    return _counted(f"{budget} tokens of thought", kind, recorded_cuts(kind).by_budget[budget])


@functools.cache
def vote(kind: Kind, k: int, *, weighted: bool = False, heat: float = WARM) -> Outcome:
    """How often the majority of k sampled chains is right: the mean over all subsets of k of the recorded ones.

    Args:
        kind: of the problems.
        k: from 1 to `SAMPLES`.
        weighted: each vote counts the chain's probability per token, exp(log p / n).
        heat: the temperature at which the chains were drawn, one of `recorded_heats`.

    Raises:
        core.assets.AssetError: if no samples were recorded.
        ValueError: for k out of range.
    """
    written = recorded_answers(kind, "few-shot chain", SAMPLES, heat).by_set
    hits = np.array([
        [
            share_of_votes(values, truth, k, row if weighted else None)
            for values, truth, row in zip(one.read(offered_by(kind)), known, _weights(one).tolist(), strict=True)
        ]
        for one, known in zip(written, truths(kind), strict=True)
    ])  # fmt: skip
    read = _mean(one.prompt_tokens for one in written)
    return Outcome(f"vote of {k}", hits, k * _mean(one.tokens for one in written), read)


def _weights(written: Written) -> Float[np.ndarray, "problem sample"]:
    return np.asarray(np.exp(written.log_probs / np.maximum(written.tokens, 1)))


def _mean(parts: Iterable[np.ndarray]) -> float:
    return float(np.concatenate([part.ravel() for part in parts]).mean())


@functools.cache
def right_shares(kind: Kind, heat: float = WARM) -> Float[np.ndarray, "problem"]:
    """The share of each problem's sampled chains that is right, over all sets."""
    return vote(kind, 1, heat=heat).hits.ravel()


@dataclass(frozen=True, eq=False)
class Judged:
    """What SmolLM2 says of states of the game of 24.

    Args:
        states: the numbers that are left, as they were written.
        reachable: whether 24 can be made of them.
        scores: log-odds of " sure" against " impossible", in nats.
    """

    states: tuple[str, ...]
    reachable: Bool[np.ndarray, "state"]
    scores: Float[np.ndarray, "state"]

    @property
    def left(self) -> np.ndarray:
        """How many numbers each state has."""
        return np.array([len(state.split()) for state in self.states])


def is_judged() -> bool:
    """Whether SmolLM2's verdicts come with the code."""
    return JUDGED_FILE in manifest()


@functools.cache
def recorded_judge() -> Judged:
    """SmolLM2's recorded verdicts.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.
    """
    return kept(JUDGED_FILE, Judged)


def area(scores: Float[np.ndarray, "case"], positive: Bool[np.ndarray, "case"]) -> tuple[float, float, float]:
    """The probability that a positive case has the larger score, a tie counting half; with its 95 % interval.

    AUC = (R - m (m + 1) / 2) / (m n) with R the rank sum of the m positive cases among m + n. The interval is Hanley
    and McNeil's: +- 1.96 sqrt((A (1 - A) + (m - 1)(Q1 - A^2) + (n - 1)(Q2 - A^2)) / (m n)), Q1 = A / (2 - A) and
    Q2 = 2 A^2 / (1 + A).

    Raises:
        ValueError: without a positive or without a negative case.

    Invariant: with all scores turned around it is 1 minus itself; 1/2 where all scores are equal.
    Source: Hanley and McNeil, Radiology 143, 1982.
    """
    high, low = scores[positive], scores[~positive]
    if not (len(high) and len(low)):
        raise ValueError(f"there must be positive and negative cases; got {len(high)} and {len(low)}")
    larger = (high[:, None] > low).mean() + 0.5 * (high[:, None] == low).mean()
    a, m, n = float(larger), len(high), len(low)
    q1, q2 = a / (2 - a), 2 * a * a / (1 + a)
    half = NORMAL_95 * float(np.sqrt((a * (1 - a) + (m - 1) * (q1 - a * a) + (n - 1) * (q2 - a * a)) / (m * n)))
    return a, max(0.0, a - half), min(1.0, a + half)


def checks(kind: Kind) -> tuple[Check, ...]:
    """What must hold of the recorded answers: the same problems for all methods, and tokens that can hold the texts."""
    found = [recorded_answers(kind, method).by_set for method in recorded_methods(kind)]
    wanted = [len(known) for known in truths(kind)]
    missing = [abs(len(one.texts) - want) for some in found for one, want in zip(some, wanted, strict=True)]
    beyond = [_beyond(one) for some in found for one in some]
    return (
        Check("Every method answers every problem", float(max(missing, default=0)), 0.0, "problems without an answer"),
        Check("No text has more tokens than bytes", float(max(beyond, default=0)), 0.0, "a token has a byte or more"),
    )


def _beyond(written: Written) -> int:
    """By how many tokens a text is longer than its bytes and the one token that ended it."""
    lengths = np.array([[len(text.encode()) + 1 for text in some] for some in written.texts])
    return max(0, int((written.tokens - lengths).max()))


@dataclass(frozen=True, slots=True)
class Difference:
    """How much more often one way is right than another on the same problems.

    Args:
        gained: problems that only the second has right, shares added up. lost: those that only the first has.
        count: all problems.
    """

    gained: float
    lost: float
    count: int

    @property
    def mean(self) -> float:
        """The difference of the accuracies."""
        return (self.gained - self.lost) / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % interval by pairs."""
        return paired_difference(self.gained, self.lost, self.count)

    @property
    def side(self) -> int:
        """1 or -1 where the interval lies on one side of 0, else 0: a difference within the noise is none."""
        low, high = self.interval
        return int(low > 0) - int(high < 0)


def difference(first: Outcome, second: Outcome) -> Difference:
    """The second's accuracy minus the first's, by pairs.

    Raises:
        ValueError: where they were taken on other numbers of problems.
    """
    if first.hits.shape != second.hits.shape:
        raise ValueError(f"both must have the same problems; got {first.hits.shape} and {second.hits.shape}")
    apart = second.hits - first.hits
    return Difference(float(apart.clip(0).sum()), float((-apart).clip(0).sum()), first.count)
