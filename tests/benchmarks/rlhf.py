"""How long a training run takes, when its first point appears, and the server time of a move over recorded runs.

Run with `python -m tests.benchmarks.rlhf`; prints, asserts nothing.
"""

import argparse
import statistics
import time

from core.rlhf import ALGORITHMS, recorded_runs, train, usual
from tests.benchmarks.client import Visitor, served


def main() -> None:
    """Times runs of every algorithm, loading the recorded ones, and moves on a warm page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8733)
    parser.add_argument("--moves", type=int, default=20)
    port, moves = vars(parser.parse_args()).values()
    start = time.perf_counter()
    count = len(recorded_runs())
    print(f"loading {count} recorded runs: {time.perf_counter() - start:.2f} s")
    for name in ALGORITHMS:
        _time_run(name)
    _time_moves(port, moves)


def _time_run(name: str) -> None:
    start, processor = time.perf_counter(), time.process_time()
    first: list[float] = []

    def listen(part: float, message: str, partial: object = None) -> None:
        if partial is not None and not first:
            first.append(time.perf_counter() - start)

    history = train(usual(name, beta=0.1), on_progress=listen)
    took, used = time.perf_counter() - start, time.process_time() - processor
    point = f", first point after {first[0]:.1f} s" if first else ""
    print(f"{name}: {len(history.kl)} steps, {took:.1f} s by the clock, {used:.1f} s of processor{point}")


def _time_moves(port: int, moves: int) -> None:
    with served(port) as address, Visitor(address, "rlhf") as visitor:
        first = visitor.run()
        print(f"first run of the page: {first.seconds:.2f} s, {first.received / 1e3:.0f} kB")
        runs = [visitor.move("rlhf_step", double_array_value=[float(7 * move % 150)]) for move in range(moves)]
        times = sorted(run.seconds * 1e3 for run in runs)
        size = max(run.received for run in runs) / 1e3
        errors = sum(len(run.errors) for run in runs)
        print(
            f"move of the step: median {statistics.median(times):.0f} ms, p95 {times[int(0.95 * (moves - 1))]:.0f} ms, "
            f"largest {size:.0f} kB, {errors} errors"
        )


if __name__ == "__main__":
    main()
