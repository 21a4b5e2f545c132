"""The one budget of what a process keeps in memory: models, results that visitors share, job results read from disk.

What is recorded with the code and read once is small and stays; everything that grows with what visitors ask for lies
in a room of the budget and goes out least recently used first, whichever room it lies in.
"""

import ctypes
import gc
import os
import threading
import time
import weakref
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")

DEFAULT_MB = 1100
HEAVY = 200_000_000
"""Bytes from which one computation runs at a time."""
WAIT = 1e-3
"""Seconds between two looks whether another thread's collection of garbage is over."""


@dataclass(slots=True)
class _Entry:
    """One value that is kept, its bytes, and whether it may be in use for long, as a model is."""

    value: Any
    size: float
    lasting: bool


class Budget:
    """Keeps values while there is room for all of them together.

    Args:
        limit: bytes for everything that is kept or reserved.

    Invariant: after each call the kept and the reserved bytes are at most `limit`, or only what is in use is left.
    """

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self._entries: OrderedDict[tuple[int, object], _Entry] = OrderedDict()
        # Bytes by room, so that nobody has to add up all entries.
        self._held: defaultdict[int, float] = defaultdict(float)
        self._pinned: Counter[tuple[int, object]] = Counter()
        self._reserved = 0.0
        self._rooms = 0
        self._lock = threading.RLock()
        self._heavy = threading.RLock()

    @property
    def held(self) -> float:
        """Bytes of all values that are kept."""
        with self._lock:
            return sum(self._held.values())

    def room(
        self, *, size: Callable[[Value], float], most: float | None = None, lasting: bool = False
    ) -> "Room[Value]":
        """A mapping whose values count against this budget.

        Args:
            size: the bytes of one value.
            most: bytes for the values of this room; None for as much as the budget has.
            lasting: a value that somebody else still refers to never goes out: a second copy would cost more.
        """
        with self._lock:
            self._rooms += 1
            return Room(self, self._rooms, size, self.limit if most is None else min(most, self.limit), lasting)

    @contextmanager
    def reserved(self, size: float) -> Iterator[None]:
        """Makes room for a computation before it begins; what needs more than HEAVY bytes runs one at a time.

        Args:
            size: bytes that the computation needs at its peak, its result included.
        """
        with self.alone(size), self._counted(size):
            yield

    @contextmanager
    def alone(self, size: float) -> Iterator[None]:
        """Lets a computation that needs more than HEAVY bytes run alone; nothing goes out for it.

        For one whose input lies in the budget: room made for it would put out that input, which is in use.
        """
        if size > HEAVY:
            with self._heavy:
                yield
        else:
            yield

    @contextmanager
    def _counted(self, size: float) -> Iterator[None]:
        with self._lock:
            self._reserved += size
            self._shrink()
        try:
            yield
        finally:
            with self._lock:
                self._reserved -= size

    def get(self, room: int, key: object) -> Any:
        """The value of a key, which is now the most recently used.

        Raises:
            KeyError: when it is not kept.
        """
        with self._lock:
            entry = self._entries[room, key]
            self._entries.move_to_end((room, key))
            return entry.value

    def put(self, room: int, key: object, entry: _Entry, most: float) -> None:
        """Keeps a value, and lets go of others until all fit.

        Raises:
            ValueError: when it is larger than its room, and not lasting: a model that is needed is kept all the same.
        """
        if entry.size > most and not entry.lasting:
            raise ValueError(f"a value of {entry.size:.0f} bytes is larger than its room of {most:.0f}")
        with self._lock:
            if (room, key) in self._entries:
                self._remove((room, key))
            self._entries[room, key] = entry
            self._held[room] += entry.size
            over = self._held[room] - most
            for oldest in [key for key in self._entries if key[0] == room] if over > 0 else []:
                if over <= 0:
                    break
                over -= self._let_go(oldest)
            self._shrink()

    def drop(self, room: int, key: object) -> None:
        """Lets go of a value, in use or not.

        Raises:
            KeyError: when it is not kept.
        """
        with self._lock:
            self._remove((room, key))

    def pin(self, room: int, key: object) -> None:
        """Keeps a value in until it is unpinned as often: it would be alive all the same, and counted no more."""
        with self._lock:
            self._pinned[room, key] += 1

    def unpin(self, room: int, key: object) -> None:
        """Takes one pin away."""
        with self._lock:
            self._pinned[room, key] -= 1
            if self._pinned[room, key] <= 0:
                del self._pinned[room, key]

    def keys(self, room: int) -> list[object]:
        """The keys of one room, least recently used first."""
        with self._lock:
            return [key for owner, key in self._entries if owner == room]

    def _shrink(self) -> None:
        over = self.held + self._reserved - self.limit
        for key in list(self._entries) if over > 0 else []:
            if over <= 0:
                return
            over -= self._let_go(key)

    def _let_go(self, key: tuple[int, object]) -> float:
        """Lets a value go unless it is in use; returns the bytes that became free."""
        entry = self._entries[key]
        if key in self._pinned or (entry.lasting and _in_use(entry)):
            return 0.0
        self._remove(key)
        if entry.lasting:
            gc.collect()  # a model's parts may refer to each other
        return entry.size

    def _remove(self, key: tuple[int, object]) -> None:
        self._held[key[0]] -= self._entries.pop(key).size


class Room(MutableMapping[Any, Value], Generic[Value]):
    """A part of a budget, as the mapping that cachetools asks for. Made by `Budget.room`."""

    def __init__(self, budget: Budget, number: int, size: Callable[[Value], float], most: float, lasting: bool) -> None:
        self._budget = budget
        self._number = number
        self._size = size
        self._most = most
        self._lasting = lasting

    def __getitem__(self, key: object) -> Value:
        value: Value = self._budget.get(self._number, key)
        return value

    def __setitem__(self, key: object, value: Value) -> None:
        self._budget.put(self._number, key, _Entry(value, self._size(value), self._lasting), self._most)

    def __delitem__(self, key: object) -> None:
        self._budget.drop(self._number, key)

    def pin(self, key: object) -> Callable[[], None]:
        """Keeps the value of a key in; returns what lets it go again."""
        self._budget.pin(self._number, key)
        return lambda: self._budget.unpin(self._number, key)

    def __iter__(self) -> Iterator[object]:
        return iter(self._budget.keys(self._number))

    def __len__(self) -> int:
        return len(self._budget.keys(self._number))


def _in_use(entry: _Entry) -> bool:
    """Whether anybody but the budget refers to a value."""
    try:
        watch = weakref.ref(entry.value)
    except TypeError:  # numbers and texts, which nobody can watch
        return False
    entry.value = None
    entry.value = watch()
    return entry.value is not None


def keep_modules(*, collected: bool = True) -> None:
    """Lets Python's collector leave alone what is there now: modules stay for the life of the process.

    With torch and transformers half a million objects are walked by each full collection, for a third of a second in
    which nobody is served. Called when much has been imported and before models are built: what is alive now and
    becomes a cycle of garbage later is not found any more, until the next call.

    Args:
        collected: looks for garbage among it first, in which time nobody is served. A server that has just started has
            little of it, and its first visitor waits.
    """
    global _freezes
    with _FREEZING:
        if collected:
            gc.unfreeze()
            _collect_now()
        gc.freeze()
        _freezes += 1


def _collect_now() -> None:
    """A full collection of this thread's own: Python does none, and says nothing, while another thread is at one.

    That one may have passed by what has become garbage since, and may have let others run between two finalizers.
    """
    me, done = threading.get_ident(), False

    def note(phase: str, info: dict[str, int]) -> None:
        nonlocal done
        done |= phase == "stop" and info["generation"] == 2 and threading.get_ident() == me

    gc.callbacks.append(note)
    try:
        gc.collect()
        while not done:
            time.sleep(WAIT)
            gc.collect()
    finally:
        gc.callbacks.remove(note)


def give_back() -> None:
    """Collects garbage, and returns to the system what the C library keeps of freed memory, where it is glibc.

    A trace of 512 tokens makes many arrays of some megabytes between others that stay: half a gigabyte was left unused
    after six of them.
    """
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def held_bytes(name: str) -> int:
    """Bytes of this process as the system counts them, by the name of a line of its status, which is in kB.

    Args:
        name: "RssAnon" for what the process asked for and has touched, "VmRSS" with the files that it reads, "VmHWM"
            for the most of those so far.

    Raises:
        OSError: where the system keeps no such status; Linux alone does.
        StopIteration: for a line that it does not have.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * int(next(line.split()[1] for line in lines if line.startswith(f"{name}:")))


def freezes() -> int:
    """How often the collector has been told so."""
    return _freezes


def limit_from_environment() -> float:
    """The bytes that `EXPLORER_MEMORY_MB` allows, in units of 1e6 bytes; 1100 where it is not set.

    Raises:
        ValueError: when it is no whole number of at least 1.
    """
    text = os.environ.get("EXPLORER_MEMORY_MB", "").strip() or str(DEFAULT_MB)
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"EXPLORER_MEMORY_MB is {text!r}; it must be a whole number of at least 1")
    return int(text) * 1e6


_freezes = 0
_FREEZING = threading.RLock()

BUDGET = Budget(limit_from_environment())
"""The budget of this process."""
