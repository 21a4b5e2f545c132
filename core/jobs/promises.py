"""How fast this machine is now, so that a promise of time holds on it. Needs no torch."""

import statistics
import time

import numpy as np

REFERENCE = 0.0065
"""Seconds of processor that `_work` takes on the machine on which promises were measured (AMD EPYC, one thread)."""

ROUNDS = 6
FRESH = 60.0
"""Seconds for which a measurement holds: by then others may have come or gone."""

_measured: tuple[float, float] | None = None
"""When the pace was measured, and what it was."""


def pace() -> float:
    """Times slower than on the reference machine that work goes here and now, others' work included.

    Some milliseconds of the work that jobs consist of are timed by the clock on the wall, six times; the mean
    counts, since a long job waits for its turn as often as these rounds do. A measurement holds for a minute.

    Returns:
        A factor above 0; 2 where work takes twice as long. Workers on another machine may have another pace.
    """
    global _measured
    now = time.monotonic()
    if _measured is None or now - _measured[0] > FRESH:
        _measured = now, statistics.fmean(_seconds() for _ in range(ROUNDS)) / REFERENCE
    return _measured[1]


def expected(seconds: float, *, pace_now: float | None = None) -> float:
    """Seconds that work takes here and now which took so many seconds of processor on the reference machine.

    Args:
        seconds: measured there, by `time.process_time` on one thread; at least 0.
        pace_now: of the machine; measured where it is None.

    Raises:
        ValueError: for seconds below 0.

    Invariant: proportional to `seconds`.
    """
    if not seconds >= 0:
        raise ValueError(f"seconds = {seconds} must be at least 0.")
    return seconds * (pace() if pace_now is None else pace_now)


def told(seconds: float) -> str:
    """A duration as a promise: "about 20 seconds", rounded as coarsely as such a forecast deserves.

    Args:
        seconds: at least 0.

    Invariant: the number told is within a quarter of `seconds` from 2.5 seconds on.
    """
    if seconds < 2.5:
        return "a second or two"
    if seconds < 100:
        step = 1 if seconds < 10 else 5 if seconds < 45 else 10
        return f"about {round(seconds / step) * step:.0f} seconds"
    minutes = seconds / 60
    return f"about {minutes:.0f} minutes" if minutes >= 2.5 else f"about {round(2 * minutes) / 2:g} minutes"


def promise(seconds: float) -> str:
    """`told` of what is `expected`: what stands beside the button that starts the work."""
    return told(expected(seconds))


def _seconds() -> float:
    """Wall-clock seconds of one round."""
    began = time.perf_counter()
    _work()
    return time.perf_counter() - began


def _work() -> float:
    """Much of what a job does: many small steps in Python, products of small matrices, and a read of a large one."""
    small, large = np.full((64, 64), 1e-3, dtype=np.float32), np.ones(400_000, dtype=np.float32)
    total = 0.0
    for step in range(600):
        small = np.tanh(small @ small + 1e-3)
        total += sum(value * step for value in range(60))
    return total + float(small[0, 0]) + float(sum(large[place:].sum() for place in range(8)))
