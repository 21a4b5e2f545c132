"""`python -m tests.benchmarks.transport`: solving here beside POT called directly, and what the page's work costs.

Pairs run in turn within one process, so that a busy machine slows both, and on one thread: waking the others of a
matrix product takes a time of its own, which differs from call to call. Prints, asserts nothing.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
from threadpoolctl import threadpool_limits

from core.transport import cloud, dataset_distance, digits, field, solve, territories
from core.transport.library import ot

Run = Callable[[], object]


def main() -> None:
    """Prints medians of both sides, then single figures, then the bytes of figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    with threadpool_limits(1):
        compare(runs)


def compare(runs: int) -> None:
    """Prints the tables."""
    print(f"medians of {runs} runs, ms\n{'':48}{'here':>9}{'peer':>9}{'ratio':>8}")
    for name, ours, theirs in [*solvers(), slider()]:
        side_by_side(name, ours, theirs, runs)
    for inner in ("exact", "gaussian", "means"):
        one, other = digits("the other half", 600)
        work = lambda inner=inner, one=one, other=other: dataset_distance(  # noqa: E731
            one.x, one.y, other.x, other.y, inner=inner
        )
        print(f"{f'OTDD, 600 x 600 digits, inner {inner}':48}{1000 * median(work, runs):9.1f}")
    for name in ("uniform", "city"):
        sites = np.random.default_rng(1).random((20, 2))
        work = lambda name=name, sites=sites: territories(sites, field(name, 200), steps=100)  # noqa: E731
        print(f"{f'20 shops on 200 x 200, {name}, up to 100 steps':48}{1000 * median(work, runs):9.1f}")
    figures()


def solvers() -> list[tuple[str, Run, Run]]:
    """A 1,000 x 1,000 problem, exact and by Sinkhorn, here and by POT."""
    x, y = cloud("moons", 1000), cloud("rings", 1000, seed=1)
    a = np.full(1000, 1 / 1000)
    reg = 0.05 * float(ot.dist(x, y).mean())
    return [
        (
            "exact, 1,000 x 1,000 | ot.dist + ot.emd",
            lambda: solve(x, y),
            lambda: ot.emd(a, a, ot.dist(x, y), numItermax=1_000_000),
        ),
        (
            "Sinkhorn, 1,000 x 1,000 | ot.dist + ot.sinkhorn",
            lambda: solve(x, y, method="sinkhorn", reg=reg),
            lambda: ot.sinkhorn(a, a, ot.dist(x, y), reg, numItermax=1000, stopThr=1e-9, warn=False),
        ),
    ]


def slider() -> tuple[str, Run, Run]:
    """One slider of a 200 x 200 exact problem is moved: from the last potentials, and cold."""
    x, y = cloud("moons", 200), cloud("rings", 200, seed=1)
    last = solve(x, y)
    moved = y + np.array([0.05, 0.0])
    return "slider, 200 x 200: warm start | cold", lambda: solve(x, moved, start=last), lambda: solve(x, moved)


def figures() -> None:
    """Bytes of the main figure at 1,000 points."""
    from components.theme import Look
    from pages.adaptation.transport.figures.matching import matching

    for method in ("exact", "sinkhorn"):
        run = solve(cloud("moons", 1000), cloud("rings", 1000, seed=1), method=method)
        masses = (run.source_weights, run.target_weights)
        fig = matching(run.source, run.target, run.plan, look=Look(), title="", weights=masses)
        print(f"{f'figure of 1,000 points, {method}':48}{len(fig.to_json()) / 1e3:9.0f} kB")


def side_by_side(name: str, ours: Run, theirs: Run, runs: int) -> None:
    """Times both sides, each first in every other pair; prints their medians, and the median ratio of a pair."""
    pairs = []
    for place in range(runs):
        first, second = (ours, theirs) if place % 2 else (theirs, ours)
        times = seconds(first), seconds(second)
        pairs.append(times if place % 2 else times[::-1])
    here, peer = (1000 * statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    print(f"{name:48}{here:9.1f}{peer:9.1f}{ratio:8.2f}")


def median(work: Run, runs: int) -> float:
    """The median of several timings, in seconds."""
    return statistics.median(seconds(work) for _ in range(runs))


def seconds(work: Run) -> float:
    """How long one run takes on the processor, in seconds: this process alone, however busy the machine is."""
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
