"""`python -m tests.benchmarks.learning`: what the pages on learning and on networks compute while a control moves.

The fit of one degree stands beside numpy's. On one thread, as a busy server has no other. Prints, asserts nothing.
"""

import argparse
import statistics
import time
from collections.abc import Callable

from numpy.polynomial import Legendre
from threadpoolctl import threadpool_limits

from core.learning import (
    DecompositionParams,
    DuelParams,
    GuessersParams,
    NetworkParams,
    RandomFeatureParams,
    SelectionParams,
    WaysParams,
    World,
    decomposition,
    duel,
    fit,
    guessing,
    random_features,
    sample,
    selection,
    train_network,
    ways,
)


def main() -> None:
    """Prints medians in milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    x, y = sample(World(), 20, seed=5)
    work: dict[str, Callable[[], object]] = {
        "one fit of degree 15": lambda: fit(x, y, degree=15),
        "  numpy's Legendre.fit": lambda: Legendre.fit(x, y, 15),
        "all 21 degrees, and their errors": lambda: [fit(x, y, degree=k).error(x, y) for k in range(21)],
        "200 data sets choose a degree": lambda: selection(SelectionParams()),
        "400 contests of 100 guessers": lambda: guessing(GuessersParams()),
        "100 fits of 21 degrees, bias and variance": lambda: decomposition(DecompositionParams()),
        "double descent of one seed": lambda: random_features(RandomFeatureParams()),
        "two classifiers, 8 sizes of 40 data sets": lambda: ways(WaysParams()),
        "playground, 3 x 8 neurons, 300 epochs": lambda: train_network(NetworkParams(hidden=(8, 8, 8), epochs=300)),
        "two settings, six starts, 100 epochs each": lambda: duel(DuelParams(NetworkParams(), NetworkParams())),
    }
    with threadpool_limits(1):
        for name, run in work.items():
            print(f"{name:44}{1000 * median(run, runs):9.2f} ms")


def median(run: Callable[[], object], runs: int) -> float:
    """The median time of some runs in seconds, after one that is not counted."""
    run()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


if __name__ == "__main__":
    main()
