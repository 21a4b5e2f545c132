"""Runs wait with empty hands until there is room for what they ask for."""

import gc
import time
import weakref
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

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


def test_freed_memory_goes_back_before_a_large_result_and_after_a_run(
    counted: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[None] = []
    monkeypatch.setattr(hands, "give_back", lambda: calls.append(None))
    monkeypatch.setattr(hands, "SETTLED", 0.0)
    with counted.counted():
        counted.take(LARGE - 1)
        assert not calls
        counted.take(LARGE)
        assert len(calls) == 1
    patience = time.monotonic() + 5
    while len(calls) < 2 and time.monotonic() < patience:
        time.sleep(0.01)
    assert len(calls) == 2


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
