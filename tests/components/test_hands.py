"""Runs wait with empty hands until there is room for what they ask for."""

import gc
import time
import weakref
from collections.abc import Callable
from threading import Event, Thread
from typing import Any, cast

import numpy as np
import pytest

from components import hands, results
from components.hands import LARGE, Hands
from components.results import shared
from core.memory import BUDGET, keep_modules

SOON = 0.2
"""Seconds in which what may begin has begun."""


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Hands:
    """Hands that hold three large results together."""
    made = Hands(3 * LARGE)
    monkeypatch.setattr(hands, "PATIENCE", 0.1)
    monkeypatch.setattr(results, "HANDS", made)
    return made


def begun(work: Callable[[], Any]) -> Thread:
    thread = Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_a_run_waits_until_another_gives_back_and_takes_more_without_waiting(counted: Hands) -> None:
    took, end, other = Event(), Event(), Event()

    def first() -> None:
        with counted.counted():
            counted.take(2 * LARGE)
            took.set()
            end.wait()
            counted.take(9 * LARGE)

    def second() -> None:
        with counted.counted():
            counted.take(2 * LARGE)
            other.set()

    one = begun(first)
    assert took.wait(5)
    two = begun(second)
    assert not other.wait(SOON)
    end.set()
    one.join(5)
    assert other.wait(5)
    two.join(5)
    assert not one.is_alive()


def test_the_room_of_a_run_is_free_when_its_thread_is_over_and_its_memory_is_given_back(
    counted: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then the names of the run, and with them its results, are still there."""
    left, ended, told = Event(), Event(), list[str]()
    monkeypatch.setattr(hands, "give_back", lambda: told.append("given back"))
    monkeypatch.setattr(hands, "PATIENCE", 60.0)

    def first() -> None:
        with counted.counted():
            counted.take(3 * LARGE)
        left.set()
        ended.wait()
        told.append("over")

    def second() -> None:
        with counted.counted():
            counted.take(LARGE)
            told.append("begun")

    one = begun(first)
    assert left.wait(5)
    two = begun(second)
    two.join(SOON)
    assert two.is_alive()
    ended.set()
    two.join(5)
    one.join(5)
    # What other tests have left behind may be given back meanwhile.
    assert "given back" in told[told.index("over") : told.index("begun")]


def test_small_results_and_what_is_no_run_never_wait(counted: Hands) -> None:
    with counted.counted():
        counted.take(9 * LARGE)

        def others() -> None:
            counted.take(9 * LARGE)
            with counted.counted():
                counted.take(LARGE - 1)
                assert not counted.take_at_once(LARGE)

        outside = begun(others)
        outside.join(5)
        assert not outside.is_alive()


def test_they_come_in_the_order_of_asking(counted: Hands) -> None:
    came: list[int] = []

    def run(number: int) -> None:
        with counted.counted():
            counted.take(2 * LARGE)
            came.append(number)

    with counted.counted():
        counted.take(3 * LARGE)
        waiting = []
        for number in range(4):
            waiting.append(begun(lambda number=number: run(number)))
            while len(counted._waiting) <= number:
                pass
    for thread in waiting:
        thread.join(5)
    assert came == [0, 1, 2, 3]


class Big:
    """Stands for a result of three LARGE."""

    nbytes = int(3 * LARGE)


def test_who_waits_holds_nothing(counted: Hands) -> None:
    """A result that another run has put out meanwhile is gone, though a run that had found it waits."""

    @shared(megabytes=500, size=lambda big: big.nbytes)
    def big(name: str) -> Big:
        return Big()

    watched = weakref.ref(big("own"))
    served: list[Big] = []

    def reader() -> None:
        with counted.counted():
            served.append(big("own"))

    with counted.counted():
        counted.take(LARGE)
        waits = begun(reader)
        while not counted._waiting:
            pass
        for room, key in list(BUDGET._entries):
            if BUDGET._entries[room, key].value is watched():
                BUDGET.drop(room, key)
        gc.collect()
        assert watched() is None
    waits.join(5)
    assert isinstance(served[0], Big)


def test_what_a_run_has_in_hand_stays_counted_until_the_run_is_over(counted: Hands) -> None:
    """Else the budget would fill its place while it is still there."""

    @shared(megabytes=500, size=lambda big: big.nbytes, needs=lambda name: 3 * LARGE)
    def big(name: str) -> Big:
        return Big()

    shown, over = Event(), Event()

    def run() -> None:
        with counted.counted():
            big("pinned")
            shown.set()
            over.wait(5)

    thread = begun(run)
    assert shown.wait(5)
    place = next(key for key in BUDGET._entries if "pinned" in cast(tuple[object, ...], key[1]))
    assert BUDGET._let_go(place) == 0
    over.set()
    thread.join(5)
    patience = time.monotonic() + 5
    while place in BUDGET._pinned and time.monotonic() < patience:
        time.sleep(0.01)
    assert BUDGET._let_go(place) == Big.nbytes


def test_a_run_that_asks_again_for_the_same_has_it_once(counted: Hands) -> None:
    """A panel over thirty layers reads one trace thirty times, and holds one trace."""

    @shared(megabytes=500, size=lambda big: big.nbytes, needs=lambda name: 3 * LARGE)
    def big(name: str) -> Big:
        return Big()

    with counted.counted():
        for _ in range(30):
            big("same")
        assert list(counted._held.values()) == [Big.nbytes]
        big("other")
        assert list(counted._held.values()) == [2 * Big.nbytes]


def test_a_result_that_needs_another_does_not_wait_with_its_place(counted: Hands) -> None:
    """Else one with a place would wait for hands, and one with hands for a place."""

    @shared(megabytes=500, size=lambda big: big.nbytes, needs=lambda: 3 * LARGE)
    def inner() -> Big:
        return Big()

    @shared(megabytes=1, size=lambda _: 8)
    def outer() -> int:
        return inner().nbytes

    with counted.counted():
        counted.take(LARGE)

        def other() -> None:
            with counted.counted():
                outer()

        run = begun(other)
        run.join(5)
        assert not run.is_alive()


def test_what_was_in_hand_when_modules_were_set_aside_is_collected_later() -> None:
    """A run's own names refer to each other, so that only the collector finds them."""
    own = Hands()

    class Names:
        def __init__(self) -> None:
            self.myself = self
            self.trace = np.zeros(8)

    with own.counted():
        own.take(2 * LARGE)
        names = Names()
        watched = weakref.ref(names)
        keep_modules()
    del names
    gc.collect()
    assert watched() is not None, "it is out of the collector's sight"
    with own.counted():
        pass
    assert watched() is None
    assert hands.freezes() > 0
