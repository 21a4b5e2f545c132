"""What a model answered, by each of three methods, and how often it was right. Needs no torch."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from core.assets import kept
from core.numbers import wilson
from core.tools.arithmetic import written
from core.tools.problems import ONE, PROGRAM, TWO, answer_in
from core.tools.programs import ProgramError, run_program

RECORDED_KINDS = (ONE, TWO)
"""The recorded problem sets."""

DIGITS = (1, 2, 3, 4)
"""The recorded sizes of numbers."""

STEPS = 1000
"""Lines that a model's program may run."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One answer to one problem.

    Args:
        problem: what was asked. truth: the right number, where it is known.
        method: how it was answered.
        text: what the model wrote.
        answer: the number that was read from it, or that its program gave; "" without one.
        error: what stopped its program; "" for none.
        read, wrote: tokens of the prompt and of the text.
        second: the answer after the error was shown to the model, where a program was stopped.
    """

    problem: str
    truth: int | None
    method: str
    text: str
    answer: str
    error: str
    read: int
    wrote: int
    second: "Attempt | None" = None

    @property
    def right(self) -> bool:
        """Whether the answer is the right number, at the first try."""
        return self.truth is not None and self.answer == str(self.truth)

    @property
    def right_in_the_end(self) -> bool:
        """Whether the first or, after an error, the second try is right."""
        return self.right or (self.second is not None and self.second.right)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some answers are right, with Wilson's 95 % interval."""

    right: int
    count: int

    @property
    def value(self) -> float:
        """The share, from 0 to 1."""
        return self.right / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """Its lower and upper end."""
        return wilson(self.right, self.count)

    def apart(self, other: "Share") -> bool:
        """Whether the two intervals do not meet: only then is one called better than the other."""
        (low, high), (least, most) = self.interval, other.interval
        return low > most or least > high


@dataclass(frozen=True, eq=False)
class RecordedCase:
    """The recorded answers to the problems of one set and size.

    Args:
        model: its name in the catalogue.
        seeds: of the problems.
        by_method: method -> answers to the same problems in the same order.
        seconds: of one call: seconds per token read and per token written, measured one text at a time.
    """

    model: str
    seeds: tuple[int, ...]
    by_method: Mapping[str, tuple[Attempt, ...]]
    seconds: tuple[float, float]


@dataclass(frozen=True, eq=False)
class RecordedAnswers:
    """All recorded answers: problem set -> digits -> case."""

    cases: Mapping[str, Mapping[int, RecordedCase]]

    @property
    def by_case(self) -> Mapping[str, Mapping[int, Mapping[str, tuple[Attempt, ...]]]]:
        """Problem set -> digits -> method -> answers."""
        return {kind: {digits: case.by_method for digits, case in by.items()} for kind, by in self.cases.items()}

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of the problems, the same in every case."""
        return next(case.seeds for by in self.cases.values() for case in by.values())

    @property
    def seconds(self) -> tuple[float, float]:
        """Seconds per token read and per token written: of each the median over the cases."""
        read, wrote = zip(*(case.seconds for by in self.cases.values() for case in by.values()), strict=True)
        return median(read), median(wrote)


def answers_file(kind: str, digits: int) -> str:
    """The file of a case, below `core/assets`."""
    return f"tools/answers_{kind.replace(' ', '_')}_{digits}.npz"


def recorded_case(kind: str, digits: int) -> RecordedCase:
    """The recorded answers of one set and size.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.
    """
    return kept(answers_file(kind, digits), RecordedCase)


@functools.cache
def recorded_answers() -> RecordedAnswers:
    """All recorded answers; no model is needed.

    Raises:
        core.assets.AssetError: if a file is missing or damaged.
    """
    return RecordedAnswers(
        {kind: {digits: recorded_case(kind, digits) for digits in DIGITS} for kind in RECORDED_KINDS}
    )


def share(attempts: Sequence[Attempt]) -> Share:
    """How many are right at the first try."""
    return Share(sum(attempt.right for attempt in attempts), len(attempts))


def judged(problem: str, truth: int | None, method: str, text: str, read: int, wrote: int) -> Attempt:
    """A written answer with its number, for which a program is run.

    Invariant: nothing of the text is ever handed to Python.
    """
    if method != PROGRAM:
        found = answer_in(text, method)
        return Attempt(problem, truth, method, text, "" if found is None else written(found), "", read, wrote)
    try:
        value = run_program(text, steps=STEPS).answer
    except ProgramError as error:
        return Attempt(problem, truth, method, text, "", str(error), read, wrote)
    return Attempt(problem, truth, method, text, _number(value), "", read, wrote)


def _number(value: Fraction | float) -> str:
    """A program's answer as it is compared; a very long one is cut, since it cannot be right."""
    return written(value)[:40]
