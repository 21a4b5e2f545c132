"""Programs of a few lines, safe by construction: names, arithmetic, comparisons, and loops that are counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from core.numbers import whole
from core.tools.arithmetic import Effort, Value, value_of
from core.tools.grammar import ExpressionError
from core.tools.lines import COMPARISONS, Line, LineError, Part, read_lines

MOST_STEPS = 100_000
MOST_CHARACTERS = 5_000


class ProgramError(ValueError):
    """What stops a program, and where.

    Args:
        reason: what is wrong, in words.
        line: at fault, counted from 1. place: of the character in it, counted from 0.
        steps: what had been run before.
    """

    def __init__(self, reason: str, line: int, place: int, steps: tuple["Step", ...] = ()) -> None:
        super().__init__(f"line {line}, character {place + 1}: {reason}")
        self.reason, self.line, self.place, self.steps = reason, line, place, steps


@dataclass(frozen=True, slots=True)
class Step:
    """A line that was run.

    Args:
        line: its number, from 1.
        name: the name it gave a value to; "" for a line that only has one.
        value: the value; of an `if` or `while`, 1 where the comparison held and 0 where not.
    """

    line: int
    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class ProgramRun:
    """A program that ran to its end.

    Args:
        text: the program.
        steps: every line that was run, in order.
        values: by name, the value at the end.
        answer: the value of the name `answer`, where it has one, else of the last line that was run.
    """

    text: str
    steps: tuple[Step, ...]
    values: Mapping[str, Value]
    answer: Value


def run_program(text: str, *, steps: int = 1000) -> ProgramRun:
    """Runs a small program.

    A line is `name = expression` (also += -= *= /= //= %= **=), an expression alone or in print(...), `if a < b:` with
    `else:`, `while a < b:`, or `for name in range(n):`, with blocks indented by spaces. Expressions are those of
    `evaluate`, with names. The text is read by this package and never handed to Python.

    Args:
        text: at most 5,000 characters in 200 lines.
        steps: how many lines may be run, those of loops counted each time, from 1 to 100,000.

    Raises:
        ValueError: with line and place, for what is no such program, a name without a value, a division by zero, more
            than `steps` lines run, and all that `evaluate` refuses. The error carries the steps before it.

    Invariant: each step's value follows from those before it alone; the same text gives the same run.
    Source: the idea of answering by a program: Gao et al. 2022 (2211.10435); Chen et al. 2022 (2211.12588).
    """
    most = whole("steps", steps, 1, MOST_STEPS)
    if not isinstance(text, str):
        raise ProgramError(f"a program is a text; got {type(text).__name__}", 1, 0)
    if len(text) > MOST_CHARACTERS:
        raise ProgramError(f"{len(text):,} characters; at most {MOST_CHARACTERS:,} are read", 1, 0)
    try:
        lines = read_lines(text)
    except LineError as fault:
        raise ProgramError(fault.reason, fault.line, fault.place) from None
    machine = _Machine(most)
    machine.run(lines)
    if not machine.steps:
        raise ProgramError("the program has no line that gives a value", 1, 0)
    values = dict(machine.names)
    answer = values.get("answer", machine.steps[-1].value)
    return ProgramRun(text, tuple(machine.steps), MappingProxyType(values), answer)


@dataclass
class _Machine:
    """Runs lines, one after another, and keeps what they give."""

    most: int
    names: dict[str, Value] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    effort: Effort = field(default_factory=Effort)

    def run(self, lines: Sequence[Line]) -> None:
        """Runs a block."""
        for line in lines:
            if line.kind == "if":
                self.run(line.body if self._holds(line) else line.otherwise)
            elif line.kind == "while":
                while self._holds(line):
                    self.run(line.body)
            elif line.kind == "for":
                self._count(line)
            else:
                self._keep(line, line.name, self._value(line, line.parts[0]))

    def _count(self, line: Line) -> None:
        ends = [self._value(line, part) for part in line.parts]
        for part, end in zip(line.parts, ends, strict=True):
            if end % 1 != 0:
                raise self._error("range counts in whole numbers", line, part.place)
        start, stop = (int(end) for end in ([0, *ends] if len(ends) == 1 else ends))
        for value in map(Fraction, range(start, stop)):
            self._spend(line, line.parts[-1], value, value)
            self._keep(line, line.name, value)
            self.run(line.body)

    def _holds(self, line: Line) -> bool:
        left, right = (self._value(line, part) for part in line.parts)
        self._spend(line, line.parts[-1], left, right)
        holds = bool(COMPARISONS[line.sign](left, right))
        self._keep(line, "", Fraction(holds))
        return holds

    def _keep(self, line: Line, name: str, value: Value) -> None:
        if len(self.steps) == self.most:
            raise self._error(f"still running after {self.most:,} lines: is the loop endless?", line, 0)
        self.steps.append(Step(line.number, name, value))
        if name:
            self.names[name] = value

    def _spend(self, line: Line, part: Part, left: Value, right: Value) -> None:
        """Counts a comparison or a step of a counter: of long numbers even these take time."""
        try:
            self.effort.spend(left, right, 0)
        except ExpressionError as fault:
            raise self._error(fault.reason, line, part.place) from None

    def _value(self, line: Line, part: Part) -> Value:
        try:
            return value_of(part.tree, self.names, self.effort)
        except ExpressionError as fault:
            raise self._error(fault.reason, line, part.place + fault.place) from None

    def _error(self, reason: str, line: Line, place: int) -> ProgramError:
        return ProgramError(reason, line.number, place, tuple(self.steps))
