"""One copy of each loaded model per process, while the budget of memory has room or somebody uses it.

Torch is not imported here, so a page may ask what is loaded.
"""

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from core.memory import BUDGET, Room
from core.models.catalogue import lookup
from core.models.errors import ModelUnavailableError
from core.progress import Progress, portion

Loaded = TypeVar("Loaded")

_loaded: Room[Any] = BUDGET.room(size=lambda model: float(getattr(model, "nbytes", 0)), lasting=True)
_guard = threading.Lock()

building = threading.Lock()
"""Held while transformers builds a model: it then replaces functions of torch for the whole process."""


@dataclass
class _Place:
    """Where one model is built: who holds the lock builds, and the others hear what was told last."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    told: tuple[float, str] = (0.0, "")
    failed: list[str] = field(default_factory=list)

    def build(self, work: Callable[[Progress], Loaded], report: Progress) -> Loaded:
        """Does the work, noting what it tells and, where there is no model to be had, why."""

        def note(fraction: float, message: str, partial: object = None, /) -> None:
            self.told = (fraction, message)
            report(fraction, message)

        try:
            return work(note)
        except ModelUnavailableError as error:
            self.failed.append(str(error))
            raise


_places: defaultdict[tuple[str, str], _Place] = defaultdict(_Place)


def is_loaded(name: str, dtype: str = "float32") -> bool:
    """Whether a model is in this process's memory already, so that loading it again costs nothing.

    Raises:
        UnknownModelError: if the name may not be loaded.
    """
    return (lookup(name).name, dtype) in _loaded


def load_once(
    name: str, dtype: str, build: Callable[[Progress], Loaded], *, on_progress: Progress | None = None
) -> Loaded:
    """The shared copy of a model, built by the first caller while the others wait and hear how far it is.

    Args:
        name: the model's name in the catalogue.
        dtype: part of the key: the same model in another precision is another copy.
        build: makes the model, reporting to what it is given; called with the key's lock held. Its attribute `nbytes`
            is what it takes of the budget.
        on_progress: told what the builder told last, twice a second while another thread builds; an exception it raises
            ends the wait, or the work where this thread does it.

    Returns:
        What `build` returned. Invariant: all callers with one key get the same object.

    Raises:
        ModelUnavailableError: of `build`, for all who waited for it as well; who asks afterwards tries again.
    """
    key, report = (name, dtype), portion(on_progress)
    with _guard:
        place = _places[key]
    failures = len(place.failed)
    while (loaded := _loaded.get(key)) is None:
        if not place.lock.acquire(timeout=0.5):
            report(*place.told)
            continue
        try:
            if len(place.failed) > failures:
                raise ModelUnavailableError(place.failed[-1])
            if key not in _loaded:
                loaded = _loaded[key] = place.build(build, report)
                return loaded
        finally:
            place.lock.release()
    return cast(Loaded, loaded)
