"""How often somebody may be wrong: letters of a room are few, and must not be found by trying."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.rooms.errors import NoRoomError, NotTheLeaderError, TooManyTriesError

KNOWN = 10_000
"""Visitors and addresses of which the last failures are remembered."""


class Guard:
    """Counts failures in the last minute: of each visitor, of each address, and of all together.

    A hall may stand behind one address, so that one who guesses holds up himself long before the others. With 24^4
    words and 400 tries a minute somebody finds one of three rooms after 4.6 hours on average; a room lasts 3.

    Args:
        each: failures of one visitor within a minute.
        address: failures of all visitors of one address.
        together: failures of all visitors.
        clock: seconds.
    """

    def __init__(
        self, each: int = 10, address: int = 200, together: int = 400, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits, self._together, self._clock = {"visitor": each, "address": address}, together, clock
        self._lock = threading.Lock()
        self._failed: dict[tuple[str, str], deque[float]] = {}
        self._all: deque[float] = deque()

    @contextmanager
    def attempt(self, address: str, visitor: str = "") -> Iterator[None]:
        """A look for a room, which counts as a failure unless what is inside finds one.

        Args:
            address: from which somebody asks.
            visitor: who asks, where that is known.

        Raises:
            TooManyTriesError: the visitor was wrong too often, or the address, or all together.
        """
        at = self._count(address, visitor)
        try:
            yield
        except (NoRoomError, NotTheLeaderError):
            raise
        except BaseException:
            self._refund(at, address, visitor)
            raise
        self._refund(at, address, visitor)

    def _count(self, address: str, visitor: str) -> float:
        """Counts a failure ahead, so that of many that ask at once no more get through."""
        with self._lock:
            now, names = self._clock(), _names(address, visitor)
            self._forget(self._all, now)
            for name in names:
                self._forget(self._failed.get(name, deque()), now)
            full = any(len(self._failed.get(name, ())) >= self._limits[name[0]] for name in names)
            if full or len(self._all) >= self._together:
                raise TooManyTriesError("too many letters were tried; wait a minute")
            self._all.append(now)
            for name in names:
                mine = self._failed.pop(name, deque())
                mine.append(now)
                # The last that failed stands last: of too many the oldest is forgotten.
                self._failed[name] = mine
            while len(self._failed) > KNOWN:
                del self._failed[next(iter(self._failed))]
            return now

    def _refund(self, at: float, address: str, visitor: str) -> None:
        with self._lock:
            for times in (self._all, *(self._failed.get(name, deque()) for name in _names(address, visitor))):
                if at in times:
                    times.remove(at)
            for name in _names(address, visitor):
                if not self._failed.get(name, True):
                    del self._failed[name]

    @staticmethod
    def _forget(times: deque[float], now: float) -> None:
        while times and times[0] <= now - 60:
            times.popleft()


def _names(address: str, visitor: str) -> list[tuple[str, str]]:
    """Under which names a failure is counted."""
    return [("address", address), *([("visitor", visitor)] if visitor else [])]
