"""Results shared by all visitors: computed once, by few at a time, and never in each other's way."""

import threading
import time
from collections.abc import Callable

from components.results import PLACES, shared


def all_end(tasks: list[Callable[[], object]], seconds: float = 20) -> bool:
    """Whether all tasks end when they start at once."""
    threads = [threading.Thread(target=task, daemon=True) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds)
    return not any(thread.is_alive() for thread in threads)


def test_results_that_need_results_do_not_wait_for_each_other() -> None:
    @shared(megabytes=1, size=lambda value: 8)
    def inner(number: int) -> int:
        time.sleep(0.02)
        return number

    @shared(megabytes=1, size=lambda value: 8)
    def outer(number: int, visitor: int) -> int:
        time.sleep(0.02)
        return inner(number) + visitor

    found: list[int] = []
    tasks = [
        *[lambda v=v: found.append(outer(v % 3, v)) for v in range(12)],
        *[lambda n=n: found.append(inner(n % 3)) for n in range(6)],
    ]
    assert all_end(tasks)
    assert sorted(found) == sorted([v % 3 + v for v in range(12)] + [n % 3 for n in range(6)])


def test_a_kept_result_waits_for_nobody() -> None:
    release = threading.Event()

    @shared(megabytes=1, size=lambda value: 8)
    def compute(number: int) -> int:
        if number > 0:
            release.wait(20)
        return number

    assert compute(0) == 0
    busy = [threading.Thread(target=compute, args=(n + 1,), daemon=True) for n in range(PLACES + 2)]
    for thread in busy:
        thread.start()
    assert all_end([lambda: compute(0)], seconds=5)
    release.set()
    for thread in busy:
        thread.join(20)


def test_slow_results_hold_up_no_quick_ones() -> None:
    release, begun = threading.Event(), threading.Semaphore(0)

    @shared(megabytes=1, size=lambda value: 8, slow=True)
    def train(number: int) -> int:
        begun.release()
        release.wait(20)
        return number

    @shared(megabytes=1, size=lambda value: 8)
    def compute(number: int) -> int:
        return number

    busy = [threading.Thread(target=train, args=(n,), daemon=True) for n in range(PLACES + 2)]
    for thread in busy:
        thread.start()
    assert begun.acquire(timeout=20)
    assert all_end([lambda n=n: compute(n) for n in range(6)], seconds=5)
    assert not begun.acquire(blocking=False)
    release.set()
    for thread in busy:
        thread.join(20)


def test_few_compute_at_a_time_and_each_result_once() -> None:
    lock, now, most, calls = threading.Lock(), [0], [0], []

    @shared(megabytes=1, size=lambda value: 8)
    def compute(number: int) -> int:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
            calls.append(number)
        time.sleep(0.02)
        with lock:
            now[0] -= 1
        return number

    assert all_end([lambda n=n: compute(n % 6) for n in range(24)])
    assert sorted(calls) == list(range(6))
    assert most[0] <= PLACES


def test_an_error_leaves_the_place_free() -> None:
    @shared(megabytes=1, size=lambda value: 8)
    def compute(number: int) -> int:
        if number < 10:
            raise ValueError("no")
        return number

    for number in range(PLACES + 2):
        try:
            compute(number)
        except ValueError:
            continue
    assert all_end([lambda: compute(11)], seconds=5)
