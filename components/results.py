"""Results that all visitors of the process share: each is computed once and kept while there is room."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import BoundedSemaphore, Condition, local
from typing import Any, ParamSpec, TypeVar

from cachetools import LRUCache, cached

P = ParamSpec("P")
R = TypeVar("R")

PLACES = 2
"""Threads that compute at once. Script threads are unlimited; without this a class of thirty would thrash."""

_free = BoundedSemaphore(PLACES)
_mine = local()


@contextmanager
def _place() -> Iterator[None]:
    """Waits for a place to compute. A thread that has one, because its result needs another, keeps it."""
    if getattr(_mine, "held", False):
        yield
        return
    with _free:
        _mine.held = True
        try:
            yield
        finally:
            _mine.held = False


def shared(*, megabytes: float, size: Callable[[Any], int]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Shares a function's results between visitors, keyed by its arguments, least recently used out first.

    Two visitors who ask for the same result at once cause one computation. A result larger than the room is
    returned but not kept. Arguments must be hashable: names, texts and numbers, never arrays.

    Whoever computes holds a place, and takes it before others begin to wait for the result: so nobody who waits with a
    place in hand waits for one who has none.

    Args:
        megabytes: the room for all results of this function.
        size: the size of one result in bytes.
    """

    def share(function: Callable[P, R]) -> Callable[P, R]:
        room: LRUCache[object, R] = LRUCache(maxsize=megabytes * 1e6, getsizeof=size)
        lock = Condition()
        kept = cached(room, condition=lock)(function)

        @wraps(function)
        def serve(*args: P.args, **kwargs: P.kwargs) -> R:
            with lock:
                key = kept.cache_key(*args, **kwargs)
                if key in room:
                    return room[key]
            with _place():
                return kept(*args, **kwargs)

        return serve

    return share
