"""Whose turn it is: runs of the script one after another, because together they are slower than in a row."""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock, get_ident

LONG = 0.3
"""Seconds after which a run counts as long, and others go on beside it as if it were not there."""

ASIDE = float("-inf")
"""When a run began that says itself that it takes long."""


class Turns:
    """Lets runs start one after another, first come first served; behind a long one nobody waits longer than `long`.

    Each message that a run sends lets another thread take the interpreter's lock, and the run waits for it again. With
    40 visitors at work a move took 2.0 s in the middle (median) when all ran together, 0.2 s when they ran in a row.
    """

    def __init__(self, long: float = LONG) -> None:
        self._long = long
        self._lock = Lock()
        self._waiting: deque[Event] = deque()
        self._begun: dict[int, float] = {}

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Waits for a turn and holds it."""
        self._wait()
        try:
            yield
        finally:
            with self._lock:
                del self._begun[get_ident()]
                self._call_next()

    def step_aside(self) -> None:
        """Says that the run of this thread takes long from here: the next one starts at once."""
        with self._lock:
            if get_ident() in self._begun:
                self._begun[get_ident()] = ASIDE
                self._call_next()

    def _wait(self) -> None:
        called = Event()
        with self._lock:
            self._waiting.append(called)
        while not self._begins(called):
            called.wait(self._long / 2)

    def _begins(self, called: Event) -> bool:
        """Starts the run whose event this is, if it is first in line and nobody is at work but who is slow."""
        with self._lock:
            now = time.monotonic()
            if self._waiting[0] is not called or any(now < begun + self._long for begun in self._begun.values()):
                called.clear()
                return False
            self._waiting.popleft()
            self._begun[get_ident()] = now
            self._call_next()
            return True

    def _call_next(self) -> None:
        if self._waiting:
            self._waiting[0].set()


TURNS = Turns()
"""The turns of this process."""
