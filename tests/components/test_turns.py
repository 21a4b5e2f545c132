"""Runs in a row: first come first served, nobody behind a slow one, nothing lost by an error."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from components.turns import Turns


def test_runs_do_not_overlap_and_none_is_lost() -> None:
    turns, inside, seen = Turns(long=60), [], []
    gate = Barrier(8)

    def run(number: int) -> None:
        gate.wait()
        for _ in range(20):
            with turns.turn():
                inside.append(number)
                seen.append(list(inside))
                inside.remove(number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, range(8)))
    assert len(seen) == 160
    assert all(len(together) == 1 for together in seen)


def test_a_slow_run_does_not_keep_the_others() -> None:
    turns, slow_began, may_end, order = Turns(long=0.05), Event(), Event(), []

    def slow() -> None:
        with turns.turn():
            slow_began.set()
            assert may_end.wait(30)
            order.append("slow")

    def quick() -> None:
        with turns.turn():
            order.append("quick")

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(slow)
        assert slow_began.wait(30)
        others = [pool.submit(quick) for _ in range(3)]
        for other in others:
            other.result(30)
        may_end.set()
        first.result(30)
    assert order == ["quick", "quick", "quick", "slow"]


def test_who_steps_aside_holds_up_nobody_however_many_come() -> None:
    turns, aside, may_end = Turns(long=60), Event(), Event()

    def slow() -> None:
        with turns.turn():
            turns.step_aside()
            aside.set()
            assert may_end.wait(30)

    def quick(number: int) -> int:
        with turns.turn():
            return number

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(slow)
        assert aside.wait(30)
        assert [pool.submit(quick, number).result(30) for number in range(5)] == [0, 1, 2, 3, 4]
        assert not first.done()
        may_end.set()
        first.result(30)


def test_beside_a_slow_run_quick_ones_still_go_in_a_row() -> None:
    turns, inside, together = Turns(long=60), [], []
    gate, aside, may_end = Barrier(4), Event(), Event()

    def slow() -> None:
        with turns.turn():
            turns.step_aside()
            aside.set()
            assert may_end.wait(30)

    def quick(number: int) -> None:
        gate.wait()
        for _ in range(20):
            with turns.turn():
                inside.append(number)
                together.append(len(inside))
                inside.remove(number)

    with ThreadPoolExecutor(5) as pool:
        pool.submit(slow)
        assert aside.wait(30)
        list(pool.map(quick, range(4)))
        may_end.set()
    assert together == [1] * 80


def test_stepping_aside_without_a_turn_changes_nothing() -> None:
    turns = Turns(long=60)
    turns.step_aside()
    with turns.turn():
        pass


def test_a_turn_is_given_back_after_an_error() -> None:
    turns = Turns(long=60)
    with pytest.raises(RuntimeError, match="stopped"), turns.turn():
        raise RuntimeError("stopped")
    with turns.turn():
        pass


def test_first_come_first_served() -> None:
    turns, order, holding, go_on = Turns(long=60), [], Event(), Event()

    def first() -> None:
        with turns.turn():
            holding.set()
            assert go_on.wait(30)

    def later(number: int) -> None:
        with turns.turn():
            order.append(number)

    with ThreadPoolExecutor(6) as pool:
        pool.submit(first)
        assert holding.wait(30)
        for number in range(5):
            pool.submit(later, number)
            while len(turns._waiting) <= number:
                pass
        go_on.set()
    assert order == [0, 1, 2, 3, 4]
