"""The votes of a room as a table."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from core.lessons import Between, Lesson, OneOf, place_in
from core.rooms.room import Ballot

COLUMNS = ("step", "page", "title", "question", "round", "voter", "answer", "time")


def votes_as_csv(lesson: Lesson, ballots: Sequence[Ballot]) -> str:
    """One row a vote. A voter is a number in this table and nothing beyond it, so that a change can be followed.

    A text that a spreadsheet would take for a formula is quoted; a number is none, whatever its sign.
    """
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    rows.writerows(_rows(lesson, ballots))
    return out.getvalue()


def _rows(lesson: Lesson, ballots: Sequence[Ballot]) -> Iterator[list[str]]:
    numbers: dict[str, int] = {}
    for one in ballots:
        step = lesson.steps[one.step]
        answer = one.answer
        if isinstance(step.guess, OneOf | Between):
            answer = step.guess.options[place_in(step.guess, answer)]
        given = datetime.fromtimestamp(one.at, UTC).isoformat(timespec="seconds")
        voter = numbers.setdefault(one.voter, len(numbers) + 1)
        texts = (step.view.page, step.title, step.question or "")
        yield [
            str(one.step + 1), *map(_plain, texts), str(one.round), str(voter), _plain(answer), given,
        ]  # fmt: skip


def _plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    if text[:1] not in ("=", "+", "-", "@", "\t", "\r"):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text
