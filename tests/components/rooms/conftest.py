"""Rooms of a test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from components.rooms import attending, entering
from core.rooms import Guard, Rooms, Watch, rooms


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Rooms]:
    """The rooms of this process, in a file of the test; nobody has tried any letters."""
    monkeypatch.setenv("EXPLORER_ROOMS", f"sqlite:///{tmp_path / 'rooms.sqlite'}")
    rooms.cache_clear()
    made = rooms()
    watch = Watch(lambda: made, every=0.1)
    monkeypatch.setattr(attending, "WATCH", watch)
    monkeypatch.setattr(entering, "WATCH", watch)
    monkeypatch.setattr(entering, "GUARD", Guard())
    attending.lesson_of.cache_clear()
    yield made
    watch._watched.clear()
    made.close()
    rooms.cache_clear()
