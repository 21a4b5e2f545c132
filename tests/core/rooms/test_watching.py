"""One thread of a process looks after the rooms, and everybody else hears of what it sees."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from core.rooms import NoRoomError, Rooms, RoomsUnreachableError, TooManyTriesError, Watch
from core.rooms.guarding import Guard

LONG = 10.0
"""Seconds within which a busy machine has looked."""


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Rooms]:
    rooms = Rooms(f"sqlite:///{tmp_path / 'rooms.sqlite'}")
    yield rooms
    rooms.close()


class Broken:
    """Rooms whose database comes and goes."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms, self.gone, self.looks = rooms, False, 0

    def look(self, code: str) -> object:
        self.looks += 1
        if self.gone:
            raise RoomsUnreachableError("gone")
        return self.rooms.look(code)


def until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


def awaited(work: Coroutine[Any, Any, float | None]) -> float | None:
    """What a coroutine returns; it runs in a thread of its own, for a browser's driver may have a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def test_two_replicas_see_each_other_s_steps_and_votes(kept: Rooms) -> None:
    other = Watch(lambda: kept, every=0.05)
    room, key = kept.open("{}", 3)
    first = other.see(room.code)
    assert first.room == room

    async def wait() -> float:
        start = time.monotonic()
        await other.changed(room.code, first.serial, LONG)
        return time.monotonic() - start

    async def both() -> float:
        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0.1)
        await asyncio.to_thread(kept.step, room.code, key, 1)
        return await waiting

    seconds = awaited(both())
    assert seconds is not None
    assert seconds < 2
    seen = other.see(room.code)
    assert seen.room is not None
    assert seen.room.step == 1
    kept.vote(room.code, 1, 1, "a", "0")
    until(lambda: len(other.see(room.code).ballots) == 1)


def test_who_changes_a_room_sees_it_at_once_and_an_older_look_does_not_take_it_back(kept: Rooms) -> None:
    watch = Watch(lambda: kept, every=60)
    room, key = kept.open("{}", 3)
    watch.see(room.code)
    watch.put(kept.step(room.code, key, 2))
    seen = watch.see(room.code)
    assert seen.room is not None
    assert seen.room.step == 2
    watch.put(room)
    assert watch.see(room.code).room == seen.room


def test_waiting_ends_by_itself(kept: Rooms) -> None:
    watch = Watch(lambda: kept, every=60)
    room, _ = kept.open("{}", 3)
    serial = watch.see(room.code).serial
    start = time.monotonic()
    awaited(watch.changed(room.code, serial, 0.1))
    awaited(watch.changed(room.code, serial - 1, LONG))
    awaited(watch.changed("ZZZZ", 1, LONG))
    assert time.monotonic() - start < LONG / 2


def test_a_database_that_goes_away_leaves_what_was_known_and_comes_back(kept: Rooms) -> None:
    broken = Broken(kept)
    watch = Watch(lambda: broken, every=0.05)  # type: ignore[arg-type,return-value]
    room, key = kept.open("{}", 3)
    watch.see(room.code)
    broken.gone = True
    until(lambda: watch.see(room.code).lost)
    assert watch.see(room.code).room == room
    with pytest.raises(RoomsUnreachableError):
        watch.see("ZZZZ")
    broken.gone = False
    until(lambda: not watch.see(room.code).lost)
    stepped = kept.step(room.code, key, 1)
    until(lambda: watch.see(room.code).room == stepped)


def test_the_thread_goes_on_whatever_a_database_says(kept: Rooms) -> None:
    room, _ = kept.open("{}", 3)
    odd: list[Exception] = []

    class Odd:
        def look(self, code: str) -> object:
            if odd:
                raise odd[0]
            return kept.look(code)

    watch = Watch(Odd, every=0.05)  # type: ignore[arg-type]
    watch.see(room.code)
    odd.append(RuntimeError("cannot read"))
    until(lambda: watch.see(room.code).lost)
    odd.clear()
    until(lambda: not watch.see(room.code).lost)


def test_a_room_that_nobody_asks_about_is_looked_at_no_more(kept: Rooms) -> None:
    now = [0.0]
    broken = Broken(kept)
    watch = Watch(lambda: broken, every=0.01, clock=lambda: now[0])  # type: ignore[arg-type,return-value]
    room, _ = kept.open("{}", 3)
    watch.see(room.code)
    now[0] = 100.0
    until(lambda: watch._thread is None)
    looks = broken.looks
    time.sleep(0.1)
    assert broken.looks == looks
    assert watch.see(room.code).room == room


def test_no_room_is_none() -> None:
    class Empty:
        def look(self, code: str) -> object:
            raise NoRoomError(code)

    watch = Watch(Empty)  # type: ignore[arg-type]
    with pytest.raises(NoRoomError):
        watch.see("ABCD")


def wrong(guard: Guard, address: str, visitor: str = "") -> None:
    with suppress(NoRoomError), guard.attempt(address, visitor):
        raise NoRoomError("no room")


def test_who_tries_letters_is_held_before_an_address_and_that_before_all() -> None:
    now = [0.0]
    guard = Guard(each=2, address=3, together=4, clock=lambda: now[0])
    wrong(guard, "hall", "a")
    wrong(guard, "hall", "a")
    with pytest.raises(TooManyTriesError):
        wrong(guard, "hall", "a")
    wrong(guard, "hall", "b")
    with pytest.raises(TooManyTriesError):
        wrong(guard, "hall", "c")
    wrong(guard, "home", "d")
    with pytest.raises(TooManyTriesError):
        wrong(guard, "elsewhere")
    now[0] = 61.0
    wrong(guard, "hall", "a")
    wrong(guard, "elsewhere")
    assert len(guard._all) == 2, "what is older than a minute is forgotten"


def test_what_finds_a_room_or_a_silent_database_is_no_failure() -> None:
    guard = Guard(each=1)
    for _ in range(5):
        with guard.attempt("hall", "a"):
            pass
        with suppress(RoomsUnreachableError), guard.attempt("hall", "a"):
            raise RoomsUnreachableError("gone")
    assert not guard._all
    assert not guard._failed


def test_of_many_that_try_at_once_no_more_get_through() -> None:
    guard, together, held = Guard(each=5), threading.Barrier(20), []

    def attempt(_: int) -> None:
        together.wait()
        try:
            with suppress(NoRoomError), guard.attempt("hall", "a"):
                time.sleep(0.05)
                raise NoRoomError("no room")
        except TooManyTriesError:
            held.append(1)

    with ThreadPoolExecutor(20) as hall:
        list(hall.map(attempt, range(20)))
    assert len(held) == 15


def test_a_guard_forgets_those_of_long_ago() -> None:
    guard = Guard(together=10**9)
    for number in range(10_050):
        wrong(guard, str(number))
    assert len(guard._failed) == 10_000
