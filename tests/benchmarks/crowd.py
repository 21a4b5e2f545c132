"""Sessions held open: `python -m tests.benchmarks.crowd --sessions 1000` opens them one by one and lets nobody go.

The server starts with the usual soft limit of 1,024 descriptors. Reported are descriptors and memory as the crowd
grows, how long opening takes, who was turned away, and whether everyone still gets an answer at the end.
"""

import argparse
import resource
import statistics
import time
from contextlib import ExitStack

import psutil

from tests.benchmarks.client import Visitor, serving

USUAL = 1024


def main() -> None:
    """Opens the sessions and prints what they met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=1000)
    parser.add_argument("--page", default="home")
    parser.add_argument("--port", type=int, default=8695)
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(USUAL, hard), hard))
    with serving(options.port) as server, ExitStack() as held:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # this process holds the other ends
        process, opened, turned_away = psutil.Process(server.pid), [], 0
        visitors = []
        for number in range(1, options.sessions + 1):
            start = time.perf_counter()
            visitors.append(held.enter_context(Visitor(f"127.0.0.1:{options.port}", options.page)))
            turned_away += bool(visitors[-1].run().alerts)
            opened.append(time.perf_counter() - start)
            if number % 100 == 0:
                size = f"{process.num_fds()} descriptors, {process.memory_info().rss / 1e6:.0f} MB"
                print(f"{number:6} open: {size}, {turned_away} turned away")
        asked = visitors[:: max(1, len(visitors) // 50)]
        answered = sum(not visitor.run().errors for visitor in asked)
        print(f"opened in {statistics.median(opened) * 1e3:.0f} ms (median), {max(opened) * 1e3:.0f} ms at most")
        print(f"{answered} of {len(asked)} who ask again get an answer")


if __name__ == "__main__":
    main()
