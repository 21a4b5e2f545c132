"""Whose turn it is: runs of the script one after another, because together they are slower than in a row."""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock

LONG = 0.3
"""Seconds after which a run counts as long, and the next one starts beside it."""


class Turns:
    """Lets runs start one after another, first come first served; behind a long one nobody waits longer than `long`.

    Each message that a run sends lets another thread take the interpreter's lock, and the run waits for it again. With
    40 visitors at work a move took 2.0 s in the middle (median) when all ran together, 0.2 s when they ran in a row.
    """

    def __init__(self, long: float = LONG) -> None:
        self._long = long
        self._lock = Lock()
        self._waiting: deque[Event] = deque()
        self._running = 0
        self._started = 0.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Waits for a turn and holds it."""
        self._wait()
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1
                self._call_next()

    def _wait(self) -> None:
        called = Event()
        with self._lock:
            self._waiting.append(called)
        while not self._begun(called):
            called.wait(self._long / 2)

    def _begun(self, called: Event) -> bool:
        """Starts the run whose event this is, if it is first in line and nobody is at work or only somebody slow."""
        with self._lock:
            now = time.monotonic()
            if self._waiting[0] is not called or (self._running and now < self._started + self._long):
                called.clear()
                return False
            self._waiting.popleft()
            self._running += 1
            self._started = now
            self._call_next()
            return True

    def _call_next(self) -> None:
        if self._waiting:
            self._waiting[0].set()


TURNS = Turns()
"""The turns of this process."""
