"""How often somebody may be wrong: letters of a room are few, and must not be found by trying."""

import threading
import time
from collections import deque
from collections.abc import Callable

from core.rooms.errors import TooManyTriesError

KNOWN = 10_000
"""Visitors of which the last failures are remembered."""


class Guard:
    """Counts failures in the last minute, of each visitor and of all together.

    With 24^4 words and 120 tries a minute somebody finds one of three rooms after 15 hours on average; a room lasts 3.

    Args:
        each: failures of one visitor within a minute.
        together: failures of all visitors within a minute.
        clock: seconds.
    """

    def __init__(self, each: int = 20, together: int = 120, clock: Callable[[], float] = time.monotonic) -> None:
        self._each, self._together, self._clock = each, together, clock
        self._lock = threading.Lock()
        self._failed: dict[str, deque[float]] = {}
        self._all: deque[float] = deque()

    def hold(self, visitor: str) -> None:
        """Raises TooManyTriesError for one who was wrong too often, or where all together were."""
        with self._lock:
            mine = self._failed.get(visitor, deque())
            for times in (mine, self._all):
                self._forget(times)
            if len(mine) >= self._each or len(self._all) >= self._together:
                raise TooManyTriesError("too many letters were tried; wait a minute")

    def failed(self, visitor: str) -> None:
        """Counts a failure."""
        with self._lock:
            now = self._clock()
            self._all.append(now)
            mine = self._failed.pop(visitor, deque())
            mine.append(now)
            # The last that failed stands last: of too many the oldest is forgotten.
            self._failed[visitor] = mine
            while len(self._failed) > KNOWN:
                del self._failed[next(iter(self._failed))]

    def _forget(self, times: deque[float]) -> None:
        while times and times[0] <= self._clock() - 60:
            times.popleft()
