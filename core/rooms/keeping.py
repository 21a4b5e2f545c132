"""The rooms in their database: opened and led by who has the key, read and voted in by everybody."""

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from core.rooms.errors import (
    NoRoomError,
    NotTheLeaderError,
    RoomEndedError,
    RoomsFullError,
    RoomsUnreachableError,
    VotingClosedError,
)
from core.rooms.letters import new_letters
from core.rooms.room import HOURS, MAX_VOTES, ROUNDS, Ballot, Room, hashed
from core.rooms.tables import METADATA, QUESTIONS, ROOMS, VOTES, WRITES, engine_at

MAX_ROOMS = 500
"""Rooms that run at once."""

KEPT = 24 * 3600.0
"""Seconds for which an ended room and its votes are kept."""

TRIES = 20
"""Letters that are drawn for a new room before it is refused."""

MAX_VOTER = 64
MAX_ANSWER = 1000
"""Characters of what a browser calls itself, and of an answer."""


class Rooms:
    """All rooms of one database. Every method raises RoomsUnreachableError where it does not answer.

    Args:
        place: of the database, as SQLAlchemy writes it.
        clock: seconds since 1970.
    """

    def __init__(self, place: str, clock: Callable[[], float] = time.time) -> None:
        self._reading = engine_at(place)
        self._writing = self._reading.execution_options(**{WRITES: True})
        self._clock = clock
        self._made = False

    def open(self, lesson: str, steps: int, *, step: int = 0) -> tuple[Room, str]:
        """A new room and its key, which is kept nowhere else.

        Args:
            lesson: as its file holds it.
            steps: of the lesson.
            step: the first that is shown.

        Raises:
            RoomsFullError: MAX_ROOMS run already.
        """
        key = secrets.token_urlsafe(18)
        now = self._clock()
        row = {
            "key_hash": hashed(key), "opened": now, "ends": now + HOURS * 3600, "lesson": lesson, "steps": steps,
            "step": step, "version": 1,
        }  # fmt: skip
        self.clear()
        self._hold_room()
        for _ in range(TRIES):
            code = new_letters()
            try:
                with self._write() as connection:
                    connection.execute(insert(ROOMS).values(code=code, **row))
            except IntegrityError:
                continue
            return Room(code, now, now + HOURS * 3600, steps, step, 1, key_hash=hashed(key)), key
        raise RoomsFullError("no letters are free for another room; try again")

    def clear(self) -> None:
        """Forgets rooms that ended long ago."""
        with self._write() as connection:
            old = select(ROOMS.c.code).where(ROOMS.c.ends < self._clock() - KEPT)
            for table, column in ((VOTES, VOTES.c.room), (QUESTIONS, QUESTIONS.c.room), (ROOMS, ROOMS.c.code)):
                connection.execute(delete(table).where(column.in_(old)))

    def _hold_room(self) -> None:
        """Raises RoomsFullError where too many rooms run."""
        with self._read() as connection:
            running = connection.scalar(select(func.count()).select_from(ROOMS).where(ROOMS.c.ends > self._clock()))
        if (running or 0) >= MAX_ROOMS:
            raise RoomsFullError("every room is taken just now; try again later")

    def read(self, code: str) -> Room:
        """The room of these letters as it is now; raises NoRoomError."""
        with self._read() as connection:
            return _room(connection, code)

    def look(self, code: str) -> tuple[Room, tuple[Ballot, ...]]:
        """The room and all votes for the question of its present step, in every round; raises NoRoomError."""
        with self._read() as connection:
            room = _room(connection, code)
            return room, _ballots(connection, VOTES.c.room == code, VOTES.c.step == room.step)

    def lesson(self, code: str) -> str:
        """The lesson of a room as its file holds it; raises NoRoomError."""
        with self._read() as connection:
            written = connection.scalar(select(ROOMS.c.lesson).where(ROOMS.c.code == code))
        if written is None:
            raise NoRoomError(f"there is no room {code}")
        return str(written)

    def leads(self, code: str, key: str) -> bool:
        """Whether this is the key of a room; raises NoRoomError."""
        with self._read() as connection:
            return _room(connection, code).led_by(key)

    def ballots(self, code: str, key: str) -> tuple[Ballot, ...]:
        """All votes of a room, for who has its key; raises NoRoomError, NotTheLeaderError."""
        with self._read() as connection:
            _hold_key(key, _room(connection, code))
            return _ballots(connection, VOTES.c.room == code)

    def vote(self, code: str, step: int, round: int, voter: str, answer: str) -> None:
        """Counts a vote; of two of a voter in one round the later one.

        Raises:
            NoRoomError, RoomEndedError: there is no such room, or it has ended.
            VotingClosedError: another question is asked now, or another round, or the figure is in sight.
            RoomsFullError: the question has MAX_VOTES votes, and none is this voter's.
            ValueError: a voter or an answer that is empty or too long.
        """
        if not 0 < len(voter) <= MAX_VOTER or not 0 < len(answer) <= MAX_ANSWER:
            raise ValueError(f"a vote takes 1 to {MAX_ANSWER} characters, its voter 1 to {MAX_VOTER}")
        with self._write() as connection:
            room = _room(connection, code, lock="share")
            self._hold_open(room)
            if (room.step, room.round) != (step, round) or room.uncovered:
                raise VotingClosedError("this question takes no more votes")
            place = {"room": code, "step": step, "round": round, "voter": voter}
            given = {"answer": answer, "at": self._clock()}
            if _count(connection, place) >= MAX_VOTES and not _voted(connection, place):
                raise RoomsFullError("this question has as many votes as it may have")
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            connection.execute(
                dialect.insert(VOTES)
                .values(**place, **given)
                .on_conflict_do_update(index_elements=["room", "step", "round", "voter"], set_=given)
            )

    def answer_of(self, code: str, step: int, round: int, voter: str) -> str:
        """What a voter has answered; nothing where it is empty."""
        with self._read() as connection:
            given = connection.scalar(select(VOTES.c.answer).where(_here(code, step, round), VOTES.c.voter == voter))
        return str(given or "")

    def step(self, code: str, key: str, step: int) -> Room:
        """Goes to a step of the lesson. This and what follows raise NoRoomError, NotTheLeaderError, RoomEndedError.

        Raises:
            ValueError: the lesson has no such step.
        """
        with self._lead(code, key) as (connection, room):
            if not 0 <= step < room.steps:
                raise ValueError(f"no step {step}; 0 to {room.steps - 1} are allowed")
            return _changed(connection, room, step=step)

    def uncover(self, code: str, key: str, step: int) -> Room:
        """Ends the voting on a step, which becomes the present one, and shows its figure and its votes."""
        with self._lead(code, key) as (connection, room):
            return _asked(connection, _changed(connection, room, step=step), uncovered=True, shown=True)

    def ask_again(self, code: str, key: str, step: int) -> Room:
        """Asks the question of a step once more, with votes out of sight.

        Raises:
            VotingClosedError: its figure is in sight, it was asked ROUNDS times, or another step is the present one.
        """
        with self._lead(code, key) as (connection, room):
            _hold_step(room, step)
            if room.uncovered or room.round >= ROUNDS:
                raise VotingClosedError(f"a question is asked {ROUNDS} times, before its figure is shown")
            return _asked(connection, _changed(connection, room), round=room.round + 1, shown=False)

    def show(self, code: str, key: str, step: int, *, shown: bool) -> Room:
        """Puts the votes for a step in everybody's sight, or out of it; raises VotingClosedError at another step."""
        with self._lead(code, key) as (connection, room):
            _hold_step(room, step)
            return _asked(connection, _changed(connection, room), shown=shown)

    def place(self, code: str, key: str, step: int, axes: str) -> Room:
        """Keeps the axes of the figure that a step asks about, for its votes; raises VotingClosedError at another."""
        with self._lead(code, key) as (connection, room):
            _hold_step(room, step)
            return _asked(connection, _changed(connection, room), axes=axes)

    def end(self, code: str, key: str) -> Room:
        """Ends the room; its votes can still be read for a day."""
        with self._lead(code, key) as (connection, room):
            return _changed(connection, room, ends=self._clock())

    def now(self) -> float:
        """Seconds since 1970, by the clock of the rooms."""
        return self._clock()

    def close(self) -> None:
        """Lets go of all connections."""
        self._reading.dispose()

    def _hold_open(self, room: Room) -> None:
        if room.ended(self._clock()):
            raise RoomEndedError(f"the room {room.code} has ended")

    @contextmanager
    def _lead(self, code: str, key: str) -> Iterator[tuple[Connection, Room]]:
        """The room for a change by who has its key; nobody votes meanwhile."""
        with self._write() as connection:
            room = _room(connection, code, lock="update")
            _hold_key(key, room)
            self._hold_open(room)
            yield connection, room

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with _reached():
            self._make()
            with self._reading.connect() as connection:
                yield connection

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with _reached():
            self._make()
            with self._writing.begin() as connection:
                yield connection

    def _make(self) -> None:
        """Makes the tables where they are missing; of several processes that begin together one does."""
        if not self._made:
            for last in (False, True):
                try:
                    METADATA.create_all(self._writing)
                except SQLAlchemyError:
                    if last:
                        raise
            self._made = True


@contextmanager
def _reached() -> Iterator[None]:
    """Turns what a database reports into RoomsUnreachableError; that a row is there already stays what it is."""
    try:
        yield
    except IntegrityError:
        raise
    except (SQLAlchemyError, OSError) as error:
        raise RoomsUnreachableError("the database of the rooms does not answer") from error


def _hold_key(key: str, room: Room) -> None:
    if not room.led_by(key):
        raise NotTheLeaderError(f"this is not the key of the room {room.code}")


def _hold_step(room: Room, step: int) -> None:
    """Raises VotingClosedError where the room is at another step: a second window has led it there."""
    if room.step != step:
        raise VotingClosedError(f"the room {room.code} is at another step")


def _here(code: str, step: int, round: int) -> Any:
    return and_(VOTES.c.room == code, VOTES.c.step == step, VOTES.c.round == round)


def _count(connection: Connection, place: Mapping[str, Any]) -> int:
    """The votes of the question and the round at `place`."""
    here = _here(place["room"], place["step"], place["round"])
    return int(connection.scalar(select(func.count()).select_from(VOTES).where(here)) or 0)


def _voted(connection: Connection, place: Mapping[str, Any]) -> bool:
    """Whether the voter at `place` has a vote for that question and round."""
    here = and_(_here(place["room"], place["step"], place["round"]), VOTES.c.voter == place["voter"])
    return connection.scalar(select(VOTES.c.voter).where(here)) is not None


def _room(connection: Connection, code: str, *, lock: str = "") -> Room:
    """A room; raises NoRoomError. A lock holds the row until the end: "share" against who leads."""
    asked = select(ROOMS).where(ROOMS.c.code == code)
    if lock:
        asked = asked.with_for_update(read=lock == "share")
    row = connection.execute(asked).one_or_none()
    if row is None:
        raise NoRoomError(f"there is no room {code}")
    room = Room(row.code, row.opened, row.ends, row.steps, row.step, row.version, key_hash=row.key_hash)
    return _with_question(connection, room)


def _with_question(connection: Connection, room: Room) -> Room:
    """The room with what became of the question of its step."""
    asked = select(QUESTIONS).where(QUESTIONS.c.room == room.code, QUESTIONS.c.step == room.step)
    row = connection.execute(asked).one_or_none()
    found = (row.round, row.uncovered, row.shown, row.axes) if row is not None else (1, False, False, "")
    return replace(room, **dict(zip(("round", "uncovered", "shown", "axes"), found, strict=True)))


def _changed(connection: Connection, room: Room, **values: Any) -> Room:
    """The room with other values in its row, and its version raised."""
    values["version"] = room.version + 1
    connection.execute(update(ROOMS).where(ROOMS.c.code == room.code).values(**values))
    return _room(connection, room.code)


def _asked(connection: Connection, room: Room, **values: Any) -> Room:
    """The room with other values of its present question."""
    now = {"round": room.round, "uncovered": room.uncovered, "shown": room.shown, "axes": room.axes, **values}
    place = and_(QUESTIONS.c.room == room.code, QUESTIONS.c.step == room.step)
    if not connection.execute(update(QUESTIONS).where(place).values(**now)).rowcount:
        connection.execute(insert(QUESTIONS).values(room=room.code, step=room.step, **now))
    return _with_question(connection, room)


def _ballots(connection: Connection, *where: Any) -> tuple[Ballot, ...]:
    """Votes in the order of their steps, rounds and voters."""
    columns = (VOTES.c.step, VOTES.c.round, VOTES.c.voter, VOTES.c.answer, VOTES.c.at)
    rows = connection.execute(select(*columns).where(*where).order_by(*columns[:3])).all()
    return tuple(Ballot(row.step, row.round, row.voter, row.answer, row.at) for row in rows)
