"""One copy of each loaded model per process. Torch is not imported here, so a page may ask what is loaded."""

import threading
from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar, cast

from core.models.catalogue import lookup

Loaded = TypeVar("Loaded")

_loaded: dict[tuple[str, str], object] = {}
_locks: defaultdict[tuple[str, str], threading.Lock] = defaultdict(threading.Lock)
_guard = threading.Lock()

building = threading.Lock()
"""Held while transformers builds a model: it then replaces functions of torch for the whole process."""


def is_loaded(name: str, dtype: str = "float32") -> bool:
    """Whether a model is in this process's memory already, so that loading it again costs nothing.

    Raises:
        UnknownModelError: if the name may not be loaded.
    """
    return (lookup(name).name, dtype) in _loaded


def load_once(
    name: str, dtype: str, build: Callable[[], Loaded], *, on_wait: Callable[[], None] = lambda: None
) -> Loaded:
    """The shared copy of a model, built by the first caller.

    Args:
        name: the model's name in the catalogue.
        dtype: part of the key: the same model in another precision is another copy.
        build: makes the model; called with the key's lock held.
        on_wait: called twice a second while another thread builds; an exception it raises ends the wait.

    Returns:
        What `build` returned. Invariant: all callers with one key get the same object; a `build` that raises is not
        remembered, and the next caller tries again.
    """
    key = (name, dtype)
    if key not in _loaded:
        with _guard:
            lock = _locks[key]
        while not lock.acquire(timeout=0.5):
            on_wait()
        try:
            if key not in _loaded:
                _loaded[key] = build()
        finally:
            lock.release()
    return cast(Loaded, _loaded[key])
