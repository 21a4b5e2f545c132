"""`python -m tests.benchmarks.state_space`: responses, memories and scans, and what a move on the page costs.

Seconds of the processor and of the clock, each the least of several runs: they part where threads wait for each other.
Scipy's simulation of the same system stands beside the recurrence. Prints, asserts nothing.
"""

import argparse
import time
from collections.abc import Callable
from urllib.parse import urlencode

import numpy as np
from scipy.signal import dlsim  # type: ignore[import-untyped]

from core.state_space import (
    CopyingParams,
    discretize,
    kernel,
    legs_memory,
    measure_scans,
    recurrence,
    remember,
    respond,
    selective_scan,
    signal,
    system,
    train_copying,
)
from tests.benchmarks.client import Visitor, report_moves, served

Run = Callable[[], object]
LARGE = {"states": 64, "length": 1024, "signal": "square"}
MOVES = (
    ("Figure", "step", [0.01 * place for place in range(5, 25)]),
    ("Figure", "moment", [float(place) for place in range(100, 120)]),
    ("Memory", "kept", [float(n) for n in range(45, 65)]),
    ("Scan", "scan_round", [1.0, 2.0] * 10),
    ("Long text", "long_length", [float(power) for power in range(6, 21)]),
)
"""Open panel, the slider that moves, and the values that it takes."""


def main() -> None:
    """Prints the least of several runs of each name, then the server's time for a move, then the training."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--port", type=int, default=8741)
    runs, port = vars(parser.parse_args()).values()
    print(f"least of {runs} runs, ms\n{'':46}{'CPU':>9}{'clock':>9}")
    for name, run in works():
        print("{:46}{:9.1f}{:9.1f}".format(name, *least(run, runs)))
    with served(port) as address:
        for panel, control, values in MOVES:
            asked = {f"state_space_{name}": value for name, value in {**LARGE, "panel": panel}.items()}
            with Visitor(address, "state_space", urlencode(asked)) as visitor:
                visitor.run()
                made = [visitor.move(f"state_space_{control}", double_array_value=[value]) for value in values]
                report_moves(f"{panel}: move of {control}, N = 64, L = 1,024", made)
    for selective in (True, False):
        arm = train_copying(CopyingParams(selective=selective, steps=175))
        print(f"175 updates, selective {selective}: {arm.seconds:.1f} s of processor, {arm.accuracy[-1]:.0%} right")


def least(run: Run, runs: int) -> tuple[float, float]:
    """Milliseconds of the processor, all threads together, and of the clock."""
    spent = []
    for _ in range(runs):
        processor, clock = time.process_time(), time.perf_counter()
        run()
        spent.append((1000 * (time.process_time() - processor), 1000 * (time.perf_counter() - clock)))
    return min(ms for ms, _ in spent), min(ms for _, ms in spent)


def works() -> list[tuple[str, Run]]:
    """What one move asks for, and its parts."""
    chosen, u, rng = system("oscillator", 64), signal("square", 1024), np.random.default_rng(0)
    a, b = discretize(chosen.A, chosen.B, 0.2)
    plant = (a, b[:, None], (chosen.C @ a)[None], [[chosen.C @ b]], 1.0)
    tokens, channels, size = 256, 16, 16
    samples, delta = rng.normal(size=(tokens, channels)), rng.uniform(0, 1, (tokens, channels))
    diagonals, enters, reads = -rng.uniform(0.1, 2, (channels, size)), *rng.normal(size=(2, tokens, size))
    return [
        ("recurrence, N = 64, L = 1,024", lambda: recurrence(a, b, chosen.C, 0.0, u)),
        ("  the same by scipy.signal.dlsim", lambda: dlsim(plant, u)),
        ("kernel, N = 64, L = 1,024", lambda: kernel(a, b, chosen.C, 1024)),
        ("respond, N = 64, L = 1,024", lambda: respond(chosen, u, step=0.2)),
        ("  with its checks", lambda: respond(chosen, u, step=0.2).checks),
        ("legs_memory, N = 64, L = 1,024", lambda: legs_memory(u, 64)),
        ("remember and read, N = 64, L = 512", lambda: remember(u[:512], 64, age=3.0).errors),
        (
            "selective_scan, 256 tokens, 16 channels of 16",
            lambda: selective_scan(samples, delta, diagonals, enters, reads),
        ),
        ("measure_scans, 1,024 steps", lambda: measure_scans(1024)),
    ]


if __name__ == "__main__":
    main()
