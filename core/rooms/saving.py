"""The votes of a room as a table."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from core.lessons import Between, Guess, Lesson, OneOf, Point, number_in, place_in, said
from core.rooms.room import Ballot
from core.rooms.tallying import axes_from_json

COLUMNS = ("step", "page", "title", "question", "round", "voter", "answer", "time")


def votes_as_csv(lesson: Lesson, ballots: Sequence[Ballot], axes: Mapping[int, str]) -> str:
    """One row a vote. A voter is a number in this table and nothing beyond it, so that a change can be followed.

    A text that a spreadsheet would take for a formula is quoted; a number is none, whatever its sign.

    Args:
        lesson: of the room.
        ballots: its votes.
        axes: step, from 0 -> the axes of its question as the room keeps them, where they are known: a vote on an axis
            of words is such a word.
    """
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    rows.writerows(_rows(lesson, ballots, axes))
    return out.getvalue()


def _rows(lesson: Lesson, ballots: Sequence[Ballot], axes: Mapping[int, str]) -> Iterator[list[str]]:
    numbers: dict[str, int] = {}
    for one in ballots:
        step = lesson.steps[one.step]
        answer = _in_words(step.guess, one.answer, axes.get(one.step, ""))
        given = datetime.fromtimestamp(one.at, UTC).isoformat(timespec="seconds")
        voter = numbers.setdefault(one.voter, len(numbers) + 1)
        texts = (step.view.page, step.title, step.question or "")
        yield [
            str(one.step + 1), *map(_plain, texts), str(one.round), str(voter), _plain(answer), given,
        ]  # fmt: skip


def _in_words(guess: Guess | None, answer: str, axes: str) -> str:
    """The option or the category that was chosen; of another question the answer as it is."""
    known = axes_from_json(axes)
    if isinstance(guess, OneOf | Between):
        return guess.options[place_in(guess, answer)]
    if isinstance(guess, Point) and guess.reading.take.endswith("at") and known and known[0].categories:
        return said(number_in(answer), known[0])
    return answer


def _plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    if text[:1] not in ("=", "+", "-", "@", "\t", "\r"):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text
