"""A tool made from examples: the smallest expression that computes them all. Needs no torch."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Integral
from typing import Any

import numpy as np

from core.numbers import whole
from core.tools import Value, run_program, written

NAMES = ("x", "y", "z", "w")
"""What the arguments of a tool are called."""

CONSTANTS = (1, 2, 3, 4, 5, 10)
"""Numbers that an expression may hold, besides its arguments."""

LARGEST = 6
"""Arguments and numbers that an expression may hold."""

BITS = 200
"""Bits of a value on the way: what is longer is not followed."""

Example = tuple[tuple[Fraction, ...], Fraction]


@dataclass(frozen=True, slots=True)
class Tool:
    """An expression that computes every example it was made from.

    Args:
        expression: of the language of `core.tools`, in x, y, z and w.
        arity: how many of them it takes.
        tried: expressions that were tried, this one included.
    """

    expression: str
    arity: int
    tried: int

    def __call__(self, *arguments: float | Fraction) -> Value:
        """The value for some arguments.

        Raises:
            ValueError: for another number of arguments, one that is no finite number, or where the expression has no
                value, as for a division by zero.
        """
        if len(arguments) != self.arity:
            raise ValueError(f"the tool takes {self.arity} arguments; got {len(arguments)}")
        given = "".join(
            f"{name} = {written(_number(value, name))}\n" for name, value in zip(NAMES, arguments, strict=False)
        )
        return run_program(f"{given}answer = {self.expression}").answer


def make_tool(
    examples: Sequence[tuple[float | Fraction | Sequence[float | Fraction], float | Fraction]], *, budget: int
) -> Tool | None:
    """Searches the smallest expression that computes some examples, by + - * / // % and powers.

    Expressions are tried by their size, the number of arguments and numbers in them; of those with the same values on
    the examples only the first is built on.

    Args:
        examples: each the arguments, 1 to 4 of them, and the result; a single argument may stand by itself.
        budget: expressions that may be tried.

    Returns:
        The tool, or None where no expression of up to 6 parts within the budget computes them.

    Raises:
        ValueError: for no example, examples with unlike numbers of arguments, the same arguments with two results, a
            number that is not finite, or a budget below 1.

    Invariant: on each example the tool gives exactly its result; `.tried` is at most the budget.
    Source: bottom-up enumeration with observational equivalence, Albarghouthi et al. 2013 and Udupa et al. 2013.
    """
    most, known = whole("budget", budget, 1), _read(examples)
    goal = tuple(result for _, result in known)
    for tried, (expression, values) in enumerate(_expressions(known), start=1):
        if tried > most:
            return None
        if values == goal:
            return Tool(expression.text, len(known[0][0]), tried)
    return None


@dataclass(frozen=True, slots=True)
class _Expression:
    """A text, and whether it is a number or a name alone, which needs no brackets."""

    text: str
    leaf: bool

    @property
    def inside(self) -> str:
        """As a part of a larger one."""
        return self.text if self.leaf else f"({self.text})"


Values = tuple[Fraction, ...]


def _read(examples: Any) -> list[Example]:
    try:
        pairs = [(given, result) for given, result in examples]
    except (TypeError, ValueError) as error:
        raise ValueError(f"examples must be pairs of arguments and result; got {str(examples)[:40]}") from error
    if not pairs:
        raise ValueError("examples must hold at least 1; got none")
    known: dict[tuple[Fraction, ...], Fraction] = {}
    for given, result in pairs:
        several = given if isinstance(given, Iterable) and not isinstance(given, str | bytes) else (given,)
        arguments = tuple(_number(value, f"an argument of example {len(known) + 1}") for value in several)
        if not 1 <= len(arguments) <= len(NAMES) or len(arguments) != len(next(iter(known), arguments)):
            raise ValueError(
                f"each example must have the same number of arguments, 1 to {len(NAMES)}; got {len(arguments)}"
            )
        answer = _number(result, "a result")
        if known.setdefault(arguments, answer) != answer:
            words = ", ".join(map(written, arguments))
            raise ValueError(
                f"the examples contradict each other: {words} gives {written(known[arguments])} and {written(answer)}"
            )
    return list(known.items())


def _number(value: object, name: str) -> Fraction:
    """A finite number, exactly; a float as it is written, so that 0.1 is one tenth."""
    if isinstance(value, Fraction):
        return value
    # A text such as "12" is no number, nor are True and False, though float would read them.
    if isinstance(value, str | bytes | bool | np.bool_):
        raise ValueError(f"{name} must be a finite number; got {value!r}")  # noqa: TRY004 - as for every bad value
    try:
        return Fraction(int(value)) if isinstance(value, Integral) else Fraction(repr(float(value)))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name} must be a finite number; got {value!r}") from error


def _expressions(known: Sequence[Example]) -> Iterator[tuple[_Expression, Values]]:
    """All expressions by size, each with its values on the examples; without those whose values were seen before."""
    seen: set[Values] = set()
    by_size: dict[int, list[tuple[_Expression, Values]]] = {}
    for size in range(1, LARGEST + 1):
        by_size[size] = []
        for expression, values in _leaves(known) if size == 1 else _joined(by_size, size):
            yield expression, values
            if values not in seen:
                seen.add(values)
                by_size[size].append((expression, values))


def _leaves(known: Sequence[Example]) -> Iterator[tuple[_Expression, Values]]:
    for place in range(len(known[0][0])):
        yield _Expression(NAMES[place], True), tuple(arguments[place] for arguments, _ in known)
    for constant in CONSTANTS:
        yield _Expression(str(constant), True), (Fraction(constant),) * len(known)


def _joined(
    by_size: Mapping[int, Sequence[tuple[_Expression, Values]]], size: int
) -> Iterator[tuple[_Expression, Values]]:
    """Two smaller expressions and a sign between them, where that has a value on every example."""
    for left_size in range(1, size):
        for left, left_values in by_size[left_size]:
            for right, right_values in by_size[size - left_size]:
                for sign in ("+", "-", "*", "/", "//", "%", "**"):
                    # A sum and a product of the same parts are tried in one order.
                    if sign in "+*" and left_size > size - left_size:
                        continue
                    values = _values(sign, left_values, right_values)
                    if values is not None:
                        yield _Expression(f"{left.inside} {sign} {right.inside}", False), values


def _values(sign: str, left: Values, right: Values) -> Values | None:
    found = []
    for a, b in zip(left, right, strict=True):
        value = _value(sign, a, b)
        if value is None or max(value.numerator.bit_length(), value.denominator.bit_length()) > BITS:
            return None
        found.append(value)
    return tuple(found)


def _value(sign: str, a: Fraction, b: Fraction) -> Fraction | None:
    """One value; None where there is none, or a power that is no fraction or too long."""
    match sign:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "**":
            return Fraction(a**b.numerator) if b.denominator == 1 and 0 <= b <= 10 else None
    if b == 0:
        return None
    return a / b if sign == "/" else Fraction(a // b) if sign == "//" else a % b
