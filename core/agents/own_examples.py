"""A visitor's own examples for a maker of tools, read from lines. Needs no torch."""

from dataclasses import dataclass
from fractions import Fraction

from core.agents.making import NAMES
from core.tools import evaluate

MOST_LINES = 10


@dataclass(frozen=True, slots=True)
class OwnExamples:
    """What a visitor typed.

    Args:
        examples: arguments with their result, in order. asked: arguments whose result is asked for.
    """

    examples: tuple[tuple[tuple[Fraction, ...], Fraction], ...]
    asked: tuple[tuple[Fraction, ...], ...]


def read_examples(text: str) -> OwnExamples:
    """Reads examples: "2, 3 = 8" a line, and "5, 7 = ?" for a question.

    Args:
        text: 1 to 10 lines; before the equals sign 1 to 4 numbers with commas between them.

    Raises:
        ValueError: for no example, too many lines, or a line that is none of these; the message names the line.

    Invariant: a number is read as it is written, 0.1 as one tenth.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not 1 <= len(lines) <= MOST_LINES:
        raise ValueError(f"examples must be 1 to {MOST_LINES} lines such as 2, 3 = 8; got {len(lines)}")
    examples, asked = [], []
    for line in lines:
        left, equals, right = line.partition("=")
        arguments = tuple(_number(part, line) for part in left.split(","))
        if not equals or not 1 <= len(arguments) <= len(NAMES):
            raise ValueError(f"a line must be 1 to {len(NAMES)} numbers, = and a result; got {line[:40]!r}")
        if right.strip() == "?":
            asked.append(arguments)
        else:
            examples.append((arguments, _number(right, line)))
    if not examples:
        raise ValueError("at least one line must have a result, such as 2, 3 = 8; got questions alone")
    return OwnExamples(tuple(examples), tuple(asked))


def _number(text: str, line: str) -> Fraction:
    """A number, or a small sum such as 1/3."""
    try:
        return Fraction(evaluate(text))
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text.strip()[:20]!r} in the line {line[:40]!r} is no number") from error
