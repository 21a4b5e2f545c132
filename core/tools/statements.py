"""Statements that end in a computed number, and what a model writes there once it has read calls. Needs no torch."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.assets import kept
from core.numbers import mean_interval
from core.tools.problems import DIRECT, NAMES, THINGS, answer_in
from core.tools.sentences import result_of

LEARNED_CALLS_FILE = "tools/learned_calls.npz"

UNTOUCHED, ON_TEXTS, ON_CALLS = "untouched", "tuned on the texts", "tuned on texts with calls"
ARMS = (UNTOUCHED, ON_TEXTS, ON_CALLS)
"""What is compared: the model as it was, tuned on plain texts, and tuned on the same texts with the kept calls."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A text with a number that follows from the numbers before it.

    Args:
        lead: the text up to that number, without a space at its end.
        truth: the number.
        tail: what follows it.
    """

    lead: str
    truth: int
    tail: str

    @property
    def text(self) -> str:
        """The whole text."""
        return f"{self.lead} {self.truth}{self.tail}"


TEMPLATES: tuple[tuple[str, str, str], ...] = (
    ("A train runs {a} km in each of {b} hours. It runs", "product", " km in all."),
    ("{name} sold {a} {thing} on Monday and {b} on Tuesday, so {name} sold", "sum", " {thing} on both days."),
    ("Of {a} students {b} are absent, so", "difference", " are in class today."),
    ("Each of the {b} teams has {a} players. That makes", "product", " players."),
    ("{name} had {a} {thing} and gave away {b}, which leaves", "difference", " {thing}."),
    ("In one box are {a} {thing} and in another {b}. Together that is", "sum", " {thing}."),
)
"""Lead, what is computed of a > b, and tail."""

KINDS = len(TEMPLATES)

PLAIN_STARTS = (
    "The king lived in a castle by the sea with",
    "In the evening they walked home through",
    "Her favorite color has always been",
    "The cat slept on the chair next to",
    "After the rain the streets of the town were",
    "He opened the door and saw",
    "The book tells the story of",
    "On the hill behind the house grows",
    "My sister plays the violin in",
    "The soup was hot, so they waited until",
    "Nobody knew where the old map had",
    "The river is named after",
)
"""Beginnings of sentences with nothing to compute."""


def drawn_statements(count: int, *, seed: int) -> tuple[Statement, ...]:
    """Statements of six kinds in turn, with numbers of two digits.

    Args:
        count: how many. seed: of the draws.

    Raises:
        ValueError: for a count below 1.

    Invariant: the number is positive, and what the numbers before it give.
    """
    if count < 1:
        raise ValueError(f"count must be at least 1; got {count}")
    rng = np.random.default_rng(seed)
    return tuple(_filled(*TEMPLATES[place % len(TEMPLATES)], rng) for place in range(count))


def _filled(lead: str, operation: str, tail: str, rng: np.random.Generator) -> Statement:
    b, a = sorted(int(n) for n in rng.choice(np.arange(11, 100), 2, replace=False))
    words = {"a": a, "b": b, "name": str(rng.choice(NAMES)), "thing": str(rng.choice(THINGS))}
    truth = {"sum": a + b, "difference": a - b, "product": a * b}[operation]
    return Statement(lead.format(**words), truth, tail.format(**words))


@dataclass(frozen=True, slots=True)
class Continuation:
    """How a model writes a statement on.

    Args:
        lead: what it read. truth: the number that is right; None where nothing is to be computed.
        text: what it wrote, the results of its calls included.
        call: the expression of its call; "" where it made none.
        error: why the calculator refused it; "" for none.
    """

    lead: str
    truth: int | None
    text: str
    call: str
    error: str

    @property
    def answer(self) -> str:
        """The first number behind the call and behind an equals sign, where there are any; "" without a number."""
        found = answer_in(self.text.rpartition("]")[2].rpartition("=")[2], DIRECT)
        return "" if found is None else str(found)

    @property
    def right(self) -> bool:
        """Whether that number is the right one."""
        return self.truth is not None and self.answer == str(self.truth)


@dataclass(frozen=True, eq=False)
class Arm:
    """One way of training, with one seed.

    Args:
        name: one of ARMS. seed: of the training; 0 where there is none.
        losses: of the updates, nats for each token; empty without training.
        statements: how the statements that it never saw go on.
        plain: the same for PLAIN_STARTS.
    """

    name: str
    seed: int
    losses: tuple[float, ...]
    statements: tuple[Continuation, ...]
    plain: tuple[Continuation, ...]


@dataclass(frozen=True, eq=False)
class LearnedCalls:
    """What a model writes after it was tuned on its own filtered calls.

    Args:
        model: its name in the catalogue.
        threshold: τ in nats.
        asked_seed: of the numbers in the statements that are written on.
        proposed: calls tried in the training texts. refused: calls that the calculator refused.
        lessons: the training texts, each with the best call that was kept in it, if any.
        trained: numbers that are trained.
        arms: every way of training with every seed.
    """

    model: str
    threshold: float
    asked_seed: int
    proposed: int
    refused: int
    lessons: tuple[str, ...]
    trained: int
    arms: tuple[Arm, ...]

    def of(self, name: str) -> tuple[Arm, ...]:
        """The runs of one way of training."""
        return tuple(arm for arm in self.arms if arm.name == name)

    def by_statement(self, name: str) -> Float[np.ndarray, "statement"]:
        """The share of the runs of one way of training that write the right number, for each statement."""
        right: Float[np.ndarray, "statement"] = np.mean(
            [[one.right for one in arm.statements] for arm in self.of(name)], axis=0
        )
        return right

    def gain(self, name: str, over: str) -> tuple[float, tuple[float, float]]:
        """How much more often one way of training is right than another, with Student's 95 % interval over statements.

        Statements are the cases: several runs on one statement are no new cases.
        """
        apart = self.by_statement(name) - self.by_statement(over)
        return float(apart.mean()), mean_interval(apart)


@dataclass(frozen=True, slots=True)
class Called:
    """What became of calls, over all runs of one way of training.

    Args:
        statements: how many were written on. opened: how many with a call. refused: calls that the calculator refused.
        fitting: calls that give the right number. used: statements that have the right number behind a call.
        plain: beginnings without numbers that were written on. idle: how many of these with a call.
        kinds: of how many kinds the statements with a call are.
    """

    statements: int
    opened: int
    refused: int
    fitting: int
    used: int
    plain: int
    idle: int
    kinds: int


def called(arms: Sequence[Arm]) -> Called:
    """Counts the calls of some runs."""
    statements = [one for arm in arms for one in arm.statements]
    plain = [one for arm in arms for one in arm.plain]
    opened = [one for one in statements if one.call]
    return Called(
        statements=len(statements),
        opened=len(opened),
        refused=sum(bool(one.error) for one in opened),
        fitting=sum(not one.error and result_of(one.call) == str(one.truth) for one in opened),
        used=sum(one.right for one in opened),
        plain=len(plain),
        idle=sum(bool(one.call) for one in plain),
        kinds=len({place % KINDS for arm in arms for place, one in enumerate(arm.statements) if one.call}),
    )


@functools.cache
def recorded_learned_calls() -> LearnedCalls:
    """The recorded runs; no model is needed.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record tools learned_calls`.
    """
    return kept(LEARNED_CALLS_FILE, LearnedCalls)


def right_by_seed(arms: Sequence[Arm]) -> list[float]:
    """The share of right statements of each run."""
    return [float(np.mean([one.right for one in arm.statements])) for arm in arms]
