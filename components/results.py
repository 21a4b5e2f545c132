"""Results that all visitors of the process share: each is computed once and kept while there is room."""

from collections.abc import Callable
from threading import BoundedSemaphore, Condition
from typing import ParamSpec, TypeVar

from cachetools import LRUCache, cached

P = ParamSpec("P")
R = TypeVar("R")

COMPUTE = BoundedSemaphore(2)
"""Places for heavy work in this process. Script threads are unlimited; without this a class of thirty would thrash."""


def shared(*, megabytes: float, size: Callable[[R], int]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Shares a function's results between visitors, keyed by its arguments, least recently used out first.

    Two visitors who ask for the same result at once cause one computation. A result larger than the room is
    returned but not kept. Arguments must be hashable: names, texts and numbers, never arrays.

    Args:
        megabytes: the room for all results of this function.
        size: the size of one result in bytes.
    """

    def share(function: Callable[P, R]) -> Callable[P, R]:
        def compute(*args: P.args, **kwargs: P.kwargs) -> R:
            with COMPUTE:
                return function(*args, **kwargs)

        room: LRUCache[object, R] = LRUCache(maxsize=megabytes * 1e6, getsizeof=size)
        return cached(room, condition=Condition())(compute)

    return share
