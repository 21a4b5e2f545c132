"""The only language that the calculator and the programs understand: read sign by sign, never handed to Python."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

LONGEST = 10_000
"""Characters of an expression or a program."""

MOST_TOKENS = 1_000
"""Numbers, names and signs of one expression: to refuse a longer one takes no time."""

DEEPEST = 100
"""Brackets and signs that may stand within each other."""

DIGITS = 4_000
"""Decimal digits of a numerator or denominator: below the 4,300 that Python writes out."""

POWERS = {"+": 1, "-": 1, "*": 2, "/": 2, "//": 2, "%": 2, "**": 4}
"""How strongly an operator binds; a sign in front stands at 3, so that -2**2 is -4."""

SIGN = 3

_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?P<name>[A-Za-z_][A-Za-z_0-9]*)"
    r"|(?P<sign>\*\*|//|[-+*/%()])|(?P<space>[ \t\r\n]+)|(?P<other>.)",
    re.DOTALL,
)


class ExpressionError(ValueError):
    """What cannot be read or computed, and where.

    Args:
        reason: what is wrong, in words.
        place: of the character at fault, counted from 0; the message counts from 1.
    """

    def __init__(self, reason: str, place: int) -> None:
        super().__init__(f"{reason}, at character {place + 1}")
        self.reason, self.place = reason, place


@dataclass(frozen=True, slots=True)
class Token:
    """A word of an expression: "number", "name", "sign" or, at its end, "end"; its text and its place."""

    kind: str
    text: str
    place: int


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is written, in decimals, so exactly a fraction."""

    value: Fraction
    place: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name, whose value a program knows."""

    text: str
    place: int


@dataclass(frozen=True, slots=True)
class Negative:
    """A part with a minus in front."""

    part: "Tree"
    place: int


@dataclass(frozen=True, slots=True)
class Joined:
    """Two parts and the operator between them, whose place is kept."""

    sign: str
    left: "Tree"
    right: "Tree"
    place: int


Tree = Number | Name | Negative | Joined


def tokens_of(text: str) -> list[Token]:
    """The words of an expression, with an "end" behind them.

    Raises:
        ExpressionError: for a sign that is none of the language's, or a text that is too long.

    Invariant: joined with the spaces between them, the words give the text.
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"{len(text):,} characters; at most {LONGEST:,} are read", LONGEST)
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "other":
            raise ExpressionError(f"{match[0]!a} is no sign of arithmetic{_hint(match[0])}", match.start())
        if len(found) == MOST_TOKENS:
            raise ExpressionError(f"more than {MOST_TOKENS:,} numbers and signs", match.start())
        if match.lastgroup != "space":
            found.append(Token(str(match.lastgroup), match[0], match.start()))
    return [*found, Token("end", "", len(text))]


def _hint(sign: str) -> str:
    hints = {"^": "; a power is **", "×": "; times is *", "÷": "; a division is /", ",": "; numbers have no commas"}
    return hints.get(sign, "")


def parse(text: str) -> Tree:
    """An expression as a tree.

    Grammar, binding more strongly downward; ** binds to the right, all else to the left:
    sum + - · product * / // % · sign - + · power ** · number, name or (sum).

    Raises:
        ExpressionError: with the place, for anything that the grammar does not know.
    """
    return _Reader(tokens_of(text)).whole()


class _Reader:
    """Reads words from left to right, by the strength of the operators."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens, self._at, self._deep = tokens, 0, 0

    def whole(self) -> Tree:
        """The tree of all words."""
        tree = self._above(0)
        if self._now.kind != "end":
            raise ExpressionError(f"an operator is missing before {self._now.text[:20]!r}", self._now.place)
        return tree

    @property
    def _now(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _above(self, least: int) -> Tree:
        """What stands here, with every operator behind it that binds at least so strongly."""
        self._deep += 1
        if self._deep > DEEPEST:
            raise ExpressionError(f"more than {DEEPEST} brackets or signs within each other", self._now.place)
        left = self._part()
        while (strength := POWERS.get(self._now.text, -1)) >= least:
            sign = self._next()
            # A power takes a sign in its exponent, and binds to the right.
            right = self._above(SIGN if sign.text == "**" else strength + 1)
            left = Joined(sign.text, left, right, sign.place)
        self._deep -= 1
        return left

    def _part(self) -> Tree:
        token = self._next()
        if token.kind == "number":
            return Number(_value(token), token.place)
        if token.kind == "name":
            return Name(token.text, token.place)
        if token.text in ("-", "+"):
            part = self._above(SIGN)
            return Negative(part, token.place) if token.text == "-" else part
        if token.text != "(":
            raise ExpressionError(f"a number is missing{f' before {token.text!r}' if token.text else ''}", token.place)
        tree = self._above(0)
        if self._next().text != ")":
            raise ExpressionError("a bracket is not closed", token.place)
        return tree


def _value(token: Token) -> Fraction:
    """The number that is written, if it has few enough digits."""
    digits, _, exponent = token.text.lower().partition("e")
    # A long exponent is refused by its length: to read it would already cost time.
    if len(digits) > DIGITS or len(exponent) > 6 or len(digits) + abs(int(exponent or 0)) > DIGITS:
        raise ExpressionError(f"a number of more than {DIGITS:,} digits", token.place)
    return Fraction(token.text)
