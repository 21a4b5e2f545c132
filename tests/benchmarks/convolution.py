"""`python -m tests.benchmarks.convolution`: maps of 64 x 64 beside torch's, and what a move on the page costs.

Pairs run in turn within one process, so that a busy machine slows both. Prints, asserts nothing.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch

from core.convolution import (
    VGG16,
    activity,
    convolve,
    digits_data,
    exciting,
    im2col,
    occlusion,
    recorded_run,
    shapes,
)
from tests.benchmarks.client import Visitor, report_moves, served

Run = Callable[[], object]
MOVES = (("Figure", "bias", 0.1), ("One cell", "bias", 0.1), ("Shift it", "by", 1.0), ("Volumes", "layer", 1.0))
"""Open panel, the slider that moves, and by how much."""


def main() -> None:
    """Prints medians of both sides, then single figures, then moves on the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--port", type=int, default=8735)
    runs, port = vars(parser.parse_args()).values()
    torch.set_num_threads(1)
    print(f"medians of {runs} runs, ms\n{'':46}{'here':>9}{'torch':>9}")
    for name, ours, theirs in pairs():
        print(f"{name:46}{median(ours, runs):9.2f}{median(theirs, runs):9.2f}")
    for name, ours in alone():
        print(f"{name:46}{median(ours, runs):9.2f}")
    with served(port) as address:
        for panel, control, step in MOVES:
            query = f"convolution_panel={panel.replace(' ', '+')}"
            with Visitor(address, "convolution", query) as visitor:
                visitor.run()
                key = f"convolution_{control}"
                made = [visitor.move(key, double_array_value=[step * (1 + turn % 5)]) for turn in range(runs)]
                report_moves(f"{panel}: move of {control}", made)


def median(run: Run, runs: int) -> float:
    """The median time of a run, in milliseconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def pairs() -> list[tuple[str, Run, Run]]:
    """The same result from here and from torch."""
    rng = np.random.default_rng(0)
    picture, kernel = rng.random((3, 64, 64)), rng.random((8, 3, 5, 5))
    tensors = torch.from_numpy(picture[None]), torch.from_numpy(kernel)
    return [
        (
            "convolve, 3 x 64 x 64, 8 kernels of 5 x 5",
            lambda: convolve(picture, kernel, padding=2),
            lambda: torch.nn.functional.conv2d(*tensors, padding=2),
        ),
        (
            "im2col, 3 x 64 x 64, 5 x 5",
            lambda: im2col(picture, (5, 5), padding=2),
            lambda: torch.nn.functional.unfold(tensors[0], 5, padding=2),
        ),
    ]


def alone() -> list[tuple[str, Run]]:
    """What the panels compute."""
    run = recorded_run()
    data, weights = digits_data(run.params), run.weights[-1]
    return [
        ("shapes of VGG-16", lambda: shapes(VGG16, input=(3, 224, 224))),
        ("one digit through the network", lambda: activity(weights, data.test[:1])),
        ("an occlusion map", lambda: occlusion(weights, data.test[0], 3)),
        ("the patches of a filter, 600 digits", lambda: exciting(weights, data.train, 2, 3)),
    ]


if __name__ == "__main__":
    main()
