"""POT, brought in without what it does not need here: what is solved is numpy, and the rest would cost seconds."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from threading import get_ident
from typing import Any

OPTIONAL = ("networkx", "sklearn")
"""Libraries that POT does without: they bring clusterings and graph partitions, of which nothing is used here."""


class _Absent(MetaPathFinder):
    """Finds none of the optional libraries for the thread that made it; every other thread imports what it wants."""

    def __init__(self) -> None:
        self._thread = get_ident()

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> None:
        """Raises ModuleNotFoundError for an optional library, which ends the search; None lets it go on."""
        if fullname in OPTIONAL and get_ident() == self._thread:
            raise ModuleNotFoundError(f"{fullname} is left out here", name=fullname)


@contextmanager
def _without_optional() -> Iterator[None]:
    absent = _Absent()
    sys.meta_path.insert(0, absent)
    try:
        yield
    finally:
        sys.meta_path.remove(absent)


os.environ.setdefault("POT_BACKEND_DISABLE_PYTORCH", "1")
with _without_optional():
    import ot

__all__ = ["ot"]
