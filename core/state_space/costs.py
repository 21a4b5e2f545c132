"""What a layer costs by the length of its input, measured here: directly, step by step, by the Fourier transform."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check
from core.numbers import whole
from core.state_space.filters import convolution, fft_convolution
from core.state_space.linear import discretize, kernel, recurrence
from core.state_space.selection import one_after_another, parallel_scan
from core.state_space.systems import system

TIMED = ("direct", "recurrence", "FFT", "kernel")
"""What is timed: three ways to the output, and the kernel that two of them need first."""

LONGEST = {"direct": 1 << 13, "recurrence": 1 << 13, "FFT": 1 << 17, "kernel": 1 << 13}
"""The longest signal of each way: all is measured in about a second, and the direct sums stay on one thread."""


SHORT, ENOUGH = 0.002, 0.08
"""Seconds of a run that is timed by the clock on the wall, and of all runs that are timed by the processor's."""


@dataclass(frozen=True, eq=False)
class Costs:
    """Seconds by length.

    Args:
        states: N of the system that was timed.
        lengths, seconds: by TIMED, the lengths and the seconds of one run at them.
        apart: the largest difference between direct, recurrence and transform at a length that all three have, relative
            to the largest output.
    """

    states: int
    lengths: dict[str, Int[np.ndarray, "length"]]
    seconds: dict[str, Float[np.ndarray, "length"]]
    apart: float

    def slope(self, way: str) -> float:
        """The power of the length with which the time grows over the longer half: log-log least squares."""
        return _slope(self.lengths[way], self.seconds[way])

    @property
    def log_linear(self) -> float:
        """The same slope for L log2 L itself at the lengths of the transform: what its count of operations explains."""
        lengths = self.lengths["FFT"]
        return _slope(lengths, lengths * np.log2(lengths))

    def ratio(self, length: int) -> float:
        """How many times longer the direct way takes than the transform, without the kernel, at a measured length."""
        at = {way: self.seconds[way][self.lengths[way].tolist().index(length)] for way in ("direct", "FFT")}
        return float(at["direct"] / at["FFT"])

    @property
    def checks(self) -> tuple[Check, ...]:
        """All three ways came to the same output while they were timed."""
        return (Check("The timed ways agree", self.apart, 1e-9, "relative, at the longest length of all three"),)


def _slope(lengths: Int[np.ndarray, "length"], seconds: Float[np.ndarray, "length"]) -> float:
    upper = slice(len(lengths) // 2, None)
    return float(np.polyfit(np.log(lengths[upper]), np.log(seconds[upper]), 1)[0])


def measure_costs(states: int = 16, *, seed: int = 0) -> Costs:
    """Times each way at lengths that double, on random signals: seconds of one run.

    Args:
        states: N of the oscillator that is timed, 1 to 64.
        seed: of the signals.

    Raises:
        ValueError: for a number of states out of range.
    """
    chosen = system("oscillator", whole("states", states, 1, 64))
    a, b = discretize(chosen.A, chosen.B, 0.05)
    rng = np.random.default_rng(seed)
    lengths = {way: 2 ** np.arange(6, int(np.log2(most)) + 1) for way, most in LONGEST.items()}
    seconds: dict[str, list[float]] = {way: [] for way in TIMED}
    longest = max(LONGEST.values())
    weights, u = kernel(a, b, chosen.C, LONGEST["kernel"]), rng.normal(size=longest)
    # The oscillator has died down long before the kernel ends, and zeros take as long as other numbers.
    weights = np.concatenate([weights, np.zeros(longest - len(weights))])
    for way in TIMED:
        for length in lengths[way].tolist():
            work = _work(way, a, b, chosen.C, weights[:length], u[:length])
            seconds[way].append(_seconds(work))
    common = min(LONGEST[way] for way in TIMED[:3])
    outputs = [_work(way, a, b, chosen.C, weights[:common], u[:common])() for way in TIMED[:3]]
    apart = float(np.ptp(np.stack(outputs), axis=0).max() / np.abs(outputs[0]).max())
    return Costs(states, lengths, {way: np.array(found) for way, found in seconds.items()}, apart)


def _work(
    way: str,
    a: Float[np.ndarray, "state state"],
    b: Float[np.ndarray, "state"],
    c: Float[np.ndarray, "state"],
    weights: Float[np.ndarray, "time"],
    u: Float[np.ndarray, "time"],
) -> Callable[[], Float[np.ndarray, "time"]]:
    works: dict[str, Callable[[], Float[np.ndarray, "time"]]] = {
        "direct": lambda: convolution(weights, u),
        "recurrence": lambda: recurrence(a, b, c, 0.0, u),
        "FFT": lambda: fft_convolution(weights, u),
        "kernel": lambda: kernel(a, b, c, len(u)),
    }
    return works[way]


def _seconds(work: Callable[[], object]) -> float:
    """Seconds of a run that others on the machine do not lengthen.

    A short run is often left alone, so the least of several counts. A long one never is on a busy machine: there the
    processor's own clock counts, which ticks coarsely, over as many runs as make it exact to a tenth.
    """
    spent: list[float] = []
    while len(spent) < 3 or (len(spent) < 40 and sum(spent) < 0.02):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    if min(spent) < SHORT:
        return min(spent)
    began, runs = time.thread_time(), 0
    while time.thread_time() - began < ENOUGH:
        work()
        runs += 1
    return (time.thread_time() - began) / runs


@dataclass(frozen=True, eq=False)
class Circle:
    """The same convolution with zeros behind it and without: on a circle the end of the signal meets its start.

    Args:
        padded, unpadded, direct: outputs [time].
    """

    padded: Float[np.ndarray, "time"]
    unpadded: Float[np.ndarray, "time"]
    direct: Float[np.ndarray, "time"]

    @property
    def error(self) -> float:
        """The largest error without padding."""
        return float(np.abs(self.unpadded - self.direct).max())

    @property
    def share(self) -> float:
        """That error as a share of the largest output."""
        top = float(np.abs(self.direct).max())
        return self.error / top if top else 0.0


def around_the_circle(weights: Float[np.ndarray, "time"], u: Float[np.ndarray, "time"]) -> Circle:
    """A kernel on a signal with and without padding, beside the direct sums."""
    return Circle(fft_convolution(weights, u), fft_convolution(weights, u, pad=False), convolution(weights, u))


@dataclass(frozen=True, slots=True)
class ScanTimes:
    """Seconds for a recurrence of `length` steps on `width` numbers: one after another, and as a tree.

    Args:
        apart: the largest difference between both, relative to the largest entry of h.
    """

    length: int
    width: int
    sequential: float
    tree: float
    apart: float


def measure_scans(length: int, *, width: int = 256, seed: int = 0) -> ScanTimes:
    """Times both ways to h_k = a_k h_{k-1} + b_k on random factors within 0.5 and 1.

    Args:
        length: L, 1 to 4096. width: numbers in the state, 1 to 4096. seed: of what is drawn.

    Raises:
        ValueError: for a length or a width out of range.
    """
    length, width = whole("length", length, 1, 4096), whole("width", width, 1, 4096)
    rng = np.random.default_rng(seed)
    a, b = rng.uniform(0.5, 1.0, (length, width)), rng.normal(size=(length, width))
    one_by_one, tree = one_after_another(a, b), parallel_scan(a, b)
    apart = float(np.abs(one_by_one - tree).max() / np.abs(one_by_one).max())
    return ScanTimes(
        length, width, _seconds(lambda: one_after_another(a, b)), _seconds(lambda: parallel_scan(a, b)), apart
    )
