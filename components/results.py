"""Results that all visitors of the process share: each is computed once and kept while the budget has room."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import update_wrapper
from threading import BoundedSemaphore, Condition, local
from typing import Any, Generic, ParamSpec, TypeVar, cast

from cachetools import cached

from components.hands import HANDS
from components.turns import TURNS
from core.memory import BUDGET, Room

P = ParamSpec("P")
R = TypeVar("R")

PLACES = 2
"""Threads that compute at once. Script threads are unlimited; without this a class of thirty would thrash."""

_free, _free_for_slow = BoundedSemaphore(PLACES), BoundedSemaphore(1)
_mine = local()
_MISSING: object = object()


@contextmanager
def _place(slow: bool) -> Iterator[None]:
    """Waits for a place to compute. A thread that has one, because its result needs another, keeps it."""
    if getattr(_mine, "held", False):
        yield
        return
    with _free_for_slow if slow else _free:
        _mine.held = True
        try:
            yield
        finally:
            _mine.held = False


class _Shared(Generic[P, R]):
    """A function whose results are shared; see `shared`."""

    def __init__(
        self, function: Callable[P, R], *, most: float, size: Callable[[R], int], needs: Callable[P, float], slow: bool
    ) -> None:
        update_wrapper(self, function)
        self._function, self._size, self._needs, self._slow = function, size, needs, slow
        self._room: Room[R] = BUDGET.room(size=size, most=most)
        self._lock = Condition()
        self._kept = cached(self._room, condition=self._lock)(self._compute)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        key = self._kept.cache_key(*args, **kwargs)
        value = self._take(key, lambda: self._needs(*args, **kwargs))
        if value is _MISSING:
            value = self._make(key, *args, **kwargs)
        HANDS.keep(self._bytes_of(value), lambda: self._room.pin(key))
        return cast(R, value)

    def _compute(self, *args: P.args, **kwargs: P.kwargs) -> R:
        with BUDGET.reserved(self._needs(*args, **kwargs)):
            return self._function(*args, **kwargs)

    def _look(self, key: object) -> object:
        # Another function's result may put this one out at any moment: asked for once, not twice.
        with self._lock:
            return self._room.get(key, _MISSING)

    def _bytes_of(self, value: object) -> float:
        return float(self._size(cast(R, value)))

    def _take(self, key: object, most: Callable[[], float]) -> object:
        """The kept value, once this run may hold it; missing where there is none."""
        found = self._look(key)
        if found is not _MISSING and HANDS.take_at_once(self._bytes_of(found), name=(self._function, key)):
            return found
        need = most() if found is _MISSING else self._bytes_of(found)
        # Whoever waits lets go of it first: it may go out meanwhile.
        found = _MISSING
        HANDS.take(need, name=(self._function, key), waits=not getattr(_mine, "held", False))
        return self._look(key)

    def _make(self, key: object, *args: P.args, **kwargs: P.kwargs) -> R:
        if self._slow:
            TURNS.step_aside()
        with _place(self._slow):
            made = self._kept(*args, **kwargs)
        if self._needs is _nothing:
            HANDS.take(self._bytes_of(made), name=(self._function, key), waits=False)
        return made


def _nothing(*_: object, **__: object) -> float:
    """What a computation needs at its peak where nobody says it."""
    return 0.0


def shared(
    *, megabytes: float, size: Callable[[Any], int], needs: Callable[..., float] | None = None, slow: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Shares a function's results between visitors, keyed by its arguments, least recently used out first.

    Two visitors who ask for the same result at once cause one computation. A result larger than the room is
    returned but not kept. Arguments must be hashable: names, texts and numbers, never arrays.

    Whoever computes holds a place, and takes it before others begin to wait for the result: so nobody who waits with a
    place in hand waits for one who has none.

    Args:
        megabytes: the most that all results of this function may take of the process's budget (`core.memory`).
        size: the size of one result in bytes.
        needs: the bytes that a computation takes at its peak, from the function's arguments, where these are many: room
            is made before it begins, and a run that has nothing large in hand waits until those of others leave room.
        slow: whether a computation takes a large part of a second. Those have one place of their own, so that the many
            who move a slider do not wait behind the few who train a network or read with a model.
    """

    def kept_for_all(function: Callable[P, R]) -> Callable[P, R]:
        return _Shared(function, most=megabytes * 1e6, size=size, needs=needs or _nothing, slow=slow)

    return kept_for_all
