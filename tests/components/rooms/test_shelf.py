"""What is made once for a whole class."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from components.rooms.shelf import Shelf


def test_who_comes_together_makes_it_once() -> None:
    made, shelf = list[int](), Shelf[int]()
    gate = threading.Event()

    def make() -> int:
        gate.wait(5)
        made.append(1)
        return len(made)

    with ThreadPoolExecutor(8) as class_:
        waiting = [class_.submit(shelf.get, "step", make) for _ in range(8)]
        time.sleep(0.05)
        gate.set()
    assert [one.result() for one in waiting] == [1] * 8


def test_one_name_does_not_wait_for_another() -> None:
    shelf, gate = Shelf[str](), threading.Event()
    with ThreadPoolExecutor(1) as other:
        slow = other.submit(shelf.get, "slow", lambda: str(gate.wait(5)))
        assert shelf.get("quick", lambda: "made") == "made"
        gate.set()
        assert slow.result() == "True"


def test_what_fails_is_made_by_the_next() -> None:
    shelf = Shelf[int]()
    with pytest.raises(OSError, match="once"):
        shelf.get("step", lambda: fail())
    assert shelf.get("step", lambda: 3) == 3


def fail() -> int:
    raise OSError("once")


def test_old_ones_and_many_ones_go() -> None:
    now, shelf = [0.0], Shelf[float](many=2, stale=10, clock=lambda: now[0])
    assert shelf.get("a", lambda: 1.0) == 1.0
    now[0] = 10
    assert shelf.get("a", lambda: 2.0) == 1.0
    now[0] = 10.5
    assert shelf.get("a", lambda: 3.0) == 3.0
    shelf.get("b", lambda: 0.0)
    shelf.get("a", lambda: 4.0)
    shelf.get("c", lambda: 0.0)
    assert shelf.get("a", lambda: 5.0) == 3.0, "used last but one"
    assert shelf.get("b", lambda: 6.0) == 6.0, "longest unused"
