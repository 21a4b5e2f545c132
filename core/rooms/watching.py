"""News of rooms for many waiting screens: one thread of the process reads the database, everybody else waits for it."""

import asyncio
import hmac
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.rooms.errors import NoRoomError, RoomsUnreachableError
from core.rooms.room import Ballot, Room

if TYPE_CHECKING:
    import core.rooms.keeping

EVERY = 0.5
"""Seconds between two looks into the database."""

FORGOTTEN = 30.0
"""Seconds after which a room that nobody asks about is not looked at any more."""

CLEARED = 3600.0
"""Seconds between two times at which rooms of long ago are forgotten, while any is looked after."""

FRESH = 2.0
"""Seconds for which what was seen is good enough for a run of a page."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A room as it was seen last.

    Args:
        room: None where it is gone.
        ballots: the votes for the question of its present step.
        serial: greater after each change.
        lost: the database does not answer; the rest is what was known before.
    """

    room: Room | None
    ballots: tuple[Ballot, ...] = ()
    serial: int = 0
    lost: bool = False


@dataclass(eq=False, slots=True)
class _Watched:
    seen: Seen
    looked: float
    asked: float
    waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = field(default_factory=set)


class Watch:
    """What this process knows of the rooms that its visitors are in.

    Args:
        rooms: called for the rooms at the first look.
        every: seconds between two looks.
        clock: seconds.
    """

    def __init__(
        self,
        rooms: "Callable[[], core.rooms.keeping.Rooms]",
        every: float = EVERY,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rooms, self._every, self._clock = rooms, every, clock
        self._lock = threading.Lock()
        self._watched: dict[str, _Watched] = {}
        self._thread: threading.Thread | None = None
        self._hurry = threading.Event()
        self._cleared = -CLEARED

    def see(self, code: str) -> Seen:
        """The room as it was a moment ago, or else as it is now; from here on the thread looks after it.

        Raises:
            NoRoomError: there is none.
            RoomsUnreachableError: the database does not answer, and the room is not known here.
        """
        before = self.glance(code)
        if before is None:
            with self._lock:
                known = self._watched.get(code)
            try:
                before = self._put(code, *self._rooms().look(code))
            except RoomsUnreachableError:
                if known is None:
                    raise
                before = self._put(code, known.seen.room, known.seen.ballots, lost=True)
        if before.room is None:
            raise NoRoomError(f"there is no room {code}")
        return before

    def glance(self, code: str) -> Seen | None:
        """The same without a look into the database; None where that is needed."""
        now = self._clock()
        with self._lock:
            known = self._watched.get(code)
            if known is None:
                return None
            known.asked = max(known.asked, now)
            return known.seen if now - known.looked <= FRESH or known.seen.lost else None

    def admits(self, code: str, ticket: str) -> bool:
        """Whether this is the ticket of a room of these letters, as far as this process has seen lately."""
        with self._lock:
            known = self._watched.get(code)
        if known is None or known.seen.room is None:
            return False
        return hmac.compare_digest(known.seen.room.ticket.encode(), ticket.encode())

    def put(self, room: Room, ballots: tuple[Ballot, ...] | None = None) -> None:
        """Takes over a room as this process has just changed it, so that its visitors hear of it at once.

        Args:
            room: as it is now.
            ballots: the votes, where they were read with it; otherwise those that were seen last.
        """
        if ballots is None:
            with self._lock:
                known = self._watched.get(room.code)
                ballots = known.seen.ballots if known and known.seen.room and known.seen.room.step == room.step else ()
        self._put(room.code, room, ballots)
        self._hurry.set()

    def hurry(self) -> None:
        """Lets the thread look at once, after a vote."""
        self._hurry.set()

    async def changed(self, code: str, serial: int, seconds: float) -> None:
        """Waits until a room that is watched has another serial, at most so many seconds."""
        mine = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            known = self._watched.get(code)
            if known is None or known.seen.serial != serial:
                return
            known.asked = self._clock() + seconds
            known.waiting.add(mine)
        try:
            await asyncio.wait_for(mine[1].wait(), seconds)
        except TimeoutError:
            pass
        finally:
            with self._lock:
                known.waiting.discard(mine)

    def _put(self, code: str, room: Room | None, ballots: tuple[Ballot, ...] = (), *, lost: bool = False) -> Seen:
        """Keeps what was seen and wakes those who wait, if it is new; an older version than the known one is not."""
        now = self._clock()
        with self._lock:
            known = self._watched.get(code)
            if known is None:
                known = self._watched[code] = _Watched(Seen(room, ballots, 1, lost), now, now)
                self._begin()
                return known.seen
            before = known.seen
            if room is not None and before.room is not None and room.version < before.room.version:
                return before
            known.looked = now
            if (room, ballots, lost) != (before.room, before.ballots, before.lost):
                known.seen = Seen(room, ballots, before.serial + 1, lost)
                for loop, event in known.waiting:
                    loop.call_soon_threadsafe(event.set)
            return known.seen

    def _begin(self) -> None:
        """Starts the thread; called with the lock."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._look, name="rooms", daemon=True)
            self._thread.start()

    def _look(self) -> None:
        while True:
            self._hurry.wait(self._every)
            self._hurry.clear()
            with self._lock:
                now = self._clock()
                for code in [code for code, one in self._watched.items() if now - one.asked > FORGOTTEN]:
                    del self._watched[code]
                if not self._watched:
                    self._thread = None
                    return
                known = {code: one.seen for code, one in self._watched.items()}
            self._clear(now)
            for code, seen in known.items():
                self._look_at(code, seen)

    def _clear(self, now: float) -> None:
        if now - self._cleared < CLEARED:
            return
        self._cleared = now
        with suppress(Exception):
            self._rooms().clear()

    def _look_at(self, code: str, before: Seen) -> None:
        try:
            self._put(code, *self._rooms().look(code))
        except NoRoomError:
            self._put(code, None)
        except Exception:
            # Whatever it is, the thread goes on: without it no screen would hear of its room again.
            self._put(code, before.room, before.ballots, lost=True)
