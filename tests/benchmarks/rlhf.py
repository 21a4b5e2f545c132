"""How long a training run takes, when its first point appears, and how long a reward model takes to fit.

Run with `python -m tests.benchmarks.rlhf`; prints, asserts nothing.
"""

import argparse
import statistics
import time

import torch

from core.rlhf import ALGORITHMS, Rater, RunParams, fit_reward_network, recorded_runs, train, usual


def main() -> None:
    """Times loading the recorded runs, fits of reward models, and runs of every algorithm, on one core."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    torch.set_num_threads(1)
    start = time.perf_counter()
    count = len(recorded_runs())
    print(f"loading {count} recorded runs: {time.perf_counter() - start:.2f} s")
    for pairs in (500, 8000):
        _time_fit(pairs)
    for name in ALGORITHMS:
        _time_run(name)


def _time_fit(pairs: int, fits: int = 15) -> None:
    took = []
    for place in range(fits):
        start = time.perf_counter()
        fit_reward_network(RunParams(pairs=pairs, rater=Rater(noise=1 + place / 10)))
        took.append((time.perf_counter() - start) * 1e3)
    print(
        f"reward model on {pairs} pairs: first {took[0]:.0f} ms, with other raters median "
        f"{statistics.median(took[1:]):.0f} ms"
    )


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


if __name__ == "__main__":
    main()
