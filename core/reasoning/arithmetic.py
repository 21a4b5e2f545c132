"""Arithmetic as people and models write it, in exact fractions: numbers, expressions, and the steps of a chain."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from operator import add, mul, sub, truediv

from core.numbers import require

DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]{1,200})(?:\.[0-9]{1,200})?|\.[0-9]{1,200}"
"""A number without a sign: "1,250" is grouped by threes; more than 200 digits in a row are none."""

TOKEN = re.compile(
    rf"(?P<number>\$?(?:{DIGITS}))(?P<tail>[A-Za-z%^]*)|(?P<sign>[-+*/×÷·−()=])|(?P<word>[^\W\d_]+)|(?P<gap>\s+)|(?P<other>.)",
    re.DOTALL,
)
OPERATIONS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {"+": add, "-": sub, "*": mul, "/": truediv}
SAME = {"×": "*", "·": "*", "÷": "/", "−": "-", "x": "*", "X": "*", "plus": "+", "minus": "-", "times": "*"}
BREAKS_NOTHING = frozenset("^%√∛°")
"""Signs that make something else of the number beside them, with a gap or without one; other signs end a phrase."""

BINDS = {"+": 1, "-": 1, "*": 2, "/": 2, "~": 3}
"""How tightly a sign binds; "~" is the minus in front of a number."""


@dataclass(frozen=True, slots=True)
class Step:
    """An equation in a text, with both its sides in exact fractions.

    Args:
        text: as it is written.
        start, end: its place, `text == whole[start:end]`.
        left, right: the values of the sides; None where one divides by zero.
    """

    text: str
    start: int
    end: int
    left: Fraction | None
    right: Fraction | None

    @property
    def holds(self) -> bool:
        """Whether both sides have one value."""
        return self.left is not None and self.left == self.right


def first_wrong_step(text: str) -> Step | None:
    """The first equation of a text whose sides differ; None where all hold, or there is none.

    Arithmetic is exact, so a rounded result is wrong: "10 / 3 = 3.33". A division by zero is wrong, whatever it is said
    to be. In "2 + 3 = 5 + 1 = 6" the first two sides differ.

    What is read: numbers ("1,250", "$5.50", ".5"), the signs + - * / × ÷ x and "plus", "minus", "times", brackets, "="
    and "equals", and one word behind a number as its unit ("6 coins + 7 coins = 13 coins"). What is not: unknowns,
    percent, powers, and a lone number behind a word ("the sum of 6 and 7 = 13").

    Raises:
        ValueError: for what is no text.

    Invariant: `not found.holds`, and every step before it holds.
    """
    return next((step for step in steps(text) if not step.holds), None)


def steps(text: str) -> tuple[Step, ...]:
    """Every equation of a text that can be read, from the first to the last; see `first_wrong_step`."""
    require(isinstance(text, str), "text", text, "a text")
    return tuple(step for phrase in _phrases(text) for step in _equations(phrase, text))


def value_of(expression: str) -> Fraction | None:
    """The value of an expression such as "(6 + 7) * 2", exactly; None where it is none or divides by zero.

    Invariant: it is Python's value of the same text over `Fraction`.
    """
    marks = [mark for phrase in _phrases(expression) for mark in phrase]
    try:
        return _value(marks)
    except (ZeroDivisionError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class _Mark:
    """A piece of a text: kind "number", "sign", "word" or "odd", and its place.

    Args:
        text: a sign as one of + - * / ( ) =, else as written.
        tight: nothing stands between it and the next piece.
    """

    kind: str
    text: str
    start: int
    end: int
    tight: bool


def _marks(text: str) -> Iterator[_Mark]:
    """The pieces of a text without its gaps; a line's end and a mark of punctuation are "odd"."""
    for match in TOKEN.finditer(text):
        kind, written, end = match.lastgroup or "", match.group(), match.end()
        tight = end < len(text) and not text[end].isspace()
        if kind == "tail":
            # "6kg" has a unit; one letter, a percent or a power makes it something else than the number.
            tail, end_of_number = match["tail"], match.end("number")
            known = not tail or (len(tail) > 1 and tail.isalpha())
            yield _Mark("number" if known else "unknown", match["number"], match.start(), end_of_number, tight)
        elif kind == "gap":
            if "\n" in written:
                yield _Mark("odd", "\n", match.start(), end, tight=True)
        elif kind == "word" and written.lower() == "equals":
            yield _Mark("sign", "=", match.start(), end, tight)
        elif _is_unknown(match, text):
            yield _Mark("unknown", written, match.start(), end, tight)
        else:
            kind = {"other": "odd"}.get(kind, kind)
            yield _Mark(kind, SAME.get(written, written) if kind == "sign" else written, match.start(), end, tight)


def _is_unknown(match: re.Match[str], text: str) -> bool:
    """Whether a piece is a sign of `BREAKS_NOTHING`, a raised digit, or the colon of "13:2"."""
    written, around = (
        match.group(),
        text[max(0, match.start() - 1) : match.start()] + text[match.end() : match.end() + 1],
    )
    if match.lastgroup == "word":
        return not written.isalpha()
    return match.lastgroup == "other" and (
        written in BREAKS_NOTHING or (written == ":" and around.isdigit() and len(around) == 2)
    )


def _phrases(text: str) -> Iterator[list[_Mark]]:
    """The pieces between punctuation, words that are signs read as signs, and units left out."""
    phrase: list[_Mark] = []
    for mark in _marks(text):
        if mark.kind == "odd":
            yield _cleared(phrase)
            phrase = []
        else:
            phrase.append(mark)
    yield _cleared(phrase)


def _cleared(phrase: Sequence[_Mark]) -> list[_Mark]:
    found: list[_Mark] = []
    for place, mark in enumerate(phrase):
        after = phrase[place + 1] if place + 1 < len(phrase) else None
        behind_number = bool(found) and found[-1].kind == "number" and phrase[place - 1] is found[-1]
        if mark.kind == "word" and mark.text in SAME and behind_number and after and after.kind != "word":
            found.append(_Mark("sign", SAME[mark.text], mark.start, mark.end, mark.tight))
        elif mark.kind == "word" and behind_number and (after is None or after.kind == "sign"):
            continue
        else:
            found.append(mark)
    return found


def _equations(phrase: Sequence[_Mark], text: str) -> Iterator[Step]:
    """Each two neighboring sides of a phrase that can both be read."""
    sides: list[list[_Mark]] = [[]]
    for mark in phrase:
        if mark.kind == "sign" and mark.text == "=":
            sides.append([])
        else:
            sides[-1].append(mark)
    for left, right in pairwise(sides):
        head, tail = _before(_balanced(left)), _after(_balanced(right))
        try:
            values = _tried(head), _tried(tail)
        except ValueError:
            continue
        start, end = head[0].start, tail[-1].end
        yield Step(text[start:end], start, end, *values)


def _balanced(side: Sequence[_Mark]) -> list[_Mark]:
    """A side in which a bracket without a partner counts as a word."""
    open_at: list[int] = []
    lone: set[int] = set()
    for place, mark in enumerate(side):
        if mark.text == "(":
            open_at.append(place)
        elif mark.text == ")":
            if open_at:
                open_at.pop()
            else:
                lone.add(place)
    lone.update(open_at)
    return [
        _Mark("word", mark.text, mark.start, mark.end, mark.tight) if place in lone else mark
        for place, mark in enumerate(side)
    ]


def _before(side: list[_Mark]) -> list[_Mark]:
    """What stands before "=", behind the last word; nothing where that is a lone number or begins with a sign.

    "x - 3 = 7" says nothing of -3, and "the sum of 6 and 7 = 13" nothing of 7.
    """
    last = max((place for place, mark in enumerate(side) if mark.kind in ("word", "unknown")), default=-1)
    found = side[last + 1 :]
    if not found or last < 0:
        return found
    opens = found[0].kind == "sign" and found[0].text != "("
    if side[last].kind == "unknown" or len(found) == 1 or (opens and not (found[0].text == "-" and found[0].tight)):
        return []
    return found


def _after(side: list[_Mark]) -> list[_Mark]:
    """What stands behind "=", up to the first word; nothing where it goes on with something unknown."""
    first = next((place for place, mark in enumerate(side) if mark.kind in ("word", "unknown")), len(side))
    return [] if first < len(side) and side[first].kind == "unknown" else side[:first]


def _tried(marks: Sequence[_Mark]) -> Fraction | None:
    """The value of a side; None for a division by zero. Raises ValueError where it is no expression."""
    try:
        return _value(marks)
    except ZeroDivisionError:
        return None


def _value(marks: Sequence[_Mark]) -> Fraction:
    """The value of an expression, by two stacks (Dijkstra's shunting yard).

    Raises:
        ValueError: where it is no expression.
        ZeroDivisionError: where it divides by zero.
    """
    values: list[Fraction] = []
    signs: list[str] = []
    number_next = True
    for mark in marks:
        if mark.kind == "number" and number_next:
            values.append(number_of(mark.text))
            number_next = False
        elif mark.text == "(" and number_next:
            signs.append("(")
        elif mark.text == "-" and mark.kind == "sign" and number_next:
            signs.append("~")
        elif mark.text == ")" and not number_next:
            _reduce(values, signs, 0)
            if not signs:
                raise ValueError("a bracket closes that was not opened")
            signs.pop()
        elif mark.kind == "sign" and mark.text in OPERATIONS and not number_next:
            _reduce(values, signs, BINDS[mark.text])
            signs.append(mark.text)
            number_next = True
        else:
            raise ValueError(f"{mark.text!r} cannot stand there")
    if number_next:
        raise ValueError("a number is missing at the end")
    _reduce(values, signs, 0)
    if signs or len(values) != 1:
        raise ValueError("a bracket is not closed")
    return values[0]


def _reduce(values: list[Fraction], signs: list[str], binds: int) -> None:
    """Carries out the signs on top that bind at least so tightly, up to an open bracket."""
    while signs and signs[-1] != "(" and BINDS[signs[-1]] >= binds:
        sign = signs.pop()
        last = values.pop()
        values.append(-last if sign == "~" else OPERATIONS[sign](values.pop(), last))


def number_of(written: str) -> Fraction:
    """The value of a number without a sign, as `DIGITS` reads it: "1,250" is 1250, "$5.50" is 11/2."""
    return Fraction(written.replace("$", "").replace(",", ""))
