"""Which room a visitor is in, and as what: kept in the session, while the room itself is in the database."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from secrets import token_hex
from typing import TYPE_CHECKING

import streamlit as st

from components.lessons.parameters import course_parameters
from core.lessons import Lesson, from_json, hold_answer
from core.rooms import (
    NoRoomError,
    NotTheLeaderError,
    Room,
    RoomEndedError,
    RoomError,
    RoomsUnreachableError,
    Seen,
    VotingClosedError,
    Watch,
    rooms,
)

if TYPE_CHECKING:
    from core.rooms import Rooms

ROOM = "room"
"""The parameter of the address by which a student comes in, and at which who follows stays."""

PREFIX = "room-"
"""A room's lesson in an address: its letters stand behind this."""

HERE = "_room"
"""Where the session keeps the room that the visitor is in."""

WATCH = Watch(rooms)
"""What this process sees of the rooms."""


@dataclass(eq=False, slots=True)
class Attending:
    """A visitor in a room.

    Args:
        code: the room's letters.
        seen: the room as this run knows it.
        key: that of the room, for who leads it.
        voter: what the browser calls itself; nothing before it has said so.
        follows: the screen goes where the room is. Who looks around comes back by a button.
        called: the screen is to go to the room, from whatever page.
        own: (step, round) -> what this visitor has answered here, and when, as the room's votes tell it.
        refused: step and round of the last vote that did not count, and why.
        pending: the room as its lecturer has led it while the database did not answer.
        entered: tells this coming in from others, for the browser that says who it is.
        came_back: the browser has just told, after a reload, of the key or of an earlier vote.
        axes: step -> by which axes its question was counted, for the table of votes.
    """

    code: str
    seen: Seen
    key: str = ""
    voter: str = ""
    follows: bool = True
    called: bool = True
    own: dict[tuple[int, int], tuple[str, float]] = field(default_factory=dict)
    refused: tuple[int, int, str] | None = None
    pending: Room | None = None
    entered: str = field(default_factory=lambda: token_hex(8))
    came_back: bool = False
    axes: dict[int, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the room's lesson in an address."""
        return f"{PREFIX}{self.code}"

    @property
    def leads(self) -> bool:
        """Whether this visitor has the key."""
        return bool(self.key)

    @property
    def room(self) -> Room:
        """The room as it is to be shown here."""
        room = self.pending or self.seen.room
        assert room is not None
        return room

    @property
    def ended(self) -> bool:
        """Whether the room is over."""
        return self.room.ended(rooms().now())

    @property
    def lesson(self) -> Lesson:
        """The lesson that the room plays."""
        return lesson_of(self.code, self.room.opened)

    def look(self) -> None:
        """Sees how the room is now; one that is gone looks as if it had just ended."""
        try:
            self.seen = WATCH.see(self.code)
        except NoRoomError:
            self.seen = replace(self.seen, room=replace(self.room, ends=0.0), lost=False)
        except RoomsUnreachableError:
            self.seen = replace(self.seen, lost=True)
        if self.pending is not None and not self.seen.lost:
            self._catch_up(self.pending)

    def _catch_up(self, led: Room) -> None:
        """Leads the room to where its lecturer has gone without it."""

        def change(kept: "Rooms") -> Room:
            room = kept.step(self.code, self.key, led.step)
            if led.round > room.round:
                room = kept.ask_again(self.code, self.key, led.step)
            if led.uncovered and not room.uncovered:
                room = kept.uncover(self.code, self.key, led.step)
            elif led.shown != room.shown and not room.uncovered:
                room = kept.show(self.code, self.key, led.step, shown=led.shown)
            return kept.end(self.code, self.key) if led.ends < room.ends else room

        self._lead(change, led)

    def _lead(self, change: "Callable[[Rooms], Room]", otherwise: Room) -> None:
        """Changes the room; where its database does not answer this screen goes on alone."""
        try:
            room = change(rooms())
        except RoomsUnreachableError:
            self.pending = otherwise
            return
        except NotTheLeaderError:
            self.key, self.pending = "", None
            return
        except (RoomEndedError, NoRoomError):
            self.pending = replace(otherwise, ends=min(otherwise.ends, rooms().now()))
            return
        except VotingClosedError:
            self.pending = None
            return
        self.pending = None
        WATCH.put(room)
        ballots = self.seen.ballots if self.seen.room and self.seen.room.step == room.step else ()
        self.seen = replace(self.seen, room=room, ballots=ballots, lost=False)

    def step(self, place: int) -> None:
        """Leads the room to a step. A callback, as are the next four."""
        if self.leads and 0 <= place < self.room.steps:
            there = replace(self.room, step=place, round=1, uncovered=False, shown=False, axes="")
            self._lead(lambda kept: kept.step(self.code, self.key, place), there)

    def uncover(self) -> None:
        """Ends the voting and shows the figure."""
        if self.leads:
            place = self.room.step
            there = replace(self.room, uncovered=True, shown=True)
            self._lead(lambda kept: kept.uncover(self.code, self.key, place), there)
            if self.pending is None and not self.seen.lost:
                self._read_again()

    def _read_again(self) -> None:
        """Reads what was voted until the voting ended: it may be more than was seen last."""
        with suppress(RoomError):
            room, ballots = rooms().look(self.code)
            WATCH.put(room, ballots)
            self.seen = WATCH.see(self.code)

    def ask_again(self) -> None:
        """Asks the question once more."""
        if self.leads:
            place = self.room.step
            there = replace(self.room, round=self.room.round + 1, shown=False)
            self._lead(lambda kept: kept.ask_again(self.code, self.key, place), there)

    def show(self, *, shown: bool) -> None:
        """Puts the votes in everybody's sight, or out of it."""
        if self.leads:
            place = self.room.step
            there = replace(self.room, shown=shown)
            self._lead(lambda kept: kept.show(self.code, self.key, place, shown=shown), there)

    def end(self) -> None:
        """Ends the room."""
        if self.leads:
            there = replace(self.room, ends=rooms().now())
            self._lead(lambda kept: kept.end(self.code, self.key), there)

    def place(self, axes: str) -> None:
        """Tells the room by which axes its present question is counted."""
        self.axes[self.room.step] = axes
        if self.leads and axes != self.room.axes:
            place = self.room.step
            there = replace(self.room, axes=axes)
            self._lead(lambda kept: kept.place(self.code, self.key, place, axes), there)

    def vote(self, answer: str, step: int, round: int) -> None:
        """Gives a vote, or changes it; why it did not count stands in `refused`.

        Args:
            answer: to the question that the visitor has seen.
            step, round: of that question; where the room has moved on the vote is refused.
        """
        self.refused, begun = None, rooms().now()
        words = self._given(answer, step, round)
        if words:
            self.refused = step, round, f"Your vote was not counted: {words}."
            return
        self.own[step, round] = answer, begun
        WATCH.hurry()

    def _given(self, answer: str, step: int, round: int) -> str:
        """Sends a vote to the room; returns why it did not count."""
        guess = self.lesson.steps[step].guess
        if (step, round) != (self.room.step, self.room.round):
            return "the class has moved on"
        if not self.voter:
            return "your browser has not said yet who votes. Vote again in a moment"
        try:
            if guess is not None:
                hold_answer(guess, answer)
            rooms().vote(self.code, step, round, self.voter, answer)
        except RoomsUnreachableError:
            return "the room does not answer just now. Vote again in a moment"
        except RoomEndedError:
            return "the room has ended"
        except VotingClosedError:
            return "the question is closed"
        except ValueError as error:
            return f"{error}"
        return ""

    def refusal(self, step: int, round: int) -> str:
        """Why the last vote for a question did not count; nothing where it did, or was for another question."""
        return self.refused[2] if self.refused is not None and self.refused[:2] == (step, round) else ""

    def known(self, voter: str, key: str) -> None:
        """Takes over what the browser calls itself, and the key that it has kept, if it is that of the room."""
        if not self.voter and voter.isascii() and voter.isalnum():
            self.voter = voter
            self.came_back = bool(self.answers())
        with suppress(RoomError):
            if key and not self.leads and rooms().leads(self.code, key):
                self.key, self.came_back = key, True

    def answer(self, step: int, round: int) -> str:
        """What this visitor has answered at a step in a round; nothing where it is empty."""
        place = (step, round)
        if self.voter and self.seen.room is not None:
            if self.seen.room.step == step:
                return self._counted(place)
            if place not in self.own:
                with suppress(RoomError):
                    self.own[place] = rooms().answer_of(self.code, *place, self.voter), 0.0
        return self.own.get(place, ("", 0.0))[0]

    def _counted(self, place: tuple[int, int]) -> str:
        """The answer at the room's step: another tab of this browser may have changed it, and one vote counts."""
        mine = [one for one in self.seen.ballots if (one.round, one.voter) == (place[1], self.voter)]
        answer, begun = self.own.get(place, ("", 0.0))
        return mine[0].answer if mine and mine[0].at >= begun else answer

    def answers(self) -> str:
        """The last answer at the present step, of whichever round."""
        rounds = range(self.room.round, 0, -1)
        return next((given for given in (self.answer(self.room.step, one) for one in rounds) if given), "")


@lru_cache(maxsize=32)
def lesson_of(code: str, opened: float) -> Lesson:
    """The lesson of a room, read once a process; the same letters, opened at another time, are another room."""
    del opened
    return from_json(rooms().lesson(code), course_parameters())


def present() -> Attending | None:
    """The room that this session is in."""
    here: Attending | None = st.session_state.get(HERE)
    return here
