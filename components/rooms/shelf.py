"""The screens of steps that rooms are at: each is made once, while everybody else who wants it waits."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

MANY = 64
"""Screens that are kept, those of the latest steps; a figure is some hundred kilobytes."""

STALE = 600.0
"""Seconds after which a screen is made anew: a model may have come meanwhile."""

Made = TypeVar("Made")


@dataclass(slots=True)
class _Place(Generic[Made]):
    lock: Lock = field(default_factory=Lock)
    made: Made | None = None
    at: float = 0.0


class Shelf(Generic[Made]):
    """What is made for one is there for all.

    Args:
        many: how many are kept.
        stale: seconds for which one is.
        clock: seconds.
    """

    def __init__(self, many: int = MANY, stale: float = STALE, clock: Callable[[], float] = time.monotonic) -> None:
        self._many, self._stale, self._clock = many, stale, clock
        self._lock = Lock()
        self._places: dict[object, _Place[Made]] = {}

    def get(self, name: object, make: Callable[[], Made]) -> Made:
        """The thing of this name; made by who comes first. Where that fails, it is tried again by the next."""
        with self._lock:
            place = self._places.pop(name, None) or _Place()
            self._places[name] = place
            while len(self._places) > self._many:
                del self._places[next(iter(self._places))]
        with place.lock:
            if place.made is None or self._clock() - place.at > self._stale:
                place.made, place.at = make(), self._clock()
            return place.made

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._places.clear()
