"""One budget for all rooms: what goes out, what stays, and one heavy computation at a time."""

import gc
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.memory import HEAVY, Budget, Room, freezes, give_back, held_bytes, keep_modules, limit_from_environment


class Model:
    """Stands for a loaded model: it can be watched."""


MOVES = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 8), st.integers(0, 60)), max_size=40)


@given(MOVES)
def test_what_is_kept_never_exceeds_the_limit_and_the_newest_stays(moves: list[tuple[str, int, int]]) -> None:
    budget = Budget(100)
    rooms = {name: budget.room(size=float) for name in "ab"}
    for name, key, size in moves:
        rooms[name][key] = size
        assert budget.held <= 100
        assert rooms[name][key] == size


def test_the_least_recently_used_goes_first_whichever_room_it_lies_in() -> None:
    budget = Budget(100)
    first, second = budget.room(size=float), budget.room(size=float)
    first["old"], second["new"] = 40, 40
    assert first["old"] == 40
    second["third"] = 40
    assert (list(first), list(second)) == (["old"], ["third"])


def test_a_room_has_its_own_limit_and_refuses_what_is_larger() -> None:
    budget = Budget(100)
    small, other = budget.room(size=float, most=50), budget.room(size=float)
    other["stays"] = 10
    small[1], small[2] = 30, 30
    assert (list(small), list(other)) == ([2], ["stays"])
    with pytest.raises(ValueError, match="larger than its room of 50"):
        small[3] = 51


def test_a_model_in_use_never_goes_out_and_an_idle_one_does() -> None:
    budget = Budget(100)
    models, results = budget.room(size=lambda model: 60, lasting=True), budget.room(size=float)
    used = models["used"] = Model()
    results["big"] = 80
    assert models["used"] is used
    del used
    results["bigger"] = 90
    assert "used" not in models
    assert budget.held <= 100


def test_room_is_made_before_a_computation_begins() -> None:
    budget = Budget(100)
    results = budget.room(size=float)
    results["old"], results["new"] = 40, 50
    with budget.reserved(45):
        assert list(results) == ["new"]
    results["again"] = 50
    assert budget.held == 100


def test_heavy_work_runs_one_at_a_time_and_light_work_beside_it() -> None:
    budget, together, most = Budget(10 * HEAVY), 0, 0
    lock = threading.Lock()

    def work(size: float) -> None:
        nonlocal together, most
        with budget.reserved(size):
            with lock:
                together += 1
                most = max(most, together)
            time.sleep(0.02)
            with lock:
                together -= 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, [2.0 * HEAVY] * 4))
    assert most == 1
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, [HEAVY / 2.0] * 4))
    assert most > 1


@pytest.mark.parametrize("text", ["0", "-3", "a lot", "1.5"])
def test_a_senseless_limit_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("EXPLORER_MEMORY_MB", text)
    with pytest.raises(ValueError, match="EXPLORER_MEMORY_MB"):
        limit_from_environment()


def test_what_is_imported_is_not_walked_again_and_garbage_is_not_kept() -> None:
    class Part:
        me: "Part"

    part = Part()
    part.me = part
    gone = weakref.ref(part)
    del part
    before = len(gc.get_objects())
    try:
        keep_modules()
        assert gone() is None
        assert len(gc.get_objects()) < before / 10
    finally:
        gc.unfreeze()


def test_a_start_leaves_garbage_to_the_next_call() -> None:
    class Part:
        me: "Part"

    part = Part()
    part.me = part
    gone = weakref.ref(part)
    gc.disable()
    try:
        before = freezes()
        keep_modules(collected=False)
        del part
        gc.collect()
        assert gone() is not None
        assert freezes() == before + 1
        keep_modules()
        assert gone() is None
    finally:
        gc.enable()
        gc.unfreeze()


def test_garbage_is_found_even_while_another_thread_is_at_a_collection() -> None:
    """Python lets one collection run at a time; another that is asked for meanwhile does nothing."""

    class Part:
        me: "Part"

    class Slow(Part):
        def __del__(self) -> None:
            began.set()
            end.wait(10)

    def garbage(part: Part) -> None:
        part.me = part

    began, end = threading.Event(), threading.Event()
    garbage(Slow())
    other, keeper = threading.Thread(target=gc.collect), threading.Thread(target=keep_modules)
    try:
        other.start()
        assert began.wait(10)
        part = Part()
        garbage(part)
        gone = weakref.ref(part)
        del part
        keeper.start()
        keeper.join(0.2)
        assert keeper.is_alive()
        end.set()
        keeper.join(10)
        other.join(10)
        assert gone() is None
    finally:
        end.set()
        gc.unfreeze()


def test_what_is_pinned_stays_and_the_next_goes_out() -> None:
    budget = Budget(10)
    room: Room[str] = budget.room(size=lambda _: 4.0)
    room["a"] = "first"
    lets_go = [room.pin("a"), room.pin("a")]
    room["b"], room["c"] = "second", "third"
    assert list(room) == ["a", "c"]
    lets_go.pop()()
    room["d"] = "fourth"
    assert list(room) == ["a", "d"]
    lets_go.pop()()
    room["e"] = "fifth"
    assert list(room) == ["d", "e"]


def test_a_computation_that_runs_alone_puts_nothing_out() -> None:
    budget = Budget(2.0 * HEAVY)
    room: Room[str] = budget.room(size=lambda value: HEAVY)
    room["input"] = "in use"
    with budget.alone(HEAVY + 1):
        assert room["input"] == "in use"
        waiting, entered = threading.Event(), threading.Event()

        def other() -> None:
            waiting.set()
            with budget.reserved(HEAVY + 1):
                entered.set()

        thread = threading.Thread(target=other)
        thread.start()
        waiting.wait(5)
        assert not entered.wait(0.1)
    thread.join(5)
    assert entered.is_set()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="anonymous memory is told by Linux alone")
def test_freed_memory_goes_back_to_the_system() -> None:
    """Blocks between others that stay are not returned by the C library on its own."""

    blocks = [bytearray(100_000) for _ in range(2000)]
    stays = blocks[::20]
    full = held_bytes("RssAnon")
    del blocks
    give_back()
    assert held_bytes("RssAnon") < full - 150_000_000
    assert len(stays) == 100
