"""The lines of a program: what each does, and the blocks that belong to it."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from core.tools.grammar import ExpressionError, Joined, Name, Tree, parse

MOST_LINES = 200
DEEPEST_BLOCK = 10

COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        "<=": operator.le,
        ">=": operator.ge,
        "==": operator.eq,
        "!=": operator.ne,
        "<": operator.lt,
        ">": operator.gt,
    }
)
"""By sign, how two values are compared."""

_NAME = r"[A-Za-z_][A-Za-z_0-9]*"
_ASSIGNMENT = re.compile(rf"(?P<name>{_NAME})[ \t]*(?P<sign>\*\*|//|[-+*/%])?=(?!=)(?P<rest>.*)", re.DOTALL)
_FOR = re.compile(rf"for[ \t]+(?P<name>{_NAME})[ \t]+in[ \t]+range[ \t]*\((?P<rest>.*)\)[ \t]*:[ \t]*", re.DOTALL)
_BRANCH = re.compile(r"(?P<kind>if|while)(?![A-Za-z_0-9])(?P<rest>.*):[ \t]*", re.DOTALL)
_ELSE = re.compile(r"else[ \t]*:[ \t]*")
_PRINT = re.compile(r"print[ \t]*\((?P<rest>.*)\)[ \t]*", re.DOTALL)
_COMPARISON = re.compile("<=|>=|==|!=|<|>")
KEYWORDS = frozenset({"if", "else", "while", "for", "in", "range", "print"})


class LineError(Exception):
    """What cannot be read: why, in which line from 1, at which character from 0."""

    def __init__(self, reason: str, line: int, place: int) -> None:
        super().__init__(reason)
        self.reason, self.line, self.place = reason, line, place


@dataclass(frozen=True, slots=True)
class Part:
    """An expression within a line, and where in the line its text begins."""

    tree: Tree
    place: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is run.

    Args:
        kind: what it does: give a value, decide, loop while something holds, or count.
        number: of the line in the text, from 1.
        parts: its expressions: one value, two sides of a comparison, or the ends of a range.
        name: what gets the value, or counts; "" for a value alone.
        sign: of a comparison.
        body, otherwise: the lines of its blocks.
    """

    kind: Literal["value", "if", "while", "for"]
    number: int
    parts: tuple[Part, ...]
    name: str = ""
    sign: str = ""
    body: tuple["Line", ...] = ()
    otherwise: tuple["Line", ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the text without its indent, comment and line break."""

    number: int
    indent: int
    text: str


def read_lines(text: str) -> tuple[Line, ...]:
    """The lines of a program, blocks within those that they belong to.

    Raises:
        LineError: for what is no line of the language.
    """
    rows = []
    for number, raw in enumerate(text.split("\n"), start=1):
        if number > MOST_LINES:
            raise LineError(f"more than {MOST_LINES} lines", number, 0)
        bare = raw.split("#", 1)[0].rstrip(" \t\r")
        words = bare.lstrip(" ")
        if words:
            rows.append(_Row(number, len(bare) - len(words), words))
    return _Blocks(rows).all()


class _Blocks:
    """Puts rows into blocks by their indent."""

    def __init__(self, rows: list[_Row]) -> None:
        self._rows, self._at = rows, 0

    def all(self) -> tuple[Line, ...]:
        """Every row, read."""
        return self._block(0, 0)

    def _block(self, indent: int, depth: int) -> tuple[Line, ...]:
        """The rows from here on that stand at one indent, with what is deeper inside them."""
        found = []
        while self._at < len(self._rows) and self._rows[self._at].indent >= indent:
            row = self._rows[self._at]
            if row.indent > indent:
                raise LineError("this line is indented without a reason", row.number, 0)
            self._at += 1
            found.append(self._line(row, depth))
        return tuple(found)

    def _line(self, row: _Row, depth: int) -> Line:
        if match := _FOR.fullmatch(row.text):
            ends = match["rest"].split(",")
            if len(ends) > 2:
                raise LineError("range takes a stop, or a start and a stop", row.number, row.indent)
            starts = [match.start("rest") + sum(len(end) + 1 for end in ends[:at]) for at in range(len(ends))]
            parts = tuple(_part(row, end, start) for end, start in zip(ends, starts, strict=True))
            return Line("for", row.number, parts, _named(row, match["name"]), body=self._below(row, depth))
        if match := _BRANCH.fullmatch(row.text):
            signs = list(_COMPARISON.finditer(match["rest"]))
            if len(signs) != 1:
                raise LineError("a condition compares two values by one of < <= > >= == !=", row.number, row.indent)
            sign, start = signs[0], match.start("rest")
            left = _part(row, match["rest"][: sign.start()], start)
            right = _part(row, match["rest"][sign.end() :], start + sign.end())
            kind: Literal["if", "while"] = "if" if match["kind"] == "if" else "while"
            body = self._below(row, depth)
            otherwise = self._else(row, depth) if kind == "if" else ()
            return Line(kind, row.number, (left, right), sign=sign[0], body=body, otherwise=otherwise)
        return _plain(row)

    def _below(self, row: _Row, depth: int) -> tuple[Line, ...]:
        if depth == DEEPEST_BLOCK:
            raise LineError(f"more than {DEEPEST_BLOCK} blocks within each other", row.number, row.indent)
        if self._at == len(self._rows) or self._rows[self._at].indent <= row.indent:
            raise LineError("an indented line must follow", row.number, row.indent + len(row.text) - 1)
        return self._block(self._rows[self._at].indent, depth + 1)

    def _else(self, row: _Row, depth: int) -> tuple[Line, ...]:
        follows = self._rows[self._at] if self._at < len(self._rows) else None
        if follows is None or follows.indent != row.indent or not _ELSE.fullmatch(follows.text):
            return ()
        self._at += 1
        return self._below(follows, depth)


def _plain(row: _Row) -> Line:
    """A line that gives a value."""
    if match := _ASSIGNMENT.fullmatch(row.text):
        part, name = _part(row, match["rest"], match.start("rest")), _named(row, match["name"])
        if match["sign"]:
            sign, start = match["sign"], row.indent
            own = Name(name, start - part.place)
            part = Part(Joined(sign, own, part.tree, start + match.start("sign") - part.place), part.place)
        return Line("value", row.number, (part,), name)
    if match := _PRINT.fullmatch(row.text):
        return Line("value", row.number, (_part(row, match["rest"], match.start("rest")),))
    return Line("value", row.number, (_part(row, row.text, 0),))


def _part(row: _Row, text: str, start: int) -> Part:
    place = row.indent + start
    try:
        return Part(parse(text), place)
    except ExpressionError as fault:
        raise LineError(fault.reason, row.number, place + fault.place) from None


def _named(row: _Row, name: str) -> str:
    if name in KEYWORDS:
        raise LineError(f"{name!r} is a word of the language and cannot be a name", row.number, row.indent)
    return name
