"""Problems whose numbers have as many digits as one likes, and three ways to put them to a model."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

import numpy as np

ONE, TWO = "one step", "two steps"
"""The problem sets."""

DIRECT, CHAIN, PROGRAM = "direct", "chain", "program"
METHODS = (DIRECT, CHAIN, PROGRAM)
"""How a problem is answered: at once, after written steps, or by a program that is run."""

MOST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem in words.

    Args:
        text: what is asked.
        chain: steps in words that end in the answer, as an example shows them.
        program: a program that computes it, as an example shows it.
        answer: the number that is right.
    """

    text: str
    chain: str
    program: str
    answer: int


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of problem; {name}, {thing}, {a}, {b} and {c} are filled in, with a > b > c."""

    text: str
    chain: str
    program: str


TEMPLATES: Mapping[str, tuple[Template, ...]] = MappingProxyType(
    {
        ONE: (
            Template(
                "{name} has {a} {thing} and buys {b} more. How many {thing} does {name} have now?",
                "{name} starts with {a} {thing} and buys {b}. {a} + {b} = {sum}.",
                "had = {a}\nbought = {b}\nanswer = had + bought",
            ),
            Template(
                "{name} has {a} {thing} and gives away {b}. How many {thing} are left?",
                "{name} starts with {a} {thing} and gives away {b}. {a} - {b} = {difference}.",
                "had = {a}\ngiven = {b}\nanswer = had - given",
            ),
            Template(
                "{name} packs {a} boxes with {b} {thing} in each. How many {thing} are packed?",
                "There are {a} boxes with {b} {thing} in each. {a} * {b} = {product}.",
                "boxes = {a}\neach = {b}\nanswer = boxes * each",
            ),
        ),
        TWO: (
            Template(
                "{name} has {a} {thing}, gives away {b} and then buys {c}. How many {thing} does {name} have now?",
                "{a} - {b} = {difference}. {difference} + {c} = {less_more}.",
                "had = {a}\ngiven = {b}\nbought = {c}\nanswer = had - given + bought",
            ),
            Template(
                "{name} has {a} {thing} and buys {b} boxes with {c} {thing} in each. How many {thing} are there now?",
                "{b} * {c} = {boxes}. {a} + {boxes} = {more_boxes}.",
                "had = {a}\nboxes = {b}\neach = {c}\nanswer = had + boxes * each",
            ),
            Template(
                "{name} finds {a} {thing} and {b} more the next day, then loses {c}. How many {thing} are left?",
                "{a} + {b} = {sum}. {sum} - {c} = {more_less}.",
                "first = {a}\nsecond = {b}\nlost = {c}\nanswer = first + second - lost",
            ),
        ),
    }
)
"""The problem sets, each with three kinds of problems."""

NAMES = ("Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gina", "Hugo", "Iris", "Jon", "Kira", "Leo")
THINGS = ("apples", "books", "coins", "stamps", "marbles", "pens", "shells", "cards", "stones", "tickets")

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)


def drawn_problems(kind: str, digits: int, count: int, *, seed: int) -> tuple[Problem, ...]:
    """Problems of a set, the kinds in turn, numbers drawn with so many digits.

    Args:
        kind: a problem set.
        digits: of each number, 1 to 4. The numbers of a problem are unlike, and in falling order.
        count: how many. seed: of the draws.

    Raises:
        ValueError: for an unknown set or a value out of range.

    Invariant: the answer is positive, and what the example's program computes.
    """
    if kind not in TEMPLATES:
        raise ValueError(f"kind must be one of {', '.join(TEMPLATES)}; got {kind!r}")
    if not 1 <= digits <= MOST_DIGITS:
        raise ValueError(f"digits must be from 1 to {MOST_DIGITS}; got {digits}")
    rng = np.random.default_rng([seed, digits, list(TEMPLATES).index(kind)])
    return tuple(_filled(TEMPLATES[kind][n % 3], digits, rng) for n in range(count))


def _filled(template: Template, digits: int, rng: np.random.Generator) -> Problem:
    low, high = (2, 10) if digits == 1 else (10 ** (digits - 1), 10**digits)
    drawn: list[int] = sorted((int(n) for n in rng.choice(np.arange(low, high), 3, replace=False)), reverse=True)
    a, b, c = drawn
    words = {
        "name": str(rng.choice(NAMES)),
        "thing": str(rng.choice(THINGS)),
        "a": a,
        "b": b,
        "c": c,
        "sum": a + b,
        "difference": a - b,
        "product": a * b,
        "boxes": b * c,
        "less_more": a - b + c,
        "more_boxes": a + b * c,
        "more_less": a + b - c,
    }
    text, chain, program = (part.format(**words) for part in (template.text, template.chain, template.program))
    found = _NUMBER.findall(chain)[-1]
    return Problem(text, f"{chain} The answer is {found}.", program, int(found))


def prompt(method: str, problem: str, kind: str, *, failed: tuple[str, str] | None = None) -> str:
    """What a model reads: an example of each kind of the set, then the problem.

    Args:
        method: one of METHODS.
        problem: its text.
        kind: the problem set whose kinds are shown; their numbers have two digits.
        failed: a program that the model wrote, and the error that it met, which are shown to it.

    Raises:
        ValueError: for an unknown method or set.
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}; got {method!r}")
    shown = drawn_problems(kind, 2, 3, seed=EXAMPLES)
    parts = [f"Q: {example.text}\n{LEADS[method]}{_answer(method, example)}\n" for example in shown]
    tried = f"{failed[0]}\nError: {failed[1]}\nCorrected program:\n" if failed else ""
    return "\n".join([*parts, f"Q: {problem}\n{LEADS[method]}{tried}".rstrip(" ")])


EXAMPLES = 1_000
"""The seed of the examples; problems that are asked have others."""

LEADS: Mapping[str, str] = MappingProxyType({DIRECT: "A: ", CHAIN: "A: ", PROGRAM: "Program:\n"})
LONGEST_ANSWER: Mapping[str, int] = MappingProxyType({DIRECT: 12, CHAIN: 72, PROGRAM: 64})
"""Tokens that a model may write, by method."""

STOP = ("\n\n", "Q:", "\nError")


def _answer(method: str, problem: Problem) -> str:
    if method == PROGRAM:
        return problem.program
    return problem.chain if method == CHAIN else str(problem.answer)


def answer_in(text: str, method: str) -> Fraction | None:
    """The number that a written answer gives: the first of a direct one, the last of a chain; None without any.

    Invariant: of an example's own text it is the example's answer.
    """
    found = _NUMBER.findall(text.replace(",", ""))
    if not found:
        return None
    return Fraction(found[0] if method == DIRECT else found[-1])
