"""The rule that reads an answer out of what a model wrote."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from core.numbers import require
from core.reasoning.arithmetic import DIGITS, number_of

END = re.compile(r"\n[ \t\r\f\v]*\n|(?<![^\W\d_])Q:")
"""Where an answer ends: a blank line, or a question that the model asks itself."""

MARKER = re.compile(r"answer is(?![^\W\d_])", re.IGNORECASE)
"""What an answer stands behind; "isn't" is none."""

NUMBER = re.compile(rf"\$?(?:{DIGITS})")
"""A number without its sign."""

MINUS = ("-", "−")
"""Both signs that people write."""

DIVISOR = re.compile(rf"/({DIGITS})(?!/?[0-9])")
"""What makes a fraction of the number before it; in "11/26/2026" nothing does."""


Value = TypeVar("Value", Fraction, str)


@dataclass(frozen=True, slots=True)
class Found(Generic[Value]):
    """A number or a word in a text: its value and its place."""

    value: Value
    start: int
    end: int


def extract_answer(text: str) -> Fraction | None:
    """The number that counts as the answer of a text.

    The text ends at its first blank line or at "Q:"; blank lines in front do not count. The answer is the number after
    the first "answer is", else, or where none follows, the last number.

    Numbers are read as people write them: "1,250", "-5", "3/4", "$5.50" (11/2). What has the denominator 0 is no
    number. The rule misses numbers in words ("thirteen") and takes the first of several ("The answer is 6 + 7 = 13").

    Returns:
        The value as an exact fraction; None where the text holds no number.

    Raises:
        ValueError: for what is no text.

    Invariant: the answer depends on nothing behind the end of the text.
    Source: Kojima et al. 2022 (2205.11916), section 2.1 and appendix A.5: a trigger, and the first number after it.
    """
    found = find_answer(text)
    return None if found is None else found.value


def find_answer(text: str) -> Found[Fraction] | None:
    """The same with its place in the text; see `extract_answer`."""
    within = _until_its_end(text)
    marker = MARKER.search(within)
    if marker is not None:
        after = next(_numbers(within, marker.end()), None)
        if after is not None:
            return after
    return max(_numbers(within, 0), key=lambda found: found.start, default=None)


def numbers_in(text: str) -> tuple[Fraction, ...]:
    """Every number of a text up to its end, as `extract_answer` reads them."""
    return tuple(found.value for found in _numbers(_until_its_end(text), 0))


def find_word(text: str, offered: Sequence[str]) -> Found[str] | None:
    """The word that counts as the answer of a text, by the same rule: after the first "answer is", else the last.

    Args:
        text: it ends where it ends for `extract_answer`.
        offered: the words that may be the answer, each at least one sign; capitals do not matter.

    Returns:
        The word as it is offered, with its place; None where the text holds none of them as a whole word.

    Invariant: the answer depends on nothing behind the end of the text.
    """
    within = _until_its_end(text)
    named = {word.lower(): word for word in offered}
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, named))})\b", re.IGNORECASE)
    found = [Found(named[match.group().lower()], match.start(), match.end()) for match in pattern.finditer(within)]
    marker = MARKER.search(within)
    after = (one for one in found if marker is not None and one.start >= marker.end())
    return next(after, found[-1] if found else None)


def _until_its_end(text: str) -> str:
    require(isinstance(text, str), "text", text, "a text")
    start = len(text) - len(text.lstrip())
    end = END.search(text, start)
    return text[: end.start() if end else len(text)]


def _numbers(text: str, start: int) -> Iterator[Found[Fraction]]:
    """The numbers of a text from a place on."""
    while (match := NUMBER.search(text, start)) is not None:
        first, start = match.start(), match.end()
        if text[first - 1 : first].isalpha():
            continue
        divisor = DIVISOR.match(text, start) if text[first - 1 : first] != "/" else None
        value = number_of(match.group())
        if divisor is not None:
            start = divisor.end()
            if number_of(divisor[1]) == 0:
                continue
            value /= number_of(divisor[1])
        # Behind a digit or a letter the dash of "7-5" and "step-5" is no sign of a number.
        if text[first - 1 : first] in MINUS and not (text[first - 2 : first - 1] or " ").isalnum() and first:
            yield Found(-value, first - 1, start)
        else:
            yield Found(value, first, start)
