"""What a move costs the server: `python -m tests.benchmarks.moves --moves 60` counts its processor time, page by page.

One visitor moves random sliders of each page, the same ones each time this runs; a second makes the same moves. Counted
are seconds of the processor, not of the clock: they hardly change with what else the machine does, so that two versions
of the code can be compared.
"""

import argparse
import random
import statistics

import psutil

from components.course import topics
from tests.benchmarks.client import Visitor, serving
from tests.benchmarks.load import a_move

WARMING = 10
"""Moves before the counting begins, of which the first ones read and import."""


def main() -> None:
    """Prints a line for each page, and one for all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=60)
    parser.add_argument("--pages", nargs="*", default=[topic.key for topic in topics()])
    parser.add_argument("--port", type=int, default=8699)
    options = parser.parse_args()
    print(f"{'page':22}{'first: CPU ms':>15}{'kB':>7}{'again: CPU ms':>15}{'kB':>7}")
    costs = []
    with serving(options.port) as server:
        for page in options.pages:
            first, sent = walk(f"127.0.0.1:{options.port}", page, server.pid, options.moves)
            again, sent_again = walk(f"127.0.0.1:{options.port}", page, server.pid, options.moves)
            costs.append((first, again))
            print(f"{page:22}{first:>15.1f}{sent:>7.0f}{again:>15.1f}{sent_again:>7.0f}", flush=True)
    mean_first, mean_again = (statistics.mean(cost) for cost in zip(*costs, strict=True))
    print(f"{'mean':22}{mean_first:>15.1f}{'':>7}{mean_again:>15.1f}")


def walk(address: str, page: str, server: int, moves: int) -> tuple[float, float]:
    """One visitor's moves on one page; returns milliseconds of the server's processor and kilobytes for one move."""
    chance, process = random.Random(page), psutil.Process(server)
    with Visitor(address, page) as visitor:
        visitor.run()
        for _ in range(WARMING):
            a_move(visitor, chance)
        before, received = sum(process.cpu_times()[:2]), 0
        for _ in range(moves):
            run = a_move(visitor, chance)
            if run.errors:
                raise RuntimeError(f"{page}?{visitor.query}: {run.errors[0]}")
            received += run.received
        return (sum(process.cpu_times()[:2]) - before) / moves * 1e3, received / moves / 1e3


if __name__ == "__main__":
    main()
