"""What a screen in a room is told: the present step, how far its question is, and the votes that it may see."""

import json
from functools import lru_cache
from typing import Any
from zlib import crc32

from core.lessons import Curve, Guess, Lesson, Point
from core.rooms import Ballot, Room, Seen, Tally, axes_from_json, ends_of, rooms, shift, tally

MANY = 64
"""Rooms and kinds of screens whose news are kept as they were written last."""

_WRITTEN: dict[tuple[str, bool, bool], tuple[Seen, bytes, str]] = {}


def told(seen: Seen, lesson: Lesson, *, leads: bool) -> dict[str, Any]:
    """The news of a room.

    Args:
        seen: the room as it is.
        lesson: that of the room.
        leads: the screen is the lecturer's, which counts the votes while they come; others see what is shown.
    """
    room = seen.room
    assert room is not None
    plain: dict[str, Any] = {
        "version": room.version, "step": room.step, "round": room.round, "uncovered": room.uncovered,
        "shown": room.shown, "ended": room.ended(rooms().now()), "lost": seen.lost,
    }  # fmt: skip
    if leads or room.shown:
        plain |= {"tally": votes_told(room, seen.ballots, lesson)}
    return plain | {"seen": f"{crc32(json.dumps(plain).encode()):08x}"}


def written(seen: Seen, lesson: Lesson, *, leads: bool) -> tuple[bytes, str]:
    """The news as JSON, and what names them; made once for all screens that wait. Called by the server's loop alone."""
    room = seen.room
    assert room is not None
    place = (room.code, leads, room.ended(rooms().now()))
    known = _WRITTEN.get(place)
    if known is None or known[0] is not seen:
        news = told(seen, lesson, leads=leads)
        _WRITTEN.pop(place, None)
        known = _WRITTEN[place] = seen, json.dumps(news).encode(), news["seen"]
        while len(_WRITTEN) > MANY:
            del _WRITTEN[next(iter(_WRITTEN))]
    return known[1:]


def votes_told(room: Room, ballots: tuple[Ballot, ...], lesson: Lesson) -> dict[str, Any] | None:
    """The votes for the present question as the browser draws them; None for a question without a guess."""
    guess = lesson.steps[room.step].guess
    return _drawn(guess, room.round, room.axes, ballots) if guess is not None else None


@lru_cache(maxsize=64)
def _drawn(guess: Guess, rounds: int, axes: str, ballots: tuple[Ballot, ...]) -> dict[str, Any]:
    counted = counted_of(guess, rounds, axes, ballots)
    by_round = answers_by_round(rounds, ballots)
    moved = shift(by_round[0], by_round[1]) if rounds == 2 else None
    drawn_on = (axes_from_json(axes) or ()) if isinstance(guess, Curve) else ()
    return {
        "axes": [[axis.title, *ends_of(axis)] for axis in drawn_on],
        "labels": list(counted.labels),
        "counts": [list(one) for one in counted.counts],
        "lines": [[[[round(share, 3) for share in point] for point in line] for line in one] for one in counted.lines],
        "votes": list(counted.votes),
        "both": moved.both if moved else 0,
        "changed": moved.changed if moved else 0,
    }


def counted_of(guess: Guess, rounds: int, axes: str, ballots: tuple[Ballot, ...]) -> Tally:
    """The votes of all rounds so far."""
    upwards = isinstance(guess, Point) and not guess.reading.take.endswith("at")
    answers = [list(one.values()) for one in answers_by_round(rounds, ballots)]
    return tally(guess, answers, axes_from_json(axes), upwards=upwards)


def answers_by_round(rounds: int, ballots: tuple[Ballot, ...]) -> list[dict[str, str]]:
    """Voter -> answer, of each round."""
    return [{one.voter: one.answer for one in ballots if one.round == number} for number in range(1, rounds + 1)]
