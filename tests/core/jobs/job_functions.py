"""Jobs that the tests submit; the worker processes import this module by name."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.progress import Progress


@dataclass(frozen=True)
class Task:
    """Params of every job here; `log` is a file to which a job appends a line when it begins."""

    number: int = 0
    seconds: float = 0.0
    log: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    square: int
    pid: int
    values: Any


def _sign(task: Task) -> None:
    if task.log:
        with Path(task.log).open("a") as stream:
            stream.write(f"{task.number} {os.getpid()}\n")


def square(task: Task, *, on_progress: Progress) -> Answer:
    """Sleeps in small steps, reporting each with the steps so far as a partial result."""
    _sign(task)
    began = time.monotonic()
    steps: tuple[float, ...] = ()
    while (gone := time.monotonic() - began) < task.seconds:
        steps = (*steps[-9:], gone)
        on_progress(gone / task.seconds, f"step at {gone:.2f} s", steps)
        time.sleep(0.005)
    return Answer(task.number**2, os.getpid(), np.arange(task.number))


def beat(task: Task, *, on_progress: Progress) -> None:
    """Touches its log as long as it runs, and reports."""
    while True:
        Path(task.log).touch()
        on_progress(0.5, "beating")
        time.sleep(0.01)


def beat_deaf(task: Task, *, on_progress: Progress) -> None:
    """Touches its log as long as it runs, and never reports."""
    while True:
        Path(task.log).touch()
        time.sleep(0.01)


def end_worker(task: Task, *, on_progress: Progress) -> None:
    """Ends the process that runs it before anybody can be told that it has begun."""
    _sign(task)
    os.kill(os.getpid(), signal.SIGKILL)


def fail(task: Task, *, on_progress: Progress) -> None:
    on_progress(0.25, "about to fail")
    raise ZeroDivisionError(f"number {task.number} has no inverse")


def sleep_then_square(task: Task, *, on_progress: Progress) -> Answer:
    """Reports once at once and once a moment later, then is silent."""
    on_progress(0.1, "first")
    on_progress(0.2, "second")
    time.sleep(task.seconds)
    return Answer(task.number**2, os.getpid(), None)


def count_reports(task: Task, *, on_progress: Progress) -> int:
    """Reports as fast as it can for a while; the result is how often it did."""
    count, began = 0, time.monotonic()
    while time.monotonic() - began < task.seconds:
        count += 1
        on_progress(0.5, str(count))
    return count


def large(task: Task, *, on_progress: Progress) -> Answer:
    """A result of `number` megabytes."""
    return Answer(0, os.getpid(), np.arange(task.number * 125_000, dtype=np.float64))


def large_partial(task: Task, *, on_progress: Progress) -> None:
    on_progress(0.0, "too much", np.zeros(1_000_000))


def unkeepable(task: Task, *, on_progress: Progress) -> object:
    return Answer(0, 0, {1, 2})


def modules_loaded(task: Task, *, on_progress: Progress) -> Answer:
    import sys

    return Answer(0, os.getpid(), (os.environ["OMP_NUM_THREADS"], "torch" in sys.modules, tuple(sys.path)))


def asked_of_dask(task: Task, *, on_progress: Progress) -> Answer:
    from dask import config

    return Answer(
        0,
        os.getpid(),
        tuple(config.get(f"distributed.{name}") for name in ("worker.profile.enabled", "admin.tick.interval")),
    )
