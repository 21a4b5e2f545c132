"""Results that all visitors of the process share: each is computed once and kept while the budget has room."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import BoundedSemaphore, Condition, local
from typing import Any, ParamSpec, TypeVar, cast

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

    missing: object = object()

    def kept_for_all(function: Callable[P, R]) -> Callable[P, R]:
        room: Room[R] = BUDGET.room(size=size, most=megabytes * 1e6)
        lock = Condition()

        @wraps(function)
        def compute(*args: P.args, **kwargs: P.kwargs) -> R:
            with BUDGET.reserved(needs(*args, **kwargs) if needs else 0.0):
                return function(*args, **kwargs)

        kept = cached(room, condition=lock)(compute)

        def look(key: object) -> object:
            # Another function's result may put this one out at any moment: asked for once, not twice.
            with lock:
                return room.get(key, missing)

        def take(key: object, most: Callable[[], float]) -> object:
            """The kept value, once this run may hold it; missing where there is none."""
            found = look(key)
            if found is not missing and HANDS.take_at_once(float(size(found)), name=(function, key)):
                return found
            need = most() if found is missing else float(size(found))
            # Whoever waits lets go of it first: it may go out meanwhile.
            found = missing
            HANDS.take(need, name=(function, key), waits=not getattr(_mine, "held", False))
            return look(key)

        def make(key: object, *args: P.args, **kwargs: P.kwargs) -> object:
            if slow:
                TURNS.step_aside()
            with _place(slow):
                made = kept(*args, **kwargs)
            if not needs:
                HANDS.take(float(size(made)), name=(function, key), waits=False)
            return made

        @wraps(function)
        def serve(*args: P.args, **kwargs: P.kwargs) -> R:
            key = kept.cache_key(*args, **kwargs)
            value = take(key, lambda: needs(*args, **kwargs) if needs else 0.0)
            if value is missing:
                value = make(key, *args, **kwargs)
            HANDS.keep(float(size(value)), lambda: room.pin(key))
            return cast(R, value)

        return serve

    return kept_for_all
